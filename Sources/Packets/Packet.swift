/// What decoding one frame gives: the headers that flows and grades rest on, as plain values.
///
/// A packet holds no bytes of the frame. `payloadOffset` and `capturedPayloadLength` say where its payload stands in it.
@frozen
public struct Packet: Sendable, BitwiseCopyable {
  /// Facts about a packet that are yes or no.
  @frozen
  public struct Flags: OptionSet, Sendable, BitwiseCopyable {
    /// The bits.
    public let rawValue: UInt16
    /// Makes a set from its bits.
    @inlinable
    public init(rawValue: UInt16) { self.rawValue = rawValue }

    /// The capture holds fewer bytes of the packet than its IP header announces (snap length).
    @inlinable public static var truncated: Flags { Flags(rawValue: 1 << 0) }
    /// The IPv4 header checksum was verified and is wrong.
    @inlinable public static var badIPChecksum: Flags { Flags(rawValue: 1 << 1) }
    /// The transport checksum was verified over the whole packet and is wrong.
    @inlinable public static var badTransportChecksum: Flags { Flags(rawValue: 1 << 2) }
    /// The transport checksum was verified over the whole packet and is right.
    @inlinable public static var goodTransportChecksum: Flags { Flags(rawValue: 1 << 3) }
    /// The packet is the first fragment of a fragmented IP packet; its payload goes on in other packets.
    @inlinable public static var firstFragment: Flags { Flags(rawValue: 1 << 4) }
    /// `tcp.timestampValue` and `tcp.timestampEcho` are set.
    @inlinable public static var tcpTimestamps: Flags { Flags(rawValue: 1 << 5) }
    /// The SYN offers selective acknowledgements (RFC 2018).
    @inlinable public static var tcpSACKPermitted: Flags { Flags(rawValue: 1 << 6) }
    /// `tcp.windowScale` is set.
    @inlinable public static var tcpWindowScale: Flags { Flags(rawValue: 1 << 7) }
    /// The IP header's total length is 0, as segmentation offload leaves it; lengths follow the wire length.
    @inlinable public static var lengthFromWire: Flags { Flags(rawValue: 1 << 8) }
    /// An IP version 6 header carried the packet.
    @inlinable public static var isIPv6Header: Flags { Flags(rawValue: 1 << 9) }
    /// The sender prescribes the route: an IPv4 LSRR or SSRR option (RFC 791), or an IPv6 routing header with segments
    /// left (RFC 8200 section 4.4).
    ///
    /// The destination may be a stop on the way and answers may follow the sender's route, so such a packet proves less
    /// of its source address. Its transport checksum stays unknown.
    @inlinable public static var sourceRouted: Flags { Flags(rawValue: 1 << 10) }
    /// The protocol or a port is that of a tunnel: `Decoder.decodeInner` says whether a packet is inside.
    @inlinable public static var mayBeTunnel: Flags { Flags(rawValue: 1 << 11) }
    /// An IPv6 header names an IPv4 address, in its mapped form.
    ///
    /// Answers go where IPv4 routes that address, and not to whoever answers to it in IPv6.
    @inlinable public static var mappedAddress: Flags { Flags(rawValue: 1 << 12) }
  }

  /// The TCP header's fields (RFC 9293 section 3.1); all zero unless `ipProtocol` is TCP.
  @frozen
  public struct TCP: Sendable, BitwiseCopyable {
    /// Sequence number of the first payload byte (of the SYN itself in a SYN).
    public var sequence: UInt32 = 0
    /// Acknowledgement number; meaningful with the ACK flag.
    public var acknowledgement: UInt32 = 0
    /// TSval of the timestamps option (RFC 7323), with `Flags.tcpTimestamps`.
    public var timestampValue: UInt32 = 0
    /// TSecr of the timestamps option (RFC 7323), with `Flags.tcpTimestamps`.
    public var timestampEcho: UInt32 = 0
    /// The window field as it stands, unscaled.
    public var window: UInt16 = 0
    /// The MSS option (bytes), 0 if absent.
    public var maximumSegmentSize: UInt16 = 0
    /// FIN, SYN, RST, PSH, ACK, URG, ECE, CWR from bit 0 up.
    public var flags: TCPFlags = []
    /// The window scale option's shift, with `Flags.tcpWindowScale`.
    public var windowScale: UInt8 = 0

    /// Makes a header of zeros.
    @inlinable
    public init() {}
  }

