import Packets
import TestSupport
import Testing

@testable import Flows

/// The test vectors of methodology 8.1 that concern grades, from whole frames, in both address families.
@Suite struct EvidenceVectorTests {
  private static func talk(_ family: Int, serverISN: UInt32 = 5_000) -> Conversation {
    let pair = endpointPairs[family]
    return Conversation(client: pair.range, server: pair.us, serverISN: serverISN)
  }

  @Test(arguments: 0...1) func fullSession(family: Int) {
    var talk = Self.talk(family)
    talk.handshake()
    talk.send(120, from: .client)
    talk.ack(from: .server)
    talk.send(900, from: .server)
    talk.ack(from: .client)
    talk.close(from: .client)
    let conclusion = talk.conclusion
    #expect(conclusion.originator == SideEvidence(.e4, .twoWayVerified))
    // Vector 30: the same session with the range side as responder.
    #expect(conclusion.responder == SideEvidence(.e4, .twoWayVerified))
    #expect(conclusion.activity == .dataTwoWay)
    #expect(conclusion.basis == .syn)
    #expect(conclusion.notes == [])
  }

  @Test(arguments: 0...1) func vector3SYNOnly(family: Int) {
    var talk = Self.talk(family)
    talk.syn()
    let conclusion = talk.conclusion
    #expect(conclusion.originator == SideEvidence(.e1, .oneWay))
    #expect(conclusion.responder == SideEvidence(.e1, .silent))
    #expect(conclusion.activity == .probe)
    #expect(conclusion.notes == [])
  }

  @Test(arguments: 0...1) func vector4HalfOpen(family: Int) {
    var talk = Self.talk(family)
    talk.syn()
    talk.synAck()
    talk.rst(from: .client)
    let conclusion = talk.conclusion
    #expect(conclusion.originator == SideEvidence(.e1, .halfOpen))
    #expect(conclusion.activity == .probe)
  }

  @Test(arguments: 0...1) func vector5WrongThirdPacket(family: Int) {
    var talk = Self.talk(family)
    talk.syn()
    talk.synAck()
    talk.segment(from: .client, [.ack], acknowledgement: 5_002)
    let conclusion = talk.conclusion
    #expect(conclusion.originator.grade == .e1)
    #expect(conclusion.notes == .ackedUnseen)
  }

  @Test(arguments: 0...1) func vector6Wraparound(family: Int) {
    var talk = Self.talk(family, serverISN: 0xFFFF_FFFF)
    talk.handshake()
    #expect(talk.packets.last?.tcp.acknowledgement == 0)
    #expect(talk.conclusion.originator == SideEvidence(.e3, .connectOnly))
  }

  @Test(arguments: 0...1) func vector7ThirdACKLost(family: Int) {
    var talk = Self.talk(family)
    talk.handshake()
    talk.drop()
    talk.send(120, from: .client)
    talk.send(900, from: .server)
    talk.ack(from: .client)
    #expect(talk.conclusion.originator == SideEvidence(.e4, .twoWayVerified))
  }

  @Test(arguments: 0...1, [false, true]) func vector7bNoServerPayload(family: Int, isAcknowledged: Bool) {
    var talk = Self.talk(family)
    talk.handshake()
    talk.drop()
    talk.send(120, from: .client)
    if isAcknowledged { talk.ack(from: .server) }
    #expect(talk.conclusion.originator == SideEvidence(.e3, .dataInOnly))
    #expect(talk.conclusion.activity == .dataIn)
  }

  @Test(arguments: 0...1) func vector8ConnectOnly(family: Int) {
    var talk = Self.talk(family)
    talk.handshake()
    talk.close(from: .client)
    let conclusion = talk.conclusion
    #expect(conclusion.originator == SideEvidence(.e3, .connectOnly))
    #expect(conclusion.responder == SideEvidence(.e3, .connectOnly))
    #expect(conclusion.activity == .connectOnly)
  }

  @Test(arguments: 0...1) func vector9Midstream(family: Int) {
    var talk = Self.talk(family)
    for _ in 0..<2 {
      talk.send(50, from: .client)
      talk.send(300, from: .server)
    }
    talk.ack(from: .client)
    let conclusion = talk.conclusion
    #expect(conclusion.originator == SideEvidence(.e3, .midstream))
    #expect(conclusion.basis == .firstPacket)
  }

