import Assessment
import Cryptography
import Foundation
import TestSupport
import Testing

@testable import Reports

@Suite struct HTMLReportTests {
  static let story = Result {
    try ReportDocument(
      json: Data(contentsOf: ReportDocumentTests.expected.appending(path: "story.pcapng.json")))
  }

  private static let harmless = Result { try HostileDocument.made(of: "harmless").html() }
  private static let harmlessTags = Result { try tags(harmless.get()) }

  /// The tags of a page in order, each with its attributes and without their values.
  private static func tags(_ page: String) -> [String] {
    page.matches(of: #/<[^>]*>/#).map { String($0.output.replacing(#/"[^"]*"/#, with: "")) }
  }

  /// The text between two marks.
  private static func part(_ page: String, from start: String, to end: String) throws -> String {
    let first = try #require(page.range(of: start))
    let last = try #require(page.range(of: end, range: first.upperBound..<page.endIndex))
    return String(page[first.upperBound..<last.lowerBound])
  }

  @Test(arguments: HostileDocument.strings) func textStaysText(hostile: String) throws {
    let page = try HostileDocument.made(of: hostile).html()
    let harmless = try Self.harmless.get()
    #expect(try Self.tags(page) == Self.harmlessTags.get())
    #expect(page.unicodeScalars.allSatisfy { $0 == "\n" || !$0.isHostile })
    #expect(page.utf8.count { $0 == UInt8(ascii: "<") } == harmless.utf8.count { $0 == UInt8(ascii: "<") })
    #expect(page.utf8.count { $0 == UInt8(ascii: "\"") } == harmless.utf8.count { $0 == UInt8(ascii: "\"") })
  }

  @Test(arguments: [UInt64.max, UInt64(Int64.max), 0]) func extremeFiguresAreRendered(figure: UInt64) throws {
    let document = try HostileDocument.made(of: figure)
    #expect(document.totals.packets == figure)
    for format in [ReportFormat.text, .html, .markdown] {
      #expect(try document.rendered(as: format).contains(figure.grouped))
    }
  }

  /// What a capture chose is cut where it is shown, and the rest counted.
  @Test func megabytesAreCut() throws {
    let text = String(repeating: "<é", count: 100_000)
    for markup in Markup.allCases {
      let shown = markup.escapeText(text)
      #expect(shown.utf8.count < 40_000)
      #expect(shown.hasSuffix("… (190,000 more characters)"))
    }
    #expect(try HostileDocument.made(of: String(repeating: "y", count: 401)).html().contains("… (403 more characters)"))
  }

  @Test func noTagIsUnescaped() {
    for (name, template) in HTMLTemplates.all.merging(MarkdownTemplates.all, uniquingKeysWith: { $0 + $1 }) {
      #expect(!template.contains("{{{") && !template.contains("{{&") && !template.contains("CONTENT_TYPE"), "\(name)")
    }
  }

  /// The policy names this style and this script, and there is nothing that it would stop.
  @Test func nothingIsLoaded() throws {
    let page = try Self.story.get().html()
    for (element, directive) in [("style", "style-src"), ("script", "script-src")] {
      let content = try Self.part(page, from: "<\(element)>", to: "</\(element)>")
      let digest = Data(Digest.sha256(of: Array(content.utf8))).base64EncodedString()
      #expect(page.contains("\(directive) 'sha256-\(digest)';"))
      #expect(page.components(separatedBy: "<\(element)").count == 2)
    }
    #expect(page.contains("content=\"default-src 'none';"))
    for tag in Self.tags(page) {
      #expect(!tag.contains(#/\s(style|src|srcset|action|data|on[a-z]+)=/#), "\(tag)")
    }
    #expect(page.matches(of: #/href="([^"]*)"/#).allSatisfy { $0.output.1.hasPrefix("#") })
    #expect(!page.contains("url(") && !page.contains("@import"))
  }

  @Test func sectionsStandInOrder() throws {
    let page = try Self.story.get().html()
    let names = page.matches(of: #/<h2 [^>]*><span class="number">([0-9]+)</#).compactMap { Int($0.output.1) }
    #expect(names == Array(2...15))
    #expect(page.components(separatedBy: "<h1").count == 2)
    let identifiers = page.matches(of: #/ id="([^"]*)"/#).map { String($0.output.1) }
    #expect(Set(identifiers).count == identifiers.count)
    for match in page.matches(of: #/href="#([^"]*)"/#) { #expect(identifiers.contains(String(match.output.1))) }
    var level = 1
    for match in page.matches(of: #/<h([1-6])/#) {
      let next = Int(match.output.1) ?? 0
      #expect(next <= level + 1)
      level = next
    }
  }

  /// Each drawing has a title, a description and a table; each table a caption and scopes.
  @Test func drawingsHaveWords() throws {
    let page = try Self.story.get().html()
    func count(_ text: String) -> Int { page.components(separatedBy: text).count - 1 }
    #expect(count("<svg") >= 6)
    #expect(count("<svg") == count("<desc"))
    #expect(count("<svg") == count("<summary>"))
    #expect(count("<table") == count("<caption>"))
    #expect(count("<th") - count("<thead") == count("scope=\""))
  }

  @Test func caveatsAreAlwaysThere() throws {
    var document = try Self.story.get()
    for text in [try document.html(), try document.markdown()] {
      for sentence in document.notShown { #expect(text.contains(sentence.prefix(20))) }
      #expect(text.contains("An address is not a person"))
    }
    document.findings = []
    document.totals.flowsByVerdict = [:]
    document.totals.watchedFlows = 0
    let page = try document.html()
    #expect(page.contains("No flow is attributed"))
    #expect(page.contains("An address is not a person"))
  }

  @Test func markingAndStampStandAtBothEnds() throws {
    var document = try Self.story.get()
    document.marking = "TLP:AMBER+STRICT"
    let page = try document.html()
    #expect(page.components(separatedBy: "<strong>TLP:AMBER+STRICT</strong>").count == 3)
    #expect(page.components(separatedBy: "<span class=\"stamp\">DEMONSTRATION DATA").count == 3)
    #expect(page.contains("<body class=\"tlp-amber-strict demonstration\">"))
    document.marking = "TLP:ANY"
    document.demonstrationData = false
    #expect(try document.html().contains("<body class=\"tlp-red\">"))
  }

  /// Findings of every verdict are cut at one length, and a verdict of a later version does not vanish.
  @Test func longListsAreCutAndCounted() throws {
    var document = try Self.story.get()
    let finding = try #require(document.findings.first { $0.verdict == "unverifiable" })
    document.findings = (1...(ReportPage.findingsListed + 7)).map { number in
      var copy = finding
      copy.id = "F\(number)"
      return copy
    }
    document.findings[0].verdict = "later"
    let page = try document.html()
    #expect(page.contains("6 more findings"))
    #expect(page.contains("A verdict that this version does not know."))
  }

  /// Methodology 7 b: nothing that the page adds claims more than packets show.
  @Test func wordsKeepToTheRules() throws {
    let document = try Self.story.get()
    let text = try document.html().replacing(#/<style>[\s\S]*?<\/style>/#, with: "").replacing(#/<[^>]*>/#, with: " ")
    #expect(SentenceLinter.wordFaults(text, actors: ["example country network"]).isEmpty)
    let own =
      Verdict.allCases.map(\.meaning) + Verdict.allCases.map(\.whatWouldChange)
      + Recommendation.all(for: document).flatMap { [$0.lack, $0.collection] }
    for sentence in own { #expect(SentenceLinter.faults(sentence, actors: []).isEmpty, "\(sentence)") }
  }

  /// What a case lacks is what is recommended, and a case that lacks nothing gets no advice.
  @Test func recommendationsComeFromWhatIsMissing() throws {
    var document = try Self.story.get()
    let before = Set(Recommendation.all(for: document).map(\.lack))
    document.coverage.truncatedPackets = 12
    document.coverage.interfaceDrops = 3
    document.interrupted = true
    document.sensors = []
    let after = Set(Recommendation.all(for: document).map(\.lack)).subtracting(before)
    #expect(
      after == [
        "12 packets cut by the snap length.", "Interfaces dropped 3 packets.", "The run was interrupted.",
        "No sensor is named.",
      ])
  }
}
