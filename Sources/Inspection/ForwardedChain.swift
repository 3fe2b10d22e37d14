public import Packets

/// The addresses that the forwarding headers of one kind name, in the order in which they stand in the request.
///
/// Every proxy appends the address that it was asked by; what stands further left was there before, down to what the
/// client typed itself (methodology 3).
public struct ForwardedChain: Sendable, Equatable {
  /// The kinds of header; the raw value is the name in reports.
  public enum Field: String, Sendable, CaseIterable, BitwiseCopyable {
    /// RFC 7239.
    case forwarded = "Forwarded"
    /// One address, written by delivery networks.
    case trueClientIP = "True-Client-IP"
    /// The usual list.
    case xForwardedFor = "X-Forwarded-For"
    /// One address, written by mail front ends.
    case xOriginatingIP = "X-Originating-IP"

    /// The kind of a header field.
    ///
    /// - Parameter name: The field's name in lower case.
    init?(name: String) {
      switch name {
      case "forwarded": self = .forwarded
      case "true-client-ip": self = .trueClientIP
      case "x-forwarded-for": self = .xForwardedFor
      case "x-originating-ip": self = .xOriginatingIP
      default: return nil
      }
    }
  }

  /// How many hops are kept: the last ones.
  public static let limit = 32

  /// The kind of header.
  public let field: Field
  /// The last hops; nothing where an identifier is no address (`unknown`, `_hidden`, or what cannot be read).
  public private(set) var hops: [IPAddress?] = []

  init(_ field: Field) { self.field = field }

  /// The address that trusted proxies report: from the right, the first that is not one of them.
  ///
  /// - Parameter isTrusted: Whether an address is a trusted proxy's.
  /// - Returns: Nothing where the walk ends at an identifier that is no address, or finds trusted proxies only.
  /// - Complexity: O(n), at most `limit` calls.
  public func reported(_ isTrusted: (IPAddress) -> Bool) -> IPAddress? {
    for hop in hops.reversed() {
      guard let hop else { return nil }
      if !isTrusted(hop) { return hop }
    }
    return nil
  }

  /// Appends the hops of one header field's value.
  mutating func append(_ value: [UInt8]) {
    guard let nodes = Self.nodes(of: value, isForwarded: field == .forwarded) else {
      append(hop: nil)
      return
    }
    for node in nodes { append(hop: node.flatMap(Self.address)) }
  }

  /// What the elements of a forwarding header's value name, as it is written; nothing where a quote is not closed.
  ///
  /// - Parameters:
  ///   - value: The value.
  ///   - isForwarded: Whether it is written as RFC 7239 says; else it is a list of nodes.
  /// - Returns: A node for each element; nothing where an element names none, or more than one.
  static func nodes(of value: [UInt8], isForwarded: Bool) -> [[UInt8]?]? {
    value.split(outsideQuotes: UInt8(ascii: ","))?.filter { !$0.isEmpty }.map { isForwarded ? node(of: $0) : $0 }
  }

  private mutating func append(hop: IPAddress?) {
    if hops.count == Self.limit { hops.removeFirst() }
    hops.append(hop)
  }

  /// The value of the `for` parameter of one element of a Forwarded header.
  private static func node(of element: [UInt8]) -> [UInt8]? {
    guard let pairs = element.split(outsideQuotes: UInt8(ascii: ";")) else { return nil }
    var node: [UInt8]?
    for pair in pairs {
      guard pair.count > 4, pair[3] == UInt8(ascii: "="),
        zip(pair, "for".utf8).allSatisfy({ $0 | 0x20 == $1 })
      else { continue }
      // Said twice, it says nothing.
      guard node == nil else { return nil }
      node = Array(pair[4...])
    }
    return node
  }

  /// An address as proxies write it: plain, with a port, in brackets, in quotes.
  static func address(_ element: [UInt8]) -> IPAddress? {
    var text = element[...]
    if text.count >= 2, text.first == UInt8(ascii: "\""), text.last == UInt8(ascii: "\"") {
      text = text.dropFirst().dropLast()
    }
    if text.first == UInt8(ascii: "[") {
      guard let bracket = text.firstIndex(of: UInt8(ascii: "]")), isPort(text[(bracket + 1)...]) else { return nil }
      text = text[(text.startIndex + 1)..<bracket]
    } else if let colon = text.firstIndex(of: UInt8(ascii: ":")), text.lastIndex(of: UInt8(ascii: ":")) == colon {
      guard isPort(text[colon...]) else { return nil }
      text = text[..<colon]
    }
    guard text.count <= 45 else { return nil }
    return IPAddress(String(decoding: text, as: UTF8.self))
  }

  /// Whether what follows an address is nothing, or a colon and a port.
  private static func isPort(_ text: ArraySlice<UInt8>) -> Bool {
    guard let first = text.first else { return true }
    return first == UInt8(ascii: ":") && (2...6).contains(text.count)
      && text.dropFirst().allSatisfy { (0x30...0x39).contains($0) }
  }
}
