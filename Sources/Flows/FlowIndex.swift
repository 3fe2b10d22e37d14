/// Open addressing from hashes to flow handles: a power of two of slots, linear probing, deletion by backward shift.
///
/// ```
///   slot = hash (32 bits) | handle (32 bits)      0 = empty
/// ```
/// A probe that meets another flow is told by the hash in the slot and touches no flow.
struct FlowIndex: ~Copyable {
  private var slots: Storage<UInt64>
  private var mask: Int
  private(set) var count = 0

  init() {
    slots = Storage(repeating: 0, count: 1 << 10)
    mask = slots.count - 1
  }

  /// Asks for the slot at which a search begins.
  @inline(__always)
  func prefetch(_ hash: UInt32) { slots.prefetch(Int(truncatingIfNeeded: hash) & mask) }

  /// The handle that a search most likely ends at: the first of those with the hash; 0 for none.
  @inline(__always)
  func guess(_ hash: UInt32) -> UInt32 { find(hash) { _ in true } }

  /// Finds the handle whose hash is given and which the closure accepts.
  @inline(__always)
  func find(_ hash: UInt32, where isMatch: (UInt32) -> Bool) -> UInt32 {
    var position = Int(truncatingIfNeeded: hash) & mask
    while true {
      let slot = slots[position]
      if slot == 0 { return 0 }
      let handle = UInt32(truncatingIfNeeded: slot)
      if slot >> 32 == UInt64(hash), isMatch(handle) { return handle }
      position = (position &+ 1) & mask
    }
  }

  /// Adds a handle that is not there yet.
  mutating func insert(_ hash: UInt32, _ handle: UInt32) {
    if (count + 1) * 4 > slots.count * 3 { grow() }
    place(UInt64(hash) << 32 | UInt64(handle))
    count += 1
  }

  /// Removes a handle, and closes the hole that it leaves.
  mutating func remove(_ hash: UInt32, _ handle: UInt32) {
    let entry = UInt64(hash) << 32 | UInt64(handle)
    var hole = Int(truncatingIfNeeded: hash) & mask
    while slots[hole] != entry {
      guard slots[hole] != 0 else { return }
      hole = (hole &+ 1) & mask
    }
    count -= 1
    var position = hole
    while true {
      position = (position &+ 1) & mask
      let slot = slots[position]
      if slot == 0 { break }
      // An entry may move into the hole if the hole lies on its way from its home to its place.
      let home = Int(truncatingIfNeeded: slot >> 32) & mask
      if (position &- home) & mask >= (position &- hole) & mask {
        slots[hole] = slot
        hole = position
      }
    }
    slots[hole] = 0
  }

  private mutating func place(_ entry: UInt64) {
    var position = Int(truncatingIfNeeded: entry >> 32) & mask
    while slots[position] != 0 { position = (position &+ 1) & mask }
    slots[position] = entry
  }

  private mutating func grow() {
    var larger = Storage<UInt64>(repeating: 0, count: slots.count * 2)
    swap(&slots, &larger)
    mask = slots.count - 1
    for position in 0..<larger.count where larger[position] != 0 { place(larger[position]) }
  }
}
