import Cryptography

/// What the readers of a flow hand their findings to: the one place where their number and length are bounded, and where
/// secrets turn into hashes.
struct FactCollector {
  private(set) var facts = ApplicationFacts()
  /// Whether the client of the protocol that is read is the flow's originator.
  var clientIsOriginator = true
  private let hash: KeyedHash
  /// Bytes of text that may still be noted: a compressed name or field may stand for a hundred times its bytes, and reports
  /// list a thousand flows of each finding.
  private var room = 65_536

  init(hash: KeyedHash) { self.hash = hash }

  /// Gives up the findings.
  consuming func finish() -> ApplicationFacts { facts }

  /// Notes that a protocol was recognised.
  mutating func recognise(_ service: Service) {
    if !facts.services.contains(service) { facts.services.append(service) }
  }

  /// Notes what was done.
  mutating func act(_ actions: ActionSet) { facts.actions.formUnion(actions) }

  /// Notes what was said.
  ///
  /// - Parameters:
  ///   - log: Zeek's log of the protocol.
  ///   - fields: Names and values; those without value, and empty texts and lists, are left out. Long ones are cut.
  mutating func note(_ log: String, _ fields: @autoclosure () -> [(String, FactValue?)]) {
    guard facts.entries.count < ApplicationFacts.entryLimit, room > 0 else {
      facts.omitted += 1
      return
    }
    let fields = fields()
    let values = fields.map { $0.1?.bounded }
    var kept: [FactEntry.Field] = []
    // No more room than is needed: most fields say nothing, and an entry is held as long as its flow.
    kept.reserveCapacity(values.count { $0 != nil })
    for (field, value) in zip(fields, values) {
      guard let value else { continue }
      room -= value.byteCount
      kept.append(FactEntry.Field(name: field.0, value: value))
    }
    if !kept.isEmpty { facts.entries.append(FactEntry(log: log, fields: kept)) }
  }

  /// Keeps the hash of something that may link the flow to others.
  ///
  /// - Parameters:
  ///   - kind: What it is.
  ///   - bytes: The thing itself, which is not kept.
  ///   - isIssued: Whether the server issued it; else the client showed it.
  mutating func link(_ kind: LinkToken.Kind, _ bytes: some Sequence<UInt8>, isIssued: Bool = false) {
    let token = LinkToken(
      kind: kind, hash: hash([UInt8](kind.rawValue.utf8) + [0] + bytes), isIssued: isIssued,
      clientIsOriginator: clientIsOriginator)
    guard !facts.tokens.contains(token) else { return }
    guard facts.tokens.count < ApplicationFacts.tokenLimit else {
      facts.omitted += 1
      return
    }
    facts.tokens.append(token)
  }

  /// Keeps the hash of an account that was used, whatever the case of its name.
  ///
  /// - Parameters:
  ///   - name: The account's name, which may be noted too.
  ///   - service: What it is an account of.
  mutating func account(_ name: String, of service: Service) {
    guard !name.isEmpty else { return }
    link(.account, [UInt8]("\(service.rawValue) \(name.lowercased())".utf8))
  }

  /// Notes a mark of the client's software.
  mutating func software(_ kind: SoftwareMark.Kind, _ value: String) {
    guard !value.isEmpty, !facts.software.contains(where: { $0.kind == kind }) else { return }
    facts.software.append(SoftwareMark(kind: kind, value: value.cut))
  }

  /// Notes a chain of hops that content names.
  ///
  /// - Parameters:
  ///   - field: The field that names them.
  ///   - nodes: The hops; the last is the one that the sender itself added.
  mutating func hops(_ field: String, _ nodes: [String]) {
    let chain = (facts.hops.last?.chain ?? -1) + 1
    // Each request of a connection names the same ones, most of the time.
    let known = Dictionary(grouping: facts.hops.filter { $0.field == field }, by: \.chain).values
    guard !known.contains(where: { $0.map(\.node) == nodes.map(\.cut) }) else { return }
    // The end of a chain is what may be vouched for.
    let room = ApplicationFacts.listLimit - facts.hops.count
    facts.omitted += max(0, nodes.count - room)
    for node in nodes.suffix(room) { facts.hops.append(ForwardedHop(field: field, node: node.cut, chain: chain)) }
  }
}

extension FactValue {
  fileprivate var byteCount: Int {
    switch self {
    case .text(let text): text.utf8.count
    case .texts(let texts): texts.reduce(0) { $0 + 16 + $1.utf8.count }
    case .numbers(let numbers): 8 * numbers.count
    case .number, .flag: 0
    }
  }

  /// The value within the limits; nothing if it says nothing.
  fileprivate var bounded: FactValue? {
    switch self {
    case .text(let text): text.isEmpty ? nil : .text(text.cut)
    case .texts(let texts):
      texts.isEmpty ? nil : .texts(texts.prefix(ApplicationFacts.listLimit).map(\.cut))
    case .numbers(let numbers): numbers.isEmpty ? nil : .numbers(Array(numbers.prefix(ApplicationFacts.listLimit)))
    case .number, .flag: self
    }
  }
}

extension String {
  /// The text, cut to the limit between two characters.
  fileprivate var cut: String {
    guard utf8.count > ApplicationFacts.textLimit else { return self }
    var end = utf8.index(utf8.startIndex, offsetBy: ApplicationFacts.textLimit)
    while UTF8.isContinuation(utf8[end]) { utf8.formIndex(before: &end) }
    return String(self[..<end])
  }
}
