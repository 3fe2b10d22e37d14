/// Makes the bytes of messages that hold nonces, as the RFCs lay them out.
public enum Message {
  /// The question of a query: a name, type A, class IN (RFC 1035 section 4.1.2).
  ///
  /// - Parameter name: Labels with dots between them.
  /// - Returns: The bytes.
  public static func question(_ name: String) -> [UInt8] {
    name.split(separator: ".").flatMap { [UInt8($0.utf8.count)] + Array($0.utf8) } + [0, 0, 1, 0, 1]
  }

  /// A DNS message (RFC 1035 section 4), with a cookie option if there is a cookie (RFC 7873).
  ///
  /// - Parameters:
  ///   - id: The id.
  ///   - name: The name asked for.
  ///   - isResponse: Whether it is an answer; it holds one address then.
  ///   - serverCookie: The server's part of the cookie; empty for the client's part alone.
  /// - Returns: The bytes.
  public static func dns(
    _ id: UInt16, _ name: String = "example.org", isResponse: Bool = false, serverCookie: [UInt8]? = nil
  ) -> [UInt8] {
    let answer: [UInt8] = isResponse ? [0xC0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 192, 0, 2, 1] : []
    var message = bytes(of: id) + (isResponse ? [0x81, 0x80] : [1, 0]) + [0, 1, 0, isResponse ? 1 : 0, 0, 0, 0]
    message += [serverCookie == nil ? 0 : 1] + question(name) + answer
    if let serverCookie {
      let cookie: [UInt8] = [1, 2, 3, 4, 5, 6, 7, 8] + serverCookie
      let option = [0, 10] + bytes(of: UInt16(cookie.count)) + cookie
      message += [0, 0, 41, 4, 208, 0, 0, 0, 0] + bytes(of: UInt16(option.count)) + option
    }
    return message
  }

  private static func dtls(_ type: UInt8, _ body: [UInt8]) -> [UInt8] {
    let length = [0] + bytes(of: UInt16(body.count))
    let message = [type] + length + [0, 0, 0, 0, 0] + length + body
    return [22, 0xFE, 0xFF, 0, 0, 0, 0, 0, 0, 0, 0] + bytes(of: UInt16(message.count)) + message
  }

  private static func cookieExtension(_ cookie: [UInt8]) -> [UInt8] {
    let content = bytes(of: UInt16(cookie.count)) + cookie
    // An extension that is none of ours stands before it.
    let extensions = [0, 43, 0, 3, 2, 0xFE, 0xFC, 0, 44] + bytes(of: UInt16(content.count)) + content
    return bytes(of: UInt16(extensions.count)) + extensions
  }

  /// A DTLS ClientHello (RFC 6347 section 4.2.1).
  ///
  /// - Parameters:
  ///   - cookie: The cookie of DTLS 1.0 and 1.2.
  ///   - later: The cookie of DTLS 1.3, which stands in an extension.
  /// - Returns: The record.
  public static func clientHello(cookie: [UInt8] = [], later: [UInt8]? = nil) -> [UInt8] {
    var body: [UInt8] = [0xFE, 0xFD] + (0..<32) + [0, UInt8(cookie.count)] + cookie
    body += [0, 2, 0xC0, 0x2B, 1, 0]
    if let later { body += cookieExtension(later) }
    return dtls(1, body)
  }

  /// A DTLS HelloVerifyRequest (RFC 6347 section 4.2.1).
  ///
  /// - Parameter cookie: The cookie.
  /// - Returns: The record.
  public static func helloVerify(cookie: [UInt8]) -> [UInt8] {
    dtls(3, [0xFE, 0xFF, UInt8(cookie.count)] + cookie)
  }

  /// A DTLS 1.3 HelloRetryRequest (RFC 9147 section 5.1).
  ///
  /// - Parameter cookie: The cookie.
  /// - Returns: The record.
  public static func helloRetry(cookie: [UInt8]) -> [UInt8] {
    let random: [UInt64] = [
      0xCF21_AD74_E59A_6111, 0xBE1D_8C02_1E65_B891, 0xC2A2_1116_7ABB_8C5E, 0x079E_09E2_C8A8_339C,
    ]
    return dtls(2, [0xFE, 0xFD] + random.flatMap { bytes(of: $0) } + [0, 0x13, 0x01, 0] + cookieExtension(cookie))
  }

  /// An IKE message with a header and at most a COOKIE notification (RFC 7296 section 3).
  ///
  /// - Parameters:
  ///   - initiator: The initiator's SPI or cookie.
  ///   - responder: The responder's; 0 before it has one.
  ///   - version: 1 or 2.
  ///   - exchange: The exchange type: 34 is IKE_SA_INIT, 35 IKE_AUTH, 2 identity protection.
  ///   - flags: 0x08 for the initiator, 0x20 for a response.
  ///   - cookie: The data of the notification.
  /// - Returns: The bytes.
  public static func ike(
    _ initiator: UInt64, _ responder: UInt64, version: UInt8 = 2, exchange: UInt8 = 34, flags: UInt8,
    cookie: [UInt8]? = nil
  ) -> [UInt8] {
    let notification: [UInt8] =
      cookie.map { [0, 0] + bytes(of: UInt16(8 + $0.count)) + [0, 0, 0x40, 0x06] + $0 } ?? []
    return bytes(of: initiator) + bytes(of: responder) + [cookie == nil ? 0 : 41, version << 4, exchange, flags]
      + [0, 0, 0, 0] + bytes(of: UInt32(28 + notification.count)) + notification
  }

