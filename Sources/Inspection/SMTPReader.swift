import Packets

/// Reads SMTP and LMTP.
enum SMTPReader {
  @Sendable static func read(client: RawSpan, server: RawSpan, _ collector: inout FactCollector) -> StreamReading {
    guard isSMTP(client, server) else { return .other }
    collector.recognise(.smtp)
    var session = SMTPSession(client, server)
    return session.read(client, server, &collector)
  }

  /// Whether the client begins as in no other protocol, or the server names SMTP and the client does not speak another.
  private static func isSMTP(_ client: RawSpan, _ server: RawSpan) -> Bool {
    var replies = ReplyReader(server, repeatsCode: true)
    let greeting = replies.next(server)
    guard server.byteCount == 0 || greeting != nil else { return false }
    if let command = CommandLine.first(client) {
      switch command.verb {
      case "EHLO", "HELO", "LHLO":
        return !command.argument.isEmpty || greeting.map { $0.code == 220 || $0.code == 250 } ?? false
      case "MAIL": return client.says("MAIL FROM:", at: 0)
      case "RCPT": return client.says("RCPT TO:", at: 0)
      case "AUTH", "QUIT", "NOOP", "RSET", "STARTTLS", "HELP", "VRFY", "EXPN": return greeting.map(namesSMTP) ?? false
      default: return false
      }
    }
    return client.byteCount == 0 && greeting.map(namesSMTP) ?? false
  }

  /// Whether a greeting names the protocol (RFC 5321 section 4.2).
  private static func namesSMTP(_ greeting: ReplyReader.Reply) -> Bool {
    let words = greeting.first.split { !$0.isLetter }
    return greeting.code == 220 && words.contains { ["SMTP", "ESMTP", "LMTP"].contains($0.uppercased()) }
  }
}
