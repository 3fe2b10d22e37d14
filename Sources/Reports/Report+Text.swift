import Assessment
import Capture
import Catalog
import Packets

/// The report for a terminal: what an analyst must know in ten seconds first, the custody of the inputs last.
extension Report {
  /// Inputs that are listed; damaged ones always are.
  private static let inputsListed = 20

  func text(layout: TextLayout) -> String {
    var page = TextPage(layout: layout)
    if demonstrationData {
      page.paragraph(Self.demonstrationStamp, .alarm)
      page.blank()
    }
    page.line(left: "ascribe \(toolVersion)", right: marking, .quiet)
    page.blank()
    addBottomLine(to: &page)
    addTotals(to: &page)
    addFindings(to: &page)
    addLinks(to: &page)
    addSlips(to: &page)
    addUnattributed(to: &page)
    addHypotheses(to: &page)
    addStatistics(to: &page)
    addRejects(to: &page)
    addInputs(to: &page)
    page.heading("WHAT THIS REPORT DOES NOT SHOW")
    for sentence in result.notShown { page.paragraph(sentence, indent: 2, bullet: "- ") }
    page.heading("CAVEATS")
    for sentence in caveats { page.paragraph(sentence, indent: 2, bullet: "- ") }
    if demonstrationData {
      page.blank()
      page.paragraph(Self.demonstrationStamp, .alarm)
    }
    return page.text
  }

  private func addBottomLine(to page: inout TextPage) {
    let exclusive = result.findings.filter { $0.verdict == .exclusive }
    let count = result.flowsByVerdict[.exclusive] ?? 0
    page.line(
      count > 0 || result.rollUp.isEmpty ? result.rollUp : "NOTHING ATTRIBUTED (\(result.rollUp))",
      count > 0 ? .exclusive : .bold)
    if count > 0 {
      var names: [String] = []
      for name in exclusive.compactMap({ actor(of: $0)?.name }) where !names.contains(name) { names.append(name) }
      let rest = UInt64(names.dropFirst(5).count)
      if rest > 0 { names = names.prefix(5) + ["\(rest.grouped) more"] }
      page.paragraph(
        """
        \(count.grouped) of \(totals.flows.counted("flow")) \(count == 1 ? "is" : "are") EXCLUSIVE: the return path is \
        verified, and the address is recorded as used by one actor alone: \(names.joined(separator: "; ")).
        """)
      if result.statistics.exclusive.flows > 0 { page.paragraph(result.statistics.exclusive.sentence) }
    } else if result.watchedFlows > 0 {
      page.paragraph(
        """
        No flow is attributed. In ranges of the catalog: \(result.watchedFlows.grouped) of \
        \(totals.flows.counted("flow")); why none of them is EXCLUSIVE stands below.
        """)
    } else {
      page.paragraph(
        "No flow is attributed: no address in \(totals.flows.counted("flow")) lies in a range of the catalog.")
    }
    for warning in warnings { page.paragraph(warning, .warning, bullet: "! ") }
    page.blank()
  }

  /// What a reader must know before trusting a figure.
  private var warnings: [String] {
    var warnings: [String] = []
    if interrupted { warnings.append("Interrupted: a signal ended the run; what was read until then is reported.") }
    if !totals.reconcile { warnings.append("The totals do not reconcile: some packets are not accounted for.") }
    let damaged = UInt64(inputs.count { $0.damage != nil })
    if damaged > 0 {
      warnings.append("\(damaged.counted("input")) damaged or cut off: read as far as possible, see INPUTS.")
    }
    let unhashed = UInt64(inputs.count { $0.sha256 == nil })
    if unhashed > 0 { warnings.append("\(unhashed.counted("input")) not hashed: handling confidence is low.") }
    if let drops = coverage.interfaceDrops, drops > 0 {
      warnings.append("The capturing interfaces dropped \(drops.counted("packet")); sessions may be incomplete.")
    }
    if totals.packetsDropped > 0 {
      warnings.append("\(totals.packetsDropped.counted("packet")) lost inside ascribe.")
    }
    if let last = catalogChanges.last {
      warnings.append(
        "The catalog changed \(UInt64(catalogChanges.count).counted("time")) while the capture went on, last at "
          + "\(last.time.readable) UTC; findings are by the last one.")
      if last.otherFlows > 0 {
        warnings.append("\(last.otherFlows.counted("watched flow")) had ended before, and none of the findings counts them.")
      }
    }
    if let warning = result.statistics.baselineWarning { warnings.append(warning) }
    return warnings
  }

