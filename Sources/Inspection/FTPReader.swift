import Packets

/// Reads the control connection of FTP (RFC 959).
enum FTPReader {
  /// Commands that SMTP, POP3 and NNTP do not have.
  private static let own: Set<String> = [
    "ABOR", "ACCT", "ALLO", "APPE", "CLNT", "CWD", "EPRT", "EPSV", "FEAT", "MDTM", "MKD", "MLSD", "MLST", "NLST",
    "OPTS", "PASV", "PBSZ", "PORT", "PROT", "PWD", "RNFR", "SITE", "STOR", "STOU", "STRU", "SYST", "TYPE", "XPWD",
  ]

  @Sendable static func read(client: RawSpan, server: RawSpan, _ collector: inout FactCollector) -> StreamReading {
    guard isFTP(client, server) else { return .other }
    collector.recognise(.ftp)
    collector.software(.commandOrder, CommandLine.order(client))
    var session = FTPSession(client, server)
    return session.read(client, server, &collector)
  }

  /// Whether the server replies as FTP does to a client that speaks it; or the client alone says what no other says.
  private static func isFTP(_ client: RawSpan, _ server: RawSpan) -> Bool {
    var replies = ReplyReader(server, repeatsCode: false)
    let greeting = replies.next(server)
    guard server.byteCount == 0 || greeting != nil else { return false }
    guard let command = CommandLine.first(client) else {
      guard client.byteCount == 0, let greeting else { return false }
      return greeting.code == 220
        && greeting.first.uppercased().split { !$0.isLetter && $0 != "-" }.contains {
          $0.hasSuffix("FTP") || $0.hasSuffix("FTPD")
        }
    }
    let isAuth =
      command.verb == "AUTH" && command.words.first.map { ["TLS", "SSL"].contains($0.text.uppercased()) } ?? false
    guard greeting != nil else { return commands(client).filter(own.contains).count >= 2 }
    return isAuth || command.verb == "USER" || command.verb == "PASS" || own.contains(command.verb)
  }

  /// The verbs of the first commands.
  private static func commands(_ client: RawSpan) -> [String] {
    var lines = LineReader(0..<client.byteCount)
    return (0..<8).compactMap { _ in lines.next(client).flatMap { CommandLine(client, $0)?.verb } }
  }
}
