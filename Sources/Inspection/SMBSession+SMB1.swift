import Packets

/// Reads messages of SMB 1 (MS-CIFS section 2.2.4, MS-SMB section 2.2.4).
extension SMBSession {
  mutating func read(_ header: SMB1Message, _ message: RawSpan) {
    for block in header.blocks {
      switch (block.command, header.isResponse) {
      case (.negotiate, false): readOffer(header, block, message)
      case (.negotiate, true):
        let chosen = message.littleEndian(2, at: block.words.lowerBound) ?? offered.count
        if block.words.count >= 2, offered.indices.contains(chosen) { dialect = offered[chosen] }
      case (.sessionSetup, false): readSetup(header, block, message)
      case (.sessionSetup, true): readSetupAnswer(header, block, message)
      case (.treeConnect, false): readTree(header, block, message)
      case (.treeConnect, true): readTreeAnswer(header, block, message)
      case (.create, false):
        guard block.words.count == 48, let access = message.littleEndian(4, at: block.words.lowerBound + 15)
        else { continue }
        var data = MessageCursor(block.data)
        guard let name = header.text(&data, in: message), !name.isEmpty else { continue }
        add(File(id: header.id, name: name, access: SMBAccess.words(access)))
      case (.create, true): answerFile(header.id, status: header.status)
      case (nil, _): break
      }
    }
    // An error has no parameters, and of a chain only those commands that were reached.
    if header.isResponse, header.status != 0 { answerTree(header.id) { $0.status = header.status } }
  }

  private mutating func readOffer(_ header: SMB1Message, _ block: SMB1Message.Block, _ message: RawSpan) {
    var data = MessageCursor(block.data)
    offered = []
    while offered.count < ApplicationFacts.listLimit, data.integer(1, in: message) == 2,
      let dialect = header.text(&data, in: message, isUnicode: false)
    {
      offered.append(dialect)
    }
  }

  private mutating func readSetup(_ header: SMB1Message, _ block: SMB1Message.Block, _ message: RawSpan) {
    var data = MessageCursor(block.data)
    var setup = Setup(id: header.id)
    switch block.words.count {
    case 24:
      guard let count = message.littleEndian(2, at: block.words.lowerBound + 14), let blob = data.skip(count)
      else { break }
      setup.ntlm = NTLMMessage.find(in: message, blob)
      setup.hasCredentials = setup.ntlm.map { $0.kind == .authenticate && !$0.isAnonymous } ?? !blob.isEmpty
    case 26:
      guard let first = message.littleEndian(2, at: block.words.lowerBound + 14),
        let second = message.littleEndian(2, at: block.words.lowerBound + 16), data.skip(first) != nil,
        data.skip(second) != nil
      else { break }
      setup.user = header.text(&data, in: message)
      setup.domain = header.text(&data, in: message) ?? ""
      setup.hasCredentials = setup.user?.isEmpty == false
    default: return
    }
    nativeOS = header.text(&data, in: message) ?? nativeOS
    nativeManager = header.text(&data, in: message) ?? nativeManager
    add(setup)
  }

  private mutating func readSetupAnswer(_ header: SMB1Message, _ block: SMB1Message.Block, _ message: RawSpan) {
    var challenge: NTLMMessage?
    if block.words.count == 8, let count = message.littleEndian(2, at: block.words.lowerBound + 6) {
      var data = MessageCursor(block.data)
      challenge = data.skip(count).flatMap { NTLMMessage.find(in: message, $0) }
    }
    answerSetup(header.id) {
      $0.status = header.status
      $0.challenge = challenge
      let action = block.words.count >= 6 ? message.littleEndian(2, at: block.words.lowerBound + 4) ?? 0 : 0
      $0.isGuest = header.status == 0 && action & 1 != 0
    }
  }

  private mutating func readTree(_ header: SMB1Message, _ block: SMB1Message.Block, _ message: RawSpan) {
    var data = MessageCursor(block.data)
    guard block.words.count == 8, let count = message.littleEndian(2, at: block.words.lowerBound + 6),
      data.skip(count) != nil, let path = header.text(&data, in: message)
    else { return }
    add(Tree(id: header.id, path: path))
  }

  private mutating func readTreeAnswer(_ header: SMB1Message, _ block: SMB1Message.Block, _ message: RawSpan) {
    var data = MessageCursor(block.data)
    let service = header.status == 0 ? header.text(&data, in: message, isUnicode: false) : nil
    answerTree(header.id) {
      $0.status = header.status
      $0.kind = service.flatMap { ["A:": "DISK", "IPC": "PIPE", "LPT1:": "PRINT"][$0] }
    }
  }
}
