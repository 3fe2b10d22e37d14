extension Decoder {
  /// Verifies the checksums of a packet and sets its checksum flags.
  ///
  /// The IPv4 header checksum always is verified. The transport checksum stays unknown, neither good nor bad, where the
  /// whole of what it covers is not at hand or not known: truncated packets, fragments, lengths left to the wire, source
  /// routes (the destination it covers is the last one), protocols without a checksum, and a checksum of 0 where that
  /// means none (UDP over IPv4: RFC 768; SCTP: RFC 9653).
  ///
  /// - Parameters:
  ///   - packet: A packet that `decode` made from this frame.
  ///   - frame: The captured bytes.
  /// - Complexity: O(n) in the packet's length.
  public func verifyTransportChecksum(of packet: inout Packet, in frame: RawSpan) {
    packet.flags.subtract([.badIPChecksum, .goodTransportChecksum, .badTransportChecksum])
    let ip = frame.extracting(droppingFirst: Int(packet.ipOffset))
    let headerLength = Int(packet.transportOffset) - Int(packet.ipOffset)
    guard headerLength >= 20 else { return }
    if !packet.flags.contains(.isIPv6Header), InternetChecksum.sum(ip.extracting(first: headerLength)) != 0xFFFF {
      packet.flags.insert(.badIPChecksum)
    }
    guard packet.flags.isDisjoint(with: [.truncated, .firstFragment, .lengthFromWire, .sourceRouted]) else { return }
    let length =
      packet.ipProtocol == .udp ? Int(packet.payloadLength) + 8 : Int(packet.ipLength) - headerLength
    let segment = ip.extracting(droppingFirst: headerLength).extracting(first: length)
    guard segment.byteCount == length, let isGood = Self.hasGoodChecksum(segment, of: packet) else { return }
    packet.flags.insert(isGood ? .goodTransportChecksum : .badTransportChecksum)
  }

  /// Whether the checksum of a whole transport segment is right; nothing if it has none.
  private static func hasGoodChecksum(_ segment: RawSpan, of packet: Packet) -> Bool? {
    let isIPv6 = packet.flags.contains(.isIPv6Header)
    switch packet.ipProtocol {
    case .udp where !isIPv6 && segment.uint16(at: 6) == 0:
      return nil
    case .udp where segment.uint16(at: 6) == 0:
      return false
    case .icmpv6 where !isIPv6:
      return nil
    case .tcp, .udp, .icmpv6:
      let pseudoHeader = InternetChecksum.pseudoHeader(
        source: packet.source, destination: packet.destination, length: UInt32(truncatingIfNeeded: segment.byteCount),
        ipProtocol: packet.ipProtocol)
      return InternetChecksum.sum(segment, initial: pseudoHeader) == 0xFFFF
    case .icmp where !isIPv6:
      return InternetChecksum.sum(segment) == 0xFFFF
    case .sctp:
      let checksum = segment.uint32BE(at: 8)
      return checksum == 0 ? nil : checksum.byteSwapped == CRC32C.sctp(segment)
    default:
      return nil
    }
  }
}
