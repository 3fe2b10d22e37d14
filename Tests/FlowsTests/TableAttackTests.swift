import Catalog
import Packets
import TestSupport
import Testing

@testable import Flows

/// What a sender without sight can make the whole table believe: besides the evidence, splitting, exchanged roles, timeouts,
/// eviction and time that runs back stand in its way.
@Suite struct TableAttackTests {
  private struct Attack {
    var generator: SeededGenerator
    var packets: [Packet] = []
    var now: Double = 10_000
    /// Numbers that the attacker chose or could know, to be used again.
    var numbers: [UInt32] = []
    /// Of the range; the attacker takes any port.
    var forged = Endpoint(address: IPAddress(v4: 0xC633_6407), port: 40_000)
    let usesTimestamps: Bool
    let victim = Endpoint(address: IPAddress(v4: 0xC000_0201), port: 443)

    init(seed: UInt64) {
      generator = SeededGenerator(seed: seed)
      usesTimestamps = seed % 3 == 0
    }

    mutating func below(_ bound: Int) -> Int { Int(generator.next() % UInt64(bound)) }
    mutating func secret() -> UInt32 { UInt32(truncatingIfNeeded: generator.next()) }

    mutating func number() -> UInt32 {
      if numbers.isEmpty || below(3) == 0 { numbers.append(secret()) }
      return numbers[below(numbers.count)] &+ [0, 1, 1, 2, 100][below(5)]
    }

    mutating func emit(
      _ flags: TCPFlags, fromVictim: Bool, _ sequence: UInt32, _ acknowledgement: UInt32, payload: UInt32 = 0
    ) {
      let (source, destination) = fromVictim ? (victim, forged) : (forged, victim)
      var packet = datagram(source, destination, at: now, .tcp, payload: payload)
      packet.tcp.flags = flags
      packet.tcp.sequence = sequence
      packet.tcp.acknowledgement = acknowledgement
      packet.timeToLive = fromVictim || below(40) != 0 ? 60 : UInt8(below(256))
      if usesTimestamps, !flags.contains(.rst) {
        packet.flags.insert(.tcpTimestamps)
        packet.tcp.timestampValue = fromVictim ? secret() : 5
        packet.tcp.timestampEcho = fromVictim ? 5 : below(4) == 0 ? secret() : 0
      }
      // The capture may miss what the victim sends, not what the attacker wants seen.
      if fromVictim, below(8) == 0 { return }
      packets.append(packet)
      if below(12) == 0 { packets.append(packet) }
    }

    /// One packet of the attacker with the victim's answer; all secrets of the victim are fresh and stay unknown.
    mutating func step() {
      if below(3) == 0 { forged.port = UInt16(40_000 + below(4)) }
      let pauses = [0.000_01, 0.000_4, 0.01, 1, 30, 61, 301, -0.5, -600]
      now += pauses[below(pauses.count)]
      let kinds: [TCPFlags] = [
        [.syn], [.ack], [.ack, .psh], [.syn, .ack], [.ack, .fin], [.rst], [.rst, .ack], [.fin],
      ]
      let flags = kinds[below(kinds.count)]
      let payload = flags.contains(.psh) ? UInt32(1 + below(100)) : flags == [.syn] && below(4) == 0 ? 10 : 0
      let (sequence, acknowledgement) = (number(), number())
      emit(flags, fromVictim: false, sequence, acknowledgement, payload: payload)
      now += [0.000_01, 0.000_9, 0.1][below(3)]
      let end = sequence &+ payload &+ (flags.isDisjoint(with: [.syn, .fin]) ? 0 : 1)
      if flags == [.syn] {
        let initial = secret()
        for _ in 0...below(3) { emit([.syn, .ack], fromVictim: true, initial, sequence &+ 1) }
      } else if flags.contains(.ack), !flags.contains(.rst) {
        emit([.rst], fromVictim: true, acknowledgement, 0)
      } else if !flags.contains(.rst) {
        emit([.rst, .ack], fromVictim: true, 0, end)
      }
      // The victim may call the forged address, and hears nothing from it.
      if below(10) == 0 {
        let initial = secret()
        for _ in 0...below(2) { emit([.syn], fromVictim: true, initial, 0) }
      }
    }
  }

  /// Watched flows have rules of their own; unwatched ones must not do without.
  @Test(arguments: [0, 20] as [Int64], [false, true]) func noBlindSenderIsVerified(
    activeTimeout: Int64, isWatched: Bool
  ) {
    var options = FlowTableOptions()
    options.activeTimeout = activeTimeout * 1_000_000_000
    var reasons: Set<GradeReason> = []
    for seed in 0..<UInt64(EvidenceAttackTests.scripts / 40) {
      var attack = Attack(seed: seed)
      for _ in 0..<(2 + attack.below(14)) { attack.step() }
      let prefixes = isWatched ? documentationPrefixes : PrefixTable()
      for record in flows(of: attack.packets, options: options, prefixes: prefixes) {
        let isForgedFirst = record.originator.address == attack.forged.address
        let evidence = isForgedFirst ? record.originatorEvidence : record.responderEvidence
        reasons.insert(evidence.reason)
        if evidence.grade >= .e3 {
          let story = attack.packets.map {
            Observation($0, fromOriginator: $0.source == attack.forged.address)
          }
          Issue.record("seed \(seed): \(evidence)\n\(describe(story))")
          return
        }
      }
    }
    #expect(reasons.isSuperset(of: [.halfOpen, .oneWay, .twoWayUnverified, .silent]))
  }
}
