// Packets inside packets. What a tunnel carries is nobody's word but that of its ends (methodology 1.5, item 10).

extension Decoder {
  /// Tunnels inside tunnels that are followed.
  public static var maximumTunnelDepth: Int { 4 }

  /// Where the header of an inner packet may begin at most, so that its offsets fit in 16 bits.
  private static let maximumInnerOffset = 1 << 14

  /// Decodes the packet inside another.
  ///
  /// - Parameters:
  ///   - outer: A packet with the flag `mayBeTunnel` that this decoder made from this frame.
  ///   - frame: The captured bytes.
  ///   - inner: Receives every field, offsets into the frame and the outer packet's timestamp; unspecified if a reason is
  ///     returned, but for `ipOffset` of a fragment.
  ///   - header: Receives what the tunnel's header says; unspecified if a reason is returned.
  /// - Returns: Nothing if there is a packet inside, else why there is none.
  /// - Complexity: O(1), as `decode`; O(n) in the packet's length if `checksums` is `all`.
  @inline(never)
  public func decodeInner(
    of outer: Packet, in frame: RawSpan, into inner: inout Packet, header: inout TunnelHeader
  ) -> RejectReason? {
    // What lies behind the outer packet's end is no part of it.
    let content = frame.extracting(first: outer.payloadRange(in: frame).upperBound)
    inner.tcp = Packet.TCP()
    inner.vlan = .none
    inner.icmpIdentifier = 0
    inner.icmpSequence = 0
    inner.timestamp = outer.timestamp
    inner.wireLength = outer.payloadOffset &+ outer.payloadLength
    let start = Int(outer.payloadOffset)
    guard start <= Self.maximumInnerOffset else { return .malformedTunnel }
    var tunnel = Tunnel(at: start, wireEnd: Int(inner.wireLength))
    let reason: RejectReason?
    switch outer.ipProtocol {
    case .ipv4: reason = tunnel.found(.ipv4, 0x0800)
    case .ipv6: reason = tunnel.found(.ipv6, 0x86DD)
    case .gre: reason = tunnel.readGRE(content)
    case .udp:
      switch TunnelPorts.kind(outer.sourcePort, outer.destinationPort) {
      case .vxlan: reason = tunnel.readVXLAN(content)
      case .geneve: reason = tunnel.readGeneve(content)
      case .gtp: reason = tunnel.readGTP(content)
      case .teredo: reason = tunnel.readTeredo(content)
      default: reason = .noTunnel
      }
    default: reason = .noTunnel
    }
    if let reason { return reason }
    header = tunnel.header
    if let reason = Self.decodeContent(tunnel, content, &inner) { return reason }
    if checksums == .all { verifyTransportChecksum(of: &inner, in: content) }
    return nil
  }

  private static func decodeContent(_ tunnel: Tunnel, _ content: RawSpan, _ inner: inout Packet) -> RejectReason? {
    guard tunnel.type == Tunnel.ethernet else {
      return decodeEtherType(tunnel.type, content, at: tunnel.offset, &inner)
    }
    let frame = content.extracting(droppingFirst: tunnel.offset)
    guard frame.byteCount >= 14 else { return .truncatedLink }
    return decodeEtherType(frame.uint16BE(at: 12), content, at: tunnel.offset + 14, &inner)
  }
}

/// A tunnel's header while it is read.
private struct Tunnel {
  /// Transparent Ethernet bridging (RFC 1701): a frame follows.
  static let ethernet: UInt16 = 0x6558

  var header = TunnelHeader(.ipv4)
  /// The EtherType of what follows; an Ethernet frame's is `ethernet`.
  var type: UInt16 = 0
  /// Where it begins.
  var offset: Int
  /// Bytes of the header and what it carries, captured or not.
  let length: Int

  init(at start: Int, wireEnd: Int) {
    offset = start
    length = max(wireEnd - start, 0)
  }

  /// Notes what is inside.
  mutating func found(_ kind: TunnelHeader.Kind, _ type: UInt16, identifier: UInt32 = 0, after size: Int = 0)
    -> RejectReason?
  {
    header = TunnelHeader(kind, identifier: identifier)
    self.type = type
    offset += size
    return nil
  }

  /// Why so many bytes of header are not there; nothing if they are.
  private func lacks(_ size: Int, _ bytes: RawSpan) -> RejectReason? {
    bytes.byteCount >= size ? nil : length < size ? .malformedTunnel : .truncatedTunnel
  }

  /// Reads GRE (RFC 2784, RFC 2890): flags, protocol, then checksum, key and sequence number by the flags.
  mutating func readGRE(_ content: RawSpan) -> RejectReason? {
    let bytes = content.extracting(droppingFirst: offset)
    if let reason = lacks(4, bytes) { return reason }
    let flags = bytes.uint16BE(at: 0)
    let (hasChecksum, hasKey, hasSequence) = (flags & 0x8000 != 0, flags & 0x2000 != 0, flags & 0x1000 != 0)
    // Source routes (RFC 1701) are deprecated; version 1 is PPTP's (RFC 2637).
    guard flags & 0x4007 == 0 else { return .unsupportedTunnel }
    let keyOffset = hasChecksum ? 8 : 4
    let size = keyOffset + (hasKey ? 4 : 0) + (hasSequence ? 4 : 0)
    if let reason = lacks(size, bytes) { return reason }
    let type = bytes.uint16BE(at: 2)
    switch type {
    case 0x88BE where hasSequence: return readERSPAN(bytes, after: size, headerSize: 8)
    case 0x88BE: return found(.erspan, Self.ethernet, after: size)
    case 0x22EB:
      if let reason = lacks(size + 12, bytes) { return reason }
      // The lowest bit of type III says that a platform-specific part follows.
      return readERSPAN(bytes, after: size, headerSize: bytes.uint8(at: size + 11) & 1 == 0 ? 12 : 20)
    default: break
    }
    return hasKey
      ? found(.keyedGRE, type, identifier: bytes.uint32BE(at: keyOffset), after: size) : found(.gre, type, after: size)
  }

