/// Where syslog messages go.
package enum SyslogTarget: Sendable, Equatable {
  /// Datagrams (RFC 5426).
  case udp(host: String, port: UInt16)
  /// A stream in which each message stands behind its length (RFC 6587, octet counting).
  case tcp(host: String, port: UInt16)
  /// The datagram socket of the machine's own daemon.
  case unix(path: String)

  /// Reads `udp://HOST:PORT`, `tcp://HOST:PORT` or `unix:/PATH`.
  ///
  /// - Parameter text: The text; nothing comes of any other.
  package init?(_ text: String) {
    if text.hasPrefix("unix:") {
      let path = String(text.dropFirst(text.hasPrefix("unix:///") ? 7 : 5))
      // sockaddr_un holds 107 bytes and a zero.
      guard path.hasPrefix("/"), path.utf8.count < 108, !path.utf8.contains(0) else { return nil }
      self = .unix(path: path)
      return
    }
    guard let place = NetworkPlace(String(text.dropFirst(6))) else { return nil }
    switch text.prefix(6) {
    case "udp://": self = .udp(host: place.host, port: place.port)
    case "tcp://": self = .tcp(host: place.host, port: place.port)
    default: return nil
    }
  }
}

/// A host and a port.
package struct NetworkPlace: Sendable, Equatable {
  /// A name or an address, without brackets.
  package let host: String
  /// The port; not 0.
  package let port: UInt16

  /// Reads `HOST:PORT` or `[ADDRESS]:PORT`.
  ///
  /// - Parameter text: The text; nothing comes of any other.
  package init?(_ text: String) {
    guard let colon = text.lastIndex(of: ":"), let port = UInt16(text[text.index(after: colon)...]), port > 0 else {
      return nil
    }
    var host = text[..<colon]
    if host.hasPrefix("["), host.hasSuffix("]") {
      host = host.dropFirst().dropLast()
    } else if host.contains(":") {
      return nil
    }
    guard !host.isEmpty, host.utf8.allSatisfy({ (0x21...0x7E).contains($0) && $0 != UInt8(ascii: "/") }) else {
      return nil
    }
    self.host = String(host)
    self.port = port
  }
}
