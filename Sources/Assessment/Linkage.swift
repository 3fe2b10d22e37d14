import Flows
import Packets

/// Finds links between watched flows: the same secret in sessions of different addresses (methodology 3, K4).
///
/// Of a secret the session counts that it was issued in, and every session that showed it and was believed: the server
/// went on with it, and the key exchange was completed, which nobody can do who only saw it pass. Bounded in sessions, in
/// sessions of one secret, and in links; what does not fit is counted.
struct Linkage: Sendable {
  /// Sessions that are kept, each once for each secret.
  static let totalLimit = 65_536
  /// Sessions of one secret that are kept.
  static let sessionLimit = 16
  /// Links that are made.
  static let linkLimit = 1_000

  private struct Token: Hashable {
    var kind: SessionToken.Kind
    var high: UInt64
    var low: UInt64

    func hash(into hasher: inout Hasher) { hasher.combine(low) }
  }

  private struct Session {
    var record: FlowRecord
    var key: FindingGroup.Key
    var client: IPAddress
    var isIssuer: Bool
  }

  private var sessions: [Token: [Session]] = [:]
  private var count = 0
  /// Sessions and links that did not fit.
  private(set) var omitted: UInt64 = 0

  /// Takes a watched flow into account.
  mutating func add(_ flow: AssessedFlow) {
    let record = flow.record
    guard let stream = record.stream, !stream.tokens.isEmpty, !flow.assessment.speaksOfAttested,
      record.originatorEvidence.grade == .e5, record.responderEvidence.grade == .e5
    else { return }
    for token in stream.tokens where token.clientIsOriginator == flow.assessment.speaksOfOriginator {
      let key = Token(kind: token.kind, high: token.high, low: token.low)
      guard count < Self.totalLimit, sessions[key, default: []].count < Self.sessionLimit else {
        omitted &+= 1
        continue
      }
      count += 1
      sessions[key, default: []].append(
        Session(
          record: record, key: FindingGroup.Key(flow.assessment), client: flow.covered.address, isIssuer: token.isIssued
        ))
    }
  }

  /// Draws the links, in the order of their times.
  ///
  /// - Parameter findings: The id of each finding by what makes it.
  /// - Returns: The links, and how many more there are, as far as known.
  func links(findings: [FindingGroup.Key: String]) -> (links: [Link], omitted: UInt64) {
    var uids = FlowUID()
    var links: [Link] = []
    for (token, all) in sessions where all.count > 1 {
      let ends = all.map { session in
        (
          session.isIssuer,
          Link.End(
            uid: uids.string(for: session.record), time: session.record.firstPacket, address: session.client,
            verdict: session.key.reason.verdict, reason: session.key.reason, finding: findings[session.key] ?? "")
        )
      }.sorted { ($0.0 ? 0 : 1, $0.1.time, $0.1.uid) < ($1.0 ? 0 : 1, $1.1.time, $1.1.uid) }
      // The session that the secret was issued in, else the first that showed it.
      let from = ends[0].1
      for (_, to) in ends.dropFirst() where to.address != from.address && to.uid != from.uid {
        links.append(Link(grade: .k4, method: token.kind, from: from, to: to))
      }
    }
    links.sort {
      ($0.to.time, $0.to.uid, $0.from.uid, $0.method.rawValue) < (
        $1.to.time, $1.to.uid, $1.from.uid, $1.method.rawValue
      )
    }
    return (Array(links.prefix(Self.linkLimit)), omitted &+ UInt64(links.dropFirst(Self.linkLimit).count))
  }
}
