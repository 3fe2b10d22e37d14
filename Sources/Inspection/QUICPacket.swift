import Packets

/// The header of a QUIC packet, as far as nothing encrypts it (RFC 8999, RFC 9000 section 17, RFC 9369 section 3.2).
public struct QUICPacket: Sendable, BitwiseCopyable {
  /// What a packet is.
  public enum Form: Sendable, CaseIterable, BitwiseCopyable {
    /// Begins a connection.
    case initial
    /// Early data of a client.
    case zeroRTT
    /// The rest of the key exchange.
    case handshake
    /// A server's demand to return a token.
    case retry
    /// A server's list of versions.
    case versionNegotiation
    /// A long header of a version whose packet types are not known.
    case unknown
    /// A short header: everything after the handshake.
    case short
  }

  /// Packets read of one datagram.
  private static let packetLimit = 8
  /// The longest connection id of the known versions (RFC 9000 section 17.2).
  static let longestID = 20

  /// What the packet is.
  public let form: Form
  /// The connection id that the receiver chose, or the client's first guess; none in a short header, whose length only
  /// the receiver knows.
  public let destination: QUICConnectionID
  /// The connection id that the sender chose; in a version negotiation the one that the client had chosen.
  public let source: QUICConnectionID
  /// The token of an Initial or Retry packet; nothing if there is none of at least 8 bytes.
  public let token: Nonce?

  /// Reads the packets of one datagram in their order.
  ///
  /// - Parameters:
  ///   - datagram: The payload of a UDP datagram, as far as captured.
  ///   - isWhole: Whether all of it was captured.
  ///   - body: Receives each packet.
  /// - Complexity: O(n) in the datagram's length.
  public static func walk(_ datagram: RawSpan, isWhole: Bool, _ body: (QUICPacket) -> Void) {
    var cursor = MessageCursor(0..<datagram.byteCount)
    for index in 0..<packetLimit {
      guard let first = cursor.integer(1, in: datagram) else { return }
      guard first & 0x80 != 0 else {
        if index == 0, first & 0x40 != 0 {
          body(QUICPacket(form: .short, destination: .none, source: .none, token: nil))
        }
        return
      }
      guard let packet = long(first, &cursor, in: datagram, isWhole: isWhole) else { return }
      body(packet.packet)
      guard packet.hasNext else { return }
    }
  }

  /// Reads a long header; what follows it in the datagram is known only where a length says so.
  private static func long(
    _ first: Int, _ cursor: inout MessageCursor, in datagram: RawSpan, isWhole: Bool
  ) -> (packet: QUICPacket, hasNext: Bool)? {
    guard let version = cursor.integer(4, in: datagram), let destination = id(&cursor, in: datagram),
      let source = id(&cursor, in: datagram)
    else { return nil }
    let form = form(first, version: version)
    guard form == .versionNegotiation || first & 0x40 != 0 else { return nil }
    var token: Range<Int>?
    var hasNext = false
    switch form {
    case .retry:
      // The integrity tag takes the last 16 bytes.
      let rest = cursor.rest
      if isWhole, rest.count > 16 { token = rest.lowerBound..<rest.upperBound - 16 }
    case .initial:
      if let count = cursor.variableInteger(in: datagram), let range = cursor.skip(count) {
        token = range
        hasNext = skipContent(&cursor, in: datagram)
      }
    case .zeroRTT, .handshake: hasNext = skipContent(&cursor, in: datagram)
    case .versionNegotiation, .unknown, .short: break
    }
    let nonce = token.flatMap { datagram.mayBeSecret($0, atLeast: 8) ? Nonce(.quicRetryToken, datagram, $0) : nil }
    return (QUICPacket(form: form, destination: destination, source: source, token: nonce), hasNext)
  }

  private static func skipContent(_ cursor: inout MessageCursor, in datagram: RawSpan) -> Bool {
    guard let count = cursor.variableInteger(in: datagram) else { return false }
    return cursor.skip(count) != nil
  }

  private static func id(_ cursor: inout MessageCursor, in datagram: RawSpan) -> QUICConnectionID? {
    guard let range = cursor.vector(1, in: datagram), range.count <= longestID else { return nil }
    return QUICConnectionID(datagram, range)
  }

  /// The form by version: 1 and the drafts from 27 on number the types alike, 2 moves them by one.
  static func form(_ first: Int, version: Int) -> Form {
    var type = first >> 4 & 3
    switch version {
    case 0: return .versionNegotiation
    case 1, 0xFF00_001B...0xFF00_0022: break
    case 0x6B33_43CF: type = (type - 1) & 3
    default: return .unknown
    }
    return switch type {
    case 0: .initial
    case 1: .zeroRTT
    case 2: .handshake
    default: .retry
    }
  }
}
