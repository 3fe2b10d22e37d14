import Packets

/// A request to a SOCKS proxy, or what it answers, with the address that is in it (RFC 1928 sections 4 to 6; the memos of
/// SOCKS 4 and 4A).
struct SOCKSMessage: Equatable {
  /// The command of a request, the status of an answer.
  let code: UInt8
  /// The address, if it is one.
  let host: IPAddress?
  /// The name that stands for the address.
  let name: String?
  /// The port.
  let port: UInt16
  /// The user that a request of version 4 names.
  var user: String?

  /// The command to connect.
  static let connect: UInt8 = 1

  /// The status that what was asked for is done.
  static let granted4: UInt8 = 0x5A
  static let granted5: UInt8 = 0

  /// Reads a request of version 5: connect, bind or associate; nothing if it is none, or not whole.
  init?(request5 cursor: inout MessageCursor, in bytes: RawSpan) {
    self.init(version5: &cursor, in: bytes, codes: 1...3)
  }

  /// Reads an answer of version 5; nothing if it is none, or not whole.
  init?(answer5 cursor: inout MessageCursor, in bytes: RawSpan) {
    self.init(version5: &cursor, in: bytes, codes: 0...8)
  }

  private init?(version5 cursor: inout MessageCursor, in bytes: RawSpan, codes: ClosedRange<Int>) {
    guard cursor.integer(1, in: bytes) == 5, let code = cursor.integer(1, in: bytes), codes.contains(code),
      cursor.integer(1, in: bytes) == 0, let type = cursor.integer(1, in: bytes)
    else { return nil }
    var (host, name): (IPAddress?, String?)
    switch type {
    case 1:
      guard let range = cursor.skip(4) else { return nil }
      host = IPAddress(v4: bytes.uint32BE(at: range.lowerBound))
    case 3:
      guard let range = cursor.vector(1, in: bytes), !range.isEmpty, Self.isText(range, in: bytes) else { return nil }
      (host, name) = Self.target(bytes.text(range))
    case 4:
      guard let range = cursor.skip(16) else { return nil }
      host = IPAddress(high: bytes.uint64BE(at: range.lowerBound), low: bytes.uint64BE(at: range.lowerBound + 8))
    default: return nil
    }
    guard let port = cursor.integer(2, in: bytes) else { return nil }
    self.code = UInt8(code)
    self.host = host
    self.name = name
    self.port = UInt16(port)
  }

  /// Reads a request of version 4 or 4A; nothing if it is none, or not whole.
  init?(version4 cursor: inout MessageCursor, in bytes: RawSpan) {
    guard cursor.integer(1, in: bytes) == 4, let code = cursor.integer(1, in: bytes), (1...2).contains(code),
      let port = cursor.integer(2, in: bytes), let address = cursor.integer(4, in: bytes),
      let user = Self.terminated(&cursor, in: bytes)
    else { return nil }
    self.code = UInt8(code)
    self.port = UInt16(port)
    self.user = bytes.text(user)
    // 0.0.0.x with x other than 0 says that a name follows.
    if (1...255).contains(address) {
      guard let name = Self.terminated(&cursor, in: bytes), !name.isEmpty else { return nil }
      (host, self.name) = Self.target(bytes.text(name))
    } else {
      host = IPAddress(v4: UInt32(address))
      name = nil
    }
  }

  /// Reads the answer of version 4, eight bytes; nothing if it is none, or not whole.
  init?(answer4 cursor: inout MessageCursor, in bytes: RawSpan) {
    guard cursor.integer(1, in: bytes) == 0, let code = cursor.integer(1, in: bytes), (0x5A...0x5D).contains(code),
      let port = cursor.integer(2, in: bytes), let address = cursor.integer(4, in: bytes)
    else { return nil }
    self.code = UInt8(code)
    self.port = UInt16(port)
    host = IPAddress(v4: UInt32(address))
    name = nil
  }

  /// A name, or the address that is written as one.
  private static func target(_ text: String) -> (IPAddress?, String?) {
    IPAddress(text).map { ($0, nil) } ?? (nil, text)
  }

  /// A text of at most 255 bytes up to a zero.
  private static func terminated(_ cursor: inout MessageCursor, in bytes: RawSpan) -> Range<Int>? {
    let rest = cursor.rest
    guard let end = rest.prefix(256).first(where: { bytes.uint8(at: $0) == 0 }) else { return nil }
    guard let text = cursor.skip(end - rest.lowerBound), cursor.skip(1) != nil, Self.isText(text, in: bytes)
    else { return nil }
    return text
  }

  private static func isText(_ range: Range<Int>, in bytes: RawSpan) -> Bool {
    range.allSatisfy { (0x21...0x7E).contains(bytes.uint8(at: $0)) }
  }
}
