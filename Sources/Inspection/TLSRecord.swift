import Packets

/// The header of a TLS record (RFC 8446 section 5.1, RFC 5246 section 6.2.1): five bytes, whatever the version.
public struct TLSRecord: Sendable, Equatable, BitwiseCopyable {
  /// What a record holds.
  public enum ContentType: UInt8, Sendable, BitwiseCopyable {
    /// The sender's next records are encrypted; in TLS 1.3 it means nothing.
    case changeCipherSpec = 20
    /// A warning or an error.
    case alert = 21
    /// Handshake messages.
    case handshake = 22
    /// Data; in TLS 1.3 everything that is encrypted.
    case applicationData = 23
    /// RFC 6520.
    case heartbeat = 24
  }

  /// Bytes of the header.
  public static let headerLength = 5
  /// The longest body: 2¹⁴ bytes and what encryption adds (RFC 5246 section 6.2.3).
  public static let maximumLength = 16_384 + 2_048
  /// The longest body that may be no more than an encrypted alert: two bytes, the content type, a tag of 16 bytes.
  public static let alertLength = 19

  /// What the record holds.
  public var type: ContentType
  /// Bytes of the body.
  public var length: Int

  /// Reads the header of a record; nothing if the bytes are none, or end before it does.
  ///
  /// - Parameters:
  ///   - bytes: A stream.
  ///   - offset: Where the record begins.
  /// - Complexity: O(1).
  public init?(_ bytes: RawSpan, at offset: Int) {
    guard offset >= 0, offset <= bytes.byteCount - Self.headerLength,
      let type = ContentType(rawValue: bytes.uint8(at: offset)), bytes.uint8(at: offset + 1) == 3,
      bytes.uint8(at: offset + 2) <= 4
    else { return nil }
    let length = Int(bytes.uint16BE(at: offset + 3))
    guard length > 0, length <= Self.maximumLength else { return nil }
    self.type = type
    self.length = length
  }

  /// Where the body and with it the record ends.
  ///
  /// - Parameter offset: Where the record begins.
  /// - Returns: The offset behind it.
  public func end(from offset: Int) -> Int { offset &+ Self.headerLength &+ length }
}
