import Assessment
import Packets

/// The findings for a terminal.
extension ReportDocument {
  /// Findings of each verdict that are printed; the same number for all, so that contrary findings are not hidden.
  private static let findingsPerVerdict = 20
  /// Addresses that a finding prints.
  private static let addressesPerFinding = 8
  /// Entries of content and hops that a finding prints.
  static let entriesListed = 5
  /// Fields of an entry that are printed.
  private static let fieldsListed = 6

  func addFindings(to page: inout TextPage) {
    guard !findings.isEmpty else { return }
    addKeyFindings(to: &page)
    page.heading("FINDINGS (\(UInt64(findings.count).grouped))")
    for verdict in Verdict.allCases {
      let findings = findings.filter { $0.verdict == verdict.rawValue }
      for (index, finding) in findings.prefix(Self.findingsPerVerdict).enumerated() {
        if index > 0 || finding.id != self.findings.first?.id { page.blank() }
        add(finding, verdict, to: &page)
      }
      let rest = UInt64(findings.dropFirst(Self.findingsPerVerdict).count)
      if rest > 0 {
        page.blank()
        page.paragraph(
          "\(rest.counted("more finding")) \(verdict.rawValue.uppercased()): --format json lists all.", .quiet,
          indent: 2)
      }
    }
  }

  /// A row for each of the first findings, so that the whole case is seen at one glance.
  private func addKeyFindings(to page: inout TextPage) {
    guard findings.count > 1 else { return }
    let rows = findings.prefix(Self.findingsPerVerdict).map { finding in
      [finding.id, finding.title, finding.flowCount.grouped, finding.confidence.overall, subject(of: finding)]
    }
    page.heading("KEY FINDINGS")
    page.table([["", "verdict", "flows", "confidence", "recorded for"]] + rows, figures: [2])
    let rest = UInt64(findings.dropFirst(Self.findingsPerVerdict).count)
    if rest > 0 { page.line("and \(rest.grouped) more", .quiet, indent: 2) }
  }

  private func add(_ finding: Finding, _ verdict: Verdict, to page: inout TextPage) {
    let style: TextPage.Style =
      switch verdict {
      case .exclusive: .exclusive
      case .contested, .shared: .alarm
      case .expired, .unverifiable: .open
      case .none: .bold
      }
    page.line(
      [(finding.id.padded(to: 4), .quiet), (finding.title, style), ("  \(subject(of: finding))", .bold)], indent: 2)
    page.field("Range", [finding.prefix].compactMap(\.self), indent: 6)
    for claim in finding.claims.compactMap({ id in claims.first { $0.id == id } }) {
      page.field("Claim", values(of: claim), indent: 6)
    }
    for overlay in finding.overlays.compactMap({ id in catalog.overlays.first { $0.id == id } }) {
      page.field("List", [overlay.id, overlay.kind, "of \(overlay.snapshot.day)"], indent: 6)
    }
    page.field("Addresses", finding.addressList(limit: Self.addressesPerFinding), separator: ", ", indent: 6)
    page.field(
      "Traffic",
      [finding.flowCount.counted("flow"), finding.packets.counted("packet"), finding.bytes.counted("byte")], indent: 6)
    page.field("Seen", [Self.range(finding.firstSeen, finding.lastSeen)].compactMap(\.self), indent: 6)
    page.field("Sessions", finding.sessions?.values ?? [], indent: 6)
    page.field("Relevance", Self.values(finding.relevance, finding.actions), separator: ", ", indent: 6)
    page.field("Also", finding.reasons.filter { $0 != finding.reason }, indent: 6)
    page.field("Likelihood", [finding.likelihood].compactMap(\.self), indent: 6)
    page.field(
      "Confidence",
      Self.values(
        finding.confidence.overall,
        [
          "path \(finding.confidence.path ?? "not assessed")", "control \(finding.confidence.control)",
          "handling \(finding.confidence.handling)",
        ]), separator: ", ", indent: 6)
    addFrames(of: finding, to: &page)
    addContent(of: finding, to: &page)
    for sentence in finding.wording { page.paragraph(sentence, indent: 6) }
  }

  private func values(of claim: Claim) -> [String] {
    var values = Self.values(claim.id, [claim.relation, claim.kind])
    values = [values.joined(separator: ", ")]
    switch (claim.validFrom?.day, claim.validUntil?.day) {
    case (let from?, let until?): values.append("\(from) until \(until)")
    case (let from?, nil): values.append("from \(from)")
    case (nil, let until?): values.append("until \(until)")
    case (nil, nil): values.append("undated")
    }
    let ratings = claim.sources.map { "\($0.reliability)\($0.credibility)" }
    return ratings.isEmpty ? values : values + ["sources \(ratings.joined(separator: " "))"]
  }

  /// `first (second, third)`, in pieces between which a line may end.
  private static func values(_ first: String, _ others: [String]) -> [String] {
    guard let second = others.first else { return [first] }
    let pieces = ["\(first) (\(second)"] + others.dropFirst()
    return pieces.dropLast() + ["\(pieces[pieces.count - 1]))"]
  }

  /// The frames that fix the grade of the finding's best flow, so that anybody can check them in Wireshark.
  private func addFrames(of finding: Finding, to page: inout TextPage) {
    guard let (flow, frames) = bestFlow(of: finding) else { return }
    let input = inputs.indices.contains(frames.file) ? inputs[frames.file].name : "input \(frames.file)"
    let numbers = Set(frames.named.map(\.number)).sorted().map { String($0) }
    page.field(
      "Check",
      ["\(flow.grade ?? flow.gradeReason) \(flow.originator) > \(flow.responder)", "frames of \(input)"], indent: 6)
    page.field("", frames.named.map { "\($0.number) \($0.name)" }, indent: 6)
    page.field("", ["frame.number in {\(numbers.joined(separator: ", "))}"], indent: 6)
  }

  /// What content says: the entries that come first, and the hops that it names.
  private func addContent(of finding: Finding, to page: inout TextPage) {
    let entries = finding.flows.flatMap(\.contentEntries)
    for entry in entries.prefix(Self.entriesListed) {
      page.field("Content", [entry.log] + entry.fields.prefix(Self.fieldsListed), indent: 6)
    }
    let count = finding.contentEntryCount ?? UInt64(entries.count)
    let rest = count.subtractingCapped(UInt64(Self.entriesListed))
    if rest > 0 { page.field("", ["and \(rest.counted("more entry", "more entries")) in its flows"], indent: 6) }
    for hop in finding.flows.lazy.flatMap(\.hops).prefix(Self.entriesListed) { page.field("Hop", hop, indent: 6) }
  }
}

extension ReportDocument.Finding {
  /// The first addresses, and how many more there are.
  func addressList(limit: Int) -> [String] {
    let shown = Array(addresses.prefix(limit))
    let rest = addressCount.subtractingCapped(UInt64(shown.count))
    return rest == 0 ? shown : shown + ["and \(addressCountIsMinimum ? "at least " : "")\(rest.grouped) more"]
  }
}

extension ReportDocument.Finding.Sessions {
  /// How many, on how many days, and for how long.
  fileprivate var values: [String] {
    var values = ["\(isMinimum ? "at least " : "")\(count.counted("session"))", "\(days.counted("day")) (UTC)"]
    if let first = Timestamp(firstSeen), let last = Timestamp(lastSeen) {
      values.append("observed window, lower bound: \(last.nanoseconds(since: first).durationText)")
    }
    return values
  }
}
