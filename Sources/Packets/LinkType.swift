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
  @inlinable public static var null: LinkType { LinkType(rawValue: 0) }
  /// Ethernet.
  @inlinable public static var ethernet: LinkType { LinkType(rawValue: 1) }
  /// PPP, with or without an HDLC header.
  @inlinable public static var ppp: LinkType { LinkType(rawValue: 9) }
  /// Raw IP as some systems number it (DLT_RAW of most platforms).
  @inlinable public static var rawDLT: LinkType { LinkType(rawValue: 12) }
  /// Raw IP as OpenBSD numbers it.
  @inlinable public static var rawOpenBSD: LinkType { LinkType(rawValue: 14) }
  /// PPP in HDLC-like framing (RFC 1662).
  @inlinable public static var pppHDLC: LinkType { LinkType(rawValue: 50) }
  /// Raw IP: starts with an IPv4 or IPv6 header.
  @inlinable public static var raw: LinkType { LinkType(rawValue: 101) }
  /// Cisco PPP with HDLC framing: address, control, EtherType.
  @inlinable public static var cHDLC: LinkType { LinkType(rawValue: 104) }
  /// OpenBSD loopback: a 4-byte address family in network byte order.
  @inlinable public static var loop: LinkType { LinkType(rawValue: 108) }
  /// Linux "cooked" capture, version 1.
  @inlinable public static var linuxSLL: LinkType { LinkType(rawValue: 113) }
  /// Raw IPv4.
  @inlinable public static var ipv4: LinkType { LinkType(rawValue: 228) }
  /// Raw IPv6.
  @inlinable public static var ipv6: LinkType { LinkType(rawValue: 229) }
  /// Linux "cooked" capture, version 2.
  @inlinable public static var linuxSLL2: LinkType { LinkType(rawValue: 276) }
}
