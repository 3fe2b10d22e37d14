import Capture
import Packets
import TestSupport
import Testing

/// What is held of the latest packets, and for how long.
@Suite struct LookBackTests {
  /// A packet block with a frame of so many bytes, as a capture of interface 3 makes it.
  private func block(_ number: UInt64, length: Int = 64) -> [UInt8] {
    let padded = (length + 3) & ~3
    let words: [UInt32] = [
      6, UInt32(padded + 32), 3, UInt32(number >> 32), UInt32(truncatingIfNeeded: number), UInt32(length),
      UInt32(length),
    ]
    return words.flatMap { bytes(of: $0, .little) } + Array(repeating: UInt8(truncatingIfNeeded: number), count: padded)
      + bytes(of: UInt32(padded + 32), .little)
  }

  private func append(_ numbers: Range<UInt64>, to lookBack: inout LookBack, length: Int = 64) -> [UInt64] {
    let start = lookBack.end
    let blocks = numbers.map { block($0, length: length) }
    // Bytes have no padding, the only hazard of viewing elements as raw bytes.
    unsafe lookBack.append(Array(blocks.joined()).span.bytes)
    return blocks.indices.map { start + 28 + UInt64($0 * blocks[0].count) }
  }

  /// Whether a packet could be taken.
  private func take(_ place: UInt64, from lookBack: inout LookBack) -> Bool { lookBack.take(place) { _ in } }

  private func numbers(_ lookBack: LookBack) -> [Int64] {
    var numbers: [Int64] = []
    lookBack.forEach { held, bytes in
      #expect(held.interface == 3 && bytes.byteCount == 64)
      numbers.append(held.time.nanoseconds)
    }
    return numbers
  }

  @Test func `a packet is taken once, and shown until then`() {
    var lookBack = LookBack(byteCount: 4 << 20)
    let places = append(0..<10, to: &lookBack) + append(10..<20, to: &lookBack)
    var taken: [UInt8] = []
    let isHeld = lookBack.take(places[12]) { taken = Array(copying: $0) }
    #expect(isHeld && taken == block(12))
    let isHeldStill = take(places[12], from: &lookBack)
    #expect(!isHeldStill)
    #expect(numbers(lookBack) == (0..<20).filter { $0 != 12 })
    #expect(lookBack.oldest?.nanoseconds == 0)
    let isNowhereHeld = take(5, from: &lookBack)
    #expect(!isNowhereHeld)
  }

  @Test func `the oldest make room, and are not held any more`() {
    var lookBack = LookBack(byteCount: 2 << 20)
    let length = UInt64(block(0).count)
    let turn = (1 << 20) / length
    let first = append(0..<turn, to: &lookBack)
    _ = append(turn..<2 * turn, to: &lookBack)
    #expect(numbers(lookBack).count == Int(2 * turn))
    let last = append(2 * turn..<3 * turn, to: &lookBack)
    #expect(numbers(lookBack).first == Int64(turn) && numbers(lookBack).count == Int(2 * turn))
    #expect(lookBack.oldest?.nanoseconds == Int64(turn))
    let (oldest, latest) = (take(first[0], from: &lookBack), take(last[7], from: &lookBack))
    #expect(!oldest && latest)
  }

  @Test func `packets are shown a piece at a time, while others come and go`() {
    var lookBack = LookBack(byteCount: 2 << 20)
    let turn = (1 << 20) / UInt64(block(0).count)
    _ = append(0..<turn, to: &lookBack)
    _ = append(turn..<2 * turn, to: &lookBack)
    var (shown, next): ([Int64], UInt64) = ([], 0)
    func show(_ limit: Int) {
      next = lookBack.forEach(from: next, limit: limit) { held, _ in shown.append(held.time.nanoseconds) }
    }
    for _ in 0..<10 { show(1_000) }
    #expect(shown == Array(0..<Int64(shown.count)) && (100..<200).contains(shown.count))
    // What is left of the first piece is forgotten.
    let before = Int64(shown.count)
    _ = append(2 * turn..<3 * turn, to: &lookBack)
    show(.max)
    #expect(shown == Array(0..<before) + Array(Int64(turn)..<Int64(3 * turn)) && next == lookBack.end)
    show(.max)
    #expect(shown.count == Int(before) + Int(2 * turn))
    _ = append(3 * turn..<3 * turn + 5, to: &lookBack)
    show(1)
    #expect(shown.last == Int64(3 * turn))
    show(.max)
    #expect(shown.suffix(5) == (0..<5).map { Int64(3 * turn) + $0 } && next == lookBack.end)
  }

  @Test func `the latest buffer is held even where it alone is more than is to be held`() {
    var lookBack = LookBack(byteCount: 0)
    _ = append(0..<1, to: &lookBack)
    let places = append(1..<40, to: &lookBack, length: 65_000)
    let held = places.filter { take($0, from: &lookBack) }
    #expect(held == places)
  }
}
