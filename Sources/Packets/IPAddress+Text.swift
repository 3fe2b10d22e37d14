extension IPAddress: CustomStringConvertible, LosslessStringConvertible {
  /// The address as text: IPv4 dotted, IPv6 in the canonical form of RFC 5952.
  public var description: String {
    var bytes: [UInt8] = []
    append(to: &bytes)
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Makes an address from text.
  ///
  /// Strict: four decimal octets without leading zeros, or a form of RFC 4291 section 2.2, among them `::ffff:192.0.2.1`,
  /// which is the IPv4 address. No zone, no brackets, no white space.
  ///
  /// - Parameter description: The text.
  /// - Complexity: O(1).
  public init?(_ description: String) { self.init(parsing: ArraySlice(description.utf8)) }

  /// Makes an address from text, as `init(_:)` does of a string.
  ///
  /// - Parameter text: The text's bytes.
  /// - Complexity: O(1), without allocation.
  public init?(parsing text: ArraySlice<UInt8>) {
    var reader = TextReader(text)
    guard let address = reader.isIPv6 ? reader.readIPv6() : reader.readIPv4(), reader.isAtEnd else { return nil }
    self = address
  }

  /// Appends the address as text, as `description` gives it.
  ///
  /// - Parameter bytes: Receives at most 39 bytes of ASCII.
  /// - Complexity: O(1).
  public func append(to bytes: inout [UInt8]) {
    if isIPv4 {
      // From the end, and with the dots there already.
      var text = InlineArray<16, UInt8>(repeating: UInt8(ascii: "."))
      var start = 16
      for index: UInt32 in 0..<4 {
        var rest = UInt8(truncatingIfNeeded: v4 >> (8 * index))
        repeat {
          start &-= 1
          text[start] = 0x30 &+ rest % 10
          rest /= 10
        } while rest > 0
        start &-= 1
      }
      bytes.append(copying: text.span.extracting(start + 1..<16))
      return
    }
    let zeros = longestZeroRun
    var index = 0
    while index < 8 {
      if index == zeros.lowerBound, !zeros.isEmpty {
        bytes.append(UInt8(ascii: ":"))
        bytes.append(UInt8(ascii: ":"))
        index = zeros.upperBound
        continue
      }
      if index > 0, index != zeros.upperBound || zeros.isEmpty { bytes.append(UInt8(ascii: ":")) }
      bytes.appendHexadecimal(group(index))
      index += 1
    }
  }

  /// One of the eight 16-bit groups.
  private func group(_ index: Int) -> UInt16 {
    UInt16(truncatingIfNeeded: (index < 4 ? high : low) >> UInt64(48 - index % 4 * 16))
  }

  /// The groups that `::` stands for: the first of the longest runs of two or more zeros (RFC 5952 section 4.2).
  private var longestZeroRun: Range<Int> {
    var longest = 0..<0
    var start = 0
    for index in 0..<8 {
      if group(index) != 0 {
        start = index + 1
      } else if index + 1 - start > max(longest.count, 1) {
        longest = start..<index + 1
      }
    }
    return longest
  }
}

extension TextReader {
  /// Whether the text can only be an IPv6 address.
  var isIPv6: Bool { contains(UInt8(ascii: ":")) }

  /// Reads an IPv4 address up to a byte that is not part of it.
  mutating func readIPv4() -> IPAddress? {
    var value: UInt32 = 0
    for index in 0..<4 {
      if index > 0 { guard skip(UInt8(ascii: ".")) else { return nil } }
      let start = position
      guard let octet = readDecimal(digits: 1...3), octet <= 255 else { return nil }
      guard position - start == 1 || octet >= 10 && position - start == (octet >= 100 ? 3 : 2) else { return nil }
      value = value << 8 | UInt32(octet)
    }
    return IPAddress(v4: value)
  }

  /// Reads an IPv6 address up to a byte that is not part of it.
  mutating func readIPv6() -> IPAddress? {
    // The groups before `::` and, once it was seen, those after it; at most eight together.
    var before: UInt128 = 0
    var after: UInt128 = 0
    var beforeCount = 0
    var afterCount = 0
    var gapSeen = false
    if next == UInt8(ascii: ":") {
      guard skip(UInt8(ascii: ":")), skip(UInt8(ascii: ":")) else { return nil }
      gapSeen = true
    }
    while let byte = next, TextReader.hexadecimalValue(byte) != nil {
      guard beforeCount + afterCount < 8 else { return nil }
      let start = position
      guard let group = readHexadecimal(digits: 1...4) else { return nil }
      if next == UInt8(ascii: ".") {
        // A dotted quad stands for the last two groups.
        position = start
        guard beforeCount + afterCount <= 6, let quad = readIPv4() else { return nil }
        if gapSeen {
          after = after << 32 | UInt128(quad.v4)
          afterCount += 2
        } else {
          before = before << 32 | UInt128(quad.v4)
          beforeCount += 2
        }
        break
      }
      if gapSeen {
        after = after << 16 | UInt128(group)
        afterCount += 1
      } else {
        before = before << 16 | UInt128(group)
        beforeCount += 1
      }
      guard skip(UInt8(ascii: ":")) else { break }
      if next == UInt8(ascii: ":") {
        guard !gapSeen else { return nil }
        position += 1
        gapSeen = true
      } else {
        // A single colon must be followed by a group.
        guard let byte = next, TextReader.hexadecimalValue(byte) != nil else { return nil }
      }
    }
    guard gapSeen ? beforeCount + afterCount < 8 : beforeCount == 8 else { return nil }
    return IPAddress(bits: before << UInt128(128 - 16 * beforeCount) | after)
  }
}
