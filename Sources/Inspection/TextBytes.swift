import Packets

/// Text as protocols write it: bytes whose separators are ASCII, whatever the others mean.
extension [UInt8] {
  /// The bytes as UTF-8; what is none becomes U+FFFD.
  var text: String { String(decoding: self, as: UTF8.self) }

  /// The letters of ASCII in lower case.
  var lowercased: [UInt8] { map { (0x41...0x5A).contains($0) ? $0 + 0x20 : $0 } }

  /// The bytes without blanks at both ends.
  var trimmed: [UInt8] {
    let isText = { (byte: UInt8) in byte != 0x20 && byte != 0x09 }
    guard let first = firstIndex(where: isText), let last = lastIndex(where: isText) else { return [] }
    return Array(self[first...last])
  }

  /// The text of a quoted string (RFC 9110 section 5.6.4); what is not quoted stays as it is.
  var unquoted: [UInt8] {
    guard count >= 2, first == UInt8(ascii: "\""), last == UInt8(ascii: "\"") else { return self }
    var text: [UInt8] = []
    var isEscaped = false
    for byte in dropFirst().dropLast() {
      if byte == UInt8(ascii: "\\"), !isEscaped {
        isEscaped = true
      } else {
        text.append(byte)
        isEscaped = false
      }
    }
    return text
  }

  /// Whether one of some words stands somewhere in the bytes.
  ///
  /// A `String` is not asked: it makes a table for each search, which costs more than looking through a name.
  func holds(oneOf words: [[UInt8]]) -> Bool { words.contains { holds($0) } }

  /// Whether a word stands somewhere in the bytes.
  func holds(_ word: [UInt8]) -> Bool {
    guard let first = word.first, count >= word.count else { return word.isEmpty }
    for start in 0...(count - word.count) where self[start] == first {
      if word.indices.allSatisfy({ self[start + $0] == word[$0] }) { return true }
    }
    return false
  }

  /// Whether the bytes end with one of some words.
  func ends(withOneOf words: [[UInt8]]) -> Bool { words.contains { suffix($0.count).elementsEqual($0) } }

  /// Splits at a separator outside of quotes, each part trimmed; nothing if a quote is not closed.
  func split(outsideQuotes separator: UInt8) -> [[UInt8]]? {
    var elements: [[UInt8]] = [[]]
    var isQuoted = false
    var isEscaped = false
    for byte in self {
      if isEscaped {
        isEscaped = false
      } else if isQuoted, byte == UInt8(ascii: "\\") {
        isEscaped = true
      } else if byte == UInt8(ascii: "\"") {
        isQuoted.toggle()
      }
      if byte == separator, !isQuoted { elements.append([]) } else { elements[elements.count - 1].append(byte) }
    }
    return isQuoted ? nil : elements.map(\.trimmed)
  }

  /// What stands before and behind the first of a byte; nothing where there is none.
  func cut(at separator: UInt8) -> (head: [UInt8], tail: [UInt8])? {
    guard let index = firstIndex(of: separator) else { return nil }
    return (Array(self[..<index]), Array(self[(index + 1)...]))
  }
}

extension [[UInt8]] {
  /// Words, as the bytes of protocols are compared with them.
  init(words: [String]) { self = words.map { [UInt8]($0.utf8) } }
}
