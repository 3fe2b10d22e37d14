import Packets

/// A handshake message of TLS in the clear, as far as it was there.
struct TLSMessage {
  /// Messages of a direction that are read.
  private static let limit = 32
  /// The longest message that is taken for one; certificate chains stay far below.
  static let longest = 1 << 17

  /// The type, known or not.
  let type: UInt8
  /// The body.
  let body: [UInt8]
  /// Bytes of the body by its header.
  let length: Int

  /// Whether all of the body was there.
  var isWhole: Bool { body.count == length }

  /// What a parser makes of the body.
  func read<Result>(_ parser: (RawSpan) -> Result) -> Result { body.withRawSpan(parser) }

  /// Reads it as a ClientHello.
  func clientHello(isDTLS: Bool = false) -> ClientHello? {
    guard type == TLSHandshake.MessageType.clientHello.rawValue else { return nil }
    return read { ClientHello($0, length: length, isDTLS: isDTLS) }
  }

  /// Reads it as a ServerHello.
  var serverHello: ServerHello? {
    guard type == TLSHandshake.MessageType.serverHello.rawValue else { return nil }
    return read { ServerHello($0, length: length) }
  }

  /// Splits the handshake bytes of a direction into messages; the last one may be cut.
  static func split(_ bytes: [UInt8]) -> [TLSMessage] {
    var messages: [TLSMessage] = []
    var start = 0
    while messages.count < limit, start + TLSHandshake.headerLength <= bytes.count {
      let length = Int(bytes[start + 1]) << 16 | Int(bytes[start + 2]) << 8 | Int(bytes[start + 3])
      guard length <= longest else { break }
      let body = bytes[start + TLSHandshake.headerLength..<min(bytes.count, start + TLSHandshake.headerLength + length)]
      messages.append(TLSMessage(type: bytes[start], body: Array(body), length: length))
      start += TLSHandshake.headerLength + length
    }
    return messages
  }
}
