import Flows
public import Packets

/// The sessions of an EXCLUSIVE finding and the time in which they were seen (methodology 6.6).
public struct SessionSummary: Sendable, Equatable {
  /// How many sessions: flows of one address (IPv6: /64) with one host, with gaps of at most 30 minutes.
  public var count: UInt64
  /// Whether there may be more: of very many flows not all are told apart.
  public var isMinimum: Bool
  /// On how many days (UTC) a flow began.
  public var days: UInt64
  /// Time of the first packet of the first flow from E3 up.
  public var firstSeen: Timestamp
  /// Time of the last packet of the last of them; with `firstSeen` a lower bound of how long somebody was there.
  public var lastSeen: Timestamp

  /// The window in nanoseconds.
  public var dwell: Int64 { lastSeen.nanoseconds(since: firstSeen) }

  /// The sentence of a finding.
  public var sentence: String {
    "\(isMinimum ? "At least " : "")\(count.counted("session")) (gaps of at most 30 minutes) on \(days.counted("day")) "
      + "(UTC); observed window, lower bound: \(dwell.durationText), from \(firstSeen.text) to \(lastSeen.text)."
  }
}

/// Counts sessions while flows come in.
struct SessionCount: Sendable {
  /// Nanoseconds without a flow that end a session.
  static let gap: Int64 = 1_800_000_000_000
  /// Days that are told apart.
  static let dayLimit = 65_536

  private struct Pair: Hashable, Sendable {
    let source: SourceKey
    let host: IPAddress
    var rank: UInt64 { StableHash.mix(source.rank ^ StableHash.of(host)) }
  }

  private struct Stretch: Comparable, Sendable {
    let first: Int64
    let last: Int64

    static func < (one: Stretch, other: Stretch) -> Bool { (one.first, one.last) < (other.first, other.last) }
  }

  private var stretches = EarliestByKey<Pair, Stretch>(perKey: 4_096, limit: 65_536)
  private(set) var days: Set<Int64> = []

  /// Adds a flow of which the covered address is verified.
  mutating func add(_ flow: AssessedFlow) {
    let pair = Pair(source: SourceKey(flow.covered.address), host: flow.other.address)
    let (first, last) = (flow.record.firstPacket.nanoseconds, flow.record.lastPacket.nanoseconds)
    stretches.insert(Stretch(first: first, last: max(first, last)), for: pair, rank: pair.rank)
    if days.count < Self.dayLimit { days.insert(first.dividedDown(by: .day)) }
  }

  /// How many sessions, and whether there may be more.
  ///
  /// What is left out of a pair begins later than all that is kept, so it joins no two sessions.
  var sessions: (count: UInt64, isMinimum: Bool) {
    let kept = stretches.kept
    var count: UInt64 = 0
    for list in kept.lists {
      var end: Int64?
      for stretch in list.values {
        let since = end.map { Timestamp(nanoseconds: stretch.first).nanoseconds(since: Timestamp(nanoseconds: $0)) }
        if since.map({ $0 > Self.gap }) ?? true { count += 1 }
        end = max(end ?? stretch.last, stretch.last)
      }
    }
    return (count, !kept.isWhole)
  }
}

extension Int64 {
  /// The quotient rounded towards minus infinity; `divisor` must be positive.
  func dividedDown(by divisor: Int64) -> Int64 {
    let quotient = self / divisor
    return self % divisor < 0 ? quotient - 1 : quotient
  }

  /// Nanoseconds as a length of time for people, in its two largest units: `2 d 3 h`.
  public var durationText: String {
    let seconds = Swift.max(0, self) / 1_000_000_000
    let (days, hours, minutes) = (seconds / 86_400, seconds / 3_600 % 24, seconds / 60 % 60)
    if days > 0 { return "\(days) d \(hours) h" }
    if hours > 0 { return "\(hours) h \(minutes) min" }
    if seconds == 0, self > 0 { return "below 1 s" }
    return minutes > 0 ? "\(minutes) min \(seconds % 60) s" : "\(seconds) s"
  }
}
