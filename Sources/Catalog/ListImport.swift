public import Packets

/// A published list turned into entries of a catalog: an overlay, or claims that are never exclusive.
///
/// Prefixes are aggregated exactly, never widened; what lies in special-purpose space is left out and counted. The text
/// depends on the list and on what is said of it alone, not on the clock, and was read again before it is given.
public struct ListImport: Sendable {
  /// Why nothing was made of a list.
  public struct Failure: Error, Sendable {
    /// Where the fault lies.
    public enum Cause: Sendable {
      /// The file is not there, or cannot be read.
      case file
      /// The file holds no usable network.
      case list
      /// What was said of the list is wrong.
      case terms
    }

    /// Where the fault lies.
    public let cause: Cause
    /// What is wrong and how to mend it.
    public let message: String
  }

  /// What a list becomes.
  public enum Purpose: Sendable {
    /// An overlay: where the list is unclear, more is taken rather than less.
    case overlay
    /// Claims: only what is written exactly is taken.
    case claims
  }

  /// What is said of each claim made of a list.
  public struct ClaimTerms: Sendable {
    /// The id of the actor.
    public var actor: String
    /// What the claims say; never exclusive.
    public var relation: Claim.Relation
    /// How the addresses are used.
    public var kind: UseKind
    /// Start of validity, a date or time.
    public var validFrom: String?
    /// End of validity, a date or time.
    public var validUntil: String?
    /// When the claims enter the catalog, a date or time.
    public var recordedAt: String
    /// What they rest on.
    public var basis: [Claim.Basis]
    /// The list as a source: title, publisher, date; one list is one source.
    public var source: Claim.Source
    /// Traffic Light Protocol label.
    public var tlp: String

    /// Makes terms.
    ///
    /// - Parameters:
    ///   - actor: The id of the actor.
    ///   - relation: What the claims say.
    ///   - kind: How the addresses are used.
    ///   - validFrom: Start of validity.
    ///   - validUntil: End of validity.
    ///   - recordedAt: When the claims enter the catalog.
    ///   - basis: What they rest on.
    ///   - source: The list as a source.
    ///   - tlp: Traffic Light Protocol label.
    public init(
      actor: String, relation: Claim.Relation, kind: UseKind, validFrom: String? = nil, validUntil: String? = nil,
      recordedAt: String, basis: [Claim.Basis], source: Claim.Source, tlp: String
    ) {
      self.actor = actor
      self.relation = relation
      self.kind = kind
      self.validFrom = validFrom
      self.validUntil = validUntil
      self.recordedAt = recordedAt
      self.basis = basis
      self.source = source
      self.tlp = tlp
    }
  }

  /// The networks, aggregated, in ascending order.
  public let prefixes: [IPPrefix]
  /// When each network holds, where the list says so; the networks of one time aggregated.
  let dated: [(prefix: IPPrefix, validity: NetworkList.Validity)]
  /// How many lines the list has; 0 where the format has none.
  public let lineCount: Int
  /// How many lines or entries gave networks.
  public let used: Int
  /// What was not used as written: reason, count, line numbers.
  public let faults: [String]
  /// SHA-256 of the file, lower-case hex.
  public let sha256: String
  let name: String
  let format: ListFormat
  let selection: ListSelection
  let allowsDocumentation: Bool

