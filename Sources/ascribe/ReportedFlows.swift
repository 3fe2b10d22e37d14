import ArgumentParser
import Assessment
import Catalog
import Flows
import Foundation
import Packets

/// The flows that a report.json lists, as far as a verdict needs them: addresses, times, grades, what opened them.
struct ReportedFlows {
  /// Flows that its findings count without listing them.
  private(set) var unlisted: UInt64 = 0
  private var flows: [Flow] = []

  fileprivate struct Flow {
    var uid: String
    var originator: IPAddress
    var responder: IPAddress
    var record: FlowRecord
    var limits: [VerdictReason]
  }

  /// How many flows can be judged again.
  var count: Int { flows.count }

  /// Reads a report.
  ///
  /// - Parameter path: A report.json, schema `ascribe-report/1`.
  /// - Throws: `ExitCode.noInput` or `ExitCode.notACapture` after a message on standard error.
  init(path: String) throws {
    guard let data = FileManager.default.contents(atPath: path) else {
      Console.note("error: \(Console.printable(path)) cannot be read; name a report.json.")
      throw ExitCode.noInput
    }
    guard let report = try? JSONSerialization.jsonObject(with: data) as? [String: Any],
      report["schema"] as? String == "ascribe-report/1", let findings = report["findings"] as? [[String: Any]]
    else {
      Console.note("error: \(Console.printable(path)) is no report.json of the schema ascribe-report/1.")
      throw ExitCode.notACapture
    }
    for finding in findings {
      let listed = finding["flows"] as? [[String: Any]] ?? []
      let counted = finding["flow_count"] as? UInt64 ?? 0
      // A damaged report may count anything.
      let (sum, overflow) = unlisted.addingReportingOverflow(counted - min(counted, UInt64(listed.count)))
      unlisted = overflow ? .max : sum
      // A finding says what limits any of its flows; each is taken to be so limited, lest a verdict be too strong.
      let reasons = (finding["reasons"] as? [String] ?? []).compactMap(VerdictReason.init)
      let limits = reasons.filter { [.vantage, .tunnel, .attested].contains($0) }
      for (index, flow) in listed.enumerated() {
        guard let flow = Flow(flow, limits: limits) else {
          Console.note(
            "error: \(Console.printable(path)): flow \(index + 1) of finding \(finding["id"] as? String ?? "?") lacks "
              + "an address, a time or a grade.")
          throw ExitCode.notACapture
        }
        flows.append(flow)
      }
    }
  }

  /// The flows whose verdicts differ between two catalogs.
  ///
  /// - Parameters:
  ///   - old: The old catalog.
  ///   - new: The new catalog.
  /// - Returns: The changes in the order of the report.
  func changes(from old: Catalog, to new: Catalog) -> [FlowChange] {
    let (before, after) = (DecisionTable(catalog: old), DecisionTable(catalog: new))
    return flows.compactMap { flow in
      let (one, other) = (assess(flow, before), assess(flow, after))
      let answers = (CatalogComparison.Answer(one, in: old), CatalogComparison.Answer(other, in: new))
      guard answers.0 != answers.1 else { return nil }
      return FlowChange(
        uid: flow.uid, time: flow.record.firstPacket, originator: flow.originator, responder: flow.responder,
        old: answers.0, new: answers.1, oldReasons: one.reasons, newReasons: other.reasons)
    }
  }

  private func assess(_ flow: Flow, _ table: DecisionTable) -> FlowAssessment {
    var record = flow.record
    record.cover(by: table.catalog.prefixes, wasWatched: true)
    return table.assess(record, limits: flow.limits)
  }
}

