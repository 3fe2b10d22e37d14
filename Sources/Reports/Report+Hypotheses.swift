import Assessment
import Catalog

/// The competing hypotheses (methodology 4.4): one matrix for each actor.
extension Report {
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
