import Assessment

/// The analysis of an attribution: ladder, hypotheses, Diamond, assumptions, gaps, and what would change the assessment
/// (methodology 4.7, section 9).
extension ReportPage {
  var analysis: TemplateValues {
    let hypotheses = document.hypotheses
    let names = hypotheses.hypotheses.keys.sorted()
    return [
      "ladder": hypotheses.ladder.map { step in
        ["level": step.level, "proposition": step.proposition, "by": step.assertedBy] as TemplateValues
      },
      "hypotheses": names.map { ["name": $0, "text": hypotheses.hypotheses[$0] ?? ""] as TemplateValues },
      "matrices": hypotheses.matrices.prefix(Self.rowsListed).map { matrix($0, names) },
      "matricesOmitted": Self.omission(UInt64(hypotheses.matrices.dropFirst(Self.rowsListed).count), "matrix"),
      "reading": hypotheses.reading,
      "diamond": hypotheses.diamondModel,
      "diamondVertices": [
        ["vertex": "Infrastructure", "state": "assessed: the addresses of the findings"] as TemplateValues,
        ["vertex": "Adversary", "state": "not assessed by this tool"],
        ["vertex": "Capability", "state": "not assessed by this tool"],
        ["vertex": "Victim", "state": "not assessed by this tool"],
      ],
      "corroboration": ReportDocument.axes.compactMap { axis in
        document.corroboration[axis].map { ["axis": axis, "sentence": $0] as TemplateValues }
      },
      "assumptions": assumptions,
      "whatWouldChange": Verdict.allCases.filter { verdict in
        document.findings.contains { $0.verdict == verdict.rawValue }
      }.map(\.whatWouldChange),
    ]
  }

  private func matrix(_ matrix: ReportDocument.Hypotheses.Matrix, _ names: [String]) -> TemplateValues {
    let actor = matrix.actor.map(document.actorName) ?? "no actor"
    return [
      "actor": actor,
      "names": names,
      "rows": matrix.rows.prefix(Self.rowsListed).map { row in
        let isAbsent = row.applies == "no"
        return [
          "text": row.text, "applies": row.applies, "because": row.because,
          "remark": Self.optional(row.remark),
          "isPresent": row.applies == "yes",
          "cells": names.map { name in
            let cell = row.cells[name] ?? "N"
            return ["cell": isAbsent ? "·" : cell, "cellClass": Self.cellClass(isAbsent ? "" : cell)] as TemplateValues
          },
          "cited": row.cited,
        ] as TemplateValues
      },
      "inconsistencies": names.map { ["count": (matrix.inconsistencies[$0] ?? 0).grouped] as TemplateValues },
    ]
  }

  private static func cellClass(_ cell: String) -> String {
    switch cell {
    case "I": "inconsistent"
    case "C+": "strong"
    case "C": "consistent"
    default: "neutral"
    }
  }

  /// What every judgment here takes for granted.
  private var assumptions: [String] {
    let hashed = document.coverage.unhashedInputs == 0
    let clocks = !document.sensors.isEmpty && document.sensors.allSatisfy { $0.clock != nil }
    return [
      "The \(UInt64(document.claims.count).counted("range claim")) cited hold for the time of the traffic; their sources stand "
        + "in section 13.",
      "The \(UInt64(document.catalog.overlays.count).counted("list")) of shared use name what was shared at that time.",
      "The packets' times are right: "
        + (clocks
          ? "the clocks' offsets are recorded, and taken off where claims and lists are asked."
          : "the offset of a clock is not recorded."),
      "The captures are what the sensors saw: "
        + (hashed ? "each was hashed when it was read." : "not every capture was hashed."),
      "No party on the path, no hijacked route and no compromised host stood behind a verified session; packets cannot show "
        + "that.",
    ]
  }
}

extension Verdict {
  /// What would change a finding of this verdict.
  var whatWouldChange: String {
    switch self {
    case .exclusive:
      "An EXCLUSIVE finding would become CONTESTED if an unrelated actor's claim or another route at the time came to "
        + "light, SHARED if a list of shared use of that time held the address, EXPIRED if the claim's dates were corrected."
    case .contested:
      "A CONTESTED finding would change if one of the claims were withdrawn, or if routing records of that time agreed with "
        + "one of them."
    case .shared:
      "A SHARED finding would change only if the list or claim of shared use were wrong for the address at that time."
    case .expired: "An EXPIRED finding would change if a source dated to the time of the traffic extended the claim."
    case .unverifiable:
      "An UNVERIFIABLE finding would change with a capture that shows the return path, or with a better sourced claim; more "
        + "packets of the same kind change nothing."
    case .none: "A finding of NONE would change only with a corrected catalog."
    }
  }
}
