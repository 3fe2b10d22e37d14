// What most frames are, on one short way: Ethernet with one tag at most, IPv4 without options or fragments, TCP.

extension Decoder {
  /// Decodes a frame if it holds an IPv4 header of 20 bytes and a TCP segment, no fragment, all of whose header but the
  /// options was captured; the packet is the one that `decodeIPv4` would give.
  ///
  /// Every field is at a place that is known beforehand, so that one look at the length does for all reads.
  ///
  /// - Parameters:
  ///   - frame: An Ethernet frame.
  ///   - offset: Where its IP header is to be; the EtherType stands before it.
  ///   - packet: Receives all fields but those that `decode` sets beforehand.
  /// - Returns: False if the frame is any other; what was written is to be written again then.
  @inline(__always)
  static func decodePlain(_ frame: RawSpan, at offset: Int, _ packet: inout Packet) -> Bool {
    guard frame.byteCount >= offset + 40 else { return false }
    // All at once, for which of them keeps a frame from being such cannot be foretold.
    let unlike =
      (frame.uint16BE(at: offset - 2) ^ EtherType.ipv4) | UInt16(frame.uint8(at: offset) ^ 0x45)
      | UInt16(frame.uint8(at: offset + 9) ^ IPProtocol.tcp.rawValue) | frame.uint16BE(at: offset + 6) & 0x3FFF
    guard unlike == 0 else { return false }
    let length = Int(frame.uint16BE(at: offset + 2))
    let headerLength = Int(frame.uint8(at: offset + 32) >> 4) &* 4
    let payloadLength = length &- 20 &- headerLength
    guard headerLength >= 20, payloadLength >= 0 else { return false }
    let captured = min(length, frame.byteCount &- offset)
    packet.flags = length > captured ? .truncated : []
    if headerLength > 20 {
      // Of options only the timestamps that nearly every segment after the SYN has (RFC 7323 appendix A).
      guard headerLength == 32, captured >= 52, frame.uint32BE(at: offset + 40) == 0x0101_080A else { return false }
      packet.tcp.timestampValue = frame.uint32BE(at: offset + 44)
      packet.tcp.timestampEcho = frame.uint32BE(at: offset + 48)
      packet.flags.insert(.tcpTimestamps)
    }
    packet.source = IPAddress(v4: frame.uint32BE(at: offset + 12))
    packet.destination = IPAddress(v4: frame.uint32BE(at: offset + 16))
    packet.ipLength = UInt32(truncatingIfNeeded: length)
    packet.ipIdentification = frame.uint16BE(at: offset + 4)
    packet.timeToLive = frame.uint8(at: offset + 8)
    packet.ipOffset = UInt16(truncatingIfNeeded: offset)
    packet.ipProtocol = .tcp
    packet.transportOffset = UInt16(truncatingIfNeeded: offset + 20)
    packet.sourcePort = frame.uint16BE(at: offset + 20)
    packet.destinationPort = frame.uint16BE(at: offset + 22)
    packet.tcp.sequence = frame.uint32BE(at: offset + 24)
    packet.tcp.acknowledgement = frame.uint32BE(at: offset + 28)
    packet.tcp.flags = TCPFlags(rawValue: frame.uint8(at: offset + 33))
    packet.tcp.window = frame.uint16BE(at: offset + 34)
    let skipped = min(headerLength, captured &- 20)
    packet.payloadOffset = UInt32(truncatingIfNeeded: offset &+ 20 &+ skipped)
    packet.payloadLength = UInt32(truncatingIfNeeded: payloadLength)
    packet.capturedPayloadLength = UInt32(truncatingIfNeeded: captured &- 20 &- skipped)
    return true
  }

  /// The same for a frame with one VLAN tag (IEEE 802.1Q).
  @inline(__always)
  static func decodeTagged(_ frame: RawSpan, _ packet: inout Packet) -> Bool {
    guard frame.byteCount >= 18, frame.uint16BE(at: 12) == 0x8100, decodePlain(frame, at: 18, &packet) else {
      return false
    }
    packet.vlan.add(frame.uint16BE(at: 14) & 0x0FFF)
    return true
  }
}
