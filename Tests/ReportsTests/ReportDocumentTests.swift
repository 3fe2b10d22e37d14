import Foundation
import Reports
import Testing

/// A report that is read again says what was written.
@Suite struct ReportDocumentTests {
  static let expected = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appending(path: "Captures/expected")

  static let files =
    (try? FileManager.default.contentsOfDirectory(atPath: expected.path))?
    .filter { $0.hasSuffix(".json") }.sorted() ?? []

  @Test(arguments: files) func readsEveryExpectedReport(_ file: String) throws {
    let data = try Data(contentsOf: Self.expected.appending(path: file))
    let document = try ReportDocument(json: data)
    let tree = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
    let findings = try #require(tree["findings"] as? [[String: Any]])
    #expect(document.findings.map(\.id) == findings.map { $0["id"] as? String })
    for (finding, raw) in zip(document.findings, findings) {
      let flows = try #require(raw["flows"] as? [[String: Any]])
      #expect(finding.flows.map(\.originatorAddress) == flows.map { $0["id.orig_h"] as? String })
      #expect(finding.flows.map(\.origGrade) == flows.map { $0["orig_grade"] as? String })
      #expect(Set(finding.notes.keys) == Set((raw["notes"] as? [String: Any] ?? [:]).keys))
      for (flow, raw) in zip(finding.flows, flows) {
        #expect(flow.frames?.ackedData == (raw["frames"] as? [String: Any])?["acked_data"] as? UInt64)
        if case .object(let members) = flow.inspection {
          #expect(Set(members.keys) == Set((raw["inspection"] as? [String: Any] ?? [:]).keys))
        }
      }
    }
    let cited = Set(document.findings.flatMap(\.claims))
    #expect(cited.isSubset(of: document.claims.map(\.id)))
    #expect(document.claims.allSatisfy { !$0.sources.isEmpty && $0.actor != nil })
  }

  @Test(arguments: [
    ("", "is no JSON document"), ("{}", "is no report of the schema ascribe-report/1"),
    (#"{"schema": "ascribe-report/2"}"#, "is no report of the schema ascribe-report/1"),
    (#"{"schema": "ascribe-report/1"}"#, "lacks "),
  ])
  func refusesWhatIsNoReport(_ text: String, _ reason: String) throws {
    let refusal = #expect(throws: ReportDocument.Refusal.self) { try ReportDocument(json: Data(text.utf8)) }
    #expect(refusal?.description.hasPrefix(reason) == true)
  }
}
