/// Any value of a JSON document, for parts whose members depend on the traffic.
package enum DocumentValue: Decodable, Sendable, Equatable {
  case null
  case bool(Bool)
  case count(UInt64)
  case number(Double)
  case string(String)
  case array([DocumentValue])
  case object([String: DocumentValue])

  /// Decodes the value that the JSON holds.
  ///
  /// - Parameter decoder: The decoder.
  /// - Throws: What the decoder throws.
  package init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    // The kinds that are most frequent first: each that is tried in vain costs an error.
    if let value = try? container.decode(String.self) {
      self = .string(value)
    } else if let value = try? container.decode([String: DocumentValue].self) {
      self = .object(value)
    } else if let value = try? container.decode([DocumentValue].self) {
      self = .array(value)
    } else if container.decodeNil() {
      self = .null
    } else if let value = try? container.decode(Bool.self) {
      self = .bool(value)
    } else if let value = try? container.decode(UInt64.self) {
      self = .count(value)
    } else {
      self = .number(try container.decode(Double.self))
    }
  }
}
