import ArgumentParser
import Assessment
import Catalog
import Foundation
import Packets
import Reports

struct Analyze: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "analyze",
    abstract: "Read captures, assess whose traffic they hold, report",
    discussion: """
      Inputs are pcap or pcapng files, plain or compressed (gzip, zstd, lz4, xz; recognised by content), folders \
      (read recursively) and '-' for standard input. All inputs are one stream in packet-time order: a flow survives \
      the boundary between rotated files, whatever the order in which they are named.

      The report goes to standard output, everything else to standard error. A damaged or cut-off capture is assessed \
      as far as it can be read; the report says where the damage lies.

      EXIT CODES
        0  done (with or without findings)    64 usage
        65 no capture, or damaged (--strict)  66 input missing or unreadable
        70 internal fault                     74 output could not be written
        78 catalog invalid                    1  --exit-status: none EXCLUSIVE

      EXAMPLES
        ascribe analyze Captures/story.pcapng -c Config/demonstration.yaml
        ascribe analyze -f 'not port 22' --format json captures/ > report.json
      """)

  @Argument(help: ArgumentHelp("Capture files, folders, or '-' for standard input", valueName: "input"))
  var inputs: [String]

  @OptionGroup(title: "Catalog") var catalogOptions: CatalogOptions
  @OptionGroup(title: "Capture") var captureOptions: CaptureArguments
  @OptionGroup(title: "Flows") var flowOptions: FlowArguments
  @OptionGroup(title: "Statistics") var statisticsOptions: StatisticsArguments
  @OptionGroup(title: "Report") var reportOptions: ReportArguments
  @OptionGroup(title: "Release") var releaseOptions: ReleaseArguments

  func validate() throws {
    if inputs.contains("-"), statisticsOptions.baseline.contains("-") {
      throw ValidationError("Standard input cannot be the case and its --baseline at once.")
    }
    if reportOptions.folder == nil, releaseOptions.needsFolder {
      throw ValidationError("--release and --sign-key are for a report folder; name one with -o.")
    }
  }

  func run() throws {
    let keys = try releaseOptions.keys()
    let catalog = try catalogOptions.load()
    Interruption.watch()
    let folder = try reportOptions.folder.map { try FolderRun(of: self, at: $0) }
    let report: Report
    do {
      var analysis = try Analysis(
        inputs: inputs, catalog: catalog, capture: captureOptions, flows: flowOptions, report: reportOptions,
        flowLog: folder?.flowLog)
      try analysis.mark(releaseOptions)
      try analysis.compare(
        with: statisticsOptions.readBaseline(
          catalog: catalog, capture: captureOptions, flows: flowOptions, report: reportOptions),
        claimError: statisticsOptions.analystFigure)
      report = try analysis.run()
      if let folder {
        try folder.write(report, released: analysis.releasedCase, keys: keys)
      } else {
        try reportOptions.write(report)
      }
    } catch {
      folder?.discard()
      throw error
    }
    guard report.totals.reconcile else {
      Console.note("error: The totals do not add up: packets are missing from this report. Please report this fault.")
      throw ExitCode.internalFault
    }
    if reportOptions.exitStatus, !report.result.findings.contains(where: { $0.verdict == .exclusive }) {
      throw ExitCode.nothingFound
    }
  }
}
