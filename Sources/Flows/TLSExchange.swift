import Cryptography
import Inspection
import Packets

/// Follows a TLS handshake over TCP until each side has shown that it holds the session's keys (methodology 2.4).
///
/// ```
///   client ─ ClientHello ─►
///          ◄─ ServerHello ─ server
///   client ─ encrypted record, acknowledging the ServerHello ─►
///          ◄─ application data, acknowledging that record ─ server
/// ```
/// A server that could not make sense of the client's record answers with an alert, which TLS 1.3 hides in a record of
/// application data: records no longer than that count for neither side. Data that the server sends before the
/// client's record reached it (0.5-RTT) do not acknowledge it. Where the client may have sent data before the server
/// answered (0-RTT), its records show nothing, so that such sessions stay without proof.
struct TLSExchange {
  /// One direction's walk from record to record.
  struct Walk {
    /// Where the next record begins.
    var next: Int
    /// Handshake messages in the clear that are not complete.
    var messages: [UInt8] = []
    /// Whether the sender's records are encrypted (after its ChangeCipherSpec, up to TLS 1.2).
    var isEncrypted = false
    /// From where on the sender's segments acknowledge what they must.
    var acknowledgesFrom: Int?

    /// Notes a piece that acknowledges so many bytes, if they reach the target.
    mutating func note(_ piece: StreamHead.Piece, target: Int?) {
      guard acknowledgesFrom == nil, let target, let acknowledged = piece.acknowledged, acknowledged >= target else {
        return
      }
      acknowledgesFrom = piece.range.lowerBound
    }

    func acknowledges(at offset: Int) -> Bool { acknowledgesFrom.map { offset >= $0 } ?? false }
  }

  private(set) var client: Walk
  private(set) var server: Walk
  /// Where the record of the ServerHello ends.
  private var helloEnd: Int?
  /// Where the client's first encrypted record ends.
  private var proofEnd: Int?
  private var isTLS13 = false
  private var offeredEarlyData = false
  /// Whether the server sent what only a full handshake has.
  private var isFull = false
  private(set) var isComplete = false
  /// Whether no key exchange can be shown any more.
  private(set) var isOver = false

  private var offered = SessionSecrets()
  private var issued = SessionSecrets()
  /// What the server accepted.
  private var resumed = SessionSecrets()

  private let hash: KeyedHash

  /// Makes an exchange whose records begin at these offsets of the two directions.
  init(client: Int, server: Int, hash: KeyedHash) {
    self.hash = hash
    self.client = Walk(next: client)
    self.server = Walk(next: server)
  }

  /// Whether more of the client's bytes may say something.
  var wantsClient: Bool { !isOver && !isComplete && proofEnd == nil }

  /// Bytes of memory that the exchange holds.
  var footprint: Int { client.messages.capacity + server.messages.capacity }

  /// What links the session to others; meaningful once the exchange is complete.
  func tokens(clientIsOriginator: Bool) -> [LinkToken] {
    (issued.list(isIssued: true, clientIsOriginator) + resumed.list(isIssued: false, clientIsOriginator))
      .prefix(StreamFacts.tokenLimit).map(\.self)
  }

  /// Takes what a segment added to one direction.
  ///
  /// - Parameters:
  ///   - piece: What it added.
  ///   - bytes: The direction's bytes so far.
  ///   - fromClient: Whether the client sent it.
  mutating func take(_ piece: StreamHead.Piece, _ bytes: RawSpan, fromClient: Bool) {
    if fromClient { client.note(piece, target: helloEnd) } else { server.note(piece, target: proofEnd) }
    while !isOver, !isComplete, fromClient ? proofEnd == nil : true {
      let start = fromClient ? client.next : server.next
      guard start + TLSRecord.headerLength <= bytes.byteCount else { return }
      guard let record = TLSRecord(bytes, at: start) else {
        isOver = true
        return
      }
      let end = record.end(from: start)
      // A handshake message is read whole; of what is encrypted, enough to be no alert must be there.
      let isPlain = record.type == .handshake && !(fromClient ? client.isEncrypted : server.isEncrypted)
      let needed = isPlain ? end : min(end, start + TLSRecord.headerLength + TLSRecord.alertLength + 1)
      guard needed <= bytes.byteCount else { return }
      if fromClient { client.next = end } else { server.next = end }
      if isPlain {
        let body = bytes.extracting(start + TLSRecord.headerLength..<end)
        if fromClient { readClient(body) } else { readServer(body, recordEnd: end) }
      } else {
        fromClient ? clientRecord(record, start, end) : serverRecord(record, start)
      }
    }
  }

  /// A record of the client that is no handshake message in the clear.
  private mutating func clientRecord(_ record: TLSRecord, _ start: Int, _ end: Int) {
    if record.type == .changeCipherSpec {
      client.isEncrypted = helloEnd != nil
      return
    }
    guard helloEnd != nil, record.type == .applicationData || record.type == .handshake,
      record.length > TLSRecord.alertLength, isTLS13 ? record.type == .applicationData : client.isEncrypted,
      client.acknowledges(at: start)
    else { return }
    // Nobody can tell it from data sent before the server answered.
    if isTLS13, offeredEarlyData { isOver = true } else { proofEnd = end }
  }

