import Packets

/// What two sides say over TCP, message by message, to be cut into segments in any way.
public struct StreamScript: Sendable {
  /// The messages in order.
  public var messages: [(side: Conversation.Side, bytes: [UInt8])] = []

  /// Makes an empty script.
  public init() {}

  /// Adds a message.
  ///
  /// - Parameters:
  ///   - side: Who says it.
  ///   - parts: What, put together.
  public mutating func say(_ side: Conversation.Side, _ parts: [UInt8]...) {
    messages.append((side, Array(parts.joined())))
  }

  /// Adds the messages to a conversation, each of them cut.
  ///
  /// - Parameters:
  ///   - conversation: The conversation, its handshake done.
  ///   - cut: The lengths of the segments of a message of so many bytes; what is left is the last segment.
  public func play(in conversation: inout Conversation, cut: (Int) -> [Int] = { _ in [] }) {
    for (side, bytes) in messages {
      var rest = bytes[...]
      for length in cut(bytes.count) where length > 0 && length < rest.count {
        conversation.send(Array(rest.prefix(length)), from: side)
        rest = rest.dropFirst(length)
      }
      conversation.send(Array(rest), from: side)
    }
    for side in [Conversation.Side.client, .server] { conversation.ack(from: side) }
  }

  /// A TLS 1.3 session (RFC 8446 section 2), with or without a resumed key.
  ///
  /// - Parameters:
  ///   - identity: The identity that the client offers; none if empty.
  ///   - isAccepted: Whether the server takes it.
  ///   - earlyData: Whether the client offers early data and sends some.
  /// - Returns: The script.
  public static func tls13(identity: [UInt8] = [], isAccepted: Bool = true, earlyData: Bool = false) -> StreamScript {
    var script = StreamScript()
    let hello = TLSBytes.clientHello(
      sessionID: TLSBytes.secret(0x11), identities: identity.isEmpty ? [] : [identity], offersEarlyData: earlyData)
    script.say(.client, hello, earlyData ? TLSBytes.encrypted(80) : [])
    let selected: UInt16? = !identity.isEmpty && isAccepted ? 0 : nil
    script.say(
      .server, TLSBytes.serverHello(sessionID: TLSBytes.secret(0x11), isTLS13: true, selectedIdentity: selected),
      TLSBytes.changeCipherSpec, TLSBytes.encrypted(300))
    script.say(.client, TLSBytes.changeCipherSpec, TLSBytes.encrypted(53), TLSBytes.encrypted(90))
    script.say(.server, TLSBytes.encrypted(200))
    script.say(.server, TLSBytes.encrypted(120))
    return script
  }

  /// A TLS 1.2 session with a full handshake (RFC 5246 section 7.3).
  ///
  /// - Parameters:
  ///   - ticket: The ticket that the server issues; none if empty.
  ///   - sessionID: The session id that the server issues; none if empty.
  /// - Returns: The script.
  public static func tls12(ticket: [UInt8] = [], sessionID: [UInt8] = []) -> StreamScript {
    var script = StreamScript()
    script.say(.client, TLSBytes.clientHello())
    let flight = TLSBytes.message(11, [UInt8](repeating: 7, count: 200)) + TLSBytes.message(14, [])
    script.say(.server, TLSBytes.serverHello(sessionID: sessionID), TLSBytes.record(22, flight))
    script.say(
      .client, TLSBytes.record(22, TLSBytes.message(16, [UInt8](repeating: 3, count: 66))),
      TLSBytes.changeCipherSpec, TLSBytes.encrypted(40, type: 22))
    script.say(
      .server, ticket.isEmpty ? [] : TLSBytes.newSessionTicket(ticket), TLSBytes.changeCipherSpec,
      TLSBytes.encrypted(40, type: 22))
    script.say(.client, TLSBytes.encrypted(60))
    script.say(.server, TLSBytes.encrypted(150))
    return script
  }

