import Assessment
import Packets

/// The competing hypotheses (methodology 4.4), chance, noise and baseline (methodology 6), for a terminal.
extension ReportDocument {
  /// Matrices that are printed.
  private static let matricesListed = 3
  /// Ranges and gaps that are printed.
  private static let rangesListed = 10

  func addHypotheses(to page: inout TextPage) {
    let matrices = hypotheses.matrices
    guard !matrices.isEmpty else { return }
    let names = hypotheses.hypotheses.keys.sorted()
    page.heading("COMPETING HYPOTHESES")
    for matrix in matrices.prefix(Self.matricesListed) {
      if matrices.count > 1 {
        page.paragraph(matrix.actor.map(actorName) ?? "no actor", .bold, indent: 2)
      }
      add(matrix, names, to: &page)
    }
    let rest = UInt64(matrices.dropFirst(Self.matricesListed).count)
    if rest > 0 { page.paragraph("\(rest.counted("more actor")): --format json lists all.", .quiet, indent: 2) }
    page.paragraph(
      "C consistent, C+ strongly so, I inconsistent, N neutral; n/a not assessed: the letters are for an analyst who "
        + "knows more. \(hypotheses.reading)", indent: 2)
    page.table(names.map { [$0, hypotheses.hypotheses[$0] ?? ""] })
    page.paragraph(hypotheses.diamondModel, indent: 2)
    page.table(hypotheses.ladder.map { [$0.level, "\($0.proposition): \($0.assertedBy)"] })
  }

  private func add(_ matrix: Hypotheses.Matrix, _ names: [String], to page: inout TextPage) {
    var rows = [["evidence", ""] + names + ["findings"]]
    for row in matrix.rows {
      let cells = names.map { row.applies == "no" ? "." : row.cells[$0] ?? "N" }
      rows.append([row.text, row.applies == "not assessed" ? "n/a" : row.applies] + cells + [row.cited])
    }
    rows.append(
      ["inconsistent (I) where yes", ""] + names.map { (matrix.inconsistencies[$0] ?? 0).grouped } + [""])
    page.table(rows)
    for row in matrix.rows where row.applies == "yes" {
      if let remark = row.remark { page.paragraph(remark + ".", .quiet, indent: 2) }
    }
  }

  func addStatistics(to page: inout TextPage) {
    page.heading("RANGES, CHANCE AND BASELINE")
    page.paragraph("\(baseRates.unverifiedSources.sentence) \(baseRates.reading)", indent: 2)
    for range in baseRates.ranges.prefix(Self.rangesListed) { add(range, to: &page) }
    let rest = UInt64(baseRates.ranges.dropFirst(Self.rangesListed).count)
    if rest > 0 { page.paragraph("\(rest.counted("more range")): --format json lists all.", .quiet, indent: 2) }
    for sentence in baseRates.baselineSentences + baseRates.ratioSentences {
      page.paragraph(sentence, indent: 2, bullet: "- ")
    }
    for axis in Self.axes {
      if let sentence = corroboration[axis] { page.paragraph(sentence, indent: 2, bullet: "- ") }
    }
    for gap in coverage.gaps.prefix(Self.rangesListed) {
      page.paragraph(
        "No input covers \(gap.from.readableTime) to \(gap.until.readableTime) UTC\(gap.length): no data is not no activity.",
        indent: 2, bullet: "- ")
    }
    let unlisted = UInt64(coverage.gaps.dropFirst(Self.rangesListed).count)
    if unlisted > 0 { page.paragraph("\(unlisted.counted("more gap")): --format json lists all.", .quiet, indent: 2) }
  }

  private func add(_ range: BaseRates.Range, to page: inout TextPage) {
    page.paragraph("\(range.claim) \(range.range)", .bold, indent: 2)
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
        "\(range.dataBearing.grouped) data-bearing" + (range.dataBearingShare.map { " (\($0.percent))" } ?? ""),
        "\(range.loginOrWrite.grouped) with a login or a write", "\(range.other.grouped) other",
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
          "p = \(rate.addresses.grouped)/2^32 = \(rate.p.text)", "n*p = \(rate.expected.text)",
          "P(at least one) = \(rate.atLeastOne.text)",
        ], indent: 4)
    } else {
      page.field("By chance", ["no base rate is stated: the range is IPv6 space"], indent: 4)
    }
  }
}

extension ReportDocument.Hypotheses.Matrix.Row {
  /// The findings that the row speaks of, shortened.
  var cited: String {
    findings.count <= 3
      ? findings.joined(separator: " ")
      : "\(findings.prefix(2).joined(separator: " ")) +\(UInt64(findings.count - 2).grouped)"
  }
}

extension ReportDocument.Coverage.Gap {
  /// How long it is, in brackets; nothing where its ends are no times.
  fileprivate var length: String {
    guard let first = Timestamp(from), let last = Timestamp(until) else { return "" }
    return " (\(last.nanoseconds(since: first).durationText))"
  }
}

extension Double {
  /// A share as a percentage without decimals; below one per cent that is said.
  fileprivate var percent: String {
    self > 0 && self < 0.01 ? "below 1 %" : "\(Int((Swift.min(self, 1) * 100).rounded(.down))) %"
  }
}
