import Yams

/// Reads the text of one YAML file into a tree of values within bounds.
///
/// The parser underneath ends at 1,000 levels of nesting. What remains to be bounded is what aliases can do: a node that
/// is reached by an alias stands there once for each path to it, so a few short lines can stand for billions of values.
enum YAMLDocument {
  /// The largest YAML file in bytes; longer lists belong in an overlay's own file.
  static let largestFile = 32 << 20
  /// The most aliases (`*name`) in a file.
  ///
  /// With k aliases a tree of n nodes grows at most about n·e^(k/e): for 8, twentyfold.
  static let mostAliases = 8

  /// Reads a file's text.
  ///
  /// - Parameters:
  ///   - bytes: The file's bytes, UTF-8.
  ///   - file: The file's name for problems.
  ///   - log: Takes what is wrong.
  /// - Returns: The root; nothing if the file is empty or unreadable.
  static func root(of bytes: [UInt8], file: String, log: ProblemLog) -> YAMLValue? {
    func place(_ line: Int) -> ProblemLog.Place { ProblemLog.Place(file: file, line: line, entry: nil) }
    guard bytes.count <= largestFile else {
      log.problem("is larger than \(largestFile >> 20) MiB; put long lists into an overlay's own file", at: place(0))
      return nil
    }
    guard let text = String(validating: bytes, as: UTF8.self) else {
      log.problem("is not UTF-8 text; save it as UTF-8", at: place(0))
      return nil
    }
    let aliases = aliasLines(bytes)
    guard aliases.count <= mostAliases else {
      log.problem(
        "has more than \(mostAliases) words that start with '*' (YAML aliases); write the values out",
        at: place(aliases[mostAliases]))
      return nil
    }
    if aliases.isEmpty, let root = YAMLPieces(bytes)?.root() { return root }
    let repairs = bytes.count < 1 << 20 ? mostRepairs : 0
    guard let node = root(of: text, file: file, log: log, repairs: repairs) else { return nil }
    var budget = max(2 * bytes.count, leastBudget)
    let root = YAMLValue(node, skipped: 0, budget: &budget)
    guard budget > 0 else {
      log.problem("has YAML aliases that stand for too much; write the values out", at: place(aliases.first ?? 0))
      return nil
    }
    return root
  }

  /// How many values a file of any size may have: more than its bytes can stand for come of aliases alone.
  private static let leastBudget = 1 << 20

  /// How many repeated keys are told one by one before reading a file ends.
  private static let mostRepairs = 50
  /// Stands for a repeated key that was told, so that reading can go on: a private-use character (Unicode 23.5).
  static let hiddenKey = "\u{E000}"

  /// Parses; where a key is repeated, tells so, hides its first occurrence, and parses again, for the parser gives up
  /// there and would hide all further problems.
  private static func root(of text: String, file: String, log: ProblemLog, repairs: Int) -> Node? {
    do {
      // Text is text here: guessing the type of every value would cost more than all other reading.
      return try Parser(yaml: text, resolver: .basic).singleRoot()
    } catch let error as YamlError {
      let (line, message) = describe(error)
      log.problem(message, at: ProblemLog.Place(file: file, line: line, entry: nil))
      guard repairs > 0, case .duplicatedKeysInMapping(let duplicates, let context) = error,
        let mended = hiding(duplicates.first ?? "", at: context.mark, in: text, as: "\(hiddenKey)\(repairs)")
      else { return nil }
      return root(of: mended, file: file, log: log, repairs: repairs - 1)
    } catch {
      log.problem("cannot be read as YAML", at: ProblemLog.Place(file: file, line: 0, entry: nil))
      return nil
    }
  }

  /// Replaces a plain or quoted key at a place by another.
  private static func hiding(_ key: String, at mark: Mark, in text: String, as name: String) -> String? {
    var lines = text.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false).map { String($0) }
    guard lines.indices.contains(mark.line - 1) else { return nil }
    let line = lines[mark.line - 1].unicodeScalars
    let before = String(line.prefix(mark.column - 1))
    let after = String(line.dropFirst(mark.column - 1))
    for form in [key, "\"\(key)\"", "'\(key)'"] where !key.isEmpty && after.hasPrefix(form) {
      lines[mark.line - 1] = before + name + after.dropFirst(form.count)
      return lines.joined(separator: "\n")
    }
    return nil
  }

  /// The lines on which something stands that may be an alias: `*` at the start of a word.
  ///
  /// Quoted text and comments are not told apart: a count that is too high only costs a message.
  private static func aliasLines(_ bytes: [UInt8]) -> [Int] {
    var lines: [Int] = []
    var line = 1
    var previous = UInt8(ascii: " ")
    for (index, byte) in bytes.enumerated() {
      if byte == UInt8(ascii: "\n") { line += 1 }
      if byte == UInt8(ascii: "*"), " \t\r\n[]{},:?-".utf8.contains(previous), index + 1 < bytes.count,
        !" \t\r\n*".utf8.contains(bytes[index + 1])
      {
        lines.append(line)
      }
      previous = byte
    }
    return lines
  }

  private static func describe(_ error: YamlError) -> (line: Int, message: String) {
    switch error {
    case .scanner(let context, let problem, let mark, _), .parser(let context, let problem, let mark, _),
      .composer(let context, let problem, let mark, _):
      let before = context.map { " \($0.text)" } ?? ""
      return (mark.line, "is not valid YAML:\(before) \(problem); check indentation, quotes and brackets near here")
    case .duplicatedKeysInMapping(let duplicates, let context):
      let key = Spelling.short(duplicates.first ?? "")
      return (context.mark.line, "the key '\(key)' stands more than once in this mapping; keep one of them")
    case .reader(let problem, _, _, _):
      return (0, "is not valid YAML: \(problem)")
    default:
      return (0, "cannot be read as YAML")
    }
  }
}
