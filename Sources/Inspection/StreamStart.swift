import Packets

/// Finds where text lines of a stream give way to a protocol that tells itself apart: TLS or SSH.
///
/// Content decides, not ports. TLS may begin with the first byte, or after any number of lines (STARTTLS); an SSH server
/// may write lines before its banner (RFC 4253 section 4.2). What is not text before that is neither.
public struct StreamStart: Sendable, Equatable, BitwiseCopyable {
  /// What a stream turned out to be.
  public enum Kind: Sendable, BitwiseCopyable {
    /// More bytes are needed: text so far, or nothing.
    case open
    /// A record with a ClientHello.
    case tlsClient
    /// A record with a ServerHello.
    case tlsServer
    /// The line of an SSH banner.
    case ssh
    /// Neither.
    case other
  }

  /// What the stream turned out to be.
  public private(set) var kind = Kind.open
  /// Where that begins; while open, where the line begins that is not yet complete.
  public private(set) var offset: Int
  private var scanned: Int

  /// Makes a search that has seen nothing.
  ///
  /// - Parameter offset: Where the stream's content begins.
  public init(at offset: Int = 0) {
    self.offset = offset
    scanned = offset
  }

  /// Goes on with the search.
  ///
  /// - Parameter bytes: The stream so far; each call may add bytes to those of the last.
  /// - Complexity: O(n) in the bytes added.
  public mutating func search(_ bytes: RawSpan) {
    while kind == .open, scanned < bytes.byteCount {
      if scanned == offset, let found = Self.start(bytes, at: offset) {
        guard found != .open else { return }
        kind = found
        if found != .other { return }
      }
      let byte = bytes.uint8(at: scanned)
      if byte < 0x20, byte != 0x09, byte != 0x0A, byte != 0x0D { kind = .other }
      scanned += 1
      if byte == 0x0A { offset = scanned }
    }
  }

  /// What begins with a line: nothing if it is text, `open` if more bytes must tell.
  private static func start(_ bytes: RawSpan, at offset: Int) -> Kind? {
    switch bytes.uint8(at: offset) {
    case TLSRecord.ContentType.handshake.rawValue:
      guard offset + TLSRecord.headerLength < bytes.byteCount else { return .open }
      guard TLSRecord(bytes, at: offset) != nil else { return .other }
      return switch TLSHandshake.MessageType(rawValue: bytes.uint8(at: offset + TLSRecord.headerLength)) {
      case .clientHello: .tlsClient
      case .serverHello: .tlsServer
      default: .other
      }
    case UInt8(ascii: "S"):
      for (index, byte) in [UInt8]("SSH-".utf8).enumerated() {
        guard offset + index < bytes.byteCount else { return .open }
        guard bytes.uint8(at: offset + index) == byte else { return nil }
      }
      return .ssh
    default: return nil
    }
  }
}
