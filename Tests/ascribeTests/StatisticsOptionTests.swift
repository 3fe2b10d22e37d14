import Foundation
import TestSupport
import Testing

/// Baselines and analysts' figures on the command line, and the language of whole reports.
@Suite struct StatisticsOptionTests {
  private static let scan = Program.capture("scan.pcap")
  private static let mail = Program.capture("mail.pcap")

  /// What of a report must not depend on a baseline.
  private static func ofTheCase(_ report: [String: Any]) throws -> Data {
    let keys = ["findings", "totals", "roll_up", "exclusive", "coverage", "hypotheses", "links"]
    return try JSONSerialization.data(
      withJSONObject: report.filter { keys.contains($0.key) }, options: [.sortedKeys, .prettyPrinted])
  }

  @Test func aBaselineIsHashedListedAndNeverMixedIn() throws {
    let alone = try Program.analyze([Self.scan]).json
    let run = try Program.analyze([Self.scan], ["--baseline", Self.mail, "--format", "json"])
    #expect(run.exitCode == 0)
    #expect(try Self.ofTheCase(run.json) == Self.ofTheCase(alone))
    let inputs = try #require(run.json["inputs"] as? [[String: Any]])
    #expect(inputs.compactMap { $0["role"] as? String } == ["case", "baseline"])
    let mail = try #require((Program.analyze([Self.mail]).json["inputs"] as? [[String: Any]])?.first)
    #expect(inputs[1]["sha256"] as? String == mail["sha256"] as? String)
    #expect(inputs[1]["packets"] as? Int == mail["packets"] as? Int)
    let rates = try #require(run.json["base_rates"] as? [String: Any])
    let ranges = try #require((rates["baseline"] as? [String: Any])?["ranges"] as? [[String: Any]])
    #expect(ranges.first?["observed"] as? Int == 3)
    #expect(ranges.first?["in_baseline"] as? Int == 1)
    #expect((alone["base_rates"] as? [String: Any])?["baseline"] is NSNull)
    #expect((alone["not_shown"] as? [String])?.contains { $0.contains("no baseline") } == true)
    #expect((run.json["not_shown"] as? [String])?.contains { $0.contains("no baseline") } == false)
  }

  @Test func theFlowLogHoldsNoFlowOfTheBaseline() throws {
    let folder = try Scratch()
    for (name, options) in [("alone", []), ("with", ["--baseline", Self.mail])] {
      #expect(try Program.analyze([Self.scan], ["--flows", folder.path(name)] + options).exitCode == 0)
    }
    let alone = try Data(contentsOf: URL(filePath: folder.path("alone")))
    #expect(try Data(contentsOf: URL(filePath: folder.path("with"))) == alone)
  }

  @Test func aBaselineOfTheSameTimeIsWarnedOf() throws {
    let run = try Program.analyze([Self.scan], ["--baseline", Self.scan])
    #expect(run.exitCode == 0)
    #expect(run.errors.contains("warning: The baseline overlaps the time of this case"))
    #expect(run.text.contains("! The baseline overlaps the time of this case"))
    #expect(try !Program.analyze([Self.scan], ["--baseline", Self.mail]).errors.contains("overlaps"))
  }

  @Test func severalBaselinesAreOne() throws {
    let slip = Program.capture("slip-direct.pcap")
    let options = ["--baseline", slip, "--baseline", Self.mail, "--format", "json"]
    let run = try Program.analyze([Self.scan], options)
    #expect((run.json["inputs"] as? [[String: Any]])?.count == 3)
    let reversed = ["--baseline", Self.mail, "--baseline", slip, "--format", "json"]
    #expect(try Program.analyze([Self.scan], reversed).output == run.output)
  }

  @Test(arguments: [
    ["--claim-error", "0.05"], ["--claim-error-reason", "because"],
    ["--claim-error", "0", "--claim-error-reason", "because"],
    ["--claim-error", "1", "--claim-error-reason", "because"],
    ["--claim-error", "nan", "--claim-error-reason", "because"],
    ["--claim-error", "0.05", "--claim-error-reason", "  "],
  ]) func aFigureNeedsItsReason(options: [String]) throws {
    let run = try Program.analyze([Self.mail], options)
    #expect(run.exitCode == 64)
    #expect(run.output.isEmpty)
    #expect(run.errors.contains("--claim-error"))
  }

  @Test func aFigureGivesARatioAndTheReasonWordForWord() throws {
    let reason = "Spambots run from abroad were found in the range."
    let run = try Program.analyze([Self.mail], ["--claim-error", "0.01", "--claim-error-reason", reason])
    let flat = run.text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    #expect(flat.contains("at most 1/e = 100, at most moderate support, with the analyst's e = 0.01"))
    #expect(flat.contains("word for word: \(reason)"))
    #expect(try !Program.analyze([Self.mail], []).text.contains("at most moderate support"))
  }

  @Test func badBaselinesEndTheRunAsBadInputsDo() throws {
    #expect(try Program.analyze([Self.mail], ["--baseline", "/nowhere/no.pcap"]).exitCode == 66)
    #expect(try Program.analyze([Self.mail], ["--baseline", Program.demonstration]).exitCode == 65)
    #expect(try Program.analyze(["-"], ["--baseline", "-"]).exitCode == 64)
  }

  /// Methodology 7 b, over every word that a report of a committed capture holds.
  @Test(arguments: ExpectedResultTests.captures) func reportsKeepTheRulesOfLanguage(capture: String) throws {
    let actors = ["example country network", "example ministry", "other carrier", "example-net"]
    let options = ["--baseline", Self.mail, "--claim-error", "0.05", "--claim-error-reason", "judged"]
    let text = try Program.analyze([Program.capture(capture)], options).text
    let flat = text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    #expect(flat.contains("COMPETING HYPOTHESES"))
    #expect(SentenceLinter.wordFaults(flat, actors: actors) == [])
    let report = try Program.analyze([Program.capture(capture)]).json
    let findings = try #require(report["findings"] as? [[String: Any]])
    let sentences = try findings.flatMap { try #require($0["wording"] as? [String]) }
    #expect(findings.isEmpty == sentences.isEmpty)
    for sentence in sentences { #expect(SentenceLinter.faults(sentence, actors: actors) == [], "\(sentence)") }
  }
}
