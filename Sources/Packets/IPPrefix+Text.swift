extension IPPrefix: CustomStringConvertible, LosslessStringConvertible {
  /// Why a text is not a prefix.
  public enum ParseError: Error, Equatable, Sendable {
    /// What stands before the slash is not an address.
    case malformedAddress
    /// There is no slash, or no length that fits the address family after it.
    case malformedLength
    /// Bits after the length are set; the prefix is what remains without them.
    case hostBitsSet(IPPrefix)
  }

  /// The prefix as `address/length`, the address as RFC 5952 has it.
  public var description: String {
    var bytes: [UInt8] = []
    append(to: &bytes)
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Appends the prefix as text, as `description` gives it.
  ///
  /// - Parameter bytes: Receives at most 43 bytes of ASCII.
  /// - Complexity: O(1).
  public func append(to bytes: inout [UInt8]) {
    address.append(to: &bytes)
    bytes.append(UInt8(ascii: "/"))
    bytes.appendDecimal(UInt64(length))
  }

  /// Makes a prefix from text, or nothing if `init(parsing:)` would throw.
  ///
  /// - Parameter description: The text, `address/length`.
  public init?(_ description: String) {
    do throws(ParseError) { try self.init(parsing: description) } catch { return nil }
  }

  /// Makes a prefix from text.
  ///
  /// A prefix of IPv4-mapped IPv6 addresses, `::ffff:192.0.2.0/120`, is the IPv4 prefix, here 192.0.2.0/24.
  ///
  /// - Parameter text: `address/length`, the address as `IPAddress` reads it, the length decimal without leading zeros.
  /// - Throws: `ParseError` with the reason.
  /// - Complexity: O(1).
  public init(parsing text: String) throws(ParseError) { try self.init(parsing: ArraySlice(text.utf8)) }

  /// Makes a prefix from text, as `init(parsing:)` does of a string.
  ///
  /// - Parameter text: The text's bytes.
  /// - Throws: `ParseError` with the reason.
  /// - Complexity: O(1), without allocation.
  public init(parsing text: ArraySlice<UInt8>) throws(ParseError) {
    var reader = TextReader(text)
    let isIPv6Text = reader.isIPv6
    guard let address = isIPv6Text ? reader.readIPv6() : reader.readIPv4(),
      reader.isAtEnd || reader.next == UInt8(ascii: "/")
    else { throw .malformedAddress }
    guard reader.skip(UInt8(ascii: "/")) else { throw .malformedLength }
    let hasLeadingZero = reader.next == UInt8(ascii: "0")
    let start = reader.position
    guard let length = reader.readDecimal(digits: 1...3), reader.isAtEnd,
      !hasLeadingZero || reader.position == start + 1, length <= (isIPv6Text ? 128 : 32)
    else { throw .malformedLength }
    let mappedLength = isIPv6Text ? length : length + 96
    let mask = mappedLength == 0 ? 0 : UInt128.max << UInt128(128 - mappedLength)
    let prefix = IPPrefix(first: address.bits & mask, mappedLength: mappedLength)
    guard address.bits & ~mask == 0 else { throw .hostBitsSet(prefix) }
    self = prefix
  }
}

extension IPPrefix {
  /// Makes a prefix from its first address and its length in the 128-bit form; no bit after the length is set.
  ///
  /// The mapped form has bit 96 set, so that its length here is at least 96.
  private init(first: UInt128, mappedLength: Int) {
    let address = IPAddress(bits: first)
    self.init(
      unchecked: address, length: UInt8(truncatingIfNeeded: address.isIPv4 ? mappedLength - 96 : mappedLength))
  }

  /// The fewest prefixes that hold exactly the addresses from `first` to `last`.
  ///
  /// - Parameters:
  ///   - first: The first address.
  ///   - last: The last address.
  /// - Returns: The prefixes in order, at most 62 for IPv4 and 254 for IPv6; nothing if `last` lies before `first` or is
  ///   of another family.
  /// - Complexity: O(n) in the number of prefixes.
  public static func covering(first: IPAddress, last: IPAddress) -> [IPPrefix]? {
    guard first <= last, first.isIPv4 == last.isIPv4 else { return nil }
    var prefixes: [IPPrefix] = []
    var start = first.bits
    let end = last.bits
    while true {
      // The largest block that starts here by its alignment, halved until it does not pass the end.
      var hostBits = min(start.trailingZeroBitCount, 128)
      while lastAddress(of: start, hostBits: hostBits) > end { hostBits -= 1 }
      prefixes.append(IPPrefix(first: start, mappedLength: 128 - hostBits))
      let blockEnd = lastAddress(of: start, hostBits: hostBits)
      // `blockEnd` is at most `end`, so one more does not overflow below it.
      guard blockEnd < end else { return prefixes }
      start = blockEnd + 1
    }
  }

  private static func lastAddress(of start: UInt128, hostBits: Int) -> UInt128 {
    hostBits == 128 ? .max : start | ((UInt128(1) << UInt128(hostBits)) - 1)
  }
}
