/// Text that others chose (file names, catalog entries) must stay text: no format lets it end a field, forge a row or
/// steer a terminal.
extension Unicode.Scalar {
  /// Whether the scalar could do more than be read: controls, line separators and changes of writing direction.
  var isHostile: Bool {
    switch value {
    case 0x00...0x1F, 0x7F...0x9F: true
    case 0x061C, 0x200B...0x200F, 0x2028...0x202E, 0x2060...0x206F, 0xFEFF, 0xFFF9...0xFFFB: true
    case 0xE0000...0xE007F: true
    default: false
    }
  }
}

extension String {
  /// Whether JSON and Zeek logs can hold the text as it is: printable ASCII without a character that either gives a sense.
  fileprivate var isPlain: Bool {
    let bytes = utf8Span.span
    for index in bytes.indices {
      let byte = bytes[index]
      guard byte >= 0x20, byte < 0x7F, byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\") else { return false }
    }
    return true
  }

  /// The text with every hostile scalar as `\xNN`, a byte of its UTF-8 form each.
  var madeSafe: String {
    guard unicodeScalars.contains(where: \.isHostile) else { return self }
    var buffer = OutputBuffer { _ in }
    for scalar in unicodeScalars { buffer.append(scalar, asHexadecimal: scalar.isHostile) }
    return String(decoding: buffer.bytes, as: UTF8.self)
  }
}

extension OutputBuffer {
  private static let hexadecimal = Array("0123456789abcdef".utf8)

  fileprivate mutating func append(_ scalar: Unicode.Scalar, asHexadecimal escaped: Bool) {
    for byte in scalar.utf8 {
      guard escaped else {
        append(byte)
        continue
      }
      append("\\x")
      append(Self.hexadecimal[Int(byte >> 4)])
      append(Self.hexadecimal[Int(byte & 15)])
    }
  }

  /// Appends a JSON string with its quotes (RFC 8259 section 7).
  mutating func append(jsonString text: String) {
    append(UInt8(ascii: "\""))
    defer { append(UInt8(ascii: "\"")) }
    if text.isPlain { return append(text) }
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": append("\\\"")
      case "\\": append("\\\\")
      case "\n": append("\\n")
      case "\t": append("\\t")
      case "\r": append("\\r")
      case _ where scalar.isHostile:
        for unit in scalar.utf16 {
          append("\\u")
          for shift in stride(from: UInt16(12), through: 0, by: -4) {
            append(Self.hexadecimal[Int(unit >> shift & 15)])
          }
        }
      default: append(scalar, asHexadecimal: false)
      }
    }
  }

  /// Appends a field of a Zeek log: the separator, controls and the backslash escaped as Zeek does, and text that reads
  /// like an unset or empty field told apart from one.
  mutating func append(zeekString text: String) {
    switch text {
    case "": append("(empty)")
    case "-": append("\\x2d")
    case "(empty)": append("\\x28empty)")
    case _ where text.isPlain: append(text)
    default:
      for scalar in text.unicodeScalars {
        if scalar == "\\" {
          append("\\\\")
        } else {
          append(scalar, asHexadecimal: scalar.isHostile)
        }
      }
    }
  }

  /// Appends a field of a CSV row: quoted where RFC 4180 asks for it, controls as `\xNN` so that a row is a line, and
  /// kept from being read as a formula by a spreadsheet.
  mutating func append(csvString text: String) {
    let needsQuotes = text.utf8.contains { $0 == UInt8(ascii: ",") || $0 == UInt8(ascii: "\"") }
    if needsQuotes { append(UInt8(ascii: "\"")) }
    if let first = text.utf8.first, "=+-@".utf8.contains(first) { append(UInt8(ascii: "'")) }
    for scalar in text.unicodeScalars {
      if scalar == "\"" { append(UInt8(ascii: "\"")) }
      append(scalar, asHexadecimal: scalar.isHostile)
    }
    if needsQuotes { append(UInt8(ascii: "\"")) }
  }
}
