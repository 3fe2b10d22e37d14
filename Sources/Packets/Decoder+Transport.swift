extension Decoder {
  /// Decodes the transport header.
  ///
  /// A header that the packet's own length cuts short is malformed, one that the capture cuts short is truncated.
  ///
  /// - Parameters:
  ///   - number: The IP protocol number.
  ///   - segment: The captured bytes of the IP packet's payload, without what follows the packet.
  ///   - length: Bytes of the IP packet's payload by its header; at least `segment.byteCount`.
  ///   - offset: Where `segment` stands in the frame.
  ///   - packet: Has the fields of the IP header; `flags` is complete but for the transport's.
  /// - Returns: Nothing if the frame is a packet, else why it is not.
  @inline(__always)
  static func decodeTransport(
    _ number: UInt8, _ segment: RawSpan, length: Int, at offset: Int, _ packet: inout Packet
  ) -> RejectReason? {
    packet.ipProtocol = IPProtocol(rawValue: number)
    packet.transportOffset = UInt16(truncatingIfNeeded: offset)
    if number == IPProtocol.tcp.rawValue { return decodeTCP(segment, length: length, at: offset, &packet) }
    if number == IPProtocol.udp.rawValue { return decodeUDP(segment, length: length, at: offset, &packet) }
    return decodeOther(segment, length: length, at: offset, &packet)
  }

  /// Notes where the payload stands.
  ///
  /// - Parameters:
  ///   - headerLength: Bytes of the transport header, at most `length`.
  ///   - length: Bytes of header and payload by the packet's headers.
  ///   - segment: The captured bytes from the transport header on.
  ///   - offset: Where `segment` stands in the frame.
  ///   - packet: Receives the three payload fields.
  @inline(__always)
  static func setPayload(
    after headerLength: Int, length: Int, _ segment: RawSpan, at offset: Int, _ packet: inout Packet
  ) {
    let captured = min(length, segment.byteCount)
    let skipped = min(headerLength, captured)
    packet.payloadOffset = UInt32(truncatingIfNeeded: offset &+ skipped)
    packet.payloadLength = UInt32(truncatingIfNeeded: length &- headerLength)
    packet.capturedPayloadLength = UInt32(truncatingIfNeeded: captured &- skipped)
  }

  /// Decodes a UDP header (RFC 768).
  ///
  /// The UDP length counts, as for Zeek, and may be less than IP's. It may be 0 in a packet whose IP length is 0 too
  /// (segmentation offload, jumbograms: RFC 2675 section 4), and in a first fragment it is that of the whole datagram.
  @inline(__always)
  static func decodeUDP(_ segment: RawSpan, length: Int, at offset: Int, _ packet: inout Packet) -> RejectReason? {
    guard segment.byteCount >= 8 else { return length < 8 ? .malformedTransport : .truncatedTransport }
    packet.sourcePort = segment.uint16BE(at: 0)
    packet.destinationPort = segment.uint16BE(at: 2)
    var datagramLength = Int(segment.uint16BE(at: 4))
    if datagramLength < 8 || datagramLength > length {
      let isLeftToIP = datagramLength == 0 && packet.flags.contains(.lengthFromWire)
      let isFragment = datagramLength > length && packet.flags.contains(.firstFragment)
      guard isLeftToIP || isFragment else { return .malformedTransport }
      datagramLength = length
    }
    if TunnelPorts.mayHold(packet.sourcePort, packet.destinationPort) { packet.flags.insert(.mayBeTunnel) }
    setPayload(after: 8, length: datagramLength, segment, at: offset, &packet)
    return nil
  }

  /// Decodes the protocols that are neither TCP nor UDP; one without ports has none, and all of it is payload.
  @inline(never)
  static func decodeOther(_ segment: RawSpan, length: Int, at offset: Int, _ packet: inout Packet) -> RejectReason? {
    packet.sourcePort = 0
    packet.destinationPort = 0
    let isIPv6 = packet.flags.contains(.isIPv6Header)
    switch packet.ipProtocol {
    case .icmp where !isIPv6, .icmpv6 where isIPv6:
      return decodeICMP(segment, length: length, at: offset, isIPv6: isIPv6, &packet)
    case .sctp:
      // RFC 9260 section 3.1: ports, verification tag, checksum.
      guard segment.byteCount >= 12 else { return length < 12 ? .malformedTransport : .truncatedTransport }
      packet.sourcePort = segment.uint16BE(at: 0)
      packet.destinationPort = segment.uint16BE(at: 2)
      setPayload(after: 12, length: length, segment, at: offset, &packet)
    case .ipv4, .ipv6, .gre:
      packet.flags.insert(.mayBeTunnel)
      setPayload(after: 0, length: length, segment, at: offset, &packet)
    default:
      setPayload(after: 0, length: length, segment, at: offset, &packet)
    }
    return nil
  }

  /// Decodes ICMP (RFC 792) and ICMPv6 (RFC 4443): type and code as ports; the payload starts after 8 bytes, as for Zeek.
  ///
  /// What an error message quotes is payload: the addresses in it are nobody's word (methodology 1.5).
  private static func decodeICMP(
    _ segment: RawSpan, length: Int, at offset: Int, isIPv6: Bool, _ packet: inout Packet
  ) -> RejectReason? {
    guard segment.byteCount >= 4 else { return length < 4 ? .malformedTransport : .truncatedTransport }
    let type = segment.uint8(at: 0)
    packet.sourcePort = UInt16(type)
    packet.destinationPort = UInt16(segment.uint8(at: 1))
    let isEcho = isIPv6 ? type == 128 || type == 129 : type == 8 || type == 0
    if isEcho, segment.byteCount >= 8 {
      packet.icmpIdentifier = segment.uint16BE(at: 4)
      packet.icmpSequence = segment.uint16BE(at: 6)
    }
    setPayload(after: min(8, length), length: length, segment, at: offset, &packet)
    return nil
  }
}
