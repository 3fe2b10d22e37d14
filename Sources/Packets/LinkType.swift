/// The link-layer header type of a capture interface, by its LINKTYPE number (https://www.tcpdump.org/linktypes.html).
@frozen
public struct LinkType: RawRepresentable, Hashable, Sendable, BitwiseCopyable {
  /// The LINKTYPE number as it stands in the capture file.
  public let rawValue: UInt16

  /// Makes a link type from its number.
  ///
  /// - Parameter rawValue: The LINKTYPE number.
  @inlinable
  public init(rawValue: UInt16) { self.rawValue = rawValue }

  /// BSD loopback: a 4-byte address family in the byte order of the capturing machine.
  public static let null = LinkType(rawValue: 0)
  /// Ethernet.
  public static let ethernet = LinkType(rawValue: 1)
  /// PPP, with or without an HDLC header.
  public static let ppp = LinkType(rawValue: 9)
  /// Raw IP as some systems number it (DLT_RAW of most platforms).
  public static let rawDLT = LinkType(rawValue: 12)
  /// Raw IP as OpenBSD numbers it.
  public static let rawOpenBSD = LinkType(rawValue: 14)
  /// PPP in HDLC-like framing (RFC 1662).
  public static let pppHDLC = LinkType(rawValue: 50)
  /// Raw IP: starts with an IPv4 or IPv6 header.
  public static let raw = LinkType(rawValue: 101)
  /// Cisco PPP with HDLC framing: address, control, EtherType.
  public static let cHDLC = LinkType(rawValue: 104)
  /// OpenBSD loopback: a 4-byte address family in network byte order.
  public static let loop = LinkType(rawValue: 108)
  /// Linux "cooked" capture, version 1.
  public static let linuxSLL = LinkType(rawValue: 113)
  /// Raw IPv4.
  public static let ipv4 = LinkType(rawValue: 228)
  /// Raw IPv6.
  public static let ipv6 = LinkType(rawValue: 229)
  /// Linux "cooked" capture, version 2.
  public static let linuxSLL2 = LinkType(rawValue: 276)
}
