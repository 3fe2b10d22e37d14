import Packets

/// The timestamps that one side sent (RFC 7323), as the second nonce of T13.
///
/// ```
///      lowest                      highest
///   ░░░░░░ ├──────── ≤ 2³⁰ ───────────┤ ░░░░░░░▒▒▒▒▒▒▒      ░ slack of 2²⁰ ticks
///                         ▪  ▪▪▪                            ▪ the last 4 values: what an echo must equal
///                                            ▒ one tick for each microsecond since `highest`
/// ```
/// All arithmetic is modulo 2³². Zero is no timestamp here: some hosts put it where they have none.
struct TimestampClock: BitwiseCopyable {
  /// The longest range that is still told from its complement; a clock that leaps further has no range.
  static let reach: UInt32 = 1 << 30
  /// How far beyond the range a packet that was not captured may lie: 17 minutes at 1 kHz.
  static let slack: UInt32 = 1 << 20

  private var lowest: UInt32 = 0
  private var highest: UInt32 = 0
  /// Time of the packet with the highest value.
  private var newest = Timestamp(nanoseconds: 0)
  private var last = InlineArray<4, UInt32>(repeating: 0)
  private var next: UInt8 = 0
  private var isKnown = false
  private var leaps = false
  /// Whether the first value stood in a SYN, so that none before it is missing.
  private(set) var startsWithSYN = false

  init() {}

  /// Takes the timestamp of a packet of this side into account.
  mutating func add(_ packet: Packet) {
    let value = packet.tcp.timestampValue
    guard value != 0, !leaps else { return }
    // A value that returns the other side's is that side's choice.
    let isOwn = value != packet.tcp.timestampEcho || !packet.tcp.flags.contains(.ack)
    if isOwn, value != last[Int((next &- 1) & 3)] {
      last[Int(next)] = value
      next = (next &+ 1) & 3
    }
    guard isKnown else {
      isKnown = true
      (lowest, highest, newest) = (value, value, packet.timestamp)
      startsWithSYN = packet.tcp.flags.contains(.syn)
      return
    }
    let ahead = value &- highest
    let behind = highest &- value
    if behind <= highest &- lowest { return }
    if ahead <= Self.reach {
      (highest, newest) = (value, packet.timestamp)
      if highest &- lowest > Self.reach {
        lowest = highest &- Self.reach
        startsWithSYN = false
      }
    } else if behind <= Self.reach {
      lowest = value
    } else {
      leaps = true
    }
  }

  /// Whether an echo can be none of a value that this side sent (T13).
  ///
  /// Where the flow's beginning was not captured, nothing is known of lower values.
  func excludes(_ echo: UInt32, at time: Timestamp) -> Bool {
    guard isKnown, !leaps, echo != 0 else { return false }
    let ahead = echo &- highest
    if ahead != 0, ahead < 1 << 31 {
      let microseconds = max(0, time.nanoseconds(since: newest)) / 1_000
      return Int64(ahead) > Int64(Self.slack) + microseconds
    }
    guard highest &- echo > highest &- lowest else { return false }
    return startsWithSYN && lowest &- echo > Self.slack
  }

  /// Whether an echo equals one of the last values that this side sent.
  func lately(sent echo: UInt32) -> Bool {
    guard echo != 0, !leaps else { return false }
    for index in 0..<4 where last[index] == echo { return true }
    return false
  }
}
