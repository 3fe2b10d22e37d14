public import ArgumentParser
public import Catalog

struct CatalogImport: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "import",
    abstract: "Turn a published list into an overlay or claims of the catalog",
    discussion: """
      Writes YAML to standard output and what was not used, with line numbers, to standard error. Adjacent prefixes are \
      joined, never widened; special-purpose addresses are left out. The file's name, its SHA-256 and the day given by \
      --snapshot are recorded. A list never becomes an exclusive claim.

      EXAMPLES
        ascribe catalog import netset Config/overlays/demonstration-tor.netset \\
          --as overlay --id tor-2026-11-20 --kind tor --snapshot 2026-11-20 \\
          --allow-documentation-ranges
        ascribe catalog import netset Config/overlays/demonstration-tor.netset \\
          --as claims --id example --kind tor --snapshot 2026-11-20 \\
          --actor example-net --relation shared --basis incident-report \\
          --source "title, publisher, date" --reliability C --credibility 3 \\
          --group publisher-a --recorded-at 2026-11-21 --tlp GREEN \\
          --allow-documentation-ranges
      """)

  enum Target: String, CaseIterable, ExpressibleByArgument {
    case overlay, claims
  }

  @Argument(help: ArgumentHelp("How the list is written", valueName: "format"))
  var format: ListFormat
  @Argument(help: ArgumentHelp("The list", valueName: "file"))
  var file: String

  @Option(name: .customLong("as"), help: "What the list becomes")
  var target: Target
  @Option(help: "Id of the overlay, or start of the ids of the claims")
  var id: String
  @Option(help: "How the addresses are used")
  var kind: UseKind
  @Option(help: ArgumentHelp("The day of the list: 2014-11-24", valueName: "date"))
  var snapshot: String
  @Flag(help: "Keep documentation prefixes, for demonstrations")
  var allowDocumentationRanges = false

  @Option(
    help: ArgumentHelp("Overlay: refer to this path, relative to the catalog's file, instead of listing prefixes"))
  var path: String?

  @Option(help: ArgumentHelp("Claims: the actor", valueName: "id"))
  var actor: String?
  @Option(help: ArgumentHelp("Claims: what they say; never exclusive", valueName: "relation"))
  var relation: Claim.Relation?
  @Option(help: "Claims: what they rest on; may be given several times")
  var basis: [Claim.Basis] = []
  @Option(help: ArgumentHelp("Claims: \"title, publisher, date\" of the list", valueName: "text"))
  var source: String?
  @Option(help: ArgumentHelp("Claims: reliability of the source, A to F", valueName: "letter"))
  var reliability: String?
  @Option(help: ArgumentHelp("Claims: credibility of the statement, 1 to 6", valueName: "number"))
  var credibility: Int?
  @Option(help: ArgumentHelp("Claims: sources of one group count once", valueName: "name"))
  var group: String?
  @Option(help: ArgumentHelp("Claims: when they enter the catalog", valueName: "time"))
  var recordedAt: String?
  @Option(help: ArgumentHelp("Claims: first moment at which they hold", valueName: "time"))
  var validFrom: String?
  @Option(help: ArgumentHelp("Claims: first moment at which they no longer hold", valueName: "time"))
  var validUntil: String?
  @Option(help: ArgumentHelp("Claims: Traffic Light Protocol label", valueName: "label"))
  var tlp: String?

  @Option(help: ArgumentHelp("rir-delegated: entries of this country (ISO 3166-1)", valueName: "code"))
  var country: String?
  @Option(help: ArgumentHelp("rir-delegated: entries of this status (default: allocated, assigned)", valueName: "word"))
  var status: [String] = []
  @Option(help: ArgumentHelp("suricata-iprep: least reputation, 0 to 127", valueName: "number"))
  var minimumReputation: Int?
  @Option(help: ArgumentHelp("suricata-iprep: entries of this category; may be given several times", valueName: "name"))
  var category: [String] = []
  @Option(help: ArgumentHelp("suricata-iprep: the file that names the categories", valueName: "path"))
  var categoriesFile: String?
  @Option(help: ArgumentHelp("mmdb: entries that say so: country.iso_code=KP", valueName: "keys=value"))
  var match: String?

  func validate() throws {
    if relation == .exclusive { throw ValidationError("--relation exclusive: \(ListImport.whyNotExclusive).") }
    let given: [(String, Bool)] = [
      ("--actor", actor != nil), ("--relation", relation != nil), ("--basis", !basis.isEmpty),
      ("--source", source != nil), ("--reliability", reliability != nil), ("--credibility", credibility != nil),
      ("--group", group != nil), ("--recorded-at", recordedAt != nil), ("--tlp", tlp != nil),
    ]
    switch target {
    case .overlay:
      for (option, isGiven) in given where isGiven {
        throw ValidationError("\(option) is for claims; leave it out, or write --as claims.")
      }
      if validFrom != nil || validUntil != nil {
        throw ValidationError("An overlay is true on one day; leave --valid-from and --valid-until out.")
      }
    case .claims:
      let missing = given.filter { !$0.1 }.map(\.0)
      if !missing.isEmpty { throw ValidationError("Claims also need \(missing.joined(separator: ", ")).") }
      if path != nil { throw ValidationError("--path is for overlays; claims stand in the catalog themselves.") }
    }
  }

  func run() throws {
    var selection = ListSelection()
    selection.country = country
    selection.status = status
    selection.minimumReputation = minimumReputation
    selection.categories = category
    selection.categoriesPath = categoriesFile
    selection.match = match
    do {
      let list = try ListImport(
        file: file, format: format, selection: selection, purpose: target == .overlay ? .overlay : .claims,
        snapshot: snapshot,
        allowsDocumentationRanges: allowDocumentationRanges)
      try OutputFile(path: "-").write(Array(text(of: list).utf8))
      for fault in list.faults { Console.note(Console.printable(fault)) }
      let lines = list.lineCount > 0 ? "Read \(list.lineCount) lines; " : ""
      Console.note("\(lines)\(list.used) gave networks: \(list.prefixes.count) prefixes after aggregation.")
    } catch let failure as ListImport.Failure {
      for line in failure.message.split(separator: "\n") { Console.note("error: \(Console.printable(String(line)))") }
      switch failure.cause {
      case .file: throw ExitCode.noInput
      case .list: throw ExitCode.notACapture
      case .terms: throw ExitCode.validationFailure
      }
    }
  }

  private func text(of list: ListImport) throws -> String {
    guard target == .claims, let actor, let relation, let source, let reliability, let credibility, let group,
      let recordedAt, let tlp
    else { return try list.overlay(id: id, kind: kind, snapshot: snapshot, path: path) }
    guard let letter = reliability.first, reliability.count == 1 else {
      throw ValidationError("--reliability must be a letter from A to F.")
    }
    let terms = ListImport.ClaimTerms(
      actor: actor, relation: relation, kind: kind, validFrom: validFrom, validUntil: validUntil,
      recordedAt: recordedAt,
      basis: basis,
      source: Claim.Source(
        reference: source, reliability: letter, credibility: credibility, independentGroup: group), tlp: tlp)
    return try list.claims(id: id, snapshot: snapshot, terms: terms)
  }
}

extension ListFormat: ExpressibleByArgument {}
extension UseKind: ExpressibleByArgument {}
extension Claim.Relation: ExpressibleByArgument {}
extension Claim.Basis: ExpressibleByArgument {}
