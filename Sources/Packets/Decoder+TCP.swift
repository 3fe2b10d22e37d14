extension Decoder {
  /// Decodes a TCP header (RFC 9293 section 3.1); of the options, as many as were captured.
  @inline(__always)
  static func decodeTCP(_ segment: RawSpan, length: Int, at offset: Int, _ packet: inout Packet) -> RejectReason? {
    guard segment.byteCount >= 20 else { return length < 20 ? .malformedTransport : .truncatedTransport }
    let headerLength = Int(segment.uint8(at: 12) >> 4) &* 4
    guard headerLength >= 20, headerLength <= length else { return .malformedTransport }
    packet.sourcePort = segment.uint16BE(at: 0)
    packet.destinationPort = segment.uint16BE(at: 2)
    packet.tcp.sequence = segment.uint32BE(at: 4)
    packet.tcp.acknowledgement = segment.uint32BE(at: 8)
    packet.tcp.flags = TCPFlags(rawValue: segment.uint8(at: 13))
    packet.tcp.window = segment.uint16BE(at: 14)
    if headerLength > 20 {
      if headerLength == 32, segment.byteCount >= 32, segment.uint32BE(at: 20) == 0x0101_080A {
        // What nearly every segment after the SYN has: two NOPs and the timestamps (RFC 7323 appendix A).
        packet.tcp.timestampValue = segment.uint32BE(at: 24)
        packet.tcp.timestampEcho = segment.uint32BE(at: 28)
        packet.flags.insert(.tcpTimestamps)
      } else {
        decodeOptions(segment.extracting(first: headerLength), &packet)
      }
    }
    setPayload(after: headerLength, length: length, segment, at: offset, &packet)
    return nil
  }

  /// Reads TCP options up to the first that makes no sense; the packet stands all the same.
  ///
  /// - Parameters:
  ///   - header: The captured part of the TCP header, at least 20 bytes.
  ///   - packet: Receives the options.
  @inline(never)
  private static func decodeOptions(_ header: RawSpan, _ packet: inout Packet) {
    var offset = 20
    // What most SYNs begin with, for they come from Linux: maximum segment size, SACK permitted, timestamps, NOP, window scale.
    if header.byteCount >= 40, header.uint16BE(at: 20) == 0x0204, header.uint32BE(at: 24) == 0x0402_080A,
      header.uint32BE(at: 36) >> 8 == 0x01_0303
    {
      packet.tcp.maximumSegmentSize = header.uint16BE(at: 22)
      packet.tcp.timestampValue = header.uint32BE(at: 28)
      packet.tcp.timestampEcho = header.uint32BE(at: 32)
      packet.tcp.windowScale = min(header.uint8(at: 39), 14)
      packet.flags.formUnion([.tcpSACKPermitted, .tcpTimestamps, .tcpWindowScale])
      offset = 40
    }
    while offset < header.byteCount {
      let option = header.extracting(droppingFirst: offset)
      let kind = option.uint8(at: 0)
      if kind == 0 { return }
      if kind == 1 {
        offset += 1
        continue
      }
      guard option.byteCount >= 2 else { return }
      let size = Int(option.uint8(at: 1))
      guard size >= 2, size <= option.byteCount else { return }
      switch (kind, size) {
      case (2, 4):
        packet.tcp.maximumSegmentSize = option.uint16BE(at: 2)
      case (3, 3):
        // A shift above 14 is to be taken for 14 (RFC 7323 section 2.3).
        packet.tcp.windowScale = min(option.uint8(at: 2), 14)
        packet.flags.insert(.tcpWindowScale)
      case (4, 2):
        packet.flags.insert(.tcpSACKPermitted)
      case (8, 10):
        packet.tcp.timestampValue = option.uint32BE(at: 2)
        packet.tcp.timestampEcho = option.uint32BE(at: 6)
        packet.flags.insert(.tcpTimestamps)
      default:
        break
      }
      offset += size
    }
  }
}