  /// The sender's address, from the innermost IP header decoded.
  public var source = IPAddress(v4: 0)
  /// The receiver's address.
  public var destination = IPAddress(v4: 0)
  /// When the frame was captured.
  public var timestamp = Timestamp(nanoseconds: 0)
  /// The TCP header.
  public var tcp = TCP()
  /// Bytes of the IP packet by its own header: IPv4 total length; IPv6 payload length + 40.
  public var ipLength: UInt32 = 0
  /// Bytes of transport payload by the IP (and UDP) header's lengths, captured or not.
  public var payloadLength: UInt32 = 0
  /// Offset of the first payload byte in the frame; never beyond the frame's end.
  public var payloadOffset: UInt32 = 0
  /// How many payload bytes the capture holds.
  public var capturedPayloadLength: UInt32 = 0
  /// Bytes of the frame on the wire; of a packet inside a tunnel, up to the end of the outer packet's payload.
  public var wireLength: UInt32 = 0
  /// Offset of the IP header in the frame; link headers are bounded well below 65,536 bytes.
  public var ipOffset: UInt16 = 0
  /// Offset of the transport header in the frame; so are 16 extension headers.
  public var transportOffset: UInt16 = 0
  /// Source port; ICMP: the type.
  public var sourcePort: UInt16 = 0
  /// Destination port; ICMP: the code.
  public var destinationPort: UInt16 = 0
  /// ICMP echo identifier, else 0.
  public var icmpIdentifier: UInt16 = 0
  /// ICMP echo sequence number, else 0.
  public var icmpSequence: UInt16 = 0
  /// IPv4 identification (RFC 791), 0 for IPv6.
  public var ipIdentification: UInt16 = 0
  /// The frame's VLAN tags.
  public var vlan = VLANTags.none
  /// Facts that are yes or no.
  public var flags: Flags = []
  /// The transport protocol (IANA protocol number), after IPv6 extension headers.
  public var ipProtocol = IPProtocol(rawValue: 0)
  /// IPv4 TTL or IPv6 hop limit.
  public var timeToLive: UInt8 = 0

  /// Makes a packet of zeros, to be decoded into.
  @inlinable
  public init() {}

  /// Where the captured payload stands in the frame.
  ///
  /// - Parameter frame: The frame that the packet was decoded from.
  /// - Returns: Offsets inside the frame; an empty range where the frame is not the packet's.
  /// - Complexity: O(1).
  public func payloadRange(in frame: RawSpan) -> Range<Int> {
    let start = min(Int(payloadOffset), frame.byteCount)
    return start..<min(start &+ Int(capturedPayloadLength), frame.byteCount)
  }
}

/// An IP protocol number (IANA "Assigned Internet Protocol Numbers").
@frozen
public struct IPProtocol: RawRepresentable, Hashable, Sendable, BitwiseCopyable {
  /// The number.
  public let rawValue: UInt8
  /// Makes a protocol from its number.
  ///
  /// - Parameter rawValue: The IANA number.
  @inlinable
  public init(rawValue: UInt8) { self.rawValue = rawValue }

  /// ICMP for IPv4 (RFC 792).
  @inlinable public static var icmp: IPProtocol { IPProtocol(rawValue: 1) }
  /// IPv4 inside IP (RFC 2003).
  @inlinable public static var ipv4: IPProtocol { IPProtocol(rawValue: 4) }
  /// TCP (RFC 9293).
  @inlinable public static var tcp: IPProtocol { IPProtocol(rawValue: 6) }
  /// UDP (RFC 768).
  @inlinable public static var udp: IPProtocol { IPProtocol(rawValue: 17) }
  /// IPv6 inside IP (RFC 2473, RFC 4213).
  @inlinable public static var ipv6: IPProtocol { IPProtocol(rawValue: 41) }
  /// Generic Routing Encapsulation (RFC 2784).
  @inlinable public static var gre: IPProtocol { IPProtocol(rawValue: 47) }
  /// ICMP for IPv6 (RFC 4443).
  @inlinable public static var icmpv6: IPProtocol { IPProtocol(rawValue: 58) }
  /// SCTP (RFC 9260).
  @inlinable public static var sctp: IPProtocol { IPProtocol(rawValue: 132) }
}

/// The flags of a TCP header (RFC 9293 section 3.1, RFC 3168), lowest bit first.
@frozen
public struct TCPFlags: OptionSet, Hashable, Sendable, BitwiseCopyable {
  /// The flag byte of the header.
  public let rawValue: UInt8
  /// Makes a set from the header's flag byte.
  @inlinable
  public init(rawValue: UInt8) { self.rawValue = rawValue }

  /// No more data from the sender.
  @inlinable public static var fin: TCPFlags { TCPFlags(rawValue: 0x01) }
  /// Synchronise sequence numbers.
  @inlinable public static var syn: TCPFlags { TCPFlags(rawValue: 0x02) }
  /// Reset the connection.
  @inlinable public static var rst: TCPFlags { TCPFlags(rawValue: 0x04) }
  /// Push.
  @inlinable public static var psh: TCPFlags { TCPFlags(rawValue: 0x08) }
  /// The acknowledgement field counts.
  @inlinable public static var ack: TCPFlags { TCPFlags(rawValue: 0x10) }
  /// The urgent pointer counts.
  @inlinable public static var urg: TCPFlags { TCPFlags(rawValue: 0x20) }
  /// ECN echo.
  @inlinable public static var ece: TCPFlags { TCPFlags(rawValue: 0x40) }
  /// Congestion window reduced.
  @inlinable public static var cwr: TCPFlags { TCPFlags(rawValue: 0x80) }
}
