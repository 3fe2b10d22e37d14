import Packets

/// A message of NTLM (MS-NLMP section 2.2.1), wherever it is carried: in SMB, HTTP, LDAP, mail.
struct NTLMMessage: Equatable {
  /// Which of the three messages it is.
  enum Kind: Int {
    /// The client begins.
    case negotiate = 1
    /// The server names itself and sets a challenge.
    case challenge = 2
    /// The client names its user and answers the challenge.
    case authenticate = 3
  }

  /// Which message it is.
  let kind: Kind
  /// The user, empty for an anonymous one.
  private(set) var user = ""
  /// The domain of the user, or of the client.
  private(set) var domain = ""
  /// The client's own name.
  private(set) var workstation = ""
  /// What a server names itself, from its challenge.
  private(set) var server = Server()
  /// Whether the client answered without a user (MS-NLMP section 3.2.5.1.2).
  private(set) var isAnonymous = false

  /// What a server says of itself (MS-NLMP section 2.2.2.1).
  struct Server: Equatable {
    var netBIOSName = ""
    var netBIOSDomain = ""
    var name = ""
    var domain = ""
    var forest = ""
  }

  private static let signature: StaticString = "NTLMSSP\0"
  /// What else than text an answer may hold is skipped; a target has at most seven parts that matter.
  private static let partLimit = 32

  /// Finds and reads a message inside bytes, bare or inside SPNEGO; nothing if there is none.
  ///
  /// - Parameters:
  ///   - bytes: Any bytes.
  ///   - range: Where to look; must lie inside the bytes.
  /// - Returns: The message.
  /// - Complexity: O(n).
  static func find(in bytes: RawSpan, _ range: Range<Int>) -> NTLMMessage? {
    for offset in range where bytes.uint8(at: offset) == UInt8(ascii: "N") && bytes.says(signature, at: offset) {
      return NTLMMessage(bytes.extracting(offset..<range.upperBound))
    }
    return nil
  }

  /// Reads a message; nothing if the bytes are none.
  ///
  /// What was cut off is left out.
  ///
  /// - Parameter message: The message from its signature on; bytes behind it do not matter.
  /// - Complexity: O(n).
  init?(_ message: RawSpan) {
    guard message.says(Self.signature, at: 0),
      let kind = message.littleEndian(4, at: 8).flatMap(Kind.init)
    else { return nil }
    self.kind = kind
    switch kind {
    case .negotiate:
      // Names of the client are in the code page of its system; they stand only where flags say so.
      guard let flags = message.littleEndian(4, at: 12) else { return }
      if flags & 0x1000 != 0 { domain = Self.text(message, at: 16, isUnicode: false) }
      if flags & 0x2000 != 0 { workstation = Self.text(message, at: 24, isUnicode: false) }
    case .challenge:
      guard let flags = message.littleEndian(4, at: 20) else { return }
      domain = Self.text(message, at: 12, isUnicode: flags & 1 != 0)
      if flags & 0x80_0000 != 0, let target = Self.field(message, at: 40) { readTarget(message, target) }
    case .authenticate:
      guard let flags = message.littleEndian(4, at: 60) else { return }
      domain = Self.text(message, at: 28, isUnicode: flags & 1 != 0)
      user = Self.text(message, at: 36, isUnicode: flags & 1 != 0)
      workstation = Self.text(message, at: 44, isUnicode: flags & 1 != 0)
      isAnonymous = user.isEmpty
    }
  }

  /// The place of a field: its length, its room, its offset.
  private static func field(_ message: RawSpan, at offset: Int) -> Range<Int>? {
    guard let count = message.littleEndian(2, at: offset), let start = message.littleEndian(4, at: offset + 4)
    else { return nil }
    return message.range(at: start, count: count)
  }

  private static func text(_ message: RawSpan, at offset: Int, isUnicode: Bool) -> String {
    guard let range = field(message, at: offset) else { return "" }
    return isUnicode ? message.textUTF16(range) : message.text(range)
  }

  private mutating func readTarget(_ message: RawSpan, _ target: Range<Int>) {
    var offset = target.lowerBound
    for _ in 0..<Self.partLimit {
      guard let id = message.littleEndian(2, at: offset), id > 0, let count = message.littleEndian(2, at: offset + 2),
        let value = message.range(at: offset + 4, count: count), value.upperBound <= target.upperBound
      else { return }
      switch id {
      case 1: server.netBIOSName = message.textUTF16(value)
      case 2: server.netBIOSDomain = message.textUTF16(value)
      case 3: server.name = message.textUTF16(value)
      case 4: server.domain = message.textUTF16(value)
      case 5: server.forest = message.textUTF16(value)
      default: break
      }
      offset = value.upperBound
    }
  }
}
