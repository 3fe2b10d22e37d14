/// Builds the tree of values of one YAML file from the events of its text, within bounds.
///
/// What stands at an anchor is shared by all aliases of it, but counts for each: a few short lines could otherwise stand for
/// billions of values, and whoever reads the tree would go through all of them.
struct YAMLDocument: ~Copyable {
  /// The largest YAML file in bytes; longer lists belong in an overlay's own file.
  static let largestFile = 32 << 20
  /// The most aliases (`*name`) in a file.
  ///
  /// With k aliases a tree of n nodes grows at most about n·e^(k/e): for 8, twentyfold.
  private static let mostAliases = 8
  /// How many values a file of any size may have: more than its bytes can stand for come of aliases alone.
  private static let leastBudget = 1 << 20
  /// How many lists and mappings may lie within one another: everything that walks values recurses that deep.
  private static let mostLevels = 100
  /// How many repeated keys are told one by one before reading a file ends.
  private static let mostRepetitions = 50
  /// How far apart a key and its repetition are found; no mapping of a catalog has as many keys.
  private static let mostKeys = 64
  /// How many lines may start with `%`; libyaml holds each directive against all before it.
  private static let mostDirectives = 100

  /// What stands at an anchor.
  private struct Anchor {
    let value: YAMLValue
    /// How many values it is made of.
    let count: Int
    /// How many lists and mappings lie within one another.
    let levels: Int
  }

  private var parser: YAMLParser
  private let file: String
  private let log: ProblemLog
  /// How many values there may be.
  private let budget: Int
  /// How many there are.
  private var count = 0
  /// The deepest level since the innermost open anchor began.
  private var deepest = 0
  private var anchors: [String: Anchor] = [:]
  private var aliasCount = 0
  private var firstAlias = 0
  private var repetitions = 0

  /// Reads a file's text.
  ///
  /// - Parameters:
  ///   - bytes: The file's bytes, UTF-8.
  ///   - file: The file's name for problems.
  ///   - log: Takes what is wrong.
  /// - Returns: The root; nothing if the file is empty or unreadable.
  /// - Complexity: O(n).
  static func root(of bytes: [UInt8], file: String, log: ProblemLog) -> YAMLValue? {
    do {
      try check(bytes)
      var document = YAMLDocument(bytes, file: file, log: log)
      return try document.root()
    } catch {
      log.problem(error.message, at: ProblemLog.Place(file: file, line: error.line, entry: nil))
      return nil
    }
  }

  private init(_ bytes: [UInt8], file: String, log: ProblemLog) {
    parser = YAMLParser(bytes)
    (self.file, self.log) = (file, log)
    budget = max(2 * bytes.count, Self.leastBudget)
  }

  /// Refuses what libyaml cannot read, or not soon.
  private static func check(_ bytes: [UInt8]) throws(YAMLFault) {
    guard bytes.count <= largestFile else {
      throw YAMLFault(
        line: 0, message: "is larger than \(largestFile >> 20) MiB; put long lists into an overlay's own file")
    }
    guard (try? UTF8Span(validating: bytes.span)) != nil else {
      throw YAMLFault(line: 0, message: "is not UTF-8 text; save it as UTF-8")
    }
    var directives = 0
    var previous = UInt8(ascii: "\n")
    for byte in bytes {
      if byte == UInt8(ascii: "%"), previous == UInt8(ascii: "\n") || previous == UInt8(ascii: "\r") { directives += 1 }
      previous = byte
    }
    guard directives <= mostDirectives else {
      throw YAMLFault(
        line: 0, message: "has more than \(mostDirectives) lines that start with '%' (YAML directives); remove them")
    }
  }

  private mutating func root() throws(YAMLFault) -> YAMLValue? {
    guard case .document = try parser.next().content else { return nil }
    let root = try value(parser.next(), level: 0)
    // The end of the document.
    _ = try parser.next()
    let event = try parser.next()
    guard case .endOfText = event.content else {
      throw YAMLFault(
        line: event.line, problem: "expected a single document in the stream but found another document")
    }
    return root
  }

