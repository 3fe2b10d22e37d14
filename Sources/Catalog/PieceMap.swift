import Glibc

/// Numbers for the addresses of one family, piece by piece: what a `PieceMap` is made of.
struct Pieces<Key: FixedWidthInteger & UnsignedInteger & BitwiseCopyable & Sendable> {
  /// The first address of each piece, ascending; the first is 0.
  private(set) var starts: [Key] = [0]
  /// The value of each piece.
  private(set) var values: [UInt32] = [0]

  /// Makes the pieces of the map that is 0 everywhere.
  ///
  /// - Parameter capacity: For how many pieces to make room.
  init(capacity: Int = 1) {
    starts.reserveCapacity(capacity)
    values.reserveCapacity(capacity)
  }

  /// Says that `value` holds from `start` on; starts must not descend, and the last word on one start counts.
  ///
  /// - Parameters:
  ///   - value: The value, below 2³¹.
  ///   - start: The first address with that value.
  mutating func append(_ value: UInt32, from start: Key) {
    if starts[starts.count - 1] == start {
      starts.removeLast()
      values.removeLast()
    }
    guard values.last != value else { return }
    starts.append(start)
    values.append(value)
  }
}

/// A total function from 32-bit or 64-bit keys to numbers, constant on pieces: a multibit trie.
///
/// ```
///  key      ┌ 8, 16 or 24 ┐┌ 8 ┐┌ 8 ┐ …      a node has an entry for each value of its bits; the root has the more bits
///           └─────┬───────┘└─┬─┘└───┘        the more pieces there are, and only the entries where pieces start
///  entries  …│ v │ v │ b │ v │ n │…          a value, a bucket, or a further node
///                      ▼
///  starts   …│ s │ s │ s │…                  a bucket: 2 to 16 pieces in one slot, searched without a branch
///  values   …│ v │ v │ v │…
/// ```
///
/// Nodes stand only where more than 16 pieces meet, so that memory is proportional to the pieces. From some 900,000 pieces on
/// the root of IPv4 has 24 bits: in a full table of the internet one entry answers for most IPv4 addresses (P. Gupta, S. Lin, N. McKeown,
/// "Routing lookups in hardware at memory access speeds", INFOCOM 1998: DIR-24-8).
@usableFromInline
struct PieceMap<Key: FixedWidthInteger & UnsignedInteger & BitwiseCopyable & Sendable>: Sendable {
  /// The entries of the root: a value, or with `link` set where a bucket or node starts.
  @usableFromInline private(set) var root: [UInt32] = []
  /// The slot of the first of them; the slots before it and after the last are like the last.
  @usableFromInline private(set) var firstSlot: Key = 0
  /// How far a key is shifted to give its slot.
  @usableFromInline private(set) var shift = Key(Key.bitWidth - 8)
  /// The entries of all other nodes, 256 each.
  private var entries: [UInt32] = []
  /// The pieces of all buckets, ascending.
  private var starts: [Key] = []
  private var values: [UInt32] = []

  /// Set in entries that are no values.
  private static var link: UInt32 { 1 << 31 }
  /// Set beside `link` for a bucket; the other bits are the index of its first piece, or of a node's first entry / 256.
  private static var bucket: UInt32 { 1 << 30 }
  /// The most pieces of a bucket.
  private static var bucketSize: Int { 16 }

  /// Makes a map.
  ///
  /// - Parameter pieces: Its pieces.
  /// - Complexity: O(n) time and memory.
  init(_ pieces: Pieces<Key> = Pieces()) {
    let count = pieces.starts.count
    let isAlikeAtEnds = pieces.values[0] == pieces.values[count - 1]
    var size = 0
    // The widest root that takes no more than 64 bytes a piece.
    for width in [24, 16, 8] {
      shift = Key(Key.bitWidth - width)
      var slots = 0...Key(1) << Key(width) - 1
      let after = pieces.starts[count - 1] >> shift + 1
      if isAlikeAtEnds, count > 1, after <= slots.upperBound { slots = pieces.starts[1] >> shift...after }
      firstSlot = slots.lowerBound
      size = Int(slots.upperBound - slots.lowerBound) + 1
      if size <= count * 16 { break }
    }
    root.reserveCapacity(size)
    PieceMap.adviseLargePages(&root)
    for slot in PieceMap.fill(&root, pieces, 0..<count, first: firstSlot << shift, size: size, shift) {
      root[slot.entry] = branch(slot, pieces, shift)
    }
    // A search may look at 15 pieces beyond the last bucket.
    let last = values.last ?? 0
    for _ in 1..<PieceMap.bucketSize {
      starts.append(.max)
      values.append(last)
    }
  }

  /// Asks for large pages where a root will be: a lookup in one of 64 MB then seldom waits for the page tables.
  private static func adviseLargePages(_ root: inout [UInt32]) {
    let size = root.capacity * 4
    guard size >= 1 << 22 else { return }
    unsafe root.withUnsafeMutableBufferPointer { buffer in
      // The room of an array without elements; its end is `capacity` elements on. The kernel is told of whole pages within
      // it, and only how to provide them: their contents do not change.
      guard let start = UnsafeMutableRawPointer(buffer.baseAddress) else { return }
      let page = unsafe start.alignedUp(toMultipleOf: 1 << 21)
      _ = unsafe madvise(page, size - (page - start) & ~(1 << 21 - 1), CInt(MADV_HUGEPAGE))
    }
  }

