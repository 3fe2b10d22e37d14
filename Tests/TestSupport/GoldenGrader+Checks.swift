import Flows
import Packets

// T11, T13 and T14 of the slow grader, each from the whole list of packets.
extension GoldenGrader {
  /// Takes mirror duplicates out (T11): the same IP identification, sequence and acknowledgement number, length, flags and
  /// timestamps from the same side, captured within 5 ms.
  ///
  /// Without an IP identification, as in IPv6, a bare acknowledgement may be a sound host's repetition and stays.
  static func withoutDuplicates(_ observations: [Observation], _ reach: Reach) -> [Observation] {
    var kept: [Observation] = []
    for observation in observations {
      let packet = observation.packet
      let sameSide = kept.filter {
        $0.fromOriginator == observation.fromOriginator && !$0.packet.flags.contains(.sourceRouted)
      }
      let recent = reach == .all ? sameSide[...] : sameSide.suffix(4)
      let isBare =
        packet.ipIdentification == 0 && packet.payloadLength == 0
        && !packet.tcp.flags.contains(.syn) && !packet.tcp.flags.contains(.fin)
      let isDuplicate = recent.contains { other in
        let apart = abs(other.packet.timestamp.nanoseconds - packet.timestamp.nanoseconds)
        return apart <= 5_000_000 && isSame(other.packet, packet)
      }
      if isDuplicate, !isBare, !packet.flags.contains(.sourceRouted) { continue }
      kept.append(observation)
    }
    return kept
  }

  private static func isSame(_ one: Packet, _ other: Packet) -> Bool {
    one.ipIdentification == other.ipIdentification && one.payloadLength == other.payloadLength
      && one.tcp.sequence == other.tcp.sequence && one.tcp.acknowledgement == other.tcp.acknowledgement
      && one.tcp.flags == other.tcp.flags
      && one.flags.contains(.tcpTimestamps) == other.flags.contains(.tcpTimestamps)
      && one.tcp.timestampValue == other.tcp.timestampValue && one.tcp.timestampEcho == other.tcp.timestampEcho
  }

  /// The notes of T11, T13 and T14, from scratch.
  func wholeNotes() -> EvidenceNotes {
    var notes: EvidenceNotes = []
    let counted = all.count { !Self.isDropped($0) && !Self.isImpossible($0.packet.tcp.flags) }
    if counted > usable.count { notes.insert(.mirrorDuplicates) }
    if echoes(ofOriginator: true) || echoes(ofOriginator: false) { notes.insert(.timestampEchoed) }
    if !hasLoss, usable.indices.contains(where: mismatches) { notes.insert(.timestampMismatch) }
    for side in [true, false] {
      let values = usable.filter { $0.fromOriginator == side }.map { Int($0.packet.timeToLive) }
      guard let least = values.min(), let most = values.max() else { continue }
      let initial = { (value: Int) in [64, 128, 255].first { value <= $0 } }
      if initial(least) != initial(most), most - least > 3 { notes.insert(.ttlClassChange) }
    }
    return notes
  }

  // MARK: T13

  /// The timestamps of one side before a packet, in unwrapped positions.
  struct Clock {
    /// Each value with its position, in order, but for what follows a leap.
    var values: [(position: Int64, time: Timestamp)] = []
    /// Whether the values leap further than 2^30, so that no range of them can be told.
    var leaps = false
    /// Whether the first stood in a SYN.
    var beginsWithSYN = false
    /// The values that the side chose itself, without repetitions.
    var own: [UInt32] = []

    /// Whether none before the first is missing, and the range has never been too long.
    var knowsBeginning: Bool {
      guard let least = values.map(\.position).min(), let most = values.map(\.position).max() else { return false }
      return beginsWithSYN && least >= most - 1 << 30
    }
  }

  /// Whether a packet's timestamps say anything: zero is none, and those of a RST may be anything.
  private func hasTimestamps(_ index: Int) -> Bool {
    usable[index].packet.flags.contains(.tcpTimestamps) && !isReset(index)
  }

  /// The timestamps of one side from the packets before `end`.
  func clock(of side: Bool, before end: Int) -> Clock {
    var clock = Clock()
    for index in 0..<end where usable[index].fromOriginator == side && hasTimestamps(index) && !clock.leaps {
      let packet = usable[index].packet
      let value = packet.tcp.timestampValue
      if value == 0 { continue }
      let reflects = flags(index).contains(.ack) && packet.tcp.timestampEcho == value
      if !reflects, clock.own.last != value { clock.own.append(value) }
      guard let most = clock.values.map(\.position).max() else {
        clock.values = [(Int64(1) << 40 + Int64(value), packet.timestamp)]
        clock.beginsWithSYN = isSYN(index)
        continue
      }
      let position = Self.position(of: value, near: most)
      if abs(position - most) > 1 << 30 {
        clock.leaps = true
      } else {
        clock.values.append((position, packet.timestamp))
      }
    }
    return clock
  }

  private static func position(of value: UInt32, near position: Int64) -> Int64 {
    position + Int64(Int32(bitPattern: value &- UInt32(truncatingIfNeeded: position)))
  }

  /// The echo of a packet that has one.
  private func echo(_ index: Int) -> UInt32? {
    let echo = usable[index].packet.tcp.timestampEcho
    return hasTimestamps(index) && flags(index).contains(.ack) && echo != 0 ? echo : nil
  }

  /// Whether a packet returns a timestamp outside of the captured range of the other side, and further outside than a
  /// packet that was not captured explains: 2^20 ticks, and ahead of it one for each microsecond since.
  private func mismatches(_ index: Int) -> Bool {
    guard let echo = echo(index) else { return false }
    let clock = clock(of: !usable[index].fromOriginator, before: index)
    guard !clock.leaps, let newest = clock.values.max(by: { $0.position < $1.position }) else { return false }
    let position = Self.position(of: echo, near: newest.position)
    if position > newest.position {
      let since = usable[index].packet.timestamp.nanoseconds - newest.time.nanoseconds
      return position - newest.position > 1 << 20 + max(0, since) / 1_000
    }
    let least = clock.values.map(\.position).min() ?? newest.position
    return clock.knowsBeginning && least - position > 1 << 20
  }

  /// Whether a verifying acknowledgement of a side returned a timestamp that the other side had sent to it.
  func echoes(ofOriginator side: Bool) -> Bool {
    verifyingAcknowledgements(of: side, before: usable.count).contains { acknowledgement in
      guard acknowledgement.judgedAt == acknowledgement.index, let echo = echo(acknowledgement.index) else {
        return false
      }
      let clock = clock(of: !side, before: acknowledgement.index)
      return !clock.leaps && (reach == .all ? clock.own[...] : clock.own.suffix(4)).contains(echo)
    }
  }
}
