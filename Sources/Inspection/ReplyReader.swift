import Packets

/// Reads the replies of SMTP (RFC 5321 section 4.2) and FTP (RFC 959 section 4.2): a code and text on one line or more.
struct ReplyReader {
  /// A reply.
  struct Reply {
    let code: Int
    /// The text of its first line.
    let first: String
    /// The text of its last line.
    let last: String

    /// Whether it accepts.
    var isPositive: Bool { (200...299).contains(code) }
    /// Whether it refuses.
    var isNegative: Bool { code >= 400 }
    /// Code and text.
    var text: String { last.isEmpty ? "\(code)" : "\(code) \(last)" }
  }

  /// Where the next reply begins.
  var position: Int { lines.position }
  private var lines: LineReader
  private let repeatsCode: Bool
  private var isOver = false

  /// Reads from the start of a server's bytes.
  ///
  /// - Parameters:
  ///   - bytes: The server's bytes.
  ///   - repeatsCode: Whether every line of a reply bears its code, as in SMTP; in FTP the first and the last do.
  init(_ bytes: RawSpan, repeatsCode: Bool) {
    lines = LineReader(0..<bytes.byteCount)
    self.repeatsCode = repeatsCode
  }

  /// The next reply; nothing if no whole one is left, or something else stands there.
  mutating func next(_ bytes: RawSpan) -> Reply? {
    guard !isOver, let line = lines.next(bytes), let head = Self.line(bytes, line) else {
      isOver = true
      return nil
    }
    guard head.goesOn else { return Reply(code: head.code, first: head.text, last: head.text) }
    var before = lines
    while let line = lines.next(bytes) {
      if repeatsCode, Self.line(bytes, line)?.code != head.code {
        // The reply was not ended; another one begins.
        lines = before
        return Reply(code: head.code, first: head.text, last: head.text)
      }
      before = lines
      if let tail = Self.line(bytes, line), tail.code == head.code, !tail.goesOn {
        return Reply(code: head.code, first: head.text, last: tail.text)
      }
    }
    isOver = true
    return nil
  }

  /// Reads three digits and what follows them; whether the reply goes on in other lines.
  private static func line(_ bytes: RawSpan, _ line: Range<Int>) -> (code: Int, goesOn: Bool, text: String)? {
    let start = line.lowerBound
    guard line.count >= 3, let code = bytes.threeDigits(at: start), (100...659).contains(code) else { return nil }
    guard line.count > 3 else { return (code, false, "") }
    let mark = bytes.uint8(at: start + 3)
    guard mark == 0x20 || mark == UInt8(ascii: "-") else { return nil }
    return (code, mark == UInt8(ascii: "-"), bytes.text(bytes.trimmed(start + 4..<line.upperBound)))
  }
}
