import ArgumentParser
import Assessment
import Capture
import CaseStore
import Catalog
import Flows
import Packets
import Reports

/// `ascribe analyze --store`: captures into a case, and the report of the whole case.
struct CaseIngest {
  private let store: CaseStore
  private let catalog: Catalog
  private let capture: CaptureArguments
  private let flows: FlowArguments
  private let statistics: StatisticsArguments
  private let report: ReportArguments
  private let keepsAll: Bool
  private let options: AssessmentOptions

  /// Opens the case for writing.
  ///
  /// - Parameters:
  ///   - path: The case; made if it is not there.
  ///   - catalog: The catalog.
  ///   - catalogOptions: How it was loaded.
  ///   - capture: How captures are read.
  ///   - flows: How flows are kept.
  ///   - statistics: What the figures are held against.
  ///   - report: What is reported.
  ///   - storedFlows: Which flows the case keeps one by one.
  /// - Throws: An exit code after a message on standard error.
  init(
    path: String, catalog: Catalog, catalogOptions: CatalogOptions, capture: CaptureArguments, flows: FlowArguments,
    statistics: StatisticsArguments, report: ReportArguments, storedFlows: StoreArguments.StoredFlows
  ) throws {
    do {
      store = try CaseStore(path: path, for: .making)
      store.noteCutRuns()
    } catch {
      throw error.refusal()
    }
    self.catalog = catalog
    self.capture = capture
    self.flows = flows
    self.statistics = statistics
    self.report = report
    keepsAll = storedFlows == .all
    options = AssessmentOptions(
      listLimit: report.flowsPerFinding, knownAt: catalogOptions.asKnownAt?.timestamp,
      claimError: statistics.analystFigure, reportTime: report.reportTime?.timestamp)
  }

  /// Reads what the case does not hold, and assesses the case.
  ///
  /// - Parameters:
  ///   - inputs: The inputs as they were named.
  ///   - baseline: The control captures.
  /// - Returns: The report of the case; of a run that was interrupted that of the run, of which nothing is kept.
  /// - Throws: An exit code after a message on standard error.
  func run(_ inputs: [String], baseline: (baseline: Baseline, inputs: [CaptureInput])?) throws -> Report {
    do {
      let news = try NewCaptures(inputs, store: store, options: capture.options)
      if !news.paths.isEmpty, let report = try ingest(inputs, news, baseline) { return report }
      return try StoredReport(store, catalog: catalog, options: options, baseline: baseline).keep()
    } catch let error as CaseError {
      throw error.refusal()
    }
  }

  /// Reads captures into the case.
  ///
  /// - Returns: The report of a run that was interrupted; else nothing.
  private func ingest(
    _ inputs: [String], _ news: NewCaptures, _ baseline: (baseline: Baseline, inputs: [CaptureInput])?
  ) throws -> Report? {
    let writer = try CaseWriter(
      store, catalog: catalog, entries: try catalog.entriesText(), toolVersion: Ascribe.version)
    let keepsAll = keepsAll
    var analysis = try Analysis(
      inputs: inputs, catalog: catalog, capture: capture, flows: flows, report: report, paths: news.paths,
      tap: FlowTap(secretHash: try store.secretHash, wantsAllRecords: keepsAll) { record in
        if keepsAll || record.isWatched { try writer.add(record) }
      })
    analysis.compare(with: baseline, claimError: statistics.analystFigure)
    let run = try analysis.run()
    guard !run.interrupted else {
      Console.note(
        "warning: The run was interrupted: nothing of it is in the case, and the report is of the run alone.")
      return run
    }
    guard run.totals.reconcile else { return run }
    var facts = RunFacts(run, analysis.assessment.context)
    facts.filter = capture.filter
    facts.idleTimeouts = flows.options(sensors: []).idleTimeouts
    facts.skipped = news.skipped.map { RunFacts.Skipped(name: $0.name, reason: $0.reason) }
    if !keepsAll { facts.unwatched = analysis.assessment.unwatched.fields }
    let captures = run.inputs.enumerated().map { index, input in
      (input: input, sensor: run.sensors.first { $0.inputs.contains(index) }?.sensor.id)
    }
    try writer.finish(facts, inputs: captures)
    for input in run.inputs {
      Console.note("\(Console.printable(input.name)) is in the case: \(input.sha256 ?? "")")
    }
    return nil
  }
}

extension FlowTableOptions {
  /// Idle timeouts by protocol number; that of 0 is for all others.
  var idleTimeouts: [UInt8: Int64] {
    [
      IPProtocol.tcp.rawValue: tcpIdleTimeout, IPProtocol.udp.rawValue: udpIdleTimeout,
      IPProtocol.icmp.rawValue: icmpIdleTimeout, IPProtocol.icmpv6.rawValue: icmpIdleTimeout, 0: otherIdleTimeout,
    ]
  }
}
