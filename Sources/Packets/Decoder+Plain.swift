// What most frames are, on one short way: Ethernet without tags, IPv4 without options or fragments, TCP.

extension Decoder {
  /// Decodes a frame if it is untagged Ethernet with an IPv4 header of 20 bytes and a TCP segment, no fragment, all of
  /// whose header but the options was captured; the packet is the one that `decodeEthernet` would give.
  ///
  /// Every field is at a place that is known beforehand, so that one look at the length does for all reads.
  ///
  /// - Returns: False if the frame is any other; what was written is to be written again then.
  @inline(__always)
  static func decodePlain(_ frame: RawSpan, _ packet: inout Packet) -> Bool {
    guard frame.byteCount >= 54, frame.uint16BE(at: 12) == EtherType.ipv4, frame.uint8(at: 14) == 0x45,
      frame.uint8(at: 23) == IPProtocol.tcp.rawValue, frame.uint16BE(at: 20) & 0x3FFF == 0
    else { return false }
    let length = Int(frame.uint16BE(at: 16))
    let headerLength = Int(frame.uint8(at: 46) >> 4) &* 4
    let payloadLength = length &- 20 &- headerLength
    guard headerLength >= 20, payloadLength >= 0 else { return false }
    let captured = min(length, frame.byteCount &- 14)
    packet.flags = length > captured ? .truncated : []
    if headerLength > 20 {
      // Of options only the timestamps that nearly every segment after the SYN has (RFC 7323 appendix A).
      guard headerLength == 32, captured >= 52, frame.uint32BE(at: 54) == 0x0101_080A else { return false }
      packet.tcp.timestampValue = frame.uint32BE(at: 58)
      packet.tcp.timestampEcho = frame.uint32BE(at: 62)
      packet.flags.insert(.tcpTimestamps)
    }
    packet.source = IPAddress(v4: frame.uint32BE(at: 26))
    packet.destination = IPAddress(v4: frame.uint32BE(at: 30))
    packet.ipLength = UInt32(truncatingIfNeeded: length)
    packet.ipIdentification = frame.uint16BE(at: 18)
    packet.timeToLive = frame.uint8(at: 22)
    packet.ipOffset = 14
    packet.ipProtocol = .tcp
    packet.transportOffset = 34
    packet.sourcePort = frame.uint16BE(at: 34)
    packet.destinationPort = frame.uint16BE(at: 36)
    packet.tcp.sequence = frame.uint32BE(at: 38)
    packet.tcp.acknowledgement = frame.uint32BE(at: 42)
    packet.tcp.flags = TCPFlags(rawValue: frame.uint8(at: 47))
    packet.tcp.window = frame.uint16BE(at: 48)
    let skipped = min(headerLength, captured &- 20)
    packet.payloadOffset = UInt32(truncatingIfNeeded: 34 &+ skipped)
    packet.payloadLength = UInt32(truncatingIfNeeded: payloadLength)
    packet.capturedPayloadLength = UInt32(truncatingIfNeeded: captured &- 20 &- skipped)
    return true
  }

  /// The addresses of a frame that is certainly a packet and no tunnel, where it is plain enough to tell in a few steps:
  /// Ethernet with at most one tag, IP without options, extensions or fragments, TCP or UDP.
  ///
  /// - Parameter frame: The captured bytes of an Ethernet frame.
  /// - Returns: The addresses that `decode` would give; nothing if more is to be read to tell.
  /// - Complexity: O(1).
  @inline(__always)
  public static func plainAddresses(_ frame: RawSpan) -> (source: IPAddress, destination: IPAddress)? {
    guard frame.byteCount >= 58 else { return nil }
    let isTagged = frame.uint16BE(at: 12) == 0x8100
    let (type, ip) = isTagged ? (frame.uint16BE(at: 16), 18) : (frame.uint16BE(at: 12), 14)
    if type == EtherType.ipv4 {
      let length = Int(frame.uint16BE(at: ip &+ 2))
      guard frame.uint8(at: ip) == 0x45, frame.uint16BE(at: ip &+ 6) & 0x3FFF == 0,
        isPlainTransport(frame, frame.uint8(at: ip &+ 9), at: ip &+ 20, length: length &- 20)
      else { return nil }
      return (IPAddress(v4: frame.uint32BE(at: ip &+ 12)), IPAddress(v4: frame.uint32BE(at: ip &+ 16)))
    }
    guard type == EtherType.ipv6, frame.byteCount >= 78, frame.uint8(at: ip) >> 4 == 6,
      isPlainTransport(
        frame, frame.uint8(at: ip &+ 6), at: ip &+ 40, length: Int(frame.uint16BE(at: ip &+ 4)))
    else { return nil }
    return (
      IPAddress(high: frame.uint64BE(at: ip &+ 8), low: frame.uint64BE(at: ip &+ 16)),
      IPAddress(high: frame.uint64BE(at: ip &+ 24), low: frame.uint64BE(at: ip &+ 32))
    )
  }

  /// Whether a transport header, 20 bytes of which were captured, is that of a TCP segment or a datagram, and no tunnel's.
  @inline(__always)
  private static func isPlainTransport(_ frame: RawSpan, _ number: UInt8, at offset: Int, length: Int) -> Bool {
    if number == IPProtocol.tcp.rawValue {
      let headerLength = Int(frame.uint8(at: offset &+ 12) >> 4) &* 4
      return headerLength >= 20 && headerLength <= length
    }
    guard number == IPProtocol.udp.rawValue else { return false }
    let datagramLength = Int(frame.uint16BE(at: offset &+ 4))
    return datagramLength >= 8 && datagramLength <= length
      && !TunnelPorts.mayHold(frame.uint16BE(at: offset), frame.uint16BE(at: offset &+ 2))
  }
}
