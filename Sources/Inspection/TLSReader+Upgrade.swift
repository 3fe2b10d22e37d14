import Packets

/// Finds where a protocol that has no reader of its own gives way to TLS: STARTTLS of IRC, XMPP, LDAP and databases,
/// tunnels that begin with a few bytes of their own.
extension TLSReader {
  /// Bytes before a hello.
  private static let prefaceLimit = 4_096
  /// Places that look like a hello and are none.
  private static let attemptLimit = 16

  @Sendable static func readUpgrade(
    client: RawSpan, server: RawSpan, _ collector: inout FactCollector
  ) -> StreamReading {
    // Only the hellos of both sides together are no accident.
    guard let offer = find(.clientHello, in: client), let answer = find(.serverHello, in: server),
      offer > 0 || answer > 0
    else { return .other }
    return .handover(client: offer, server: answer)
  }

  /// The first place of a record with a whole hello.
  private static func find(_ type: TLSHandshake.MessageType, in stream: RawSpan) -> Int? {
    var attempts = 0
    var start = 0
    while let offset = stream.offset(of: 0x16, in: start..<min(stream.byteCount, prefaceLimit)) {
      start = offset + 1
      guard let record = TLSRecord(stream, at: offset), record.type == .handshake,
        record.end(from: offset) <= stream.byteCount
      else { continue }
      attempts += 1
      guard attempts <= attemptLimit else { return nil }
      let body = stream.bytes(offset + TLSRecord.headerLength..<record.end(from: offset))
      guard let message = TLSMessage.split(body).first, message.isWhole, message.type == type.rawValue else { continue }
      if type == .clientHello ? message.clientHello() != nil : message.serverHello != nil { return offset }
    }
    return nil
  }
}
