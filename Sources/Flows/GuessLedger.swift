import Packets

/// The wrong acknowledgements of all watched flows, so that guesses spread over many flows are seen (T10).
///
/// It keeps the times of the last 8 for each source, destination and destination port. Bounded, in parts by the two
/// addresses, so that the bound does not depend on how many tables there are: when all places of a part are taken by
/// guesses of the last two minutes, no more are recorded there, and until a minute later every source of that part without
/// a record counts as a guesser.
struct GuessLedger {
  /// What T10 counts over.
  struct Key: Hashable {
    var source: IPAddress
    var destination: Endpoint

    fileprivate var part: Int { FlowShare.part(source, destination.address) }
  }

  /// The times of the last guesses.
  fileprivate struct Guesses {
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
  fileprivate static let keep: Int64 = 120_000_000_000

  fileprivate struct Part {
    var guesses: [Key: Guesses] = [:]
    var latest = Timestamp(nanoseconds: .min)
    /// Older guesses were dropped.
    var horizon = Timestamp(nanoseconds: .min)
    /// When guesses were last dropped.
    var swept = Timestamp(nanoseconds: .min)
    /// Until when guesses may be missing.
    var blindUntil = Timestamp(nanoseconds: .min)
  }

  private let capacity: Int
  private var parts = [Part](repeating: Part(), count: FlowShare.parts)

  /// Makes an empty ledger.
  ///
  /// - Parameter capacity: How many sources and services each part keeps at once.
  init(capacity: Int = (1 << 16) / FlowShare.parts) { self.capacity = capacity }

  /// Records a wrong acknowledgement.
  ///
  /// - Returns: Whether there was room.
  /// - Complexity: O(1) amortised: a full part is swept once in 10 seconds of packet time.
  mutating func add(_ key: Key, at time: Timestamp) -> Bool { parts[key.part].add(key, at: time, capacity) }

  /// Whether a valid acknowledgement follows on eight wrong ones, or may do so.
  func isGuessing(_ key: Key, at time: Timestamp) -> Bool {
    if let guesses = parts[key.part].guesses[key] { return guesses.isGuessing(at: time) }
    return time <= parts[key.part].blindUntil || time.adding(-Self.window.upperBound) < parts[key.part].horizon
  }
}

extension GuessLedger.Part {
  fileprivate mutating func add(_ key: GuessLedger.Key, at time: Timestamp, _ capacity: Int) -> Bool {
    latest = max(latest, time)
    if guesses[key] == nil, guesses.count >= capacity {
      if latest.nanoseconds(since: swept) >= 10_000_000_000 {
        swept = latest
        horizon = latest.adding(-GuessLedger.keep)
        let horizon = horizon
        guesses = guesses.filter { $0.value.latest >= horizon }
      }
      guard guesses.count < capacity else {
        blindUntil = max(blindUntil, time.adding(GuessLedger.window.upperBound))
        return false
      }
    }
    guesses[key, default: GuessLedger.Guesses()].add(time)
    return true
  }
}