extension ReportedFlows.Flow {
  fileprivate init?(_ flow: [String: Any], limits: [VerdictReason]) {
    guard let originator = (flow["id.orig_h"] as? String).flatMap(IPAddress.init),
      let responder = (flow["id.resp_h"] as? String).flatMap(IPAddress.init),
      let first = (flow["ts"] as? String).flatMap(Timestamp.init),
      let originatorGrade = Self.grade(flow["orig_grade"]), let responderGrade = Self.grade(flow["resp_grade"])
    else { return nil }
    self.originator = originator
    self.responder = responder
    let attested = ((flow["inspection"] as? [String: Any])?["attested"] as? String).flatMap(IPAddress.init)
    // An attested address is judged beside the endpoints, which it does not limit.
    // A tunnel limits by its ends, which each catalog judges, if the flow is said to have been in one.
    let isTunnelled = flow["tunnel_parents"] is [Any]
    self.limits = limits.filter { ($0 != .tunnel || !isTunnelled) && ($0 != .attested || attested == nil) }
    uid = flow["uid"] as? String ?? ""
    let seconds = max(0, min(flow["duration"] as? Double ?? 0, 1e9))
    let (end, overflow) = first.nanoseconds.addingReportingOverflow(Int64((seconds * 1e9).rounded()))
    func port(_ key: String) -> UInt16 { UInt16(exactly: flow[key] as? Int ?? 0) ?? 0 }
    record = FlowRecord(
      originator: Endpoint(address: originator, port: port("id.orig_p")),
      responder: Endpoint(address: responder, port: port("id.resp_p")),
      ipProtocol: IPProtocol(rawValue: UInt8(exactly: flow["ip_proto"] as? Int ?? 6) ?? 6), firstPacket: first,
      lastPacket: (flow["last_packet"] as? String).flatMap(Timestamp.init)
        ?? Timestamp(nanoseconds: overflow ? .max : end))
    record.continuedFrom = (flow["continued_from"] as? String).flatMap(Timestamp.init).map { min($0, first) }
    if isTunnelled {
      // Whose the ends are is asked of each catalog; whose are not told vouch for nobody.
      record.notes.insert(.tunnelled)
      var tunnel = FlowRecord.Tunnel(parent: FlowUID.Value(high: 0, low: 0))
      func ends(_ key: String) -> [IPAddress] {
        (((flow["tunnel"] as? [String: Any])?[key] as? [String]) ?? []).compactMap(IPAddress.init)
      }
      (tunnel.originatorEnds, tunnel.responderEnds) = (ends("orig_ends"), ends("resp_ends"))
      record.tunnel = tunnel
    }
    record.attested = attested.map { AttestedAddress(address: $0, header: "", covers: .empty) }
    record.originatorIsLocal = flow["local_orig"] as? Bool
    record.responderIsLocal = flow["local_resp"] as? Bool
    // The report gives the reason of the side that its verdict speaks of; of the other side the grade alone is known.
    let reason = (flow["grade_reason"] as? String).flatMap(GradeReason.init)
    record.originatorEvidence = Self.evidence(originatorGrade, reason)
    record.responderEvidence = Self.evidence(responderGrade, reason)
    // Zeek's history has S for a SYN of the originator, s for one of the responder.
    let history = flow["history"] as? String ?? ""
    if history.contains("S"), !history.contains("s") { record.originatorBasis = .syn }
  }

  private static func grade(_ value: Any?) -> EvidenceGrade? {
    EvidenceGrade.allCases.first { $0.name == value as? String }
  }

  /// Grade and reason, if the reason is one of that grade; else the plainest reason.
  private static func evidence(_ grade: EvidenceGrade, _ reason: GradeReason?) -> SideEvidence {
    let fitting: [GradeReason] =
      switch grade {
      case .e0: [.malformed, .backscatter, .isnGuessing, .flood]
      case .e1: [.oneWay, .halfOpen, .responseOnly, .silent]
      case .e2: [.twoWayUnverified, .resetAnswer]
      case .e3: [.nonceEcho, .connectOnly, .dataInOnly, .midstream]
      case .e4, .e5: [.twoWayVerified]
      }
    return SideEvidence(grade, reason.flatMap { fitting.contains($0) ? $0 : nil } ?? fitting[0])
  }
}

/// A reported flow on which two catalogs give different verdicts.
struct FlowChange {
  let uid: String
  let time: Timestamp
  let originator: IPAddress
  let responder: IPAddress
  let old: CatalogComparison.Answer
  let new: CatalogComparison.Answer
  let oldReasons: [VerdictReason]
  let newReasons: [VerdictReason]

  /// The change for people.
  var lines: [String] {
    func reasons(_ list: [VerdictReason]) -> String { list.map(\.rawValue).joined(separator: ", ") }
    return [
      "  \(time.plain) \(uid) \(originator) -> \(responder): \(old.text) -> \(new.text)",
      "      reasons \(reasons(oldReasons)) -> \(reasons(newReasons))",
    ]
  }

  /// The change for programs.
  var json: [String: Any] {
    func answer(_ answer: CatalogComparison.Answer, _ reasons: [VerdictReason]) -> [String: Any] {
      answer.json.merging(["reasons": reasons.map(\.rawValue)]) { $1 }
    }
    return [
      "uid": uid, "ts": time.description, "id.orig_h": originator.description, "id.resp_h": responder.description,
      "old": answer(old, oldReasons), "new": answer(new, newReasons),
    ]
  }
}
