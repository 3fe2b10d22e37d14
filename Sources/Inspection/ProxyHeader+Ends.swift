import Packets

extension ProxyHeader {
  /// Whose connection a header says is forwarded, and where it went.
  struct Ends: Equatable {
    /// Who asked the proxy.
    var source: Endpoint
    /// Whom it asked for.
    var destination: Endpoint
  }

  /// Reads both ends that a header names; nothing if it names none.
  ///
  /// - Parameters:
  ///   - header: A header that was found.
  ///   - bytes: The stream that begins with it.
  /// - Returns: Source and destination.
  /// - Complexity: O(1).
  static func ends(of header: ProxyHeader, in bytes: RawSpan) -> Ends? {
    guard case .address(let source) = header.source else { return nil }
    guard bytes.uint8(at: 0) == 0x0D else {
      let words = bytes.text(0..<header.length - 2).split(separator: " ")
      guard words.count == 6, let destination = IPAddress(String(words[3])), let sourcePort = UInt16(words[4]),
        let destinationPort = UInt16(words[5])
      else { return nil }
      return Ends(
        source: Endpoint(address: source, port: sourcePort),
        destination: Endpoint(address: destination, port: destinationPort))
    }
    let isIPv4 = bytes.uint8(at: 13) >> 4 == 1
    let ports = 16 + (isIPv4 ? 8 : 32)
    let destination =
      isIPv4
      ? IPAddress(v4: bytes.uint32BE(at: 20))
      : IPAddress(high: bytes.uint64BE(at: 32), low: bytes.uint64BE(at: 40))
    return Ends(
      source: Endpoint(address: source, port: bytes.uint16BE(at: ports)),
      destination: Endpoint(address: destination, port: bytes.uint16BE(at: ports + 2)))
  }
}
