import Assessment
import Reports

extension Verification {
  /// What came of it, for people.
  var lines: [String] {
    var lines = isDemonstration ? [Report.demonstrationStamp, ""] : []
    if let folder {
      lines.append("FOLDER")
      if folder.changes.isEmpty, let manifest = folder.manifest {
        lines.append(
          "  \(UInt64(manifest.files.count).counted("file")) as the manifest says (SHA-256 \(manifest.sha256))")
      }
      lines += folder.changes.map { "  \($0.kind.rawValue.uppercased())  \($0.name): \($0.detail)" }
      lines += otherRenderings.map { "  DIFFERS  \($0) is not what report.json gives" }
      lines.append("FINDINGS from the folder alone")
      if let obstacle { lines.append("  not checked: \(obstacle)") }
      if findings.isEmpty, obstacle == nil { lines.append("  none") }
      for finding in findings {
        lines.append(
          "  \(finding.id)  \(finding.headline): \(finding.state.rawValue), \(finding.flows.counted("flow"))")
        lines += finding.because.map { "      \($0)" }
      }
    }
    lines.append("CAPTURES")
    if let search {
      let found = UInt64(search.paths.count { $0 != nil })
      lines.append("  \(found) of \(UInt64(search.paths.count).counted("input")) found by SHA-256")
      lines += search.faults.map { "  \($0)" }
    }
    if let whyNotRemade { lines.append("  \(whyNotRemade)") }
    if let remake {
      lines.append(remake.differences.isEmpty ? "  \(sameness(remake))" : "  The report made again is not the same:")
      lines += remake.differences.map { "      \($0)" }
    }
    if checksNothing {
      lines.append("RESULT  Nothing was checked: a report.json alone needs its catalog (-c) and its captures.")
      return lines
    }
    lines.append(
      holds ? "RESULT  Nothing was changed, and what could be checked holds." : "RESULT  CHANGED, OR DOES NOT HOLD.")
    return lines
  }

  private func sameness(_ remake: Remake) -> String {
    let log = folder == nil ? "report.json is" : "report.json and flows.log are"
    guard remake.isWhole else {
      return "\(log) the same, made again under the excerpt; '\(Remake.ofWholeCatalog)' was left out"
    }
    return "\(log) the same, made again, byte for byte"
  }

  /// What came of it, for programs: schema `ascribe-verify/1`.
  var document: DocumentValue {
    .object([
      "schema": .string("ascribe-verify/1"),
      "demonstration_data": .bool(isDemonstration),
      "holds": checksNothing ? .null : .bool(holds),
      "manifest_sha256": .text(folder?.manifest?.sha256),
      "changes": .array(
        (folder?.changes ?? []).map {
          .object(["file": .string($0.name), "kind": .string($0.kind.rawValue), "detail": .string($0.detail)])
        }),
      "findings": .array(
        findings.map {
          .object([
            "id": .string($0.id), "state": .string($0.state.name), "flows": .count($0.flows),
            "because": .texts($0.because),
          ])
        }),
      "other_renderings": .texts(otherRenderings),
      "findings_not_checked": .text(obstacle),
      "captures": search.map {
        .object([
          "paths": .array($0.paths.map { .text($0) }), "faults": .texts($0.faults), "changed": .bool($0.hasChanged),
        ])
      } ?? .null,
      "made_again": remake.map {
        .object([
          "same": .bool($0.differences.isEmpty), "whole_catalog": .bool($0.isWhole),
          "differences": .texts($0.differences),
        ])
      } ?? .null,
      "not_made_again": .text(whyNotRemade),
    ])
  }
}

extension FindingCheck.State {
  /// The state's name for programs.
  fileprivate var name: String {
    switch self {
    case .holds: "holds"
    case .holdsPartly: "holds_partly"
    case .fails: "fails"
    case .unchecked: "unchecked"
    }
  }
}
