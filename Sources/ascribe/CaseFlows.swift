import ArgumentParser
import Assessment
import CaseStore
import Catalog
import Packets
import Reports

struct CaseFlows: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "flows",
    abstract: "List stored flows that filters let through",
    discussion: """
      In time order, in the formats of 'analyze --flows'. All filters that are given must hold. --verdict, --actor and \
      --finding speak of the latest assessment of the case, or of what a capture said since; its catalog must be named. Of a flow that the end of a \
      capture cut, the parts are listed one by one.

      \(CaseCommand.exitCodes)
        78 catalog invalid

      EXAMPLES
        ascribe case flows case.db --address 198.51.100.0/24 -c Config/demonstration.yaml
        ascribe case flows case.db --finding F1 --format json -c Config/demonstration.yaml
      """)

  @Argument(help: ArgumentHelp("The case", valueName: "case")) var path: String
  @OptionGroup(title: "Catalog") var catalogOptions: CatalogOptions

  @Option(help: ArgumentHelp("Flows with an address in this network", valueName: "cidr"))
  var address: NetworkArgument?
  @Option(help: ArgumentHelp("Flows with this port", valueName: "n")) var port: UInt16?
  @Option(help: ArgumentHelp("Flows with this verdict", valueName: "verdict")) var verdict: VerdictArgument?
  @Option(help: ArgumentHelp("Flows of this actor, by its id", valueName: "id")) var actor: String?
  @Option(help: ArgumentHelp("Flows of this finding", valueName: "id")) var finding: String?
  @Option(help: ArgumentHelp("Flows that began at this time or later (RFC 3339 or a date, UTC)", valueName: "time"))
  var since: TimeArgument?
  @Option(help: ArgumentHelp("Flows that began at this time or earlier", valueName: "time")) var until: TimeArgument?
  @Option(help: ArgumentHelp("Flows at most, or 'all'", valueName: "n")) var limit = ListLimit(count: 1_000)
  @Option(help: "What standard output gets") var format = FlowLogFormat.zeek

  func run() throws {
    let catalog = try catalogOptions.load()
    do {
      let store = try CaseStore(path: path, for: .reading)
      if let judging = try store.judgingCatalog(), judging != catalog.sha256,
        verdict != nil || actor != nil || finding != nil
      {
        Console.note(
          "error: The case was judged with another catalog (\(judging.prefix(8))) than the one named "
            + "(\(catalog.sha256.prefix(8))): name that one with -c, or assess the case anew.")
        throw ExitCode.validationFailure
      }
      var filter = FlowFilter()
      filter.network = address?.prefix
      filter.port = port
      filter.verdict = verdict?.verdict
      filter.actor = actor
      filter.finding = finding
      filter.since = since?.timestamp
      filter.until = until?.timestamp
      filter.limit = limit.count
      var log = FlowLogWriter(format: format, catalog: catalog, sink: try OutputFile(path: "-").write)
      let hasMore = try store.flows(filter, catalog: catalog) { try log.write($0, assessment: $1) }
      try log.finish()
      if hasMore { Console.note("There are more flows than \(limit.count); --limit all lists them.") }
    } catch let error as CaseError {
      throw error.refusal()
    }
  }
}

/// A verdict on the command line, in any case.
struct VerdictArgument: ExpressibleByArgument {
  /// The verdict.
  let verdict: Verdict

  init?(argument: String) {
    guard let verdict = Verdict(rawValue: argument.lowercased()) else { return nil }
    self.verdict = verdict
  }

  static var allValueStrings: [String] { Verdict.allCases.map(\.rawValue) }
}
