import Packets

/// An element of DER: tag, length, content (ITU-T X.690 section 8.1).
struct DERElement {
  /// The tag in one byte; those of more bytes are not read.
  let tag: UInt8
  /// The content, as far as it is there.
  let content: Range<Int>
  /// Bytes of content that the length says there are.
  let length: Int

  /// Tags of the universal class.
  static let integer: UInt8 = 0x02
  static let sequence: UInt8 = 0x30

  /// Reads the element at a cursor and moves behind it; nothing if there is none.
  ///
  /// - Complexity: O(1).
  init?(_ cursor: inout MessageCursor, in message: RawSpan) {
    guard let tag = cursor.integer(1, in: message), tag & 0x1F != 0x1F, let first = cursor.integer(1, in: message)
    else { return nil }
    var length = first
    if first >= 0x80 {
      // Not the indefinite form, and no more than four bytes of length.
      guard (0x81...0x84).contains(first), let long = cursor.integer(first & 0x7F, in: message) else { return nil }
      length = long
    }
    guard let content = cursor.skip(min(length, cursor.rest.count)) else { return nil }
    self.tag = UInt8(tag)
    self.content = content
    self.length = length
  }

  /// The elements inside, in order, of which no more are read than the limit says.
  func elements(in message: RawSpan, limit: Int = 32) -> [DERElement] {
    var elements: [DERElement] = []
    var cursor = MessageCursor(content)
    while elements.count < limit, let element = DERElement(&cursor, in: message) { elements.append(element) }
    return elements
  }

  /// The first element inside.
  func first(in message: RawSpan) -> DERElement? {
    var cursor = MessageCursor(content)
    return DERElement(&cursor, in: message)
  }

  /// The value of a whole non-negative integer of at most four bytes.
  func integer(in message: RawSpan) -> Int? {
    guard tag == Self.integer, (1...4).contains(content.count), content.count == length,
      message.uint8(at: content.lowerBound) < 0x80
    else { return nil }
    return content.reduce(0) { $0 << 8 | Int(message.uint8(at: $1)) }
  }
}
