import Packets

/// The wrong acknowledgements of all watched flows, so that guesses spread over many flows are seen (T10).
///
/// It keeps the times of the last 8 for each source, destination and destination port. Bounded: when all places are
/// taken by guesses of the last two minutes, no more are recorded, and until a minute later every source without a record
/// counts as a guesser.
struct GuessLedger {
  /// What T10 counts over.
  struct Key: Hashable {
    var source: IPAddress
    var destination: Endpoint
  }

  /// The times of the last guesses.
  private struct Guesses {
    var times = InlineArray<8, Timestamp>(repeating: Timestamp(nanoseconds: 0))
    var count: UInt8 = 0
    var next: UInt8 = 0
    var latest = Timestamp(nanoseconds: .min)

    mutating func add(_ time: Timestamp) {
      times[Int(next)] = time
      next = (next &+ 1) & 7
      count = min(count &+ 1, 8)
      latest = max(latest, time)
    }

    func isGuessing(at time: Timestamp) -> Bool {
      guard count == 8 else { return false }
      for index in 0..<8 where !GuessLedger.window.contains(time.nanoseconds(since: times[index])) { return false }
      return true
    }
  }

  /// How close to the first valid acknowledgement the guesses must lie, in nanoseconds; to both sides of it, for clocks
  /// that run back.
  static let window: ClosedRange<Int64> = -60_000_000_000...60_000_000_000
  /// Guesses older than this make room for new ones, in nanoseconds.
  private static let keep: Int64 = 120_000_000_000

  private let capacity: Int
  private var guesses: [Key: Guesses] = [:]
  private var latest = Timestamp(nanoseconds: .min)
  /// Older guesses were dropped.
  private var horizon = Timestamp(nanoseconds: .min)
  /// When guesses were last dropped.
  private var swept = Timestamp(nanoseconds: .min)
  /// Until when guesses may be missing.
  private var blindUntil = Timestamp(nanoseconds: .min)

  /// Makes an empty ledger.
  ///
  /// - Parameter capacity: How many sources and services it keeps at once.
  init(capacity: Int = 1 << 16) { self.capacity = capacity }

  /// Records a wrong acknowledgement.
  ///
  /// - Returns: Whether there was room.
  /// - Complexity: O(1) amortised: a full ledger is swept once in 10 seconds of packet time.
  mutating func add(_ key: Key, at time: Timestamp) -> Bool {
    latest = max(latest, time)
    if guesses[key] == nil, guesses.count >= capacity {
      if latest.nanoseconds(since: swept) >= 10_000_000_000 {
        swept = latest
        horizon = latest.adding(-Self.keep)
        let horizon = horizon
        guesses = guesses.filter { $0.value.latest >= horizon }
      }
      guard guesses.count < capacity else {
        blindUntil = max(blindUntil, time.adding(Self.window.upperBound))
        return false
      }
    }
    guesses[key, default: Guesses()].add(time)
    return true
  }

  /// Whether a valid acknowledgement follows on eight wrong ones, or may do so.
  func isGuessing(_ key: Key, at time: Timestamp) -> Bool {
    if let guesses = guesses[key] { return guesses.isGuessing(at: time) }
    return time <= blindUntil || time.adding(-Self.window.upperBound) < horizon
  }
}
