import Packets
import TestSupport

/// Random short TCP flows: from nearly honest to absurd, with loss, repetition, reordering and wrong numbers.
struct RandomFlow {
  private(set) var observations: [Observation] = []
  private var generator: SeededGenerator
  private var now: Int64 = 0
  /// Next sequence number and initial one of originator and responder.
  private var next: [UInt32] = [0, 0]
  private var initial: [UInt32] = [0, 0]
  private var hasFinished = [false, false]
  private var localSide: Int?
  /// The next IP identification of both sides, 0 for a side that has none.
  private var identification: [UInt16] = [0, 0]
  private var timeToLive: [UInt8] = [64, 64]
  private var usesTimestamps = false
  /// What both sides add to the time in milliseconds, and what they sent last.
  private var clock: [UInt32] = [0, 0]
  private var stamp: [UInt32] = [0, 0]
  private let isHostile: Bool
  private let losesPackets: Bool

  /// Makes a flow.
  ///
  /// - Parameters:
  ///   - seed: Decides everything.
  ///   - losesPackets: Whether the capture misses or damages some packets.
  ///   - isHostile: Whether the sides also send what makes no sense.
  ///   - reorders: Whether capture queues run apart.
  init(seed: UInt64, losesPackets: Bool = true, isHostile: Bool = true, reorders: Bool = true) {
    generator = SeededGenerator(seed: seed)
    self.losesPackets = losesPackets
    self.isHostile = isHostile
    usesTimestamps = chance(2)
    for side in 0...1 {
      let base: UInt32 = chance(3) ? 0xFFFF_FFFF &- UInt32(below(4)) : UInt32(truncatingIfNeeded: generator.next())
      initial[side] = base
      next[side] = base
      identification[side] = chance(3) ? 0 : UInt16(1 + below(60_000))
      timeToLive[side] = [64, 52, 128, 113, 255, 240, 65][below(7)]
      clock[side] = chance(3) ? 0xFFFF_FFFF &- UInt32(below(40)) : UInt32(truncatingIfNeeded: generator.next())
    }
    localSide = chance(4) ? nil : below(2)
    if isHostile, chance(4) { chaos() } else { talk(isHostile: isHostile) }
    if losesPackets {
      let sent = observations
      observations = []
      for observation in sent where !chance(7) { observations.append(observation) }
    }
    if reorders, chance(2) { reorder() }
    if isHostile, !observations.isEmpty, chance(20) {
      observations[below(observations.count)].packet.flags.insert(.sourceRouted)
    }
  }

  private mutating func below(_ bound: Int) -> Int { Int(generator.next() % UInt64(bound)) }
  /// True once in `n` times.
  private mutating func chance(_ n: Int) -> Bool { below(n) == 0 }

  private mutating func emit(
    _ side: Int, _ flags: TCPFlags, sequence: UInt32? = nil, acknowledgement: UInt32? = nil, payload: UInt32 = 0
  ) {
    let steps: [Int64] = [0, 100_000, 400_000, 900_000, 1_000_000, 1_000_001, 5_000_000, 40_000_000]
    now += steps[below(steps.count)]
    var packet = Packet.tcp(
      flags, sequence: sequence ?? next[side],
      acknowledgement: acknowledgement ?? (flags.contains(.ack) ? next[1 - side] : 0), payload: payload, at: now)
    packet.ipIdentification = identification[side]
    if identification[side] != 0 { identification[side] = max(1, identification[side] &+ 1) }
    packet.timeToLive = timeToLive[side] - (chance(10) ? 1 : 0)
    if isHostile, chance(60) { packet.timeToLive = UInt8(below(256)) }
    if usesTimestamps { addTimestamps(to: &packet, side) }
    if losesPackets, chance(40) { packet.flags.insert(.badTransportChecksum) }
    if chance(40) { packet.flags.insert(.truncated) }
    observations.append(Observation(packet, fromOriginator: side == 0, senderIsLocal: localSide == side))
  }

  /// Adds the timestamps option: a millisecond clock and an echo of the last value, or, hostile, what makes no sense.
  private mutating func addTimestamps(to packet: inout Packet, _ side: Int) {
    packet.flags.insert(.tcpTimestamps)
    packet.tcp.timestampValue = clock[side] &+ UInt32(now / 1_000_000)
    packet.tcp.timestampEcho = packet.tcp.flags.contains(.ack) ? stamp[1 - side] : 0
    if isHostile, chance(25) {
      let far: [UInt32] = [1, 50, 1 << 20, 1 << 20 + 1, 1 << 24, 1 << 30, 1 << 30 + 1, 1 << 31]
      switch below(7) {
      case 0: packet.tcp.timestampEcho = UInt32(truncatingIfNeeded: generator.next())
      case 1: packet.tcp.timestampEcho &+= far[below(8)]
      case 2: packet.tcp.timestampEcho &-= far[below(8)]
      case 3: clock[side] &+= far[below(8)]
      case 4: packet.tcp.timestampValue = chance(2) ? 0 : packet.tcp.timestampEcho
      case 5: packet.flags.remove(.tcpTimestamps)
      default: packet.tcp.timestampEcho = 0
      }
    }
    stamp[side] = packet.tcp.timestampValue
  }

