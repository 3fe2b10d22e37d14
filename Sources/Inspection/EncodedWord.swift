/// Text of a mail's header outside of ASCII (RFC 2047).
enum EncodedWord {
  /// Bytes of a value that are read: more than a fact keeps of its text.
  private static let limit = 4 * ApplicationFacts.textLimit

  /// Decodes the encoded words of a value in UTF-8, ASCII or Latin-1; others stay as they stand.
  ///
  /// Of a value beyond the limit its beginning is read.
  ///
  /// - Complexity: O(n).
  static func decode(_ value: [UInt8]) -> String {
    var text = ""
    var rest = value.prefix(limit)
    var wasWord = false
    while let start = rest.firstIndex(of: UInt8(ascii: "=")) {
      guard let word = word(rest[start...]) else {
        text += String(decoding: rest[...start], as: UTF8.self)
        rest = rest[(start + 1)...]
        wasWord = false
        continue
      }
      // Blanks between two encoded words belong to neither (section 6.2).
      let before = rest[..<start]
      if !wasWord || before.contains(where: { $0 != 0x20 && $0 != 0x09 }) {
        text += String(decoding: before, as: UTF8.self)
      }
      text += word.text
      rest = rest[word.end...]
      wasWord = true
    }
    return text + String(decoding: rest, as: UTF8.self)
  }

  /// Reads `=?charset?encoding?text?=`, which has at most 75 characters; some writers allow themselves more.
  private static func word(_ text: ArraySlice<UInt8>) -> (text: String, end: Int)? {
    let text = text.prefix(256)
    guard text.dropFirst().first == UInt8(ascii: "?") else { return nil }
    let marks = text.indices.filter { text[$0] == UInt8(ascii: "?") }
    guard marks.count >= 4, marks[2] == marks[1] + 2, marks[3] + 1 < text.endIndex,
      text[marks[3] + 1] == UInt8(ascii: "=")
    else { return nil }
    let charset = Array(text[(marks[0] + 1)..<marks[1]]).lowercased.text.prefix { $0 != "*" }
    let content = Array(text[(marks[2] + 1)..<marks[3]])
    let bytes: [UInt8]? =
      switch text[marks[1] + 1] | 0x20 {
      case UInt8(ascii: "b"): Base64.decode(content)
      case UInt8(ascii: "q"): quoted(content)
      default: nil
      }
    guard let bytes, let decoded = string(bytes, String(charset)) else { return nil }
    return (decoded, marks[3] + 2)
  }

  /// The Q encoding (section 4.2): as percent coding, with an equals sign, and an underscore for a space.
  private static func quoted(_ content: [UInt8]) -> [UInt8]? {
    guard !content.contains(UInt8(ascii: "%")) else { return nil }
    return PercentCoding.decode(
      content.map { $0 == UInt8(ascii: "=") ? UInt8(ascii: "%") : $0 == UInt8(ascii: "_") ? 0x20 : $0 })
  }

  private static func string(_ bytes: [UInt8], _ charset: String) -> String? {
    switch charset {
    case "utf-8", "utf8", "us-ascii", "ascii": return bytes.text
    case "iso-8859-1", "latin1":
      var text = ""
      for byte in bytes { text.unicodeScalars.append(Unicode.Scalar(byte)) }
      return text
    default: return nil
    }
  }
}
