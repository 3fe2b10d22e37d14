/// Storage that TCP connections need rarely: ranges beyond gaps, and histories that outgrow their place.
struct TCPPools: ~Copyable {
  /// Relative sequence numbers `lower ..< upper`, and the next range of the side.
  struct Range: BitwiseCopyable {
    var lower: UInt64
    var upper: UInt64
    var next: UInt32
  }

  /// Eight letters of a history, and the handle of the eight before them.
  struct Letters: BitwiseCopyable {
    var letters: UInt64
    var before: UInt32
  }

  var ranges = Slab<Range>()
  var letters = Slab<Letters>()

  /// What is in use of both.
  @inline(__always)
  var count: Int { ranges.count &+ letters.count }

  mutating func release(ranges handle: inout UInt32) {
    while handle != 0 {
      let next = ranges[handle].next
      ranges.release(handle)
      handle = next
    }
  }
}

/// Zeek's history of a connection: a letter for each kind of event, upper case for the originator's.
///
/// The latest letters stand here, up to eight; when a ninth comes they move into the pool.
struct TCPHistory: BitwiseCopyable {
  /// Letters kept; RSTs with ever new numbers would otherwise write without end.
  static let limit: UInt16 = 4_096

  private var letters: UInt64 = 0
  private var before: UInt32 = 0
  private(set) var count: UInt16 = 0

  mutating func append(_ letter: Unicode.Scalar, fromOriginator: Bool = true, _ pools: inout TCPPools) {
    guard count < Self.limit else { return }
    if count > 0, count & 7 == 0 {
      guard let handle = pools.letters.allocate(TCPPools.Letters(letters: letters, before: before)) else { return }
      before = handle
      letters = 0
    }
    let byte = UInt8(truncatingIfNeeded: letter.value) | (fromOriginator ? 0 : 0x20)
    letters |= UInt64(byte) << UInt64((count & 7) * 8)
    count += 1
  }

  /// Counts an event that is written at its first, tenth, hundredth … occurrence.
  mutating func count(
    _ letter: Unicode.Scalar, _ counter: inout UInt32, _ fromOriginator: Bool, _ pools: inout TCPPools
  ) {
    guard counter < .max else { return }
    counter += 1
    switch counter {
    case 1, 10, 100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000, 1_000_000_000:
      append(letter, fromOriginator: fromOriginator, &pools)
    default: break
    }
  }

  /// Whether letters stand in the pool.
  var isLong: Bool { before != 0 }

  /// Whether nothing but one SYN-ACK of the originator was seen.
  var isOnlySYNACK: Bool { count == 1 && letters == UInt64(UInt8(ascii: "H")) }

  /// Writes a lone SYN-ACK as the responder's, after the mark of exchanged roles.
  mutating func flipSYNACK() {
    letters = UInt64(UInt8(ascii: "^")) | UInt64(UInt8(ascii: "h")) << 8
    count = 2
  }

  /// The letters in order.
  func text(_ pools: borrowing TCPPools) -> String {
    if before == 0 { return String(letters: letters, count: Int(count)) }
    var blocks = [letters]
    var handle = before
    while handle != 0 {
      blocks.append(pools.letters[handle].letters)
      handle = pools.letters[handle].before
    }
    var bytes: [UInt8] = []
    for block in blocks.reversed() {
      for position in 0..<8 where bytes.count < Int(count) {
        bytes.append(UInt8(truncatingIfNeeded: block >> UInt64(position * 8)))
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Gives the pool's blocks back.
  mutating func release(_ pools: inout TCPPools) {
    while before != 0 {
      let handle = before
      before = pools.letters[handle].before
      pools.letters.release(handle)
    }
  }
}
