import Flows
import Inspection
import Packets

/// The sessions of a case as far as they may be linked: what links, slips and timeline are drawn from.
struct SessionTrail: Sendable {
  private var linkage = Linkage()
  private var census = FingerprintCensus()
  /// The earliest direct sessions, in whatever order they come, and at most as many that will not fit.
  private var direct: [LinkedSession] = []
  private var directCount: UInt64 = 0

  /// What was drawn.
  struct Drawing {
    var links: [Link]
    var omittedLinks: UInt64
    var slips: [Slip]
    var timeline: [ActivityStretch]
    var omittedStretches: UInt64
    /// Whether fingerprints could be counted.
    var hasCensus: Bool
  }

  /// Takes a flow into account.
  mutating func add(_ flow: AssessedFlow) {
    guard let session = LinkedSession(flow) else { return }
    linkage.add(session)
    census.add(session)
    guard session.verdict == .exclusive else { return }
    directCount &+= 1
    direct.append(session)
    if direct.count >= 2 * SlipFinder.directLimit { direct = earliestDirect }
  }

  private var earliestDirect: [LinkedSession] {
    Array(direct.sorted { $0.record.precedes($1.record) }.prefix(SlipFinder.directLimit))
  }

  /// Draws links, slips and timeline.
  ///
  /// - Parameter findings: The id of each finding by what makes it.
  /// - Returns: What was drawn.
  func draw(findings: [FindingGroup.Key: String]) -> Drawing {
    let linkage = linkage.kept
    let shared =
      linkage.shared
      + census.shared.map { sessions in
        Linkage.Shared(
          kind: .fingerprint, holders: sessions.map { Linkage.Holder(session: $0, isIssuer: false) },
          isOneSoftware: true)
      }
    let (links, omittedLinks) = Linkage.links(shared, findings: findings)
    let direct = earliestDirect
    var finder = SlipFinder(direct)
    var uids = FlowUID()
    var proxied: [String: LinkedSession] = [:]
    for held in shared {
      let sessions = held.holders.map(\.session)
      finder.search(held)
      guard sessions.contains(where: { $0.verdict == .exclusive }) else { continue }
      for session in sessions where session.verdict == .shared { proxied[uids.string(for: session.record)] = session }
    }
    let slips = finder.slips(findings: findings)
    let (timeline, omitted) = ActivityTimeline.stretches(
      direct: direct, proxied: proxied.sorted { ($0.value.first, $0.key) < ($1.value.first, $1.key) }.map(\.value),
      slips: slips, findings: findings)
    return Drawing(
      links: links, omittedLinks: omittedLinks &+ linkage.omitted, slips: slips, timeline: timeline,
      omittedStretches: omitted &+ (directCount &- UInt64(direct.count)), hasCensus: census.isWhole)
  }
}
