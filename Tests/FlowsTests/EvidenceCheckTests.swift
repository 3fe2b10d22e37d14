import Packets
import TestSupport
import Testing

@testable import Flows

/// T11, T13 and T14 at their edges, from whole frames.
@Suite struct EvidenceCheckTests {
  private static func talk(_ family: Int = 0, timestamps: Bool = true) -> Conversation {
    let pair = endpointPairs[family]
    var talk = Conversation(client: pair.range, server: pair.us)
    talk.usesTimestamps = timestamps
    return talk
  }

  /// Handshake, and payload of the client acknowledged.
  private static func upload(_ family: Int = 0, timestamps: Bool = true) -> Conversation {
    var talk = talk(family, timestamps: timestamps)
    talk.handshake()
    talk.send(120, from: .client)
    talk.ack(from: .server)
    return talk
  }

  /// What observations prove after one of them was changed.
  private static func conclude(
    _ talk: Conversation, at index: Int, _ edit: (inout Packet) -> Void
  ) -> EvidenceState.Conclusion {
    var observations = talk.observations
    edit(&observations[index].packet)
    return EvidenceState.conclude(observations)
  }

  // MARK: T11

  @Test(arguments: 0...1) func copiesOfAMirrorPortAreLeftOut(family: Int) {
    var talk = Self.talk(family)
    talk.step = 1_000_000
    talk.syn()
    talk.repeatLast()
    talk.synAck()
    talk.repeatLast()
    for guess in 0..<7 {
      talk.segment(from: .client, [.ack], acknowledgement: 0x9000_0000 + UInt32(guess), payload: [1, 2])
      talk.repeatLast()
    }
    talk.ack(from: .client)
    let conclusion = talk.conclusion
    // Seven guesses are not eight, although the capture holds fourteen.
    #expect(conclusion.originator.grade == .e3)
    #expect(conclusion.notes.contains(.mirrorDuplicates))
  }

  @Test(arguments: [(Int64(5_000_000), true), (5_000_001, false)]) func copiesLieWithinFiveMilliseconds(
    apart: Int64, isDuplicate: Bool
  ) {
    var talk = Self.talk()
    talk.step = apart
    talk.handshake()
    talk.send(10, from: .client)
    talk.repeatLast()
    #expect(talk.conclusion.notes.contains(.mirrorDuplicates) == isDuplicate)
  }

  @Test func aRetransmissionIsNoDuplicate() {
    var talk = Self.talk(timestamps: false)
    talk.step = 1_000_000
    talk.handshake()
    talk.send(10, from: .client)
    talk.segment(
      from: .client, [.psh, .ack], sequence: talk.client.next &- 10, payload: [UInt8](repeating: 120, count: 10))
    #expect(!talk.conclusion.notes.contains(.mirrorDuplicates))
  }

  /// IPv6 has no identification: TCP itself repeats bare acknowledgements.
  @Test(arguments: [(0, true), (1, false)]) func repeatedBareAcknowledgements(family: Int, isDuplicate: Bool) {
    var talk = Self.talk(family, timestamps: false)
    talk.step = 1_000_000
    talk.handshake()
    talk.repeatLast()
    #expect(talk.conclusion.notes.contains(.mirrorDuplicates) == isDuplicate)
  }

  @Test func differentGuessesAreNoDuplicates() {
    var talk = Self.talk()
    talk.step = 100_000
    talk.syn()
    talk.synAck()
    for guess in 0..<8 {
      talk.segment(from: .client, [.ack], acknowledgement: 9_000 + UInt32(guess)) { $0.identification = 1 }
    }
    talk.ack(from: .client)
    #expect(talk.conclusion.originator == SideEvidence(.e0, .isnGuessing))
  }

  /// A copy with a source route may have turned the path of the answers.
  @Test func aCopyWithASourceRouteCounts() {
    var observations = Self.upload().observations
    var copy = observations[3]
    copy.packet.flags.insert(.sourceRouted)
    observations.insert(copy, at: 4)
    #expect(EvidenceState.conclude(observations).originator.grade == .e2)
  }

  // MARK: T13

  /// Vector 7b with timestamps: the second way of T5.
  @Test(arguments: 0...1) func anEchoedTimestampIsASecondNonce(family: Int) {
    let conclusion = Self.upload(family).conclusion
    #expect(conclusion.originator == SideEvidence(.e4, .twoWayVerified))
    #expect(conclusion.notes == .timestampEchoed)
    #expect(Self.upload(family, timestamps: false).conclusion.originator == SideEvidence(.e3, .dataInOnly))
  }

  /// Our acknowledgement of their payload is one half of it.
  @Test func anEchoWithoutAcknowledgedPayloadIsNotE4() {
    var talk = Self.talk()
    talk.handshake()
    talk.send(120, from: .client)
    #expect(talk.conclusion.originator == SideEvidence(.e3, .dataInOnly))
  }

  /// Zero, one tick beside, the client's own value returned: no nonce came back.
  @Test(arguments: [0, 900_001, 899_999, 100_001] as [UInt32]) func anyOtherValueIsNoEcho(echo: UInt32) {
    let conclusion = Self.conclude(Self.upload(), at: 2) { $0.tcp.timestampEcho = echo }
    #expect(conclusion.originator == SideEvidence(.e3, .dataInOnly))
  }

  /// A responder that repeats the client's own value hands it the number to echo.
  @Test func aReflectedTimestampIsNoNonce() {
    var observations = Self.upload().observations
    observations[1].packet.tcp.timestampValue = observations[1].packet.tcp.timestampEcho
    observations[2].packet.tcp.timestampEcho = observations[1].packet.tcp.timestampValue
    #expect(EvidenceState.conclude(observations).originator == SideEvidence(.e3, .dataInOnly))
  }

