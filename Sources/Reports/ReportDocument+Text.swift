import Assessment
import Packets

/// The report for a terminal: what an analyst must know in ten seconds first, the custody of the inputs last.
extension ReportDocument {
  /// Renders the report as text.
  ///
  /// - Parameter layout: How it is laid out.
  /// - Returns: The text; the same document and layout give the same bytes.
  /// - Complexity: O(n) in findings and flows.
  package func text(layout: Report.TextLayout) -> String {
    var page = TextPage(layout: layout)
    if let stamp {
      page.paragraph(stamp, .alarm)
      page.blank()
    }
    page.line(left: "ascribe \(tool.version)", right: label, .quiet)
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
    for sentence in notShown { page.paragraph(sentence, indent: 2, bullet: "- ") }
    page.heading("CAVEATS")
    for sentence in caveats { page.paragraph(sentence, indent: 2, bullet: "- ") }
    if let stamp {
      page.blank()
      page.paragraph(stamp, .alarm)
    }
    return page.text
  }

  private func addBottomLine(to page: inout TextPage) {
    page.line(headline, exclusiveFlowCount > 0 ? .exclusive : .bold)
    for sentence in bottomLine { page.paragraph(sentence) }
    for warning in warnings { page.paragraph(warning, .warning, bullet: "! ") }
    page.blank()
  }

  private func addTotals(to page: inout TextPage) {
    page.field(
      "Packets",
      [
        "\(totals.packets.grouped) = \(totals.packetsInFlows.grouped) in flows", "\(totals.rejected.grouped) rejected",
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
    page.field("Flows", [totals.flows.grouped, "\(totals.watchedFlows.grouped) touch the catalog"])
    page.field("Time", [Self.range(coverage.firstPacket, coverage.lastPacket)].compactMap(\.self))
    page.field(
      "Catalog",
      [
        catalog.actors.counted("actor"), catalog.claims.counted("claim"),
        UInt64(catalog.overlays.count).counted("overlay"),
      ] + (catalog.sha256.isEmpty ? [] : ["sha256 \(catalog.sha256.prefix(8))"]))
    if let time = catalog.asKnownAt, let unknown = catalog.notYetKnown {
      page.field(
        "As known",
        [
          "\(time.readableTime) UTC", "\(unknown.claims.counted("later claim")) left out",
          "\(unknown.overlays.counted("later overlay")) left out",
        ])
    }
  }

  /// What was not attributed, and why.
  private func addUnattributed(to page: inout TextPage) {
    guard !unattributed.isEmpty else { return }
    page.heading("NOT ATTRIBUTED")
    page.table(
      [["flows", "verdict", "reason", ""]]
        + unattributed.map { [$0.flows.grouped, $0.verdict.rawValue.uppercased(), $0.reason ?? "-", $0.gloss] },
      figures: [0])
  }

  private func addRejects(to page: inout TextPage) {
    guard !totals.rejections.isEmpty else { return }
    page.heading("PACKETS IN NO FLOW")
    page.table(totals.rejections.map { [$0.count.grouped, $0.reason] }, figures: [0])
  }
}