  @Test(arguments: 0...1) func vector10RepeatedACK(family: Int) {
    var talk = Self.talk(family)
    talk.send(300, from: .server)
    for _ in 0..<5 {
      talk.segment(from: .client, [.ack])
      talk.segment(from: .server, [.ack], payload: [1])
    }
    talk.send(50, from: .client)
    talk.ack(from: .server)
    #expect(talk.conclusion.originator == SideEvidence(.e2, .twoWayUnverified))
  }

  @Test(arguments: 0...1) func vector11Asymmetric(family: Int) {
    var talk = Self.talk(family)
    talk.syn()
    talk.segment(from: .client, [.ack], acknowledgement: 5_001)
    for _ in 0..<5 { talk.send(700, from: .client) }
    talk.fin(from: .client)
    let conclusion = talk.conclusion
    #expect(conclusion.originator == SideEvidence(.e1, .oneWay))
    #expect(conclusion.notes == .asymmetric)
    #expect(conclusion.activity == .dataIn)
  }

  @Test(arguments: 0...1, [false, true]) func vector12UnsolicitedSYNACK(family: Int, isAnswered: Bool) throws {
    let pair = endpointPairs[family]
    var talk = Conversation(client: pair.us, server: pair.range)
    talk.synAck()
    if isAnswered { talk.rst(from: .client) }
    let observations = talk.observations.map {
      Observation($0.packet, fromOriginator: !$0.fromOriginator, senderIsLocal: $0.fromOriginator)
    }
    let conclusion = EvidenceState.conclude(observations)
    #expect(conclusion.originator == SideEvidence(.e0, .backscatter))
    #expect(conclusion.activity == .responseOnly)
    let first = try #require(observations.first).packet.timestamp
    let justBefore = Timestamp(nanoseconds: first.nanoseconds - 119_999_999_999)
    #expect(
      EvidenceState.conclude(observations, captureStart: justBefore).originator == SideEvidence(.e1, .responseOnly))
    let before = Timestamp(nanoseconds: first.nanoseconds - 120_000_000_000)
    #expect(EvidenceState.conclude(observations, captureStart: before).originator.grade == .e0)
  }

  @Test(arguments: 0...1, [1, 977]) func vector13Guessing(family: Int, stride: UInt32) {
    var talk = Self.talk(family)
    talk.syn()
    talk.synAck()
    for guess in 1...20 {
      talk.segment(from: .client, [.ack], acknowledgement: 5_001 &+ UInt32(guess) &* stride)
      talk.rst(from: .server)
    }
    talk.ack(from: .client)
    talk.send(100, from: .client)
    talk.send(100, from: .server)
    talk.ack(from: .client)
    #expect(talk.conclusion.originator == SideEvidence(.e0, .isnGuessing))
  }

  @Test(arguments: 0...1) func vector14UDP(family: Int) {
    var talk = Self.talk(family)
    talk.datagram([1, 2, 3], from: .client)
    #expect(talk.conclusion.originator == SideEvidence(.e1, .oneWay))
    #expect(talk.conclusion.activity == .probe)
    talk.datagram([4, 5], from: .server)
    let conclusion = talk.conclusion
    #expect(conclusion.originator == SideEvidence(.e2, .twoWayUnverified))
    #expect(conclusion.responder == SideEvidence(.e2, .twoWayUnverified))
    #expect(conclusion.activity == .dataTwoWay)
  }

  @Test(arguments: 0...1) func ping(family: Int) {
    var talk = Self.talk(family)
    talk.echo(from: .client, identifier: 7, sequence: 1, payload: [1, 2])
    #expect(talk.conclusion.originator == SideEvidence(.e1, .oneWay))
    talk.echo(from: .server, identifier: 7, sequence: 2, payload: [1, 2])
    #expect(talk.conclusion.responder == SideEvidence(.e1, .responseOnly))
    talk.echo(from: .server, identifier: 7, sequence: 1, payload: [1, 2])
    #expect(talk.conclusion.responder == SideEvidence(.e2, .twoWayUnverified))
    #expect(talk.conclusion.originator == SideEvidence(.e1, .oneWay))
  }
}
