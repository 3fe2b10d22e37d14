import Yams

/// Nodes of YAML that is written.
extension Node {
  /// A word of our own, or a value that the loader checks: plain where YAML would not take it for null.
  static func word(_ text: String) -> Node { YAMLValue.isNull(text) ? .words(text) : .scalar(Scalar(text)) }

  /// Text of others, quoted.
  static func words(_ text: String) -> Node { .scalar(Scalar(text, Tag(.str), .doubleQuoted)) }

  static func list(_ nodes: [Node]) -> Node { .sequence(Sequence(nodes)) }

  static func entry(_ members: [(String, Node)]) -> Node { .mapping(Mapping(members.map { (.word($0.0), $0.1) })) }
}