  /// Reads a list.
  ///
  /// - Parameters:
  ///   - file: Its path.
  ///   - format: How it is written.
  ///   - selection: Which entries are meant.
  ///   - purpose: What it becomes.
  ///   - snapshot: The day of the list; for an overlay, what ended more than 30 days before is left out.
  ///   - allowsDocumentationRanges: Whether documentation prefixes are ordinary addresses.
  /// - Throws: `Failure`, if the selection is wrong, or nothing usable is in the file.
  public init(
    file: String, format: ListFormat, selection: ListSelection, purpose: Purpose, snapshot: String? = nil,
    allowsDocumentationRanges: Bool = false
  ) throws(Failure) {
    if let key = selection.strayKeys(format).first {
      throw Failure(cause: .terms, message: "'\(key)' says nothing in the format \(format.rawValue); leave it out")
    }
    if let problem = selection.problems.first {
      throw Failure(cause: .terms, message: "'\(problem.key)' \(problem.says)")
    }
    name = file.split(separator: "/").last.map(String.init) ?? file
    var files = CatalogFiles()
    let policy: NetworkList.Policy =
      purpose == .overlay
      ? .importedOverlay(allowsDocumentation: allowsDocumentationRanges)
      : .claims(allowsDocumentation: allowsDocumentationRanges)
    let start = purpose == .overlay ? snapshot.flatMap { Timestamp($0) }?.adding(-Overlay.reach) : nil
    let result = files.readList(file, name: file, format, selection, besides: "./list", policy, from: start)
    let found = result.list.faults.map(\.description)
    if let failure = result.failure {
      throw Failure(cause: result.sha256.isEmpty ? .file : .list, message: ([failure] + found).joined(separator: "\n"))
    }
    prefixes = IPPrefix.aggregated(result.list.prefixes)
    dated = Self.dated(result.list, prefixes)
    lineCount = result.lineCount
    used = result.list.used
    faults = found
    sha256 = result.sha256
    self.format = format
    self.selection = selection
    allowsDocumentation = allowsDocumentationRanges
  }

  /// The list as an overlay.
  ///
  /// - Parameters:
  ///   - id: The overlay's id.
  ///   - kind: What the addresses are used for.
  ///   - snapshot: The day of the list.
  ///   - path: A path to name instead of the prefixes; relative to the catalog's file.
  /// - Returns: YAML that loads.
  /// - Throws: `Failure`, if what was said makes no sound overlay.
  public func overlay(id: String, kind: UseKind, snapshot: String, path: String? = nil) throws(Failure) -> String {
    let head: [(String, YAMLText)] = [
      ("id", .word(id)), ("kind", .word(kind.rawValue)), ("snapshot", .word(snapshot)),
      ("source", .words("\(name), SHA-256 \(sha256)")),
    ]
    guard let path else {
      return try checked([("overlays", [head + [("entries", .list(prefixes.map { .word($0.description) }))]])])
    }
    // The path is the reader's affair; all else is checked with one of the prefixes.
    _ = try checked([("overlays", [head + [("entries", .list(prefixes.prefix(1).map { .word($0.description) }))]])])
    var entry = head + [("format", YAMLText.word(format.rawValue)), ("path", .words(path))]
    if let country = selection.country { entry.append(("country", .word(country))) }
    if !selection.status.isEmpty { entry.append(("status", .list(selection.status.map { .word($0) }))) }
    if let minimum = selection.minimumReputation { entry.append(("minimum_reputation", .word(String(minimum)))) }
    if !selection.categories.isEmpty { entry.append(("categories", .list(selection.categories.map { .words($0) }))) }
    if let file = selection.categoriesPath { entry.append(("categories_path", .words(file))) }
    if let match = selection.match { entry.append(("match", .words(match))) }
    return yaml([("overlays", [entry])])
  }

  /// Prefixes aggregated among those that hold at one time, in ascending order.
  private static func dated(
    _ list: NetworkList, _ aggregated: [IPPrefix]
  ) -> [(prefix: IPPrefix, validity: NetworkList.Validity)] {
    guard !list.validities.isEmpty else { return aggregated.map { ($0, NetworkList.Validity()) } }
    let times = Dictionary(grouping: zip(list.prefixes, list.validities), by: \.1)
    func order(_ entry: (prefix: IPPrefix, validity: NetworkList.Validity)) -> (IPAddress, UInt8, Int64, Int64) {
      let (prefix, validity) = entry
      return (prefix.address, prefix.length, validity.from?.nanoseconds ?? .min, validity.until?.nanoseconds ?? .max)
    }
    return times.flatMap { validity, entries in IPPrefix.aggregated(entries.map(\.0)).map { ($0, validity) } }
      .sorted { order($0) < order($1) }
  }

