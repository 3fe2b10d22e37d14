import Packets

/// What one side of a TLS session over TCP shows without keys.
struct TLSDirection {
  /// The handshake messages in the clear.
  var messages: [TLSMessage] = []
  /// Whether an encrypted handshake message follows the change to encryption (up to TLS 1.2): the sender is done.
  var isFinished = false
  /// Whether a record of encrypted data is there that is too long for an alert.
  var hasData = false
  /// The last alert in the clear: its level and description.
  var alert: (level: UInt8, description: UInt8)?

  /// Makes a side that shows nothing.
  init() {}

  /// Reads the records of a stream up to where it is no TLS.
  ///
  /// - Complexity: O(n).
  init(_ stream: RawSpan) {
    var handshake: [UInt8] = []
    var isEncrypted = false
    /// How many handshake bytes there were at the last change of the cipher.
    var changed = -1
    var offset = 0
    while let record = TLSRecord(stream, at: offset) {
      let start = offset + TLSRecord.headerLength
      let end = record.end(from: offset)
      let isWhole = end <= stream.byteCount
      switch record.type {
      case .handshake
      where isEncrypted && !Self.isSecondHello(stream.extracting(start..<min(end, stream.byteCount)), handshake):
        isFinished = isFinished || isWhole
      case .handshake: handshake += stream.bytes(start..<min(end, stream.byteCount))
      case .changeCipherSpec where changed != handshake.count:
        changed = handshake.count
        // After the demand for another ClientHello it means nothing (RFC 8446 appendix D.4).
        isEncrypted = TLSMessage.split(handshake).last?.serverHello?.isRetryRequest != true
      case .applicationData: hasData = hasData || record.length > TLSRecord.alertLength
      case .alert where !isEncrypted && record.length == 2 && isWhole:
        alert = (stream.uint8(at: start), stream.uint8(at: start + 1))
      case .alert, .heartbeat, .changeCipherSpec: break
      }
      offset = end
    }
    messages = TLSMessage.split(handshake)
  }

  /// Whether a record holds a ClientHello that follows another one.
  ///
  /// A client that is demanded to send a second one changes the cipher before it for the sake of middleboxes (RFC 8446
  /// appendix D.4). Encrypted bytes do not read as one.
  private static func isSecondHello(_ record: RawSpan, _ handshake: [UInt8]) -> Bool {
    guard handshake.first == TLSHandshake.MessageType.clientHello.rawValue,
      record.byteCount > 0, record.uint8(at: 0) == TLSHandshake.MessageType.clientHello.rawValue
    else { return false }
    return TLSMessage.split(record.bytes(0..<record.byteCount)).first?.clientHello()?.isComplete == true
  }

  /// The ClientHellos: a second one where the server demanded it.
  func clientHellos(isDTLS: Bool) -> [(message: TLSMessage, hello: ClientHello)] {
    messages.compactMap { message in message.clientHello(isDTLS: isDTLS).map { (message, $0) } }
  }

  /// The ServerHello; where there is none, the demand for another ClientHello.
  var serverHello: (message: TLSMessage, hello: ServerHello)? {
    let hellos = messages.compactMap { message in message.serverHello.map { (message: message, hello: $0) } }
    return hellos.first { !$0.hello.isRetryRequest } ?? hellos.first
  }

  /// Whether the server demanded another ClientHello.
  var hasRetryRequest: Bool { messages.contains { $0.serverHello?.isRetryRequest == true } }

  /// Whether a message of a type is there.
  func has(_ type: TLSHandshake.MessageType) -> Bool { messages.contains { $0.type == type.rawValue } }

  /// The certificates that the side showed (RFC 5246 section 7.4.2), in DER, as far as they are whole.
  var certificates: [[UInt8]] {
    guard let message = messages.first(where: { $0.type == TLSHandshake.MessageType.certificate.rawValue }) else {
      return []
    }
    return message.read { body in
      var reader = MessageCursor(0..<body.byteCount)
      var certificates: [[UInt8]] = []
      guard reader.skip(3) != nil else { return [] }
      while certificates.count < ApplicationFacts.listLimit, let range = reader.vector(3, in: body) {
        certificates.append(body.bytes(range))
      }
      return certificates
    }
  }

  /// The named curve of a ServerKeyExchange with elliptic curves (RFC 8422 section 5.4).
  var curve: UInt16? {
    guard let message = messages.first(where: { $0.type == TLSHandshake.MessageType.serverKeyExchange.rawValue })
    else { return nil }
    return message.read { body in
      var reader = MessageCursor(0..<body.byteCount)
      guard reader.integer(1, in: body) == 3 else { return nil }
      return reader.integer(2, in: body).map { UInt16($0) }
    }
  }
}
