import Assessment

/// Page one: bottom line, key findings, what the report does not show (methodology 4.7, sections 1 to 3).
extension ReportPage {
  /// Findings of the table on page one.
  private static let keyFindingsListed = 12

  var summary: TemplateValues {
    let rest = UInt64(document.findings.dropFirst(Self.keyFindingsListed).count)
    return [
      "headline": document.headline,
      "headlineClass": document.exclusiveFlowCount > 0 ? "present" : "absent",
      "bottomLine": document.bottomLine,
      "warnings": document.warnings.isEmpty ? false : ["rows": document.warnings] as TemplateValues,
      "keyFindings": Self.list(document.findings.prefix(Self.keyFindingsListed).enumerated().map(keyFinding)),
      "keyFindingsOmitted": rest > 0 ? "\(rest.counted("more finding")) below." : false,
      "notShown": document.notShown,
      "caveats": document.caveats,
    ]
  }

  private func keyFinding(_ index: Int, _ finding: ReportDocument.Finding) -> TemplateValues {
    var values = Self.badge(finding.verdict)
    values["id"] = finding.id
    values["anchor"] = "finding-\(index + 1)"
    values["reason"] = finding.reason
    values["subject"] = document.subject(of: finding)
    values["grade"] = finding.gradeRange ?? "–"
    values["confidence"] = finding.confidence.overall
    values["flows"] = finding.flowCount.grouped
    let best = document.bestFlow(of: finding)
    values["frames"] =
      best.map { best in
        document.citation(best.frames.first, inputAt: best.frames.file)
          + (best.frames.first == best.frames.last ? "" : "–\(best.frames.last)")
      } ?? "–"
    return values
  }
}
