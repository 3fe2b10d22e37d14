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
