// IPv6 extension headers (RFC 8200 section 4).

extension Decoder {
  /// Extension headers walked before a packet is given up.
  static let maximumExtensionCount = 16

  /// Whether a next-header value is an extension header that names a next header in turn (IANA "IPv6 Extension Header
  /// Types" without ESP, behind which nothing can be read).
  @inline(__always)
  static func isExtensionHeader(_ number: UInt8) -> Bool {
    switch number {
    // Hop-by-hop, routing, fragment, authentication, destination options, mobility, HIP, Shim6.
    case 0, 43, 44, 51, 60, 135, 139, 140: true
    default: false
    }
  }

  /// Walks the extension headers of an IPv6 packet and decodes what they lead to.
  ///
  /// - Parameters:
  ///   - firstHeader: The next-header value of the IPv6 header.
  ///   - ip: The captured bytes from the IPv6 header on, at least 40.
  ///   - length: Bytes of the packet by its header, at least 40.
  ///   - packet: Has the fields of the IPv6 header.
  /// - Returns: Nothing if the frame is a packet, else why it is not.
  @inline(never)
  static func decodeExtensions(
    from firstHeader: UInt8, _ ip: RawSpan, length: Int, _ packet: inout Packet
  ) -> RejectReason? {
    var number = firstHeader
    var offset = 40
    var count = 0
    while isExtensionHeader(number) {
      guard count < maximumExtensionCount else { return .malformedExtension }
      // All of them are at least 8 bytes long.
      guard offset + 8 <= length else { return .malformedExtension }
      let header = ip.extracting(droppingFirst: offset)
      guard header.byteCount >= 8 else { return .truncatedExtension }
      let size: Int
      switch number {
      case 44:
        // RFC 8200 section 4.5: offset in the upper 13 bits, M in the lowest. Neither: an atomic fragment (RFC 6946).
        let fragment = header.uint16BE(at: 2)
        guard fragment & 0xFFF8 == 0 else { return .fragment }
        if fragment & 1 != 0 { packet.flags.insert(.firstFragment) }
        size = 8
      case 51:
        // RFC 4302 section 2.2: in 4-byte units, minus 2.
        size = (Int(header.uint8(at: 1)) + 2) * 4
      default:
        if number == 43, header.uint8(at: 3) > 0 { packet.flags.insert(.sourceRouted) }
        size = (Int(header.uint8(at: 1)) + 1) * 8
      }
      guard offset + size <= length else { return .malformedExtension }
      guard header.byteCount >= size else { return .truncatedExtension }
      number = header.uint8(at: 0)
      offset += size
      count += 1
    }
    return decodeTransport(
      number, ip.extracting(first: length).extracting(droppingFirst: offset), length: length - offset,
      at: Int(packet.ipOffset) + offset, &packet)
  }
}
