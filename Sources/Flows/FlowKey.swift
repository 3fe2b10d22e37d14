import Packets

/// What makes packets one flow: both whole endpoints in either order, the protocol, the VLAN tags, the scope.
///
/// ```
///   one packet    source ──► destination      of the frame
///   one flow      {source, destination}       as a set, unless the message has no counterpart (one-way ICMP)
/// ```
struct FlowKey: BitwiseCopyable {
  var source: Endpoint
  var destination: Endpoint
  var vlan: VLANTags
  var ipProtocol: IPProtocol
  /// Whether only packets of the same direction belong to the flow: ICMP messages that have no counterpart.
  var isOneWay: Bool
  /// Where the packet was seen; a number of the `ScopeTable`.
  var scope: UInt32

  /// A hash that is the same for both directions; keyed, so that nobody can aim at one bucket of a live table.
  @inline(__always)
  func hash(seed: UInt64) -> UInt32 {
    let a = Self.mix(source, seed)
    let b = Self.mix(destination, seed)
    // Each in bits of its own: scopes are fewer than 2^16.
    let rest =
      UInt64(scope) << 48 | UInt64(vlan.outer) << 32 | UInt64(vlan.inner) << 16 | UInt64(ipProtocol.rawValue)
    // Sum and exclusive-or do not depend on which endpoint is which.
    let folded = UInt64.fold((a &+ b) ^ seed, (a ^ b) &+ (rest ^ 0x9E37_79B9_7F4A_7C15))
    return UInt32(truncatingIfNeeded: folded ^ (folded >> 32))
  }

  /// The port is multiplied by a number that is not known outside, so that no address makes up for another port.
  @inline(__always)
  private static func mix(_ endpoint: Endpoint, _ seed: UInt64) -> UInt64 {
    let port = UInt64(endpoint.port) &* (seed | 1)
    return UInt64.fold(endpoint.address.high ^ port ^ 0xE703_7ED1_A0B4_28DB, endpoint.address.low ^ seed)
  }
}

extension FlowKey {
  /// The key of a packet; ICMP types stand for ports, so that a request and its reply are one flow, as in Zeek.
  @inline(__always)
  init(_ packet: borrowing Packet, scope: UInt32) {
    var (sourcePort, destinationPort) = (packet.sourcePort, packet.destinationPort)
    isOneWay = false
    // Told by a bit, for which of both it is cannot be foretold.
    let withPorts = UInt64(1) << UInt64(IPProtocol.tcp.rawValue) | UInt64(1) << UInt64(IPProtocol.udp.rawValue)
    if withPorts >> UInt64(packet.ipProtocol.rawValue) & 1 == 0 {
      (sourcePort, destinationPort, isOneWay) = Self.ports(packet.ipProtocol, sourcePort, destinationPort)
    }
    source = Endpoint(address: packet.source, port: sourcePort)
    destination = Endpoint(address: packet.destination, port: destinationPort)
    vlan = packet.vlan
    ipProtocol = packet.ipProtocol
    self.scope = scope
  }

  /// What stands for ports in the key of a packet that is no segment and no datagram.
  @inline(never)
  private static func ports(
    _ ipProtocol: IPProtocol, _ source: UInt16, _ destination: UInt16
  ) -> (source: UInt16, destination: UInt16, isOneWay: Bool) {
    switch ipProtocol {
    case .sctp: return (source, destination, false)
    case .icmp, .icmpv6:
      guard let counterpart = ICMPCounterpart.of(ipProtocol, type: source) else { return (source, destination, true) }
      return (source, counterpart, false)
    default:
      // Every other protocol is keyed on the addresses alone, as in Zeek.
      return (0, 0, false)
    }
  }
}

/// ICMP messages that answer each other (RFC 792, 950, 1256; RFC 4443, 4861, 2710, 4620, 6275): the pairs of the Community
/// ID specification, which are Zeek's.
enum ICMPCounterpart {
  /// The type that answers, or is answered by, a type; nothing for messages that have no counterpart.
  static func of(_ ipProtocol: IPProtocol, type: UInt16) -> UInt16? {
    if ipProtocol == .icmp {
      switch type {
      case 8: 0
      case 0: 8
      case 13: 14
      case 14: 13
      case 15: 16
      case 16: 15
      case 10: 9
      case 9: 10
      case 17: 18
      case 18: 17
      default: nil
      }
    } else {
      switch type {
      case 128: 129
      case 129: 128
      case 133: 134
      case 134: 133
      case 135: 136
      case 136: 135
      case 130: 131
      case 131: 130
      case 139: 140
      case 140: 139
      case 144: 145
      case 145: 144
      default: nil
      }
    }
  }
}

extension UInt64 {
  /// Both halves of a product in one number: a step of a hash.
  @inline(__always)
  static func fold(_ a: UInt64, _ b: UInt64) -> UInt64 {
    let product = a.multipliedFullWidth(by: b)
    return product.high ^ product.low
  }
}
