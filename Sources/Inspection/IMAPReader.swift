import Packets

/// Reads IMAP 4 (RFC 9051, RFC 3501): logins and whether mail was fetched.
enum IMAPReader {
  private static let verbs: Set<String> = [
    "APPEND", "AUTHENTICATE", "CAPABILITY", "CHECK", "CLOSE", "CREATE", "DELETE", "ENABLE", "EXAMINE", "EXPUNGE",
    "FETCH",
    "ID", "IDLE", "LIST", "LOGIN", "LOGOUT", "LSUB", "NAMESPACE", "NOOP", "SEARCH", "SELECT", "STARTTLS", "STATUS",
    "STORE",
    "SUBSCRIBE", "UID", "UNSELECT", "XLIST", "COMPRESS", "GETQUOTAROOT",
  ]

  @Sendable static func read(client: RawSpan, server: RawSpan, _ collector: inout FactCollector) -> StreamReading {
    guard isIMAP(client, server) else { return .other }
    collector.recognise(.imap)
    var session = IMAPSession(client, server)
    return session.read(client, server, &collector)
  }

  /// Whether the client's first line is a tag and a command, and the server, if it was seen, answers as IMAP does.
  private static func isIMAP(_ client: RawSpan, _ server: RawSpan) -> Bool {
    let all = 0..<server.byteCount
    let greets =
      server.begins(with: "* OK", in: all) || server.begins(with: "* PREAUTH", in: all)
      || server.begins(with: "* BYE", in: all)
    var lines = LineReader(0..<client.byteCount)
    guard let line = lines.next(client) else {
      var answers = LineReader(0..<server.byteCount)
      guard client.byteCount == 0, greets, let greeting = answers.next(server) else { return false }
      return server.text(greeting).uppercased().firstRange(of: "IMAP") != nil
    }
    let command = IMAPCommand(client, line)
    guard let command, verbs.contains(command.verb) else { return false }
    let answers =
      greets || server.says("* ", at: 0) || server.begins(with: command.tag + [0x20], in: all)
    // Without the server, a tag that is a word may be a verb of another protocol.
    return server.byteCount == 0 ? command.tag.contains { (0x30...0x39).contains($0) } : answers
  }
}
