import Packets
import TestSupport
import Testing

@testable import Flows

/// Single rules of methodology 2.3 at their edges.
@Suite struct EvidenceRuleTests {
  private static func talk() -> Conversation {
    Conversation(client: endpointPairs[0].range, server: endpointPairs[0].us)
  }

  private static func established() -> Conversation {
    var talk = talk()
    talk.handshake()
    return talk
  }

  @Test func stateIsSmall() { #expect(MemoryLayout<EvidenceState>.size <= 96) }

  // MARK: T1

  @Test func simultaneousOpenNeedsBothAcknowledgements() {
    var talk = Self.talk()
    talk.syn()
    talk.segment(from: .server, [.syn])
    talk.server.next &+= 1
    #expect(talk.conclusion.originator == SideEvidence(.e1, .halfOpen))
    #expect(talk.conclusion.basis == .simultaneous)
    talk.segment(from: .client, [.syn, .ack], sequence: 1_000)
    #expect(talk.conclusion.originator == SideEvidence(.e3, .connectOnly))
    #expect(talk.conclusion.responder == SideEvidence(.e1, .halfOpen))
    #expect(talk.conclusion.activity == .probe)
    talk.segment(from: .server, [.syn, .ack], sequence: 5_000)
    #expect(talk.conclusion.responder == SideEvidence(.e3, .connectOnly))
    #expect(talk.conclusion.activity == .connectOnly)
  }

  @Test func flipExchangesTheSides() {
    let observations = Self.established().observations
    var state = EvidenceState()
    for observation in observations {
      _ = state.observe(
        observation.packet, fromOriginator: !observation.fromOriginator, senderIsLocal: observation.senderIsLocal)
    }
    #expect(state.conclude(ipProtocol: .tcp, requestMayPrecede: false).basis == .firstPacket)
    state.flip()
    let flipped = state.conclude(ipProtocol: .tcp, requestMayPrecede: false)
    #expect(flipped.basis == .syn)
    #expect(flipped.originator == SideEvidence(.e3, .connectOnly))
    #expect(flipped.activity == .connectOnly)
  }

  // MARK: T2

  /// The third packet filed before the SYN-ACK: counts if the clocks differ by no more than 1 ms.
  @Test(arguments: [(Int64(999_999), true), (1_000_000, true), (1_000_001, false)])
  func toleratesQueuesAMillisecondApart(lead: Int64, counts: Bool) {
    var observations = Self.established().observations
    observations.swapAt(1, 2)
    observations[1].packet.timestamp = Timestamp(
      nanoseconds: observations[2].packet.timestamp.nanoseconds - lead)
    let grade = EvidenceState.conclude(observations).originator
    #expect(grade == (counts ? SideEvidence(.e3, .connectOnly) : SideEvidence(.e1, .halfOpen)))
  }

  /// Filed in order, but the clock says that the acknowledgement came first.
  @Test(arguments: [(Int64(1_000_000), true), (1_000_001, false)])
  func believesNoAcknowledgementFromBeforeItsBytes(lead: Int64, counts: Bool) {
    var observations = Self.established().observations
    observations[2].packet.timestamp = Timestamp(
      nanoseconds: observations[1].packet.timestamp.nanoseconds - lead)
    #expect(EvidenceState.conclude(observations).originator.grade == (counts ? .e3 : .e1))
  }

  @Test func keepAliveDoesNotVerify() {
    var talk = Self.talk()
    talk.syn()
    talk.synAck()
    talk.segment(from: .client, [.ack], sequence: 1_000)
    #expect(talk.conclusion.originator == SideEvidence(.e1, .halfOpen))
  }

  @Test func acknowledgementOfLostBytesDoesNotVerify() {
    var talk = Self.talk()
    talk.send(10, from: .client)
    talk.send(100, from: .server)
    talk.send(100, from: .server)
    talk.drop()
    talk.ack(from: .client)
    talk.send(100, from: .server)
    talk.ack(from: .server)
    let conclusion = talk.conclusion
    #expect(conclusion.originator == SideEvidence(.e2, .twoWayUnverified))
    #expect(conclusion.notes == .ackedUnseen)
  }

  /// Where a hole begins is no captured byte: the last byte before it was lost.
  @Test func acknowledgementUpToAHoleDoesNotVerify() {
    var talk = Self.talk()
    for _ in 0..<2 {
      talk.send(10, from: .client)
      talk.send(100, from: .server)
      talk.send(100, from: .server)
      talk.drop()
      let end = talk.server.next
      talk.send(100, from: .server)
      talk.segment(from: .client, [.ack], acknowledgement: end)
    }
    #expect(talk.conclusion.originator.grade == .e2)
  }

  @Test func flowsBeyondTheSequenceSpaceStayExact() {
    var state = EvidenceState()
    var sequence: UInt32 = 0xFFFF_0000
    _ = state.observe(
      .tcp([.ack], sequence: 7, acknowledgement: sequence, at: 0), fromOriginator: true, senderIsLocal: false)
    for step in 1...150_000 {
      let time = Int64(step) * 1_000_000
      _ = state.observe(
        .tcp([.ack], sequence: sequence, acknowledgement: 7, payload: 65_000, at: time), fromOriginator: false,
        senderIsLocal: true)
      sequence &+= 65_000
    }
    // 9.75 GB later: what lies outside of the last window is no acknowledgement, the newest byte is one.
    func grade(_ number: UInt32) -> SideEvidence {
      var later = state
      for (step, acknowledgement) in [number &- 65_000, number].enumerated() {
        let time = 200_000_000_000 + Int64(step) * 10_000_000
        _ = later.observe(
          .tcp([.ack], sequence: 7 &+ UInt32(step), acknowledgement: acknowledgement, payload: 1, at: time),
          fromOriginator: true,
          senderIsLocal: false)
      }
      _ = later.observe(
        .tcp([.ack], sequence: sequence, acknowledgement: 9, at: 300_000_000_000), fromOriginator: false,
        senderIsLocal: true)
      return later.conclude(ipProtocol: .tcp, requestMayPrecede: true).originator
    }
    #expect(grade(sequence) == SideEvidence(.e3, .midstream))
    #expect(grade(sequence &+ 1) == SideEvidence(.e2, .twoWayUnverified))
    #expect(grade(sequence &- (1 << 30)) == SideEvidence(.e2, .twoWayUnverified))
    #expect(grade(sequence &+ (1 << 31)) == SideEvidence(.e2, .twoWayUnverified))
  }

  // MARK: T3 to T6

  @Test func responderIsVerifiedBySYNACK() {
    var talk = Self.talk()
    talk.syn()
    talk.synAck()
    #expect(talk.conclusion.responder == SideEvidence(.e3, .connectOnly))
    #expect(talk.conclusion.originator == SideEvidence(.e1, .halfOpen))
  }

  @Test func resetAnswerIsNoProof() {
    var talk = Self.talk()
    talk.syn()
    talk.rst(from: .server, acknowledging: true)
    #expect(talk.conclusion.responder == SideEvidence(.e2, .resetAnswer))
    #expect(talk.conclusion.originator == SideEvidence(.e1, .halfOpen))
    #expect(talk.conclusion.activity == .probe)
  }

  @Test func payloadInTheSYNDoesNotVerify() {
    var talk = Self.talk()
    talk.segment(from: .client, [.syn], payload: [1, 2, 3])
    talk.client.next &+= 4
    #expect(talk.conclusion.originator == SideEvidence(.e1, .oneWay))
    talk.synAck()
    // The server took the payload: its own answer is verified, once.
    #expect(talk.conclusion.responder == SideEvidence(.e3, .connectOnly))
    talk.send(10, from: .server)
    #expect(talk.conclusion.originator == SideEvidence(.e1, .halfOpen))
    talk.ack(from: .client)
    #expect(talk.conclusion.originator == SideEvidence(.e3, .connectOnly))
  }

  /// One number that covers SYN and payload together is one echo: handshake, not "and then payload".
  @Test func handshakeAndPayloadInOneNumberIsNotE4() {
    var talk = Self.established()
    talk.drop()
    talk.send(100, from: .server)
    talk.ack(from: .client)
    #expect(talk.conclusion.originator == SideEvidence(.e3, .connectOnly))
    talk.send(1, from: .server)
    talk.ack(from: .client)
    #expect(talk.conclusion.originator == SideEvidence(.e4, .twoWayVerified))
  }

  @Test func acknowledgedFINIsNoPayload() {
    var talk = Self.established()
    talk.send(10, from: .client)
    talk.fin(from: .server)
    talk.ack(from: .client)
    #expect(talk.conclusion.originator == SideEvidence(.e3, .dataInOnly))
  }

  /// Without the SYN-ACK there is no handshake, however much is acknowledged.
  @Test func lostSYNACKLeavesMidstream() {
    var talk = Self.talk()
    talk.syn()
    talk.synAck()
    talk.drop()
    talk.ack(from: .client)
    for _ in 0..<2 {
      talk.send(10, from: .client)
      talk.send(10, from: .server)
    }
    talk.ack(from: .client)
    #expect(talk.conclusion.originator == SideEvidence(.e3, .midstream))
  }

  // MARK: T7

  @Test func midstreamNeedsBothSides() {
    var talk = Self.talk()
    for _ in 0..<3 {
      talk.send(100, from: .server)
      talk.ack(from: .client)
    }
    #expect(talk.conclusion.originator == SideEvidence(.e2, .twoWayUnverified))
    talk.send(10, from: .client)
    talk.ack(from: .server)
    #expect(talk.conclusion.originator == SideEvidence(.e3, .midstream))
  }

  // MARK: T9

  @Test func damagedPacketsOfOthersCountNothing() {
    var talk = Self.established()
    talk.send(10, from: .server)
    talk.ack(from: .client) { $0.overrideTransportChecksum = 0xDEAD }
    let conclusion = talk.conclusion
    #expect(conclusion.originator == SideEvidence(.e3, .connectOnly))
    #expect(conclusion.notes == .badChecksums)
  }

  @Test func ourOwnUnfinishedChecksumsCount() {
    var talk = Self.established()
    talk.send([1, 2], from: .server) { $0.overrideTransportChecksum = 0xDEAD }
    talk.ack(from: .client)
    let conclusion = talk.conclusion
    #expect(conclusion.originator == SideEvidence(.e4, .twoWayVerified))
    #expect(conclusion.notes == .offload)
  }

  @Test func onlyDamagedPacketsProveNothing() {
    var talk = Self.talk()
    talk.syn { $0.overrideTransportChecksum = 0xDEAD }
    #expect(talk.conclusion.originator == SideEvidence(.e1, .oneWay))
    #expect(talk.conclusion.notes == .badChecksums)
  }

  @Test func truncatedPacketsCountWithANote() {
    var talk = Self.established()
    talk.send(100, from: .server)
    talk.send(100, from: .client)
    var observations = talk.observations
    observations[4].packet.flags.insert(.truncated)
    let conclusion = EvidenceState.conclude(observations)
    #expect(conclusion.originator == SideEvidence(.e4, .twoWayVerified))
    #expect(conclusion.notes == .checksumUnknown)
  }

  // MARK: T10

  @Test(arguments: [7, 8]) func eightWrongNumbersAreGuessing(count: UInt32) {
    var talk = Self.talk()
    talk.syn()
    talk.synAck()
    for guess in 0..<count { talk.segment(from: .client, [.ack], acknowledgement: 0x4000_0000 + guess) }
    talk.ack(from: .client)
    #expect(
      talk.conclusion.originator == (count < 8 ? SideEvidence(.e3, .connectOnly) : SideEvidence(.e0, .isnGuessing)))
  }

