/// Reads a list in JSON piece by piece.
struct JSONList<Visitor: ListVisitor>: NetworkListReader {
  private var tokenizer = JSONTokenizer()
  private var visitor: Visitor

  init(_ visitor: Visitor) { self.visitor = visitor }

  var list: NetworkList { visitor.list }
  var lineCount: Int { tokenizer.line }
  var failure: String? { tokenizer.failure.map { "is no sound JSON: \($0)" } }

  mutating func append(_ piece: [UInt8]) { tokenizer.read(piece, into: &visitor) }
  mutating func finish() { tokenizer.finish(into: &visitor) }
}

/// Makes a list of tokens.
protocol ListVisitor: JSONVisitor {
  /// What was read so far.
  var list: NetworkList { get }
}

extension NetworkList {
  /// Takes a text of a JSON list: a network, perhaps with a comment after `#`.
  mutating func add(text: [UInt8], isTooLong: Bool, line: Int) {
    guard !isTooLong else { return count(.textTooLong, line: line) }
    add(NetworkText.trim(text[..<(text.firstIndex(of: UInt8(ascii: "#")) ?? text.endIndex)]), line: line)
  }
}

/// A warninglist of MISP: an object whose member `list` holds texts.
///
/// Whatever its `type` says, each text that is a network is used and each other one counted: the type stands after the
/// list, and lists of type `string` hold addresses too.
struct WarninglistVisitor: ListVisitor {
  private(set) var list: NetworkList
  private var depth = 0
  private var isInList = false

  init(_ policy: NetworkList.Policy) { list = NetworkList(.entry, policy) }

  mutating func visit(_ token: JSONToken, text: [UInt8], isTooLong: Bool, line: Int) {
    switch token {
    case .beginObject, .beginArray:
      depth += 1
      if depth == 2 { isInList = isInList && token == .beginArray }
      if depth == 3, isInList { list.count(.malformed, line: line) }
    case .endObject, .endArray: depth -= 1
    case .name: if depth == 1 { isInList = text.elementsEqual("list".utf8) }
    case .string: if depth == 2, isInList { list.add(text: text, isTooLong: isTooLong, line: line) }
    case .literal: if depth == 2, isInList { list.count(.notANetwork, line: line) }
    }
  }
}

/// Any JSON, as providers publish their ranges: every text that is a network is used, every other one counted.
///
/// Lists keyed by address (`{"192.0.2.1": {…}}`) are usual: a name that is a network is used too. Of other names only those
/// that look like an address are counted, for the rest are words of the format.
struct AnyNetworkVisitor: ListVisitor {
  private(set) var list: NetworkList

  init(_ policy: NetworkList.Policy) { list = NetworkList(.entry, policy) }

  mutating func visit(_ token: JSONToken, text: [UInt8], isTooLong: Bool, line: Int) {
    if token == .string || token == .name && Self.looksLikeNetwork(text) {
      list.add(text: text, isTooLong: isTooLong, line: line)
    }
  }

  private static func looksLikeNetwork(_ name: [UInt8]) -> Bool {
    let isNumbered = name.first.map { (0x30...0x39).contains($0) || $0 == UInt8(ascii: "[") } ?? false
    return isNumbered && name.contains { $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: ":") }
      || name.contains(UInt8(ascii: ":")) && NetworkText.isNetwork(name[...])
  }
}
