import Packets

/// A message of SMB and where it stands in one direction of a connection.
struct SMBFrame {
  /// Which generation wrote it.
  enum Generation {
    case smb1
    case smb2
    /// Encrypted or compressed, of SMB 3.
    case sealed
  }

  let generation: Generation
  /// The message from its own header on, as far as it is there.
  let range: Range<Int>

  private static let headerLength = 4

  /// Finds the messages that a direction begins with, each behind its length (RFC 1002 section 4.3, MS-SMB2 section 2.1).
  ///
  /// - Parameter stream: The first bytes.
  /// - Returns: The messages, of which the last may be cut; none if the stream begins with something else.
  /// - Complexity: O(n).
  static func frames(in stream: RawSpan) -> [SMBFrame] {
    var frames: [SMBFrame] = []
    var offset = 0
    while offset + headerLength <= stream.byteCount {
      let length = Int(stream.uint8(at: offset + 1)) << 16 | Int(stream.uint16BE(at: offset + 2))
      let start = offset + headerLength
      switch (stream.uint8(at: offset), length) {
      case (0, _):
        let end = min(start + length, stream.byteCount)
        guard let generation = generation(of: stream.extracting(start..<end)) else {
          return frames
        }
        frames.append(SMBFrame(generation: generation, range: start..<end))
      // A request for a session, its answers, a sign of life.
      case (0x81, 68), (0x82, 0), (0x83, 1), (0x85, 0): break
      default: return frames
      }
      offset = start + length
    }
    return frames
  }

  private static func generation(of message: RawSpan) -> Generation? {
    guard message.byteCount >= 32, message.says("SMB", at: 1) else { return nil }
    return switch message.uint8(at: 0) {
    case 0xFF: .smb1
    case 0xFE: message.littleEndian(2, at: 4) == SMB2Message.headerLength ? .smb2 : nil
    case 0xFD, 0xFC: .sealed
    default: nil
    }
  }
}