  @Test func anotherSYNDoesNotForgiveGuesses() {
    var talk = Self.talk()
    for round in UInt32(0)..<4 {
      talk.segment(from: .client, [.syn], sequence: 1_000 + round * 77)
      talk.client.next = 1_001 + round * 77
      talk.segment(from: .server, [.syn, .ack], sequence: 5_000 + round * 9_999)
      talk.server.next = 5_001 + round * 9_999
      for guess in UInt32(0)..<3 { talk.segment(from: .client, [.ack], acknowledgement: 0x4000_0000 + guess) }
    }
    talk.ack(from: .client)
    #expect(talk.conclusion.originator == SideEvidence(.e0, .isnGuessing))
  }

  // MARK: T12

  @Test func oldSYNACKVerifiesNoNewHandshake() {
    var talk = Self.talk()
    talk.syn()
    talk.synAck()
    talk.segment(from: .client, [.syn], sequence: 70_000)
    talk.segment(from: .client, [.ack], sequence: 70_001, acknowledgement: 5_001)
    #expect(talk.conclusion.originator == SideEvidence(.e1, .halfOpen))
    #expect(talk.conclusion.responder.grade == .e2)
  }

  @Test func strangeSYNDoesNotUndoAVerifiedHandshake() {
    var talk = Self.established()
    talk.segment(from: .client, [.syn], sequence: 70_000)
    talk.segment(from: .server, [.syn, .ack], sequence: 80_000)
    talk.send(10, from: .server)
    talk.ack(from: .client)
    #expect(talk.conclusion.originator == SideEvidence(.e4, .twoWayVerified))
  }

