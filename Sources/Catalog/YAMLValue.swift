import Yams

/// A value of a YAML file with its line: what is left of the parser's tree once types, tags, styles and anchors are gone.
///
/// Copying a value counts one reference at most, that of a node several.
/// That it is not `BitwiseCopyable` is said because the compiler may run in a circle to find that out.
struct YAMLValue: ~BitwiseCopyable {
  /// What stands there.
  enum Content: ~BitwiseCopyable {
    /// Nothing written, `~` or `null`.
    case null
    /// The text as written, whatever type YAML would give it: `id: 123` and `prefix: 2001:db8::/32` are text here.
    case text(String)
    case list([YAMLValue])
    case mapping([Member])
  }

  /// A key with its value, in the order of the file; a key may be anything.
  struct Member: ~BitwiseCopyable {
    let key: YAMLValue
    var value: YAMLValue
  }

  let content: Content
  /// The line on which it starts, from 1.
  let line: Int

  var isNull: Bool {
    if case .null = content { true } else { false }
  }

  /// The text, if it is some.
  var text: String? {
    if case .text(let text) = content { text } else { nil }
  }

  /// The same text in memory of its own: what lived on of the parser's tree would leave the rest of it in small holes.
  private static func copy(_ text: String) -> String {
    text.utf8.count > 15 ? String(decoding: Array(text.utf8), as: UTF8.self) : text
  }

  /// Whether a plain word is YAML's null.
  static func isNull(_ word: String) -> Bool { ["", "~", "null", "Null", "NULL"].contains(word) }

  /// Takes over a node and all below it.
  ///
  /// - Parameters:
  ///   - node: The node.
  ///   - skipped: How many lines of the file stand before the text that was parsed.
  ///   - budget: How many values there may be; less those that were made. Below 0 what is made is incomplete.
  init(_ node: Node, skipped: Int, budget: inout Int) {
    budget -= 1
    line = node.mark.map { $0.line + skipped } ?? 0
    switch node {
    case .scalar(let scalar):
      let isPlain = scalar.style == .plain || scalar.style == .any
      content = isPlain && Self.isNull(scalar.string) ? .null : .text(Self.copy(scalar.string))
    case .sequence(let sequence):
      var values: [YAMLValue] = []
      values.reserveCapacity(sequence.count)
      for index in sequence.indices where budget > 0 {
        values.append(YAMLValue(sequence[index], skipped: skipped, budget: &budget))
      }
      content = .list(values)
    case .mapping(let mapping):
      var members: [Member] = []
      members.reserveCapacity(mapping.count)
      for index in mapping.indices where budget > 0 {
        let (key, value) = mapping[index]
        members.append(
          Member(
            key: YAMLValue(key, skipped: skipped, budget: &budget),
            value: YAMLValue(value, skipped: skipped, budget: &budget)))
      }
      content = .mapping(members)
    case .alias:
      // The parser puts what an alias stands for in its place.
      content = .null
    }
  }

  /// Makes a value.
  init(_ content: Content, line: Int) {
    self.content = content
    self.line = line
  }
}
