/// Who logs in to a mailbox, with what outcome, and how much is fetched: what IMAP and POP3 tell alike.
struct MailboxVisit {
  private let service: Service
  /// The name of the field that counts what was fetched.
  private let counter: String
  var username: String?
  var mechanism: String?
  var hasPassword = false
  private var outcome: LoginOutcome?
  private var fetched = 0

  init(_ service: Service, counter: String) { (self.service, self.counter) = (service, counter) }

  /// Notes that mail is fetched.
  mutating func fetch(_ collector: inout FactCollector) {
    collector.act(.mailRead)
    fetched += 1
  }

  /// Ends a login.
  ///
  /// - Parameters:
  ///   - exchange: The exchange of SASL that it was; nothing if the protocol's own commands were it.
  ///   - isAccepted: Whether it was accepted; nothing if the answer was not seen.
  ///   - collector: Takes notes.
  mutating func finishLogin(_ exchange: SASLExchange?, isAccepted: Bool?, _ collector: inout FactCollector) {
    let outcome: LoginOutcome = isAccepted.map { $0 ? .accepted : .refused } ?? .unknown
    self.outcome = outcome
    if let exchange {
      (username, mechanism, hasPassword) = (exchange.username, exchange.mechanism, exchange.hasPassword)
      collector.note(exchange, outcome, of: service)
    } else {
      collector.act(outcome.action)
      if outcome == .accepted, let username { collector.account(username, of: service) }
    }
  }

  /// Notes the visit.
  ///
  /// - Parameters:
  ///   - tls: Whether the session goes on in TLS.
  ///   - collector: Takes notes.
  func note(tls: Bool, _ collector: inout FactCollector) {
    collector.note(
      service.rawValue,
      [
        ("username", username.map(FactValue.text)), ("has_password", hasPassword ? .flag(true) : nil),
        ("auth_mechanism", mechanism.map(FactValue.text)), ("auth_success", outcome?.success),
        (counter, fetched > 0 ? .number(UInt64(fetched)) : nil), ("tls", tls ? .flag(true) : nil),
      ])
  }
}
