import Packets

/// Reads one mapping key by key, and reports everything about it that is not as it should be.
///
/// A value that is missing or wrong reads as nothing *after* it was reported; the entry is then left out, and reading goes
/// on to find what else is wrong.
struct EntryReader {
  let log: ProblemLog
  /// Where the entry stands; its id is filled in once read.
  private(set) var place: ProblemLog.Place
  /// The keys in the order of the file; some may be unknown, or stand there twice: then the entry is not sound.
  private let members: [YAMLValue.Member]
  /// Whether nothing was wrong so far.
  private(set) var isSound = true

  /// Opens a mapping, or gives nothing if the value is none; that is reported.
  ///
  /// - Parameters:
  ///   - value: The value that should be a mapping.
  ///   - what: What it is, for messages: "a claim".
  ///   - keys: Every key it may have.
  ///   - place: Where the surrounding entry stands.
  ///   - log: Takes what is wrong.
  init?(_ value: YAMLValue, what: String, keys: [String], place: ProblemLog.Place, log: ProblemLog) {
    self.log = log
    self.place = place
    self.place.line = value.line
    guard case .mapping(let members) = value.content else {
      log.problem("\(what) must be a mapping with the keys \(keys.joined(separator: ", "))", at: self.place)
      return nil
    }
    self.members = members
    // The id first, so that all else is reported under it.
    if let id = self.value("id") { self.place.entry = id.text.map(Spelling.short) }
    // A bit for each of `keys`, of which there are fewer than 64.
    var seen: UInt64 = 0
    for member in members {
      let key = member.key
      if key.isRepeatedKey {
        isSound = false
        continue
      }
      guard let name = key.text else {
        complain("a key of \(what) is no plain text; the keys are \(keys.joined(separator: ", "))", line: key.line)
        continue
      }
      guard let index = keys.firstIndex(where: key.isKey) else {
        let hint = Spelling.nearest(to: name, in: keys).map { "did you mean '\($0)'?" }
        complain(
          "\(what) has no key '\(Spelling.short(name))'; \(hint ?? "the keys are \(keys.joined(separator: ", "))")",
          line: key.line)
        continue
      }
      // Repeated keys were found before, but those with a tag were passed over.
      if seen >> UInt64(index) & 1 == 1 {
        complain(YAMLDocument.repetition(of: name), line: key.line)
      }
      seen |= 1 << UInt64(index)
    }
  }

  /// The value of a key; the last one, should it stand there twice.
  private func value(_ key: String) -> YAMLValue? {
    members.lastIndex { $0.key.isKey(key) }.map { members[$0].value }
  }

  /// Reports a problem of this entry.
  mutating func complain(_ message: String, line: Int? = nil, code: CatalogFinding.Code = .invalidEntry) {
    isSound = false
    log.problem(message, code: code, at: at(line))
  }

  /// Says that something within this entry was wrong, and reported there.
  mutating func markUnsound() { isSound = false }

  /// This entry's place, on another of its lines.
  func at(_ line: Int?) -> ProblemLog.Place {
    var place = place
    place.line = line ?? place.line
    return place
  }

  /// The line of a key's value, or of the entry.
  func line(of key: String) -> Int { value(key)?.line ?? place.line }

  /// Where the entry and its keys stand, to keep after reading.
  var kept: EntryPlace {
    EntryPlace(
      file: place.file, line: place.line, keys: members.map { ($0.key.text ?? "", $0.value.line) })
  }

  /// Whether a key has a value other than null.
  func has(_ key: String) -> Bool { value(key).map { !$0.isNull } ?? false }

  /// Text that must be there.
  mutating func text(_ key: String) -> String? {
    guard let node = node(key) else {
      complain("'\(key)' is missing; add it")
      return nil
    }
    return text(of: node, key)
  }

  /// Text that may be missing or null.
  mutating func optionalText(_ key: String) -> String? {
    node(key).flatMap { text(of: $0, key) }
  }

  private mutating func text(of node: YAMLValue, _ key: String) -> String? {
    // Nearly every text has a visible ASCII character, which tells at once that it is not all white space.
    guard let text = node.text,
      text.utf8.contains(where: { (0x21...0x7E).contains($0) }) || text.contains(where: { !$0.isWhitespace })
    else {
      complain("'\(key)' must be text", line: node.line)
      return nil
    }
    return text
  }

