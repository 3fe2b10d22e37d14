import Packets

/// A session of POP3: commands in order, each with the answer that is for it.
struct POP3Session {
  private var lines: LineReader
  private var answers: LineReader?
  private var visit = MailboxVisit(.pop3, counter: "messages")

  /// Begins a session with the server's greeting; one that begins in the middle has no answers.
  init(_ client: RawSpan, _ server: RawSpan) {
    lines = LineReader(0..<client.byteCount)
    let isBegin = CommandLine.first(client).map { ["APOP", "AUTH", "CAPA", "STLS", "USER", "QUIT"].contains($0.verb) }
    var answers = LineReader(0..<server.byteCount)
    if isBegin ?? false, answers.next(server) != nil { self.answers = answers }
  }

  /// Reads the session to its end, or to where TLS begins.
  mutating func read(_ client: RawSpan, _ server: RawSpan, _ collector: inout FactCollector) -> StreamReading {
    while let line = lines.next(client) {
      guard let command = CommandLine(client, line) else {
        _ = answer(server)
        continue
      }
      switch command.verb {
      case "USER":
        visit.username = command.argument.text
        _ = answer(server)
      case "PASS":
        visit.hasPassword = !command.argument.isEmpty
        visit.finishLogin(nil, isAccepted: answer(server), &collector)
      case "APOP":
        (visit.username, visit.mechanism) = (command.words.first?.text, "APOP")
        visit.finishLogin(nil, isAccepted: answer(server), &collector)
      case "AUTH": readExchange(command, client, server, &collector)
      case "STLS":
        guard answer(server) == true, let answers else { continue }
        visit.note(tls: true, &collector)
        return .handover(client: lines.position, server: answers.position)
      default: readOther(command, server, &collector)
      }
    }
    visit.note(tls: false, &collector)
    return .recognised
  }

  private mutating func readOther(_ command: CommandLine, _ server: RawSpan, _ collector: inout FactCollector) {
    let answer = answer(server)
    guard answer == true else { return }
    let isFetch = command.verb == "RETR" || command.verb == "TOP"
    if isFetch { visit.fetch(&collector) }
    let isList = (command.verb == "LIST" || command.verb == "UIDL") && command.argument.isEmpty
    if isFetch || isList || command.verb == "CAPA" { skipLines(server) }
  }

  /// Whether the next answer accepts; nothing if it was not seen.
  private mutating func answer(_ server: RawSpan) -> Bool? {
    guard let line = answers?.next(server) else { return nil }
    if server.says("+OK", at: line.lowerBound) { return true }
    if server.says("-ERR", at: line.lowerBound) { return false }
    answers = nil
    return nil
  }

  /// Moves over the lines of an answer, up to one with a dot alone (RFC 1939 section 3).
  private mutating func skipLines(_ server: RawSpan) {
    while let line = answers?.next(server) {
      if line.count == 1, server.uint8(at: line.lowerBound) == UInt8(ascii: ".") { return }
    }
    answers = nil
  }

  /// Reads an exchange of AUTH (RFC 5034).
  private mutating func readExchange(
    _ command: CommandLine, _ client: RawSpan, _ server: RawSpan, _ collector: inout FactCollector
  ) {
    let words = command.words
    guard let name = words.first, var exchange = SASLExchange(name) else {
      // Without a mechanism it asks for the list of them.
      if answer(server) == true, words.isEmpty { skipLines(server) }
      return
    }
    if words.count > 1 { exchange.append(words[1]) }
    var ahead = lines
    while let line = ahead.next(client), isAsked(server, for: client, line) {
      lines = ahead
      exchange.append(client.bytes(line))
    }
    visit.finishLogin(exchange, isAccepted: answer(server), &collector)
  }

  /// Whether a line answers the server's `+ `; where the server was not seen, whether it is no command.
  private mutating func isAsked(_ server: RawSpan, for client: RawSpan, _ line: Range<Int>) -> Bool {
    guard var ahead = answers, let answer = ahead.next(server) else { return CommandLine(client, line) == nil }
    guard server.says("+", at: answer.lowerBound), !server.says("+OK", at: answer.lowerBound) else { return false }
    answers = ahead
    return true
  }
}
