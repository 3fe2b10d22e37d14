import ArgumentParser
import Assessment
import Catalog
import Flows
import Foundation
import Packets
import Reports

/// Says verdicts while the capture goes on: one line for each flow of which packets prove enough, and one for each change.
///
/// A flow that goes on may still turn out otherwise, so that its lines are `provisional`; the line at its end is `final`, and
/// is written only where it differs from the last one. Of what has no verdict that rests on packets nothing is said.
struct VerdictFeed: ~Copyable {
  /// How a line is written.
  enum Format: String, ExpressibleByArgument, CaseIterable {
    case text, json, none
  }

  /// What a line says beside times and counts.
  private struct Gist: Equatable {
    var reason: VerdictReason
    var originator: EvidenceGrade
    var responder: EvidenceGrade

    init(_ record: FlowRecord, _ assessment: FlowAssessment) {
      reason = assessment.reason
      originator = record.originatorEvidence.grade
      responder = record.responderEvidence.grade
    }
  }

  /// Flows whose last line is remembered; of others a line may come twice.
  private static let memory = 65_536

  private let format: Format
  private var lines: VerdictLineWriter
  private let write: (String) -> Void
  private let show: (FlowRecord, FlowAssessment, _ isProvisional: Bool) -> Void
  /// What was said last of flows that go on, by uid.
  private var told: [String: Gist] = [:]
  /// Lines so far.
  private(set) var count: UInt64 = 0

  /// Makes a feed.
  ///
  /// - Parameters:
  ///   - format: How a line is written.
  ///   - catalog: The catalog.
  ///   - write: Receives each line, without its end.
  ///   - show: Receives what each line says.
  init(
    format: Format, catalog: Catalog, write: @escaping (String) -> Void = Console.note,
    show: @escaping (FlowRecord, FlowAssessment, _ isProvisional: Bool) -> Void = { _, _, _ in }
  ) {
    self.format = format
    self.write = write
    self.show = show
    lines = VerdictLineWriter(catalog: catalog)
  }

  /// Takes a flow that goes on.
  mutating func progress(_ record: FlowRecord, _ assessment: FlowAssessment) {
    guard assessment.verdict == .exclusive else { return }
    let (uid, gist) = (lines.uid(of: record), Gist(record, assessment))
    guard told[uid] != gist else { return }
    if told.count < Self.memory || told[uid] != nil { told[uid] = gist }
    say(record, assessment, isProvisional: true)
  }

  /// Takes a flow that has ended.
  mutating func end(_ record: FlowRecord, _ assessment: FlowAssessment) {
    guard record.isWatched else { return }
    let known = told.removeValue(forKey: lines.uid(of: record))
    guard known.map({ $0 != Gist(record, assessment) }) ?? (assessment.verdict == .exclusive) else { return }
    say(record, assessment, isProvisional: false)
  }

  private mutating func say(_ record: FlowRecord, _ assessment: FlowAssessment, isProvisional: Bool) {
    count += 1
    show(record, assessment, isProvisional)
    switch format {
    case .none: break
    case .text: write(lines.text(record, assessment, isProvisional: isProvisional))
    case .json: write(lines.json(record, assessment, isProvisional: isProvisional))
    }
  }
}
