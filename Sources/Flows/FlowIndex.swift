/// Open addressing from hashes to flow handles: a power of two of slots, linear probing, who stands farther from where it
/// belongs goes first (Robin Hood), deletion by backward shift.
///
/// ```
///   slot = handle (32 bits) | hash (32 bits)      0 = empty
/// ```
/// A probe that meets another flow is told by the hash in the slot and touches no flow, and ends at a slot that stands nearer to
/// where it belongs than the one that is looked for would. When five eighths of the slots are taken, there are twice as many
/// at once, and each handle that is added takes some of the old ones over, so that no packet waits for all.
struct FlowIndex: ~Copyable {
  /// Old slots that are taken over with each handle that is added: all are, long before the new ones are full.
  private static var step: Int { 64 }
  /// Stands in an old slot for what is there no more; no handle is 0.
  private static var gone: UInt64 { UInt64(UInt32.max) }

  private var slots = Ring<UInt64>(repeating: 0, count: 1 << 10)
  /// The slots before the last growth, as long as handles stand in them; else a single empty one.
  private var old = Ring<UInt64>(repeating: 0, count: 1)
  /// The first of the old slots that was not taken over.
  private var moved = 0
  private(set) var count = 0

  /// How many slots `guess` looks at: nearly all handles stand in the first of them, as long as three eighths are empty.
  private static var reach: Int { 4 }

  /// Asks for the slots that `guess` looks at.
  @inline(__always)
  func prefetch(_ hash: UInt32) {
    slots.prefetch(Int(truncatingIfNeeded: hash))
    slots.prefetch(Int(truncatingIfNeeded: hash) &+ Self.reach &- 1)
  }

  /// Whether handles stand in old slots.
  @inline(__always)
  var isGrowing: Bool { old.count > 1 }

  /// The handle that a search most likely ends at: the first of those with the hash; 0 for none, or if it stands in an
  /// old slot.
  ///
  /// Looks at some slots in any case, for which of them a handle stands in cannot be foretold, and a branch not foretold
  /// costs more than all of them.
  @inline(__always)
  func guess(_ hash: UInt32) -> UInt32 {
    var found: UInt64 = 0
    for place in 0..<Self.reach {
      let slot = slots[Int(truncatingIfNeeded: hash) &+ (Self.reach &- 1 &- place)]
      found = UInt32(truncatingIfNeeded: slot) == hash ? slot : found
    }
    if found != 0 { return UInt32(truncatingIfNeeded: found >> 32) }
    let last = Int(truncatingIfNeeded: hash) &+ Self.reach &- 1
    return distance(of: slots[last], at: last) < Self.reach &- 1 ? 0 : find(hash) { _ in true }
  }

  /// How far from where it belongs an entry stands; less than nothing for an empty slot.
  @inline(__always)
  private func distance(of slot: UInt64, at position: Int) -> Int {
    slot == 0 ? -1 : (position &- Int(UInt32(truncatingIfNeeded: slot))) & (slots.count &- 1)
  }

  /// Finds the handle whose hash is given and which the closure accepts, unless it stands in an old slot.
  @inline(__always)
  func find(_ hash: UInt32, where isMatch: (UInt32) -> Bool) -> UInt32 {
    var position = Int(truncatingIfNeeded: hash)
    var distance = 0
    while true {
      let slot = slots[position]
      if UInt32(truncatingIfNeeded: slot) == hash, slot != 0 {
        let handle = UInt32(truncatingIfNeeded: slot >> 32)
        if isMatch(handle) { return handle }
      } else if self.distance(of: slot, at: position) < distance {
        return 0
      }
      position &+= 1
      distance &+= 1
    }
  }

  /// The same for old slots; there must be some.
  @inline(__always)
  func findOld(_ hash: UInt32, where isMatch: (UInt32) -> Bool) -> UInt32 {
    var position = Int(truncatingIfNeeded: hash)
    while true {
      let slot = old[position]
      if slot == 0 { return 0 }
      let handle = UInt32(truncatingIfNeeded: slot >> 32)
      if UInt32(truncatingIfNeeded: slot) == hash, handle != 0, isMatch(handle) { return handle }
      position &+= 1
    }
  }

  /// Adds a handle that is not there yet.
  ///
  /// - Complexity: O(1), but for the memory of the new slots when they are made.
  mutating func insert(_ hash: UInt32, _ handle: UInt32) {
    if (count + 1) * 8 > slots.count * 5 { grow() }
    if isGrowing { takeOver() }
    place(Self.slot(hash, handle))
    count += 1
  }

  /// Removes a handle, and closes the hole that it leaves.
  mutating func remove(_ hash: UInt32, _ handle: UInt32) {
    let entry = Self.slot(hash, handle)
    var hole = Int(truncatingIfNeeded: hash)
    while slots[hole] != entry {
      guard slots[hole] != 0 else { return removeOld(entry) }
      hole &+= 1
    }
    count -= 1
    while true {
      let next = slots[hole &+ 1]
      guard distance(of: next, at: hole &+ 1) > 0 else { break }
      slots[hole] = next
      hole &+= 1
    }
    slots[hole] = 0
  }

  @inline(never)
  private mutating func removeOld(_ entry: UInt64) {
    guard isGrowing else { return }
    var position = Int(UInt32(truncatingIfNeeded: entry))
    while old[position] != entry {
      guard old[position] != 0 else { return }
      position &+= 1
    }
    old[position] = Self.gone
    count -= 1
  }

  private static func slot(_ hash: UInt32, _ handle: UInt32) -> UInt64 { UInt64(handle) << 32 | UInt64(hash) }

  private mutating func place(_ entry: UInt64) {
    var (entry, distance) = (entry, 0)
    var position = Int(UInt32(truncatingIfNeeded: entry))
    while true {
      let slot = slots[position]
      if slot == 0 { break }
      let other = self.distance(of: slot, at: position)
      if other < distance {
        slots[position] = entry
        (entry, distance) = (slot, other)
      }
      position &+= 1
      distance &+= 1
    }
    slots[position] = entry
  }

  private mutating func grow() {
    // They were all taken over while the slots filled; were they not, they are now.
    while isGrowing { takeOver() }
    old = Ring(repeating: 0, count: slots.count * 2)
    swap(&slots, &old)
    moved = 0
  }

  /// Takes some of the old slots over.
  @inline(never)
  private mutating func takeOver() {
    let end = min(moved + Self.step, old.count)
    for position in moved..<end {
      let slot = old[position]
      guard slot >> 32 != 0 else { continue }
      place(slot)
      old[position] = Self.gone
    }
    moved = end
    if moved == old.count { old = Ring(repeating: 0, count: 1) }
  }
}
