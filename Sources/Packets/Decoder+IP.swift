extension Decoder {
  /// Decodes an IPv4 packet (RFC 791 section 3.1) and what it carries.
  @inline(__always)
  static func decodeIPv4(_ frame: RawSpan, at offset: Int, _ packet: inout Packet) -> RejectReason? {
    let ip = frame.extracting(droppingFirst: offset)
    guard ip.byteCount >= 20 else { return .truncatedIP }
    let versionAndLength = ip.uint8(at: 0)
    let headerLength = Int(versionAndLength & 0x0F) &* 4
    guard versionAndLength >> 4 == 4, headerLength >= 20 else { return .malformedIP }
    var flags: Packet.Flags = []
    var length = Int(ip.uint16BE(at: 2))
    if length == 0 {
      // Segmentation offload leaves the length to the network card. The frame holds at least 20 bytes from here on.
      length = Int(packet.wireLength) &- offset
      flags.insert(.lengthFromWire)
    }
    guard length >= headerLength else { return .malformedIP }
    guard ip.byteCount >= headerLength else { return .truncatedIP }
    let fragment = ip.uint16BE(at: 6)
    if fragment & 0x3FFF != 0 {
      guard fragment & 0x1FFF == 0 else {
        packet.ipOffset = UInt16(truncatingIfNeeded: offset)
        return .fragment
      }
      flags.insert(.firstFragment)
    }
    if length > ip.byteCount { flags.insert(.truncated) }
    if headerLength > 20, hasSourceRoute(ip.extracting(first: headerLength)) { flags.insert(.sourceRouted) }

    packet.source = IPAddress(v4: ip.uint32BE(at: 12))
    packet.destination = IPAddress(v4: ip.uint32BE(at: 16))
    packet.ipLength = UInt32(truncatingIfNeeded: length)
    packet.ipIdentification = ip.uint16BE(at: 4)
    packet.timeToLive = ip.uint8(at: 8)
    packet.ipOffset = UInt16(truncatingIfNeeded: offset)
    packet.flags = flags
    return decodeTransport(
      ip.uint8(at: 9), ip.extracting(first: length).extracting(droppingFirst: headerLength),
      length: length &- headerLength, at: offset &+ headerLength, &packet)
  }

  /// Whether the options of an IPv4 header hold a source route: LSRR (131) or SSRR (137).
  @inline(never)
  private static func hasSourceRoute(_ header: RawSpan) -> Bool {
    var offset = 20
    while offset < header.byteCount {
      switch header.uint8(at: offset) {
      case 0: return false
      case 1: offset += 1
      case 131, 137: return true
      default:
        // Every other option has a length byte that counts itself and the kind; less than 2 would not move on.
        guard offset + 1 < header.byteCount, header.uint8(at: offset + 1) >= 2 else { return false }
        offset += Int(header.uint8(at: offset + 1))
      }
    }
    return false
  }

  /// Decodes an IPv6 packet (RFC 8200 section 3) and what it carries.
  @inline(__always)
  static func decodeIPv6(_ frame: RawSpan, at offset: Int, _ packet: inout Packet) -> RejectReason? {
    let ip = frame.extracting(droppingFirst: offset)
    guard ip.byteCount >= 40 else { return .truncatedIP }
    guard ip.uint8(at: 0) >> 4 == 6 else { return .malformedIP }
    let nextHeader = ip.uint8(at: 6)
    var flags = Packet.Flags.isIPv6Header
    var length = Int(ip.uint16BE(at: 4)) &+ 40
    // Jumbograms (RFC 2675) and segmentation offload announce 0. 59 is "no next header": nothing follows it.
    if length == 40, nextHeader != 59, Int(packet.wireLength) &- offset > 40 {
      length = Int(packet.wireLength) &- offset
      flags.insert(.lengthFromWire)
    }
    if length > ip.byteCount { flags.insert(.truncated) }

    packet.source = IPAddress(high: ip.uint64BE(at: 8), low: ip.uint64BE(at: 16))
    packet.destination = IPAddress(high: ip.uint64BE(at: 24), low: ip.uint64BE(at: 32))
    if packet.source.isIPv4 || packet.destination.isIPv4 { flags.insert(.mappedAddress) }
    packet.ipLength = UInt32(truncatingIfNeeded: length)
    packet.ipIdentification = 0
    packet.timeToLive = ip.uint8(at: 7)
    packet.ipOffset = UInt16(truncatingIfNeeded: offset)
    packet.flags = flags
    if isExtensionHeader(nextHeader) { return decodeExtensions(from: nextHeader, ip, length: length, &packet) }
    return decodeTransport(
      nextHeader, ip.extracting(first: length).extracting(droppingFirst: 40), length: length &- 40, at: offset &+ 40,
      &packet)
  }
}
