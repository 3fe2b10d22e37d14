// Link types other than Ethernet (https://www.tcpdump.org/linktypes.html). None of them is on the hot path.

extension Decoder {
  /// Decodes a frame of a link type that is not Ethernet.
  @inline(never)
  static func decodeLink(_ linkType: LinkType, _ frame: RawSpan, _ packet: inout Packet) -> RejectReason? {
    switch linkType {
    case .linuxSLL: decodeSLL(frame, &packet)
    case .linuxSLL2: decodeSLL2(frame, &packet)
    case .raw, .rawDLT, .rawOpenBSD: decodeRaw(frame, at: 0, &packet)
    case .ipv4: decodeIPv4OutOfLine(frame, at: 0, &packet)
    case .ipv6: decodeIPv6OutOfLine(frame, at: 0, &packet)
    case .null, .loop: decodeLoopback(frame, &packet)
    case .ppp: decodePPP(frame, &packet)
    case .pppHDLC: decodePPPHDLC(frame, &packet)
    case .cHDLC: decodeCiscoHDLC(frame, &packet)
    default: .unsupportedLinkType
    }
  }

  /// Decodes an IP packet without a link header, by its version.
  static func decodeRaw(_ frame: RawSpan, at offset: Int, _ packet: inout Packet) -> RejectReason? {
    guard frame.byteCount > offset else { return .truncatedIP }
    return switch frame.uint8(at: offset) >> 4 {
    case 4: decodeIPv4OutOfLine(frame, at: offset, &packet)
    case 6: decodeIPv6OutOfLine(frame, at: offset, &packet)
    default: .malformedIP
    }
  }

  /// Decodes LINKTYPE_LINUX_SLL: packet type, hardware type, address length, 8 address bytes, protocol.
  static func decodeSLL(_ frame: RawSpan, _ packet: inout Packet) -> RejectReason? {
    guard frame.byteCount >= 16 else { return .truncatedLink }
    return decodeCooked(
      frame.uint16BE(at: 14), hardware: frame.uint16BE(at: 2), frame, at: 16, &packet)
  }

  /// Decodes LINKTYPE_LINUX_SLL2: protocol, 2 reserved bytes, interface, hardware type, packet type, address.
  static func decodeSLL2(_ frame: RawSpan, _ packet: inout Packet) -> RejectReason? {
    guard frame.byteCount >= 20 else { return .truncatedLink }
    return decodeCooked(
      frame.uint16BE(at: 0), hardware: frame.uint16BE(at: 8), frame, at: 20, &packet)
  }

  /// Decodes what a cooked header announces.
  private static func decodeCooked(
    _ type: UInt16, hardware: UInt16, _ frame: RawSpan, at offset: Int, _ packet: inout Packet
  ) -> RejectReason? {
    // With these hardware types the protocol field is no EtherType: Frame Relay, 802.11 with radiotap, netlink.
    if hardware == 770 || hardware == 803 || hardware == 824 { return .notIP }
    // Below 0x0600 it is one of Linux's own numbers; 4 is an LLC header.
    if type < EtherType.minimumType { return type == 4 ? decodeLLC(frame, at: offset, &packet) : .notIP }
    return decodeEtherType(type, frame, at: offset, &packet)
  }

  /// Decodes LINKTYPE_NULL and LINKTYPE_LOOP: a 4-byte address family, in whichever byte order it is one.
  static func decodeLoopback(_ frame: RawSpan, _ packet: inout Packet) -> RejectReason? {
    guard frame.byteCount >= 4 else { return .truncatedLink }
    let family = frame.uint32BE(at: 0)
    return switch min(family, family.byteSwapped) {
    case 2: decodeIPv4OutOfLine(frame, at: 4, &packet)
    // AF_INET6 of Linux, of NetBSD and OpenBSD, of FreeBSD, of Darwin.
    case 10, 24, 28, 30: decodeIPv6OutOfLine(frame, at: 4, &packet)
    default: .notIP
    }
  }

  /// Decodes PPP (RFC 1661): FF 03 may be left out.
  static func decodePPP(_ frame: RawSpan, _ packet: inout Packet) -> RejectReason? {
    guard frame.byteCount >= 1 else { return .truncatedLink }
    guard frame.uint8(at: 0) == 0xFF else { return decodePPPProtocol(frame, at: 0, &packet) }
    guard frame.byteCount >= 2 else { return .truncatedLink }
    guard frame.uint8(at: 1) == 0x03 else { return .malformedLink }
    return decodePPPProtocol(frame, at: 2, &packet)
  }

  /// Decodes what PPP carries by its protocol, whose first byte may be left out if it is zero.
  static func decodePPPProtocol(_ frame: RawSpan, at start: Int, _ packet: inout Packet) -> RejectReason? {
    let header = frame.extracting(droppingFirst: start)
    guard header.byteCount >= 1 else { return .truncatedLink }
    var number = UInt16(header.uint8(at: 0))
    var offset = start + 1
    // Protocol numbers end in an odd byte; an odd first byte is the only one (RFC 1661 section 6.5).
    if number & 1 == 0 {
      guard header.byteCount >= 2 else { return .truncatedLink }
      number = header.uint16BE(at: 0)
      offset += 1
    }
    return switch number {
    case 0x0021: decodeIPv4OutOfLine(frame, at: offset, &packet)
    case 0x0057: decodeIPv6OutOfLine(frame, at: offset, &packet)
    default: number & 1 == 0 ? .malformedLink : .notIP
    }
  }

  /// Decodes LINKTYPE_PPP_HDLC: PPP (RFC 1662), or Cisco HDLC by its first byte.
  static func decodePPPHDLC(_ frame: RawSpan, _ packet: inout Packet) -> RejectReason? {
    guard frame.byteCount >= 1 else { return .truncatedLink }
    let address = frame.uint8(at: 0)
    return address == 0x0F || address == 0x8F ? decodeCiscoHDLC(frame, &packet) : decodePPP(frame, &packet)
  }

  /// Decodes Cisco HDLC: unicast (0F) or broadcast (8F), a zero byte, an EtherType.
  static func decodeCiscoHDLC(_ frame: RawSpan, _ packet: inout Packet) -> RejectReason? {
    guard frame.byteCount >= 4 else { return .truncatedLink }
    return decodeIP(frame.uint16BE(at: 2), frame, at: 4, &packet)
  }
}
