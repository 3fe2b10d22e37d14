import Packets

/// The first line of a command of IMAP: a tag, a verb and arguments (RFC 9051 section 2.2.1).
struct IMAPCommand {
  let tag: [UInt8]
  /// The verb in upper case; what stands behind UID where that is the first word.
  let verb: String
  /// What follows the verb.
  let argument: [UInt8]

  /// Reads a line; nothing if it is no command.
  ///
  /// - Complexity: O(n) in the line's length.
  init?(_ bytes: RawSpan, _ line: Range<Int>) {
    guard let space = bytes.offset(of: 0x20, in: line), (1...32).contains(space - line.lowerBound) else { return nil }
    tag = bytes.bytes(line.lowerBound..<space)
    guard tag.allSatisfy({ (0x21...0x7E).contains($0) && !"(){%*\"\\]+".utf8.contains($0) }) else { return nil }
    let rest = bytes.bytes(space + 1..<line.upperBound)
    var (verb, argument) = rest.cut(at: 0x20) ?? (rest, [])
    if verb.lowercased == Array("uid".utf8) { (verb, argument) = argument.cut(at: 0x20) ?? (argument, []) }
    guard (2...16).contains(verb.count), verb.allSatisfy({ (0x41...0x5A).contains($0 & 0xDF) }) else { return nil }
    self.verb = String(decoding: verb.map { $0 & 0xDF }, as: UTF8.self)
    self.argument = argument
  }

  /// The bytes of a literal that a line announces at its end (RFC 9051 section 4.3).
  static func literal(_ line: [UInt8]) -> Int? {
    guard line.last == UInt8(ascii: "}"), let open = line.lastIndex(of: UInt8(ascii: "{")) else { return nil }
    let digits = line[(open + 1)..<(line.count - 1)].prefix { $0 != UInt8(ascii: "+") }
    return (1...9).contains(digits.count) ? Int(String(decoding: digits, as: UTF8.self)) : nil
  }

  /// The first argument: an atom or a quoted string, and what follows it.
  static func string(_ text: [UInt8]) -> (value: [UInt8], rest: [UInt8]) {
    guard text.first == UInt8(ascii: "\"") else {
      let (value, rest) = text.cut(at: 0x20) ?? (text, [])
      return (value, rest.trimmed)
    }
    var isEscaped = false
    for index in text.indices.dropFirst() {
      if text[index] == UInt8(ascii: "\""), !isEscaped {
        return (Array(text[...index]).unquoted, Array(text[(index + 1)...]).trimmed)
      }
      isEscaped = text[index] == UInt8(ascii: "\\") && !isEscaped
    }
    return ([], [])
  }
}
