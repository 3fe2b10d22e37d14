import Packets

/// The handshake messages of TLS that stand in the clear: their types, and the short ones among them.
///
/// The hellos are `ClientHello` and `ServerHello`.
public enum TLSHandshake {
  /// Bytes of a message's header: type and length (RFC 8446 section 4).
  public static let headerLength = 4

  /// The types of messages that matter here (IANA "TLS HandshakeType").
  public enum MessageType: UInt8, Sendable {
    /// The client begins.
    case clientHello = 1
    /// The server answers; also a HelloRetryRequest.
    case serverHello = 2
    /// The server issues a ticket (RFC 5077); in the clear up to TLS 1.2.
    case newSessionTicket = 4
    /// Part of a full handshake only.
    case certificate = 11
    /// Part of a full handshake only.
    case serverKeyExchange = 12
    /// Part of a full handshake only.
    case serverHelloDone = 14
  }

  /// Reads a NewSessionTicket up to TLS 1.2 (RFC 5077 section 3.3).
  ///
  /// - Parameter body: The message's body.
  /// - Returns: Where the ticket stands; nothing if the bytes are no such message.
  /// - Complexity: O(1).
  public static func newSessionTicket(_ body: RawSpan) -> Range<Int>? {
    var reader = MessageCursor(0..<body.byteCount)
    guard reader.skip(4) != nil, let ticket = reader.vector(2, in: body), reader.isAtEnd else { return nil }
    return ticket
  }
}
