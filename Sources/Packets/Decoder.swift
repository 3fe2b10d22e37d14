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
  @inline(__always)
  public func decode(
    _ frame: RawSpan, linkType: LinkType, wireLength: UInt32, into packet: inout Packet
  ) -> RejectReason? {
    // Sequence numbers, lengths, offsets and addresses are written on every path that gives a packet.
    packet.tcp = Packet.TCP()
    packet.vlan = .none
    packet.icmpIdentifier = 0
    packet.icmpSequence = 0
    packet.wireLength = max(wireLength, UInt32(truncatingIfNeeded: frame.byteCount))
    if linkType == .ethernet, checksums == .onDemand, Self.decodePlain(frame, at: 14, &packet) { return nil }
    return decodeInFull(frame, linkType: linkType, into: &packet)
  }

  /// Decodes frames of one buffer, one after the other.
  ///
  /// - Parameters:
  ///   - frames: The frames.
  ///   - bytes: The buffer into which their offsets point.
  ///   - packets: Receives a packet for each, with its time; for a frame that is none, what `decode` of one frame leaves.
  ///   - reasons: Receives for each nothing if it is a packet, else why it is not.
  /// - Returns: How many frames are no packets.
  /// - Complexity: O(n), for each as `decode` of one frame; traps where there are fewer packets or reasons than frames.
  public func decode(
    _ frames: Span<Frame>, in bytes: RawSpan, into packets: inout MutableSpan<Packet>,
    reasons: inout MutableSpan<RejectReason?>
  ) -> Int {
    // Once, so that it need not be asked for each.
    precondition(frames.count <= min(packets.count, reasons.count))
    var rejected = 0
    for place in frames.indices {
      let frame = frames[place]
      let reason = decode(
        bytes.extracting(frame.range), linkType: frame.linkType,
        wireLength: frame.wireLength, into: &packets[place])
      packets[place].timestamp = frame.timestamp
      reasons[place] = reason
      if reason != nil { rejected &+= 1 }
    }
    return rejected
  }

  @inline(never)
  private func decodeInFull(_ frame: RawSpan, linkType: LinkType, into packet: inout Packet) -> RejectReason? {
    if linkType == .ethernet, checksums == .onDemand, Self.decodeTagged(frame, &packet) { return nil }
    let reason = linkType == .ethernet ? Self.decodeEthernet(frame, &packet) : Self.decodeLink(linkType, frame, &packet)
    if reason == nil, checksums == .all { verifyTransportChecksum(of: &packet, in: frame) }
    return reason
  }
}