  @Test func onlyTheLastSYNACKCounts() {
    var talk = Self.talk()
    talk.syn()
    talk.synAck()
    talk.segment(from: .server, [.syn, .ack], sequence: 9_000)
    talk.segment(from: .client, [.ack], acknowledgement: 5_001)
    #expect(talk.conclusion.originator == SideEvidence(.e1, .halfOpen))
    talk.segment(from: .client, [.ack], acknowledgement: 9_001)
    #expect(talk.conclusion.originator == SideEvidence(.e3, .connectOnly))
  }

  // MARK: Paths that the sender chose

  /// Whoever stands on the source route receives the answers and can return their numbers.
  @Test(arguments: [131, 137] as [UInt8], [0, 2]) func aSourceRouteCapsTheFlow(option: UInt8, packet: Int) {
    var talk = Self.talk()
    let route: (inout FrameBuilder) -> Void = { $0.ipOptions = [option, 7, 8, 203, 0, 113, 9] }
    talk.syn(edit: packet == 0 ? route : { _ in })
    talk.synAck()
    talk.ack(from: .client, edit: packet == 2 ? route : { _ in })
    talk.send(100, from: .client)
    talk.send(100, from: .server)
    talk.ack(from: .client)
    #expect(talk.conclusion.originator == SideEvidence(.e2, .twoWayUnverified))
    #expect(talk.conclusion.responder == SideEvidence(.e2, .twoWayUnverified))
    #expect(talk.conclusion.notes == .pathUnproven)
  }

