/// Payload bytes: a head of even length, then random bytes from the pool.
struct Payload {
  var head: [UInt8] = []
  /// Where in the pool the rest begins; even.
  var offset = 0
  /// Bytes in all, at least those of the head.
  var count = 0

  static let none = Payload()

  init() {}

  init(head: [UInt8], count: Int = 0, offset: Int = 0) {
    self.head = head.count & 1 == 0 ? head : head + [0x20]
    self.offset = offset
    self.count = max(count, self.head.count)
  }

  /// `count` random bytes, the same for the same `seed`: a retransmission holds what the first transmission held.
  init(count: Int, seed: UInt32) {
    self.count = count
    offset = Int((seed &* 0x9E37_79B1) >> 17) * 2
  }

  /// A standard query for the A record of a name, or its answer with one record.
  static func dns(id: UInt16, number: Int, isAnswer: Bool) -> Payload {
    var head = [UInt8(id >> 8), UInt8(id & 255), isAnswer ? 0x81 : 1, isAnswer ? 0x80 : 0, 0, 1, 0, isAnswer ? 1 : 0]
    head += [0, 0, 0, 0, 8]
    head += (0..<8).map { UInt8(0x61 + number >> ($0 * 4) & 15) }
    head += [7] + Array("example".utf8) + [3] + Array("com".utf8) + [0, 0, 1, 0, 1]
    if isAnswer { head += [0xC0, 12, 0, 1, 0, 1, 0, 0, 1, 0x2C, 0, 4, 104, 0, UInt8(number >> 8 & 255), 1] }
    return Payload(exactly: head)
  }

  private init(exactly head: [UInt8]) {
    precondition(head.count & 1 == 0, "a head must be of even length")
    self.head = head
    count = head.count
  }
}

/// Random bytes with the running sums of their 16-bit words, so that the checksum of any stretch costs O(1).
struct PayloadPool {
  let bytes: [UInt8]
  private let sums: [UInt64]

  init() {
    var random = Random(seed: 0x706F_6F6C)
    var bytes: [UInt8] = []
    var sums: [UInt64] = [0]
    for _ in 0..<(65_536 + 2_048) / 2 {
      let word = UInt16(truncatingIfNeeded: random.next())
      bytes += [UInt8(word >> 8), UInt8(word & 255)]
      sums.append(sums[sums.count - 1] + UInt64(word))
    }
    self.bytes = bytes
    self.sums = sums
  }

  /// The one's complement sum of a payload, not folded.
  func sum(_ payload: Payload) -> UInt64 {
    var sum: UInt64 = 0
    for index in payload.head.indices { sum += UInt64(payload.head[index]) << (index & 1 == 0 ? 8 : 0) }
    let rest = payload.count - payload.head.count
    guard rest > 0 else { return sum }
    let first = payload.offset / 2
    sum += sums[first + rest / 2] - sums[first]
    if rest & 1 == 1 { sum += UInt64(bytes[payload.offset + rest - 1]) << 8 }
    return sum
  }
}