  /// A TLS 1.2 session that goes on with an earlier one (RFC 5077 section 3.1).
  ///
  /// - Parameters:
  ///   - ticket: The ticket that the client shows; none if empty.
  ///   - sessionID: The session id that both name.
  ///   - isAccepted: Whether the server goes on with it; else a full handshake follows.
  /// - Returns: The script.
  public static func tls12Resumed(
    ticket: [UInt8] = [], sessionID: [UInt8] = TLSBytes.secret(0x44), isAccepted: Bool = true
  ) -> StreamScript {
    guard isAccepted else {
      var script = tls12(sessionID: TLSBytes.secret(0x55))
      script.messages[0].bytes = TLSBytes.clientHello(sessionID: sessionID, ticket: ticket)
      return script
    }
    var script = StreamScript()
    script.say(.client, TLSBytes.clientHello(sessionID: sessionID, ticket: ticket))
    script.say(
      .server, TLSBytes.serverHello(sessionID: sessionID), TLSBytes.changeCipherSpec,
      TLSBytes.encrypted(40, type: 22))
    script.say(.client, TLSBytes.changeCipherSpec, TLSBytes.encrypted(40, type: 22), TLSBytes.encrypted(60))
    script.say(.server, TLSBytes.encrypted(150))
    return script
  }

  /// An SSH session (RFC 4253 section 7).
  public static var ssh: StreamScript {
    var script = StreamScript()
    script.say(.client, Array("SSH-2.0-client\r\n".utf8))
    script.say(.server, Array("SSH-2.0-server\r\n".utf8))
    script.say(.client, SSHBytes.packet(20, 200))
    script.say(.server, SSHBytes.packet(20, 200))
    script.say(.client, SSHBytes.packet(30, 40))
    script.say(.server, SSHBytes.packet(31, 150), SSHBytes.packet(21, 0))
    script.say(.client, SSHBytes.packet(21, 0), [UInt8](repeating: 0x5A, count: 44))
    script.say(.server, [UInt8](repeating: 0xA5, count: 44))
    script.say(.client, [UInt8](repeating: 0x5B, count: 60))
    script.say(.server, [UInt8](repeating: 0xA6, count: 60))
    return script
  }
}

/// The bytes of TLS records and messages.
public enum TLSBytes {
  /// A secret that nobody guesses.
  ///
  /// - Parameter seed: Another one makes another secret.
  /// - Returns: 32 bytes.
  public static func secret(_ seed: UInt8) -> [UInt8] { (0..<32 as Range<UInt8>).map { $0 &* 29 &+ seed } }

  /// A record.
  ///
  /// - Parameters:
  ///   - type: The content type.
  ///   - body: The body.
  /// - Returns: Header and body.
  public static func record(_ type: UInt8, _ body: [UInt8]) -> [UInt8] {
    [type, 3, 3] + bytes(of: UInt16(body.count)) + body
  }

  /// A record whose body nobody can read.
  ///
  /// - Parameters:
  ///   - count: Bytes of the body.
  ///   - type: The content type.
  /// - Returns: Header and body.
  public static func encrypted(_ count: Int, type: UInt8 = 23) -> [UInt8] {
    record(type, [UInt8](repeating: 0xEE, count: count))
  }

  /// A ChangeCipherSpec record.
  public static let changeCipherSpec: [UInt8] = record(20, [1])

  /// A handshake message.
  ///
  /// - Parameters:
  ///   - type: The handshake type.
  ///   - body: The body.
  /// - Returns: Header and body.
  public static func message(_ type: UInt8, _ body: [UInt8]) -> [UInt8] {
    [type, 0] + bytes(of: UInt16(body.count)) + body
  }

