import Assessment

/// Base rates, noise and baseline (methodology 4.7, section 10; 6).
extension ReportPage {
  var statistics: TemplateValues {
    let rates = document.baseRates
    return [
      "unverifiedSources": rates.unverifiedSources.sentence,
      "rateReading": rates.reading,
      "rangeChart": BarChart.ranges(document).values,
      "addressChart": BarChart.addresses(document).values,
      "rates": Self.list(rates.ranges.prefix(Self.rowsListed).map(values)),
      "ratesOmitted": Self.omission(UInt64(rates.ranges.dropFirst(Self.rowsListed).count), "range"),
      "scanLike": "\(rates.scanLikeSources.counted("source")) with a pattern consistent with scanning"
        + "\(rates.scanPatternIsWhole ? "" : ", at least").",
      "baseline": rates.baselineSentences,
      "ratio": rates.ratioSentences,
    ]
  }

  private func values(of range: ReportDocument.BaseRates.Range) -> TemplateValues {
    // Of verified flows chance says nothing, so it stands beside unverified ones only.
    let chance =
      range.unverified == 0
      ? "–"
      : range.baseRate.map { "\($0.expected.text) (p = \($0.p.text), at least one: \($0.atLeastOne.text))" }
        ?? "not stated: IPv6"
    return [
      "claim": range.claim, "range": range.range, "flows": range.flows.grouped, "verified": range.verified.grouped,
      "unverified": range.unverified.grouped, "silent": range.silent.grouped, "synOnly": range.synOnly.grouped,
      "connectOnly": range.connectOnly.grouped, "dataBearing": range.dataBearing.grouped,
      "loginOrWrite": range.loginOrWrite.grouped, "other": range.other.grouped,
      "targets": "\(range.targetsAreExact ? "" : "about ")\(range.targets.grouped)",
      "scannerListed": range.scannerListed.grouped, "chance": chance,
    ]
  }
}

extension ReportDocument.BaseRates {
  /// What a baseline says, or that there is none.
  var baselineSentences: [String] { baseline?.sentences ?? [CaseStatistics.noBaselineSentence] }

  /// The likelihood ratio with its scale, or why there is none; an analyst's reason stands apart, word for word.
  var ratioSentences: [String] {
    let reason = likelihoodRatio.reason.map { "The analyst's reason for e, word for word: \($0)" }
    return [likelihoodRatio.sentence] + [reason].compactMap(\.self)
  }
}

extension ReportDocument.BaseRates.UnverifiedSources {
  /// n in words.
  var sentence: String {
    "n = \(isExact ? "" : "about ")\(ipv4.counted("distinct unverified IPv4 source")) in this case"
      + "\(isExact ? "" : " (standard error 1.6 %)")."
  }
}
