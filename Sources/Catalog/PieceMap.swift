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
  /// Inlined: where it is called, it is known that nobody else has the arrays.
  ///
  /// - Parameters:
  ///   - value: The value, below 2³¹.
  ///   - start: The first address with that value.
  @inline(__always)
  mutating func append(_ value: UInt32, from start: Key) {
    let last = starts.count - 1
    if starts[last] != start {
      guard values[last] != value else { return }
      starts.append(start)
      values.append(value)
    } else if last > 0, values[last - 1] == value {
      starts.removeLast()
      values.removeLast()
    } else {
      values[last] = value
    }
  }
}

/// A total function from 32-bit or 64-bit keys to numbers, constant on pieces: a multibit trie.
///
/// ```
///  key      ┌ 8 to 24 ┐┌ 8 ┐┌ 8 ┐ …         a node has an entry for each value of its bits; the root has the more bits
///           └────┬────┘└─┬─┘└───┘           the more pieces there are, that of IPv6 only where pieces start
///  entries  …│ v │ v │ b │ v │ n │…         a value, a bucket, or a further node
///                      ▼
///  starts   …│ s │ s │ s │…                 a bucket: 2 to 16 pieces in one slot, searched without a branch
///  values   …│ v │ v │ v │…
/// ```
///
/// Nodes stand only where more than 16 pieces meet, so that memory is proportional to the pieces. From 838,861 pieces on the
/// root of IPv4 has 24 bits: in a full table of the internet one load answers for most IPv4 addresses (P. Gupta, S. Lin, N.
/// McKeown, "Routing lookups in hardware at memory access speeds", INFOCOM 1998: DIR-24-8).
///
/// That load waits for memory, and so do those of the next lookups: as many as fit into the processor's window run at once.
/// Hence the fewest instructions win, and a second load that depends on the first costs more than a smaller table saves.
@usableFromInline
struct PieceMap<Key: FixedWidthInteger & UnsignedInteger & BitwiseCopyable & Sendable>: Sendable {
  /// The entries of the root, then those of all other nodes, 256 each: a value, or with `link` set where a bucket or node
  /// starts.
  @usableFromInline let entries: FrozenArray<UInt32>
  /// How far a key is shifted to give its slot.
  @usableFromInline let shift: Key
  /// The slot of the first entry, of IPv4 0.
  ///
  /// The slots before it and after the last are like the last.
  @usableFromInline let firstSlot: Key
  /// How many entries follow the first.
  @usableFromInline let lastEntry: Key
  /// The pieces of all buckets, ascending.
  private let starts: FrozenArray<Key>
  private let values: FrozenArray<UInt32>

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
    var (shift, slots) = PieceMap.slots(of: pieces, width: 8)
    // The widest root that takes no more than 80 bytes a piece; but none of 20 bits, which fits no cache and still needs a
    // second step for most addresses.
    for width in [12, 16, 24] {
      let wider = PieceMap.slots(of: pieces, width: width)
      if wider.slots.upperBound - wider.slots.lowerBound < Key(clamping: count * 20) { (shift, slots) = wider }
    }
    (self.shift, firstSlot, lastEntry) = (shift, slots.lowerBound, slots.upperBound - slots.lowerBound)
    let root = Slot(entry: 0, first: slots.lowerBound << shift, pieces: 0..<count)
    // Whole nodes, so that the nodes behind it have numbers.
    let rootCount = (Int(lastEntry) + 256) & ~255
    let below = PieceMap.size(below: root, pieces, shift)
    // A search may look at 15 pieces beyond the last bucket.
    let pieceCount = below.pieces + PieceMap.bucketSize
    (entries, starts, values) = FrozenArray.make(
      (0, rootCount + 256 * below.nodes), (.max, pieceCount), (pieces.values[count - 1], pieceCount)
    ) { entries, starts, values in
      var free = (entry: rootCount, piece: 0)
      PieceMap.write(root, 0..<rootCount, pieces, shift, &entries, &starts, &values, &free)
    }
  }

  /// The slots that a root has.
  ///
  /// - Parameters:
  ///   - pieces: All pieces.
  ///   - width: How many bits of a key give its slot.
  /// - Returns: How far a key is shifted to give its slot, and the slots with entries.
  private static func slots(of pieces: Pieces<Key>, width: Int) -> (shift: Key, slots: ClosedRange<Key>) {
    let shift = Key(Key.bitWidth - width)
    let all = 0...Key.max >> shift
    let count = pieces.starts.count
    // Of IPv4 the addresses in use fill the whole root, and one that is not cut needs fewer instructions.
    guard Key.bitWidth > 32, count > 1, pieces.values[0] == pieces.values[count - 1] else { return (shift, all) }
    let after = pieces.starts[count - 1] >> shift + 1
    return (shift, after <= all.upperBound ? pieces.starts[1] >> shift...after : all)
  }

  /// A slot in which pieces start beyond its first address: the index of its entry, its first address, and the pieces that
  /// meet it.
  private typealias Slot = (entry: Int, first: Key, pieces: Range<Int>)

  /// The slots of a node in which pieces start beyond its first address, in the order of addresses.
  private struct Slots: Sequence, IteratorProtocol {
    /// The first addresses of all pieces.
    private let starts: [Key]
    private let first: Key
    private let shift: Key
    /// The next piece that starts in a further slot.
    private var piece: Int
    /// Behind the last.
    private let end: Int

    /// Finds the slots.
    ///
    /// - Parameters:
    ///   - node: The slot that the node stands for; the first of its pieces covers its first address.
    ///   - pieces: All pieces.
    ///   - shift: The bits of a key below a slot of the node.
    init(of node: Slot, _ pieces: Pieces<Key>, _ shift: Key) {
      (starts, first, self.shift) = (pieces.starts, node.first, shift)
      (piece, end) = (node.pieces.lowerBound + 1, node.pieces.upperBound)
    }

    mutating func next() -> Slot? {
      guard piece < end else { return nil }
      let entry = (starts[piece] &- first) &>> shift
      let start = first &+ entry &<< shift
      let last = start | ((1 &<< shift) &- 1)
      let lower = starts[piece] == start ? piece : piece - 1
      repeat { piece += 1 } while piece < end && starts[piece] <= last
      return (Int(entry), start, lower..<piece)
    }
  }

  /// How many nodes, and how many pieces of buckets, hang below a node.
  private static func size(below node: Slot, _ pieces: Pieces<Key>, _ shift: Key) -> (nodes: Int, pieces: Int) {
    var size = (nodes: 0, pieces: 0)
    for slot in Slots(of: node, pieces, shift) where slot.pieces.count > 1 {
      guard slot.pieces.count > bucketSize else {
        size.pieces += slot.pieces.count
        continue
      }
      let below = PieceMap.size(below: slot, pieces, shift - 8)
      size = (size.nodes + 1 + below.nodes, size.pieces + below.pieces)
    }
    return size
  }

  /// Writes a node, and what hangs below it.
  ///
  /// - Parameters:
  ///   - node: The slot that it stands for.
  ///   - place: Where its entries stand.
  ///   - pieces: All pieces.
  ///   - shift: The bits of a key below a slot of the node.
  ///   - entries: Receives entries; 0 at first.
  ///   - starts: Receives the starts of the pieces of buckets.
  ///   - values: Receives their values.
  ///   - free: Where the next node and the next bucket will stand.
  private static func write(
    _ node: Slot, _ place: Range<Int>, _ pieces: Pieces<Key>, _ shift: Key, _ entries: inout MutableSpan<UInt32>,
    _ starts: inout MutableSpan<Key>, _ values: inout MutableSpan<UInt32>, _ free: inout (entry: Int, piece: Int)
  ) {
    var next = place.lowerBound
    // Holds up to the next slot.
    var value = pieces.values[node.pieces.lowerBound]
    for slot in Slots(of: node, pieces, shift) {
      let entry = place.lowerBound + slot.entry
      if value != 0 { for index in next..<entry { entries[index] = value } }
      (next, value) = (entry + 1, pieces.values[slot.pieces.upperBound - 1])
      if slot.pieces.count == 1 {
        entries[entry] = value
      } else if slot.pieces.count <= bucketSize {
        entries[entry] = link | bucket | UInt32(free.piece)
        let offset = free.piece - slot.pieces.lowerBound
        for piece in slot.pieces {
          starts[offset + piece] = max(pieces.starts[piece], slot.first)
          values[offset + piece] = pieces.values[piece]
        }
        free.piece += slot.pieces.count
      } else {
        // More than 16 pieces in a slot differ in more than 4 bits, and `shift` is a multiple of 4: it is at least 8.
        let below = free.entry..<free.entry + 256
        entries[entry] = link | UInt32(below.lowerBound >> 8)
        free.entry = below.upperBound
        write(slot, below, pieces, shift - 8, &entries, &starts, &values, &free)
      }
    }
    if value != 0 { for index in next..<place.upperBound { entries[index] = value } }
  }

  /// The entry of a key in the root: a value, or something to `follow`.
  @inlinable @inline(__always)
  func entry(at key: Key) -> UInt32 {
    // Of IPv4 there is an entry for each value of the bits that remain.
    if Key.bitWidth == 32 { return entries[unchecked: Int(truncatingIfNeeded: key &>> shift)] }
    // Before the first slot the difference wraps round to a number above the last.
    return entries[unchecked: Int(truncatingIfNeeded: min(key &>> shift &- firstSlot, lastEntry))]
  }

  /// The value at a key.
  ///
  /// - Parameters:
  ///   - entry: The entry of the key in the root.
  ///   - key: The key.
  /// - Returns: The value of the piece that covers it.
  /// - Complexity: O(1): a node for each 8 bits of the key at most, without allocation.
  @inline(__always)
  func follow(_ entry: UInt32, _ key: Key) -> UInt32 {
    var entry = entry
    var shift = shift
    while entry & PieceMap.link != 0 {
      if entry & PieceMap.bucket != 0 { return search(entry, key) }
      shift = shift &- 8
      // A node has 256 entries from the one on that its number names.
      let slot = Int(truncatingIfNeeded: key &>> shift & 0xFF)
      entry = entries[unchecked: Int(truncatingIfNeeded: entry & ~PieceMap.link) &<< 8 | slot]
    }
    return entry
  }

  /// The value at a key of the bucket that an entry names: of the last of 16 pieces that starts at or before the key; those
  /// of the next buckets start after it.
  @inline(__always)
  private func search(_ entry: UInt32, _ key: Key) -> UInt32 {
    // At most 15 are added to the index of a bucket's first piece, and as many stand after all buckets.
    var piece = Int(truncatingIfNeeded: entry & ~(PieceMap.link | PieceMap.bucket))
    piece &+= starts[unchecked: piece &+ 8] <= key ? 8 : 0
    piece &+= starts[unchecked: piece &+ 4] <= key ? 4 : 0
    piece &+= starts[unchecked: piece &+ 2] <= key ? 2 : 0
    piece &+= starts[unchecked: piece &+ 1] <= key ? 1 : 0
    return values[unchecked: piece]
  }
}
