import Packets

/// A session of SMTP (RFC 5321): commands in order, each with the reply that is for it.
///
/// Where the server's bytes are missing, end, or begin in the middle, the commands stand without replies.
struct SMTPSession {
  private var lines: LineReader
  private var replies: ReplyReader?
  private var helo: String?
  private var login: SASLExchange?
  private var mail: SMTPMail?
  private var mailCount = 0
  private var lastReply: String?

  /// Begins a session with the server's greeting.
  init(_ client: RawSpan, _ server: RawSpan) {
    lines = LineReader(0..<client.byteCount)
    let begin = ReplyReader(server, repeatsCode: true)
    var replies = begin
    guard let first = replies.next(server) else { return }
    if first.code == 220 || first.isNegative {
      self.replies = replies
      lastReply = first.text
    } else if first.code == 250, CommandLine.first(client)?.verb.hasSuffix("LO") == true {
      // The greeting was not seen, but what answers the client's own.
      self.replies = begin
    }
  }

  /// Reads the session to its end, or to where TLS begins.
  mutating func read(
    _ client: RawSpan, _ server: RawSpan, _ collector: inout FactCollector
  ) -> StreamReading {
    while let line = lines.next(client) {
      // What is no command is answered too, if it is a line at all.
      guard line.count <= CommandLine.limit else { break }
      guard let command = CommandLine(client, line) else {
        _ = reply(server, mayEcho: true)
        continue
      }
      switch command.verb {
      case "AUTH": readLogin(command, client, server, &collector)
      case "DATA": readData(client, server, &collector)
      case "BDAT": readChunk(command, client, server, &collector)
      case "STARTTLS":
        guard reply(server)?.code == 220, let replies else { continue }
        finishMail(&collector)
        noteSession(tls: true, &collector)
        return .handover(client: lines.position, server: replies.position)
      default: readEnvelope(command, server, &collector)
      }
    }
    finishMail(&collector)
    if mailCount == 0 { noteSession(tls: false, &collector) }
    return .recognised
  }

  /// The next reply; of one that may repeat what the client wrote, and so a password, only the code is kept.
  private mutating func reply(_ server: RawSpan, mayEcho: Bool = false) -> ReplyReader.Reply? {
    guard let reply = replies?.next(server) else { return nil }
    lastReply = mayEcho ? "\(reply.code)" : reply.text
    return reply
  }

  private mutating func readEnvelope(_ command: CommandLine, _ server: RawSpan, _ collector: inout FactCollector) {
    switch command.verb {
    case "EHLO", "HELO", "LHLO", "RSET", "QUIT":
      // A mail ends before the reply to the next command.
      finishMail(&collector)
      _ = reply(server)
      if command.verb.hasSuffix("LO") {
        helo = command.argument.text
        collector.software(.helo, command.argument.text)
      }
    case "MAIL":
      let reply = reply(server)
      // One that is refused inside another changes nothing.
      guard mail == nil || reply?.isNegative != true else { return }
      finishMail(&collector)
      beginMail(SMTPMail.path(command.argument))
    case "RCPT":
      _ = reply(server)
      if mail == nil { beginMail("") }
      mail?.append(recipient: SMTPMail.path(command.argument))
    default: _ = reply(server, mayEcho: true)
    }
  }

  /// Begins a mail; its sender is not known where the session begins in the middle.
  private mutating func beginMail(_ sender: String) {
    mailCount += 1
    mail = SMTPMail(number: mailCount, sender: sender)
  }

