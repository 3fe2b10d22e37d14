import Assessment
import Foundation
import Packets
import TestSupport
import Testing

@testable import Reports

/// Figures, hypotheses and notes as they are rendered.
@Suite struct StatisticsReportTests {
  private static func text(_ report: Report, width: Int = 80) throws -> String {
    try report.rendered(as: .text, layout: Report.TextLayout(width: width))
  }

  private static func json(_ report: Report) throws -> [String: Any] {
    try #require(JSONSerialization.jsonObject(with: Data(report.rendered(as: .json).utf8)) as? [String: Any])
  }

  /// A text with its lines joined, so that wrapping does not matter.
  private static func flat(_ text: String) -> String {
    text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
  }

  @Test func baselineInputsAreListedApart() throws {
    let report = Fixtures.report()
    let inputs = try #require(Self.json(report)["inputs"] as? [[String: Any]])
    #expect(inputs.map { $0["role"] as? String } == ["case", "case", "baseline"])
    #expect(inputs[2]["sha256"] as? String == String(repeating: "0b5e55ed", count: 8))
    #expect(try Self.text(report).contains("\n  baseline 0  old.pcap\n"))
    let coverage = try #require(Self.json(report)["coverage"] as? [String: Any])
    #expect(coverage["inputs"] as? Int == 2, "what the case covers is without the baseline")
    #expect((coverage["gaps"] as? [[String: Any]])?.count == 1)
    #expect(try Self.flat(Self.text(report)).contains("(2 h 0 min): no data is not no activity."))
  }

  @Test func figuresStandBesideTheirBaseRate() throws {
    let rates = try #require(Self.json(Fixtures.report())["base_rates"] as? [String: Any])
    let sources = try #require(rates["unverified_sources"] as? [String: Any])
    #expect(sources["ipv4"] as? Int == 1_000_000)
    #expect(sources["is_exact"] as? Bool == false)
    #expect(sources["standard_error"] as? Double == 0.015625)
    let range = try #require((rates["ranges"] as? [[String: Any]])?.first)
    let rate = try #require(range["base_rate"] as? [String: Any])
    #expect(abs(try #require(rate["p"] as? Double) / 0x1p-24 - 1) < 1e-8)
    #expect(abs(try #require(rate["expected"] as? Double) - 0.0596046) < 1e-6)
    #expect(range["unverified"] as? Int == 5_195)
    let text = try Self.flat(Self.text(Fixtures.report()))
    #expect(text.contains("n = about 1,000,000 distinct unverified IPv4 sources in this case (standard error 1.6 %)."))
    #expect(text.contains("2 verified (E3-E5) · 5,195 unverified (E0-E2)"))
    #expect(text.contains("n*p = 0.0596 P(at least one) = 0.0579"))
    #expect(text.contains("about 2,048 distinct (host, port)"))
  }

  @Test func chanceStandsBesideUnverifiedFlowsOnly() throws {
    var report = Fixtures.report()
    #expect(try Self.text(report).contains("By chance"))
    report.result.statistics.ranges[0].unverified = 0
    #expect(try !Self.text(report).contains("By chance"))
  }

  @Test func aRangeWithoutBaseRateSaysSo() throws {
    var report = Fixtures.report()
    report.result.statistics.ranges[0].baseRate = nil
    #expect(try Self.flat(Self.text(report)).contains("By chance no base rate is stated: the range is IPv6 space"))
    let rates = try #require(Self.json(report)["base_rates"] as? [String: Any])
    #expect((rates["ranges"] as? [[String: Any]])?.first?["base_rate"] is NSNull)
  }

