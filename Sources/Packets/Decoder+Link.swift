// Ethernet and everything else whose payload is named by an EtherType.

extension Decoder {
  /// EtherTypes (IEEE 802, IANA "IEEE 802 Numbers").
  enum EtherType {
    static let ipv4: UInt16 = 0x0800
    static let ipv6: UInt16 = 0x86DD
    /// PPPoE session stage (RFC 2516).
    static let pppoe: UInt16 = 0x8864
    /// Values up to this one are an 802.3 length, those from 0x0600 on a type.
    static let maximumLength: UInt16 = 1500
    static let minimumType: UInt16 = 0x0600

    /// Whether a VLAN tag follows: 802.1Q, 802.1ad, and the QinQ types in use before it.
    static func isTag(_ type: UInt16) -> Bool {
      type == 0x8100 || type == 0x88A8 || type == 0x9100 || type == 0x9200
    }

    /// Whether MPLS labels follow: downstream- or upstream-assigned (RFC 3032, RFC 5332).
    static func isMPLS(_ type: UInt16) -> Bool { type == 0x8847 || type == 0x8848 }
  }

  /// VLAN tags walked before a frame is given up.
  static let maximumTagCount = 8

  /// Decodes an Ethernet frame: untagged IP straight on, the rest out of line.
  @inline(__always)
  static func decodeEthernet(_ frame: RawSpan, _ packet: inout Packet) -> RejectReason? {
    guard frame.byteCount >= 14 else { return .truncatedLink }
    let type = frame.uint16BE(at: 12)
    if type == EtherType.ipv4 { return decodeIPv4(frame, at: 14, &packet) }
    if type == EtherType.ipv6 { return decodeIPv6(frame, at: 14, &packet) }
    return decodeEtherType(type, frame, at: 14, &packet)
  }

  /// Decodes what an EtherType announces, through VLAN tags and LLC/SNAP.
  @inline(never)
  static func decodeEtherType(
    _ firstType: UInt16, _ frame: RawSpan, at firstOffset: Int, _ packet: inout Packet
  ) -> RejectReason? {
    var type = firstType
    var offset = firstOffset
    var tagCount = 0
    while EtherType.isTag(type) {
      guard tagCount < maximumTagCount else { return .tooManyTags }
      let tag = frame.extracting(droppingFirst: offset)
      guard tag.byteCount >= 4 else { return .truncatedLink }
      packet.vlan.add(tag.uint16BE(at: 0) & 0x0FFF)
      type = tag.uint16BE(at: 2)
      tagCount += 1
      offset += 4
    }
    if type < EtherType.minimumType {
      guard type <= EtherType.maximumLength, Int(type) <= Int(packet.wireLength) - offset else { return .malformedLink }
      return decodeLLC(frame, at: offset, &packet)
    }
    return decodeIP(type, frame, at: offset, &packet)
  }

  /// Decodes an LLC header; only SNAP (IEEE 802, RFC 1042) leads to IP.
  static func decodeLLC(_ frame: RawSpan, at offset: Int, _ packet: inout Packet) -> RejectReason? {
    let llc = frame.extracting(droppingFirst: offset)
    guard llc.byteCount >= 3 else { return .truncatedLink }
    guard llc.uint16(at: 0) == 0xAAAA, llc.uint8(at: 2) == 0x03 else { return .notIP }
    guard llc.byteCount >= 8 else { return .truncatedLink }
    // Organisation 00-00-00: the protocol identifier is an EtherType; 00-00-F8 is its bridge-tunnel form (802.1H).
    let organisation = llc.uint32BE(at: 2) & 0x00FF_FFFF
    guard organisation == 0 || organisation == 0xF8 else { return .notIP }
    return decodeIP(llc.uint16BE(at: 6), frame, at: offset + 8, &packet)
  }

  /// Decodes the IP packet that an EtherType announces, if it announces one.
  static func decodeIP(
    _ type: UInt16, _ frame: RawSpan, at offset: Int, _ packet: inout Packet
  ) -> RejectReason? {
    switch type {
    case EtherType.ipv4: decodeIPv4OutOfLine(frame, at: offset, &packet)
    case EtherType.ipv6: decodeIPv6OutOfLine(frame, at: offset, &packet)
    case EtherType.pppoe: decodePPPoE(frame, at: offset, &packet)
    case _ where EtherType.isMPLS(type): decodeMPLS(frame, at: offset, &packet)
    default: .notIP
    }
  }

  /// `decodeIPv4` for the paths that are not Ethernet's.
  @inline(never)
  static func decodeIPv4OutOfLine(_ frame: RawSpan, at offset: Int, _ packet: inout Packet) -> RejectReason? {
    decodeIPv4(frame, at: offset, &packet)
  }

  /// `decodeIPv6` for the paths that are not Ethernet's.
  @inline(never)
  static func decodeIPv6OutOfLine(_ frame: RawSpan, at offset: Int, _ packet: inout Packet) -> RejectReason? {
    decodeIPv6(frame, at: offset, &packet)
  }
}
