import Packets

/// The header of a message of SMB 2 or 3 (MS-SMB2 section 2.2.1).
struct SMB2Message {
  /// What is asked for, or answered.
  enum Command: Int {
    case negotiate = 0
    case sessionSetup = 1
    case treeConnect = 3
    case create = 5
  }

  static let headerLength = 64

  /// What is asked for; nothing for what is not read.
  let command: Command?
  /// What the server says of success; without meaning in a request.
  let status: Int
  /// Whether the server sent it.
  let isResponse: Bool
  /// The number that pairs a response with its request: the lower six bytes of it.
  let id: Int
  /// Where the next message begins that is compounded with this one; 0 if none is.
  let next: Int

  /// Reads a header; nothing if the bytes are none.
  ///
  /// - Parameter message: The message from its header on.
  init?(_ message: RawSpan) {
    guard message.says("SMB", at: 1), message.uint8(at: 0) == 0xFE, message.littleEndian(2, at: 4) == Self.headerLength,
      let status = message.littleEndian(4, at: 8), let command = message.littleEndian(2, at: 12),
      let flags = message.littleEndian(4, at: 16), let next = message.littleEndian(4, at: 20),
      let id = message.littleEndian(6, at: 24), message.byteCount >= Self.headerLength
    else { return nil }
    self.command = Command(rawValue: command)
    self.status = status
    isResponse = flags & 1 != 0
    self.id = id
    self.next = next
  }

  /// The bytes that a body names by offset from the header and by length, both of two bytes.
  ///
  /// - Parameters:
  ///   - offset: Where the offset stands; the length follows.
  ///   - message: The message.
  /// - Returns: Their place; nothing if they do not lie inside.
  static func buffer(at offset: Int, in message: RawSpan) -> Range<Int>? {
    guard let start = message.littleEndian(2, at: offset), let count = message.littleEndian(2, at: offset + 2)
    else { return nil }
    return message.range(at: start, count: count)
  }
}
