import Catalog
import Packets
import Testing

@testable import Flows

/// Parts of a flow that the end of a capture cut.
@Suite struct JoiningTests {
  private static let client = Endpoint(address: IPAddress(v4: 0xC633_6407), port: 40_000)
  private static let server = Endpoint(address: IPAddress(v4: 0xC000_0250), port: 80)

  private static func part(
    _ first: Int64, _ last: Int64, _ basis: OriginatorBasis, _ grade: EvidenceGrade, _ reason: GradeReason,
    end: FlowEndReason = .endOfInput
  ) -> FlowRecord {
    var record = FlowRecord(
      originator: client, responder: server, ipProtocol: .tcp, firstPacket: Timestamp(seconds: first),
      lastPacket: Timestamp(seconds: last))
    record.originatorBasis = basis
    record.originatorEvidence = SideEvidence(grade, reason)
    record.originatorCounts.packets = 3
    record.responderCounts.packets = 2
    record.endReason = end
    return record
  }

  private static let timeout: Int64 = 300_000_000_000

  @Test func onlyACutFlowGoesOnWithinTheTimeoutAndWithoutASYN() {
    let first = Self.part(0, 10, .syn, .e4, .twoWayVerified)
    let next = Self.part(20, 30, .firstPacket, .e3, .midstream)
    #expect(first.isContinued(by: next, idleTimeout: Self.timeout))
    #expect(!next.isContinued(by: first, idleTimeout: Self.timeout))
    #expect(!first.isContinued(by: Self.part(311, 320, .firstPacket, .e3, .midstream), idleTimeout: Self.timeout))
    #expect(!first.isContinued(by: Self.part(5, 30, .firstPacket, .e3, .midstream), idleTimeout: Self.timeout))
    #expect(!first.isContinued(by: Self.part(20, 30, .syn, .e4, .twoWayVerified), idleTimeout: Self.timeout))
    let ended = Self.part(0, 10, .syn, .e4, .twoWayVerified, end: .endOfFlow)
    #expect(!ended.isContinued(by: next, idleTimeout: Self.timeout))
    var other = next
    other.vlan = VLANTags(outer: 7, inner: VLANTags.absent)
    #expect(!first.isContinued(by: other, idleTimeout: Self.timeout))
    other = next
    other.sensor = 1
    #expect(!first.isContinued(by: other, idleTimeout: Self.timeout))
    other = next
    other.originator.port = 40_001
    #expect(!first.isContinued(by: other, idleTimeout: Self.timeout))
  }

  @Test func countersAddAndTheStrongerGradeCounts() {
    let whole = Self.part(0, 10, .syn, .e4, .twoWayVerified).joined(
      with: Self.part(20, 30, .firstPacket, .e3, .midstream))
    #expect(whole.originatorCounts.packets == 6 && whole.responderCounts.packets == 4)
    #expect(whole.originatorEvidence == SideEvidence(.e4, .twoWayVerified))
    #expect(whole.originatorBasis == .syn)
    #expect(whole.firstPacket == Timestamp(seconds: 0) && whole.lastPacket == Timestamp(seconds: 30))
  }

  /// T14 speaks of the flow, not of its parts: each of them may have one class of TTL.
  @Test func aChangeOfTTLFromPartToPartCapsTheFlow() {
    var (first, next) = (
      Self.part(0, 10, .syn, .e4, .twoWayVerified), Self.part(20, 30, .firstPacket, .e3, .midstream)
    )
    first.originatorHops.add(60)
    next.originatorHops.add(58)
    #expect(first.joined(with: next).originatorEvidence.grade == .e4)
    next.originatorHops.add(120)
    let whole = first.joined(with: next)
    #expect(whole.originatorEvidence == SideEvidence(.e2, .twoWayUnverified))
    #expect(whole.notes.contains(.ttlClassChange))
  }

  /// Packets of one side that came from both ends of a tunnel vouch for nobody, in one capture or in two.
  @Test func endsThatChangeFromPartToPartAreNotKnown() {
    let (far, near) = (IPAddress(v4: 0xC633_6463), IPAddress(v4: 0xC000_0201))
    var (first, next) = (
      Self.part(0, 10, .syn, .e4, .twoWayVerified), Self.part(20, 30, .firstPacket, .e3, .midstream)
    )
    func tunnel(_ originatorEnd: IPAddress, _ responderEnd: IPAddress) -> FlowRecord.Tunnel {
      var tunnel = FlowRecord.Tunnel(parent: FlowUID.Value(high: 0, low: 1))
      (tunnel.originatorEnds, tunnel.responderEnds) = ([originatorEnd], [responderEnd])
      return tunnel
    }
    (first.tunnel, next.tunnel) = (tunnel(far, near), tunnel(far, near))
    #expect(first.joined(with: next).tunnel == first.tunnel)
    // The same ends, told from the other side.
    swap(&next.originator, &next.responder)
    next.tunnel = tunnel(near, far)
    #expect(first.joined(with: next).tunnel == first.tunnel)
    next.tunnel = tunnel(far, near)
    #expect(first.joined(with: next).tunnel?.originatorEnds == [])
    #expect(first.joined(with: next).tunnel?.responderEnds == [])
  }