  /// A record with a ClientHello.
  ///
  /// - Parameters:
  ///   - sessionID: The session id.
  ///   - ticket: The session ticket; the extension is left out if empty.
  ///   - identities: The identities of pre-shared keys; the extension is left out if empty.
  ///   - offersEarlyData: Whether early data are offered.
  /// - Returns: The record.
  public static func clientHello(
    sessionID: [UInt8] = [], ticket: [UInt8] = [], identities: [[UInt8]] = [], offersEarlyData: Bool = false
  ) -> [UInt8] {
    var extensions = field(0, [0, 0])
    if !ticket.isEmpty { extensions += field(35, ticket) }
    if offersEarlyData { extensions += field(42, []) }
    if !identities.isEmpty {
      let list: [UInt8] = Array(identities.map { bytes(of: UInt16($0.count)) + $0 + [0, 0, 0, 1] }.joined())
      let binders = Array(identities.map { _ in [32] + [UInt8](repeating: 9, count: 32) }.joined())
      extensions += field(41, bytes(of: UInt16(list.count)) + list + bytes(of: UInt16(binders.count)) + binders)
    }
    var body: [UInt8] = [3, 3] + [UInt8](repeating: 0xC1, count: 32)
    body += [UInt8(sessionID.count)] + sessionID + [0, 4, 0x13, 0x01, 0xC0, 0x2F, 1, 0]
    body += bytes(of: UInt16(extensions.count)) + extensions
    return record(22, message(1, body))
  }

  /// A record with a ServerHello.
  ///
  /// - Parameters:
  ///   - sessionID: The session id.
  ///   - isTLS13: Whether TLS 1.3 is chosen.
  ///   - selectedIdentity: The pre-shared key that is chosen.
  ///   - isRetryRequest: Whether it is a HelloRetryRequest.
  /// - Returns: The record.
  public static func serverHello(
    sessionID: [UInt8] = [], isTLS13: Bool = false, selectedIdentity: UInt16? = nil, isRetryRequest: Bool = false
  ) -> [UInt8] {
    let retry: [UInt8] = [
      0xCF, 0x21, 0xAD, 0x74, 0xE5, 0x9A, 0x61, 0x11, 0xBE, 0x1D, 0x8C, 0x02, 0x1E, 0x65, 0xB8, 0x91,
      0xC2, 0xA2, 0x11, 0x16, 0x7A, 0xBB, 0x8C, 0x5E, 0x07, 0x9E, 0x09, 0xE2, 0xC8, 0xA8, 0x33, 0x9C,
    ]
    var extensions: [UInt8] = []
    if isTLS13 { extensions += field(43, [3, 4]) }
    if let selectedIdentity { extensions += field(41, bytes(of: selectedIdentity)) }
    var body: [UInt8] = [3, 3] + (isRetryRequest ? retry : [UInt8](repeating: 0x51, count: 32))
    body += [UInt8(sessionID.count)] + sessionID + [0x13, 0x01, 0]
    body += bytes(of: UInt16(extensions.count)) + extensions
    return record(22, message(2, body))
  }

  /// A record with a NewSessionTicket of TLS 1.2.
  ///
  /// - Parameter ticket: The ticket.
  /// - Returns: The record.
  public static func newSessionTicket(_ ticket: [UInt8]) -> [UInt8] {
    record(22, message(4, [0, 0, 0x1C, 0x20] + bytes(of: UInt16(ticket.count)) + ticket))
  }

  private static func field(_ type: UInt16, _ data: [UInt8]) -> [UInt8] {
    bytes(of: type) + bytes(of: UInt16(data.count)) + data
  }
}

/// The bytes of SSH packets before encryption.
public enum SSHBytes {
  /// A packet.
  ///
  /// - Parameters:
  ///   - message: The message number.
  ///   - count: Bytes behind it.
  /// - Returns: The packet with padding, a multiple of eight long.
  public static func packet(_ message: UInt8, _ count: Int) -> [UInt8] {
    let padding = 4 + (8 - (4 + 1 + 1 + count + 4) % 8) % 8
    let length = UInt32(1 + 1 + count + padding)
    return bytes(of: length) + [UInt8(padding), message] + [UInt8](repeating: 0x20, count: count + padding)
  }
}
