// Encapsulations of a line: they carry a frame on its way and say nothing of other networks, so that a packet behind them
// is a packet of the line, not one of a tunnel.

extension Decoder {
  /// MPLS labels walked before a frame is given up.
  static let maximumLabelCount = 16

  /// Decodes what stands behind MPLS labels (RFC 3032), if that is IP.
  ///
  /// The last label does not say what follows; as every router does, the version tells (RFC 4928). A pseudowire's control
  /// word begins with 0 and so is no IP.
  @inline(never)
  static func decodeMPLS(_ frame: RawSpan, at firstOffset: Int, _ packet: inout Packet) -> RejectReason? {
    var offset = firstOffset
    for _ in 0..<maximumLabelCount {
      let label = frame.extracting(droppingFirst: offset)
      guard label.byteCount >= 4 else { return .truncatedLink }
      offset += 4
      guard label.uint8(at: 2) & 1 == 1 else { continue }
      guard label.byteCount >= 5 else { return .truncatedLink }
      return switch label.uint8(at: 4) >> 4 {
      case 4: decodeIPv4OutOfLine(frame, at: offset, &packet)
      case 6: decodeIPv6OutOfLine(frame, at: offset, &packet)
      default: .notIP
      }
    }
    return .tooManyTags
  }

  /// Decodes a PPPoE session packet (RFC 2516 section 4): version and type 1, code 0, session, length, PPP.
  @inline(never)
  static func decodePPPoE(_ frame: RawSpan, at offset: Int, _ packet: inout Packet) -> RejectReason? {
    let header = frame.extracting(droppingFirst: offset)
    guard header.byteCount >= 6 else { return .truncatedLink }
    guard header.uint16BE(at: 0) == 0x1100 else { return .malformedLink }
    return decodePPPProtocol(frame, at: offset + 6, &packet)
  }
}
