import Packets

/// When to look at a flow again: slots of about a second, or of more if a turn of such would not hold the longest timeout, each
/// some lists of flows.
///
/// Packet time turns the wheel. A packet does not move its flow; when the wheel reaches a flow that lives on, the flow is
/// put into the slot of its new deadline. Watched flows have slots of their own, so that a full table finds the others.
/// A slot has several lists, among which flows are dealt out: which flow comes next in a list is known only once the one
/// before has come from memory, and so the waits for several are one.
struct TimeWheel: ~Copyable {
  /// The heads of a slot's lists, taken out.
  typealias Heads = InlineArray<8, UInt32>

  /// Slots of one turn, about nine minutes or more.
  static let turn = 512
  private static var lists: Int { Heads(repeating: 0).count }

  /// By how many bits a time is shifted for its tick.
  private let shift: Int64
  /// The latest packet time, and its tick.
  private(set) var now: Timestamp
  private(set) var tick: Int64
  /// Handles of the first flow of each list, slot by slot; those of watched flows stand behind the others.
  private var heads = Storage<UInt32>(repeating: 0, count: TimeWheel.turn * 2 * TimeWheel.lists)
  /// A bit for each slot of unwatched flows, then one for each of watched ones: zero where the slot has none for certain, so
  /// that a jump in time need not look at every slot.
  private var filled = Storage<UInt64>(repeating: 0, count: TimeWheel.turn * 2 / 64)

  /// Makes an empty wheel.
  ///
  /// - Parameters:
  ///   - start: Where time begins.
  ///   - longestTimeout: Nanoseconds; no deadline is further ahead of a packet's time. Nor is it further than a turn, or a full
  ///     table would move all flows on with each tick, looking for the one whose time comes next.
  init(start: Timestamp, longestTimeout: Int64) {
    let ticks = max(longestTimeout, 0) / Int64(Self.turn - 2)
    shift = max(Self.momentShift, Int64(Int64.bitWidth - ticks.leadingZeroBitCount))
    now = start
    tick = start.nanoseconds &>> shift
  }

  /// A moment is the shortest tick, 2^30 ns, so that a shift does.
  private static let momentShift: Int64 = 30

  /// The moment of a time: times of one moment are of one tick.
  static func moment(_ time: Timestamp) -> Int64 { time.nanoseconds >> momentShift }

  @inline(__always)
  private func tick(_ time: Timestamp) -> Int64 { time.nanoseconds &>> shift }

  /// The list of the latest tick by which a flow's time has come.
  func list(of deadline: Timestamp, isWatched: Bool, handle: UInt32) -> UInt16 {
    let distance = min(max(tick(deadline) &- tick &+ 1, 1), Int64(Self.turn - 1))
    // Flows that stand beside each other in memory are beside each other in a list.
    let list = UInt16(truncatingIfNeeded: handle >> 6) % UInt16(Self.lists)
    return slot(at: distance, isWatched: isWatched).lowerBound + list
  }

  /// The lists of the slot that the wheel reaches after a number of ticks.
  func slot(at distance: Int64, isWatched: Bool) -> Range<UInt16> {
    let place = Int((tick &+ distance) & Int64(Self.turn - 1)) + (isWatched ? Self.turn : 0)
    return UInt16(place * Self.lists)..<UInt16((place + 1) * Self.lists)
  }

  /// The first flow of a list; 0 for none.
  subscript(list: UInt16) -> UInt32 {
    get { heads[Int(list)] }
    set {
      heads[Int(list)] = newValue
      let (word, bit) = Self.bit(of: list)
      filled[word] |= bit
    }
  }

  /// Where `filled` has the bit of a list's slot.
  @inline(__always)
  private static func bit(of list: UInt16) -> (word: Int, bit: UInt64) {
    let place = Int(list) / lists
    return (place / 64, 1 << UInt64(truncatingIfNeeded: place % 64))
  }

  /// The first slot that may have flows, among those that the wheel reaches within a turn.
  ///
  /// - Parameters:
  ///   - distances: Which slots, by the ticks after which the wheel reaches them; at most a turn of them.
  ///   - watched: Whether slots of watched flows count.
  ///   - unwatched: Whether those of other flows count.
  /// - Returns: Its distance; nothing if there is none.
  /// - Complexity: O(1): 64 slots are told at once.
  func firstFilled(in distances: ClosedRange<Int64>, watched: Bool, unwatched: Bool) -> Int64? {
    var distance = distances.lowerBound
    while distance <= distances.upperBound {
      let place = Int((tick &+ distance) & Int64(Self.turn - 1))
      let word = place / 64
      var bits: UInt64 = unwatched ? filled[word] : 0
      if watched { bits |= filled[Self.turn / 64 + word] }
      bits >>= UInt64(truncatingIfNeeded: place % 64)
      if bits != 0 {
        distance &+= Int64(bits.trailingZeroBitCount)
        return distance <= distances.upperBound ? distance : nil
      }
      distance &+= Int64(64 - place % 64)
    }
    return nil
  }

  /// Notes that all lists of a slot are empty.
  mutating func clear(_ slot: Range<UInt16>) {
    let (word, bit) = Self.bit(of: slot.lowerBound)
    filled[word] &= ~bit
  }

  /// Takes the lists of a slot out.
  mutating func takeOut(_ slot: Range<UInt16>) -> Heads {
    var taken = Heads(repeating: 0)
    for (place, list) in slot.enumerated() {
      taken[place] = heads[Int(list)]
      heads[Int(list)] = 0
    }
    clear(slot)
    return taken
  }

  /// Whether a time lies in the current tick, so that no slot is passed.
  @inline(__always)
  func isAt(_ time: Timestamp) -> Bool { tick(time) == tick }

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
    let new = tick(time)
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