  @Test func lossForbidsTheSecondWay() {
    var talk = Self.talk()
    talk.handshake()
    talk.send(120, from: .client)
    talk.ack(from: .server)
    talk.send(10, from: .client)
    talk.drop()
    talk.send(10, from: .client)
    talk.ack(from: .server)
    #expect(talk.conclusion.originator == SideEvidence(.e3, .dataInOnly))
  }

  @Test(arguments: [(1 << 20, false), (1 << 24, true), (1 << 31 - 1, true)] as [(UInt32, Bool)])
  func aTimestampThatWasNeverSentCaps(distance: UInt32, isMismatch: Bool) {
    for sign in [distance, 0 &- distance] {
      let conclusion = Self.conclude(Self.upload(), at: 3) { $0.tcp.timestampEcho &+= sign }
      #expect(conclusion.notes.contains(.timestampMismatch) == isMismatch, "\(sign)")
      #expect(conclusion.originator.grade == (isMismatch ? .e2 : .e4))
      #expect(conclusion.responder.grade == (isMismatch ? .e2 : .e4))
    }
  }

  /// The same with the clock of the other side just before its overflow.
  @Test func timestampsWrap() {
    var talk = Self.talk()
    talk.server.timestampValue = .max - 1
    talk.handshake()
    for _ in 0..<6 {
      talk.send(10, from: .client)
      talk.send(10, from: .server)
    }
    #expect(talk.conclusion.originator == SideEvidence(.e4, .twoWayVerified))
    #expect(talk.conclusion.notes == .timestampEchoed)
  }

  /// Before the capture began the other side may have sent any lower value, but no higher one.
  @Test func aCaptureFromTheMiddleKnowsNoBeginning() {
    var talk = Self.talk()
    for _ in 0..<3 {
      talk.send(10, from: .server)
      talk.send(10, from: .client)
    }
    #expect(talk.conclusion.originator == SideEvidence(.e3, .midstream))
    let lower = Self.conclude(talk, at: 1) { $0.tcp.timestampEcho &-= 1 << 30 }
    #expect(!lower.notes.contains(.timestampMismatch))
    let higher = Self.conclude(talk, at: 1) { $0.tcp.timestampEcho &+= 1 << 30 }
    #expect(higher.notes.contains(.timestampMismatch))
  }

  /// A bare acknowledgement with a newer timestamp may have been lost, without a trace, and its clock may be fast.
  @Test func aTimestampMayHaveBeenLost() {
    var talk = Self.upload()
    talk.wait(nanoseconds: 100_000_000_000)
    talk.server.timestampValue &+= 100_000_000
    talk.ack(from: .server)
    talk.drop()
    talk.send(10, from: .client)
    #expect(talk.conclusion.notes == .timestampEchoed)
  }

  /// A capture with a hole cannot know which timestamps were sent.
  @Test func lossExcusesAStrangeTimestamp() {
    var talk = Self.upload()
    talk.send(10, from: .server)
    talk.drop()
    talk.send(10, from: .server)
    talk.ack(from: .client)
    let conclusion = Self.conclude(talk, at: 3) { $0.tcp.timestampEcho &+= 1 << 30 }
    #expect(!conclusion.notes.contains(.timestampMismatch))
  }

  @Test func resetsAndZerosSayNothing() {
    var talk = Self.upload()
    talk.rst(from: .client)
    var observations = talk.observations
    observations[3].packet.tcp.timestampEcho = 0
    observations[5].packet.tcp.timestampEcho = 77
    #expect(!EvidenceState.conclude(observations).notes.contains(.timestampMismatch))
  }

  // MARK: T14

  @Test(
    arguments: [
      (60, 57, false), (60, 33, false), (64, 67, false), (64, 68, true), (52, 113, true), (113, 240, true),
      (1, 255, true), (128, 131, false),
    ] as [(UInt8, UInt8, Bool)])
  func theClassOfTheTTL(one: UInt8, other: UInt8, changes: Bool) {
    for side in Conversation.Side.allCases {
      var talk = Self.talk(timestamps: false)
      talk[side].timeToLive = one
      talk.handshake()
      talk.send(10, from: .client)
      talk.send(10, from: .server)
      talk.ack(from: .client)
      talk[side].timeToLive = other
      talk.ack(from: side)
      let conclusion = talk.conclusion
      #expect(conclusion.notes == (changes ? .ttlClassChange : []))
      #expect(conclusion.originator.grade == (changes ? .e2 : .e4))
    }
  }

  /// Both sides have their own.
  @Test func sidesMayDiffer() {
    var talk = Self.talk(timestamps: false)
    talk.client.timeToLive = 113
    talk.handshake()
    #expect(talk.conclusion.notes == [])
  }

  /// A reset with another TTL shows that something on the path answers for the side.
  @Test func aForgedResetCaps() {
    var talk = Self.upload()
    talk.client.timeToLive = 250
    talk.rst(from: .client)
    #expect(talk.conclusion.originator == SideEvidence(.e2, .twoWayUnverified))
  }

  /// What is left out of grading says nothing of the path either.
  @Test func damagedPacketsHaveNoTTL() {
    var observations = Self.upload().observations
    var damaged = observations[3]
    damaged.packet.flags.insert(.badTransportChecksum)
    damaged.packet.timeToLive = 250
    observations.append(damaged)
    #expect(!EvidenceState.conclude(observations).notes.contains(.ttlClassChange))
  }
}
