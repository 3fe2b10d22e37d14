import Assessment

/// Evidence and custody, the range claims, and what to collect (methodology 4.7, sections 11 to 13).
extension ReportPage {
  /// Flows that all tables together show; each finding shows some.
  private static let flowsListed = 5_000
  /// Entries of content that a finding shows.
  private static let entriesListed = 10

  var collection: TemplateValues {
    [
      "recommendations": Self.list(
        Recommendation.all(for: document).map { ["lack": $0.lack, "collection": $0.collection, "gain": $0.gain] })
    ]
  }

  var custody: TemplateValues {
    [
      "inputs": document.inputs.map(input),
      "skipped": Self.list(
        document.skippedInputs.prefix(Self.rowsListed).map {
          ["name": $0.name.cut(to: Self.charactersShown), "reason": $0.reason.cut(to: Self.charactersShown)]
        }),
      "skippedOmitted": Self.omission(UInt64(document.skippedInputs.dropFirst(Self.rowsListed).count), "file"),
      "evidence": document.findings.enumerated().filter { !$0.element.flows.isEmpty }.map { evidence($0, $1) },
      "claims": document.claims.map(claim),
    ]
  }

  private func input(_ input: ReportDocument.Input) -> TemplateValues {
    [
      "name": input.name, "role": input.role,
      "sha256": input.sha256 ?? "not computed",
      "facts": Self.fields([
        ("Format", [input.format, input.compression].compactMap(\.self).joined(separator: " + ")),
        ("Link types", input.linkTypes.joined(separator: ", ")),
        ("Bytes", input.bytes.grouped),
        ("Packets", input.packets.grouped),
        ("Filtered out", input.filteredPackets > 0 ? input.filteredPackets.grouped : nil),
        ("Cut by the snap length", input.truncatedPackets.grouped),
        ("Dropped by the interface", input.interfaceDrops.map(\.grouped) ?? "not recorded"),
        ("First packet", input.firstPacket),
        ("Last packet", input.lastPacket),
      ]),
      "damage": Self.optional(
        input.damage.map {
          "Damaged at frame \($0.frame.grouped), byte \($0.offset.grouped): \($0.reason)"
        }),
    ]
  }

  private func evidence(_ index: Int, _ finding: ReportDocument.Finding) -> TemplateValues {
    let limit = min(500, max(20, Self.flowsListed / max(document.findings.count, 1)))
    var values = Self.badge(finding.verdict)
    values["id"] = finding.id
    values["reason"] = finding.reason
    values["flowsAnchor"] = "flows-\(index + 1)"
    values["rows"] = finding.flows.prefix(limit).map(flow)
    values["omitted"] = Self.omission(
      finding.flowCount.subtractingCapped(UInt64(min(finding.flows.count, limit))), "flow")
    let entries = finding.flows.lazy.flatMap { flow in flow.contentEntries.map { (flow.uid, $0) } }
    values["content"] = Self.list(
      entries.prefix(Self.entriesListed).map { uid, entry in
        [
          "uid": uid, "log": entry.log,
          "text": entry.fields.joined(separator: " · ").cut(to: Self.charactersShown),
        ]
      })
    values["hops"] = Self.list(
      finding.flows.lazy.flatMap(\.hops).prefix(Self.entriesListed).map { hop in
        ["text": hop.joined(separator: " · ").cut(to: Self.charactersShown)]
      })
    values["contentOmitted"] = Self.omission(UInt64(entries.dropFirst(Self.entriesListed).count), "entry of content")
    return values
  }

  private func flow(_ flow: ReportDocument.Flow) -> TemplateValues {
    let bytes = [flow.origBytes, flow.respBytes].map { $0.map(\.grouped) ?? "–" }
    return [
      "ts": flow.ts, "uid": flow.uid, "originator": flow.originator, "responder": flow.responder,
      "service": [flow.proto, flow.service].compactMap(\.self).joined(separator: " · "),
      "state": flow.connState, "history": flow.history ?? "–",
      "packets": "\(flow.origPkts.grouped) / \(flow.respPkts.grouped)",
      "bytes": "\(bytes[0]) / \(bytes[1])",
      "grade": "\(flow.origGrade) / \(flow.respGrade)", "gradeReason": flow.gradeReason, "activity": flow.activity,
      "first": flow.frames.map { "\(document.citation($0.first, inputAt: $0.file)) @ \(flow.ts)" } ?? "not kept",
      "frames": flow.frames.map { frames in
        frames.named.map { "\($0.name) \($0.number)" }.joined(separator: " · ")
      } ?? "",
    ]
  }

  private func claim(_ claim: ReportDocument.Claim) -> TemplateValues {
    [
      "id": claim.id,
      "facts": Self.fields([
        ("Range", claim.range),
        ("Recorded for", claim.actor.map { "\($0.name) (\($0.level))" }),
        ("Relation", claim.relation), ("Kind", claim.kind),
        ("Valid from", claim.validFrom?.day ?? "not dated"), ("Valid until", claim.validUntil?.day ?? "open"),
        ("As of", claim.asOf?.day), ("Recorded at", claim.recordedAt?.day),
        ("Basis", claim.basis.joined(separator: ", ")), ("Route check", claim.routeCheck),
        ("Overrides", claim.overrides.joined(separator: ", ")), ("Marking", "TLP:\(claim.tlp)"),
      ]),
      "sources": claim.sources.map { source in
        [
          "ref": source.ref, "rating": "\(source.reliability)\(source.credibility)", "group": source.independentGroup,
          "reading": Admiralty.reading(source.reliability, source.credibility),
        ] as TemplateValues
      },
    ]
  }
}
