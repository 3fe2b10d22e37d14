import Catalog

extension JSONValue {
  /// The value by RFC 8785, for names that are made of it: no white space, members in the order of their UTF-16 units.
  ///
  /// Whole numbers below 2^53 and text alone have such a form here; fractions and flow records are in no name.
  var canonical: String {
    switch self {
    case .null, .decimal, .flows: "null"
    case .bool(let value): value ? "true" : "false"
    case .number(let value): "\(value)"
    case .string(let text): Self.canonical(text)
    case .array(let elements): "[" + elements.map(\.canonical).joined(separator: ",") + "]"
    case .object(let members):
      "{"
        + members.sorted { $0.key.utf16.lexicographicallyPrecedes($1.key.utf16) }
        .map { Self.canonical($0.key) + ":" + $0.value.canonical }.joined(separator: ",") + "}"
    }
  }

  /// RFC 8785 section 3.2.2.2: nothing is escaped but what must be.
  private static func canonical(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\u{8}": result += "\\b"
      case "\t": result += "\\t"
      case "\n": result += "\\n"
      case "\u{C}": result += "\\f"
      case "\r": result += "\\r"
      case "\0"..."\u{1F}": result += (scalar.value < 16 ? "\\u000" : "\\u00") + String(scalar.value, radix: 16)
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }

  /// The value as a document with indentation and a line feed at its end.
  ///
  /// - Returns: The text.
  /// - Throws: Nothing by itself; the writer is made for sinks that may.
  func documentText() throws -> String {
    var bytes: [UInt8] = []
    var buffer = OutputBuffer { bytes += $0 }
    var flows = FlowRowWriter(.json, catalog: Catalog(), isDemonstration: false)
    try write(to: &buffer, flows: &flows)
    buffer.append(UInt8(ascii: "\n"))
    try buffer.flush()
    return String(decoding: bytes, as: UTF8.self)
  }
}
