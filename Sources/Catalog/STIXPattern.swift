/// Reads what a STIX pattern (STIX 2.1 part 9) says of addresses alone.
///
/// `[ipv4-addr:value = '192.0.2.1' OR ipv4-addr:value ISSUBSET '198.51.100.0/24']` states two networks. An address that
/// matters only together with something else (`AND`, `FOLLOWEDBY`, `WITHIN` …), or only by its absence (`NOT`, `!=`), is not
/// stated.
struct STIXPattern {
  /// What a pattern, or a part of one, states.
  struct Statement {
    /// Addresses and networks, any of which makes the pattern true by itself.
    var addresses: [ArraySlice<UInt8>] = []
    /// Whether addresses occur that do not count by themselves.
    var isCombined = false
    /// Whether something other than addresses occurs.
    var hasOthers = false

    /// Either of two is enough.
    mutating func join(_ other: Statement) {
      addresses += other.addresses
      isCombined = isCombined || other.isCombined
      hasOthers = hasOthers || other.hasOthers
    }

    /// Holds only together with something else, or under a condition.
    mutating func bind() {
      isCombined = isCombined || !addresses.isEmpty
      addresses = []
    }
  }

  private enum Word: Equatable {
    /// A word, an operator or a bracket, upper case.
    case symbol(String)
    /// The content of a quoted text.
    case text(ArraySlice<UInt8>)
    /// What is left of a comparison: `ipv4-addr:value`.
    case path(String)
  }

  /// The deepest nesting of brackets.
  private static let deepest = 32

  private let bytes: [UInt8]
  private var position = 0
  private var next: Word?
  private var isBroken = false

  init(_ bytes: [UInt8]) {
    self.bytes = bytes
    advance()
  }

  /// Reads the whole pattern.
  ///
  /// - Returns: What it states; nothing if it is no pattern.
  mutating func read() -> Statement? {
    let statement = disjunction(depth: 0)
    return isBroken || next != nil ? nil : statement
  }

  /// `a OR b`; `a FOLLOWEDBY b` binds weaker still, and binds all of it.
  private mutating func disjunction(depth: Int) -> Statement {
    var statement = conjunction(depth: depth)
    while !isBroken {
      if take("OR") {
        statement.join(conjunction(depth: depth))
      } else if take("FOLLOWEDBY") {
        statement.join(disjunction(depth: depth + 1))
        statement.bind()
      } else {
        break
      }
    }
    return statement
  }

  /// `a AND b`.
  private mutating func conjunction(depth: Int) -> Statement {
    var statement = term(depth: depth)
    while !isBroken, take("AND") {
      statement.join(term(depth: depth))
      statement.bind()
    }
    return statement
  }

  private mutating func term(depth: Int) -> Statement {
    guard depth < Self.deepest else { return broken() }
    var statement: Statement
    if take("[") {
      statement = disjunction(depth: depth + 1)
      guard take("]") else { return broken() }
    } else if take("(") {
      statement = disjunction(depth: depth + 1)
      guard take(")") else { return broken() }
    } else if take("NOT") {
      statement = term(depth: depth + 1)
      statement.bind()
    } else if take("EXISTS") {
      statement = Statement(hasOthers: true)
      guard case .path = next else { return broken() }
      advance()
    } else {
      statement = comparison()
    }
    // Qualifiers of an observation: WITHIN 5 SECONDS, REPEATS 3 TIMES, START t'…' STOP t'…'.
    while !isBroken, ["WITHIN", "REPEATS", "START"].contains(where: { next == .symbol($0) }) {
      while case .symbol(let word)? = next, word.first?.isLetter == true || word.first?.isNumber == true,
        !["AND", "OR", "FOLLOWEDBY"].contains(word)
      {
        advance()
        if case .text = next { advance() }
      }
      statement.bind()
    }
    return statement
  }

