import Packets

/// Reads TLS, and SSL before it, from its first message on.
enum TLSReader {
  @Sendable static func read(client: RawSpan, server: RawSpan, _ collector: inout FactCollector) -> StreamReading {
    if let hello = SSL2Hello(client) {
      // What answers may be SSL 2, or a later version that the old framing asked for.
      if hello.version == 2 { collector.recognise(.ssl) }
      let session = TLSSession(.tcp, client: TLSDirection(), server: TLSDirection(server))
      if hello.version > 2 || session.server.serverHello != nil { session.note(&collector) }
      return .recognised
    }
    // Where the client's beginning is missing, its bytes are none, or a later record.
    let mayAnswer = client.byteCount == 0 || TLSRecord(client, at: 0) != nil
    guard TLSRecord(client, at: 0)?.type == .handshake || mayAnswer && TLSRecord(server, at: 0)?.type == .handshake
    else { return .other }
    let session = TLSSession(.tcp, client: TLSDirection(client), server: TLSDirection(server))
    guard
      begins(session.client, client, with: .clientHello)
        || mayAnswer && begins(session.server, server, with: .serverHello)
    else { return .other }
    session.note(&collector)
    return .recognised
  }

  /// Whether a stream surely begins with a hello: the lengths of record and message agree, and the message is a hello as
  /// far as it is there.
  private static func begins(
    _ direction: TLSDirection, _ stream: RawSpan, with type: TLSHandshake.MessageType
  ) -> Bool {
    guard let record = TLSRecord(stream, at: 0), record.type == .handshake,
      let message = direction.messages.first, message.type == type.rawValue
    else { return false }
    let isAlone = message.length + TLSHandshake.headerLength == record.length
    switch type {
    case .clientHello: if message.clientHello() != nil { return true }
    case .serverHello: if message.serverHello != nil { return true }
    default: return false
    }
    // A message that is cut early must fill its record, and begin with a version of the same kind.
    return !message.isWhole && isAlone && message.body.count >= 2 && message.body[0] == 3 && message.body[1] <= 4
  }
}

/// A ClientHello in the framing of SSL 2, which later versions kept for a while (RFC 5246 appendix E.2).
private struct SSL2Hello {
  /// The version that is asked for: 2, or that of TLS.
  let version: Int

  /// Reads a hello whose lengths add up to that of its record.
  init?(_ stream: RawSpan) {
    var reader = MessageCursor(0..<stream.byteCount)
    guard let length = reader.integer(2, in: stream), length & 0x8000 != 0, reader.integer(1, in: stream) == 1,
      let version = reader.integer(2, in: stream), version == 2 || (0x0300...0x0303).contains(version),
      let suites = reader.integer(2, in: stream), suites > 0, suites % 3 == 0,
      let session = reader.integer(2, in: stream), session == 0 || session == 16,
      let challenge = reader.integer(2, in: stream), (16...32).contains(challenge),
      length & 0x7FFF == 9 + suites + session + challenge
    else { return nil }
    self.version = version
  }
}
