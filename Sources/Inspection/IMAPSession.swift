import Packets

/// A session of IMAP: commands, and the answers that bear their tags.
struct IMAPSession {
  private struct Result {
    let isOK: Bool
    /// Where the answer's line ends.
    let end: Int
  }

  private var lines: LineReader
  private let results: [[UInt8]: Result]
  private var visit = MailboxVisit(.imap, counter: "fetches")

  /// Begins a session with the answers that the server gave to tags.
  init(_ client: RawSpan, _ server: RawSpan) {
    lines = LineReader(0..<client.byteCount)
    results = Self.results(server)
  }

  /// The answers by tag; of a tag that was used twice the first.
  private static func results(_ server: RawSpan) -> [[UInt8]: Result] {
    var results: [[UInt8]: Result] = [:]
    var lines = LineReader(0..<server.byteCount)
    while let line = lines.next(server) {
      let text = server.bytes(line)
      if let count = IMAPCommand.literal(text), text.first == UInt8(ascii: "*") { _ = lines.skip(count) }
      let words = text.prefix(48).split(separator: 0x20, maxSplits: 2).map(Array.init)
      guard words.count >= 2, words[0] != [UInt8(ascii: "*")], words[0] != [UInt8(ascii: "+")] else { continue }
      let status = words[1].lowercased.text
      guard ["ok", "no", "bad"].contains(status), results[words[0]] == nil else { continue }
      results[words[0]] = Result(isOK: status == "ok", end: lines.position)
    }
    return results
  }

  /// Reads the session to its end, or to where TLS begins.
  mutating func read(_ client: RawSpan, _ server: RawSpan, _ collector: inout FactCollector) -> StreamReading {
    while let line = lines.next(client) {
      guard let command = IMAPCommand(client, line) else { continue }
      let result = results[command.tag]
      switch command.verb {
      case "LOGIN": readLogin(command, result, client, &collector)
      case "AUTHENTICATE": readExchange(command, result, client, &collector)
      case "FETCH":
        guard result?.isOK != false, server.byteCount > 0, Self.fetchesText(command.argument) else { continue }
        visit.fetch(&collector)
      case "STARTTLS":
        guard let result, result.isOK else { continue }
        visit.note(tls: true, &collector)
        return .handover(client: lines.position, server: result.end)
      default: _ = arguments(command, client)
      }
    }
    visit.note(tls: false, &collector)
    return .recognised
  }

  /// Whether a FETCH asks for what a mail says, not for its flags or size alone (RFC 9051 section 6.4.5).
  private static func fetchesText(_ argument: [UInt8]) -> Bool {
    let text = Array(argument.prefix(4_096)).lowercased.text
    let words = text.split { " ()".contains($0) }
    return words.contains {
      $0.hasPrefix("body[") || $0.hasPrefix("body.peek[") || $0 == "envelope" || $0 == "all" || $0 == "full"
    }
      || words.contains { $0.hasPrefix("rfc822") && $0 != "rfc822.size" }
  }

  /// The first two arguments of a command, with the literals that follow its line.
  private mutating func arguments(_ command: IMAPCommand, _ client: RawSpan) -> [[UInt8]] {
    var arguments: [[UInt8]] = []
    var text = command.argument
    for _ in 0..<8 {
      let literal = IMAPCommand.literal(text)
      while arguments.count < 2, !text.isEmpty, text.first != UInt8(ascii: "{") {
        let (value, rest) = IMAPCommand.string(text)
        arguments.append(value)
        text = rest
      }
      guard let literal else { break }
      let range = lines.skip(literal)
      if arguments.count < 2, range.count == literal { arguments.append(client.bytes(range)) }
      guard let line = lines.next(client) else { break }
      text = client.bytes(line).trimmed
    }
    return arguments
  }

  private mutating func readLogin(
    _ command: IMAPCommand, _ result: Result?, _ client: RawSpan, _ collector: inout FactCollector
  ) {
    let arguments = arguments(command, client)
    visit.username = arguments.first?.text
    visit.hasPassword = arguments.count > 1 && !arguments[1].isEmpty
    visit.finishLogin(nil, isAccepted: result?.isOK, &collector)
  }

  /// Reads an exchange of AUTHENTICATE (RFC 9051 section 6.2.2): the lines of Base64 that follow it.
  private mutating func readExchange(
    _ command: IMAPCommand, _ result: Result?, _ client: RawSpan, _ collector: inout FactCollector
  ) {
    let words = command.argument.split(separator: 0x20).map(Array.init)
    guard let name = words.first, var exchange = SASLExchange(name) else { return }
    if words.count > 1 { exchange.append(words[1]) }
    var ahead = lines
    while let line = ahead.next(client), !client.bytes(line).contains(0x20) {
      lines = ahead
      exchange.append(client.bytes(line))
    }
    visit.finishLogin(exchange, isAccepted: result?.isOK, &collector)
  }
}