  /// A SIP answer that demands authentication (RFC 3261 section 22).
  ///
  /// - Parameters:
  ///   - nonce: The nonce.
  ///   - status: The status code.
  /// - Returns: The bytes.
  public static func sipChallenge(_ nonce: String, status: Int = 401) -> [UInt8] {
    let header = status == 407 ? "Proxy-Authenticate" : "WWW-Authenticate"
    return Array(
      """
      SIP/2.0 \(status) Unauthorized\r
      Via: SIP/2.0/UDP 198.51.100.7:5060;branch=z9hG4bK776asdhds\r
      \(header): Digest realm="a, nonce=b", qop="auth", nonce="\(nonce)", algorithm=MD5\r
      Content-Length: 0\r
      \r

      """.utf8)
  }

  /// A SIP request with credentials.
  ///
  /// - Parameters:
  ///   - nonce: The nonce; nothing for a request without credentials.
  ///   - isProxy: Whether the credentials are for a proxy.
  /// - Returns: The bytes.
  public static func sipRequest(_ nonce: String?, isProxy: Bool = false) -> [UInt8] {
    let credentials = nonce.map {
      "\(isProxy ? "Proxy-" : "")Authorization: Digest username=\"bob\", nonce=\"\($0)\", response=\"00\"\r\n"
    }
    return Array(
      """
      REGISTER sip:example.org SIP/2.0\r
      Via: SIP/2.0/UDP 198.51.100.7:5060;branch=z9hG4bK776asdhds\r
      \(credentials ?? "")Content-Length: 0\r
      \r

      """.utf8)
  }

  /// A STUN message (RFC 8489 section 5).
  ///
  /// - Parameters:
  ///   - type: 0x0001 binding request, 0x0101 its answer, 0x0113 an allocation's error.
  ///   - id: The 12 bytes of the transaction id.
  ///   - nonce: The NONCE attribute.
  ///   - error: The code of an ERROR-CODE attribute.
  /// - Returns: The bytes.
  public static func stun(_ type: UInt16, _ id: [UInt8], nonce: [UInt8]? = nil, error: Int? = nil) -> [UInt8] {
    var attributes: [UInt8] = []
    if let error { attributes += [0, 9, 0, 4, 0, 0, UInt8(error / 100), UInt8(error % 100)] }
    if let nonce {
      attributes += [0, 0x15] + bytes(of: UInt16(nonce.count)) + nonce + [UInt8](repeating: 0, count: -nonce.count & 3)
    }
    return bytes(of: type) + bytes(of: UInt16(attributes.count)) + [0x21, 0x12, 0xA4, 0x42] + id + attributes
  }

  /// The packet types of QUIC's long header.
  public enum QUICType: UInt8, Sendable, CaseIterable {
    /// Initial.
    case initial
    /// 0-RTT.
    case zeroRTT
    /// Handshake.
    case handshake
    /// Retry.
    case retry
  }

  /// A QUIC packet with a long header (RFC 9000 section 17.2, RFC 9369 section 3.2).
  ///
  /// - Parameters:
  ///   - type: The type.
  ///   - version: The version; the types are numbered as it has them.
  ///   - destination: The destination connection id.
  ///   - source: The source connection id.
  ///   - token: The token of an Initial or Retry packet.
  ///   - content: Bytes of protected content.
  /// - Returns: The bytes.
  public static func quic(
    _ type: QUICType, version: UInt32 = 1, to destination: [UInt8], from source: [UInt8], token: [UInt8] = [],
    content: Int = 60
  ) -> [UInt8] {
    let code = version == 0x6B33_43CF ? (type.rawValue + 1) & 3 : type.rawValue
    var packet = [0xC0 | code << 4] + bytes(of: version)
    packet += [UInt8(destination.count)] + destination + [UInt8(source.count)] + source
    if type == .retry { return packet + token + [UInt8](repeating: 0x77, count: 16) }
    if type == .initial { packet += bytes(of: UInt16(0x4000 | token.count)) + token }
    return packet + bytes(of: UInt16(0x4000 | content)) + [UInt8](repeating: 0x5A, count: content)
  }

  /// A QUIC packet with a short header.
  ///
  /// - Parameter destination: The destination connection id.
  /// - Returns: The bytes.
  public static func quicShort(to destination: [UInt8]) -> [UInt8] {
    [0x41] + destination + [UInt8](repeating: 0x5A, count: 40)
  }

  /// A QUIC version negotiation (RFC 8999 section 6).
  ///
  /// - Parameters:
  ///   - destination: The client's source connection id.
  ///   - source: The client's destination connection id.
  /// - Returns: The bytes.
  public static func quicVersions(to destination: [UInt8], from source: [UInt8]) -> [UInt8] {
    [0x8A, 0, 0, 0, 0, UInt8(destination.count)] + destination + [UInt8(source.count)] + source + [0, 0, 0, 1]
  }
}

extension SeededGenerator {
  /// Random bytes.
  ///
  /// - Parameter count: How many.
  /// - Returns: The bytes.
  public mutating func bytes(_ count: Int) -> [UInt8] {
    (0..<count).map { _ in UInt8(truncatingIfNeeded: next() >> 32) }
  }
}
