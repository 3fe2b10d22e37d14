/// A total function from the addresses of one family to numbers, constant on pieces.
///
/// ```
///  index      0 ─┐     1 ─┐       2 ─┐    one slot for each value of the leading bits:
///                ▼        ▼          ▼    the piece that covers the slot's first address
///  starts   0 │ s1 │ s2 │ s3 │ … │ sn     sorted; a piece ends before the next one's start
///  values   0 │ v1 │ v2 │ v3 │ … │ vn
/// ```
///
/// A lookup reads two neighbouring slots of the index and searches only between the pieces that they name.
struct PieceMap<Key: FixedWidthInteger & UnsignedInteger & Sendable>: Sendable {
  /// The first address of each piece, ascending; the first is 0.
  private var starts: [Key] = [0]
  /// The value of each piece.
  private var values: [UInt32] = [0]
  /// Slot k names the piece that covers the address `k << shift`; one slot more than there are leading values, so that
  /// slot k + 1 always exists.
  private var index: [UInt32] = [0, 0]
  /// How far a key is shifted to give its slot: the leading bits, at most 16, that remain.
  private var shift = Key.bitWidth

  /// Makes the map that is 0 everywhere.
  init() {}

  /// The number of pieces.
  var count: Int { starts.count }

  /// Says that `value` holds from `start` on; starts must not descend, and the last word on one start counts.
  ///
  /// - Parameters:
  ///   - value: The value.
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

  /// Builds the index once the last piece is there.
  mutating func freeze() {
    let bits = min(16, Int.bitWidth - starts.count.leadingZeroBitCount)
    shift = Key.bitWidth - bits
    index = []
    index.reserveCapacity((1 << bits) + 1)
    var piece = 0
    for slot in 0..<(1 << bits) {
      let first = Key(slot) << Key(shift)
      while piece + 1 < starts.count, starts[piece + 1] <= first { piece += 1 }
      index.append(UInt32(piece))
    }
    index.append(UInt32(starts.count - 1))
  }

  /// The value at an address.
  ///
  /// - Parameter key: The address.
  /// - Returns: The value of the piece that covers it.
  /// - Complexity: O(log n), without allocation.
  func callAsFunction(_ key: Key) -> UInt32 {
    // The smart shift gives slot 0 where no bits remain.
    let slot = Int(truncatingIfNeeded: key >> Key(shift))
    var low = Int(index[slot])
    var high = Int(index[slot + 1])
    // The piece sought is in low...high: low starts at or before the slot, and no piece after high starts in it.
    while low < high {
      let middle = (low + high + 1) / 2
      if starts[middle] <= key { low = middle } else { high = middle - 1 }
    }
    return values[low]
  }
}
