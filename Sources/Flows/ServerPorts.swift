import Packets

/// Ports on which services are usually offered: Zeek's `likely_server_ports` with its default scripts (version 8).
///
/// They only decide whom to call originator when no SYN says it; a record so made says `OriginatorBasis.hint`, and no
/// verdict rests on it (methodology T1).
enum ServerPorts {
  /// Whether the sender of a flow's first packet is taken for the responder.
  static func flips(_ key: FlowKey, flags: TCPFlags) -> Bool {
    // A broadcast address cannot have sent the first packet.
    guard !(key.destination.address.isIPv4 && key.destination.address.v4 == .max) else { return false }
    switch key.ipProtocol {
    case .udp:
      return isLikelyUDP(key.source.port) && !isLikelyUDP(key.destination.port)
    case .tcp:
      guard !flags.contains(.syn) || flags.contains(.ack), isLikelyTCP(key.source.port) else { return false }
      guard isLikelyTCP(key.destination.port) else { return true }
      // Both may be servers: the lower port is, but a SYN-ACK is left alone, it may belong to a scan.
      return !flags.contains(.syn) && key.source.port < key.destination.port
    default:
      return false
    }
  }

  /// Whether a packet is a datagram as a service returns it to whoever it takes for the asker, and as attacks by reflection
  /// make it: from the port of DNS, NTP, SNMP, CLDAP, SSDP or memcached to one that offers no service.
  ///
  /// Without a request in the capture it is backscatter (methodology 2.5).
  static func isReflected(_ packet: Packet) -> Bool {
    guard packet.ipProtocol == .udp, packet.destinationPort >= 1_024 else { return false }
    return switch packet.sourcePort {
    case 53, 123, 161, 389, 1_900, 11_211: !isLikelyUDP(packet.destinationPort)
    default: false
    }
  }

  static func isLikelyTCP(_ port: UInt16) -> Bool {
    switch port {
    case 21, 22, 25, 53, 79, 80, 81, 88, 135, 139, 143, 443, 445, 502, 563, 585, 587, 614, 631, 636, 989, 990,
      992, 993, 995, 1080, 1434, 1883, 2811, 3128, 3306, 3389, 5222, 5223, 5269, 5432, 6666...6669, 8000,
      8080, 8888, 20000:
      true
    default: false
    }
  }

  static func isLikelyUDP(_ port: UInt16) -> Bool {
    switch port {
    case 53, 67, 88, 123, 137, 161, 162, 389, 443, 514, 784, 853, 1812, 2123, 2152, 3389, 3544, 4789, 5060, 5072, 5353,
      5355, 6081, 20000:
      true
    default: false
    }
  }
}
