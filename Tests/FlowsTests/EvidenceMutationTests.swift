import Packets
import TestSupport
import Testing

@testable import Flows

/// What a capture loses, repeats or misorders of a sound flow must not lift a side over the line of EXCLUSIVE, E3, and
/// must not make timestamps or TTLs look forged.
///
/// For unsound flows this is not true, and need not be: without its wrong acknowledgements a guesser looks like a client,
/// without a later SYN the earlier handshake stands.
@Suite struct EvidenceMutationTests {
  private static func grades(_ flow: [Observation]) -> [EvidenceGrade] {
    let conclusion = EvidenceState.conclude(flow)
    return [conclusion.originator.grade, conclusion.responder.grade]
  }

  private static func check(
    _ flow: [Observation], _ mutated: [Observation], sourceLocation: SourceLocation = #_sourceLocation
  ) -> Bool {
    let lifted = zip(grades(flow), grades(mutated)).contains { $0 < .e3 && $1 >= .e3 }
    let notes = EvidenceState.conclude(mutated).notes
    let flagged = !notes.isDisjoint(with: [.timestampMismatch, .ttlClassChange])
    if lifted || flagged {
      Issue.record("\(describe(flow))\nbecame\n\(describe(mutated))", sourceLocation: sourceLocation)
    }
    return !lifted && !flagged
  }

  @Test func losingAPacketNeverLifts() {
    var weakened = 0
    for seed in 0..<UInt64(4_000) {
      let flow = RandomFlow(seed: seed, losesPackets: false, isHostile: false, reorders: false).observations
      for index in flow.indices {
        var mutated = flow
        mutated.remove(at: index)
        guard Self.check(flow, mutated) else { return }
        weakened += Self.grades(mutated) == Self.grades(flow) ? 0 : 1
      }
    }
    #expect(weakened > 1_000)
  }

  @Test func repeatingAPacketNeverLifts() {
    var generator = SeededGenerator(seed: 0xD0B1E)
    for seed in 0..<UInt64(20_000) {
      let flow = RandomFlow(seed: seed, isHostile: false, reorders: false).observations
      guard flow.count > 1 else { continue }
      var mutated = flow
      for _ in 0..<3 {
        let source = Int(generator.next() % UInt64(mutated.count))
        let place = source + 1 + Int(generator.next() % UInt64(mutated.count - source))
        var copy = mutated[source]
        // Captured when the packet before it was.
        copy.packet.timestamp = mutated[place - 1].packet.timestamp
        mutated.insert(copy, at: place)
      }
      guard Self.check(flow, mutated) else { return }
    }
  }

  @Test func misorderingNeverLifts() {
    var generator = SeededGenerator(seed: 0x0DD)
    for seed in 0..<UInt64(20_000) {
      let flow = RandomFlow(seed: seed, losesPackets: false, isHostile: false, reorders: false).observations
      var mutated = flow
      mutated.shuffle(using: &generator)
      guard Self.check(flow, mutated) else { return }
      // The same with the clock following the file.
      let times = mutated.map(\.packet.timestamp).sorted()
      for index in mutated.indices { mutated[index].packet.timestamp = times[index] }
      guard Self.check(flow, mutated) else { return }
    }
  }

  /// Dropping is not monotone where numbers are wrong: without the wrong ones, the right one is just an acknowledgement.
  @Test func losingTheGuessesOfAGuesserLifts() {
    var talk = Conversation(client: endpointPairs[0].range, server: endpointPairs[0].us)
    talk.syn()
    talk.synAck()
    for guess in 0..<8 { talk.segment(from: .client, [.ack], acknowledgement: 9_000 + UInt32(guess)) }
    talk.ack(from: .client)
    #expect(talk.conclusion.originator == SideEvidence(.e0, .isnGuessing))
    var observations = talk.observations
    observations.remove(at: 5)
    #expect(EvidenceState.conclude(observations).originator.grade != .e0)
  }
}
