import ArgumentParser
import Assessment
import Capture
import CaseStore
import Catalog
import Foundation
import Packets
import Reports

/// The report of a case, made anew from its flows.
struct StoredReport {
  private let store: CaseStore
  private let catalog: Catalog
  private let optionText: String
  private let whole: AssessedCase
  private let report: Report

  /// Assesses a case.
  ///
  /// - Parameters:
  ///   - store: The case.
  ///   - catalog: The catalog; any.
  ///   - options: What shapes the document.
  ///   - baseline: The control captures.
  /// - Throws: `CaseError`.
  init(
    _ store: CaseStore, catalog: Catalog, options: AssessmentOptions,
    baseline: (baseline: Baseline, inputs: [CaptureInput])? = nil
  ) throws {
    self.store = store
    self.catalog = catalog
    optionText = options.text(baseline: baseline?.inputs.map { $0.sha256 ?? $0.name } ?? [])
    var context = AssessmentContext()
    context.listLimit = options.listLimit
    context.baseline = baseline?.baseline
    context.claimError = options.claimError
    whole = try store.assess(catalog, context: context)
    var report = Report(
      toolVersion: Ascribe.version, inputs: whole.inputs, catalog: catalog, totals: Report.Totals(whole.facts),
      result: whole.result)
    report.baselineInputs = baseline?.inputs ?? []
    report.skippedInputs = whole.facts.skipped.map { ($0.name, $0.reason) }
    report.sensors = whole.sensors
    report.reportTime = options.reportTime
    self.report = report
  }

  /// Keeps the assessment in the case, which must be open for writing.
  ///
  /// - Returns: The report.
  /// - Throws: `CaseError`.
  func keep() throws -> Report {
    try store.keep(
      whole, catalog: catalog, entries: try catalog.entriesText(), options: optionText, document: try document())
    if let warning = report.result.statistics.baselineWarning { Console.note("warning: \(warning)") }
    return report
  }

  /// report.json.
  private func document() throws -> [UInt8] {
    let bytes = ByteCollector()
    try report.render(as: .json) { bytes.all += $0 }
    return bytes.all
  }

  private final class ByteCollector {
    var all: [UInt8] = []
  }

  /// The document of a case: that of its latest assessment where nothing has changed since, else a new one, which is kept.
  ///
  /// What every other rendering is made from: `ReportDocument(json:)`.
  ///
  /// - Parameters:
  ///   - path: The case.
  ///   - catalog: The catalog that is to judge; nothing for the one that the latest assessment used.
  ///   - options: What shapes the document.
  /// - Returns: report.json.
  /// - Throws: An exit code after a message on standard error.
  static func document(of path: String, catalog: Catalog?, options: AssessmentOptions) throws -> Data {
    do {
      let reading = try CaseStore(path: path, for: .reading)
      let text = catalog.map { _ in options.text(baseline: []) }
      if let data = try reading.document(catalog: catalog?.sha256, options: text) { return data }
      guard let catalog else {
        Console.note(
          "error: \(Console.printable(path)) has captures that are not assessed yet: name the catalog with -c.")
        throw ExitCode.validationFailure
      }
      let stored = try StoredReport(CaseStore(path: path, for: .writing), catalog: catalog, options: options)
      _ = try stored.keep()
      return Data(try stored.document())
    } catch let error as CaseError {
      throw error.refusal()
    }
  }
}

extension Report.Totals {
  /// The totals of a case.
  init(_ facts: RunFacts) {
    self.init()
    (packets, bytes, flows, packetsInFlows) = (facts.packets, facts.bytes, facts.flows, facts.packetsInFlows)
    (packetsRejected, tunnelsRejected) = (facts.packetsRejected, facts.tunnelsRejected)
    (tunnelledPackets, packetsInOtherTunnels) = (facts.tunnelledPackets, facts.packetsInOtherTunnels)
    packetsDropped = facts.packetsDropped
  }
}

extension RunFacts {
  /// What a case keeps of a run.
  ///
  /// - Parameters:
  ///   - report: The run's report.
  ///   - context: What its assessment knew of it.
  init(_ report: Report, _ context: AssessmentContext) {
    self.init()
    let totals = report.totals
    (packets, bytes, flows, packetsInFlows) = (totals.packets, totals.bytes, totals.flows, totals.packetsInFlows)
    (packetsRejected, tunnelsRejected) = (totals.packetsRejected, totals.tunnelsRejected)
    (tunnelledPackets, packetsInOtherTunnels) = (totals.tunnelledPackets, totals.packetsInOtherTunnels)
    packetsDropped = totals.packetsDropped
    (evictedFlows, cutStreams) = (context.evictedFlows, context.cutStreams)
    unrecordedGuesses = context.unrecordedGuesses
    sensors = report.sensors.map(\.sensor.id)
  }
}

extension Catalog {
  /// Every entry as JSON, under the catalog's own keys: enough to tell later what another catalog changed.
  func entriesText() throws -> String {
    let members: [String: Any] = [
      "actors": actors.map(json), "claims": claims.map(json), "overlays": overlays.map(json),
      "sensors": sensors.map(json),
    ]
    let data = try JSONSerialization.data(withJSONObject: members, options: [.sortedKeys, .withoutEscapingSlashes])
    return String(decoding: data, as: UTF8.self)
  }
}
