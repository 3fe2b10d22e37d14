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
    if container.decodeNil() {
      self = .null
    } else if let value = try? container.decode(Bool.self) {
      self = .bool(value)
    } else if let value = try? container.decode(UInt64.self) {
      self = .count(value)
    } else if let value = try? container.decode(Double.self) {
      self = .number(value)
    } else if let value = try? container.decode(String.self) {
      self = .string(value)
    } else if let value = try? container.decode([DocumentValue].self) {
      self = .array(value)
    } else {
      self = .object(try container.decode([String: DocumentValue].self))
    }
  }
}
