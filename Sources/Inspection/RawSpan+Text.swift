import Packets

/// Bytes and text of a range of a message; ranges must lie inside it.
extension RawSpan {
  /// The bytes of a range.
  func bytes(_ range: Range<Int>) -> [UInt8] { [UInt8](copying: extracting(range)) }

  /// The text of a range as UTF-8; what is none becomes U+FFFD.
  func text(_ range: Range<Int>) -> String { String(decoding: bytes(range), as: UTF8.self) }

  /// Whether a range begins with these characters of ASCII.
  func begins(with words: StaticString, in range: Range<Int>) -> Bool {
    words.utf8CodeUnitCount <= range.count
      && words.withUTF8Buffer { buffer in
        buffer.indices.allSatisfy { unsafe uint8(at: range.lowerBound + $0) == buffer[$0] }
      }
  }

  /// Whether these characters of ASCII stand at an offset, letters in either case.
  func says(_ words: StaticString, at offset: Int) -> Bool {
    let count = words.utf8CodeUnitCount
    guard offset >= 0, offset <= byteCount - count else { return false }
    return words.withUTF8Buffer { buffer in
      for index in 0..<count {
        let (one, other) = unsafe (uint8(at: offset + index), buffer[index])
        let isLetter = (0x41...0x5A).contains(one & 0xDF)
        guard one == other || isLetter && one & 0xDF == other & 0xDF else { return false }
      }
      return true
    }
  }
}