  /// One of a few words.
  mutating func choice<Choice>(_ key: String, _ allowed: [Choice], default missing: Choice? = nil) -> Choice?
  where Choice: RawRepresentable<String> {
    if let missing, !has(key) { return missing }
    guard let text = text(key) else { return nil }
    return choice(text, allowed, key: key, line: line(of: key))
  }

  /// A list of words out of a few; at least one.
  mutating func choices<Choice>(_ key: String, _ allowed: [Choice]) -> [Choice] where Choice: RawRepresentable<String> {
    texts(key, required: true).compactMap { choice($0.text, allowed, key: key, line: $0.line) }
  }

  private mutating func choice<Choice: RawRepresentable<String>>(
    _ text: String, _ allowed: [Choice], key: String, line: Int
  ) -> Choice? {
    if let choice = allowed.first(where: { $0.rawValue == text }) { return choice }
    let words = allowed.map(\.rawValue)
    let hint = Spelling.nearest(to: text, in: words).map { "did you mean '\($0)'? Allowed are" } ?? "allowed are"
    complain("'\(key)' cannot be '\(Spelling.short(text))'; \(hint) \(words.joined(separator: ", "))", line: line)
    return nil
  }

  /// The value of a key that may be missing or null, whatever it is.
  func node(_ key: String) -> YAMLValue? { value(key).flatMap { $0.isNull ? nil : $0 } }

  /// Each element of a list.
  mutating func list(_ key: String, required: Bool = false) -> [YAMLValue] {
    guard let node = value(key), !node.isNull else {
      if required { complain("'\(key)' is missing; add a list") }
      return []
    }
    guard case .list(let values) = node.content else {
      complain("'\(key)' must be a list", line: node.line)
      return []
    }
    if required, values.isEmpty { complain("'\(key)' is empty; name at least one", line: node.line) }
    return values
  }

  /// Each element of a list of text, with its line.
  mutating func texts(_ key: String, required: Bool = false) -> [(text: String, line: Int)] {
    var texts: [(text: String, line: Int)] = []
    for node in list(key, required: required) {
      if let text = node.text {
        texts.append((text, node.line))
      } else {
        complain("'\(key)' must be a list of text", line: node.line)
      }
    }
    return texts
  }

  /// A date or a time; nothing if missing or null.
  mutating func time(_ key: String, required: Bool = false) -> (time: Timestamp, isDate: Bool)? {
    guard let text = required ? text(key) : optionalText(key) else { return nil }
    guard let time = Timestamp(text) else {
      complain(
        "'\(key)' is no date or time: '\(Spelling.short(text))'; write 2014-12-19 or 2014-12-19T08:30:00Z",
        line: line(of: key))
      return nil
    }
    return (time, isDate: text.utf8.count == "2014-12-19".utf8.count)
  }

  /// A duration in nanoseconds.
  mutating func duration(_ key: String, default missing: Int64) -> Int64 {
    guard let text = optionalText(key) else { return missing }
    guard let duration = DurationText.nanoseconds(text) else {
      complain(
        "'\(key)' is no duration: '\(Spelling.short(text))'; write days, hours or minutes: 730d, 12h, 90m",
        line: line(of: key))
      return missing
    }
    return duration
  }

  /// Whether a switch is on; off if missing.
  mutating func isOn(_ key: String) -> Bool {
    guard let text = optionalText(key) else { return false }
    guard ["true", "false"].contains(text) else {
      complain("'\(key)' must be true or false", line: line(of: key))
      return false
    }
    return text == "true"
  }

  /// An id that must be there: lower-case letters, digits and hyphens.
  mutating func id() -> String? {
    guard let id = text("id") else { return nil }
    guard id.utf8.count <= 128, id.utf8.allSatisfy(EntryReader.isOfID) else {
      complain(
        "the id '\(Spelling.short(id))' may only have lower-case letters, digits and hyphens, 128 at most",
        line: line(of: "id"))
      return nil
    }
    return id
  }

  private static func isOfID(_ byte: UInt8) -> Bool {
    (0x61...0x7A).contains(byte) || (0x30...0x39).contains(byte) || byte == UInt8(ascii: "-")
  }

  /// Networks of a list: CIDR, addresses, first-last.
  mutating func networks(_ key: String) -> [IPPrefix] {
    var prefixes: [IPPrefix] = []
    for (text, line) in texts(key) {
      do {
        prefixes += try NetworkText.networks(ArraySlice(text.utf8))
      } catch {
        complain("'\(Spelling.short(text))' in '\(key)': \(error.sentence)", line: line, code: .malformedPrefix)
      }
    }
    return prefixes
  }
}
