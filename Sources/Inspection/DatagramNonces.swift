import Packets

/// The nonces of a UDP datagram, whatever its protocol; QUIC, whose packets need more state, is read by `QUICPacket`.
public enum DatagramNonces {
  /// Reads a datagram by its ports where they say what it is, else by its first bytes, which RFC 7983 keeps apart.
  ///
  /// NTP has none: a transmit timestamp is a clock's, of which too many bits can be guessed (RFC 5905 section 6).
  ///
  /// - Parameters:
  ///   - datagram: The payload of a UDP datagram, as far as captured.
  ///   - sourcePort: The sender's port.
  ///   - destinationPort: The receiver's port.
  ///   - body: Receives each value in the order of the message, and what the message does with it.
  /// - Complexity: O(n) in the datagram's length.
  public static func read(
    _ datagram: RawSpan, sourcePort: UInt16, destinationPort: UInt16, _ body: (Nonce, Nonce.Use) -> Void
  ) {
    guard datagram.byteCount > 0 else { return }
    if sourcePort == DNSMessage.port || destinationPort == DNSMessage.port {
      return DNSMessage.nonces(in: datagram, sourcePort: sourcePort, destinationPort: destinationPort, body)
    }
    let isBehindNAT = sourcePort == IKEMessage.natPort || destinationPort == IKEMessage.natPort
    if isBehindNAT || sourcePort == IKEMessage.port || destinationPort == IKEMessage.port {
      return IKEMessage.nonces(in: datagram, hasMarker: isBehindNAT, body)
    }
    switch datagram.uint8(at: 0) {
    case 0...3: STUNMessage.nonces(in: datagram, body)
    case DTLSMessage.handshake: DTLSMessage.nonces(in: datagram, body)
    case UInt8(ascii: "A")...UInt8(ascii: "Z"): SIPMessage.nonces(in: datagram, body)
    default: break
    }
  }

  /// Whether a datagram may be QUIC: between ports that no other protocol here has to itself, with a long header.
  ///
  /// - Parameters:
  ///   - datagram: The payload of a UDP datagram, as far as captured.
  ///   - sourcePort: The sender's port.
  ///   - destinationPort: The receiver's port.
  /// - Returns: Whether to read it with `QUICPacket`.
  public static func mayBeQUIC(_ datagram: RawSpan, sourcePort: UInt16, destinationPort: UInt16) -> Bool {
    guard datagram.byteCount > 0, datagram.uint8(at: 0) & 0x80 != 0 else { return false }
    return !isTaken(sourcePort) && !isTaken(destinationPort)
  }

  private static func isTaken(_ port: UInt16) -> Bool {
    port == DNSMessage.port || port == IKEMessage.port || port == IKEMessage.natPort
  }
}
