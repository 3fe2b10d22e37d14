/// The pieces of IPv6 addresses that start within one /64, as those of single addresses do.
///
/// The first 64 bits of an address are looked up in a `PieceMap`; where its value names a run of such pieces, that is
/// searched by the last 64 bits.
@usableFromInline
struct PieceRuns: Sendable {
  /// Run k is `starts[offsets[k]..<offsets[k + 1]]`, ascending; the first start of each is 0.
  private var offsets: [UInt32] = [0]
  private var starts: [UInt64] = []
  private var values: [UInt32] = []

  /// Set in values that number a run.
  @usableFromInline static var run: UInt32 { 1 << 29 }

  /// Takes in what starts within a /64.
  ///
  /// - Parameter pieces: Pieces of IPv6 addresses; values below 2²⁹.
  /// - Returns: The pieces of their first 64 bits, whose values may name runs.
  /// - Complexity: O(n) time and memory.
  mutating func take(_ pieces: Pieces<UInt128>) -> Pieces<UInt64> {
    var halves = Pieces<UInt64>(capacity: pieces.starts.count)
    var piece = 0
    while piece < pieces.starts.count {
      let high = UInt64(truncatingIfNeeded: pieces.starts[piece] >> 64)
      var next = piece + 1
      while next < pieces.starts.count, pieces.starts[next] >> 64 == high { next += 1 }
      let startsWithin = UInt64(truncatingIfNeeded: pieces.starts[piece]) > 0
      if next == piece + 1, !startsWithin {
        halves.append(pieces.values[piece], from: high)
      } else {
        halves.append(PieceRuns.run | UInt32(offsets.count - 1), from: high)
        if startsWithin {
          // No underflow: the first piece starts at 0.
          starts.append(0)
          values.append(pieces.values[piece - 1])
        }
        for piece in piece..<next {
          starts.append(UInt64(truncatingIfNeeded: pieces.starts[piece]))
          values.append(pieces.values[piece])
        }
        offsets.append(UInt32(starts.count))
        if high < .max { halves.append(pieces.values[next - 1], from: high + 1) }
      }
      piece = next
    }
    return halves
  }

  /// The value for the whole address.
  ///
  /// - Parameters:
  ///   - value: The value for its first 64 bits.
  ///   - low: Its last 64 bits.
  /// - Returns: The value of the piece that covers it.
  /// - Complexity: O(log n) in the pieces within one /64, without allocation.
  @inline(always)
  func resolve(_ value: UInt32, _ low: UInt64) -> UInt32 {
    value & PieceRuns.run == 0 ? value : search(Int(value & ~PieceRuns.run), low)
  }

  private func search(_ run: Int, _ key: UInt64) -> UInt32 {
    var first = Int(offsets[run])
    var last = Int(offsets[run + 1]) - 1
    while first < last {
      let middle = (first + last + 1) / 2
      if starts[middle] <= key { first = middle } else { last = middle - 1 }
    }
    return values[first]
  }
}