  /// Reads a mail's text, if the server asked for it; without its reply, if what follows is no command.
  private mutating func readData(_ client: RawSpan, _ server: RawSpan, _ collector: inout FactCollector) {
    var reply = reply(server)
    if reply?.isPositive == true {
      // No server accepts DATA so: the replies are out of step with the commands.
      (replies, reply) = (nil, nil)
    }
    var ahead = lines
    let isText = reply.map { $0.code == 354 } ?? !(ahead.next(client).map { Self.isCommand(client, $0) } ?? false)
    guard isText else { return }
    let start = lines.position
    var end = client.byteCount
    var isWhole = false
    while let line = lines.next(client) {
      guard line.count == 1, client.uint8(at: line.lowerBound) == UInt8(ascii: ".") else { continue }
      end = line.lowerBound
      isWhole = true
      break
    }
    if mail == nil { beginMail("") }
    mail?.text = client.bytes(start..<max(start, end))
    mail?.wasAsked = reply?.code == 354
    if !isWhole { _ = lines.skip(client.byteCount) }
    let final = self.reply(server)
    mail?.wasRefused = final?.isNegative == true
    finishMail(&collector)
  }

  /// Reads a chunk of a mail's text (RFC 3030), which is asked for by accepting it.
  private mutating func readChunk(
    _ command: CommandLine, _ client: RawSpan, _ server: RawSpan, _ collector: inout FactCollector
  ) {
    let size = command.words.first.flatMap { $0.count <= 12 ? Int($0.text) : nil } ?? 0
    let chunk = lines.skip(size)
    mail?.append(client.bytes(chunk))
    if let reply = reply(server) {
      mail?.wasAsked = reply.isPositive
      mail?.wasRefused = reply.isNegative
    }
    if command.words.last?.lowercased == Array("last".utf8) { finishMail(&collector) }
  }

  /// Reads an exchange of AUTH (RFC 4954).
  private mutating func readLogin(
    _ command: CommandLine, _ client: RawSpan, _ server: RawSpan, _ collector: inout FactCollector
  ) {
    let words = command.words
    var reply = reply(server, mayEcho: true)
    guard let name = words.first, var exchange = SASLExchange(name) else { return }
    if words.count > 1 { exchange.append(words[1]) }
    var ahead = lines
    while let line = ahead.next(client), reply.map({ $0.code == 334 }) ?? !Self.isCommand(client, line) {
      lines = ahead
      if client.bytes(line).trimmed == [UInt8(ascii: "*")] { return _ = self.reply(server, mayEcho: true) }
      exchange.append(client.bytes(line))
      reply = self.reply(server, mayEcho: true)
    }
    login = exchange
    let outcome: LoginOutcome =
      reply.map { $0.code == 235 ? .accepted : $0.isNegative ? .refused : .unknown } ?? .unknown
    collector.note(exchange, outcome, of: .smtp)
  }

  /// Whether a line is a command rather than text or Base64.
  private static func isCommand(_ client: RawSpan, _ line: Range<Int>) -> Bool {
    guard let command = CommandLine(client, line) else { return false }
    let verbs = ["EHLO", "HELO", "MAIL", "RCPT", "DATA", "BDAT", "RSET", "NOOP", "QUIT", "AUTH", "STARTTLS", "VRFY"]
    return verbs.contains(command.verb)
  }

  private mutating func finishMail(_ collector: inout FactCollector) {
    // A mail that can be read was not encrypted.
    mail?.note(fields + [("tls", .flag(false))], in: &collector)
    mail = nil
  }

  private func noteSession(tls: Bool, _ collector: inout FactCollector) {
    collector.note("smtp", fields + [("tls", .flag(tls))])
  }

  /// What the session says of each of its mails.
  private var fields: [(String, FactValue?)] {
    [
      ("helo", helo.map(FactValue.text)), ("last_reply", lastReply.map(FactValue.text)),
      ("username", (login?.username).map(FactValue.text)),
      ("has_password", login?.hasPassword == true ? .flag(true) : nil),
      ("auth_mechanism", (login?.mechanism).map(FactValue.text)),
    ]
  }
}

extension FactCollector {
  /// Notes a login with SASL.
  mutating func note(_ exchange: SASLExchange, _ outcome: LoginOutcome, of service: Service) {
    act(outcome.action)
    if outcome == .accepted, let name = exchange.username { account(name, of: service) }
    if let bearer = exchange.bearer, LikelySecret.matches(bearer) { link(.bearer, bearer) }
  }
}
