import Assessment

/// The findings by verdict, contrary and negative ones among them (methodology 4.7, section 6).
extension ReportPage {
  var findings: TemplateValues {
    [
      "verdictChart": BarChart.verdicts(document).values,
      "gradeChart": BarChart.grades(document).values,
      "verdicts": Verdict.allCases.map(group) + unknownVerdicts,
      "reasons": Self.list(reasons),
    ]
  }

  /// A verdict with its findings; one without any is shown as well.
  private func group(_ verdict: Verdict) -> TemplateValues {
    group(verdict.rawValue, meaning: verdict.meaning)
  }

  /// Findings of a verdict that this version does not know; they must not vanish.
  private var unknownVerdicts: [TemplateValues] {
    let known = Set(Verdict.allCases.map(\.rawValue))
    let names = Set(document.findings.map(\.verdict)).subtracting(known).sorted()
    return names.prefix(Self.rowsListed).map { group($0, meaning: "A verdict that this version does not know.") }
  }

  private func group(_ verdict: String, meaning: String) -> TemplateValues {
    let findings = document.findings.enumerated().filter { $0.element.verdict == verdict }
    let count = document.totals.flowsByVerdict[verdict] ?? 0
    var values = Self.badge(verdict)
    values["meaning"] = meaning
    values["flows"] = count.counted("flow")
    values["findings"] = findings.prefix(Self.findingsListed).map { self.values(of: $0.element, at: $0.offset) }
    values["isEmpty"] = findings.isEmpty
    values["omitted"] = Self.omission(UInt64(findings.dropFirst(Self.findingsListed).count), "finding")
    return values
  }

  private func values(of finding: ReportDocument.Finding, at index: Int) -> TemplateValues {
    var values = Self.badge(finding.verdict)
    values["id"] = finding.id
    values["anchor"] = "finding-\(index + 1)"
    values["flowsAnchor"] = "flows-\(index + 1)"
    values["reason"] = finding.reason
    values["gloss"] = Self.optional(VerdictReason(rawValue: finding.reason)?.gloss)
    values["subject"] = document.subject(of: finding)
    values["wording"] = finding.wording
    values["actions"] = finding.actions
    values["hasFlows"] = !finding.flows.isEmpty
    values["facts"] = Self.fields([
      ("Range", finding.prefix),
      ("Claims", finding.claims.joined(separator: ", ")),
      ("Lists of shared use", finding.overlays.joined(separator: ", ")),
      ("Addresses", finding.addressList(limit: 12).joined(separator: ", ")),
      (
        "Traffic",
        "\(finding.flowCount.counted("flow")), \(finding.packets.counted("packet")), \(finding.bytes.counted("byte"))"
      ),
      ("Seen", ReportDocument.range(finding.firstSeen, finding.lastSeen)),
      ("Sessions", finding.sessions?.sentence),
      ("Grade", finding.gradeRange),
      ("Relevance", finding.relevance),
      ("Also", finding.reasons.filter { $0 != finding.reason }.joined(separator: ", ")),
      ("Likelihood", finding.likelihood),
      (
        "Notes",
        finding.notes.sorted { $0.key < $1.key }.map { "\($0.key) (\($0.value.counted("flow")))" }
          .joined(separator: ", ")
      ),
    ])
    values["confidence"] = finding.confidence.overall
    values["axes"] = Self.fields([
      ("path", finding.confidence.path ?? "not assessed"), ("control", finding.confidence.control),
      ("handling", finding.confidence.handling),
    ])
    values["check"] = check(finding)
    return values
  }

  /// The frames to open in Wireshark for the flow that is verified best.
  private func check(_ finding: ReportDocument.Finding) -> Any {
    guard let best = document.bestFlow(of: finding) else { return false }
    let numbers = Set(best.frames.named.map(\.number)).sorted().map { String($0) }
    return [
      "flow": "\(best.flow.originator) > \(best.flow.responder)",
      "frames": frames(best.frames),
      "filter": "frame.number in {\(numbers.joined(separator: ", "))}",
    ] as TemplateValues
  }

  /// Frames with what each of them is.
  func frames(_ frames: ReportDocument.Flow.Frames) -> [TemplateValues] {
    frames.named.map { ["citation": document.citation($0.number, inputAt: frames.file), "role": $0.name] }
  }

  /// How many flows have each verdict for each reason.
  private var reasons: [TemplateValues] {
    document.unattributed.map { row in
      Self.badge(row.verdict.rawValue).merging([
        "count": row.flows.grouped, "reason": row.reason ?? "–", "gloss": row.gloss,
      ]) { $1 }
    }
  }
}

extension Verdict {
  /// What the verdict says, in a sentence.
  var meaning: String {
    switch self {
    case .exclusive:
      "The return path is verified, and the address is recorded as used by one actor alone at that time."
    case .contested: "The address is claimed for several actors, or was routed otherwise than claimed."
    case .shared: "The address is shared infrastructure; it cannot single out an actor."
    case .expired: "The address is listed, but not for the time of the traffic."
    case .unverifiable: "The claim or the packets are too weak for a verdict; a normal result."
    case .none: "Not attributable: no entry covers the address, or an entry carves it out."
    }
  }
}
