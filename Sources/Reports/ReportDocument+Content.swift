import Assessment

/// What the content of a flow says.
extension ReportDocument.Flow {
  /// Fields that say most; they come first, the others by name.
  private static let leadingFields = [
    "method", "host", "uri", "status_code", "user_agent", "query", "qtype_name", "rcode_name", "answers", "mailfrom",
    "rcptto",
    "subject", "username", "has_password", "server_name", "version", "resumed", "established", "ja4", "client",
    "server",
    "hassh",
  ]

  /// The entries of each of Zeek's logs, each field with its name.
  var contentEntries: [(log: String, fields: [String])] {
    guard case .object(let members) = inspection else { return [] }
    return members.filter { $0.key != "hops" }.sorted { $0.key < $1.key }.flatMap { log, value in
      value.objects.map { (log: log, fields: Self.ordered($0).map { "\($0.key) \($0.value.line)" }) }
    }
  }

  /// Whom content names as the origin of what is forwarded: field, node, trust.
  var hops: [[String]] {
    guard case .object(let members) = inspection, let hops = members["hops"] else { return [] }
    return hops.objects.map { hop in ["field", "node", "trust"].compactMap { hop[$0]?.text } }
  }

  private static func ordered(_ fields: [String: DocumentValue]) -> [(key: String, value: DocumentValue)] {
    func rank(_ name: String) -> Int { leadingFields.firstIndex(of: name) ?? leadingFields.count }
    return fields.filter { $0.value != .null }.sorted { (rank($0.key), $0.key) < (rank($1.key), $1.key) }
  }
}

extension DocumentValue {
  /// The objects of a list.
  fileprivate var objects: [[String: DocumentValue]] {
    guard case .array(let values) = self else { return [] }
    return values.compactMap { value in if case .object(let members) = value { members } else { nil } }
  }

  /// The value on one line.
  var line: String {
    switch self {
    case .null: "–"
    case .bool(let value): value ? "yes" : "no"
    case .count(let value): "\(value)"
    case .number(let value): value < 0 ? "-\((-value).text)" : value.text
    case .string(let value): value
    case .array(let values): values.map(\.line).joined(separator: ", ")
    case .object(let members):
      members.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value.line)" }.joined(separator: ", ")
    }
  }
}
