import Packets

/// When to look at a flow again: slots of about a second, each the head of a list of flows.
///
/// Packet time turns the wheel. A packet does not move its flow; when the wheel reaches a flow that lives on, the flow is
/// put into the slot of its new deadline. Watched flows have slots of their own, so that a full table finds the others.
struct TimeWheel: ~Copyable {
  /// Slots of one turn, about nine minutes.
  static let turn = 512

  /// The latest packet time, and its tick.
  private(set) var now: Timestamp
  private(set) var tick: Int64
  /// Handles of the first flow of each slot; those of watched flows stand behind the others.
  private var heads = Storage<UInt32>(repeating: 0, count: TimeWheel.turn * 2)

  init(start: Timestamp) {
    now = start
    tick = Self.tick(start)
  }

  /// 2^30 ns each, so that a shift does.
  static func tick(_ time: Timestamp) -> Int64 { time.nanoseconds >> 30 }

  /// The latest tick by which the flow's time has come.
  func slot(of deadline: Timestamp, isWatched: Bool) -> UInt16 {
    let distance = min(max(Self.tick(deadline) &- tick &+ 1, 1), Int64(Self.turn - 1))
    return slot(at: distance, isWatched: isWatched)
  }

  /// The slot that the wheel reaches after a number of ticks.
  func slot(at distance: Int64, isWatched: Bool) -> UInt16 {
    UInt16(truncatingIfNeeded: (tick &+ distance) & Int64(Self.turn - 1)) + (isWatched ? UInt16(Self.turn) : 0)
  }

  subscript(slot: UInt16) -> UInt32 {
    get { heads[Int(slot)] }
    set { heads[Int(slot)] = newValue }
  }

  /// Whether a time lies in the current tick, so that no slot is passed.
  @inline(__always)
  func isAt(_ time: Timestamp) -> Bool { Self.tick(time) == tick }

  /// Moves on to a time in the current tick.
  @inline(__always)
  mutating func advanceInTick(to time: Timestamp) { now = max(now, time) }

  /// Moves on to a packet's time.
  ///
  /// Time does not run back; but after a fall of more than a turn an earlier packet had a time that was none, and the
  /// wheel goes on from here.
  ///
  /// - Returns: How many slots were passed, at most one turn; -1 after a fall.
  mutating func advance(to time: Timestamp) -> Int {
    let new = Self.tick(time)
    if time > now {
      now = time
      let passed = new &- tick
      tick = new
      return Int(min(passed, Int64(Self.turn)))
    }
    if new < tick - Int64(Self.turn) {
      now = time
      tick = new
      return -1
    }
    return 0
  }
}
