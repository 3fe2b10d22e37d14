import Assessment

/// What was read, where it was captured, and how it was judged (methodology 4.7, sections 4 and 5).
extension ReportPage {
  var scope: TemplateValues {
    let totals = document.totals
    let coverage = document.coverage
    return [
      "packetsSum": "\(totals.packets.grouped) = \(totals.packetsInFlows.grouped) in flows + "
        + "\(totals.rejected.grouped) rejected + \(totals.packetsDropped.grouped) dropped",
      "scopeFacts": Self.fields([
        ("Inputs", "\(coverage.inputs.counted("capture")), \(coverage.skippedInputs.counted("file")) passed over"),
        ("Period", ReportDocument.range(coverage.firstPacket, coverage.lastPacket)),
        ("Bytes on the wire", totals.bytes.grouped),
        ("Flows", "\(totals.flows.grouped), of which \(totals.watchedFlows.grouped) touch the catalog"),
        ("Packets in tunnels", totals.tunnelledPackets > 0 ? totals.tunnelledPackets.grouped : nil),
        ("Filtered out", coverage.filteredPackets > 0 ? coverage.filteredPackets.counted("packet") : nil),
        ("Cut by the snap length", coverage.truncatedPackets.counted("packet")),
        ("Dropped by interfaces", coverage.interfaceDrops.map { $0.counted("packet") } ?? "not recorded"),
      ]),
      "rejected": Self.list(
        totals.rejections.prefix(Self.rowsListed).map { ["count": $0.count.grouped, "reason": $0.reason] }),
      "gaps": Self.list(
        coverage.gaps.prefix(Self.rowsListed).map {
          ["from": $0.from.readableTime, "until": $0.until.readableTime]
        }),
      "sensors": Self.list(document.sensors.prefix(Self.rowsListed).map(sensor)),
    ]
  }

  private func sensor(_ sensor: ReportDocument.Sensor) -> TemplateValues {
    [
      "id": sensor.id, "vantage": sensor.vantage, "operator": sensor.operator ?? "not recorded",
      "upstream": sensor.upstream ?? "not recorded",
      "clock": sensor.clock.map { "\($0.source), \($0.offsetNs) ns from UTC" } ?? "offset not known",
      "inputs": UInt64(sensor.inputs.count).counted("capture"),
    ]
  }

  var method: TemplateValues {
    let catalog = document.catalog
    let unknown = catalog.notYetKnown
    return [
      "methodSteps": Self.methodSteps,
      "methodFacts": Self.fields([
        ("Program", "\(document.tool.name) \(document.tool.version)"),
        ("Document", document.schema),
        ("Catalog", "\(catalog.actors.counted("actor")), \(catalog.claims.counted("claim"))"),
        ("Catalog SHA-256", catalog.sha256),
        ("As known at", catalog.asKnownAt.map { "\($0.readableTime) UTC" }),
        (
          "Recorded later, left out",
          unknown.map { "\($0.claims.counted("claim")), \($0.overlays.counted("list")) of shared use" }
        ),
      ]),
      "overlays": Self.list(
        catalog.overlays.prefix(Self.rowsListed).map {
          ["id": $0.id, "kind": $0.kind, "snapshot": $0.snapshot.day, "prefixes": $0.prefixes.grouped]
        }),
    ]
  }

  private static let methodSteps = [
    "Packets become flows of two directions; nothing is sent, looked up or blocked.",
    "Each end of a flow is matched against every catalog entry that covers it at the time of the packets.",
    "Each side of a flow is graded E0 to E5 for what its packets show of the return path.",
    "The decision table gives the first verdict whose condition holds; the other reasons are listed beside it.",
    "EXCLUSIVE needs E3 or better, a sourced claim that holds at the time, and no claim or list that contradicts it.",
    "Counts, links and content change the relevance of a finding and never its verdict.",
  ]
}