  /// IPv6 routing does not take answers to the holder of the IPv4 address.
  @Test func anIPv4AddressInAnIPv6HeaderCapsTheFlow() {
    var talk = Self.established()
    talk.send(100, from: .server)
    talk.ack(from: .client)
    var observations = talk.observations
    #expect(EvidenceState.conclude(observations).originator.grade == .e4)
    for index in observations.indices { observations[index].packet.flags.insert(.mappedAddress) }
    #expect(EvidenceState.conclude(observations).originator == SideEvidence(.e2, .twoWayUnverified))
    #expect(EvidenceState.conclude(observations).notes == .pathUnproven)
  }

  // MARK: The rest

  @Test(arguments: [[], [.fin, .psh, .urg], [.syn, .fin], [.fin], [.syn, .rst], [.psh]] as [TCPFlags])
  func impossibleFlags(flags: TCPFlags) {
    var talk = Self.talk()
    talk.segment(from: .client, flags)
    #expect(talk.conclusion.originator == SideEvidence(.e0, .malformed))
    talk.rst(from: .server, acknowledging: true)
    #expect(talk.conclusion.originator == SideEvidence(.e0, .malformed))
    talk.segment(from: .client, [.syn])
    #expect(talk.conclusion.originator.grade == .e1)
  }

  @Test func eventsNameTheHandshake() {
    var talk = Self.established()
    talk.send(10, from: .client)
    talk.ack(from: .server)
    talk.send(10, from: .server)
    talk.ack(from: .client)
    talk.ack(from: .client)
    var state = EvidenceState()
    let events = talk.observations.map {
      state.observe($0.packet, fromOriginator: $0.fromOriginator, senderIsLocal: $0.senderIsLocal)
    }
    #expect(events.map { $0.contains(.verifying) } == [false, true, true, false, true, false, true, false])
    #expect(events.map { $0.subtracting(.verifying) } == [.syn, .synAck, .ack, [], .ackedData, [], .ackedData, []])
  }

