import Assessment
import Catalog

/// Base rates, noise and baseline (methodology 4.7, section 10; 6).
extension ReportPage {
  var statistics: TemplateValues {
    let rates = document.baseRates
    let sources = rates.unverifiedSources
    return [
      "unverifiedSources": "n = \(sources.isExact ? "" : "about ")"
        + "\(sources.ipv4.counted("distinct unverified IPv4 source")) in this case"
        + "\(sources.isExact ? "" : " (standard error 1.6 %)").",
      "rateReading": rates.reading,
      "rangeChart": BarChart.ranges(document).values,
      "addressChart": BarChart.addresses(document).values,
      "rates": Self.list(rates.ranges.prefix(Self.rowsListed).map(values)),
      "ratesOmitted": Self.omission(UInt64(rates.ranges.dropFirst(Self.rowsListed).count), "range"),
      "scanLike": "\(rates.scanLikeSources.counted("source")) with a pattern consistent with scanning"
        + "\(rates.scanPatternIsWhole ? "" : ", at least").",
      "baseline": rates.baselineSentences,
      "ratio": [rates.likelihoodRatio.sentence]
        + [rates.likelihoodRatio.reason.map { "The analyst's reason for e, word for word: \($0)" }].compactMap(\.self),
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
  var baselineSentences: [String] { baseline?.sentences ?? CaseStatistics().baselineSentences(.init()) }
}