  @Test func whoOpenedIsKnownOnlyFromThePartWithTheGrade() {
    let whole = Self.part(0, 10, .syn, .e1, .halfOpen).joined(with: Self.part(20, 30, .hint, .e3, .midstream))
    #expect(whole.originatorEvidence == SideEvidence(.e3, .midstream))
    #expect(whole.originatorBasis == .hint)
  }

  @Test func aContraIndicatedPartCountsWhicheverItIs() {
    let (bad, good) = (
      Self.part(0, 10, .syn, .e0, .isnGuessing), Self.part(20, 30, .firstPacket, .e3, .midstream)
    )
    #expect(bad.joined(with: good).originatorEvidence.grade == .e0)
    let (early, late) = (
      Self.part(0, 10, .syn, .e4, .twoWayVerified), Self.part(20, 30, .firstPacket, .e0, .malformed)
    )
    #expect(early.joined(with: late).originatorEvidence.grade == .e0)
  }

  /// T10 counts within a run: who acknowledged what nobody sent, and proved nothing before the cut, may have guessed.
  @Test func wrongAcknowledgementsBeforeTheCutCapTheFlow() {
    var early = Self.part(0, 10, .syn, .e1, .halfOpen)
    let late = Self.part(20, 30, .hint, .e3, .midstream)
    early.notes = .ackedUnseen
    let whole = early.joined(with: late)
    #expect(whole.originatorEvidence == SideEvidence(.e2, .twoWayUnverified))
    // A third part lifts it no more than the second.
    #expect(whole.joined(with: Self.part(40, 50, .hint, .e3, .midstream)).originatorEvidence.grade == .e2)
    early.originatorEvidence = SideEvidence(.e4, .twoWayVerified)
    #expect(early.joined(with: late).originatorEvidence.grade == .e4)
  }

  @Test(arguments: [EvidenceNotes.pathUnproven, .timestampMismatch, .ttlClassChange])
  func whatCapsOnePartCapsTheFlow(note: EvidenceNotes) {
    var late = Self.part(20, 30, .firstPacket, .e2, .twoWayUnverified)
    late.notes = note
    #expect(Self.part(0, 10, .syn, .e4, .twoWayVerified).joined(with: late).originatorEvidence.grade == .e2)
  }

  @Test func rolesThatThePartsSeeOtherwiseAreTurned() {
    var late = Self.part(20, 30, .firstPacket, .e3, .midstream)
    (late.originator, late.responder) = (late.responder, late.originator)
    late.originatorEvidence = SideEvidence(.e1, .silent)
    late.responderEvidence = SideEvidence(.e3, .midstream)
    let first = Self.part(0, 10, .syn, .e1, .halfOpen)
    #expect(first.isContinued(by: late, idleTimeout: Self.timeout))
    let whole = first.joined(with: late)
    #expect(whole.originator == Self.client && whole.originatorEvidence.grade == .e3)
    #expect(whole.originatorCounts.packets == 5 && whole.responderCounts.packets == 5)
  }

  /// What was not examined when it was read is never more than two-way.
  @Test func anUnwatchedFlowIsNotTakenOverAboveE2() throws {
    let catalog = try Recorded.catalog()
    var record = Self.part(0, 10, .syn, .e4, .twoWayVerified)
    record.cover(by: catalog.prefixes, wasWatched: false)
    #expect(record.isWatched)
    #expect(record.originatorEvidence == SideEvidence(.e2, .twoWayUnverified))
    var watched = Self.part(0, 10, .syn, .e4, .twoWayVerified)
    watched.cover(by: catalog.prefixes, wasWatched: true)
    #expect(watched.originatorEvidence.grade == .e4)
    var forged = Self.part(0, 10, .syn, .e0, .flood)
    forged.cover(by: catalog.prefixes, wasWatched: false)
    #expect(forged.originatorEvidence.grade == .e0)
  }
}