  @Test func aRatioIsStatedOnlyWithAnAnalystsFigure() throws {
    var report = Fixtures.report()
    let with = try Self.flat(Self.text(report))
    #expect(with.contains("at most 1/e = 20.0, at most moderate support"))
    #expect(with.contains("Scale: a ratio above 1 gives weak support"))
    #expect(with.contains("word for word: Foreign hosts were found inside"))
    let rates = try #require(Self.json(report)["base_rates"] as? [String: Any])
    let ratio = try #require(rates["likelihood_ratio"] as? [String: Any])
    #expect(ratio["at_most"] as? Double == 20)
    #expect(ratio["reason"] as? String == "Foreign hosts were found inside")

    report.result.statistics.exclusive.flows = 0
    #expect(
      try Self.flat(Self.text(report)).contains("no flow is EXCLUSIVE, so the analyst's figure e speaks of nothing"))
    #expect(try !Self.flat(Self.text(report)).contains("moderate support"))
    report.result.statistics.claimError = nil
    let without = try Self.flat(Self.text(report))
    #expect(without.contains("No likelihood ratio is stated"))
    #expect(without.contains("e = 0.05 gives at most 20, e = 0.01 at most 100"))
    #expect(!without.contains("moderate support"))
    let plain = try #require(Self.json(report)["base_rates"] as? [String: Any])
    #expect((plain["likelihood_ratio"] as? [String: Any])?["at_most"] is NSNull)
  }

  @Test func aReportWithoutBaselineSaysSo() throws {
    var report = Fixtures.report()
    report.result.statistics.baseline = nil
    #expect(try Self.flat(Self.text(report)).contains("No baseline: no control captures were given"))
    let rates = try #require(Self.json(report)["base_rates"] as? [String: Any])
    #expect(rates["baseline"] is NSNull)
  }

  @Test func anOverlapOfBaselineAndCaseIsWarnedOfFirst() throws {
    var report = Fixtures.report()
    #expect(try !Self.text(report).contains("! The baseline overlaps"))
    let same = InputFacts(name: "same", firstPacket: Fixtures.start, lastPacket: Fixtures.later(9))
    report.result.statistics.baseline = Baseline(inputs: [same], ranges: [])
    #expect(try Self.text(report).contains("\n! The baseline overlaps the time of this case"))
  }

  @Test func hypothesesAreInEveryReport() throws {
    let hypotheses = try #require(Self.json(Fixtures.report())["hypotheses"] as? [String: Any])
    #expect((hypotheses["hypotheses"] as? [String: String])?.keys.sorted() == ["H1", "H2", "H3", "H4", "H5", "H6"])
    #expect((hypotheses["ladder"] as? [[String: Any]])?.count == 5)
    let matrix = try #require((hypotheses["matrices"] as? [[String: Any]])?.first)
    let rows = try #require(matrix["rows"] as? [[String: Any]])
    #expect(rows.count == 9)
    #expect(rows.map { $0["applies"] as? String }.prefix(3) == ["yes", "yes", "not assessed"])
    #expect((rows[1]["cells"] as? [String: String])?["H5"] == "I")
    #expect((matrix["inconsistencies"] as? [String: Int])?["H5"] == 1)
    let text = try Self.text(Fixtures.report())
    #expect(text.contains("  >= 2 independent sources        yes  C   N   N   N   I   C   F1 F2 +2\n"))
    #expect(text.contains("  only E0-E2 evidence             no   .   .   .   .   .   .   F1\n"))
    #expect(text.contains("  attack-specific content         n/a  C   C   C   I   C   C\n"))
    #expect(text.contains("  inconsistent (I) where yes           0   0   0   0   1   0\n"))
  }

  @Test func manyActorsAreCutAndCounted() throws {
    var report = Fixtures.report()
    report.result.hypotheses = Array(repeating: Fixtures.matrix(), count: 5)
    #expect(try Self.text(report).contains("2 more actors: --format json lists all."))
  }

  @Test func notesAndSessionsStandInTheFinding() throws {
    let findings = try #require(Self.json(Fixtures.report())["findings"] as? [[String: Any]])
    #expect(findings[0]["notes"] as? [String: Int] == ["mirror_duplicates": 1, "offload": 2])
    #expect((findings[0]["sessions"] as? [String: Any])?["count"] as? Int == 2)
    #expect(findings[1]["sessions"] is NSNull)
    let flows = try #require(findings[0]["flows"] as? [[String: Any]])
    #expect(flows.map { $0["notes"] as? [String] } == [[], ["offload", "mirror_duplicates"]])
    #expect(
      try Self.flat(Self.text(Fixtures.report())).contains(
        "2 sessions · 1 day (UTC) observed window, lower bound: 1 min 1 s"))
  }

  @Test(arguments: ReportFormat.allCases) func noFormatBreaksTheRulesOfLanguage(format: ReportFormat) throws {
    let text = try Fixtures.report().rendered(as: format)
    #expect(SentenceLinter.wordFaults(Self.flat(text), actors: ["example country network", "example-net"]) == [])
  }
}
