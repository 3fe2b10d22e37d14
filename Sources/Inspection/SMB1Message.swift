import Packets

/// The header of a message of SMB 1, and one of the commands that it may chain (MS-CIFS section 2.2.3).
struct SMB1Message {
  /// What is asked for, or answered.
  enum Command: Int {
    case negotiate = 0x72
    case sessionSetup = 0x73
    case treeConnect = 0x75
    case create = 0xA2
  }

  /// A command with its parameters and data.
  struct Block {
    /// What is asked for; nothing for what is not read.
    let command: Command?
    /// The parameters: words of two bytes.
    let words: Range<Int>
    /// The data.
    let data: Range<Int>
  }

  private static let headerLength = 32
  /// Commands that chain another one: those whose parameters begin with its number and place.
  private static let chaining: Set<Int> = [0x24, 0x2D, 0x2E, 0x2F, 0x73, 0x74, 0x75, 0xA2]
  /// Commands of a chain; there is no use for more.
  private static let chainLimit = 8

  /// What the server says of success; without meaning in a request.
  let status: Int
  /// Whether the server sent it.
  let isResponse: Bool
  /// Whether text is in UTF-16.
  let isUnicode: Bool
  /// What pairs a response with its request: process and number.
  let id: Int
  /// The commands.
  let blocks: [Block]

  /// Reads a message; nothing if the bytes are none.
  ///
  /// - Parameter message: The message from its header on.
  init?(_ message: RawSpan) {
    guard message.says("SMB", at: 1), message.uint8(at: 0) == 0xFF, message.byteCount >= Self.headerLength,
      let command = message.littleEndian(1, at: 4), let status = message.littleEndian(4, at: 5),
      let flags = message.littleEndian(1, at: 9), let options = message.littleEndian(2, at: 10),
      let process = message.littleEndian(2, at: 26), let number = message.littleEndian(2, at: 30)
    else { return nil }
    self.status = status
    isResponse = flags & 0x80 != 0
    isUnicode = options & 0x8000 != 0
    id = process << 16 | number
    blocks = Self.blocks(of: command, in: message)
  }

  /// The commands of a chain, each of which lies behind the one before.
  private static func blocks(of first: Int, in message: RawSpan) -> [Block] {
    var blocks: [Block] = []
    var (command, offset) = (first, headerLength)
    for _ in 0..<chainLimit {
      guard let wordCount = message.littleEndian(1, at: offset),
        let words = message.range(at: offset + 1, count: wordCount * 2),
        let dataCount = message.littleEndian(2, at: words.upperBound)
      else { break }
      let start = words.upperBound + 2
      // What the capture cut off is left out.
      let data = start..<min(start + dataCount, message.byteCount)
      blocks.append(Block(command: Command(rawValue: command), words: words, data: data))
      guard chaining.contains(command), wordCount >= 2, let next = message.littleEndian(1, at: words.lowerBound),
        let place = message.littleEndian(2, at: words.lowerBound + 2), next != 0xFF, place > offset
      else { break }
      (command, offset) = (next, place)
    }
    return blocks
  }

  /// Reads a text that ends with a zero, or with the data.
  ///
  /// Text in UTF-16 begins at an even offset of the message.
  func text(_ cursor: inout MessageCursor, in message: RawSpan, isUnicode: Bool? = nil) -> String? {
    let width = isUnicode ?? self.isUnicode ? 2 : 1
    if width == 2, cursor.offset % 2 == 1 { _ = cursor.skip(1) }
    guard !cursor.isAtEnd else { return nil }
    let start = cursor.offset
    while let unit = cursor.integer(width, in: message) {
      guard unit == 0 else { continue }
      let range = start..<cursor.offset - width
      return width == 2 ? message.textUTF16(range) : message.text(range)
    }
    let range = start..<cursor.rest.upperBound
    _ = cursor.skip(cursor.rest.count)
    return width == 2 ? message.textUTF16(range) : message.text(range)
  }
}