  /// A record of the server that is no handshake message in the clear.
  private mutating func serverRecord(_ record: TLSRecord, _ start: Int) {
    if record.type == .changeCipherSpec {
      server.isEncrypted = helloEnd != nil
      if helloEnd != nil, !isTLS13, !isFull { accept() }
      return
    }
    guard proofEnd != nil, record.type == .applicationData, record.length > TLSRecord.alertLength,
      isTLS13 || server.isEncrypted, server.acknowledges(at: start)
    else { return }
    isComplete = true
    client.messages = []
    server.messages = []
    // What a server repeats in a full handshake it did not issue.
    if issued.sessionID == offered.sessionID { issued.sessionID = nil }
  }

  /// The server went on with an earlier session (TLS 1.2).
  private mutating func accept() {
    // With a ticket the id is the client's own choice (RFC 5077 section 3.4).
    if let ticket = offered.ticket {
      resumed.ticket = ticket
    } else if offered.sessionID == issued.sessionID {
      resumed.sessionID = offered.sessionID
    }
    issued.sessionID = nil
  }

  private mutating func readClient(_ body: RawSpan) {
    for (type, message) in client.next(body) {
      guard type == .clientHello, helloEnd == nil else { continue }
      message.withRawSpan { span in
        guard let hello = ClientHello(span) else {
          isOver = true
          return
        }
        offered.sessionID = hash(ofSecret: span.extracting(hello.sessionID))
        offered.ticket = hash(ofSecret: span.extracting(hello.ticket))
        offered.identities = hello.identities(in: span).map { hash(ofSecret: span.extracting($0)) }
        // A second ClientHello no longer offers it, but the data may be on their way.
        if hello.offersEarlyData { offeredEarlyData = true }
      }
    }
  }

  private mutating func readServer(_ body: RawSpan, recordEnd: Int) {
    for (type, message) in server.next(body) {
      switch type {
      case .serverHello:
        guard helloEnd == nil else { break }
        guard let hello = message.withRawSpan({ ServerHello($0) }) else {
          isOver = true
          return
        }
        guard !hello.isRetryRequest else { break }
        helloEnd = recordEnd
        isTLS13 = hello.isTLS13
        if isTLS13 {
          if let index = hello.selectedIdentity, offered.identities.indices.contains(index) {
            resumed.identities = [offered.identities[index]]
          }
        } else {
          issued.sessionID = message.withRawSpan { hash(ofSecret: $0.extracting(hello.sessionID)) }
        }
      case .newSessionTicket:
        issued.ticket = message.withRawSpan { span in
          TLSHandshake.newSessionTicket(span).flatMap { hash(ofSecret: span.extracting($0)) }
        }
      case .certificate, .serverKeyExchange, .serverHelloDone: isFull = true
      case .clientHello: break
      }
    }
  }
}

extension TLSExchange.Walk {
  /// Adds the body of a record and takes the complete messages out that matter; of the others only the types that tell a
  /// full handshake.
  fileprivate mutating func next(_ body: RawSpan) -> [(type: TLSHandshake.MessageType, message: [UInt8])] {
    messages.append(copying: body)
    var found: [(type: TLSHandshake.MessageType, message: [UInt8])] = []
    var start = 0
    while start + TLSHandshake.headerLength <= messages.count {
      let length = Int(messages[start + 1]) << 16 | Int(messages[start + 2]) << 8 | Int(messages[start + 3])
      let end = start + TLSHandshake.headerLength + length
      guard end <= messages.count else { break }
      if let type = TLSHandshake.MessageType(rawValue: messages[start]) {
        let isRead = type == .clientHello || type == .serverHello || type == .newSessionTicket
        found.append((type, isRead ? Array(messages[start + TLSHandshake.headerLength..<end]) : []))
      }
      start = end
    }
    messages.removeFirst(start)
    return found
  }
}

/// The secrets of one session, while it is not known whether they link it to another one.
private struct SessionSecrets {
  var ticket: KeyedHash.Value?
  var sessionID: KeyedHash.Value?
  var identities: [KeyedHash.Value?] = []

  func list(isIssued: Bool, _ clientIsOriginator: Bool) -> [LinkToken] {
    let secrets = [(LinkToken.Kind.ticket, ticket), (.sessionID, sessionID)] + identities.map { (.identity, $0) }
    return secrets.compactMap { kind, secret in
      secret.map {
        LinkToken(kind: kind, hash: $0, isIssued: isIssued, clientIsOriginator: clientIsOriginator)
      }
    }
  }
}

extension KeyedHash {
  /// Bytes that a secret must have at least, so that nobody has it by chance.
  private static let minimumLength = 16

  /// The hash of a secret; nothing if it is too short to be one.
  fileprivate func callAsFunction(ofSecret secret: RawSpan) -> Value? {
    secret.byteCount < Self.minimumLength ? nil : self([UInt8](copying: secret))
  }
}
