import Assessment
import Catalog
import Packets

/// Chance, noise, baseline and corroboration (methodology 6), for a terminal.
extension Report {
  /// Ranges and gaps that are printed.
  private static let rangesListed = 10

  func addStatistics(to page: inout TextPage) {
    let statistics = result.statistics
    page.heading("RANGES, CHANCE AND BASELINE")
    page.paragraph(
      "n = \(statistics.unverifiedSourcesAreExact ? "" : "about ")"
        + "\(statistics.unverifiedSources.counted("distinct unverified IPv4 source")) in this case\(statistics.unverifiedSourcesAreExact ? "" : " (standard error 1.6 %)"). "
        + CaseStatistics.rangeSentence, indent: 2)
    for range in statistics.ranges.prefix(Self.rangesListed) where catalog.claims.indices.contains(range.claim) {
      add(range, to: &page)
    }
    let rest = UInt64(statistics.ranges.dropFirst(Self.rangesListed).count)
    if rest > 0 { page.paragraph("\(rest.counted("more range")): --format json lists all.", .quiet, indent: 2) }
    for sentence in baselineSentences { page.paragraph(sentence, indent: 2, bullet: "- ") }
    for sentence in ratioSentences { page.paragraph(sentence, indent: 2, bullet: "- ") }
    for (_, sentence) in statistics.corroboration { page.paragraph(sentence, indent: 2, bullet: "- ") }
    let gaps = statistics.coverage.gaps
    for gap in gaps.prefix(Self.rangesListed) {
      page.paragraph(
        "No input covers \(gap.first.readable) to \(gap.last.readable) UTC "
          + "(\(gap.last.nanoseconds(since: gap.first).durationText)): no data is not no activity.", indent: 2,
        bullet: "- ")
    }
    let unlisted = UInt64(gaps.dropFirst(Self.rangesListed).count)
    if unlisted > 0 { page.paragraph("\(unlisted.counted("more gap")): --format json lists all.", .quiet, indent: 2) }
  }

  private func add(_ range: RangeFigures, to page: inout TextPage) {
    let claim = catalog.claims[range.claim]
    page.paragraph("\(claim.id) \(claim.rangeText)", .bold, indent: 2)
    page.field(
      "Flows",
      [
        "\(range.verified.grouped) verified (E3-E5)", "\(range.unverified.grouped) unverified (E0-E2)",
        "\(range.silent.grouped) silent",
      ], indent: 4)
    page.field(
      "Content",
      [
        "\(range.synOnly.grouped) SYN-only", "\(range.connectOnly.grouped) connect-only",
        "\(range.dataBearing.grouped) data-bearing" + (range.dataShare.map { " (\($0.percent))" } ?? ""),
        "\(range.acting.grouped) with a login or a write", "\(range.other.grouped) other",
      ], indent: 4)
    page.field(
      "Targets",
      [
        "\(range.targetsAreExact ? "" : "about ")\(range.targets.grouped) distinct (host, port)",
        "\(range.scannerListed.grouped) flows of listed scanners",
      ], indent: 4)
    // Of verified flows chance says nothing, so it stands beside unverified ones only.
    guard range.unverified > 0 else { return }
    if let rate = range.baseRate {
      page.field(
        "By chance",
        [
          "p = \(rate.addresses.grouped)/2^32 = \(rate.share.text)", "n*p = \(rate.expected.text)",
          "P(at least one) = \(rate.atLeastOne.text)",
        ], indent: 4)
    } else {
      page.field("By chance", ["no base rate is stated: the range is IPv6 space"], indent: 4)
    }
  }

  var baselineSentences: [String] { result.statistics.baselineSentences(catalog) }

  /// The likelihood ratio with its scale, or why there is none.
  var ratioSentences: [String] {
    let reason = result.statistics.claimError.map { "The analyst's reason for e, word for word: \($0.reason)" }
    return [result.statistics.likelihoodSentence] + [reason].compactMap(\.self)
  }

  static func values(of sessions: SessionSummary?) -> [String] {
    guard let sessions else { return [] }
    return [
      "\(sessions.isMinimum ? "at least " : "")\(sessions.count.counted("session"))",
      "\(sessions.days.counted("day")) (UTC)", "observed window, lower bound: \(sessions.dwell.durationText)",
    ]
  }
}

extension Double {
  /// A share as a percentage without decimals; below one per cent that is said.
  fileprivate var percent: String {
    self > 0 && self < 0.01 ? "below 1 %" : "\(Int((min(self, 1) * 100).rounded(.down))) %"
  }
}
