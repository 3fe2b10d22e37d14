import Assessment
import Capture
package import Catalog
import Packets

/// What several formats say alike.
extension Report {
  /// The strictest label of all that the report rests on or names (methodology 4.5): the captures, the sensors, the claims
  /// that findings rest on, those whose ranges flows touched, as base rates name them and findings the actor of the other
  /// side, and every overlay, as the catalog's are listed whole.
  package var marking: TLP {
    ([evidenceMarking] + (citedClaims + countedClaims).map(\.tlp) + catalog.overlays.map(\.tlp)).strictest
  }

  /// The claims whose ranges base rates and the comparison with the baseline name.
  private var countedClaims: [Claim] {
    (result.statistics.ranges.map(\.claim) + result.statistics.comparisons.map(\.claim))
      .filter(catalog.claims.indices.contains).map { catalog.claims[$0] }
  }

  /// The strictest label of all that a finding and the flows it lists rest on.
  func marking(of finding: Finding) -> TLP {
    let claims = Set(finding.claims + finding.flows.flatMap(\.assessment.claims))
    let overlays = Set(finding.overlays + finding.flows.flatMap(\.assessment.overlays))
    return
      ([evidenceMarking] + claims.filter(catalog.claims.indices.contains).map { catalog.claims[$0].tlp }
      + overlays.filter(catalog.overlays.indices.contains).map { catalog.overlays[$0].tlp }).strictest
  }

  /// The strictest label of the captures and of the sensors that took them.
  private var evidenceMarking: TLP { ([capturesMarking] + sensors.map(\.sensor.tlp)).strictest }

  /// The claims that findings and the flows they list rest on, in the catalog's order.
  var citedClaims: [Claim] {
    Set(result.findings.flatMap { $0.claims + $0.flows.flatMap(\.assessment.claims) })
      .filter(catalog.claims.indices.contains).sorted().map { catalog.claims[$0] }
  }

  /// The caveats; there is no way to print a report without any (methodology 7 a).
  var caveats: [String] { result.caveats.isEmpty ? [Self.standingCaveat] : result.caveats }

  static let standingCaveat = """
    An address is neither a person nor an organisation: a verdict speaks of the recorded use of a network, never of \
    who did something.
    """

  /// The sentence that stamps every output made with claims of documentation ranges.
  public static let demonstrationStamp = """
    DEMONSTRATION DATA: documentation address ranges are claimed here; nothing in this output speaks of a real network.
    """

  static func logComments(isDemonstration: Bool) -> [String] {
    (isDemonstration ? [demonstrationStamp] : []) + [standingCaveat]
  }

  func actor(of finding: Finding) -> ThreatActor? { catalog.actor(finding.actor) }

  func claims(of finding: Finding) -> [Claim] {
    finding.claims.filter(catalog.claims.indices.contains).map { catalog.claims[$0] }
  }

  func overlays(of finding: Finding) -> [Overlay] {
    finding.overlays.filter(catalog.overlays.indices.contains).map { catalog.overlays[$0] }
  }

  /// What the inputs say of their own completeness, all inputs together.
  struct Coverage {
    var filteredPackets: UInt64 = 0
    var truncatedPackets: UInt64 = 0
    /// Nothing where no interface says.
    var interfaceDrops: UInt64?
    var firstPacket: Timestamp?
    var lastPacket: Timestamp?
  }

  var coverage: Coverage {
    var coverage = Coverage()
    for input in inputs {
      coverage.filteredPackets = coverage.filteredPackets.addingCapped(input.filteredCount)
      coverage.truncatedPackets = coverage.truncatedPackets.addingCapped(input.truncatedCount)
      if let drops = input.interfaceDrops {
        coverage.interfaceDrops = (coverage.interfaceDrops ?? 0).addingCapped(drops)
      }
      if let first = input.firstPacket { coverage.firstPacket = min(coverage.firstPacket ?? first, first) }
      if let last = input.lastPacket { coverage.lastPacket = max(coverage.lastPacket ?? last, last) }
    }
    return coverage
  }
}

extension Report.Totals {
  /// Whether every packet read is accounted for: in a flow, rejected for a reason, or dropped.
  public var reconcile: Bool {
    packets == packetsRejected.values.reduce(packetsInFlows.addingCapped(packetsDropped)) { $0.addingCapped($1) }
  }
}

extension Catalog {
  package func actor(_ index: Int?) -> ThreatActor? { index.flatMap { actors.indices.contains($0) ? actors[$0] : nil } }
}

extension UInt64 {
  /// The sum, or the largest number where it does not fit: counts in a file may be anything.
  func addingCapped(_ other: UInt64) -> UInt64 {
    let (sum, overflow) = addingReportingOverflow(other)
    return overflow ? .max : sum
  }
}

extension Timestamp {
  /// The day, UTC: `2014-11-24`.
  var day: String { String(description.prefix(10)) }

  /// The moment for people, without its fraction: `2014-11-24 08:12:01`, UTC.
  var readable: String { String(description.prefix(19)).replacing("T", with: " ") }
}
