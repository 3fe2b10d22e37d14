import Assessment

/// Links, candidate slips and the timeline for a terminal.
extension ReportDocument {
  /// Links, slips, sessions of a slip and stretches that are printed.
  private static let linksListed = 20
  private static let slipsListed = 10
  private static let proxiedListed = 5
  private static let stretchesListed = 20

  func addLinks(to page: inout TextPage) {
    guard !links.isEmpty else { return }
    page.heading("LINKS (\(UInt64(links.count).grouped))")
    for link in links.prefix(Self.linksListed) {
      page.line([(link.grade.padded(to: 4), .quiet), (link.method, .bold)], indent: 2)
      for (name, end) in [("From", link.from), ("To", link.to)] {
        page.field(
          name,
          [
            end.address, "\(end.verdict.uppercased()) (\(end.reason))", end.finding, end.uid,
            "\(end.ts.readableTime) UTC",
          ], indent: 6)
      }
    }
    let rest = UInt64(links.dropFirst(Self.linksListed).count).addingCapped(omittedLinks ?? 0)
    if rest > 0 { page.line("and \(rest.grouped) more", .quiet, indent: 2) }
    if let caveat = links.first?.caveat { page.paragraph(caveat, indent: 2) }
  }

  func addSlips(to page: inout TextPage) {
    guard !slips.isEmpty else { return }
    page.heading("CANDIDATE SLIPS (\(UInt64(slips.count).grouped))")
    for slip in slips.prefix(Self.slipsListed) { add(slip, to: &page) }
    let rest = UInt64(slips.dropFirst(Self.slipsListed).count)
    if rest > 0 { page.line("and \(rest.grouped) more", .quiet, indent: 2) }
    addTimeline(to: &page)
  }

  private func add(_ slip: Slip, to page: inout TextPage) {
    page.line(
      [
        (slip.id.padded(to: 4), .quiet), ("\(slip.grade) ", .quiet), (slip.methods.joined(separator: ", "), .bold),
      ], indent: 2)
    page.field("Direct", ["\(slip.address) > \(slip.host)", slip.finding, slip.flowCount.counted("flow")], indent: 6)
    page.field("", [Self.range(slip.firstSeen, slip.lastSeen)].compactMap(\.self), indent: 6)
    page.field("Done", slip.actions, separator: ", ", indent: 6)
    for proxied in slip.proxied.prefix(Self.proxiedListed) {
      page.field(
        "Proxied",
        [
          proxied.address, "\(proxied.verdict.uppercased()) (\(proxied.reason))", proxied.finding,
          "\(proxied.ts.readableTime) UTC", proxied.when,
        ] + proxied.actions, indent: 6)
    }
    let rest = UInt64(slip.proxied.dropFirst(Self.proxiedListed).count).addingCapped(slip.omittedProxied)
    if rest > 0 { page.line("and \(rest.counted("more session")) through shared infrastructure", .quiet, indent: 6) }
    page.paragraph(slip.wording, indent: 6)
  }

  private func addTimeline(to page: inout TextPage) {
    page.heading("TIMELINE OF DIRECT AND LINKED PROXIED ACTIVITY")
    for stretch in timeline.stretches.prefix(Self.stretchesListed) {
      page.field(
        stretch.way,
        [Self.range(stretch.firstSeen, stretch.lastSeen), "\(stretch.address) > \(stretch.host)"].compactMap(\.self)
          + stretch.findings + stretch.slips + stretch.actions)
    }
    let rest = UInt64(timeline.stretches.dropFirst(Self.stretchesListed).count).addingCapped(timeline.omitted)
    if rest > 0 { page.line("and \(rest.grouped) more", .quiet, indent: 2) }
  }
}

extension ReportDocument.Slip.Proxied {
  /// When it was, of the direct window: `7 s before`.
  var when: String { place == "during" ? place : "\(Int64(clamping: gapNs).durationText) \(place)" }
}