  private mutating func send(_ side: Int, payload: UInt32, _ flags: TCPFlags = [.ack]) {
    emit(side, flags, payload: payload)
    next[side] &+= payload
    if flags.contains(.fin) || flags.contains(.syn) { next[side] &+= 1 }
  }

  /// A flow with a plot: some start, then random steps of both sides.
  private mutating func talk(isHostile: Bool) {
    switch below(8) {
    case 0: break  // midstream
    case 1:  // simultaneous open
      emit(0, [.syn])
      emit(1, [.syn])
      next = [next[0] &+ 1, next[1] &+ 1]
      emit(0, [.syn, .ack], sequence: initial[0])
      emit(1, [.syn, .ack], sequence: initial[1])
    case 2:  // payload in the SYN, taken or not
      send(0, payload: 3, [.syn])
      if chance(2) { next[0] = initial[0] &+ 1 }
      send(1, payload: chance(2) ? 2 : 0, [.syn, .ack])
    case 3 where isHostile:  // guessing
      send(0, payload: 0, [.syn])
      send(1, payload: 0, [.syn, .ack])
      for _ in 0..<below(12) { emit(0, [.ack], acknowledgement: next[1] &+ UInt32(below(1000)) &- 500) }
    case 4:  // refused
      send(0, payload: 0, [.syn])
      emit(1, [.rst, .ack], sequence: 0)
      if !isHostile { return }
    default:
      send(0, payload: 0, [.syn])
      send(1, payload: 0, [.syn, .ack])
      emit(0, [.ack])
    }
    for _ in 0..<below(12) { step(isHostile: isHostile) }
  }

  private mutating func step(isHostile: Bool) {
    let side = below(2)
    // A sound sender has nothing to say after its FIN.
    if !isHostile, hasFinished[side] {
      emit(side, [.ack])
      return
    }
    switch below(isHostile ? 20 : 9) {
    case 0...3: send(side, payload: [1, 2, 3, 100, 1_400][below(5)])
    case 4, 5: emit(side, [.ack])
    case 6:
      send(side, payload: chance(2) ? 5 : 0, [.ack, .fin])
      hasFinished[side] = true
    case 7:
      // A sound sender asks for a sign of life only after it acknowledged all.
      if !isHostile { emit(side, [.ack]) }
      emit(side, [.ack], sequence: next[side] &- 1)
    case 8:
      if let last = observations.last { repeatPacket(last) }
    case 9: emit(side, chance(2) ? [.rst] : [.rst, .ack])
    case 10: emit(side, [.ack], acknowledgement: next[1 - side] &+ UInt32(1 + below(4)))
    case 11: emit(side, [.ack], acknowledgement: next[1 - side] &- UInt32(1 + below(6)))
    case 12: emit(side, [.ack], acknowledgement: UInt32(truncatingIfNeeded: generator.next()))
    case 13: send(side, payload: 2, [.syn, .ack])
    case 14:
      if chance(2) { next[side] = UInt32(truncatingIfNeeded: generator.next()) }
      send(side, payload: 0, [.syn])
    case 15: emit(side, [[], [.fin, .psh, .urg], [.syn, .fin], [.psh], [.syn, .rst]][below(5)], payload: 1)
    case 16: emit(side, [.ack], sequence: UInt32(truncatingIfNeeded: generator.next()), payload: 4)
    case 17: next[side] &+= [7, 1 << 24, 1 << 29, 1 << 30][below(4)]
    case 18: emit(side, [.syn, .ack], sequence: initial[side], acknowledgement: initial[1 - side] &+ 1)
    default:
      if !observations.isEmpty { repeatPacket(observations[below(observations.count)]) }
    }
  }

  private mutating func repeatPacket(_ observation: Observation) {
    var copy = observation
    now += [100_000, 3_000_000, 5_000_000, 5_000_001][below(4)]
    if chance(3) { copy.packet.ipIdentification &+= 1 }
    copy.packet.timestamp = Packet.tcp([], sequence: 0, at: now).timestamp
    observations.append(copy)
  }

  /// Any flags and numbers, from a space so small that everything meets everything.
  private mutating func chaos() {
    let mask: [TCPFlags] = [[.ack], [.ack], [.ack], [.syn], [.syn, .ack], [.ack, .fin], [.rst], [.rst, .ack], []]
    for _ in 0..<(2 + below(12)) {
      let side = below(2)
      emit(
        side, mask[below(mask.count)], sequence: initial[side] &+ UInt32(below(5)),
        acknowledgement: initial[1 - side] &+ UInt32(below(6)), payload: chance(2) ? UInt32(below(4)) : 0)
    }
  }

  /// Files the packets as capture queues that run up to 1 ms apart would.
  private mutating func reorder() {
    let keyed = observations.map { ($0, $0.packet.timestamp.nanoseconds + Int64(below(1_000_001))) }
    observations = keyed.enumerated()
      .sorted { ($0.element.1, $0.offset) < ($1.element.1, $1.offset) }.map(\.element.0)
  }
}
