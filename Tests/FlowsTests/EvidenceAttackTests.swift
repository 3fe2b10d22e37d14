import Packets
import TestSupport
import Testing

@testable import Flows

/// What a sender that never sees the victim's packets can make the state believe.
///
/// The attacker forges the range side's address and chooses everything that it sends. The victim is a sound TCP whose
/// initial sequence numbers it cannot know beyond a number of bits.
@Suite struct EvidenceAttackTests {
  /// A sound TCP at one end (RFC 9293 section 3.10), as far as an attacker without sight can provoke it.
  struct Victim {
    enum State { case listen, synReceived, synSent, established }
    var state = State.listen
    /// Next sequence number, and the one that the other side must acknowledge at least.
    var next: UInt32 = 0
    var unacknowledged: UInt32 = 0
    /// Whether it sent a SYN of its own, so that it keeps its number.
    var isOpening = false
    /// Whether it took a guessed acknowledgement for a true one.
    var isDeceived = false

    /// Its answer to a segment, and whether it goes on talking.
    mutating func answer(_ segment: Packet.TCP, payload: UInt32, isn: UInt32) -> [(TCPFlags, UInt32, UInt32, UInt32)] {
      let end = segment.sequence &+ payload &+ (segment.flags.isDisjoint(with: [.syn, .fin]) ? 0 : 1)
      if segment.flags.contains(.rst) { return [] }
      switch state {
      case .listen, .synReceived:
        if segment.flags.contains(.ack) {
          guard state == .synReceived, segment.acknowledgement == next else {
            return [(.rst, segment.acknowledgement, 0, 0)]
          }
          return accept(end)
        }
        guard segment.flags.contains(.syn), !isOpening else { return [] }
        state = .synReceived
        (unacknowledged, next) = (isn, isn &+ 1)
        return [([.syn, .ack], isn, segment.sequence &+ 1, 0)]
      case .synSent:
        guard segment.flags.contains(.ack) else {
          // Simultaneous open.
          guard segment.flags.contains(.syn) else { return [] }
          state = .synReceived
          isOpening = true
          return [([.syn, .ack], unacknowledged, segment.sequence &+ 1, 0)]
        }
        guard segment.acknowledgement == next else { return [(.rst, segment.acknowledgement, 0, 0)] }
        guard segment.flags.contains(.syn) else { return [] }
        return accept(end)
      case .established:
        return [(.ack, next, end, 0)]
      }
    }

    private mutating func accept(_ end: UInt32) -> [(TCPFlags, UInt32, UInt32, UInt32)] {
      isDeceived = true
      state = .established
      next &+= 100
      return [(.ack, next &- 100, end, 100)]
    }
  }

  /// How many attacks; `ASCRIBE_ATTACK_SCRIPTS` sets it.
  static let scripts = Effort.cases("ASCRIBE_ATTACK_SCRIPTS", usual: 100_000)

  /// What the attacker may add to its packets besides numbers: nothing, timestamps of its own with an echo that it guesses
  /// or leaves at 0, other TTLs, a second copy.
  private struct Style {
    var usesTimestamps: Bool
    var guessesEchoes: Bool
    var changesTTL: Bool
    var repeats: Bool
    /// What the victim adds to its clock; the attacker does not know it.
    var offset: UInt32

    init(_ generator: inout SeededGenerator) {
      let any = generator.next()
      (usesTimestamps, guessesEchoes, changesTTL) = (any & 1 == 0, any & 6 == 0, any & 0x38 == 0)
      repeats = any & 0x40 == 0
      offset = UInt32(truncatingIfNeeded: any >> 32)
    }

    func dress(_ packet: inout Packet, fromAttacker: Bool, echo: UInt32, _ generator: inout SeededGenerator) {
      packet.timeToLive = fromAttacker && changesTTL ? UInt8(truncatingIfNeeded: generator.next()) : 60
      packet.ipIdentification = fromAttacker ? 7 : UInt16(truncatingIfNeeded: generator.next())
      guard usesTimestamps, !packet.tcp.flags.contains(.rst) else { return }
      packet.flags.insert(.tcpTimestamps)
      let ticks = UInt32(truncatingIfNeeded: packet.timestamp.nanoseconds / 1_000_000)
      packet.tcp.timestampValue = ticks &+ (fromAttacker ? 0 : offset)
      let guess = guessesEchoes ? UInt32(truncatingIfNeeded: generator.next()) : 0
      packet.tcp.timestampEcho = fromAttacker ? guess : echo
    }
  }

