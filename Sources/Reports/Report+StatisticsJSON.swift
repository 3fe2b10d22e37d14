import Assessment
import Catalog
import Packets

/// The figures of a case in report.json.
extension Report {
  var baseRatesJSON: JSONValue {
    let statistics = result.statistics
    return .object([
      "unverified_sources": .object([
        "ipv4": .number(statistics.unverifiedSources),
        "is_exact": .bool(statistics.unverifiedSourcesAreExact),
        "standard_error": .decimal(statistics.unverifiedSourcesError),
      ]),
      "reading": .string(CaseStatistics.rangeSentence),
      "ranges": .array(
        statistics.ranges.filter { catalog.claims.indices.contains($0.claim) }.map(json(of:))),
      "scan_like_sources": .number(statistics.scanLikeSources),
      "scan_pattern_is_whole": .bool(statistics.scanPatternIsWhole),
      "baseline": baselineJSON,
      "likelihood_ratio": ratioJSON,
    ])
  }

  private func json(of range: RangeFigures) -> JSONValue {
    let claim = catalog.claims[range.claim]
    return .object([
      "claim": .string(claim.id),
      "range": .string(claim.rangeText),
      "flows": .number(range.flows),
      "verified": .number(range.verified),
      "unverified": .number(range.unverified),
      "silent": .number(range.silent),
      "syn_only": .number(range.synOnly),
      "connect_only": .number(range.connectOnly),
      "data_bearing": .number(range.dataBearing),
      "login_or_write": .number(range.acting),
      "other": .number(range.other),
      "data_bearing_share": range.dataShare.map { .decimal($0) } ?? .null,
      "targets": .number(range.targets),
      "targets_are_exact": .bool(range.targetsAreExact),
      "scanner_listed": .number(range.scannerListed),
      "base_rate": range.baseRate.map {
        .object([
          "addresses": .number($0.addresses), "p": .decimal($0.share), "expected": .decimal($0.expected),
          "at_least_one": .decimal($0.atLeastOne),
        ])
      } ?? .null,
    ])
  }

  private var baselineJSON: JSONValue {
    guard let baseline = result.statistics.baseline else { return .null }
    return .object([
      "days": .decimal(baseline.coverage.days),
      "case_days": .decimal(result.statistics.coverage.days),
      "overlaps_case": .bool(result.statistics.baselineWarning != nil),
      "sentences": .strings(result.statistics.baselineSentences(catalog)),
      "ranges": .array(
        result.statistics.comparisons.map {
          .object([
            "claim": .string(catalog.claims[$0.claim].id),
            "observed": .number($0.observed),
            "in_baseline": .number($0.inBaseline),
            "per_day": .decimal($0.perDay),
            "is_bound": .bool($0.isBound),
            "expected": .decimal($0.expected),
            "probability": .decimal($0.probability.value),
            "probability_text": .string($0.probability.text),
          ])
        }),
    ])
  }

  private var ratioJSON: JSONValue {
    let statistics = result.statistics
    var members: [String: JSONValue] = [
      "at_most": statistics.likelihoodRatio.map { .decimal($0.ratio) } ?? .null,
      "sentence": .string(statistics.likelihoodSentence),
    ]
    if let error = statistics.claimError {
      members["claim_error"] = .decimal(error.probability)
      members["reason"] = .string(error.reason)
    } else {
      members["caps"] = .array(
        ClaimError.caps.map { .object(["claim_error": .decimal($0.error), "at_most": .number($0.ratio)]) })
    }
    if let ratio = statistics.likelihoodRatio {
      members["support_at_most"] = .string(ratio.strength)
    }
    return .object(members)
  }

  var exclusiveJSON: JSONValue {
    let summary = result.statistics.exclusive
    return .object([
      "flows": .number(summary.flows), "addresses": .number(summary.sources),
      "addresses_are_minimum": .bool(summary.sourcesAreMinimum), "days": .number(summary.days),
      "sensors": .number(summary.sensors), "sentence": .string(summary.sentence),
    ])
  }

  var corroborationJSON: JSONValue {
    .object(Dictionary(uniqueKeysWithValues: result.statistics.corroboration.map { ($0.axis, .string($0.sentence)) }))
  }

  var gapsJSON: JSONValue {
    .array(
      result.statistics.coverage.gaps.map {
        .object(["from": .string($0.first.description), "until": .string($0.last.description)])
      })
  }

  func json(of sessions: SessionSummary?) -> JSONValue {
    guard let sessions else { return .null }
    return .object([
      "count": .number(sessions.count), "is_minimum": .bool(sessions.isMinimum), "days": .number(sessions.days),
      "first_seen": .string(sessions.firstSeen.description), "last_seen": .string(sessions.lastSeen.description),
      "sentence": .string(sessions.sentence), "window_is_lower_bound": .bool(true),
    ])
  }
}
