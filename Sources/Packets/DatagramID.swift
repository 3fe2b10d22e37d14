/// What the fragments of one datagram have in common (RFC 791 section 3.2, RFC 8200 section 4.5).
package struct DatagramID: Hashable, Sendable {
  /// The sender.
  package let source: IPAddress
  /// The receiver.
  package let destination: IPAddress
  private let identification: UInt32
  /// The protocol of IPv4; IPv6 tells datagrams apart without it.
  private let ipProtocol: UInt8

  /// Reads it from a fragment; nothing if none stands there, or too little of it was captured.
  ///
  /// - Parameters:
  ///   - frame: The captured bytes.
  ///   - offset: Where the fragment's IP header begins.
  /// - Complexity: O(1): at most `Decoder.maximumExtensionCount` extension headers.
  package init?(_ frame: RawSpan, at offset: Int) {
    guard offset >= 0, offset < frame.byteCount else { return nil }
    let ip = frame.extracting(droppingFirst: offset)
    switch ip.uint8(at: 0) >> 4 {
    case 4:
      guard ip.byteCount >= 20, ip.uint16BE(at: 6) & 0x3FFF != 0 else { return nil }
      source = IPAddress(v4: ip.uint32BE(at: 12))
      destination = IPAddress(v4: ip.uint32BE(at: 16))
      identification = UInt32(ip.uint16BE(at: 4))
      ipProtocol = ip.uint8(at: 9)
    case 6:
      guard let number = Self.identification(ofIPv6: ip) else { return nil }
      source = IPAddress(high: ip.uint64BE(at: 8), low: ip.uint64BE(at: 16))
      destination = IPAddress(high: ip.uint64BE(at: 24), low: ip.uint64BE(at: 32))
      identification = number
      ipProtocol = 0
    default: return nil
    }
  }

  private static func identification(ofIPv6 ip: RawSpan) -> UInt32? {
    guard ip.byteCount >= 48 else { return nil }
    var (number, offset) = (ip.uint8(at: 6), 40)
    for _ in 0..<Decoder.maximumExtensionCount {
      guard Decoder.isExtensionHeader(number), offset + 8 <= ip.byteCount else { return nil }
      let start = offset
      // A fragment header counts only if it makes a fragment (RFC 6946).
      if number == 44, ip.uint16BE(at: offset + 2) & 0xFFF9 != 0 { return ip.uint32BE(at: offset + 4) }
      let length = Int(ip.uint8(at: offset + 1))
      offset += number == 44 ? 8 : number == 51 ? (length + 2) * 4 : (length + 1) * 8
      number = ip.uint8(at: start)
    }
    return nil
  }
}