  /// Reads the header of ERSPAN type II or III; the session is the low 10 bits of its second pair of bytes.
  private mutating func readERSPAN(_ bytes: RawSpan, after offset: Int, headerSize: Int) -> RejectReason? {
    let size = offset + headerSize
    if let reason = lacks(size, bytes) { return reason }
    return found(
      .erspan, Self.ethernet, identifier: UInt32(bytes.uint16BE(at: offset + 2) & 0x03FF), after: size)
  }

  /// Reads VXLAN (RFC 7348 section 5): the I flag must be set.
  mutating func readVXLAN(_ content: RawSpan) -> RejectReason? {
    let bytes = content.extracting(droppingFirst: offset)
    guard length >= 8 else { return .noTunnel }
    if let reason = lacks(8, bytes) { return reason }
    guard bytes.uint8(at: 0) & 0x08 != 0 else { return .noTunnel }
    return found(.vxlan, Self.ethernet, identifier: bytes.uint32BE(at: 4) >> 8, after: 8)
  }

  /// Reads Geneve (RFC 8926 section 3.4); control packets carry nothing that a host sent.
  mutating func readGeneve(_ content: RawSpan) -> RejectReason? {
    let bytes = content.extracting(droppingFirst: offset)
    guard length >= 8 else { return .noTunnel }
    if let reason = lacks(8, bytes) { return reason }
    guard bytes.uint8(at: 0) >> 6 == 0, bytes.uint8(at: 1) & 0x80 == 0 else { return .noTunnel }
    let size = 8 + Int(bytes.uint8(at: 0) & 0x3F) * 4
    if let reason = lacks(size, bytes) { return reason }
    return found(.geneve, bytes.uint16BE(at: 2), identifier: bytes.uint32BE(at: 4) >> 8, after: size)
  }

  /// Reads GTP-U version 1 (3GPP TS 29.281 section 5): a G-PDU (255) carries a packet, all else is signalling.
  mutating func readGTP(_ content: RawSpan) -> RejectReason? {
    let bytes = content.extracting(droppingFirst: offset)
    guard length >= 8 else { return .noTunnel }
    if let reason = lacks(8, bytes) { return reason }
    let flags = bytes.uint8(at: 0)
    guard flags & 0xF0 == 0x30, bytes.uint8(at: 1) == 255 else { return .noTunnel }
    var size = 8
    if flags & 0x07 != 0 {
      size = 12
      if let reason = lacks(size, bytes) { return reason }
      var next = flags & 0x04 != 0 ? bytes.uint8(at: 11) : 0
      var count = 0
      // Extension headers: length in 4-byte units, content, type of the next one.
      while next != 0 {
        guard count < Decoder.maximumExtensionCount else { return .malformedTunnel }
        if let reason = lacks(size + 4, bytes) { return reason }
        let extensionSize = Int(bytes.uint8(at: size)) * 4
        guard extensionSize > 0 else { return .malformedTunnel }
        size += extensionSize
        if let reason = lacks(size, bytes) { return reason }
        next = bytes.uint8(at: size - 1)
        count += 1
      }
    }
    guard length > size else { return .noTunnel }
    if let reason = lacks(size + 1, bytes) { return reason }
    switch bytes.uint8(at: size) >> 4 {
    case 4: return found(.gtp, 0x0800, after: size)
    case 6: return found(.gtp, 0x86DD, after: size)
    default: return .noTunnel
    }
  }

  /// Reads Teredo (RFC 4380 section 5.1.1): authentication and origin indications, then an IPv6 packet.
  ///
  /// The port is not Teredo's alone, so the IPv6 packet must fill the datagram to its last byte. The addresses that
  /// Teredo writes into IPv6 addresses are a hint, never read (methodology 1.4).
  mutating func readTeredo(_ content: RawSpan) -> RejectReason? {
    let bytes = content.extracting(droppingFirst: offset)
    var size = 0
    if bytes.byteCount >= 4, bytes.uint16BE(at: 0) == 0x0001 {
      // Lengths of client identifier and authentication value; nonce and confirmation byte.
      size = 4 + Int(bytes.uint8(at: 2)) + Int(bytes.uint8(at: 3)) + 9
    }
    if bytes.byteCount >= size + 2, bytes.uint16BE(at: size) == 0 { size += 8 }
    guard length >= size + 40 else { return .noTunnel }
    if let reason = lacks(size + 40, bytes) { return reason }
    guard bytes.uint8(at: size) >> 4 == 6, size + 40 + Int(bytes.uint16BE(at: size + 4)) == length else {
      return .noTunnel
    }
    return found(.teredo, 0x86DD, after: size)
  }
}
