import Packets

/// A line that a client sends in SMTP, POP3 or FTP: a verb and an argument.
struct CommandLine {
  /// Bytes of the longest line that is read as a command; SASL makes long ones (RFC 4954 section 4).
  static let limit = 12_288

  /// The verb in upper case.
  let verb: String
  /// What follows it, without blanks at both ends.
  let argument: [UInt8]

  /// Reads a line; nothing if it does not begin with three to twelve letters that stand alone.
  ///
  /// - Complexity: O(n) in the line's length.
  init?(_ bytes: RawSpan, _ line: Range<Int>) {
    guard line.count <= Self.limit else { return nil }
    var end = line.lowerBound
    while end < line.upperBound, (0x41...0x5A).contains(bytes.uint8(at: end) & 0xDF) { end += 1 }
    guard (3...12).contains(end - line.lowerBound), end == line.upperBound || bytes.isBlank(at: end) else { return nil }
    verb = String(decoding: bytes.bytes(line.lowerBound..<end).map { $0 & 0xDF }, as: UTF8.self)
    argument = bytes.bytes(bytes.trimmed(end..<line.upperBound))
  }

  /// The words of the argument.
  var words: [[UInt8]] { argument.split { $0 == 0x20 || $0 == 0x09 }.map(Array.init) }

  /// How many commands tell a program.
  private static let orderLimit = 5

  /// The verbs of a client's first commands, which each program chooses in its own way; empty unless all are there.
  static func order(_ bytes: RawSpan) -> String {
    var lines = LineReader(0..<bytes.byteCount)
    let verbs = (0..<orderLimit).compactMap { _ in lines.next(bytes).flatMap { CommandLine(bytes, $0)?.verb } }
    return verbs.count == orderLimit ? verbs.joined(separator: "-") : ""
  }

  /// The first command of a client, if its first line is one.
  static func first(_ bytes: RawSpan) -> CommandLine? {
    var lines = LineReader(0..<bytes.byteCount)
    return lines.next(bytes).flatMap { CommandLine(bytes, $0) }
  }
}
