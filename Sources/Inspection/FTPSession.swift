import Packets

/// A control connection of FTP: commands in order, each with its final reply.
struct FTPSession {
  private var lines: LineReader
  private var replies: ReplyReader?
  private var user: String?
  private var folder: String?

  /// Begins a session with the server's greeting; one that begins in the middle has no replies.
  init(_ client: RawSpan, _ server: RawSpan) {
    lines = LineReader(0..<client.byteCount)
    var replies = ReplyReader(server, repeatsCode: false)
    if let greeting = Self.final(&replies, server)?.reply, greeting.code == 220 { self.replies = replies }
  }

  /// Reads the session to its end, or to where TLS begins.
  mutating func read(_ client: RawSpan, _ server: RawSpan, _ collector: inout FactCollector) -> StreamReading {
    while let line = lines.next(client) {
      guard let command = CommandLine(client, line) else {
        _ = reply(server)
        continue
      }
      let (reply, hasBegun) = reply(server) ?? (nil, false)
      switch command.verb {
      case "USER":
        user = command.argument.text
        // Without a password there were no credentials, but the name may be enough.
        if reply?.isPositive == true { noteLogin(command, reply, &collector) }
      case "PASS": noteLogin(command, reply, &collector)
      case "CWD", "XCWD": if reply?.isPositive != false { folder = command.argument.text }
      case "AUTH":
        guard reply?.code == 234, let replies else { continue }
        note(command, reply, [("tls", .flag(true))], &collector)
        return .handover(client: lines.position, server: replies.position)
      case "RETR", "STOR", "APPE", "STOU":
        if hasBegun || reply?.isPositive == true {
          collector.act(command.verb == "RETR" ? .fileDownload : .fileUpload)
        }
        note(command, reply, [], &collector)
      case "PORT", "EPRT", "PASV", "EPSV":
        note(command, reply, FTPDataChannel.fields(command, reply), &collector)
      case "DELE", "MKD", "RNFR", "RNTO", "RMD": note(command, reply, [], &collector)
      default: break
      }
    }
    return .recognised
  }

  private mutating func reply(_ server: RawSpan) -> (reply: ReplyReader.Reply?, hasBegun: Bool)? {
    guard var replies else { return nil }
    defer { self.replies = replies }
    return Self.final(&replies, server)
  }

  /// The next reply that is not preliminary, and whether a preliminary one came before it (RFC 959 section 4.2).
  private static func final(
    _ replies: inout ReplyReader, _ server: RawSpan
  ) -> (reply: ReplyReader.Reply?, hasBegun: Bool)? {
    var hasBegun = false
    while let reply = replies.next(server) {
      guard reply.code < 200 else { return (reply, hasBegun) }
      hasBegun = true
    }
    return (nil, hasBegun)
  }

  private func noteLogin(_ command: CommandLine, _ reply: ReplyReader.Reply?, _ collector: inout FactCollector) {
    let isAnonymous = user.map { ["anonymous", "ftp", "guest"].contains($0.lowercased()) } ?? false
    let outcome: LoginOutcome =
      reply.map { $0.isPositive ? .accepted : $0.isNegative ? .refused : .unknown } ?? .unknown
    let hasPassword = command.verb == "PASS" && !command.argument.isEmpty
    // A server may repeat what it does not understand.
    let message = reply?.last.firstRange(of: command.argument.text) == nil ? reply?.last : nil
    if !isAnonymous {
      // What anybody may say is no credential.
      collector.act(outcome.action)
      if outcome == .accepted, let user { collector.account(user, of: .ftp) }
    }
    collector.note(
      "ftp",
      [
        ("user", user.map(FactValue.text)), ("has_password", hasPassword && !isAnonymous ? .flag(true) : nil),
        ("command", .text(command.verb)), ("reply_code", reply.map { .number(UInt64($0.code)) }),
        ("reply_msg", message.map(FactValue.text)),
      ])
  }

  private func note(
    _ command: CommandLine, _ reply: ReplyReader.Reply?, _ more: [(String, FactValue?)],
    _ collector: inout FactCollector
  ) {
    collector.note(
      "ftp",
      [
        ("user", user.map(FactValue.text)), ("command", .text(command.verb)), ("arg", .text(command.argument.text)),
        ("reply_code", reply.map { .number(UInt64($0.code)) }), ("reply_msg", (reply?.last).map(FactValue.text)),
        ("cwd", folder.map(FactValue.text)),
      ] + more)
  }
}
