import Catalog

extension DocumentValue {
  /// A string, or null where there is none.
  package static func text(_ text: String?) -> DocumentValue { text.map { .string($0) } ?? .null }

  /// An array of strings.
  package static func texts(_ texts: some Sequence<String>) -> DocumentValue { .array(texts.map { .string($0) }) }

  /// The members of an object; nothing of another value.
  package var members: [String: DocumentValue]? { if case .object(let members) = self { members } else { nil } }

  /// The elements of an array; nothing of another value.
  package var elements: [DocumentValue]? { if case .array(let elements) = self { elements } else { nil } }

  /// The text of a string; nothing of another value.
  package var text: String? { if case .string(let text) = self { text } else { nil } }

  /// The count; nothing of another value.
  package var count: UInt64? { if case .count(let count) = self { count } else { nil } }

  /// The truth value; nothing of another value.
  package var flag: Bool? { if case .bool(let flag) = self { flag } else { nil } }

  /// The value as one JSON document in canonical form: keys sorted, two spaces a level, a line feed at the end.
  ///
  /// - Returns: UTF-8; the same value is the same bytes.
  package var canonicalBytes: [UInt8] {
    var bytes: [UInt8] = []
    var buffer = OutputBuffer { bytes += $0 }
    // A document value holds no flow records, and the sink throws nothing.
    var flows = FlowRowWriter(.json, catalog: Catalog(), isDemonstration: false)
    try? json.write(to: &buffer, flows: &flows)
    buffer.append(UInt8(ascii: "\n"))
    try? buffer.flush()
    return bytes
  }

  private var json: JSONValue {
    switch self {
    case .null: .null
    case .bool(let value): .bool(value)
    case .count(let value): .number(value)
    case .number(let value): .decimal(value)
    case .string(let text): .string(text)
    case .array(let elements): .array(elements.map(\.json))
    case .object(let members): .object(members.mapValues(\.json))
    }
  }
}

extension JSONValue {
  /// The value as a document holds it; flows, which only a writer can make, are left out.
  var document: DocumentValue {
    switch self {
    case .null, .flows: .null
    case .bool(let value): .bool(value)
    case .number(let value): .count(value)
    case .decimal(let value): .number(value)
    case .string(let text): .string(text)
    case .array(let elements): .array(elements.map(\.document))
    case .object(let members): .object(members.mapValues(\.document))
    }
  }
}
