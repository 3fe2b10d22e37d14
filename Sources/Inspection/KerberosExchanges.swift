/// The requests of a flow, each with its answer.
struct KerberosExchanges {
  /// A request with its answer, or one of both.
  private struct Exchange {
    var request: KerberosMessage?
    var answer: KerberosMessage?

    /// What is asked for: to be authenticated (AS), or a ticket with what was given then (TGS).
    var type: String? {
      switch request?.kind ?? answer?.kind {
      case .authenticationRequest, .authenticationReply: "AS"
      case .ticketRequest, .ticketReply: "TGS"
      case .error, nil: nil
      }
    }

    /// The client with its realm.
    var client: String? {
      guard let name = answer?.client ?? request?.client else { return nil }
      return (answer?.realm ?? request?.realm).map { "\(name)/\($0)" } ?? name
    }
  }

  /// The error that a password, or what else was shown, is wrong (RFC 4120 section 7.5.9).
  private static let failedProof = 24

  private var exchanges: [Exchange] = []

  /// Adds a message.
  ///
  /// - Parameters:
  ///   - message: The message. An answer belongs to the first request of its kind that has none.
  ///   - isAnswer: Whether the server sent it; nothing if that is not known.
  /// - Returns: Whether it is one that this side may send.
  mutating func add(_ message: KerberosMessage, isAnswer: Bool? = nil) -> Bool {
    let isRequest = message.kind == .authenticationRequest || message.kind == .ticketRequest
    guard isAnswer != isRequest else { return false }
    guard !isRequest else {
      exchanges.append(Exchange(request: message))
      return true
    }
    let type = Exchange(answer: message).type
    if let index = exchanges.firstIndex(where: { $0.answer == nil && (type == nil || $0.type == type) }) {
      exchanges[index].answer = message
    } else {
      exchanges.append(Exchange(answer: message))
    }
    return true
  }

  /// Notes all.
  func note(_ collector: inout FactCollector) {
    for exchange in exchanges {
      let (request, answer) = (exchange.request, exchange.answer)
      noteLogin(exchange, &collector)
      collector.note(
        "kerberos",
        [
          ("request_type", exchange.type.map { .text($0) }), ("client", exchange.client.map { .text($0) }),
          ("service", (request?.service ?? answer?.service).map { .text($0) }),
          ("success", answer.map { .flag($0.kind != .error) }),
          ("error_msg", (answer?.errorCode).map { .text(KerberosError.name($0)) }),
        ])
    }
  }

  /// Notes what became of who wanted to be authenticated; one who shows nothing proves nothing, whatever is answered.
  private func noteLogin(_ exchange: Exchange, _ collector: inout FactCollector) {
    let mayProve = exchange.request?.isPreauthenticated ?? true
    switch exchange.answer?.kind {
    case .authenticationReply where mayProve:
      collector.act(.login)
      if let client = exchange.client { collector.account(client, of: .krb) }
    case .error where exchange.answer?.errorCode == Self.failedProof: collector.act(.loginFailure)
    case nil where exchange.request?.kind == .authenticationRequest && mayProve: collector.act(.loginAttempt)
    default: break
    }
  }
}
