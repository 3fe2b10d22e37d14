import Assessment
import Capture
import Catalog
import Flows
package import Packets

extension Report {
  /// Findings of each verdict that are printed; the same number for all, so that contrary findings are not hidden.
  private static let findingsPerVerdict = 20
  /// Addresses that a finding prints.
  private static let addressesPerFinding = 8

  func addFindings(to page: inout TextPage) {
    guard !result.findings.isEmpty else { return }
    addKeyFindings(to: &page)
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

  /// A row for each of the first findings, so that the whole case is seen at one glance.
  private func addKeyFindings(to page: inout TextPage) {
    guard result.findings.count > 1 else { return }
    let rows = result.findings.prefix(Self.findingsPerVerdict).map { finding in
      [
        finding.id, finding.title, finding.flowCount.grouped, finding.confidence.overall.rawValue,
        subject(of: finding),
      ]
    }
    page.heading("KEY FINDINGS")
    page.table([["", "verdict", "flows", "confidence", "recorded for"]] + rows, figures: [2])
    let rest = UInt64(result.findings.dropFirst(Self.findingsPerVerdict).count)
    if rest > 0 { page.line("and \(rest.grouped) more", .quiet, indent: 2) }
  }

  private func subject(of finding: Finding) -> String {
    actor(of: finding)?.name ?? overlays(of: finding).first?.id ?? "no actor"
  }

  private func add(_ finding: Finding, to page: inout TextPage) {
    let style: TextPage.Style =
      switch finding.verdict {
      case .exclusive: .exclusive
      case .contested, .shared: .alarm
      case .expired, .unverifiable: .open
      case .none: .bold
      }
    page.line(
      [(finding.id.padded(to: 4), .quiet), (finding.title, style), ("  \(subject(of: finding))", .bold)], indent: 2)
    page.field("Range", finding.prefix.map { [$0.description] } ?? [], indent: 6)
    for claim in claims(of: finding) { page.field("Claim", values(of: claim), indent: 6) }
    for overlay in overlays(of: finding) {
      page.field("List", [overlay.id, overlay.kind.rawValue, "of \(overlay.snapshot.day)"], indent: 6)
    }
    page.field("Addresses", addressValues(of: finding), separator: ", ", indent: 6)
    page.field(
      "Traffic",
      [finding.flowCount.counted("flow"), finding.packets.counted("packet"), finding.bytes.counted("byte")], indent: 6)
    page.field("Seen", Self.range(finding.firstSeen, finding.lastSeen), indent: 6)
    page.field("Sessions", Self.values(of: finding.sessions), indent: 6)
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
    addContent(of: finding, to: &page)
    for sentence in finding.wording { page.paragraph(sentence, indent: 6) }
  }

  private func values(of claim: Claim) -> [String] {
    var values = Self.values(claim.id, [claim.relation.rawValue, claim.kind.rawValue])
    values = [values.joined(separator: ", ")]
    switch (claim.validFrom?.day, claim.validUntil?.day) {
    case (let from?, let until?): values.append("\(from) until \(until)")
    case (let from?, nil): values.append("from \(from)")
    case (nil, let until?): values.append("until \(until)")
    case (nil, nil): values.append("undated")
    }
    let ratings = claim.sources.map { "\($0.reliability)\($0.credibility)" }
    return ratings.isEmpty ? values : values + ["sources \(ratings.joined(separator: " "))"]
  }

  private func addressValues(of finding: Finding) -> [String] {
    let shown = finding.addresses.prefix(Self.addressesPerFinding).map(\.description)
    let rest = UInt64(max(finding.addressCount - shown.count, 0))
    guard rest > 0 else { return shown }
    return shown + ["and \(finding.addressCountIsMinimum ? "at least " : "")\(rest.grouped) more"]
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
    let input = inputs.indices.contains(Int(frames.file)) ? inputs[Int(frames.file)].name : "input \(frames.file)"
    let ends = [flow.record.originator, flow.record.responder].map(\.text).joined(separator: " > ")
    let numbers = Set(frames.named.map(\.number)).sorted().map { String($0) }
    page.field("Check", ["\(best.name) \(ends)", "frames of \(input)"], indent: 6)
    page.field("", frames.named.map { "\($0.number) \($0.name)" }, indent: 6)
    page.field("", ["frame.number in {\(numbers.joined(separator: ", "))}"], indent: 6)
  }
}

extension Finding {
  fileprivate var title: String { "\(verdict.rawValue.uppercased()) (\(reason.rawValue))" }
}

extension FlowRecord.Citations {
  /// The frames with what each of them is.
  fileprivate var named: [(number: UInt64, name: String)] {
    let fixing: [(number: UInt64?, name: String)] = [
      (syn, "SYN"), (synAck, "SYN-ACK"), (ack, "ACK"), (ackedData, "data acknowledged"),
    ]
    let known = fixing.compactMap { frame in frame.number.map { (number: $0, name: frame.name) } }
    if first == last { return known.isEmpty ? [(first, "the only packet")] : known }
    let isNamed = { number in known.contains { $0.number == number } }
    return (isNamed(first) ? [] : [(first, "first")]) + known + (isNamed(last) ? [] : [(last, "last")])
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
  package var text: String {
    address.isIPv4 ? "\(address.description):\(port)" : "[\(address.description)]:\(port)"
  }
}
