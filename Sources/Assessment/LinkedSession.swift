import Cryptography
import Flows
import Inspection
import Packets

/// A watched flow whose client is verified, as linkage sees it.
struct LinkedSession: Sendable {
  let record: FlowRecord
  let key: FindingGroup.Key
  /// The client's address, of which the verdict speaks.
  let client: IPAddress
  /// Whom it spoke to.
  let host: IPAddress

  /// Takes a flow; nothing unless its client is the address that the verdict speaks of, and graded E3 or better.
  init?(_ flow: AssessedFlow) {
    guard !flow.assessment.speaksOfAttested, flow.assessment.speaksOfOriginator, flow.evidence.grade >= .e3 else {
      return nil
    }
    record = flow.record
    key = FindingGroup.Key(flow.assessment)
    client = flow.covered.address
    host = flow.other.address
  }

  var verdict: Verdict { key.reason.verdict }
  var first: Timestamp { record.firstPacket }
  var last: Timestamp { max(record.firstPacket, record.lastPacket) }

  /// What of the session may link it to others.
  var tokens: [LinkToken] {
    let grade = min(record.originatorEvidence.grade, record.responderEvidence.grade)
    let all =
      (record.stream?.tokens ?? []) + (record.content?.facts.tokens ?? []) + (record.multipath.map { [$0] } ?? [])
    return all.filter { $0.clientIsOriginator && ($0.kind.neededGrade == .e3 || grade >= $0.kind.neededGrade) }
  }

  /// What tells the client's software.
  var software: [SoftwareMark] { record.content?.facts.software ?? [] }

  /// Whether both sessions show cookies and none in common, as two clients of a service do.
  func hasOwnCookies(beside other: LinkedSession) -> Bool {
    let (own, others) = (shownCookies, other.shownCookies)
    return !own.isEmpty && !others.isEmpty && own.isDisjoint(with: others)
  }

  private var shownCookies: Set<KeyedHash.Value> {
    Set(tokens.lazy.filter { $0.kind == .cookie && !$0.isIssued }.map(\.hash))
  }

  /// Nanoseconds between this session and another; 0 if they overlap.
  func gap(to other: LinkedSession) -> Int64 {
    max(0, other.first.nanoseconds(since: last), first.nanoseconds(since: other.last))
  }
}

extension [SoftwareMark] {
  /// Whether two clients may be the same software: they have a mark of a kind in common, and none that differs.
  ///
  /// The order of header fields depends on what is asked for, so that a difference says nothing.
  func agrees(with other: [SoftwareMark]) -> Bool {
    var isKnown = false
    for mark in self {
      guard let twin = other.first(where: { $0.kind == mark.kind }) else { continue }
      if twin.value == mark.value { isKnown = true } else if mark.kind != .headerOrder { return false }
    }
    return isKnown
  }
}
