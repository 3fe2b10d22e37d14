import Packets

/// Reads messages of SMB 2 and 3 (MS-SMB2 section 2.2).
extension SMBSession {
  /// The answer is still to come (MS-ERREF section 2.3.1).
  private static let pending = 0x103

  mutating func read(_ header: SMB2Message, _ message: RawSpan) {
    guard let command = header.command, !header.isResponse || header.status != Self.pending else { return }
    switch (command, header.isResponse) {
    case (.negotiate, true): readDialect(message)
    case (.sessionSetup, false): readSetup(header, message)
    case (.sessionSetup, true): readSetupAnswer(header, message)
    case (.treeConnect, false):
      guard let path = SMB2Message.buffer(at: 68, in: message) else { return }
      add(Tree(id: header.id, path: message.textUTF16(path)))
    case (.treeConnect, true):
      answerTree(header.id) {
        $0.status = header.status
        guard header.status == 0, let kind = message.littleEndian(1, at: 66) else { return }
        $0.kind = [1: "DISK", 2: "PIPE", 3: "PRINT"][kind]
      }
    case (.create, false):
      guard let name = SMB2Message.buffer(at: 108, in: message), let access = message.littleEndian(4, at: 88),
        !name.isEmpty
      else { return }
      add(File(id: header.id, name: message.textUTF16(name), access: SMBAccess.words(access)))
    case (.create, true): answerFile(header.id, status: header.status)
    case (.negotiate, false): break
    }
  }

  private mutating func readDialect(_ message: RawSpan) {
    switch message.littleEndian(2, at: 68) {
    case 0x0202: dialect = "2.0.2"
    case 0x0210: dialect = "2.1"
    case 0x0300: dialect = "3.0"
    case 0x0302: dialect = "3.0.2"
    case 0x0311: dialect = "3.1.1"
    // 0x02FF, the wildcard, is followed by another negotiation.
    default: break
    }
  }

  private mutating func readSetup(_ header: SMB2Message, _ message: RawSpan) {
    var setup = Setup(id: header.id)
    if let blob = SMB2Message.buffer(at: 76, in: message), !blob.isEmpty {
      setup.ntlm = NTLMMessage.find(in: message, blob)
      setup.hasCredentials = setup.ntlm.map { $0.kind == .authenticate && !$0.isAnonymous } ?? true
    }
    add(setup)
  }

  private mutating func readSetupAnswer(_ header: SMB2Message, _ message: RawSpan) {
    let challenge = SMB2Message.buffer(at: 68, in: message).flatMap { NTLMMessage.find(in: message, $0) }
    answerSetup(header.id) {
      $0.status = header.status
      $0.challenge = challenge
      $0.isGuest = header.status == 0 && (message.littleEndian(2, at: 66) ?? 0) & 3 != 0
    }
  }
}

/// What a client wants to do with a file (MS-SMB2 section 2.2.13.1.1).
enum SMBAccess {
  /// The words for a mask of access.
  static func words(_ mask: Int) -> [String] {
    var words: [String] = []
    if mask & 0x9000_0001 != 0 { words.append("read") }
    if mask & 0x5000_0006 != 0 { words.append("write") }
    if mask & 0x1001_0000 != 0 { words.append("delete") }
    return words
  }
}
