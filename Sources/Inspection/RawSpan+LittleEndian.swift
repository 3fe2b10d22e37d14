import Packets

/// Numbers with the least significant byte first and text in UTF-16, as Microsoft's protocols write them.
extension RawSpan {
  /// An unsigned integer of at most seven bytes, least significant first; nothing if it does not lie inside.
  func littleEndian(_ width: Int, at offset: Int) -> Int? {
    guard let range = range(at: offset, count: width) else { return nil }
    return range.reversed().reduce(0) { $0 << 8 | Int(uint8(at: $1)) }
  }

  /// So many bytes from an offset on; nothing if they do not lie inside.
  func range(at offset: Int, count: Int) -> Range<Int>? {
    guard offset >= 0, count >= 0, offset <= byteCount, count <= byteCount - offset else { return nil }
    return offset..<offset + count
  }

  /// The text of a range as UTF-16, least significant byte first; what is none becomes U+FFFD, an odd byte is left out.
  func textUTF16(_ range: Range<Int>) -> String {
    let units = stride(from: range.lowerBound, to: range.upperBound - 1, by: 2).map {
      UInt16(uint8(at: $0)) | UInt16(uint8(at: $0 + 1)) << 8
    }
    return String(decoding: units, as: UTF16.self)
  }

  /// The text of a range as UTF-16 up to its first zero.
  func terminatedTextUTF16(_ range: Range<Int>) -> String {
    var end = range.lowerBound
    while end + 1 < range.upperBound, uint8(at: end) != 0 || uint8(at: end + 1) != 0 { end += 2 }
    return textUTF16(range.lowerBound..<min(end, range.upperBound))
  }
}