  /// A slot in which pieces start beyond its first address: the index of its entry, its first address, and the pieces that
  /// meet it.
  private typealias Slot = (entry: Int, first: Key, pieces: Range<Int>)

  /// Appends the entries of one node.
  ///
  /// - Parameters:
  ///   - entries: Receives them.
  ///   - pieces: All pieces.
  ///   - range: Those that meet the node; the first covers its first address.
  ///   - first: The node's first address.
  ///   - size: How many slots it has.
  ///   - shift: The bits of a key below its slot.
  /// - Returns: The slots whose entries are to be replaced, in the order of addresses.
  private static func fill(
    _ entries: inout [UInt32], _ pieces: Pieces<Key>, _ range: Range<Int>, first: Key, size: Int, _ shift: Key
  ) -> [Slot] {
    var slots: [Slot] = []
    let node = entries.count
    func slot(_ piece: Int) -> Int { Int((pieces.starts[piece] &- first) &>> shift) }
    /// The piece holds up to a slot.
    func append(_ piece: Int, upTo slot: Int) {
      entries.append(contentsOf: repeatElement(pieces.values[piece], count: node + slot - entries.count))
    }
    var piece = range.lowerBound + 1
    while piece < range.upperBound {
      let here = slot(piece)
      let start = first &+ Key(here) &<< shift
      append(piece - 1, upTo: here)
      let covering = pieces.starts[piece] == start ? piece : piece - 1
      piece += 1
      while piece < range.upperBound, slot(piece) == here { piece += 1 }
      if covering + 1 < piece { slots.append((node + here, start, covering..<piece)) }
      append(covering, upTo: here + 1)
    }
    append(range.upperBound - 1, upTo: size)
    return slots
  }

  /// Makes the bucket or node of a slot, and what hangs below it.
  ///
  /// - Returns: The slot's entry.
  private mutating func branch(_ slot: Slot, _ pieces: Pieces<Key>, _ shift: Key) -> UInt32 {
    guard slot.pieces.count > PieceMap.bucketSize else {
      let place = starts.count
      for piece in slot.pieces {
        starts.append(max(pieces.starts[piece], slot.first))
        values.append(pieces.values[piece])
      }
      return PieceMap.link | PieceMap.bucket | UInt32(place)
    }
    // More than 16 pieces in a slot differ in more than one bit, so that `shift` is at least 8.
    let place = entries.count
    let shift = shift - 8
    for slot in PieceMap.fill(&entries, pieces, slot.pieces, first: slot.first, size: 256, shift) {
      let entry = branch(slot, pieces, shift)
      entries[slot.entry] = entry
    }
    return PieceMap.link | UInt32(place >> 8)
  }

  /// The entry of a key in the root: a value, or something to `follow`.
  @inlinable @inline(always)
  func entry(at key: Key) -> UInt32 {
    // Before the first slot the difference wraps round to a number above the last.
    let slot = min(key &>> shift &- firstSlot, Key(truncatingIfNeeded: root.count &- 1))
    return root[Int(truncatingIfNeeded: slot)]
  }

  /// The value at a key.
  ///
  /// - Parameters:
  ///   - entry: The entry of the key in the root.
  ///   - key: The key.
  /// - Returns: The value of the piece that covers it.
  /// - Complexity: O(1): a node for each 8 bits of the key at most, without allocation.
  func follow(_ entry: UInt32, _ key: Key) -> UInt32 {
    var entry = entry
    var level: UInt8 = 0
    while entry & PieceMap.link != 0 {
      if entry & PieceMap.bucket != 0 { return search(entry, key) }
      level &+= 8
      entry = step(entry, key, level)
    }
    return entry
  }

  /// The entry of a key in the node that an entry names.
  ///
  /// - Parameters:
  ///   - entry: The entry.
  ///   - key: The key.
  ///   - level: How many bits below the root the node ends.
  /// - Returns: The entry.
  @inline(always)
  func step(_ entry: UInt32, _ key: Key, _ level: UInt8) -> UInt32 {
    let slot = Int(truncatingIfNeeded: key &>> (shift &- Key(truncatingIfNeeded: level)) & 0xFF)
    return entries[Int(truncatingIfNeeded: entry & ~PieceMap.link) &<< 8 | slot]
  }

  /// The value at a key of the bucket that an entry names: of the last of 16 pieces that starts at or before the key; those
  /// of the next buckets start after it.
  @inline(always)
  func search(_ entry: UInt32, _ key: Key) -> UInt32 {
    var piece = Int(truncatingIfNeeded: entry & ~(PieceMap.link | PieceMap.bucket))
    piece &+= starts[piece &+ 8] <= key ? 8 : 0
    piece &+= starts[piece &+ 4] <= key ? 4 : 0
    piece &+= starts[piece &+ 2] <= key ? 2 : 0
    piece &+= starts[piece &+ 1] <= key ? 1 : 0
    return values[piece]
  }
}
