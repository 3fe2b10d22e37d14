import Packets

/// Reads POP3 (RFC 1939): logins and whether mail was fetched.
enum POP3Reader {
  private static let verbs: Set<String> = [
    "APOP", "AUTH", "CAPA", "DELE", "LIST", "NOOP", "PASS", "QUIT", "RETR", "RSET", "STAT", "STLS", "TOP", "UIDL",
    "USER",
    "UTF8", "LANG", "XTND",
  ]

  @Sendable static func read(client: RawSpan, server: RawSpan, _ collector: inout FactCollector) -> StreamReading {
    guard isPOP3(client, server) else { return .other }
    collector.recognise(.pop3)
    collector.software(.commandOrder, CommandLine.order(client))
    var session = POP3Session(client, server)
    return session.read(client, server, &collector)
  }

  /// Whether the server greets as POP3 does and the client speaks it, or either says what no other protocol does.
  private static func isPOP3(_ client: RawSpan, _ server: RawSpan) -> Bool {
    guard server.byteCount == 0 || server.says("+OK", at: 0) || server.says("-ERR", at: 0) else { return false }
    var lines = LineReader(0..<server.byteCount)
    let greeting = lines.next(server)
    guard let command = CommandLine.first(client) else {
      guard client.byteCount == 0, let greeting else { return false }
      return server.text(greeting).uppercased().firstRange(of: "POP") != nil
    }
    guard verbs.contains(command.verb) else { return false }
    let isOwn = ["APOP", "CAPA", "STLS", "UIDL"].contains(command.verb)
    if greeting == nil { return isOwn }
    // Others answer `+OK` too; their AUTH takes a password where this one takes a mechanism.
    return isOwn || command.verb != "AUTH" || command.argument.isEmpty
      || command.words.first.flatMap(SASLExchange.init) != nil
  }
}
