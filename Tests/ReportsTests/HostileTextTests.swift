import Assessment
import Capture
import Catalog
import Flows
import Foundation
import Packets
import Testing

@testable import Reports

/// Text that others chose must stay text in every format.
@Suite struct HostileTextTests {
  static let strings = [
    "tab\tnewline\nreturn\rquote\"backslash\\comma,end",
    "\u{1B}[2J\u{1B}]0;owned\u{7}", "\u{9B}31m", "\u{0}\u{7F}\u{85}\u{2028}\u{2029}",
    "right\u{202E}left\u{2066}x\u{2069}", "\u{1F600} 中文 é e\u{301}",
    String(decoding: [0x61, 0xFF, 0xC3, 0x62], as: UTF8.self),
    "-", "(empty)", "", "#close\t", "=HYPERLINK(\"x\")", "\r\n", "{\"a\":1}", "\\x09", "\\n",
  ]

  /// A report with the string in every place that holds text.
  static func report(_ hostile: String) -> Report {
    var catalog = Fixtures.catalog()
    catalog.actors[0].id = hostile
    catalog.actors[0].name = hostile
    catalog.claims[0].id = hostile
    catalog.claims[0].rangeText = hostile
    catalog.overlays[0].id = hostile
    catalog.sha256 = hostile
    catalog.allowsDocumentationRanges = true
    var report = Fixtures.report(catalog: catalog)
    report.toolVersion = hostile
    for index in report.inputs.indices {
      report.inputs[index].name = hostile
      report.inputs[index].sha256 = hostile
      report.inputs[index].damage = CaptureInput.Damage(frame: 1, offset: 1, reason: hostile)
    }
    report.baselineInputs[0].name = hostile
    report.result.statistics.claimError = ClaimError(probability: 0.5, reason: hostile)
    report.result.hypotheses[0].findings = [hostile]
    report.result.hypotheses[0].rows[0].findings = [hostile]
    report.result.hypotheses[0].rows[0].because = hostile
    report.skippedInputs = [(name: hostile, reason: hostile)]
    report.totals.packetsRejected = [hostile: 1]
    report.result.rollUp = hostile
    report.result.notShown = [hostile]
    report.result.caveats = [hostile]
    for index in report.result.findings.indices {
      report.result.findings[index].id = hostile
      report.result.findings[index].wording = [hostile]
      report.result.findings[index].actions = [hostile]
      report.result.findings[index].confidence.because = [hostile]
      report.result.findings[index].flows = report.result.findings[index].flows.map { flow in
        var record = flow.record
        record.history = hostile
        return AssessedFlow(record: record, assessment: flow.assessment)
      }
    }
    return report
  }

  private static func holdsNoControl(_ text: String) -> Bool {
    text.unicodeScalars.allSatisfy { $0 == "\n" || $0 == "\t" || $0 == "\r" || !$0.isHostile }
  }

  @Test(arguments: strings) func textStaysText(hostile: String) throws {
    let text = try Self.report(hostile).rendered(as: .text)
    #expect(text.unicodeScalars.allSatisfy { $0 == "\n" || !$0.isHostile })
    #expect(text.hasPrefix("DEMONSTRATION DATA"))
    let harmless = try Self.report("harmless").rendered(as: .text)
    // It may be wrapped, but it makes no lines of its own: the headings are the same.
    func headings(_ text: String) -> [Substring] { text.split(separator: "\n").filter { $0.hasPrefix("CAVEATS") } }
    #expect(headings(text) == headings(harmless))
  }

  @Test(arguments: strings) func jsonStaysJSON(hostile: String) throws {
    let text = try Self.report(hostile).rendered(as: .json)
    #expect(text.unicodeScalars.allSatisfy { $0 == "\n" || !$0.isHostile })
    let document = try #require(JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    #expect(document["roll_up"] as? String == hostile)
    #expect((document["caveats"] as? [String]) == [hostile])
    #expect(((document["inputs"] as? [[String: Any]])?[0]["name"] as? String) == hostile)
    let finding = try #require((document["findings"] as? [[String: Any]])?.first)
    #expect((finding["actor"] as? [String: Any])?["name"] as? String == hostile)
    #expect((finding["flows"] as? [[String: Any]])?[0]["claim"] as? String == hostile)
  }

  @Test(arguments: strings) func zeekStaysZeek(hostile: String) throws {
    let text = try Self.report(hostile).rendered(as: .zeek)
    #expect(Self.holdsNoControl(text))
    let rows = try ZeekLog(text).rows
    #expect(rows.count == 4)
    for row in rows where row["actor"] != "-" {
      let actor = try #require(row["actor"])
      #expect(Self.unescaped(actor) == hostile)
      #expect(row["finding"] == actor)
      #expect(actor != "(empty)" || hostile.isEmpty)
    }
  }

  @Test(arguments: strings) func csvStaysCSV(hostile: String) throws {
    let text = try Self.report(hostile).rendered(as: .csv)
    #expect(Self.holdsNoControl(text))
    let rows = readCSV(text)
    #expect(rows.count == 5)
    #expect(Set(rows.map(\.count)).count == 1)
    let column = try #require(rows[0].firstIndex(of: "claim"))
    let value = rows[1][column]
    #expect(value.first.map { !"=+-@".contains($0) } ?? true)
    if !hostile.unicodeScalars.contains(where: \.isHostile), !["=", "-"].contains(hostile.prefix(1)) {
      #expect(value == hostile)
    }
  }

  /// Undoes Zeek's escapes.
  private static func unescaped(_ field: String) -> String {
    if field == "(empty)" { return "" }
    var bytes: [UInt8] = []
    var rest = Array(field.utf8)[...]
    while let byte = rest.popFirst() {
      if byte != UInt8(ascii: "\\") {
        bytes.append(byte)
      } else if rest.first == UInt8(ascii: "x") {
        bytes.append(UInt8(String(decoding: rest.dropFirst().prefix(2), as: UTF8.self), radix: 16) ?? 0)
        rest = rest.dropFirst(3)
      } else {
        bytes.append(rest.popFirst() ?? 0)
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
