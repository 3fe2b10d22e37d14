import Assessment
import Capture
import Catalog
import Flows
import Packets

extension Report {
  /// Findings of each verdict that are printed; the same number for all, so that contrary findings are not hidden.
  private static let findingsPerVerdict = 20
  /// Addresses that a finding prints.
  private static let addressesPerFinding = 8

  func addFindings(to page: inout TextPage) {
    guard !result.findings.isEmpty else { return }
    page.heading("FINDINGS (\(UInt64(result.findings.count).grouped))")
    for verdict in Verdict.allCases {
      let findings = result.findings.filter { $0.verdict == verdict }
      for (index, finding) in findings.prefix(Self.findingsPerVerdict).enumerated() {
        if index > 0 || finding.id != result.findings.first?.id { page.blank() }
        add(finding, to: &page)
      }
      let rest = UInt64(findings.dropFirst(Self.findingsPerVerdict).count)
      if rest > 0 {
        page.blank()
        page.paragraph(
          "\(rest.counted("more finding")) \(verdict.rawValue.uppercased()): --format json lists all.", .quiet,
          indent: 2)
      }
    }
  }

  private func add(_ finding: Finding, to page: inout TextPage) {
    let style: TextPage.Style =
      switch finding.verdict {
      case .exclusive: .exclusive
      case .contested, .shared: .alarm
      case .expired, .unverifiable: .open
      case .none: .bold
      }
    let subject = actor(of: finding)?.name ?? overlays(of: finding).first?.id ?? "no actor"
    let verdict = "\(finding.verdict.rawValue.uppercased()) (\(finding.reason.rawValue))"
    page.line([(finding.id.padded(to: 4), .quiet), (verdict, style), ("  \(subject)", .bold)], indent: 2)
    page.field("Range", rangeValues(of: finding), indent: 6)
    page.field("Addresses", addressValues(of: finding), separator: ", ", indent: 6)
    page.field(
      "Traffic",
      [finding.flowCount.counted("flow"), finding.packets.counted("packet"), finding.bytes.counted("byte")], indent: 6)
    page.field("Seen", Self.range(finding.firstSeen, finding.lastSeen), indent: 6)
    page.field("Relevance", Self.values(finding.relevance.relevanceName, finding.actions), separator: ", ", indent: 6)
    page.field("Also", finding.reasons.filter { $0 != finding.reason }.map(\.rawValue), indent: 6)
    page.field("Likelihood", finding.likelihood.map { [$0.rawValue] } ?? [], indent: 6)
    page.field(
      "Confidence",
      Self.values(
        finding.confidence.overall.rawValue,
        [
          "path \(finding.confidence.path?.rawValue ?? "not assessed")",
          "control \(finding.confidence.control.rawValue)", "handling \(finding.confidence.handling.rawValue)",
        ]), separator: ", ", indent: 6)
    addFrames(of: finding, to: &page)
    for sentence in finding.wording { page.paragraph(sentence, indent: 6) }
  }

  private func rangeValues(of finding: Finding) -> [String] {
    var values = finding.prefix.map { [$0.description] } ?? []
    if let claim = claims(of: finding).first {
      values += ["claim \(claim.id)", claim.relation.rawValue, claim.kind.rawValue]
      let from = claim.validFrom.map { "from \($0.text(.seconds).prefix(10))" }
      let until = claim.validUntil.map { "until \($0.text(.seconds).prefix(10))" }
      values.append([from, until].compactMap(\.self).joined(separator: " "))
      let ratings = claim.sources.map { "\($0.reliability)\($0.credibility)" }
      if !ratings.isEmpty { values.append("sources \(ratings.joined(separator: " "))") }
    }
    values += overlays(of: finding).map {
      "\($0.kind.rawValue) list \($0.id) of \($0.snapshot.text(.seconds).prefix(10))"
    }
    return values.filter { !$0.isEmpty }
  }

  private func addressValues(of finding: Finding) -> [String] {
    let shown = finding.addresses.prefix(Self.addressesPerFinding).map(\.description)
    let rest = UInt64(max(finding.addressCount - shown.count, 0))
    return rest > 0 ? shown + ["and \(rest.counted("more", "more"))"] : shown
  }

  /// `first (second, third)`, in pieces between which a line may end.
  private static func values(_ first: String, _ others: [String]) -> [String] {
    guard let second = others.first else { return [first] }
    let pieces = ["\(first) (\(second)"] + others.dropFirst()
    return pieces.dropLast() + ["\(pieces[pieces.count - 1]))"]
  }

  /// The frames that fix the grade of the finding's best flow, so that anybody can check them in Wireshark.
  private func addFrames(of finding: Finding, to page: inout TextPage) {
    let cited = finding.flows.filter { $0.record.citations != nil }
    guard let best = cited.map(\.spokenGrade).max(), let flow = cited.first(where: { $0.spokenGrade == best }),
      let frames = flow.record.citations
    else { return }
    let named: [(name: String, number: UInt64?)] = [
      ("first", frames.syn == frames.first ? nil : frames.first), ("SYN", frames.syn), ("SYN-ACK", frames.synAck),
      ("ACK", frames.ack), ("data acknowledged", frames.ackedData),
      ("last", frames.last == frames.first ? nil : frames.last),
    ]
    let numbers = Set(named.compactMap(\.number)).sorted()
    let input = inputs.indices.contains(Int(frames.file)) ? inputs[Int(frames.file)].name : "input \(frames.file)"
    let ends = [flow.record.originator, flow.record.responder].map(\.text).joined(separator: " > ")
    page.field("Check", ["\(best.name) \(ends)", "frames of \(input)"], indent: 6)
    page.field("", named.compactMap { frame in frame.number.map { "\($0) \(frame.name)" } }, indent: 6)
    page.field("", ["frame.number in {\(numbers.map { String($0) }.joined(separator: ", "))}"], indent: 6)
  }
}

extension AssessedFlow {
  /// The grade of the side that the verdict speaks of.
  fileprivate var spokenGrade: EvidenceGrade {
    (assessment.speaksOfOriginator ? record.originatorEvidence : record.responderEvidence).grade
  }
}

extension Endpoint {
  /// The endpoint as RFC 5952 section 6 writes it.
  fileprivate var text: String {
    address.isIPv4 ? "\(address.description):\(port)" : "[\(address.description)]:\(port)"
  }
}
