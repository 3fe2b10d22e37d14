import ArgumentParser
import Assessment
import Capture
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

      With --store the flows go into a case (SQLite, one file), and the report is of the whole case: captures that it \
      holds are not read again, and flows that the end of a capture cut go on in the next, whichever came first.

      EXIT CODES
        0  done (with or without findings)    64 usage
        65 no capture, or damaged (--strict)  66 input missing or unreadable
        70 internal fault                     74 output could not be written
        78 catalog invalid                    1  --exit-status: none EXCLUSIVE

      EXAMPLES
        ascribe analyze Captures/story.pcapng -c Config/demonstration.yaml
        ascribe analyze --store case.db captures/ -c Config/demonstration.yaml
      """)

  @Argument(help: ArgumentHelp("Capture files, folders, or '-' for standard input", valueName: "input"))
  var inputs: [String]

  @OptionGroup(title: "Catalog") var catalogOptions: CatalogOptions
  @OptionGroup(title: "Capture") var captureOptions: CaptureArguments
  @OptionGroup(title: "Flows") var flowOptions: FlowArguments
  @OptionGroup(title: "Statistics") var statisticsOptions: StatisticsArguments
  @OptionGroup(title: "Report") var reportOptions: ReportArguments
  @OptionGroup(title: "Release") var releaseOptions: ReleaseArguments
  @OptionGroup(title: "Case") var storeOptions: StoreArguments

  func validate() throws {
    try reportOptions.spare(catalogOptions.chosenPaths + [storeOptions.store].compactMap(\.self))
    if storeOptions.store != nil, captureOptions.noHash {
      throw ValidationError("--store knows captures by their SHA-256: leave --no-hash away.")
    }
    if inputs.contains("-"), statisticsOptions.baseline.contains("-") {
      throw ValidationError("Standard input cannot be the case and its --baseline at once.")
    }
    if captureOptions.follow, !mayFollow {
      throw ValidationError(
        "--follow reads one file that is still being written: leave folders, other inputs, --baseline and --store away."
      )
    }
    if storeOptions.store != nil, reportOptions.folder != nil {
      throw ValidationError("A report folder holds what its captures prove: use -o without --store.")
    }
    if reportOptions.folder == nil, releaseOptions.needsFolder {
      throw ValidationError("--release and --sign-key are for a report folder; name one with -o.")
    }
  }

  /// Whether there is one input, and what is done with it can be done without its end.
  private var mayFollow: Bool {
    inputs.count == 1 && !FileManager.default.isFolder(atPath: inputs[0]) && storeOptions.store == nil
      && statisticsOptions.baseline.isEmpty
  }

  func run() throws {
    HugeHeap.prepare()
    let keys = try releaseOptions.keys()
    let catalog = try catalogOptions.load()
    Interruption.watch()
    let report = try storeOptions.store.map { try ingest(into: $0, catalog) } ?? analyze(catalog, keys)
    try reportOptions.check(report)
  }

  /// Analyses the inputs and writes their report.
  private func analyze(_ catalog: Catalog, _ keys: ReleaseArguments.Keys) throws -> Report {
    let folder = try reportOptions.folder.map { try FolderRun(of: self, at: $0) }
    do {
      var analysis = try Analysis(
        inputs: inputs, catalog: catalog, capture: captureOptions, flows: flowOptions, report: reportOptions,
        flowLog: folder?.flowLog)
      try analysis.mark(releaseOptions)
      try analysis.compare(with: baseline(catalog), claimError: statisticsOptions.analystFigure)
      let report = try analysis.run()
      if let folder {
        try folder.write(report, released: analysis.releasedCase, keys: keys)
      } else {
        try reportOptions.write(report)
      }
      return report
    } catch {
      folder?.discard()
      throw error
    }
  }

  /// Adds the inputs to a case and writes the case's report.
  private func ingest(into path: String, _ catalog: Catalog) throws -> Report {
    let report = try CaseIngest(
      path: path, catalog: catalog, catalogOptions: catalogOptions, capture: captureOptions, flows: flowOptions,
      statistics: statisticsOptions, report: reportOptions, storedFlows: storeOptions.storeFlows
    ).run(inputs, baseline: baseline(catalog))
    try reportOptions.write(report)
    return report
  }

  private func baseline(_ catalog: Catalog) throws -> (baseline: Baseline, inputs: [CaptureInput])? {
    try statisticsOptions.readBaseline(
      catalog: catalog, capture: captureOptions, flows: flowOptions, report: reportOptions)
  }
}
