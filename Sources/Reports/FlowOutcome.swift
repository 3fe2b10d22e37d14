package import Assessment
package import Catalog
package import Flows

/// What a report says of one flow that its packets and the catalog decide: the grades, and the verdict with its reason.
///
/// Counters, times and content are not in it: they speak of packets that prove nothing more.
package struct FlowOutcome: Sendable, Equatable {
  /// A part of the outcome under the name of its field in a flow record.
  package typealias Part = (name: String, value: String?)

  /// The parts, in the order of their names.
  package let parts: [Part]

  /// Compares all parts.
  package static func == (one: FlowOutcome, other: FlowOutcome) -> Bool {
    one.parts.elementsEqual(other.parts) { $0.name == $1.name && $0.value == $1.value }
  }

  /// The outcome of a flow that was just graded.
  ///
  /// - Parameters:
  ///   - record: The flow.
  ///   - assessment: The verdict on it.
  ///   - catalog: The catalog into which the verdict refers.
  package init(_ record: FlowRecord, _ assessment: FlowAssessment, in catalog: Catalog) {
    parts = [
      ("actor", catalog.actor(assessment.actor)?.id),
      (
        "claim",
        assessment.claims.first.flatMap { catalog.claims.indices.contains($0) ? catalog.claims[$0].id : nil }
      ),
      ("covered_side", assessment.coveredSide?.rawValue),
      ("grade_reason", assessment.gradeReason(of: record)),
      ("orig_grade", record.originatorEvidence.grade.name),
      ("reason", assessment.reason.rawValue),
      ("resp_grade", record.responderEvidence.grade.name),
      ("verdict", assessment.verdict.rawValue),
    ]
  }

  /// The outcome that a report states.
  ///
  /// - Parameter flow: The flow as the report lists it.
  package init(_ flow: ReportDocument.Flow) {
    parts = [
      ("actor", flow.actor), ("claim", flow.claim), ("covered_side", flow.coveredSide),
      ("grade_reason", flow.gradeReason), ("orig_grade", flow.origGrade), ("reason", flow.reason),
      ("resp_grade", flow.respGrade), ("verdict", flow.verdict),
    ]
  }

  /// The outcome that a manifest holds.
  ///
  /// - Parameter members: Members under the names of the parts.
  package init(_ members: [String: DocumentValue]) {
    parts = Self.names.map { ($0, members[$0]?.text) }
  }

  /// The outcome for a manifest.
  package var members: [String: DocumentValue] {
    Dictionary(uniqueKeysWithValues: parts.map { ($0.name, .text($0.value)) })
  }

  /// In what another outcome differs: `verdict exclusive instead of shared`.
  ///
  /// - Parameter other: The other outcome.
  /// - Returns: A clause; empty if nothing differs.
  package func difference(from other: FlowOutcome) -> String {
    zip(parts, other.parts).filter { $0.value != $1.value }
      .map { "\($0.name) \($0.value ?? "none") instead of \($1.value ?? "none")" }.joined(separator: ", ")
  }

  private static let names = [
    "actor", "claim", "covered_side", "grade_reason", "orig_grade", "reason", "resp_grade", "verdict",
  ]
}
