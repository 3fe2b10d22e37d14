import Packets

/// Addresses and prefixes inside text, wherever they stand.
enum AddressText {
  /// The longest text of an address.
  private static let longest = 45

  /// Writes others in place of all addresses and prefixes.
  ///
  /// - Parameters:
  ///   - text: The text.
  ///   - address: Gives what stands for an address.
  ///   - prefix: Gives what stands for a prefix.
  /// - Returns: The text with them.
  /// - Complexity: O(n) but for runs of digits and colons, in which every start and end is tried.
  static func replacing(
    in text: String, address: (IPAddress) -> IPAddress, prefix: (IPPrefix) -> IPPrefix
  ) -> String {
    let bytes = Array(text.utf8)
    var (output, position) = ([UInt8](), 0)
    while position < bytes.count {
      guard let (found, end) = self.address(at: position, of: bytes) else {
        output.append(bytes[position])
        position += 1
        continue
      }
      if let (range, end) = Self.prefix(found, lengthAt: end, of: bytes) {
        prefix(range).append(to: &output)
        position = end
      } else {
        address(found).append(to: &output)
        position = end
      }
    }
    return String(decoding: output, as: UTF8.self)
  }

  /// The longest address that begins at a place.
  private static func address(at start: Int, of bytes: [UInt8]) -> (IPAddress, end: Int)? {
    var (end, dots, colons) = (start, 0, 0)
    var ends: [Int] = []
    while end < bytes.count, end - start < longest, isPart(bytes[end]) {
      if bytes[end] == UInt8(ascii: ".") { dots += 1 }
      if bytes[end] == UInt8(ascii: ":") { colons += 1 }
      end += 1
      if dots >= 3 || colons >= 2 { ends.append(end) }
    }
    for end in ends.reversed() {
      if let address = IPAddress(String(decoding: bytes[start..<end], as: UTF8.self)) { return (address, end) }
    }
    return nil
  }

  private static func isPart(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x46, 0x61...0x66, UInt8(ascii: "."), UInt8(ascii: ":"): true
    default: false
    }
  }

  private static func prefix(_ address: IPAddress, lengthAt place: Int, of bytes: [UInt8]) -> (IPPrefix, end: Int)? {
    guard place < bytes.count, bytes[place] == UInt8(ascii: "/") else { return nil }
    let digits = bytes[(place + 1)...].prefix(3).prefix { (0x30...0x39).contains($0) }
    guard let length = Int(String(decoding: digits, as: UTF8.self)), length <= (address.isIPv4 ? 32 : 128),
      let prefix = IPPrefix(address: address, length: length)
    else { return nil }
    return (prefix, place + 1 + digits.count)
  }
}
