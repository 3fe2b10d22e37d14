// What every form for sharing says of a finding: a consumer may drop what it does not know, but shows text and labels.
extension ReportDocument {
  /// The claims that each finding rests on, in the report's order.
  ///
  /// - Complexity: O(n) in claims and findings: to look through all claims for each finding would take hours of many.
  var claimsOfFindings: [[Claim]] {
    let places = Dictionary(claims.enumerated().map { ($1.id, $0) }) { first, _ in first }
    return findings.map { finding in Set(finding.claims.compactMap { places[$0] }).sorted().map { claims[$0] } }
  }

  /// Verdict, reason, weakest grade, likelihood, confidence and ratings as labels, in MISP's words where it has them.
  func sharingLabels(of finding: Finding, _ claims: [Claim]) -> [String] {
    var labels = ["verdict:\(finding.verdict)", "reason:\(finding.reason)", "finding:\(finding.id)"].map(\.madeSafe)
    if let grade = finding.flows.compactMap(\.coveredGrade).min() { labels.append("evidence-grade:\(grade.madeSafe)") }
    return labels + taxonomyTags(of: finding, claims)
  }

  /// The machine tags of MISP's taxonomies; where sources differ the weakest letter and figure.
  func taxonomyTags(of finding: Finding, _ claims: [Claim]) -> [String] {
    let sources = claims.flatMap(\.sources)
    var tags: [String] = []
    if let letter = sources.map({ $0.reliability.lowercased() }).max() {
      tags.append("admiralty-scale:source-reliability=\"\(letter)\"")
    }
    if let figure = sources.map(\.credibility).max() {
      tags.append("admiralty-scale:information-credibility=\"\(figure)\"")
    }
    if let likelihood = finding.likelihood {
      let value = likelihood.replacing(" ", with: "-").replacing("_", with: "-")
      tags.append("estimative-language:likelihood-probability=\"\(value)\"")
    }
    tags.append("estimative-language:confidence-in-analytic-judgment=\"\(finding.confidence.overall)\"")
    return tags.map(\.madeSafe)
  }

  /// The finding in words, the caveats, and what else could explain it; a line each.
  func sharingText(of finding: Finding) -> String {
    var lines = [finding.headline] + finding.wording
    lines += finding.confidence.because.map { "Because: \($0)." }
    if finding.flowCount > UInt64(finding.flows.count) {
      lines.append("\(finding.flows.count) of \(finding.flowCount) flows are listed.")
    }
    lines += ["", "Caveats:"] + caveats + notShown
    lines += ["", "Competing hypotheses (\(hypotheses.reading)):"]
    lines += hypotheses.hypotheses.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" }
    for matrix in hypotheses.matrices where matrix.findings.contains(finding.id) {
      let counts = matrix.inconsistencies.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }
      lines.append("Inconsistencies: \(counts.joined(separator: ", ")).")
    }
    return lines.map(\.madeSafe).joined(separator: "\n")
  }
}

extension ReportDocument.Finding {
  /// Verdict, reason, likelihood and confidence on one line.
  var headline: String {
    let judgment = likelihood.map { ", \($0)" } ?? ""
    return "\(id): \(verdict.uppercased()) (\(reason))\(judgment), confidence \(confidence.overall)".madeSafe
  }
}
