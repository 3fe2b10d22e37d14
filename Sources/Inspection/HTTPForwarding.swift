import Packets

/// What the forwarding fields of an HTTP request name.
enum HTTPForwarding {
  /// How a field is written.
  private enum Form {
    /// One node.
    case node
    /// Nodes with commas between them.
    case list
    /// RFC 7239.
    case forwarded
    /// Protocol, receiver and a remark for each hop (RFC 9110 section 7.6.3).
    case via
  }

  private static let forms: [String: (name: String, form: Form)] = [
    "cf-connecting-ip": ("CF-Connecting-IP", .node), "client-ip": ("Client-IP", .node),
    "forwarded": ("Forwarded", .forwarded), "true-client-ip": ("True-Client-IP", .node), "via": ("Via", .via),
    "x-client-ip": ("X-Client-IP", .node), "x-forwarded-for": ("X-Forwarded-For", .list),
    "x-originating-ip": ("X-Originating-IP", .node), "x-real-ip": ("X-Real-IP", .node),
  ]

  /// The names of a request's forwarding fields, each once.
  static func names(_ fields: HTTPFields) -> [String] {
    var names: [String] = []
    for field in fields.list {
      if let name = forms[field.name]?.name, !names.contains(name) { names.append(name) }
    }
    return names
  }

  /// The chains that a request names, one for each field that occurs, in the order in which they stand in it.
  ///
  /// Several fields of a name are one list (RFC 9110 section 5.3).
  static func chains(_ fields: HTTPFields) -> [(field: String, nodes: [String])] {
    names(fields).map { name in
      let written = fields.list.flatMap { field -> [[UInt8]] in
        guard let known = forms[field.name], known.name == name else { return [] }
        return nodes(field.value, known.form)
      }
      return (name, written.map(node))
    }
  }

  private static func nodes(_ value: [UInt8], _ form: Form) -> [[UInt8]] {
    switch form {
    case .node: value.isEmpty ? [] : [originating(value)]
    case .list: (ForwardedChain.nodes(of: value, isForwarded: false) ?? []).compactMap(\.self)
    case .forwarded: (ForwardedChain.nodes(of: value, isForwarded: true) ?? []).compactMap(\.self)
    case .via: (ForwardedChain.nodes(of: value, isForwarded: false) ?? []).compactMap { $0.flatMap(receiver) }
    }
  }

  /// The node as an address where it is one, else as it stands.
  static func node(_ text: [UInt8]) -> String { ForwardedChain.address(text)?.description ?? text.unquoted.text }

  /// A node without the brackets that mail front ends put around an address of either family.
  static func originating(_ value: [UInt8]) -> [UInt8] {
    guard value.first == UInt8(ascii: "["), value.last == UInt8(ascii: "]") else { return value }
    return Array(value.dropFirst().dropLast())
  }

  /// The receiver of a hop of Via: the second word.
  private static func receiver(_ element: [UInt8]) -> [UInt8]? {
    let words = element.split { $0 == 0x20 || $0 == 0x09 }
    return words.count >= 2 ? Array(words[1]) : nil
  }
}
