public import Packets

/// Builds the bytes of one frame, from link header to payload, with right lengths and checksums.
///
/// Set what matters, then ask for `bytes`:
///
///     var frame = FrameBuilder(from: client, to: server)   // Ethernet, IPv4 or IPv6 by the address, TCP ACK
///     frame.tcp.flags = [.syn]
///     frame.vlanTags = [100]
///     frame.bytes
///
/// The `override…` properties put a wrong value into a field that is computed otherwise; for anything else, edit the bytes.
public struct FrameBuilder: Sendable {
  /// How the IP packet is framed.
  public enum Link: Sendable, CaseIterable {
    /// Ethernet II.
    case ethernet
    /// 802.3 length, LLC, SNAP.
    case ethernetSNAP
    /// LINKTYPE_LINUX_SLL.
    case linuxSLL
    /// LINKTYPE_LINUX_SLL2.
    case linuxSLL2
    /// No link header.
    case raw
    /// BSD loopback, family least significant byte first.
    case null
    /// OpenBSD loopback.
    case loop
    /// PPP with FF 03.
    case ppp
    /// PPP without FF 03, protocol in one byte.
    case pppCompressed
    /// PPP in HDLC-like framing.
    case pppHDLC
    /// Cisco HDLC.
    case cHDLC

    /// The link type of such a frame.
    public var linkType: LinkType {
      switch self {
      case .ethernet, .ethernetSNAP: .ethernet
      case .linuxSLL: .linuxSLL
      case .linuxSLL2: .linuxSLL2
      case .raw: .raw
      case .null: .null
      case .loop: .loop
      case .ppp, .pppCompressed: .ppp
      case .pppHDLC: .pppHDLC
      case .cHDLC: .cHDLC
      }
    }
  }

  /// The transport header.
  public enum Transport: Sendable {
    /// TCP with the fields of `tcp`.
    case tcp
    /// UDP.
    case udp
    /// ICMP or ICMPv6 by the address family.
    ///
    /// The four bytes after the checksum are `identifier` and `sequence`.
    case icmp(type: UInt8, code: UInt8, identifier: UInt16 = 0, sequence: UInt16 = 0)
    /// SCTP's common header.
    case sctp(verificationTag: UInt32)
    /// Any other protocol: the payload follows the IP header.
    case other(IPProtocol)
  }

  /// The fields of a TCP header.
  public struct TCP: Sendable {
    /// Sequence number.
    public var sequence: UInt32 = 0
    /// Acknowledgement number.
    public var acknowledgement: UInt32 = 0
    /// The flags.
    public var flags: TCPFlags = [.ack]
    /// The window.
    public var window: UInt16 = 65_535
    /// The options as bytes, padded to a multiple of four with end-of-list bytes; `TCPOption` makes them.
    public var options: [UInt8] = []
    /// The data offset in 4-byte words, if not what the options make it.
    public var overrideDataOffset: UInt8?
  }

  /// An IPv6 extension header.
  public struct ExtensionHeader: Sendable {
    /// Its number, which the header before it announces.
    public var number: UInt8
    /// Its bytes; the first is overwritten with the number of the next header.
    public var bytes: [UInt8]

    /// Makes an extension header.
    ///
    /// - Parameters:
    ///   - number: Its number.
    ///   - bytes: Its bytes, the first to be overwritten.
    public init(number: UInt8, bytes: [UInt8]) {
      self.number = number
      self.bytes = bytes
    }

    /// A fragment header (RFC 8200 section 4.5).
    ///
    /// - Parameters:
    ///   - offset: Offset in units of 8 bytes.
    ///   - more: Whether more fragments follow.
    /// - Returns: The header.
    public static func fragment(offset: UInt16, more: Bool) -> ExtensionHeader {
      let field = offset << 3 | (more ? 1 : 0)
      return ExtensionHeader(number: 44, bytes: [0, 0, UInt8(field >> 8), UInt8(field & 0xFF), 0xDE, 0xAD, 0xBE, 0xEF])
    }
  }

