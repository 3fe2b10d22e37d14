import Foundation
import Testing

@testable import Reports

@Suite struct MarkdownReportTests {
  /// What opens markup in each line, escapes taken out.
  private static func skeleton(_ text: String) -> [String] {
    text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
      let plain = line.replacing(#/\\[!-\/:-@\[-`{-~]/#, with: "")
      let start = plain.prefixMatch(of: #/(#{1,6} |[-+*] |[0-9]+[.)] |>|[-=]{3}|\t| {4}|\||\*\*|)/#)?.output.0 ?? ""
      return start + plain.filter { "|`*_[]<>~".contains($0) }
    }
  }

  private static let harmless = Result { try skeleton(HostileDocument.made(of: "harmless").markdown()) }

  @Test(arguments: HostileDocument.strings) func textStaysText(hostile: String) throws {
    let document = try HostileDocument.made(of: hostile)
    #expect(document.text(layout: Report.TextLayout()).unicodeScalars.allSatisfy { $0 == "\n" || !$0.isHostile })
    let text = try document.markdown()
    let (lines, expected) = (Self.skeleton(text), try Self.harmless.get())
    #expect(lines.count == expected.count)
    for (line, other) in zip(lines, expected) { #expect(line == other) }
    #expect(text.unicodeScalars.allSatisfy { $0 == "\n" || !$0.isHostile })
    #expect(!text.contains("<") && !text.contains("://") && !text.contains("www."))
  }

  @Test func tablesAreTables() throws {
    let text = try HTMLReportTests.story.get().markdown()
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    for (line, next) in zip(lines, lines.dropFirst()) where line.hasPrefix("|") && next.hasPrefix("|") {
      func columns(_ line: Substring) -> Int { line.replacing("\\|", with: "").count { $0 == "|" } }
      #expect(columns(line) == columns(next), "\(line)")
    }
    #expect(
      text.contains(
        "\n| F1 | EXCLUSIVE (direct) | Example country network | E4 | moderate | 2 | ba41c14c\\#205–214 |\n"))
    #expect(text.hasPrefix("**TLP:CLEAR**\n") && text.contains("\n## 15 Machine exports\n"))
  }

  @Test(arguments: [
    ("a*b_c", "a\\*b\\_c"), ("- x", "\\- x"), ("1. x", "1\\. x"), ("1.5", "1.5"), ("# x", "\\# x"),
    ("<b>", "&lt;b&gt;"),
    ("https://x", "https:\\//x"), ("www.x", "www\\.x"), (" x", "&#32;x"), ("a|b", "a\\|b"), ("\\", "\\\\"), ("", ""),
  ])
  func valuesAreEscaped(_ value: String, _ escaped: String) {
    #expect(Markup.markdown.escapeText(value) == escaped)
  }
}
