/// Base64 (RFC 4648 sections 4 and 5).
enum Base64 {
  /// Decodes a text of either alphabet, padded or not.
  ///
  /// - Parameter text: The text, without blanks.
  /// - Returns: Nothing if it is no such text.
  /// - Complexity: O(n).
  static func decode(_ text: [UInt8]) -> [UInt8]? {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(text.count / 4 * 3)
    var (bits, count, padding) = (UInt32(0), 0, 0)
    for byte in text {
      if byte == UInt8(ascii: "=") {
        padding += 1
        continue
      }
      guard padding == 0, let value = value(byte) else { return nil }
      bits = bits << 6 | UInt32(value)
      count += 1
      guard count == 4 else { continue }
      bytes += [UInt8(bits >> 16 & 0xFF), UInt8(bits >> 8 & 0xFF), UInt8(bits & 0xFF)]
      (bits, count) = (0, 0)
    }
    guard count != 1, padding <= 2 else { return nil }
    if count >= 2 { bytes.append(UInt8(bits >> (count == 2 ? 4 : 10) & 0xFF)) }
    if count == 3 { bytes.append(UInt8(bits >> 2 & 0xFF)) }
    return bytes
  }

  private static func value(_ byte: UInt8) -> UInt8? {
    switch byte {
    case 0x41...0x5A: byte - 0x41
    case 0x61...0x7A: byte - 0x61 + 26
    case 0x30...0x39: byte - 0x30 + 52
    case UInt8(ascii: "+"), UInt8(ascii: "-"): 62
    case UInt8(ascii: "/"), UInt8(ascii: "_"): 63
    default: nil
    }
  }
}
