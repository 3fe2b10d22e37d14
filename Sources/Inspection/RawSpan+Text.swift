import Packets

/// Bytes and text of a range of a message; ranges must lie inside it.
extension RawSpan {
  /// The bytes of a range.
  func bytes(_ range: Range<Int>) -> [UInt8] { [UInt8](copying: extracting(range)) }

  /// The text of a range as UTF-8; what is none becomes U+FFFD.
  func text(_ range: Range<Int>) -> String { String(decoding: bytes(range), as: UTF8.self) }

  /// Where a byte stands first in a range; eight bytes are looked at together.
  func offset(of byte: UInt8, in range: Range<Int>) -> Int? {
    let (ones, highs): (UInt64, UInt64) = (0x0101_0101_0101_0101, 0x8080_8080_8080_8080)
    let pattern = UInt64(byte) &* ones
    var offset = range.lowerBound
    while range.upperBound &- offset >= 8 {
      let difference = UInt64(littleEndian: uint64(at: offset)) ^ pattern
      // The lowest of these bits is that of the first byte that is 0: nothing was borrowed below it.
      let zeros = (difference &- ones) & ~difference & highs
      if zeros != 0 { return offset &+ zeros.trailingZeroBitCount / 8 }
      offset &+= 8
    }
    while offset < range.upperBound {
      if uint8(at: offset) == byte { return offset }
      offset &+= 1
    }
    return nil
  }

  /// A number of three digits at an offset; nothing if something else stands there, or too little.
  func threeDigits(at offset: Int) -> Int? {
    guard offset >= 0, offset <= byteCount - 3 else { return nil }
    var number = 0
    for index in offset..<offset + 3 {
      guard (0x30...0x39).contains(uint8(at: index)) else { return nil }
      number = number * 10 + Int(uint8(at: index) - 0x30)
    }
    return number
  }

  /// Whether a range begins with these characters of ASCII.
  func begins(with words: StaticString, in range: Range<Int>) -> Bool {
    let count = words.utf8CodeUnitCount
    return count <= range.count
      && (0..<count).allSatisfy { uint8(at: range.lowerBound + $0) == words.utf8CodeUnit(at: $0) }
  }

  /// Whether these characters of ASCII stand at an offset, letters in either case.
  func says(_ words: StaticString, at offset: Int) -> Bool {
    let count = words.utf8CodeUnitCount
    guard offset >= 0, offset <= byteCount - count else { return false }
    return (0..<count).allSatisfy { index in
      let (one, other) = (uint8(at: offset + index), words.utf8CodeUnit(at: index))
      let isLetter = (0x41...0x5A).contains(one & 0xDF)
      return one == other || isLetter && one & 0xDF == other & 0xDF
    }
  }
}
