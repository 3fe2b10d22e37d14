/// A value of a YAML file with its line: what is left of the text once types, tags, styles and anchors are gone.
///
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
    /// A key that stands again below, which was told.
    case repeatedKey
  }

  /// A key with its value, in the order of the file; a key may be anything.
  struct Member: ~BitwiseCopyable {
    var key: YAMLValue
    let value: YAMLValue
  }

  let content: Content
  /// The line on which it starts, from 1.
  let line: Int

  /// Makes a value.
  init(_ content: Content, line: Int) {
    self.content = content
    self.line = line
  }

  var isNull: Bool {
    if case .null = content { true } else { false }
  }

  /// The text, if it is some.
  var text: String? {
    if case .text(let text) = content { text } else { nil }
  }

  /// Whether it is a key that we know, which is of lower-case letters and underscores: text of another length is no such key.
  func isKey(_ key: String) -> Bool {
    guard case .text(let text) = content else { return false }
    return text.utf8.count == key.utf8.count && text == key
  }

  /// Whether it is a key that stands again below.
  var isRepeatedKey: Bool {
    if case .repeatedKey = content { true } else { false }
  }

  /// Whether a plain word is YAML's null.
  static func isNull(_ word: String) -> Bool {
    guard word.utf8.count <= 4 else { return false }
    return switch word {
    case "", "~", "null", "Null", "NULL": true
    default: false
    }
  }
}
