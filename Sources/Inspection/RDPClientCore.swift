import Packets

/// What a client of RDP says of itself in the clear (MS-RDPBCGR section 2.2.1.3.2).
struct RDPClientCore {
  /// The client's own name.
  let name: String
  /// The build of the client.
  let build: Int
  /// The keyboard's layout.
  let keyboard: Int
  /// Pixels of the desktop.
  let width: Int
  let height: Int

  /// The type of the block.
  private static let type = 0xC001
  /// Bytes of the block up to the name's end: type, length, version, width, height, depth, sequence, keyboard, build, name.
  private static let needed = 56

  /// Finds and reads the block in the connect-initial of MCS that the bytes begin with; nothing if there is none.
  ///
  /// - Parameters:
  ///   - bytes: The client's bytes.
  ///   - offset: Where its TPKT begins.
  /// - Complexity: O(n) in the TPKT's length.
  init?(_ bytes: RawSpan, at offset: Int) {
    // TPKT, X.224 data, then the application tag 101 of T.125.
    guard let header = bytes.range(at: offset, count: 9), bytes.uint8(at: offset) == 3,
      bytes.uint8(at: offset + 1) == 0,
      bytes.littleEndian(3, at: offset + 4) == 0x80_F002, bytes.littleEndian(2, at: offset + 7) == 0x657F
    else { return nil }
    let end = min(offset + Int(bytes.uint16BE(at: offset + 2)), bytes.byteCount)
    guard header.upperBound < end,
      let key = (header.upperBound..<end).first(where: { bytes.uint8(at: $0) == 0x44 && bytes.says("Duca", at: $0) })
    else { return nil }
    // The key of H.221 is followed by a length of one or two bytes.
    guard let long = bytes.littleEndian(1, at: key + 4) else { return nil }
    var start = key + (long & 0x80 == 0 ? 5 : 6)
    while let type = bytes.littleEndian(2, at: start), let length = bytes.littleEndian(2, at: start + 2), length >= 4,
      start < end
    {
      guard type == Self.type else {
        start += length
        continue
      }
      guard length >= Self.needed, let name = bytes.range(at: start + 24, count: 32),
        let width = bytes.littleEndian(2, at: start + 8), let height = bytes.littleEndian(2, at: start + 10),
        let keyboard = bytes.littleEndian(4, at: start + 16), let build = bytes.littleEndian(4, at: start + 20)
      else { return nil }
      self.name = bytes.terminatedTextUTF16(name)
      (self.width, self.height, self.keyboard, self.build) = (width, height, keyboard, build)
      return
    }
    return nil
  }
}