  /// Builds the value that an event begins.
  ///
  /// - Parameters:
  ///   - event: The event.
  ///   - level: How many lists and mappings lie around it.
  /// - Returns: The value.
  /// - Throws: What is wrong with the text, or with the value.
  private mutating func value(_ event: YAMLParser.Event, level: Int) throws(YAMLFault) -> YAMLValue {
    guard let anchor = event.anchor else { return try bareValue(event, level: level) }
    let (countBefore, deepestBefore) = (count, deepest)
    deepest = level
    let value = try bareValue(event, level: level)
    // Only now: within itself an anchor means nothing.
    anchors[anchor] = Anchor(value: value, count: count - countBefore, levels: deepest - level)
    deepest = max(deepest, deepestBefore)
    return value
  }

  private mutating func bareValue(_ event: YAMLParser.Event, level: Int) throws(YAMLFault) -> YAMLValue {
    count += 1
    switch event.content {
    case .scalar(let text, let isPlain):
      return YAMLValue(isPlain && YAMLValue.isNull(text) ? .null : .text(text), line: event.line)
    case .list:
      try descend(to: level + 1, line: event.line)
      var values: [YAMLValue] = []
      while let element = try nextElement() { values.append(try value(element, level: level + 1)) }
      return YAMLValue(.list(values), line: event.line)
    case .mapping:
      try descend(to: level + 1, line: event.line)
      return YAMLValue(.mapping(try members(level: level + 1)), line: event.line)
    case .alias(let name):
      return try value(of: name, line: event.line, level: level)
    case .document, .end, .endOfText:
      preconditionFailure("libyaml gives a value for each element, key and document")
    }
  }

  /// The event that begins the next element of a list or mapping; nothing at its end.
  private mutating func nextElement() throws(YAMLFault) -> YAMLParser.Event? {
    let event = try parser.next()
    if case .end = event.content { return nil }
    return event
  }

  private mutating func members(level: Int) throws(YAMLFault) -> [YAMLValue.Member] {
    var members: [YAMLValue.Member] = []
    // Few mappings have more keys.
    members.reserveCapacity(8)
    while let event = try nextElement() {
      // What a tag makes of a key is for the reader of the mapping to say.
      if case .scalar(let text, _) = event.content, !event.isTagged,
        let place = members.suffix(Self.mostKeys).lastIndex(where: { $0.key.text == text })
      {
        let line = members[place].key.line
        try tellRepeated(text, line: line)
        members[place].key = YAMLValue(.repeatedKey, line: line)
      }
      let key = try value(event, level: level)
      members.append(YAMLValue.Member(key: key, value: try value(parser.next(), level: level)))
    }
    return members
  }

  /// A clause that says that a key is repeated.
  static func repetition(of key: String) -> String {
    "the key '\(Spelling.short(key))' stands more than once in this mapping; keep one of them"
  }

  /// Tells that a key stands again below.
  private mutating func tellRepeated(_ key: String, line: Int) throws(YAMLFault) {
    let message = Self.repetition(of: key)
    repetitions += 1
    guard repetitions <= Self.mostRepetitions else { throw YAMLFault(line: line, message: message) }
    log.problem(message, at: ProblemLog.Place(file: file, line: line, entry: nil))
  }

  /// What an alias stands for.
  private mutating func value(of name: String, line: Int, level: Int) throws(YAMLFault) -> YAMLValue {
    aliasCount += 1
    if aliasCount == 1 { firstAlias = line }
    guard aliasCount <= Self.mostAliases else {
      throw YAMLFault(
        line: line, message: "has more than \(Self.mostAliases) YAML aliases (*name); write the values out")
    }
    guard let anchor = anchors[name] else { throw YAMLFault(line: line, problem: "found undefined alias") }
    try descend(to: level + anchor.levels, line: line)
    count += anchor.count - 1
    guard count <= budget else {
      throw YAMLFault(
        line: firstAlias, message: "has YAML aliases that stand for too much; write the values out")
    }
    return anchor.value
  }

  private mutating func descend(to level: Int, line: Int) throws(YAMLFault) {
    guard level <= Self.mostLevels else {
      throw YAMLFault(line: line, problem: "nested too deeply, more than \(Self.mostLevels) levels")
    }
    deepest = max(deepest, level)
  }
}