  /// One attack: the flow it leaves and whether the victim fell for it.
  private static func attack(
    _ generator: inout SeededGenerator, secretBits: UInt32, sees: Bool = false
  ) -> (flow: [Observation], isDeceived: Bool) {
    func random(_ bound: UInt32) -> UInt32 { UInt32(truncatingIfNeeded: generator.next()) % bound }
    let mask = UInt32(truncatingIfNeeded: (UInt64(1) << UInt64(secretBits)) - 1)
    // The attacker knows all of the victim's numbers but the secret bits; they may wrap around.
    let known = UInt32(truncatingIfNeeded: generator.next())
    var victim = Victim()
    var flow: [Observation] = []
    var now: Int64 = 0
    let style = Style(&generator)
    var stamp: UInt32 = 0
    func file(_ packet: Packet, fromAttacker: Bool) {
      var packet = packet
      style.dress(&packet, fromAttacker: fromAttacker, echo: stamp, &generator)
      if fromAttacker { stamp = packet.tcp.timestampValue }
      // The attacker that sees all returns the victim's timestamps too.
      if sees, fromAttacker, let last = flow.last(where: { !$0.fromOriginator }) {
        packet.tcp.timestampEcho = last.packet.tcp.timestampValue
      }
      flow.append(Observation(packet, fromOriginator: fromAttacker, senderIsLocal: !fromAttacker))
      if fromAttacker, style.repeats { flow.append(flow[flow.count - 1]) }
    }

    if random(3) == 0 {
      victim.state = .synSent
      let isn = known &+ UInt32(truncatingIfNeeded: generator.next()) & mask
      (victim.unacknowledged, victim.next) = (isn, isn &+ 1)
      file(Packet.tcp([.syn], sequence: isn, at: now), fromAttacker: false)
    }
    var guess = known &+ UInt32(truncatingIfNeeded: generator.next()) & mask
    let ladder: UInt32 = [0, 1, 1, 2, 100, 1_460][Int(random(6))]
    var sequence = UInt32(truncatingIfNeeded: generator.next())
    for _ in 0..<(3 + random(14)) {
      let pauses: [Int64] = [100_000, 900_000, 5_000_000, 100_000_000]
      now += pauses[Int(random(4))]
      let kinds: [TCPFlags] = [
        [.syn], [.ack], [.ack], [.ack, .psh], [.syn, .ack], [.ack, .fin], [.rst], [.rst, .ack],
      ]
      let flags = kinds[Int(random(8))]
      let payload = flags.contains(.psh) ? 1 + random(200) : flags == [.syn] && random(8) == 0 ? 4 : 0
      if random(12) == 0 { sequence = UInt32(truncatingIfNeeded: generator.next()) }
      guess = random(3) == 0 ? known &+ UInt32(truncatingIfNeeded: generator.next()) & mask : guess &+ ladder
      if sees { guess = victim.next }
      let packet = Packet.tcp(flags, sequence: sequence, acknowledgement: guess, payload: payload, at: now)
      file(packet, fromAttacker: true)
      if flags != [.rst] { sequence &+= payload &+ (flags.isDisjoint(with: [.syn, .fin]) ? 0 : 1) }
      let isn = known &+ UInt32(truncatingIfNeeded: generator.next()) & mask
      now += Int64(random(2_000_000))
      for (flags, sequence, acknowledgement, payload) in victim.answer(packet.tcp, payload: payload, isn: isn) {
        // The capture may miss the victim's packets too.
        if random(10) == 0 { continue }
        file(
          Packet.tcp(flags, sequence: sequence, acknowledgement: acknowledgement, payload: payload, at: now),
          fromAttacker: false)
      }
    }
    return (flow, victim.isDeceived)
  }

  @Test func noBlindAttackerIsVerified() {
    var generator = SeededGenerator(seed: 0xA77A_C4)
    for _ in 0..<Self.scripts {
      let (flow, isDeceived) = Self.attack(&generator, secretBits: 32)
      let grade = EvidenceState.conclude(flow).originator
      if grade.grade >= .e3 {
        Issue.record("\(grade), victim deceived: \(isDeceived)\n\(describe(flow))")
        return
      }
    }
  }

  /// With few secret bits guesses do succeed; the state must believe only those that the victim itself believes.
  @Test func onlyGuessesThatDeceiveTheVictimAreVerified() {
    var generator = SeededGenerator(seed: 0x1517)
    var deceived = 0
    var verified = 0
    for _ in 0..<40_000 {
      let (flow, isDeceived) = Self.attack(&generator, secretBits: 6)
      let grade = EvidenceState.conclude(flow).originator
      deceived += isDeceived ? 1 : 0
      verified += grade.grade >= .e3 ? 1 : 0
      if grade.grade >= .e3, !isDeceived {
        Issue.record("\(grade)\n\(describe(flow))")
        return
      }
    }
    #expect(deceived > 1_000)
    #expect(verified > 100)
  }

  /// The model is not deaf: an attacker that sees the victim's packets is verified, as it must be.
  @Test func aSeeingAttackerIsVerified() {
    var generator = SeededGenerator(seed: 0x5EE)
    var verified = 0
    for _ in 0..<1_000 {
      let flow = Self.attack(&generator, secretBits: 32, sees: true).flow
      if EvidenceState.conclude(flow).originator.grade >= .e3 { verified += 1 }
    }
    #expect(verified > 300)
  }

  /// A RST repeats the attacker's own number as its sequence number; acknowledging that proves nothing.
  @Test func numbersReflectedInResetsProveNothing() {
    var flow: [Observation] = []
    for step in 0..<6 {
      let number = UInt32(1_000 + step)
      let time = Int64(step) * 10_000_000
      flow.append(
        Observation(
          .tcp([.ack], sequence: 1, acknowledgement: number, payload: 5, at: time), fromOriginator: true))
      flow.append(
        Observation(
          .tcp([.rst, .ack], sequence: number, acknowledgement: 6, payload: 1, at: time + 1_000_000),
          fromOriginator: false, senderIsLocal: true))
    }
    #expect(EvidenceState.conclude(flow).originator == SideEvidence(.e2, .twoWayUnverified))
    #expect(EvidenceState.conclude(flow).notes == [])
  }
}
