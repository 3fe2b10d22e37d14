import Mustache

/// How a value is written into a template, so that text from captures and catalogs stays text.
///
/// Templates hold no unescaped tag, so every value passes here. Both kinds work on Unicode scalars: a character that is
/// joined with a combining mark does not slip through.
enum Markup: String, MustacheContentType, CaseIterable {
  /// HTML 5, in elements and in quoted attributes.
  case html = "ASCRIBE-HTML"
  /// CommonMark with the tables of GitHub.
  case markdown = "ASCRIBE-MARKDOWN"

  /// Scalars of a value that are shown: far more than any sentence has.
  private static let limit = 10_000

  /// Escapes a value.
  ///
  /// - Parameter text: Any text.
  /// - Returns: The text, in which controls and changes of writing direction read `\xNN`, and which opens no markup; of a
  ///   very long one the start, and how much more there is.
  /// - Complexity: O(n).
  func escapeText(_ text: String) -> String {
    let safe = text.cut(to: Self.limit).madeSafe
    return self == .html ? Self.escapedForHTML(safe) : Self.escapedForMarkdown(safe)
  }

  private static let entities: [Unicode.Scalar: String] = [
    "<": "&lt;", ">": "&gt;", "&": "&amp;", "\"": "&quot;", "'": "&#39;",
  ]

  private static func escapedForHTML(_ text: String) -> String {
    guard text.unicodeScalars.contains(where: { entities[$0] != nil }) else { return text }
    var result = ""
    for scalar in text.unicodeScalars {
      if let entity = entities[scalar] { result += entity } else { result.unicodeScalars.append(scalar) }
    }
    return result
  }

  /// What opens markup anywhere in a line (CommonMark 6; tables, strikethrough and mathematics of GitHub).
  private static let punctuation = Set("\\`*_{}[]|~#!$".unicodeScalars)

  /// What precedes the mark that would open a list or a heading at the start of a line: digits, or nothing.
  private static func opener(of text: String) -> Substring? {
    // By hand: an expression would be compiled for each value.
    if let first = text.utf8.first, "-+=".utf8.contains(first) { return text.prefix(0) }
    let digits = text.unicodeScalars.prefix(10).prefix { ("0"..."9").contains($0) }
    let rest = text.unicodeScalars[digits.endIndex...]
    guard (1...9).contains(digits.count), let mark = rest.first, mark == "." || mark == ")",
      rest.dropFirst().first.map({ $0 == " " }) ?? true
    else { return nil }
    return Substring(digits)
  }

  private static func escapedForMarkdown(_ text: String) -> String {
    let opener = Self.opener(of: text)
    var result = opener.map { "\($0)\\" } ?? (text.hasPrefix(" ") ? "&#32;" : "")
    let rest = opener.map { text[$0.endIndex...] } ?? (text.hasPrefix(" ") ? text.dropFirst() : text[...])
    var previous: Unicode.Scalar = " "
    for scalar in rest.unicodeScalars {
      let isLink = scalar == "/" && previous == ":" || scalar == "." && (previous == "w" || previous == "W")
      if punctuation.contains(scalar) || isLink {
        result += "\\"
        result.unicodeScalars.append(scalar)
      } else if let entity = entities[scalar], scalar != "\"", scalar != "'" {
        result += entity
      } else {
        result.unicodeScalars.append(scalar)
      }
      previous = scalar
    }
    return result
  }
}
