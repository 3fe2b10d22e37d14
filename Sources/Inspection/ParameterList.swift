/// A value with parameters, as Content-Type and Content-Disposition are written (RFC 2045 section 5.1, RFC 6266).
struct ParameterList {
  /// What stands before the parameters, in lower case.
  let value: String
  private var parameters: [(name: String, value: [UInt8])] = []

  /// Reads a field's value; parameters that cannot be read are passed over.
  ///
  /// - Complexity: O(n).
  init(_ field: [UInt8]) {
    let separator = UInt8(ascii: ";")
    let parts = field.split(outsideQuotes: separator) ?? field.split(separator: separator).map { Array($0).trimmed }
    value = parts.first?.lowercased.text ?? ""
    for part in parts.dropFirst().prefix(32) {
      guard let (name, value) = part.cut(at: UInt8(ascii: "=")) else { continue }
      parameters.append((name.trimmed.lowercased.text, value.trimmed.unquoted))
    }
  }

  /// The value of a parameter, whose name is in lower case; the extended form first (RFC 8187).
  subscript(name: String) -> [UInt8]? {
    if let extended = parameters.first(where: { $0.name == name + "*" })?.value,
      let charset = extended.cut(at: UInt8(ascii: "'")), let language = charset.tail.cut(at: UInt8(ascii: "'"))
    {
      return PercentCoding.decode(language.tail)
    }
    return parameters.first { $0.name == name }?.value
  }
}
