import Flows
import Inspection
import Packets

/// The sessions of a case as far as they may be linked: what links, slips and timeline are drawn from.
struct SessionTrail: Sendable {
  private var linkage = Linkage()
  private var census = FingerprintCensus()
  private var direct: [LinkedSession] = []
  /// Direct sessions that did not fit.
  private var omittedDirect: UInt64 = 0

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
    if direct.count < SlipFinder.directLimit { direct.append(session) } else { omittedDirect &+= 1 }
  }

  /// Draws links, slips and timeline.
  ///
  /// - Parameter findings: The id of each finding by what makes it.
  /// - Returns: What was drawn.
  func draw(findings: [FindingGroup.Key: String]) -> Drawing {
    let shared =
      linkage.shared
      + census.shared.map { sessions in
        (LinkToken.Kind.fingerprint, sessions.map { Linkage.Holder(session: $0, isIssuer: false) })
      }
    let (links, omittedLinks) = Linkage.links(shared, findings: findings)
    let direct = direct.sorted { ($0.first, $0.client, $0.host) < ($1.first, $1.client, $1.host) }
    var finder = SlipFinder(direct)
    var uids = FlowUID()
    var proxied: [String: LinkedSession] = [:]
    for (kind, holders) in shared {
      let sessions = holders.map(\.session)
      finder.search(kind, sessions)
      guard sessions.contains(where: { $0.verdict == .exclusive }) else { continue }
      for session in sessions where session.verdict == .shared { proxied[uids.string(for: session.record)] = session }
    }
    let slips = finder.slips(findings: findings)
    let (timeline, omitted) = ActivityTimeline.stretches(
      direct: direct, proxied: proxied.sorted { ($0.value.first, $0.key) < ($1.value.first, $1.key) }.map(\.value),
      slips: slips, findings: findings)
    return Drawing(
      links: links, omittedLinks: omittedLinks &+ linkage.omitted, slips: slips, timeline: timeline,
      omittedStretches: omitted &+ omittedDirect, hasCensus: census.isWhole)
  }
}