  @Test func icmpErrorIsAClaim() {
    var packet = Packet()
    packet.ipProtocol = .icmp
    packet.sourcePort = 3
    let conclusion = EvidenceState.conclude([Observation(packet, fromOriginator: true)])
    #expect(conclusion.originator == SideEvidence(.e1, .responseOnly))
    #expect(conclusion.activity == .responseOnly)
  }

  @Test func unaskedEchoReplyIsBackscatter() {
    var packet = Packet()
    packet.ipProtocol = .icmpv6
    packet.sourcePort = 129
    packet.timestamp = Timestamp(seconds: 1_416_816_000)
    #expect(
      EvidenceState.conclude([Observation(packet, fromOriginator: true)]).originator
        == SideEvidence(.e0, .backscatter))
  }

  /// Nothing traps, whatever the numbers.
  @Test func anyNumbersAreSafe() {
    var generator = SeededGenerator(seed: 0xB0B)
    for _ in 0..<2_000 {
      var state = EvidenceState()
      var checks = EvidenceChecks()
      for _ in 0..<30 {
        var packet = Packet()
        let edges: [UInt32] = [0, 1, 0x3FFF_FFFF, 0x4000_0000, 0x7FFF_FFFF, 0x8000_0000, 0xFFFF_FFFF]
        func number() -> UInt32 {
          let any = generator.next()
          return any & 1 == 0 ? UInt32(truncatingIfNeeded: any >> 8) : edges[Int((any >> 8) % 7)]
        }
        packet.ipProtocol = [.tcp, .tcp, .tcp, .udp, .icmp, .icmpv6][Int(generator.next() % 6)]
        packet.tcp.flags = TCPFlags(rawValue: UInt8(truncatingIfNeeded: generator.next()))
        packet.tcp.sequence = number()
        packet.tcp.acknowledgement = number()
        packet.payloadLength = number()
        packet.flags = Packet.Flags(rawValue: UInt16(truncatingIfNeeded: generator.next() & generator.next()))
        packet.sourcePort = UInt16(truncatingIfNeeded: number()) % 140
        packet.icmpSequence = UInt16(truncatingIfNeeded: number())
        packet.timestamp = Timestamp(nanoseconds: Int64(bitPattern: generator.next()))
        let any = generator.next()
        packet.tcp.timestampValue = number()
        packet.tcp.timestampEcho = number()
        if any & 0x700 != 0 { packet.flags.insert(.tcpTimestamps) }
        _ = checks.observe(packet, fromOriginator: any & 1 == 0, senderIsLocal: any & 2 == 0, into: &state)
        if any & 0xF0 == 0 {
          state.flip()
          checks.flip()
        }
        _ = state.conclude(
          ipProtocol: packet.ipProtocol, requestMayPrecede: any & 4 == 0, findings: checks.findings)
      }
    }
  }
}
