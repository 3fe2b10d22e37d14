/// Trails of Maltrail: an address, address and port, network, name or URL a line; `#` starts comments.
///
/// Addresses and networks are used, addresses with a port without it; all else is counted.
struct TrailLines: LineFormat {
  mutating func read(_ line: ArraySlice<UInt8>, number: Int, into list: inout NetworkList) {
    let text = NetworkText.trim(line[..<(line.firstIndex(of: UInt8(ascii: "#")) ?? line.endIndex)])
    guard !text.isEmpty else { return }
    if let address = TrailLines.addressBeforePort(text) {
      list.count(.port, line: number)
      return list.add(address, line: number)
    }
    do {
      try list.add(NetworkText.networks(text), line: number)
    } catch {
      // `192.0.2.1/path` is a URL, no network with a wrong length.
      switch error {
      case .notAnAddress, .badLength: list.count(.otherKind, line: number)
      default: list.add(text, line: number)
      }
    }
  }

  /// The address of `192.0.2.1:80` or `[2001:db8::1]:80`.
  private static func addressBeforePort(_ text: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
    guard let colon = text.lastIndex(of: UInt8(ascii: ":")),
      NetworkText.number(text[(colon + 1)...], upTo: 65_535) != nil
    else { return nil }
    let before = text[..<colon]
    if before.first == UInt8(ascii: "["), before.last == UInt8(ascii: "]") {
      let inner = before.dropFirst().dropLast()
      return NetworkText.address(inner) == nil ? nil : inner
    }
    // An IPv6 address without brackets has no port.
    return before.contains(UInt8(ascii: ":")) || NetworkText.address(before) == nil ? nil : before
  }
}
