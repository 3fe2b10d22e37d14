import Alerts
import ArgumentParser
import Assessment
import Capture
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
  /// How standard error says a verdict.
  enum Format: String, ExpressibleByArgument, CaseIterable {
    case text, json, none
  }

  /// What a line says beside times and counts.
  private struct Gist: Equatable {
    var reason: VerdictReason
    var originator: EvidenceGrade
    var responder: EvidenceGrade
    /// Its name: another catalog may say the same of another one.
    var actor: String?

    init(_ record: FlowRecord, _ assessment: FlowAssessment, actor: String?) {
      reason = assessment.reason
      self.actor = actor
      originator = record.originatorEvidence.grade
      responder = record.responderEvidence.grade
    }
  }

  /// Flows whose last line is remembered; of others a line may come twice.
  private static let memory = 65_536

  private var lines: VerdictLineWriter
  private let desk: AlertDesk
  private let show: (FlowRecord, FlowAssessment, _ isProvisional: Bool) -> Void
  /// What was said last of flows that go on, by uid.
  private var told: [String: Gist] = [:]
  /// What kernel and interfaces counted in the last second.
  var interval = CaptureInterval()
  /// Verdicts said so far.
  private(set) var count: UInt64 = 0

  /// Makes a feed.
  ///
  /// - Parameters:
  ///   - catalog: The catalog.
  ///   - desk: Receives each verdict.
  ///   - show: Receives what is said.
  init(
    catalog: Catalog, desk: AlertDesk,
    show: @escaping (FlowRecord, FlowAssessment, _ isProvisional: Bool) -> Void = { _, _, _ in }
  ) {
    self.desk = desk
    self.show = show
    lines = VerdictLineWriter(catalog: catalog)
  }

  /// Says verdicts of another catalog from now on.
  mutating func replace(_ catalog: Catalog) { lines = VerdictLineWriter(catalog: catalog) }

  /// Takes a flow that goes on.
  mutating func progress(_ record: FlowRecord, _ assessment: FlowAssessment) {
    guard assessment.verdict == .exclusive else { return }
    let (uid, gist) = (lines.uid(of: record), self.gist(record, assessment))
    guard told[uid] != gist else { return }
    if told.count < Self.memory || told[uid] != nil { told[uid] = gist }
    say(record, assessment, isProvisional: true)
  }

  /// Takes a flow that goes on, as a catalog sees it that was just put in the place of another: what was said by that one is
  /// said anew where it differs, also where nothing covers the flow any more and nothing is said at its end.
  mutating func revise(_ record: FlowRecord, _ assessment: FlowAssessment) {
    let (uid, gist) = (lines.uid(of: record), self.gist(record, assessment))
    guard let known = told[uid], known != gist else { return }
    told[uid] = record.isWatched ? gist : nil
    say(record, assessment, isProvisional: true)
  }

  /// Takes a flow that has ended.
  mutating func end(_ record: FlowRecord, _ assessment: FlowAssessment) {
    guard record.isWatched else { return }
    let known = told.removeValue(forKey: lines.uid(of: record))
    let gist = self.gist(record, assessment)
    guard known.map({ $0 != gist }) ?? (assessment.verdict == .exclusive) else { return }
    say(record, assessment, isProvisional: false)
  }

  private func gist(_ record: FlowRecord, _ assessment: FlowAssessment) -> Gist {
    Gist(record, assessment, actor: lines.names(in: assessment).actor)
  }

  private mutating func say(_ record: FlowRecord, _ assessment: FlowAssessment, isProvisional: Bool) {
    count += 1
    show(record, assessment, isProvisional)
    guard !desk.lanes.isEmpty else { return }
    let names = lines.names(in: assessment)
    let counts = (interval.packets, interval.drops)
    desk.tell(
      Alert(
        uid: lines.uid(of: record), verdict: assessment.verdict, reason: assessment.reason,
        grade: lines.grade(of: record, assessment), actor: names.actor, claim: names.claim,
        isProvisional: isProvisional, number: count, time: .now, interval: interval,
        json: lines.json(record, assessment, counts, isProvisional: isProvisional),
        text: lines.text(record, assessment, counts, isProvisional: isProvisional)))
  }
}
