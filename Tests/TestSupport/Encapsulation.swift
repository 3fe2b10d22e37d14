public import Packets

/// The ways in which a packet is put inside another.
public enum Encapsulation: Sendable, CaseIterable {
  /// IP in IP: protocol 4 or 41 by the inner packet.
  case ip
  /// GRE with an IP packet.
  case gre
  /// GRE with checksum, key and sequence number.
  case keyedGRE
  /// GRE with an Ethernet frame.
  case ethernetGRE
  /// ERSPAN type I.
  case erspan1
  /// ERSPAN type II.
  case erspan2
  /// ERSPAN type III with its platform-specific part.
  case erspan3
  /// VXLAN.
  case vxlan
  /// VXLAN on Linux's port.
  case vxlanOfLinux
  /// Geneve with an Ethernet frame and an option.
  case geneve
  /// Geneve with an IP packet.
  case bareGeneve
  /// GTP-U.
  case gtp
  /// GTP-U with a sequence number and an extension header.
  case extendedGTP
  /// Teredo; the inner packet must be IPv6.
  case teredo
  /// Teredo behind authentication and origin indications.
  case indicatedTeredo

  /// What the header of such a tunnel says.
  ///
  /// - Parameters:
  ///   - identifier: The key, network or session.
  ///   - isIPv4: Whether the inner packet is IPv4.
  /// - Returns: The header.
  public func header(identifier: UInt32, isIPv4: Bool) -> TunnelHeader {
    switch self {
    case .ip: TunnelHeader(isIPv4 ? .ipv4 : .ipv6)
    case .gre, .ethernetGRE: TunnelHeader(.gre)
    case .keyedGRE: TunnelHeader(.keyedGRE, identifier: identifier)
    case .erspan1: TunnelHeader(.erspan)
    case .erspan2, .erspan3: TunnelHeader(.erspan, identifier: identifier)
    case .vxlan, .vxlanOfLinux: TunnelHeader(.vxlan, identifier: identifier)
    case .geneve, .bareGeneve: TunnelHeader(.geneve, identifier: identifier)
    case .gtp, .extendedGTP: TunnelHeader(.gtp)
    case .teredo, .indicatedTeredo: TunnelHeader(.teredo)
    }
  }

  /// Whether only IPv6 packets go inside.
  public var takesIPv6Only: Bool { self == .teredo || self == .indicatedTeredo }

  /// Puts a frame inside a packet.
  ///
  /// - Parameters:
  ///   - frame: An Ethernet frame without tags that carries IP.
  ///   - source: The end that it leaves.
  ///   - destination: The end that it is for.
  ///   - identifier: The key, network or session; at most 10 bits for ERSPAN, 24 for VXLAN and Geneve.
  /// - Returns: The outer packet, to be edited or to be asked for its bytes.
  public func wrap(
    _ frame: [UInt8], from source: IPAddress, to destination: IPAddress, identifier: UInt32 = 0
  ) -> FrameBuilder {
    let packet = Array(frame.dropFirst(14))
    let type = Array(frame[12..<14])
    let isIPv4 = type == [8, 0]
    func build(_ transport: FrameBuilder.Transport, port: UInt16 = 0, _ payload: [UInt8]) -> FrameBuilder {
      FrameBuilder(
        from: Endpoint(address: source, port: port == 0 ? 0 : 50_000), to: Endpoint(address: destination, port: port),
        transport: transport, payload: payload)
    }
    func gre(_ payload: [UInt8]) -> FrameBuilder { build(.other(.gre), payload) }
    let number = TestSupport.bytes(of: identifier)
    switch self {
    case .ip: return build(.other(isIPv4 ? .ipv4 : .ipv6), packet)
    case .gre: return gre([0, 0] + type + packet)
    case .keyedGRE: return gre([0xB0, 0] + type + [0, 0, 0, 0] + number + [0, 0, 0, 9] + packet)
    case .ethernetGRE: return gre([0, 0, 0x65, 0x58] + frame)
    case .erspan1: return gre([0, 0, 0x88, 0xBE] + frame)
    case .erspan2: return gre([0x10, 0, 0x88, 0xBE, 0, 0, 0, 1, 0x10, 0] + number[2...] + [0, 0, 0, 0] + frame)
    case .erspan3:
      return gre(
        [0x10, 0, 0x22, 0xEB, 0, 0, 0, 1, 0x20, 0] + number[2...] + [0, 0, 0, 0, 0, 0, 0, 1]
          + [UInt8](repeating: 0, count: 8) + frame)
    case .vxlan: return build(.udp, port: 4789, [8, 0, 0, 0] + number[1...] + [0] + frame)
    case .vxlanOfLinux: return build(.udp, port: 8472, [8, 0, 0, 0] + number[1...] + [0] + frame)
    case .geneve:
      return build(.udp, port: 6081, [1, 0, 0x65, 0x58] + number[1...] + [0, 1, 2, 3, 0] + frame)
    case .bareGeneve: return build(.udp, port: 6081, [0, 0] + type + number[1...] + [0] + packet)
    case .gtp:
      return build(.udp, port: 2152, [0x30, 255] + TestSupport.bytes(of: UInt16(packet.count)) + number + packet)
    case .extendedGTP:
      let rest: [UInt8] = [0, 1, 0, 0x85, 1, 0x10, 9, 0]
      return build(
        .udp, port: 2152,
        [0x36, 255] + TestSupport.bytes(of: UInt16(packet.count + rest.count)) + number + rest + packet)
    case .teredo: return build(.udp, port: 3544, packet)
    case .indicatedTeredo:
      let authentication: [UInt8] = [0, 1, 2, 3, 1, 1, 2, 2, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0]
      return build(.udp, port: 3544, authentication + [0, 0, 0xBE, 0xEF, 0x3A, 0x3A, 0x3A, 0x3A] + packet)
    }
  }
}

extension [TimedFrame] {
  /// The same frames inside a tunnel.
  ///
  /// - Parameters:
  ///   - kind: How they are wrapped.
  ///   - near: The inner addresses behind the first end.
  ///   - end: The first end's address.
  ///   - other: The other end's address.
  ///   - identifier: The key, network or session.
  ///   - edit: Changes an outer packet before it is built.
  /// - Returns: Ethernet frames at the same times.
  public func inside(
    _ kind: Encapsulation, behind near: [IPAddress], _ end: IPAddress, _ other: IPAddress, identifier: UInt32 = 0,
    edit: (inout FrameBuilder) -> Void = { _ in }
  ) -> [TimedFrame] {
    map { frame in
      let isNear = frame.packet().map { near.contains($0.source) } ?? true
      var outer = kind.wrap(
        frame.bytes, from: isNear ? end : other, to: isNear ? other : end, identifier: identifier)
      edit(&outer)
      return TimedFrame(frame.timestamp, outer.bytes)
    }
  }
}
