import Foundation

extension DocumentValue {
  /// Reads JSON.
  ///
  /// - Parameter json: The bytes.
  /// - Throws: What the decoder throws.
  /// - Complexity: O(n).
  package init(json: [UInt8]) throws { self = try JSONDecoder().decode(DocumentValue.self, from: Data(json)) }

  /// The value as JSON without spaces, the keys sorted by their bytes: the same value is the same bytes.
  package var canonicalJSON: [UInt8] {
    var buffer = OutputBuffer { _ in }
    append(to: &buffer, level: nil)
    return buffer.bytes
  }

  /// The value as JSON for people, two spaces a level, with a line's end behind it.
  package var indentedJSON: [UInt8] {
    var buffer = OutputBuffer { _ in }
    append(to: &buffer, level: 0)
    buffer.append("\n")
    return buffer.bytes
  }

  private var isContainer: Bool {
    switch self {
    case .array, .object: true
    default: false
    }
  }

  private func append(to buffer: inout OutputBuffer, level: Int?) {
    switch self {
    case .null: buffer.append("null")
    case .bool(let value): buffer.append(value ? "true" : "false")
    case .count(let value): buffer.append(decimal: value)
    // The shortest digits that give the same number again.
    case .number(let value): buffer.append(value.isFinite ? "\(value)" : "null")
    case .string(let text): buffer.append(jsonString: text)
    case .array(let elements):
      let level = elements.contains(where: \.isContainer) ? level : nil
      Self.append(elements.count, "[", "]", level, to: &buffer) { elements[$0].append(to: &$1, level: $2) }
    case .object(let members):
      let sorted = members.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
      Self.append(sorted.count, "{", "}", level, to: &buffer) {
        $1.append(jsonString: sorted[$0].key)
        $1.append($2 == nil ? ":" : ": ")
        sorted[$0].value.append(to: &$1, level: $2)
      }
    }
  }

  private static func append(
    _ count: Int, _ start: String, _ end: String, _ level: Int?, to buffer: inout OutputBuffer,
    element: (Int, inout OutputBuffer, Int?) -> Void
  ) {
    func breakLine(_ level: Int?, _ buffer: inout OutputBuffer) {
      guard let level, count > 0 else { return }
      buffer.append("\n" + String(repeating: "  ", count: level))
    }
    buffer.append(start)
    for index in 0..<count {
      if index > 0 { buffer.append(",") }
      breakLine(level.map { $0 + 1 }, &buffer)
      element(index, &buffer, level.map { $0 + 1 })
    }
    breakLine(level, &buffer)
    buffer.append(end)
  }
}
