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
}