  /// The list as claims, one for each aggregated prefix; for each time of validity, where the list says some.
  ///
  /// - Parameters:
  ///   - id: Start of each claim's id; the prefix follows, so that ids outlive other changes of the list.
  ///   - snapshot: The day of the list: the claims' `as_of`.
  ///   - terms: What is said of each claim.
  /// - Returns: YAML that loads beside a file that holds the actor.
  /// - Throws: `Failure`, if what was said makes no sound claims, or exclusive use is asked for.
  public func claims(id: String, snapshot: String, terms: ClaimTerms) throws(Failure) -> String {
    guard terms.relation != .exclusive else { throw Failure(cause: .terms, message: Self.whyNotExclusive) }
    let source: [(String, YAMLText)] = [
      ("ref", .words("\(terms.source.reference); from \(name) of \(snapshot), SHA-256 \(sha256)")),
      ("reliability", .word(String(terms.source.reliability))),
      ("credibility", .word(String(terms.source.credibility))),
      ("independent_group", .words(terms.source.independentGroup)),
    ]
    let counts = Dictionary(grouping: dated, by: \.prefix).mapValues(\.count)
    let claims = dated.map { prefix, validity -> [(String, YAMLText)] in
      let (from, until) = (validity.from?.written, validity.until?.written)
      let isDated = validity != NetworkList.Validity()
      // Of several times of one prefix each needs an id of its own.
      let times = counts[prefix] == 1 ? [] : [from ?? "always", until ?? "open"]
      let words = ([prefix.description] + times).joined(separator: "-").lowercased()
      let suffix = String(words.map { ".:/+".contains($0) ? "-" : $0 })
      var entry: [(String, YAMLText)] = [
        ("id", .word("\(id)-\(suffix)")), ("prefix", .word(prefix.description)), ("actor", .word(terms.actor)),
        ("relation", .word(terms.relation.rawValue)), ("kind", .word(terms.kind.rawValue)),
      ]
      if let from = isDated ? from : terms.validFrom { entry.append(("valid_from", .word(from))) }
      if let until = isDated ? until : terms.validUntil { entry.append(("valid_until", .word(until))) }
      // What had ended on the day of the list was last known to hold at its end.
      let hadEnded = validity.until.flatMap { until in Timestamp(snapshot).map { until < $0 } } ?? false
      return entry + [
        ("as_of", .word(hadEnded ? until ?? snapshot : snapshot)), ("recorded_at", .word(terms.recordedAt)),
        ("basis", .list(terms.basis.map { .word($0.rawValue) })), ("sources", .list([.entry(source)])),
        ("tlp", .word(terms.tlp)),
      ]
    }
    return try checked([("claims", claims)], actor: terms.actor)
  }

  /// Why exclusive use is never taken from a list.
  public static let whyNotExclusive = """
    a list never says exclusive use: it is one source and one day, and who else uses the addresses is not in it \
    (an exclusive claim needs a kind, dates and two independent sources of its own). Import as associated or shared, or \
    write the exclusive claim by hand, as Config/README.md shows
    """

  // MARK: - Text

  private func yaml(_ sections: [(name: String, entries: [[(String, YAMLText)]])]) -> String {
    YAMLText.entry(sections.map { ($0.name, .list($0.entries.map { .entry($0) })) }).file
  }

  /// Writes YAML, and reads it as a catalog before it is given.
  private func checked(
    _ sections: [(name: String, entries: [[(String, YAMLText)]])], actor: String? = nil
  ) throws(Failure) -> String {
    let text = yaml(sections)
    var assembly = CatalogAssembly()
    assembly.readText(Array(text.utf8), file: "import")
    if let actor {
      let entry: [(String, YAMLText)] = [("id", .word(actor)), ("name", .words(actor)), ("level", .word("group"))]
      assembly.readText(Array(yaml([("actors", [entry])]).utf8), file: "actor")
    }
    _ = assembly.finish(allowsDocumentationRanges: allowsDocumentation)
    // A fault of the terms is one of each claim.
    var messages: [String] = []
    for problem in assembly.log.sortedProblems where !messages.contains(problem.message) && messages.count < 20 {
      messages.append(problem.message)
    }
    guard messages.isEmpty else { throw Failure(cause: .terms, message: messages.joined(separator: "\n")) }
    return text
  }
}

extension Timestamp {
  /// RFC 3339 with a fraction only where there is one.
  fileprivate var written: String { description.replacing(".000000000Z", with: "Z") }
}
