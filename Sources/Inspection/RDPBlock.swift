import Packets

/// Finds the blocks of settings that both sides of RDP exchange in the clear: in the connect messages of MCS (MS-RDPBCGR
/// sections 2.2.1.3 and 2.2.1.4).
enum RDPBlock {
  /// Who writes them.
  enum Side {
    case client
    case server

    /// The application tag of T.125 that the message begins with.
    fileprivate var tag: Int { self == .client ? 0x657F : 0x667F }
    /// The key of H.221 before the blocks.
    fileprivate var key: StaticString { self == .client ? "Duca" : "McDn" }
  }

  /// Finds a block.
  ///
  /// - Parameters:
  ///   - type: Its type.
  ///   - side: Who writes it.
  ///   - bytes: The bytes of that side.
  ///   - offset: Where the TPKT of its connect message begins.
  /// - Returns: Its content, without type and length, as far as it is there; nothing if it is not.
  /// - Complexity: O(n) in the TPKT's length.
  static func find(_ type: Int, of side: Side, in bytes: RawSpan, at offset: Int) -> Range<Int>? {
    // TPKT, X.224 data, then the tag.
    guard let header = bytes.range(at: offset, count: 9), bytes.uint8(at: offset) == 3,
      bytes.uint8(at: offset + 1) == 0, bytes.littleEndian(3, at: offset + 4) == 0x80_F002,
      bytes.littleEndian(2, at: offset + 7) == side.tag
    else { return nil }
    let end = min(offset + Int(bytes.uint16BE(at: offset + 2)), bytes.byteCount)
    guard header.upperBound < end,
      let key = (header.upperBound..<end).first(where: { bytes.says(side.key, at: $0) }),
      let long = bytes.littleEndian(1, at: key + 4)
    else { return nil }
    // The key is followed by a length of one or two bytes.
    var start = key + (long & 0x80 == 0 ? 5 : 6)
    while start < end, let found = bytes.littleEndian(2, at: start),
      let length = bytes.littleEndian(2, at: start + 2), length >= 4
    {
      if found == type { return start + 4..<min(start + length, bytes.byteCount) }
      start += length
    }
    return nil
  }
}
