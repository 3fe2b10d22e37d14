import Packets

/// What a client and a SOCKS proxy said before the proxy began to forward, versions 4, 4A and 5 (RFC 1928, RFC 1929).
///
/// A stream begins so with two or three bytes that others have too: only a whole request that the other side answers in
/// kind, or that has nothing behind it and no answer, is one.
struct SOCKSSession {
  /// How the client shows who it is (RFC 1928 section 3).
  private enum Method: Int {
    case none = 0
    case gssapi = 1
    case password = 2
    case refused = 0xFF
  }

  /// The version of the protocol.
  let version: Int
  /// The user whom the client named.
  private(set) var user: String?
  /// Whether a password was sent.
  private(set) var hasPassword = false
  /// Whether user and password were accepted; nothing if that is not seen.
  private(set) var isAccepted: Bool?
  /// What was asked for.
  private(set) var request: SOCKSMessage?
  /// What the proxy answered.
  private(set) var answer: SOCKSMessage?
  private var asking: MessageCursor
  private var answering: MessageCursor

  /// Where the client's part ends.
  var clientEnd: Int { asking.offset }
  /// Where the proxy's part ends.
  var serverEnd: Int { answering.offset }

  /// Whether the proxy did what it was asked for.
  var isGranted: Bool { answer?.code == (version == 4 ? SOCKSMessage.granted4 : SOCKSMessage.granted5) }

  /// Reads what both sides said; nothing if it is surely none, or that is in doubt.
  ///
  /// - Complexity: O(1): messages have at most 520 bytes.
  init?(client: RawSpan, server: RawSpan) {
    guard client.byteCount > 1 else { return nil }
    version = Int(client.uint8(at: 0))
    asking = MessageCursor(0..<client.byteCount)
    answering = MessageCursor(0..<server.byteCount)
    let isRead =
      switch version {
      case 4: readVersion4(client, server)
      case 5: readVersion5(client, server)
      default: false
      }
    // A client does not go on before it was granted what it asked for.
    guard isRead, isGranted || asking.isAtEnd else { return nil }
  }

  private mutating func readVersion4(_ client: RawSpan, _ server: RawSpan) -> Bool {
    guard let request = SOCKSMessage(version4: &asking, in: client), request.port > 0 else { return false }
    answer = SOCKSMessage(answer4: &answering, in: server)
    self.request = request
    user = request.user
    return answer != nil || server.byteCount == 0
  }

  private mutating func readVersion5(_ client: RawSpan, _ server: RawSpan) -> Bool {
    guard asking.skip(1) != nil, let methods = asking.vector(1, in: client), !methods.isEmpty else { return false }
    let offered = methods.map { Int(client.uint8(at: $0)) }
    guard Set(offered).count == offered.count else { return false }
    var method: Method?
    if !answering.isAtEnd {
      guard answering.integer(1, in: server) == 5, let chosen = answering.integer(1, in: server) else { return false }
      method = Method(rawValue: chosen)
      guard let method, method == .refused || offered.contains(chosen) else { return false }
    }
    // Without the proxy's choice the client's next byte tells it: 1 of RFC 1929, or 5 of a request.
    if method == .password || method == nil && asking.rest.first.map({ client.uint8(at: $0) }) == 1 {
      guard readPassword(client, server) else { return false }
    }
    switch method {
    case .refused: return asking.isAtEnd && answering.isAtEnd
    case .gssapi: return false
    case .none?, .password, nil: break
    }
    // A choice without a request must be all that both sides said.
    guard !asking.isAtEnd else { return method != nil && answering.isAtEnd }
    guard isAccepted != false, let request = SOCKSMessage(request5: &asking, in: client) else { return false }
    self.request = request
    guard !answering.isAtEnd else { return true }
    answer = SOCKSMessage(answer5: &answering, in: server)
    return answer != nil
  }

  /// Reads user and password (RFC 1929); whether that is what stands there, or nothing does.
  private mutating func readPassword(_ client: RawSpan, _ server: RawSpan) -> Bool {
    guard !asking.isAtEnd else { return true }
    guard asking.integer(1, in: client) == 1, let user = asking.vector(1, in: client),
      let password = asking.vector(1, in: client)
    else { return false }
    self.user = client.text(user)
    hasPassword = !password.isEmpty
    guard !answering.isAtEnd else { return true }
    guard answering.integer(1, in: server) == 1, let status = answering.integer(1, in: server) else { return false }
    isAccepted = status == 0
    return true
  }
}
