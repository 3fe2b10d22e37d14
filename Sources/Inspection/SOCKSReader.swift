import Packets

/// Reads what a client asks of a SOCKS proxy; what the proxy forwards then is read as if it stood alone.
enum SOCKSReader {
  @Sendable static func read(client: RawSpan, server: RawSpan, _ collector: inout FactCollector) -> StreamReading {
    guard let session = SOCKSSession(client: client, server: server) else { return .other }
    collector.recognise(.socks)
    let (request, answer) = (session.request, session.answer)
    collector.note(
      "socks",
      [
        ("version", .number(UInt64(session.version))), ("user", session.user.map { .text($0) }),
        ("password", session.hasPassword ? .flag(true) : nil),
        ("status", status(of: session).map { .text($0) }),
        ("request.host", (request?.host).map { .text($0.description) }),
        ("request.name", (request?.name).map { .text($0) }),
        ("request_p", (request?.port).map { .number(UInt64($0)) }),
        ("bound.host", (answer?.host).map { .text($0.description) }),
        ("bound.name", (answer?.name).map { .text($0) }),
        ("bound_p", (answer?.port).map { .number(UInt64($0)) }),
      ])
    noteLogin(session, &collector)
    guard let request, request.code == SOCKSMessage.connect else { return .recognised }
    collector.act(.proxyConnect)
    if let target = request.name ?? request.host?.description { collector.hops("SOCKS", [target]) }
    return session.isGranted ? .handover(client: session.clientEnd, server: session.serverEnd) : .recognised
  }

  /// Notes user and password of version 5; that of version 4 is a name that nobody checks.
  private static func noteLogin(_ session: SOCKSSession, _ collector: inout FactCollector) {
    guard session.version == 5, let user = session.user else { return }
    switch session.isAccepted {
    case true?:
      collector.act(.login)
      collector.account(user, of: .socks)
    case false?: collector.act(.loginFailure)
    case nil: collector.act(.loginAttempt)
    }
  }

  /// What the proxy says it made of the request, in Zeek's words.
  private static func status(of session: SOCKSSession) -> String? {
    guard let code = (session.answer?.code).map(Int.init) else { return nil }
    let words = session.version == 4 ? words4 : words5
    let index = session.version == 4 ? code - Int(SOCKSMessage.granted4) : code
    return words.indices.contains(index) ? words[index] : "unknown-\(code)"
  }

  private static let words4 = [
    "request granted", "request rejected or failed", "request rejected because of identd connection failure",
    "request rejected because of wrong user",
  ]
  private static let words5 = [
    "succeeded", "general SOCKS server failure", "connection not allowed by ruleset", "Network unreachable",
    "Host unreachable", "Connection refused", "TTL expired", "Command not supported", "Address type not supported",
  ]
}
