import Packets

/// Networks as catalogs and lists write them: CIDR, a single address, or first-last.
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
      case .hostBits(let prefix): "bits after the prefix length are set; did you mean \(prefix)?"
      case .badRange: "the last address of the range must be of the same family as the first and not below it"
      case .everything: "covers the whole address space; name the networks that are meant"
      }
    }
  }

  /// Reads a network.
  ///
  /// - Parameter bytes: ASCII text without surrounding white space.
  /// - Returns: The fewest prefixes that cover exactly what is written, in ascending order.
  /// - Throws: Why the text is no network.
  static func networks(_ bytes: ArraySlice<UInt8>) throws(Fault) -> [IPPrefix] {
    if let dash = bytes.firstIndex(of: UInt8(ascii: "-")) {
      guard let first = address(trim(bytes[..<dash])), let last = address(trim(bytes[(dash + 1)...])) else {
        throw .notAnAddress
      }
      return try range(first, last)
    }
    guard bytes.contains(UInt8(ascii: "/")) else {
      guard let address = address(bytes) else { throw .notAnAddress }
      return try range(address, address)
    }
    let prefix: IPPrefix
    do throws(IPPrefix.ParseError) {
      prefix = try IPPrefix(parsing: bytes)
    } catch {
      switch error {
      case .malformedAddress: throw .notAnAddress
      case .malformedLength: throw .badLength
      case .hostBitsSet(let prefix): throw prefix.length == 0 ? .everything : .hostBits(prefix)
      }
    }
    guard prefix.length > 0 else { throw .everything }
    return [prefix]
  }

  /// Reads the network that most lines of most lists are: IPv4 in CIDR or a single IPv4 address, without a fault.
  ///
  /// - Parameters:
  ///   - text: A text.
  ///   - start: Where in it the network begins.
  /// - Returns: The network and where it ends; what stands there is none of its bytes. If that is the end of the text, what
  ///   `networks` gives for it. Nothing for anything else, be it sound or not.
  @inline(__always)
  static func plainIPv4(_ text: Span<UInt8>, from start: Int = 0) -> (prefix: IPPrefix, end: Int)? {
    var (address, index) = (0 as UInt32, start)
    for octet in 0..<4 {
      if octet > 0 {
        guard index < text.count, text[index] == UInt8(ascii: ".") else { return nil }
        index &+= 1
      }
      guard let number = plainNumber(text, &index), number <= 255 else { return nil }
      address = address &<< 8 | number
    }
    var length: UInt32 = 32
    if index < text.count, text[index] == UInt8(ascii: "/") {
      index &+= 1
      guard let number = plainNumber(text, &index), number > 0 else { return nil }
      length = number
    }
    guard let prefix = IPPrefix(address: IPAddress(v4: address), length: Int(length)) else { return nil }
    return (prefix, index)
  }

  /// Reads a number of one to three digits without leading zeros, after which no digit stands.
  @inline(__always)
  private static func plainNumber(_ text: Span<UInt8>, _ index: inout Int) -> UInt32? {
    let first = digit(text, index)
    guard first < 10 else { return nil }
    index &+= 1
    let second = digit(text, index)
    guard second < 10 else { return first }
    index &+= 1
    guard first > 0 else { return nil }
    let third = digit(text, index)
    guard third < 10 else { return first &* 10 &+ second }
    index &+= 1
    return digit(text, index) < 10 ? nil : (first &* 10 &+ second) &* 10 &+ third
  }

  /// The digit at an index; 10 or more if none stands there.
  @inline(__always)
  private static func digit(_ text: Span<UInt8>, _ index: Int) -> UInt32 {
    index < text.count ? UInt32(text[index] &- 0x30) : 10
  }

  /// Whether a text is meant as a network, be it with a fault.
  static func isNetwork(_ text: ArraySlice<UInt8>) -> Bool {
    do {
      _ = try networks(text)
      return true
    } catch {
      return error != .notAnAddress
    }
  }

  /// The fewest prefixes that cover a range exactly.
  static func range(_ first: IPAddress, _ last: IPAddress) throws(Fault) -> [IPPrefix] {
    guard let prefixes = IPPrefix.covering(first: first, last: last) else { throw .badRange }
    guard prefixes.allSatisfy({ $0.length > 0 }) else { throw .everything }
    return prefixes
  }

  /// Reads an address.
  static func address(_ bytes: ArraySlice<UInt8>) -> IPAddress? { IPAddress(parsing: bytes) }

  /// Reads a decimal number of at most ten digits.
  static func number(_ bytes: ArraySlice<UInt8>, upTo most: Int) -> Int? {
    guard (1...10).contains(bytes.count) else { return nil }
    var value = 0
    for byte in bytes {
      guard byte >= 0x30, byte <= 0x39 else { return nil }
      value = value * 10 + Int(byte - 0x30)
    }
    return value <= most ? value : nil
  }

  /// Removes spaces and tabs at both ends.
  static func trim(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    func isBlank(_ byte: UInt8) -> Bool { byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") }
    var trimmed = bytes.drop(while: isBlank)
    while let last = trimmed.last, isBlank(last) { trimmed.removeLast() }
    return trimmed
  }
}
