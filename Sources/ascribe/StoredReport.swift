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
  ///   - since: Only flows with a packet of then or later; nothing for all.
  /// - Throws: `CaseError`.
  init(
    _ store: CaseStore, catalog: Catalog, options: AssessmentOptions,
    baseline: (baseline: Baseline, inputs: [CaptureInput])? = nil, since: Timestamp? = nil
  ) throws {
    self.store = store
    self.catalog = catalog
    optionText = options.text(baseline: baseline?.inputs.map { $0.sha256 ?? $0.name } ?? [])
    var context = AssessmentContext()
    context.listLimit = options.listLimit
    context.baseline = baseline?.baseline
    context.claimError = options.claimError
    whole = try store.assess(catalog, context: context, since: since)
    var report = Report(
      toolVersion: Ascribe.version, inputs: whole.inputs, catalog: catalog, totals: Report.Totals(whole.facts),
      result: whole.result)
    report.baselineInputs = baseline?.inputs ?? []
    report.skippedInputs = whole.facts.skipped.map { ($0.name, $0.reason) }
    report.sensors = whole.sensors
    report.catalogChanges = whole.catalogReplacements.map(Report.CatalogChange.init)
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
  func document() throws -> [UInt8] {
    let bytes = ByteCollector()
    try report.render(as: .json) { bytes.all += $0 }
    return bytes.all
  }

  private final class ByteCollector {
    var all: [UInt8] = []
  }
}

extension Report.CatalogChange {
  /// A change that a case knows.
  init(_ replacement: CatalogReplacement) {
    self.init(
      time: replacement.time, old: replacement.old, new: replacement.new,
      reassessedFlows: replacement.reassessedFlows, otherFlows: replacement.otherFlows)
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
    self.init(report.totals, context, sensors: report.sensors.map(\.sensor.id))
  }

  /// What a case keeps of a run that may still go on.
  ///
  /// - Parameters:
  ///   - totals: What was counted.
  ///   - context: What its assessment knows of it.
  ///   - sensors: The ids of its sensors.
  init(_ totals: Report.Totals, _ context: AssessmentContext, sensors: [String]) {
    self.init()
    (packets, bytes, flows, packetsInFlows) = (totals.packets, totals.bytes, totals.flows, totals.packetsInFlows)
    (packetsRejected, tunnelsRejected) = (totals.packetsRejected, totals.tunnelsRejected)
    (tunnelledPackets, packetsInOtherTunnels) = (totals.tunnelledPackets, totals.packetsInOtherTunnels)
    packetsDropped = totals.packetsDropped
    (evictedFlows, cutStreams) = (context.evictedFlows, context.cutStreams)
    unrecordedGuesses = context.unrecordedGuesses
    self.sensors = sensors
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
