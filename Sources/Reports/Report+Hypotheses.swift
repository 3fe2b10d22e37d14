import Assessment
import Catalog

/// The competing hypotheses (methodology 4.4), for a terminal: one matrix for each actor.
extension Report {
  /// Matrices that are printed.
  private static let matricesListed = 3

  func addHypotheses(to page: inout TextPage) {
    guard !result.hypotheses.isEmpty else { return }
    page.heading("COMPETING HYPOTHESES")
    for matrix in result.hypotheses.prefix(Self.matricesListed) {
      if result.hypotheses.count > 1 {
        page.paragraph(catalog.actor(matrix.actor)?.name ?? "no actor", .bold, indent: 2)
      }
      add(matrix, to: &page)
    }
    let rest = UInt64(result.hypotheses.dropFirst(Self.matricesListed).count)
    if rest > 0 { page.paragraph("\(rest.counted("more actor")): --format json lists all.", .quiet, indent: 2) }
    page.paragraph(
      "C consistent, C+ strongly so, I inconsistent, N neutral; n/a not assessed: the letters are for an analyst who "
        + "knows more. \(HypothesisMatrix.reading)", indent: 2)
    page.table(Hypothesis.allCases.map { [$0.rawValue, $0.text] })
    page.paragraph(HypothesisMatrix.diamond, indent: 2)
    page.table(HypothesisMatrix.ladder.map { [$0.level, "\($0.proposition): \($0.by)"] })
  }

  private func add(_ matrix: HypothesisMatrix, to page: inout TextPage) {
    var rows = [["evidence", ""] + Hypothesis.allCases.map(\.rawValue) + ["findings"]]
    for row in matrix.rows {
      let fits = row.evidence.fits.map { row.presence == .no ? "." : $0.rawValue }
      rows.append([row.evidence.text, row.presence.mark] + fits + [Self.cited(row.findings)])
    }
    rows.append(["inconsistent (I) where yes", ""] + matrix.inconsistencies.map(\.grouped) + [""])
    page.table(rows)
    for row in matrix.rows where row.presence == .yes {
      if let remark = row.evidence.remark { page.paragraph(remark + ".", .quiet, indent: 2) }
    }
  }

  private static func cited(_ findings: [String]) -> String {
    findings.count <= 3
      ? findings.joined(separator: " ")
      : "\(findings.prefix(2).joined(separator: " ")) +\(UInt64(findings.count - 2).grouped)"
  }

  /// As `hypotheses` in report.json.
  var hypothesesJSON: JSONValue {
    .object([
      "hypotheses": .object(
        Dictionary(uniqueKeysWithValues: Hypothesis.allCases.map { ($0.rawValue, .string($0.text)) })),
      "reading": .string(HypothesisMatrix.reading),
      "diamond_model": .string(HypothesisMatrix.diamond),
      "ladder": .array(
        HypothesisMatrix.ladder.map {
          .object(["level": .string($0.level), "proposition": .string($0.proposition), "asserted_by": .string($0.by)])
        }),
      "matrices": .array(result.hypotheses.map(json(of:))),
    ])
  }

  private func json(of matrix: HypothesisMatrix) -> JSONValue {
    func byName(_ values: [JSONValue]) -> JSONValue {
      .object(Dictionary(uniqueKeysWithValues: zip(Hypothesis.allCases.map(\.rawValue), values)))
    }
    return .object([
      "actor": .string(catalog.actor(matrix.actor)?.id),
      "findings": .strings(matrix.findings),
      "inconsistencies": byName(matrix.inconsistencies.map { .number($0) }),
      "rows": .array(
        matrix.rows.map { row in
          .object([
            "evidence": .string(row.evidence.rawValue), "text": .string(row.evidence.text),
            "applies": .string(row.presence.rawValue), "because": .string(row.because),
            "findings": .strings(row.findings), "remark": .string(row.evidence.remark),
            "cells": byName(row.evidence.fits.map { .string($0.rawValue) }),
          ])
        }),
    ])
  }
}

extension HypothesisMatrix.Presence {
  fileprivate var mark: String { self == .notAssessed ? "n/a" : rawValue }
}