  /// The sender; its address decides the IP version.
  public var source: Endpoint
  /// The receiver.
  public var destination: Endpoint
  /// How the packet is framed.
  public var link = Link.ethernet
  /// VLAN identifiers, outermost first; Ethernet and cooked frames only.
  public var vlanTags: [UInt16] = []
  /// The EtherType of every tag but the innermost, which is 802.1Q.
  public var outerTagType: UInt16 = 0x88A8
  /// The transport header.
  public var transport = Transport.tcp
  /// The TCP header, with `transport` TCP.
  public var tcp = TCP()
  /// The payload.
  public var payload: [UInt8] = []
  /// IPv4 TTL or IPv6 hop limit.
  public var timeToLive: UInt8 = 64
  /// IPv4 identification.
  public var identification: UInt16 = 0
  /// IPv4 options as bytes, padded to a multiple of four.
  public var ipOptions: [UInt8] = []
  /// IPv4 flags and fragment offset: 0x4000 DF, 0x2000 MF, low 13 bits the offset in units of 8 bytes.
  public var fragmentField: UInt16 = 0x4000
  /// IPv6 extension headers in order.
  public var extensionHeaders: [ExtensionHeader] = []
  /// Whether an Ethernet frame is padded with zeros to 60 bytes.
  public var padsToMinimum = false
  /// IPv4 total length or IPv6 payload length, if not the right one.
  public var overrideIPLength: UInt16?
  /// UDP length, if not the right one.
  public var overrideUDPLength: UInt16?
  /// IPv4 header checksum, if not the right one.
  public var overrideIPChecksum: UInt16?
  /// Transport checksum (for SCTP repeated in both halves), if not the right one.
  public var overrideTransportChecksum: UInt16?

  /// Makes a TCP segment with the ACK flag and nothing else in it.
  ///
  /// - Parameters:
  ///   - source: The sender.
  ///   - destination: The receiver.
  ///   - transport: The transport header.
  ///   - payload: The payload.
  public init(
    from source: Endpoint, to destination: Endpoint, transport: Transport = .tcp, payload: [UInt8] = []
  ) {
    self.source = source
    self.destination = destination
    self.transport = transport
    self.payload = payload
  }

  /// The link type of the frame.
  public var linkType: LinkType { link.linkType }
}

/// Makes the bytes of TCP options.
public enum TCPOption {
  /// Maximum segment size (RFC 9293).
  ///
  /// - Parameter size: Bytes.
  /// - Returns: The option.
  public static func maximumSegmentSize(_ size: UInt16) -> [UInt8] { [2, 4] + bytes(of: size) }

  /// Window scale (RFC 7323).
  ///
  /// - Parameter shift: The shift.
  /// - Returns: The option.
  public static func windowScale(_ shift: UInt8) -> [UInt8] { [3, 3, shift] }

  /// SACK permitted (RFC 2018).
  public static let sackPermitted: [UInt8] = [4, 2]

  /// Timestamps (RFC 7323).
  ///
  /// - Parameters:
  ///   - value: TSval.
  ///   - echo: TSecr.
  /// - Returns: The option.
  public static func timestamps(value: UInt32, echo: UInt32) -> [UInt8] {
    [8, 10] + bytes(of: value) + bytes(of: echo)
  }

  /// No operation.
  public static let noOperation: [UInt8] = [1]
}

/// The bytes of an integer.
///
/// - Parameters:
///   - value: The integer.
///   - order: The byte order; network order if not said otherwise.
/// - Returns: The bytes.
public func bytes<T: FixedWidthInteger>(of value: T, _ order: ByteOrder = .big) -> [UInt8] {
  (0..<T.bitWidth / 8).map { index in
    UInt8(truncatingIfNeeded: value >> T(8 * (order == .little ? index : T.bitWidth / 8 - 1 - index)))
  }
}

/// Byte order of multi-byte integers.
public enum ByteOrder: Sendable, CaseIterable {
  /// Least significant byte first.
  case little
  /// Most significant byte first.
  case big
}
