import Packets

/// A ClientHello (RFC 8446 section 4.1.2): what a client of TLS, DTLS or QUIC offers.
///
/// What may be secret, or may link two sessions, is given as a range of the message's body.
public struct ClientHello: Sendable, Equatable {
  /// How many identities of pre-shared keys are read.
  public static let identityLimit = 4

  /// The version field, which TLS 1.3 leaves at 1.2.
  public private(set) var version: UInt16
  /// The session id; empty if none.
  public private(set) var sessionID: Range<Int>
  /// The cipher suites: two bytes each.
  public private(set) var cipherSuites: Range<Int>
  /// The extensions in their order.
  public private(set) var extensions: [TLSExtension]
  /// Whether the whole message was there.
  public private(set) var isComplete: Bool

  /// Reads a ClientHello; nothing if the bytes are none.
  ///
  /// - Parameters:
  ///   - body: The message's body, without its header of four bytes.
  ///   - length: The length that the header gives, if the body may be cut. Of a cut message what is whole is read.
  ///   - isDTLS: Whether a cookie stands behind the session id (RFC 6347 section 4.2.1).
  /// - Complexity: O(n) in the number of extensions.
  public init?(_ body: RawSpan, length: Int? = nil, isDTLS: Bool = false) {
    let isCut = length.map { $0 > body.byteCount } ?? false
    var reader = MessageCursor(0..<body.byteCount)
    guard let version = reader.integer(2, in: body), reader.skip(32) != nil,
      let sessionID = reader.vector(1, in: body), sessionID.count <= 32,
      !isDTLS || reader.vector(1, in: body) != nil,
      let cipherSuites = reader.vector(2, in: body), cipherSuites.count >= 2, cipherSuites.count % 2 == 0,
      reader.vector(1, in: body) != nil,
      let list = TLSExtension.list(&reader, in: body, isCut: isCut)
    else { return nil }
    self.version = UInt16(version)
    self.sessionID = sessionID
    self.cipherSuites = cipherSuites
    extensions = list.extensions
    isComplete = list.isComplete
  }

  /// The session ticket (RFC 5077); empty if none.
  public var ticket: Range<Int> { extensions.data(TLSExtension.Kind.sessionTicket) ?? 0..<0 }

  /// Whether data may follow before the server has answered (RFC 8446 section 4.2.10).
  public var offersEarlyData: Bool { extensions.data(TLSExtension.Kind.earlyData) != nil }

  /// The first identities of pre-shared keys (RFC 8446 section 4.2.11), at most `identityLimit`.
  ///
  /// A key that was agreed on elsewhere has the age 0, which a ticket has by one chance in 2³²: a fleet may share it.
  ///
  /// - Parameter body: The message's body.
  /// - Returns: Where they stand in it; empty for a key that was agreed on elsewhere.
  public func identities(in body: RawSpan) -> [Range<Int>] {
    guard let data = extensions.data(TLSExtension.Kind.preSharedKey) else { return [] }
    var outer = MessageCursor(data)
    guard let list = outer.vector(2, in: body) else { return [] }
    var reader = MessageCursor(list)
    var identities: [Range<Int>] = []
    while identities.count < Self.identityLimit, let identity = reader.vector(2, in: body),
      let age = reader.integer(4, in: body)
    {
      identities.append(age == 0 ? identity.lowerBound..<identity.lowerBound : identity)
    }
    return identities
  }
}
