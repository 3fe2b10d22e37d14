/// Decodes frames into packets: link layer, VLAN tags, IP, transport.
///
/// Decoding is total: every frame ends as a packet or under one `RejectReason`; nothing allocates, nothing throws.
/// A decoder is a plain value and may be used from any thread.
public struct Decoder: Sendable {
  /// When checksums are verified; the IP header's own lengths always are.
  public enum ChecksumPolicy: Sendable {
    /// Never inside `decode`; call `verifyTransportChecksum` for the packets that a grade rests on.
    case onDemand
    /// For every packet, as `verifyTransportChecksum` does.
    case all
  }

  /// When checksums are verified.
  public var checksums: ChecksumPolicy

  /// Makes a decoder.
  ///
  /// - Parameter checksums: When checksums are verified.
  public init(checksums: ChecksumPolicy = .onDemand) { self.checksums = checksums }

  /// Decodes one frame.
  ///
  /// Bytes after the IP packet (Ethernet padding, trailers) belong to nothing; a packet of which the capture holds less
  /// than its IP header announces is flagged `truncated` as long as its ports were captured.
  ///
  /// - Parameters:
  ///   - frame: The captured bytes.
  ///   - linkType: The interface's link type.
  ///   - wireLength: Bytes of the frame on the wire, captured or not; if less than captured, the latter counts.
  ///   - packet: Receives every field but `timestamp`, which the caller sets; unspecified if a reason is returned,
  ///     but for `ipOffset` of a fragment.
  /// - Returns: Nothing if the frame is a packet, else why it is not.
  /// - Complexity: O(1): at most 8 VLAN tags, 16 extension headers, 40 bytes of TCP options; O(n) in the packet's length
  ///   if `checksums` is `all`.
  public func decode(
    _ frame: RawSpan, linkType: LinkType, wireLength: UInt32, into packet: inout Packet
  ) -> RejectReason? {
    // Sequence numbers, lengths, offsets and addresses are written on every path that gives a packet.
    packet.tcp = Packet.TCP()
    packet.vlan = .none
    packet.icmpIdentifier = 0
    packet.icmpSequence = 0
    packet.wireLength = max(wireLength, UInt32(truncatingIfNeeded: frame.byteCount))
    if linkType == .ethernet, checksums == .onDemand, Self.decodePlain(frame, &packet) { return nil }
    let reason = linkType == .ethernet ? Self.decodeEthernet(frame, &packet) : Self.decodeLink(linkType, frame, &packet)
    if reason == nil, checksums == .all { verifyTransportChecksum(of: &packet, in: frame) }
    return reason
  }
}
