/// The percent coding of URIs (RFC 3986 section 2.1) and of forms (WHATWG URL, application/x-www-form-urlencoded).
enum PercentCoding {
  /// Replaces escapes by what they stand for; what is none stays.
  ///
  /// - Parameters:
  ///   - text: The coded text.
  ///   - isForm: Whether a plus sign stands for a space.
  /// - Returns: The bytes.
  /// - Complexity: O(n).
  static func decode(_ text: [UInt8], isForm: Bool = false) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(text.count)
    var index = 0
    while index < text.count {
      if text[index] == UInt8(ascii: "%"), index + 2 < text.count, let high = digit(text[index + 1]),
        let low = digit(text[index + 2])
      {
        bytes.append(high << 4 | low)
        index += 3
      } else {
        bytes.append(isForm && text[index] == UInt8(ascii: "+") ? 0x20 : text[index])
        index += 1
      }
    }
    return bytes
  }

  /// The value of a hexadecimal digit.
  static func digit(_ byte: UInt8) -> UInt8? {
    switch byte {
    case 0x30...0x39: byte - 0x30
    case 0x41...0x46: byte - 0x41 + 10
    case 0x61...0x66: byte - 0x61 + 10
    default: nil
    }
  }
}
