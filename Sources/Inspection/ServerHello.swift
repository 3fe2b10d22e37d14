import Packets

/// A ServerHello (RFC 8446 section 4.1.3): what a server of TLS, DTLS or QUIC chose.
public struct ServerHello: Sendable, Equatable {
  /// The version that was chosen.
  public private(set) var version: UInt16
  /// Whether TLS 1.3 or DTLS 1.3 was chosen, or a draft of it, which only an extension says.
  public private(set) var isTLS13 = false
  /// Whether the message only asks for another ClientHello.
  public private(set) var isRetryRequest: Bool
  /// The session id; empty if none.
  public private(set) var sessionID: Range<Int>
  /// The cipher suite that was chosen.
  public private(set) var cipherSuite: UInt16
  /// Which of the client's pre-shared keys was chosen (RFC 8446 section 4.2.11).
  public private(set) var selectedIdentity: Int?
  /// The group of the key exchange; up to TLS 1.2 another message names it.
  public private(set) var group: UInt16?
  /// The application protocol that was chosen; TLS 1.3 encrypts it.
  public private(set) var applicationProtocol: Range<Int>?
  /// Whether the whole message was there.
  public private(set) var isComplete: Bool

  /// Reads a ServerHello; nothing if the bytes are none.
  ///
  /// - Parameters:
  ///   - body: The message's body, without its header of four bytes.
  ///   - length: The length that the header gives, if the body may be cut. Of a cut message what is whole is read.
  /// - Complexity: O(n) in the number of extensions.
  public init?(_ body: RawSpan, length: Int? = nil) {
    let isCut = length.map { $0 > body.byteCount } ?? false
    var reader = MessageCursor(0..<body.byteCount)
    guard let version = reader.integer(2, in: body), let random = reader.skip(32),
      let sessionID = reader.vector(1, in: body), sessionID.count <= 32, let suite = reader.integer(2, in: body),
      reader.skip(1) != nil, let list = TLSExtension.list(&reader, in: body, isCut: isCut)
    else { return nil }
    self.version = UInt16(version)
    self.sessionID = sessionID
    cipherSuite = UInt16(suite)
    isComplete = list.isComplete
    isRetryRequest = Self.retryRandom.enumerated().allSatisfy {
      body.uint64BE(at: random.lowerBound + 8 * $0.offset) == $0.element
    }
    for item in list.extensions {
      var value = MessageCursor(item.data)
      switch item.type {
      case TLSExtension.Kind.preSharedKey: selectedIdentity = value.integer(2, in: body)
      case TLSExtension.Kind.keyShare: group = value.integer(2, in: body).map { UInt16($0) }
      case TLSExtension.Kind.supportedVersions:
        guard let chosen = value.integer(2, in: body) else { break }
        self.version = UInt16(chosen)
        isTLS13 = self.version == TLSVersion.dtls13 || (TLSVersion.tls13..<TLSVersion.dtls13).contains(self.version)
      default: break
      }
    }
    applicationProtocol = list.extensions.applicationProtocols(in: body).first
  }

  /// The random of a HelloRetryRequest: SHA-256 of that name (RFC 8446 section 4.1.3).
  private static let retryRandom: [UInt64] = [
    0xCF21_AD74_E59A_6111, 0xBE1D_8C02_1E65_B891, 0xC2A2_1116_7ABB_8C5E, 0x079E_09E2_C8A8_339C,
  ]
}
