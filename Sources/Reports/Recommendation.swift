import Assessment
import Packets

/// What to collect next, from what this case lacks (methodology 4.7, section 11).
///
/// Collection is passive: nothing here sends a packet or tips anybody off.
struct Recommendation {
  /// What is missing.
  let lack: String
  /// What would mend it.
  let collection: String
  /// What it would improve.
  let gain: String

  private init(_ lack: String, _ collection: String, _ gain: String) {
    (self.lack, self.collection, self.gain) = (lack, collection, gain)
  }

  /// The recommendations that a document calls for, the most basic first.
  ///
  /// - Parameter document: The document.
  /// - Returns: Recommendations; empty only where nothing is missing that ascribe can see.
  static func all(for document: ReportDocument) -> [Recommendation] {
    handling(document) + vantage(document) + catalog(document) + findings(document)
  }

  private static func handling(_ document: ReportDocument) -> [Recommendation] {
    let coverage = document.coverage
    var list: [Recommendation] = []
    if document.interrupted {
      list.append(.init("The run was interrupted.", "Analyse the inputs to their end.", "All figures"))
    }
    if coverage.unhashedInputs > 0 {
      list.append(.init("Inputs were not hashed.", "Analyse the sealed originals without --no-hash.", "Handling"))
    }
    if coverage.damagedInputs > 0 {
      list.append(
        .init("Inputs are damaged or cut off.", "Fetch the originals again from the sensor.", "Path, handling"))
    }
    if coverage.truncatedPackets > 0 {
      list.append(
        .init(
          "\(coverage.truncatedPackets.counted("packet")) cut by the snap length.",
          "Capture whole packets (snap length 262144).", "Content, links"))
    }
    if coverage.filteredPackets > 0 {
      list.append(
        .init(
          "\(coverage.filteredPackets.counted("packet")) filtered out.", "Analyse the captures without a filter.",
          "All figures"))
    }
    if let drops = coverage.interfaceDrops, drops > 0 {
      list.append(
        .init(
          "Interfaces dropped \(drops.counted("packet")).", "Capture with larger buffers or on a faster host.",
          "Path, handling"))
    }
    if coverage.interfaceDrops == nil {
      list.append(
        .init(
          "The capturing interfaces do not report drops.", "Capture as pcapng with interface statistics.", "Handling"))
    }
    if !coverage.gaps.isEmpty {
      list.append(
        .init(
          "\(UInt64(coverage.gaps.count).counted("stretch", "stretches")) of time that no input covers.",
          "Look for captures or flow logs of those hours.", "Sessions and dwell"))
    }
    return list
  }

  private static func vantage(_ document: ReportDocument) -> [Recommendation] {
    var list: [Recommendation] = []
    if document.sensors.isEmpty {
      list.append(
        .init("No sensor is named.", "Record where the inputs were captured (--sensor).", "Path, local addresses"))
    } else {
      if document.sensors.contains(where: { $0.clock == nil }) {
        list.append(
          .init("The offset of a clock is not known.", "Record the clock's source and offset from UTC.", "Handling"))
      }
      if document.sensors.contains(where: { $0.vantage == "proxied" }) {
        list.append(
          .init("A sensor stands behind a proxy.", "Capture in front of it, and keep the proxy's logs.", "Path"))
      }
    }
    if document.sensors.count < 2 {
      list.append(
        .init(
          "At most one sensor saw the traffic.",
          "Captures of the same time at a sensor with another upstream and operator.",
          "Path"))
    }
    if document.baseRates.baseline == nil {
      list.append(
        .init(
          "No baseline.", "Control captures of the same sensor from outside the time of the case (--baseline).",
          "Base rates"))
    }
    return list
  }

  private static func catalog(_ document: ReportDocument) -> [Recommendation] {
    var list: [Recommendation] = []
    let stale = document.catalog.overlays.filter { document.daysFromCase($0.snapshot).map { $0 > 30 } ?? true }
    if !stale.isEmpty {
      list.append(
        .init(
          "\(UInt64(stale.count).counted("list")) of shared use more than 30 days from the traffic: "
            + "\(stale.prefix(5).map(\.id).joined(separator: ", ")).",
          "Snapshots of those lists from the days of the case.",
          "Control"))
    }
    if document.catalog.overlays.isEmpty {
      list.append(
        .init("No list of shared use.", "Lists of VPN, Tor, hosting and relays from the days of the case.", "Control"))
    }
    let unrouted = document.claims.filter { $0.relation == "exclusive" && $0.routeCheck != "match" }
    if !unrouted.isEmpty {
      list.append(
        .init(
          "Routing at the time is not checked for \(unrouted.prefix(5).map(\.id).joined(separator: ", ")).",
          "Route origins of those days from a public routing archive.", "Control, H3"))
    }
    let single = document.claims.filter { claim in
      claim.relation == "exclusive" && Set(claim.sources.map(\.independentGroup)).count < 2
    }
    if !single.isEmpty {
      list.append(
        .init(
          "One independent source only for \(single.prefix(5).map(\.id).joined(separator: ", ")).",
          "A second source that does not cite the first.", "Control, H5"))
    }
    return list
  }

  private static func findings(_ document: ReportDocument) -> [Recommendation] {
    func cited(_ reasons: Set<String>) -> String? {
      let ids = document.findings.filter { reasons.contains($0.reason) }.map(\.id)
      return ids.isEmpty
        ? nil : ids.prefix(5).joined(separator: ", ") + (ids.count > 5 ? " and \(ids.count - 5) more" : "")
    }
    var list: [Recommendation] = []
    if let ids = cited(["one_way", "half_open", "response_only", "two_way_unverified", "midstream", "data_in_only"]) {
      list.append(
        .init(
          "The return path is not verified, or not whole, in \(ids).",
          "Captures that hold both directions from the first packet on.", "Path"))
    }
    if let ids = cited(["vpn", "proxy", "tor", "hosting", "cdn", "cgnat", "mobile", "satellite", "leased", "shared"]) {
      list.append(
        .init(
          "Who used the shared infrastructure of \(ids) is not in the packets.",
          "Logs of the own servers for those sessions; records of the provider, by lawful process.", "Links"))
    }
    if document.findings.contains(where: { $0.flowCount > UInt64($0.flows.count) }) {
      list.append(
        .init("Not every flow is listed.", "Analyse again with --list-flows all, or keep the flow log.", "Review"))
    }
    return list
  }
}

extension ReportDocument {
  /// Days between a moment and the traffic; 0 inside it; nothing where either is not known.
  fileprivate func daysFromCase(_ moment: String) -> Int64? {
    guard let moment = Timestamp(moment), let first = coverage.firstPacket.flatMap({ Timestamp($0) }),
      let last = coverage.lastPacket.flatMap({ Timestamp($0) })
    else { return nil }
    let distance = max(first.nanoseconds(since: moment), moment.nanoseconds(since: last), 0)
    return distance / 86_400_000_000_000
  }
}
