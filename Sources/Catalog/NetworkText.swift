internal import Packets

/// Addresses and prefixes as text: what claims, overlays and sensors are written in.
enum NetworkText {
  /// Why a text is no network.
  enum Fault: Error, Equatable {
    /// Neither IPv4 nor IPv6.
    case notAnAddress
    /// The part after `/` is no length of that family.
    case badLength
    /// Bits after the prefix length are set; the prefix without them.
    case hostBits(IPPrefix)
    /// The last address of a range is below the first, or of the other family.
    case badRange
    /// Covers the whole address space of its family.
    case everything

    /// A sentence: what is wrong and how to mend it.
    var sentence: String {
      switch self {
      case .notAnAddress: "not an IPv4 or IPv6 network; write CIDR (198.51.100.0/24) or first-last"
      case .badLength: "the prefix length is wrong; write 0-32 for IPv4, 0-128 for IPv6"
      case .hostBits(let prefix): "bits after the prefix length are set; did you mean \(NetworkText.text(prefix))?"
      case .badRange: "the last address of the range must be of the same family as the first and not below it"
      case .everything: "covers the whole address space; name the networks that are meant"
      }
    }
  }

  /// Reads CIDR, an address, or first-last.
  ///
  /// - Parameter text: ASCII text without surrounding white space.
  /// - Returns: The fewest prefixes that cover exactly what is written, in ascending order.
  /// - Throws: Why the text is no network.
  static func networks(_ text: some Sequence<UInt8>) throws(Fault) -> [IPPrefix] {
    let bytes = ArraySlice(text)
    if let dash = bytes.firstIndex(of: UInt8(ascii: "-")) {
      guard let first = address(trim(bytes[..<dash])), let last = address(trim(bytes[(dash + 1)...])) else {
        throw .notAnAddress
      }
      return try range(first, last)
    }
    return [try prefix(bytes)]
  }

  /// Reads CIDR, or an address as the prefix that holds it alone.
  static func prefix(_ bytes: ArraySlice<UInt8>) throws(Fault) -> IPPrefix {
    let slash = bytes.firstIndex(of: UInt8(ascii: "/")) ?? bytes.endIndex
    guard let address = address(bytes[..<slash]) else { throw .notAnAddress }
    let isWrittenAsIPv4 = !bytes[..<slash].contains(UInt8(ascii: ":"))
    let width = isWrittenAsIPv4 ? 32 : 128
    var length = width
    if slash < bytes.endIndex {
      guard let written = decimal(bytes[(slash + 1)...], limit: width) else { throw .badLength }
      length = written
    }
    guard length > 0 else { throw .everything }
    let mapped = length + 128 - width
    let network = IPAddress(bits: address.bits & (UInt128.max << UInt128(128 - mapped)))
    // An IPv4-mapped network is the IPv4 network (methodology 1.4).
    guard let prefix = IPPrefix(address: network, length: network.isIPv4 ? mapped - 96 : mapped) else {
      throw .badLength
    }
    guard prefix.length > 0 else { throw .everything }
    guard network == address else { throw .hostBits(prefix) }
    return prefix
  }

  /// The fewest prefixes that cover a range exactly.
  static func range(_ first: IPAddress, _ last: IPAddress) throws(Fault) -> [IPPrefix] {
    guard first.isIPv4 == last.isIPv4, first <= last else { throw .badRange }
    var prefixes: [IPPrefix] = []
    var next = first.bits
    let familyBits = first.isIPv4 ? 32 : 128
    while next <= last.bits {
      // The largest block that starts here, is aligned, and does not pass the end.
      let spare = last.bits - next
      let fits = spare == UInt128.max ? 128 : 127 - (spare + 1).leadingZeroBitCount
      let hostBits = min(next == 0 ? 128 : next.trailingZeroBitCount, fits, familyBits)
      guard let prefix = IPPrefix(address: IPAddress(bits: next), length: familyBits - hostBits), prefix.length > 0
      else { throw .everything }
      prefixes.append(prefix)
      guard prefix.last.bits < UInt128.max else { break }
      next = prefix.last.bits + 1
    }
    return prefixes
  }

  /// Reads an address: dotted IPv4 without leading zeros, or IPv6 (RFC 4291 section 2.2) without a zone.
  static func address(_ bytes: ArraySlice<UInt8>) -> IPAddress? {
    bytes.contains(UInt8(ascii: ":")) ? ipv6(bytes) : ipv4(bytes).map { IPAddress(v4: $0) }
  }

