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

  private static let type = 0xC001
  /// Bytes up to the name's end: version, width, height, depth, sequence, keyboard, build, name.
  private static let length = 52

  /// Finds and reads the core data; nothing if they are not there.
  ///
  /// - Parameters:
  ///   - bytes: The client's bytes.
  ///   - offset: Where its connect message begins.
  /// - Complexity: O(n) in the message's length.
  init?(_ bytes: RawSpan, at offset: Int) {
    guard let block = RDPBlock.find(Self.type, of: .client, in: bytes, at: offset), block.count >= Self.length
    else { return nil }
    let core = bytes.extracting(block)
    guard let width = core.littleEndian(2, at: 4), let height = core.littleEndian(2, at: 6),
      let keyboard = core.littleEndian(4, at: 12), let build = core.littleEndian(4, at: 16)
    else { return nil }
    name = core.terminatedTextUTF16(20..<Self.length)
    (self.width, self.height, self.keyboard, self.build) = (width, height, keyboard, build)
  }
}
