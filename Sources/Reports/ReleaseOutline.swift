import Assessment
import Catalog

/// What a release says of itself: its level, what is withheld, and what each judgment depends on.
struct ReleaseOutline {
  /// What is said of one finding.
  struct Judgment {
    let released: Finding
    let dependsOnWithheld: Bool
    let full: [Finding]

    /// The sentence that the released finding bears.
    var sentence: String {
      "On released evidence: \(released.judgmentText); "
        + (dependsOnWithheld
          ? "the full assessment relies on withheld evidence."
          : "the full assessment is the same, and no withheld claim or list bears on it.")
    }
  }

  let level: TLP
  let judgments: [Judgment]
  let withheldFindings: [Finding]
  let claims: Int
  let overlays: Int

  init(_ full: Report, _ released: ReleasedCase) {
    level = released.level
    let findings = Dictionary(full.result.findings.map { ($0.id, $0) }) { first, _ in first }
    judgments = zip(released.result.findings, released.judgments).map { finding, judgment in
      Judgment(
        released: finding, dependsOnWithheld: judgment.dependsOnWithheld,
        full: judgment.fullFindings.compactMap { findings[$0] })
    }
    withheldFindings = released.withheldFindings.compactMap { findings[$0] }
    claims = full.catalog.claims.count - released.catalog.claims.count
    overlays = full.catalog.overlays.count - released.catalog.overlays.count
  }

  /// The sentence on what is withheld, for every rendering.
  var sentence: String {
    "This is a release at \(level.marking): \(UInt64(withheldFindings.count).counted("finding")), "
      + "\(UInt64(claims).counted("claim")) and \(UInt64(overlays).counted("overlay")) are withheld. "
      + "Verdicts and confidence are those of what is released; none is stronger than in the full assessment. "
      + "Flows whose verdict is withheld are counted with those that no curated range matches."
  }

  /// The sentence on what is generalised.
  static let generalisedSentence = """
    Application content, names of files, sensors, hosts and accounts are withheld; addresses but those of released claims \
    are pseudonyms that keep common prefixes.
    """

  /// What report.json says of the release.
  func json(_ counts: ReleaseTransform.Counts) -> DocumentValue {
    .object([
      "level": .string(level.marking),
      "withheld": .object([
        "findings": .count(UInt64(withheldFindings.count)), "claims": .count(UInt64(claims)),
        "overlays": .count(UInt64(overlays)), "values": .count(counts.withheld),
      ]),
      "generalised": .object([
        "addresses": .count(counts.addresses), "uids": .count(counts.uids), "sentences": .count(counts.sentences),
        "values": .count(counts.generalised),
      ]),
      "judgments": .array(
        judgments.map {
          .object([
            "finding": .string($0.released.id), "verdict": .string($0.released.verdict.rawValue),
            "confidence": .string($0.released.confidence.overall.rawValue),
            "depends_on_withheld": .bool($0.dependsOnWithheld), "sentence": .string($0.sentence),
          ])
        }),
    ])
  }

  /// For whoever makes the release: both verdicts and confidences of each judgment, and the counts.
  func summary(_ counts: ReleaseTransform.Counts) -> [String] {
    func full(_ findings: [Finding]) -> String {
      findings.map { "\($0.id) \($0.judgmentText)" }.joined(separator: "; ")
    }
    return judgments.map {
      "released \($0.released.id): \($0.released.judgmentText) (full: \(full($0.full))"
        + ($0.dependsOnWithheld ? "; relies on withheld evidence)" : ")")
    }
      + withheldFindings.map { "withheld: \($0.id) \($0.judgmentText)" } + [
        "released at \(level.marking); withheld: \(UInt64(withheldFindings.count).counted("finding")), "
          + "\(UInt64(claims).counted("claim")), \(UInt64(overlays).counted("overlay")), "
          + "\(counts.withheld.counted("value")); replaced: \(counts.addresses.counted("address", "addresses")), "
          + "\(counts.uids.counted("uid")), \(counts.generalised.counted("name"))"
      ]
  }
}

extension Finding {
  /// The verdict and the confidence in a few words.
  fileprivate var judgmentText: String {
    "\(verdict.rawValue.uppercased()) (\(reason.rawValue)), confidence \(confidence.overall.rawValue)"
  }
}

extension Report {
  /// Adds what a release says of itself to the sentences that every rendering shows.
  mutating func addSentences(_ outline: ReleaseOutline) {
    for (index, judgment) in outline.judgments.enumerated() {
      result.findings[index].wording.append(judgment.sentence)
    }
    result.notShown.insert(outline.sentence, at: 0)
    result.notShown.insert(ReleaseOutline.generalisedSentence, at: 1)
  }
}
