import Packets

/// How a client of RDP asks for a connection, and what the server answers (MS-RDPBCGR sections 2.2.1.1 and 2.2.1.2).
///
/// Both are X.224 connection TPDUs in a TPKT (RFC 1006, RFC 905), as others have them too: only what RDP alone adds tells
/// it apart.
struct RDPNegotiation {
  /// The user, or a part of the name, that the client names to be led to a session; a claim that nobody checks.
  private(set) var cookie: String?
  /// Whether a token leads to a server behind a load balancer.
  private(set) var hasRoutingToken = false
  /// The security protocols that the client offers, or the one that the server chose; nothing if none is said.
  private(set) var protocols: Int?
  /// Why the server refuses.
  private(set) var failure: Int?
  /// Bytes of it.
  let length: Int

  private enum Code {
    static let request = 0xE0
    static let confirm = 0xD0
  }

  /// Whether this is nothing that RDP adds.
  var isPlain: Bool { cookie == nil && !hasRoutingToken && protocols == nil && failure == nil }

  /// Reads a request; nothing if the bytes begin with none.
  init?(request bytes: RawSpan) {
    guard let body = Self.body(of: bytes, code: Code.request) else { return nil }
    length = body.upperBound
    var start = body.lowerBound
    if let end = Self.lineEnd(in: bytes, body) {
      let (user, token): (StaticString, StaticString) = ("Cookie: mstshash=", "Cookie: msts=")
      if bytes.says(user, at: start) {
        cookie = bytes.text(start + user.utf8CodeUnitCount..<end)
      } else {
        hasRoutingToken = true
      }
      // A token of another form needs more that tells RDP.
      let isKnown = cookie != nil || bytes.says(token, at: start) || bytes.says("tsv://", at: start)
      start = end + 2
      guard isKnown || start < body.upperBound else { return nil }
    }
    guard start < body.upperBound else { return }
    // A kind, flags, a length of 8, the number; correlation may follow.
    guard bytes.littleEndian(1, at: start) == 1, bytes.littleEndian(2, at: start + 2) == 8,
      let protocols = bytes.littleEndian(4, at: start + 4), protocols < 0x20, body.upperBound >= start + 8
    else { return nil }
    self.protocols = protocols
  }

  /// Reads an answer; nothing if the bytes begin with none.
  init?(confirm bytes: RawSpan) {
    guard let body = Self.body(of: bytes, code: Code.confirm) else { return nil }
    length = body.upperBound
    let start = body.lowerBound
    guard !body.isEmpty else { return }
    guard body.count == 8, bytes.littleEndian(2, at: start + 2) == 8, let number = bytes.littleEndian(4, at: start + 4)
    else { return nil }
    switch bytes.littleEndian(1, at: start) {
    case 2: protocols = number
    case 3: failure = number
    default: return nil
    }
  }

  /// What stands behind the fixed part of a connection TPDU, all of which must be there.
  private static func body(of bytes: RawSpan, code: Int) -> Range<Int>? {
    guard bytes.byteCount >= 11, bytes.uint8(at: 0) == 3, bytes.uint8(at: 1) == 0 else { return nil }
    let length = Int(bytes.uint16BE(at: 2))
    // The TPDU's own length counts what is behind it; class and options are 0.
    guard length >= 11, length <= bytes.byteCount, Int(bytes.uint8(at: 4)) == length - 5,
      Int(bytes.uint8(at: 5)) == code, bytes.uint8(at: 10) == 0
    else { return nil }
    return 11..<length
  }

  /// Where a line inside a body ends: its CRLF.
  private static func lineEnd(in bytes: RawSpan, _ body: Range<Int>) -> Int? {
    body.dropLast().first { bytes.uint8(at: $0) == 0x0D && bytes.uint8(at: $0 + 1) == 0x0A }
  }
}
