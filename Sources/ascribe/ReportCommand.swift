import ArgumentParser
import Foundation
import Reports

struct ReportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "report",
    abstract: "Render a report again, from its report.json or from a case",
    discussion: """
      The report comes from its report.json alone: neither captures nor catalog are opened. Each format has the same \
      bytes as 'ascribe analyze' gave with it. The formats csv and zeek list flows and need the captures: see 'ascribe \
      analyze', or 'ascribe case flows'.

      With --store it is the report of a case: the latest one, or with -c one by another catalog, which judges the flows \
      that the case holds and is kept beside the earlier ones. While a capture fills the case, and with --since, the \
      report is made of what is committed and is not kept; without -c by the catalog of that capture.

      EXIT CODES
        0  done                               64 usage
        65 no report                          66 report missing or unreadable
        70 internal fault                     74 output could not be written
        78 catalog invalid

      EXAMPLES
        ascribe report Captures/expected/story.pcapng.json
        ascribe report Captures/expected/story.pcapng.json --format html > story.html
        ascribe report --store case.db --since 2026-11-24 -c Config/demonstration.yaml
      """)

  @Argument(
    help: ArgumentHelp("A report.json, a folder that holds one, or '-' for standard input", valueName: "report"))
  var input: String?

  @Option(help: ArgumentHelp("The report of a case instead", valueName: "path"))
  var store: String?

  @Option(
    help: ArgumentHelp(
      "Of a case, only flows with a packet of this time or later (RFC 3339 or a date, UTC)", valueName: "time"))
  var since: TimeArgument?

  @OptionGroup(title: "Catalog of --store") var catalogOptions: CatalogOptions

  @Option(help: ArgumentHelp("What standard output gets", valueName: "format"))
  var format = ReportFormat.text

  func validate() throws {
    guard (input == nil) != (store == nil) else {
      throw ValidationError("Name either a report or, with --store, a case.")
    }
    guard store != nil || !catalogOptions.isGiven else {
      throw ValidationError("A report.json is rendered as it is; another catalog judges the flows of a case: --store.")
    }
    guard store != nil || since == nil else {
      throw ValidationError("--since chooses among the flows of a case: name one with --store.")
    }
    guard ReportFormat.rendered.contains(format) else {
      throw ValidationError("--format \(format.rawValue) needs the captures: use 'ascribe analyze'.")
    }
  }

  func run() throws {
    let (name, data) = try read()
    let document: ReportDocument
    do {
      document = try ReportDocument(json: data)
    } catch {
      Console.note("error: \(Console.printable("\(name) \(error.description)")); name a report.json of ascribe.")
      throw ExitCode.notACapture
    }
    let output = try OutputFile(path: "-")
    let layout = Report.TextLayout(width: Console.outputColumns, colour: Console.outputWantsColour)
    try output.write(format == .json ? Array(data) : Array(document.rendered(as: format, layout: layout).utf8))
  }

  private func read() throws -> (name: String, data: Data) {
    if let store {
      let catalog = catalogOptions.isGiven ? try catalogOptions.load() : nil
      var options = AssessmentOptions()
      options.knownAt = catalogOptions.asKnownAt?.timestamp
      return (store, try CaseReport(store, catalog: catalog, options: options, since: since?.timestamp).document())
    }
    let input = input ?? "-"
    if input == "-" { return ("Standard input", FileHandle.standardInput.readDataToEndOfFile()) }
    for path in [input, URL(filePath: input).appending(path: "report.json").path] {
      if let data = FileManager.default.contents(atPath: path) { return (path, data) }
    }
    Console.note("error: \(Console.printable(input)) cannot be read; name a report.json or a folder that holds one.")
    throw ExitCode.noInput
  }
}
