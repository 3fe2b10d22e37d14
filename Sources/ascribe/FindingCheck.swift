import ArgumentParser
import Assessment
import Capture
import Catalog
import Packets
import Reports

/// Whether a finding can be derived again from its evidence.
struct FindingCheck {
  /// What came of it; the raw value is its name in every output.
  enum State: String {
    /// Grades, verdict and reason of each flow are derived again.
    case holds
    /// So far as the evidence reaches; what it does not reach is counted.
    case holdsPartly = "holds as far as its packets show"
    /// The evidence gives something else than the finding says.
    case fails = "DOES NOT HOLD"
    /// There is nothing to derive it from.
    case unchecked = "not checked"
  }

  /// The finding's id.
  let id: String
  /// `exclusive(direct)`.
  let headline: String
  /// What came of it.
  private(set) var state = State.holds
  /// Flows that were derived again.
  private(set) var flows: UInt64 = 0
  /// Why it holds partly or not, a clause each; the first few.
  private(set) var because: [String] = []

  /// How many differences are named.
  private static let named = 5

  /// Checks a finding.
  ///
  /// - Parameters:
  ///   - finding: The finding.
  ///   - evidence: What the manifest says of its evidence; nothing if there is none.
  ///   - derivation: What its evidence gives, or why it gives nothing.
  init(_ finding: ReportDocument.Finding, evidence: DocumentValue?, _ derivation: Result<Derivation, Unreadable>) {
    id = finding.id
    headline = "\(finding.verdict)(\(finding.reason))" + (finding.actor.map { " \($0.id)" } ?? "")
    for flow in finding.flows {
      if flow.verdict != finding.verdict || flow.reason != finding.reason || flow.actor != finding.actor?.id {
        fail("flow \(flow.uid) is \(flow.verdict)(\(flow.reason)) \(flow.actor ?? "")")
      }
    }
    guard let evidence, evidence.members?["files"]?.elements?.isEmpty == false else {
      if state != .fails { state = .unchecked }
      because.append("the folder holds no evidence of it")
      return
    }
    switch derivation {
    case .failure(let unreadable): fail(unreadable.description)
    case .success(let derivation):
      compare(finding, evidence, derivation.outcomes)
      // What is said of all flows can be derived from all only.
      if state == .holds { compare(finding, derivation.findings()) }
    }
  }

  /// What evidence gives.
  struct Derivation {
    /// Grades and verdicts, by uid.
    var outcomes: [String: FlowOutcome]
    /// The findings that the finding's flows make.
    var findings: () -> [Finding]
  }

  /// Why evidence cannot be read.
  struct Unreadable: Error, CustomStringConvertible {
    let description: String
  }

  private mutating func compare(
    _ finding: ReportDocument.Finding, _ evidence: DocumentValue, _ outcomes: [String: FlowOutcome]
  ) {
    var alone: [String: DocumentValue] = [:]
    for entry in evidence.members?["partial"]?.elements ?? [] {
      if let uid = entry.members?["uid"]?.text { alone[uid] = entry.members?["alone"] ?? .null }
    }
    var missing: UInt64 = 0
    var others: UInt64 = 0
    for flow in finding.flows {
      let (expected, derived) = (FlowOutcome(flow), outcomes[flow.uid])
      if derived == expected {
        flows += 1
      } else if let recorded = alone[flow.uid], derived == recorded.members.map(FlowOutcome.init) {
        if derived == nil { missing += 1 } else { others += 1 }
      } else if let derived {
        fail("flow \(flow.uid): its packets give \(derived.difference(from: expected))")
      } else {
        fail("flow \(flow.uid) is not in its packets")
      }
    }
    if others > 0 {
      note("the outcome of \(others.counted("flow")) rests on packets of other flows or beyond the evidence's bound")
    }
    if missing > 0 { note("the evidence leaves \(missing.counted("flow")) out, or does not tell them apart") }
    let unlisted = finding.flowCount - min(finding.flowCount, UInt64(finding.flows.count))
    if unlisted > 0 { note("\(unlisted.counted("flow")) more are counted, not listed") }
  }

  /// Holds confidence and likelihood against what the flows make by themselves.
  private mutating func compare(_ finding: ReportDocument.Finding, _ derived: [Finding]) {
    guard derived.count == 1, let own = derived.first else {
      return fail("its flows make \(UInt64(derived.count).counted("finding")) instead of one")
    }
    let (stated, confidence) = (finding.confidence, own.confidence)
    let parts: [(String, String?, String?)] = [
      ("overall", confidence.overall.rawValue, stated.overall), ("path", confidence.path?.rawValue, stated.path),
      ("control", confidence.control.rawValue, stated.control),
      ("handling", confidence.handling.rawValue, stated.handling),
    ]
    for (axis, derived, stated) in parts where derived != stated {
      fail("its packets give \(axis) confidence \(derived ?? "none") instead of \(stated ?? "none")")
    }
    if confidence.because != stated.because { fail("its confidence has other reasons than its packets give") }
    if own.likelihood?.rawValue != finding.likelihood {
      fail(
        "its packets give likelihood \(own.likelihood?.rawValue ?? "none") instead of \(finding.likelihood ?? "none")")
    }
  }

  private mutating func note(_ text: String) {
    if state == .holds { state = .holdsPartly }
    because.append(text)
  }

  private mutating func fail(_ text: String) {
    state = .fails
    if because.count < Self.named { because.append(text) }
  }
}
