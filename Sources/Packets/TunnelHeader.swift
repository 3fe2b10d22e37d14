/// What a tunnel's header says of the tunnel: with the outer addresses, which tunnel a packet was seen in.
@frozen
public struct TunnelHeader: Hashable, Sendable, BitwiseCopyable {
  /// How packets are wrapped.
  @frozen
  public enum Kind: UInt8, Sendable, CaseIterable {
    /// IPv4 inside IP: protocol 4 (RFC 2003, RFC 2473).
    case ipv4
    /// IPv6 inside IP: protocol 41 (RFC 2473, RFC 4213).
    case ipv6
    /// GRE (RFC 2784).
    case gre
    /// GRE with a key (RFC 2890).
    case keyedGRE
    /// Mirrored frames in GRE: ERSPAN types I, II and III (draft-foschiano-erspan).
    case erspan
    /// VXLAN (RFC 7348).
    case vxlan
    /// Geneve (RFC 8926).
    case geneve
    /// GTP-U (3GPP TS 29.281).
    case gtp
    /// Teredo (RFC 4380).
    case teredo
  }

  /// How packets are wrapped.
  public var kind: Kind
  /// The GRE key, the VXLAN or Geneve network identifier, the ERSPAN session; else 0.
  ///
  /// Not GTP-U's TEID, which is another one each way.
  public var identifier: UInt32

  /// Whether outer addresses and header tell one tunnel from another.
  ///
  /// Those of GTP-U do not: the TEIDs of the two ways belong together by signalling that is not decoded.
  @inlinable
  public var isExact: Bool { kind != .gtp }

  /// Makes a header.
  ///
  /// - Parameters:
  ///   - kind: How packets are wrapped.
  ///   - identifier: Which of the tunnels between the same ends.
  @inlinable
  public init(_ kind: Kind, identifier: UInt32 = 0) {
    self.kind = kind
    self.identifier = identifier
  }
}

/// The UDP ports of tunnels (IANA "Service Name and Transport Protocol Port Number Registry").
enum TunnelPorts {
  static let gtp: UInt16 = 2152
  static let teredo: UInt16 = 3544
  static let vxlan: UInt16 = 4789
  static let geneve: UInt16 = 6081
  /// VXLAN before IANA gave it a port; Linux's default still.
  static let vxlanOfLinux: UInt16 = 8472

  /// Whether a datagram between two ports may hold a packet.
  @inline(__always)
  static func mayHold(_ source: UInt16, _ destination: UInt16) -> Bool {
    let places = sieve >> place(of: source) | sieve >> place(of: destination)
    return places & 1 == 1 && kind(source, destination) != nil
  }

  /// The places of all ports, one bit each: nearly every datagram is told by two shifts.
  @inline(__always)
  private static var sieve: UInt64 {
    1 << place(of: gtp) | 1 << place(of: teredo) | 1 << place(of: vxlan) | 1 << place(of: geneve)
      | 1 << place(of: vxlanOfLinux)
  }

  /// One of 64 places for each port, with which the ports of common services do not share theirs.
  @inline(__always)
  private static func place(of port: UInt16) -> UInt64 { UInt64(port >> 3 & 63) }

  /// The tunnel of a datagram by its ports; answers may come from the port of the request.
  static func kind(_ source: UInt16, _ destination: UInt16) -> TunnelHeader.Kind? {
    kind(destination) ?? kind(source)
  }

  private static func kind(_ port: UInt16) -> TunnelHeader.Kind? {
    switch port {
    case vxlan, vxlanOfLinux: .vxlan
    case geneve: .geneve
    case gtp: .gtp
    case teredo: .teredo
    default: nil
    }
  }
}