  private func addTotals(to page: inout TextPage) {
    let rejected = totals.packetsRejected.values.reduce(UInt64(0)) { $0.addingCapped($1) }
    page.field(
      "Packets",
      [
        "\(totals.packets.grouped) = \(totals.packetsInFlows.grouped) in flows", "\(rejected.grouped) rejected",
        "\(totals.packetsDropped.grouped) dropped",
      ], separator: " + ")
    let notFound = totals.tunnelsRejected.values.reduce(UInt64(0)) { $0.addingCapped($1) }
    if totals.tunnelledPackets > 0 || notFound > 0 {
      page.field(
        "Tunnels",
        [
          "\(totals.tunnelledPackets.counted("packet")) inside others",
          notFound > 0 ? "none found in \(notFound.grouped) that may hold one" : "",
        ].filter { !$0.isEmpty })
    }
    page.field("Bytes", ["\(totals.bytes.grouped) on the wire"])
    page.field("Flows", [totals.flows.grouped, "\(result.watchedFlows.grouped) touch the catalog"])
    page.field("Time", Self.range(coverage.firstPacket, coverage.lastPacket))
    page.field(
      "Catalog",
      [
        UInt64(catalog.actors.count).counted("actor"), UInt64(catalog.claims.count).counted("claim"),
        UInt64(catalog.overlays.count).counted("overlay"),
      ] + (catalog.sha256.isEmpty ? [] : ["sha256 \(catalog.sha256.prefix(8))"]))
    if let knowledge = catalog.knowledge {
      page.field(
        "As known",
        [
          "\(knowledge.time.readable) UTC", "\(UInt64(knowledge.unknownClaims).counted("later claim")) left out",
          "\(UInt64(knowledge.unknownOverlays).counted("later overlay")) left out",
        ])
    }
  }

  /// What was not attributed, and why: figures of every verdict but EXCLUSIVE.
  private func addUnattributed(to page: inout TextPage) {
    var rows: [[String]] = []
    for verdict in Verdict.allCases where verdict != .exclusive {
      let findings = result.findings.filter { $0.verdict == verdict }
      var listed: UInt64 = 0
      for reason in VerdictReason.allCases {
        let count = findings.reduce(UInt64(0)) { $1.reason == reason ? $0.addingCapped($1.flowCount) : $0 }
        guard count > 0 else { continue }
        listed = listed.addingCapped(count)
        rows.append([count.grouped, verdict.rawValue.uppercased(), reason.rawValue, reason.gloss])
      }
      let rest = (result.flowsByVerdict[verdict] ?? 0).subtractingCapped(listed)
      if rest > 0 {
        rows.append([rest.grouped, verdict.rawValue.uppercased(), "-", "no entry of the catalog covers an address"])
      }
    }
    guard !rows.isEmpty else { return }
    page.heading("NOT ATTRIBUTED")
    page.table([["flows", "verdict", "reason", ""]] + rows, figures: [0])
  }

  private func addRejects(to page: inout TextPage) {
    let rejects = totals.packetsRejected.filter { $0.value > 0 }
      .sorted { ($1.value, $0.key) < ($0.value, $1.key) }
    guard !rejects.isEmpty else { return }
    page.heading("PACKETS IN NO FLOW")
    page.table(rejects.map { [$0.value.grouped, $0.key] }, figures: [0])
  }

  private func addInputs(to page: inout TextPage) {
    page.heading("INPUTS")
    addRows(of: inputs, mark: { "\($0)  " }, to: &page)
    addRows(of: baselineInputs, mark: { "baseline \($0)  " }, to: &page)
    for (name, reason) in skippedInputs.prefix(Self.inputsListed) {
      page.paragraph("passed over: \(name): \(reason)", .quiet, indent: 2)
    }
    let unnamed = UInt64(skippedInputs.dropFirst(Self.inputsListed).count)
    if unnamed > 0 { page.paragraph("\(unnamed.counted("more file")) passed over.", .quiet, indent: 2) }
  }

  private func addRows(of inputs: [CaptureInput], mark: (Int) -> String, to page: inout TextPage) {
    for (index, input) in inputs.enumerated() where index < Self.inputsListed || input.damage != nil {
      page.line([(mark(index), .quiet), (input.name, .bold)], indent: 2)
      let container = [input.format?.rawValue, input.compression?.rawValue].compactMap(\.self).joined(separator: "+")
      let values = [
        container, input.linkTypes.map(\.name).joined(separator: "+"), input.packetCount.counted("packet"),
        input.filteredCount > 0 ? "\(input.filteredCount.grouped) filtered out" : "",
        input.truncatedCount > 0 ? "\(input.truncatedCount.grouped) cut by the snap length" : "",
        input.interfaceDrops.map { "\($0.grouped) dropped by the interface" } ?? "",
        input.byteCount.counted("byte"), "sha256 \(input.sha256.map { String($0.prefix(8)) } ?? "not computed")",
      ]
      page.list(values.filter { !$0.isEmpty } + Self.range(input.firstPacket, input.lastPacket), indent: 5)
      if let damage = input.damage {
        page.paragraph(
          "damaged at frame \(damage.frame.grouped), byte \(damage.offset.grouped): \(damage.reason)", .warning,
          indent: 5, bullet: "! ")
      }
    }
    let unlisted = UInt64(inputs.dropFirst(Self.inputsListed).count { $0.damage == nil })
    if unlisted > 0 {
      page.paragraph("\(unlisted.counted("more input")), undamaged: --format json lists all.", .quiet, indent: 2)
    }
  }

  /// A time range; the date once where both ends lie on one day.
  static func range(_ first: Timestamp?, _ last: Timestamp?) -> [String] {
    guard let first, let last else { return [] }
    let (start, end) = (first.readable, last.readable)
    guard start != end else { return ["\(start) UTC"] }
    return ["\(start) to \(start.prefix(11) == end.prefix(11) ? String(end.dropFirst(11)) : end) UTC"]
  }
}

extension UInt64 {
  func subtractingCapped(_ other: UInt64) -> UInt64 { self > other ? self - other : 0 }
}
