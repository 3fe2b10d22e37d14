import Assessment
import Catalog
import Foundation
import Packets
import Testing

@testable import Reports

@Suite struct TextReportTests {
  private static let narrow = Report.TextLayout(width: 80)

  @Test func readsAsExpected() throws {
    let text = try Fixtures.report().rendered(as: .text, layout: Self.narrow)
    #expect(text == Expected.text)
  }

  @Test func aCaseWithoutExclusiveFlowsSaysSoFirst() throws {
    var report = Fixtures.report()
    report.result.findings.removeFirst(2)
    report.result.flowsByVerdict[.exclusive] = 0
    report.result.rollUp = "one_way"
    let lines = try report.rendered(as: .text).split(separator: "\n")
    #expect(lines[1] == "NOTHING ATTRIBUTED (one_way)")
    #expect(lines[2].hasPrefix("No flow is attributed. In ranges of the catalog: 5,198 of 617,719 flows;"))
    report.result.findings = []
    report.result.watchedFlows = 0
    #expect(
      try report.rendered(as: .text).contains(
        "\nNo flow is attributed: no address in 617,719 flows lies in a range of the catalog.\n"))
  }

  @Test func demonstrationDataIsStampedAtBothEnds() throws {
    var catalog = Fixtures.catalog()
    catalog.allowsDocumentationRanges = true
    let lines = try Fixtures.report(catalog: catalog).rendered(as: .text).split(separator: "\n")
    #expect(lines.first?.hasPrefix("DEMONSTRATION DATA: ") == true)
    #expect(lines.suffix(2).first?.hasPrefix("DEMONSTRATION DATA: ") == true)
    #expect(try !Fixtures.report().rendered(as: .text).contains("DEMONSTRATION"))
  }

  @Test func anInterruptedRunSaysSo() throws {
    var report = Fixtures.report()
    #expect(try !report.rendered(as: .text).contains("Interrupted"))
    report.interrupted = true
    #expect(try report.rendered(as: .text).contains("! Interrupted: a signal ended the run"))
    #expect(try report.rendered(as: .json).contains("\"interrupted\": true"))
  }

  /// Colours add to the text and change nothing else.
  @Test func coloursAreOnlyAddedOnRequest() throws {
    let plain = try Fixtures.report().rendered(as: .text, layout: Self.narrow)
    let coloured = try Fixtures.report().rendered(as: .text, layout: Report.TextLayout(width: 80, colour: true))
    #expect(!plain.contains("\u{1B}"))
    #expect(coloured.contains("\u{1B}[1;32mEXCLUSIVE-PRESENT\u{1B}[0m\n"))
    let stripped = coloured.replacing(#/\u{1B}\[[0-9;]*m/#, with: "")
    #expect(stripped == plain)
  }

  @Test(arguments: [0, 72, 80, 100, 300]) func linesKeepToTheWidth(width: Int) throws {
    let text = try Fixtures.report().rendered(as: .text, layout: Report.TextLayout(width: width))
    for line in text.split(separator: "\n") {
      #expect(line.count <= min(max(width, 72), 100), "\(line)")
      #expect(line.last != " ")
    }
  }

  /// What is left out for brevity is counted, whatever the verdict.
  @Test func longListsAreCutAndCounted() throws {
    var report = Fixtures.report()
    let finding = report.result.findings[2]
    report.result.findings = (1...25).map { number in
      var copy = finding
      copy.id = "F\(number)"
      return copy
    }
    let undamaged = report.inputs[0]
    let damaged = report.inputs[1]
    report.inputs = Array(repeating: undamaged, count: 30) + [damaged]
    report.skippedInputs = (0..<23).map { (name: "notes-\($0).txt", reason: "no capture file") }
    let text = try report.rendered(as: .text)
    #expect(text.contains("F20 UNVERIFIABLE") && !text.contains("F21 UNVERIFIABLE"))
    #expect(text.contains("5 more findings UNVERIFIABLE: --format json lists all."))
    #expect(text.contains("10 more inputs, undamaged: --format json lists all."))
    #expect(text.contains("30  cut.pcap"))
    #expect(text.contains("3 more files passed over."))
    #expect(text.contains("129,875  UNVERIFIABLE  one_way"))
  }

  @Test func everyReasonHasAnExplanationOfItsOwn() {
    let glosses = VerdictReason.allCases.map(\.gloss)
    #expect(Set(glosses).count == glosses.count)
  }

  /// Methodology 7 b: no word of ascribe's own claims more than packets show.
  @Test func ownWordsClaimNoProof() throws {
    let own = try VerdictReason.allCases.map(\.gloss).joined(separator: " ") + Fixtures.report().rendered(as: .text)
    for word in ["proves", "proven", "confirmed", "definitely", "certainly", "hacked", "guilty", "doubt"] {
      #expect(!own.lowercased().contains(word))
    }
  }

  @Test(arguments: ReportFormat.allCases) func theSameReportIsTheSameBytes(format: ReportFormat) throws {
    let first = try Fixtures.report().rendered(as: format)
    #expect(try Fixtures.report().rendered(as: format) == first)
    // Dictionaries come in another order each time they are built.
    var report = Fixtures.report()
    report.totals.packetsRejected = [:]
    for (reason, count) in [("filtered", 3), ("not_ip", 30_000), ("ip_fragment", 4_564)] as [(String, UInt64)] {
      report.totals.packetsRejected[reason] = count
    }
    #expect(try report.rendered(as: format) == first)
    #expect(first.utf8.last == UInt8(ascii: "\n"))
  }
}
