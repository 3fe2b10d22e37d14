import Catalog
import Foundation
import Packets
import Testing

/// A committed catalog with every fault once: a check names each with file and line, and nothing else.
@Suite struct PlantedFaultTests {
  static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Planted").path

  /// The faults that comments announce: `file:line code`.
  static func announced(in file: String) throws -> [String] {
    let text = try String(contentsOfFile: "\(folder)/\(file)", encoding: .utf8)
    return text.split(separator: "\n", omittingEmptySubsequences: false).enumerated().flatMap { index, line in
      let parts = line.components(separatedBy: "# lint: ")
      return parts.count < 2 ? [] : parts[1].components(separatedBy: ", ").map { "\(file):\(index + 1) \($0)" }
    }
  }

  static let review = CatalogReview(paths: ["\(folder)/planted.yaml"])

  @Test func `every planted fault is named with its line, and nothing else`() throws {
    let expected = try Self.announced(in: "planted.yaml") + Self.announced(in: "slip.netset")
    let found = Self.review.findings.map {
      "\($0.file.replacingOccurrences(of: "\(Self.folder)/", with: "")):\($0.line) \($0.code.rawValue)"
    }
    #expect(Set(expected).subtracting(found).sorted() == [], "planted, not found")
    #expect(Set(found).subtracting(expected).sorted() == [], "found, not planted")
    #expect(found.count == Set(found).count, "nothing is told twice")
  }

  @Test func `every code that a file can show is planted`() {
    // Told by tests of their own: they need a crowd, a list that vanished, no claim of that time, no such file.
    let elsewhere: Set<CatalogFinding.Code> = [.tooManyOverlaps, .overlayEmpty, .overlayOutOfTime, .unreadable]
    let planted = Set(Self.review.findings.map(\.code))
    #expect(Set(CatalogFinding.Code.allCases).subtracting(planted) == elsewhere)
  }

  @Test func `each says how to mend it and names its entry`() {
    for finding in Self.review.findings {
      // Lists have their own words, and an empty one is mended by what it says.
      if finding.code == .listLines { continue }
      #expect(finding.message.contains(";") || finding.message == "'entries' is empty", "\(finding)")
      #expect(finding.entry != nil, "\(finding)")
      #expect(finding.coded.contains(": [\(finding.code.rawValue)] \(finding.severity.rawValue): "))
    }
  }

  @Test func `an overlap names both claims, both actors, the prefix and the dates`() throws {
    let overlap = try #require(Self.review.findings.first { $0.entry == "contests" })
    for word in ["198.51.100.0/28", "'other'", "'held'", "'net'", "2020-01-01", "CONTESTED", "'overrides'"] {
      #expect(overlap.message.contains(word), "\(word): \(overlap)")
    }
    #expect(overlap.severity == .warning)
    let hint = try #require(Self.review.findings.first { $0.entry == "hints-too" })
    #expect(hint.severity == .information, "neither of the two could be EXCLUSIVE")
  }

  @Test func `the day of the check decides what is stale`() throws {
    let fixture = try CatalogFixture(["c.yaml": CatalogFixture.claim(["valid_until": "null"])])
    func codes(_ day: String?) throws -> [String] {
      let review = CatalogReview(
        paths: [fixture.folder], allowsDocumentationRanges: true, at: try day.map { try #require(Timestamp($0)) })
      return review.findings.map(\.code.rawValue)
    }
    #expect(try codes(nil) == ["single-source"], "the newest day of the catalog, whatever day it is today")
    #expect(try codes("2016-12-18") == ["single-source"], "as_of 2014-12-19 and 730 days")
    #expect(try codes("2016-12-18T00:00:00.000000001Z") == ["stale-claim", "single-source"])
  }

  @Test func `errors do not hide what is wrong with sound entries`() {
    #expect(Self.review.count(.error) > 10 && Self.review.count(.warning) > 20 && Self.review.count(.information) > 3)
  }
}
