import Assessment
import Catalog
import Flows
import Inspection

/// The document for text, which names few flows: the others are not worth the time that writing and reading them takes.
extension Report {
  /// The document with the flows that text prints; its text is that of the whole document.
  var printedDocument: ReportDocument {
    get throws {
      var report = self
      for index in result.findings.indices { report.result.findings[index].flows = result.findings[index].printedFlows }
      var document = try report.document
      // The flows left out may rest on a claim with a stricter marking.
      document.marking = marking.marking
      for (index, finding) in result.findings.enumerated() {
        document.findings[index].contentEntryCount = UInt64(finding.flows.reduce(0) { $0 + $1.entryCount })
      }
      return document
    }
  }
}

extension Finding {
  /// The flow whose frames are cited, and those whose content and hops come first.
  fileprivate var printedFlows: [AssessedFlow] {
    let limit = ReportDocument.entriesListed
    let best = flows.filter { $0.record.citations != nil }.map(\.spokenGrade).max()
    let cited = best.flatMap { best in flows.firstIndex { $0.record.citations != nil && $0.spokenGrade == best } }
    var (entries, hops) = (0, 0)
    var printed: [AssessedFlow] = []
    for (index, flow) in flows.enumerated() {
      let isPrinted = flow.entryCount > 0 && entries < limit || flow.hopCount > 0 && hops < limit
      if isPrinted || index == cited { printed.append(flow) }
      entries += flow.entryCount
      hops += flow.hopCount
    }
    return printed
  }
}

extension AssessedFlow {
  fileprivate var entryCount: Int { record.content?.facts.entries.count ?? 0 }
  fileprivate var hopCount: Int { record.content?.facts.hops.count ?? 0 }

  /// The grade of the side that the verdict speaks of, by name; empty where a proxy attests the address.
  fileprivate var spokenGrade: String {
    if assessment.speaksOfAttested { return "" }
    return (assessment.speaksOfOriginator ? record.originatorEvidence : record.responderEvidence).grade.name
  }
}
