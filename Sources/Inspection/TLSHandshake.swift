import Packets

/// The handshake messages of TLS that stand in the clear and say whether a session goes on with an earlier one.
///
/// Each parser takes the body of one message, without its header of four bytes. What may be secret, or may link two
/// sessions, is given as a range of the body.
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

  /// What a ClientHello offers to go on with.
  public struct ClientHello: Sendable, Equatable {
    /// The session id; empty if none.
    public var sessionID: Range<Int> = 0..<0
    /// The session ticket (extension 35, RFC 5077); empty if none.
    public var ticket: Range<Int> = 0..<0
    /// The first identities of pre-shared keys (extension 41, RFC 8446 section 4.2.11), at most `identityLimit`.
    public var identities: [Range<Int>] = []
    /// Whether data may follow before the server has answered (extension 42).
    public var offersEarlyData = false
  }

  /// What a ServerHello says of it.
  public struct ServerHello: Sendable, Equatable {
    /// Whether the message only asks for another ClientHello (RFC 8446 section 4.1.3).
    public var isRetryRequest = false
    /// Whether TLS 1.3 or later was chosen (extension 43).
    public var isTLS13 = false
    /// The session id; empty if none.
    public var sessionID: Range<Int> = 0..<0
    /// Which of the client's pre-shared keys was chosen (extension 41).
    public var selectedIdentity: Int?
  }

  /// How many identities of a ClientHello are read.
  public static let identityLimit = 4

  /// Reads a ClientHello (RFC 8446 section 4.1.2).
  ///
  /// - Parameter body: The message's body.
  /// - Returns: Nothing if the bytes are no ClientHello.
  /// - Complexity: O(n) in the number of extensions.
  public static func clientHello(_ body: RawSpan) -> ClientHello? {
    var reader = MessageCursor(0..<body.byteCount)
    var hello = ClientHello()
    guard reader.skip(2 + 32) != nil, let sessionID = reader.vector(1, in: body), sessionID.count <= 32,
      let suites = reader.vector(2, in: body), suites.count >= 2, reader.vector(1, in: body) != nil
    else { return nil }
    hello.sessionID = sessionID
    guard !reader.isAtEnd else { return hello }
    guard let extensions = reader.vector(2, in: body) else { return nil }
    var list = MessageCursor(extensions)
    while !list.isAtEnd {
      guard let type = list.integer(2, in: body), let data = list.vector(2, in: body) else { return nil }
      switch type {
      case 35: hello.ticket = data
      case 41: hello.identities = identities(body, data)
      case 42: hello.offersEarlyData = true
      default: break
      }
    }
    return hello
  }

  private static func identities(_ body: RawSpan, _ data: Range<Int>) -> [Range<Int>] {
    var outer = MessageCursor(data)
    guard let list = outer.vector(2, in: body) else { return [] }
    var reader = MessageCursor(list)
    var identities: [Range<Int>] = []
    while identities.count < identityLimit, let identity = reader.vector(2, in: body), reader.skip(4) != nil {
      identities.append(identity)
    }
    return identities
  }

  /// Reads a ServerHello (RFC 8446 section 4.1.3).
  ///
  /// - Parameter body: The message's body.
  /// - Returns: Nothing if the bytes are no ServerHello.
  /// - Complexity: O(n) in the number of extensions.
  public static func serverHello(_ body: RawSpan) -> ServerHello? {
    var reader = MessageCursor(0..<body.byteCount)
    var hello = ServerHello()
    guard reader.skip(2 + 32) != nil, let sessionID = reader.vector(1, in: body), sessionID.count <= 32,
      reader.skip(2 + 1) != nil
    else { return nil }
    hello.sessionID = sessionID
    hello.isRetryRequest = retryRandom.enumerated().allSatisfy { body.uint64BE(at: 2 + 8 * $0.offset) == $0.element }
    guard !reader.isAtEnd else { return hello }
    guard let extensions = reader.vector(2, in: body) else { return nil }
    var list = MessageCursor(extensions)
    while !list.isAtEnd {
      guard let type = list.integer(2, in: body), let data = list.vector(2, in: body) else { return nil }
      var value = MessageCursor(data)
      switch type {
      case 41: hello.selectedIdentity = value.integer(2, in: body)
      case 43: hello.isTLS13 = (value.integer(2, in: body) ?? 0) >= 0x0304
      default: break
      }
    }
    return hello
  }

  /// The random of a HelloRetryRequest: SHA-256 of that name (RFC 8446 section 4.1.3).
  private static let retryRandom: [UInt64] = [
    0xCF21_AD74_E59A_6111, 0xBE1D_8C02_1E65_B891, 0xC2A2_1116_7ABB_8C5E, 0x079E_09E2_C8A8_339C,
  ]

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
