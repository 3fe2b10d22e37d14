import Cryptography
import Flows
import Inspection
import Packets

/// A watched flow whose client is verified, as linkage sees it: of its content no more than what is compared.
struct LinkedSession: Sendable {
  /// The flow without what its content says, for its uid and its ends.
  let record: FlowRecord
  let key: FindingGroup.Key
  /// The client's address, of which the verdict speaks.
  let client: IPAddress
  /// Whom it spoke to.
  let host: IPAddress
  /// What was done.
  let actions: ActionSet
  /// What may link the session to others.
  let tokens: [LinkToken]
  /// What tells the client's software.
  let software: SoftwareSet

  /// Takes a flow; nothing unless its client is the address that the verdict speaks of, and graded E3 or better.
  init?(_ flow: AssessedFlow) {
    guard !flow.assessment.speaksOfAttested, flow.assessment.speaksOfOriginator, flow.evidence.grade >= .e3 else {
      return nil
    }
    var record = flow.record
    let facts = record.content?.facts
    let grade = min(record.originatorEvidence.grade, record.responderEvidence.grade)
    let all = (record.stream?.tokens ?? []) + (facts?.tokens ?? []) + (record.multipath.map { [$0] } ?? [])
    tokens = all.filter { $0.clientIsOriginator && ($0.kind.neededGrade == .e3 || grade >= $0.kind.neededGrade) }
    software = SoftwareSet(facts?.software ?? [])
    actions = facts?.actions ?? []
    (record.content, record.stream, record.history) = (nil, nil, "")
    self.record = record
    key = FindingGroup.Key(flow.assessment)
    client = flow.covered.address
    host = flow.other.address
  }

  var verdict: Verdict { key.reason.verdict }
  var first: Timestamp { record.firstPacket }
  var last: Timestamp { max(record.firstPacket, record.lastPacket) }

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

extension Array {
  /// Takes a session; if there are so many of its kind, EXCLUSIVE or not, in the place of the latest of these.
  ///
  /// - Parameters:
  ///   - element: What holds the session.
  ///   - limit: How many of a kind are kept.
  ///   - session: The session of an element.
  /// - Returns: Whether there is one more than before.
  mutating func keepEarliest(_ element: Element, limit: Int, session: (Element) -> LinkedSession) -> Bool {
    let isExclusive = session(element).verdict == .exclusive
    let alike = indices.filter { (session(self[$0]).verdict == .exclusive) == isExclusive }
    if alike.count < limit {
      append(element)
      return true
    }
    let latest = alike.max { session(self[$0]).record.precedes(session(self[$1]).record) }
    if let latest, session(element).record.precedes(session(self[latest]).record) { self[latest] = element }
    return false
  }
}

/// The marks of a client's software, to be compared: a hash of this run stands for each value.
struct SoftwareSet: Hashable, Sendable {
  private struct Mark: Hashable, Sendable {
    let kind: SoftwareMark.Kind
    let value: Int
  }

  private var marks: [Mark]

  init(_ marks: [SoftwareMark]) {
    self.marks = marks.map { Mark(kind: $0.kind, value: $0.value.hashValue) }
      .sorted { $0.kind.rawValue < $1.kind.rawValue }
  }

  private init(_ marks: [Mark]) { self.marks = marks }

  var isEmpty: Bool { marks.isEmpty }

  /// Those of some kinds.
  func only(_ kinds: Set<SoftwareMark.Kind>) -> SoftwareSet { SoftwareSet(marks.filter { kinds.contains($0.kind) }) }

  /// Adds the marks of kinds that are not there yet.
  ///
  /// - Parameter other: The marks of another client.
  /// - Returns: Whether no mark differs from that of its kind; the order of header fields says nothing, as in `agrees`.
  mutating func join(_ other: SoftwareSet) -> Bool {
    var isSame = true
    for mark in other.marks {
      guard let twin = marks.first(where: { $0.kind == mark.kind }) else {
        marks.append(mark)
        continue
      }
      if twin.value != mark.value, mark.kind != .headerOrder { isSame = false }
    }
    return isSame
  }

  /// Whether two clients may be the same software: they have a mark of a kind in common, and none that differs.
  ///
  /// The order of header fields depends on what is asked for, so that a difference says nothing.
  func agrees(with other: SoftwareSet) -> Bool {
    var isKnown = false
    for mark in marks {
      guard let twin = other.marks.first(where: { $0.kind == mark.kind }) else { continue }
      if twin.value == mark.value { isKnown = true } else if mark.kind != .headerOrder { return false }
    }
    return isKnown
  }
}
