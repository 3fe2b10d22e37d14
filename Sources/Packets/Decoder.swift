/// Decodes frames into packets: link layer, VLAN tags, IP, transport.
///
/// Decoding is total: every frame ends as a packet or under one `RejectReason`; nothing allocates, nothing throws.
public struct Decoder: Sendable {
  /// When the transport checksum is verified; the IP header's own lengths always are.
  public enum ChecksumPolicy: Sendable {
    /// Never inside `decode`; call `verifyTransportChecksum` for the packets that a grade rests on.
    case onDemand
    /// For every whole packet.
    case all
  }

  /// When the transport checksum is verified.
  public var checksums: ChecksumPolicy

  /// Makes a decoder.
  ///
  /// - Parameter checksums: When the transport checksum is verified.
  public init(checksums: ChecksumPolicy = .onDemand) { self.checksums = checksums }

  /// Decodes one frame.
  ///
  /// - Parameters:
  ///   - frame: The captured bytes.
  ///   - linkType: The interface's link type.
  ///   - wireLength: Bytes of the frame on the wire, captured or not.
  ///   - packet: Receives every field but `timestamp`, which the caller sets; unspecified if a reason is returned.
  /// - Returns: Nothing if the frame is a packet, else why it is not.
  /// - Complexity: O(1): at most 8 VLAN tags, 16 extension headers, 40 bytes of TCP options.
  public func decode(
    _ frame: RawSpan, linkType: LinkType, wireLength: UInt32, into packet: inout Packet
  ) -> RejectReason? {
    .unsupportedLinkType
  }

  /// Verifies the transport checksum of a whole packet and sets its checksum flags.
  ///
  /// Does nothing for truncated packets, fragments and protocols without a checksum: their checksum stays unknown.
  ///
  /// - Parameters:
  ///   - packet: A packet that `decode` made from this frame.
  ///   - frame: The captured bytes.
  /// - Complexity: O(n) in the packet's length.
  public func verifyTransportChecksum(of packet: inout Packet, in frame: RawSpan) {
  }
}
