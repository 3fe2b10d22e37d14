import Packets

/// A place in a message that moves forward and never leaves it.
///
/// It holds no bytes: the message is handed to each read.
struct MessageCursor {
  private(set) var offset: Int
  private let end: Int

  init(_ range: Range<Int>) {
    offset = range.lowerBound
    end = range.upperBound
  }

  /// What was not read yet.
  var rest: Range<Int> { offset..<end }

  /// Whether all was read.
  var isAtEnd: Bool { offset >= end }

  /// Moves over so many bytes; nothing, and no move, where there are fewer.
  mutating func skip(_ count: Int) -> Range<Int>? {
    guard count >= 0, count <= end &- offset else { return nil }
    let start = offset
    offset &+= count
    return start..<offset
  }

  /// Reads an unsigned integer of at most seven bytes, most significant first.
  @inline(__always)
  mutating func integer(_ width: Int, in message: RawSpan) -> Int? {
    guard let range = skip(width) else { return nil }
    // The width is a constant most of the time, and one load is left.
    switch width {
    case 1: return Int(message.uint8(at: range.lowerBound))
    case 2: return Int(message.uint16BE(at: range.lowerBound))
    case 4: return Int(message.uint32BE(at: range.lowerBound))
    default: return range.reduce(0) { $0 << 8 | Int(message.uint8(at: $1)) }
    }
  }

  /// Reads a length of so many bytes, and moves over as many bytes as it says.
  mutating func vector(_ width: Int, in message: RawSpan) -> Range<Int>? {
    guard let count = integer(width, in: message) else { return nil }
    return skip(count)
  }

  /// Reads a variable-length integer (RFC 9000 section 16); nothing for one of eight bytes, which no datagram needs.
  mutating func variableInteger(in message: RawSpan) -> Int? {
    guard offset < end else { return nil }
    let width = 1 << Int(message.uint8(at: offset) >> 6)
    guard width < 8, let value = integer(width, in: message) else { return nil }
    return value & ((1 << (8 * width - 2)) - 1)
  }
}