  private static func ipv4(_ bytes: ArraySlice<UInt8>) -> UInt32? {
    var value: UInt32 = 0
    var parts = 0
    var start = bytes.startIndex
    while parts < 4 {
      let end = bytes[start...].firstIndex(of: UInt8(ascii: ".")) ?? bytes.endIndex
      guard let part = decimal(bytes[start..<end], limit: 255) else { return nil }
      value = value << 8 | UInt32(part)
      parts += 1
      if end == bytes.endIndex { return parts == 4 ? value : nil }
      start = end + 1
    }
    return nil
  }

  private static func ipv6(_ bytes: ArraySlice<UInt8>) -> IPAddress? {
    let colon = UInt8(ascii: ":")
    var groups: [UInt16] = []
    var gap: Int?
    var rest = bytes
    if rest.starts(with: [colon, colon]) {
      gap = 0
      rest = rest.dropFirst(2)
    }
    while !rest.isEmpty {
      let end = rest.firstIndex(of: colon) ?? rest.endIndex
      let group = rest[rest.startIndex..<end]
      if end == rest.endIndex, group.contains(UInt8(ascii: ".")) {
        guard let tail = ipv4(group) else { return nil }
        groups += [UInt16(truncatingIfNeeded: tail >> 16), UInt16(truncatingIfNeeded: tail)]
      } else {
        guard let value = hexadecimal(group) else { return nil }
        groups.append(value)
      }
      guard groups.count <= 8 else { return nil }
      if end == rest.endIndex { break }
      rest = rest[(end + 1)...]
      if rest.first == colon {
        guard gap == nil else { return nil }
        gap = groups.count
        rest = rest.dropFirst()
      } else if rest.isEmpty {
        return nil
      }
    }
    if let gap {
      guard groups.count < 8 else { return nil }
      groups.insert(contentsOf: repeatElement(0, count: 8 - groups.count), at: gap)
    }
    guard groups.count == 8 else { return nil }
    return IPAddress(bits: groups.reduce(UInt128(0)) { $0 << 16 | UInt128($1) })
  }

  private static func hexadecimal(_ bytes: ArraySlice<UInt8>) -> UInt16? {
    guard (1...4).contains(bytes.count) else { return nil }
    var value: UInt16 = 0
    for byte in bytes {
      switch byte {
      case UInt8(ascii: "0")...UInt8(ascii: "9"): value = value << 4 | UInt16(byte - UInt8(ascii: "0"))
      case UInt8(ascii: "a")...UInt8(ascii: "f"): value = value << 4 | UInt16(byte - UInt8(ascii: "a") + 10)
      case UInt8(ascii: "A")...UInt8(ascii: "F"): value = value << 4 | UInt16(byte - UInt8(ascii: "A") + 10)
      default: return nil
      }
    }
    return value
  }

  /// A decimal number up to `limit`, at most three digits, without leading zeros.
  private static func decimal(_ bytes: ArraySlice<UInt8>, limit: Int) -> Int? {
    guard (1...3).contains(bytes.count), bytes.count == 1 || bytes.first != UInt8(ascii: "0") else { return nil }
    var value = 0
    for byte in bytes {
      guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { return nil }
      value = value * 10 + Int(byte - UInt8(ascii: "0"))
    }
    return value <= limit ? value : nil
  }

  /// Removes spaces and tabs at both ends.
  static func trim(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    func isBlank(_ byte: UInt8) -> Bool { byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") }
    var trimmed = bytes.drop(while: isBlank)
    while let last = trimmed.last, isBlank(last) { trimmed.removeLast() }
    return trimmed
  }

  /// A prefix as CIDR, IPv6 in full groups without leading zeros.
  static func text(_ prefix: IPPrefix) -> String {
    let address = prefix.address
    let name: String
    if address.isIPv4 {
      name = [24, 16, 8, 0].map { String(address.v4 >> UInt32($0) & 0xFF) }.joined(separator: ".")
    } else {
      let groups = stride(from: 112, through: 0, by: -16).map {
        String(UInt16(truncatingIfNeeded: address.bits >> UInt128($0)), radix: 16)
      }
      name = groups.joined(separator: ":")
    }
    return "\(name)/\(prefix.length)"
  }
}