  private mutating func comparison() -> Statement {
    guard case .path(let path) = next else { return broken() }
    advance()
    let isNegated = take("NOT")
    guard case .symbol(let comparator) = next,
      ["=", "!=", "<>", "<", ">", "<=", ">=", "IN", "LIKE", "MATCHES", "ISSUBSET", "ISSUPERSET"].contains(comparator)
    else { return broken() }
    advance()
    var values: [ArraySlice<UInt8>] = []
    if comparator == "IN" {
      guard take("(") else { return broken() }
      repeat { value(&values) } while !isBroken && take(",")
      guard take(")") else { return broken() }
    } else {
      value(&values)
    }
    guard path == "ipv4-addr:value" || path == "ipv6-addr:value" else { return Statement(hasOthers: true) }
    guard !isNegated, ["=", "IN", "ISSUBSET"].contains(comparator) else { return Statement(isCombined: true) }
    return Statement(addresses: values)
  }

  private mutating func value(_ values: inout [ArraySlice<UInt8>]) {
    switch next {
    case .text(let text): values.append(text)
    // A number, a truth value, or the letter before a quoted time or byte string.
    case .symbol(let word) where word.first?.isLetter == true || word.first?.isNumber == true || word.first == "-":
      advance()
      if case .text = next { break }
      return
    default: isBroken = true
    }
    advance()
  }

  private mutating func broken() -> Statement {
    isBroken = true
    return Statement()
  }

  private mutating func take(_ symbol: String) -> Bool {
    guard next == .symbol(symbol) else { return false }
    advance()
    return true
  }

  /// Finds the next word.
  private mutating func advance() {
    next = nil
    while position < bytes.count, [0x20, 0x09, 0x0A, 0x0D].contains(bytes[position]) { position += 1 }
    guard position < bytes.count else { return }
    let start = position
    switch bytes[position] {
    case UInt8(ascii: "'"): next = quoted().map { .text($0) }
    case UInt8(ascii: "["), UInt8(ascii: "]"), UInt8(ascii: "("), UInt8(ascii: ")"), UInt8(ascii: ","):
      position += 1
      next = .symbol(String(decoding: bytes[start..<position], as: UTF8.self))
    case UInt8(ascii: "="), UInt8(ascii: "!"), UInt8(ascii: "<"), UInt8(ascii: ">"):
      while position < bytes.count, "=!<>".utf8.contains(bytes[position]) { position += 1 }
      let text = String(decoding: bytes[start..<position], as: UTF8.self)
      next = .symbol(text == "==" ? "=" : text)
    default: next = word()
    }
    if next == nil { isBroken = true }
  }

  /// A keyword, a number, or a path; keys within a path may be quoted: `file:hashes.'SHA-256'`.
  private mutating func word() -> Word? {
    let start = position
    var isPath = false
    while position < bytes.count, !" \t\r\n()],=!<>".utf8.contains(bytes[position]) {
      switch bytes[position] {
      case UInt8(ascii: "'"):
        // Quotes belong to paths; elsewhere they start the value after a letter: t'2014-11-24T00:00:00Z'.
        guard isPath else { return .symbol(symbol(start)) }
        guard quoted() != nil else { return nil }
      case UInt8(ascii: "["):
        // The index of a list within a path.
        guard isPath, let end = bytes[position...].firstIndex(of: UInt8(ascii: "]")) else { return nil }
        position = end + 1
      case UInt8(ascii: ":"):
        isPath = true
        position += 1
      default: position += 1
      }
    }
    guard position > start else { return nil }
    return isPath ? .path(String(decoding: bytes[start..<position], as: UTF8.self)) : .symbol(symbol(start))
  }

  private func symbol(_ start: Int) -> String { String(decoding: bytes[start..<position], as: UTF8.self).uppercased() }

  /// A quoted text; `\'` and `\\` are escapes.
  private mutating func quoted() -> ArraySlice<UInt8>? {
    position += 1
    var text: [UInt8] = []
    while position < bytes.count {
      let byte = bytes[position]
      position += 1
      if byte == UInt8(ascii: "'") { return text[...] }
      if byte == UInt8(ascii: "\\") {
        guard position < bytes.count else { return nil }
        text.append(bytes[position])
        position += 1
      } else {
        text.append(byte)
      }
    }
    return nil
  }
}
