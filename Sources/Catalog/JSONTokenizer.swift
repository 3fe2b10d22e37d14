/// What a JSON text is made of.
enum JSONToken {
  case beginObject, endObject, beginArray, endArray
  /// The name of an object's next member.
  case name
  case string
  /// A number, `true`, `false` or `null`.
  case literal
}

/// Takes the tokens of a JSON text in their order.
protocol JSONVisitor {
  /// Takes a token.
  ///
  /// - Parameters:
  ///   - token: What it is.
  ///   - text: Its text without quotes and escapes, UTF-8; empty for brackets, and for what was too long to keep.
  ///   - isTooLong: Whether the text was too long.
  ///   - line: The line on which it ends.
  mutating func visit(_ token: JSONToken, text: [UInt8], isTooLong: Bool, line: Int)
}

/// Cuts JSON (RFC 8259) into tokens from pieces that are cut anywhere.
///
/// Written here because no library gives both: reading piece by piece with the memory of one text, and the line of each
/// value, by which a reader of the list finds it again. Total on any bytes: what is no JSON ends the reading with a reason
/// and a line.
struct JSONTokenizer {
  /// The deepest nesting that is read.
  static let deepest = 64
  /// The longest text in bytes that is kept.
  static let longestText = 65_536

  /// Why reading ended early: a clause; nothing is read after it.
  private(set) var failure: String?
  /// The current line, from 1; lines end with LF, CR or both.
  private(set) var line = 1

  /// What may come next.
  private enum Expectation {
    case value, valueOrEnd, name, nameOrEnd, colon, commaOrEnd, end
  }

  /// Inside what a byte stands.
  private enum Context {
    case between, string, escape, literal
    /// Within the four digits of `\u`; so many are missing.
    case unicode(Int)
  }

  private var expectation = Expectation.value
  private var context = Context.between
  /// Whether each open container is an object.
  private var open: [Bool] = []
  private var text: [UInt8] = []
  private var isTooLong = false
  private var isName = false
  private var unit: UInt16 = 0
  private var highSurrogate: UInt16?
  private var previous: UInt8 = 0
  private var markLength = 0

  /// Reads the next piece.
  mutating func read(_ piece: [UInt8], into visitor: inout some JSONVisitor) {
    for byte in piece {
      guard failure == nil else { return }
      step(byte, &visitor)
      if byte == UInt8(ascii: "\n") ? previous != UInt8(ascii: "\r") : byte == UInt8(ascii: "\r") { line += 1 }
      previous = byte
    }
  }

  /// Says that there is no more.
  mutating func finish(into visitor: inout some JSONVisitor) {
    if case .literal = context { endLiteral(&visitor) }
    if failure == nil, expectation != .end { fail("the JSON text ends too early") }
  }

  private mutating func fail(_ reason: String) { if failure == nil { failure = "line \(line): \(reason)" } }

  private mutating func step(_ byte: UInt8, _ visitor: inout some JSONVisitor) {
    switch context {
    case .string: stepString(byte, &visitor)
    case .escape: stepEscape(byte)
    case .unicode(let missing): stepUnicode(byte, missing)
    case .literal:
      switch byte {
      case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."): keep(byte)
      default:
        endLiteral(&visitor)
        if failure == nil { stepBetween(byte, &visitor) }
      }
    case .between: stepBetween(byte, &visitor)
    }
  }

  private mutating func stepBetween(_ byte: UInt8, _ visitor: inout some JSONVisitor) {
    switch byte {
    case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\n"), UInt8(ascii: "\r"): return
    case 0xEF where markLength == 0 && isAtStart, 0xBB where markLength == 1, 0xBF where markLength == 2:
      // A byte order mark may be ignored (section 8.1).
      markLength += 1
      return
    default: break
    }
    if markLength == 1 || markLength == 2 { return fail("this is no JSON") }
    switch (expectation, byte) {
    case (.value, UInt8(ascii: "{")), (.valueOrEnd, UInt8(ascii: "{")): push(isObject: true, &visitor)
    case (.value, UInt8(ascii: "[")), (.valueOrEnd, UInt8(ascii: "[")): push(isObject: false, &visitor)
    case (.valueOrEnd, UInt8(ascii: "]")), (.nameOrEnd, UInt8(ascii: "}")): pop(&visitor)
    case (.commaOrEnd, UInt8(ascii: "]")) where open.last == false: pop(&visitor)
    case (.commaOrEnd, UInt8(ascii: "}")) where open.last == true: pop(&visitor)
    case (.commaOrEnd, UInt8(ascii: ",")): expectation = open.last == true ? .name : .value
    case (.colon, UInt8(ascii: ":")): expectation = .value
    case (.name, UInt8(ascii: "\"")), (.nameOrEnd, UInt8(ascii: "\"")): begin(.string, isName: true)
    case (.value, UInt8(ascii: "\"")), (.valueOrEnd, UInt8(ascii: "\"")): begin(.string, isName: false)
    case (.value, 0x30...0x39), (.valueOrEnd, 0x30...0x39), (.value, 0x61...0x7A), (.valueOrEnd, 0x61...0x7A),
      (.value, UInt8(ascii: "-")), (.valueOrEnd, UInt8(ascii: "-")):
      begin(.literal, isName: false)
      keep(byte)
    case (.end, _): fail("there is more after the end of the JSON text")
    default: fail("this is no JSON")
    }
  }

  private var isAtStart: Bool { open.isEmpty && expectation == .value }

  private mutating func push(isObject: Bool, _ visitor: inout some JSONVisitor) {
    guard open.count < Self.deepest else { return fail("the JSON text nests deeper than \(Self.deepest) levels") }
    open.append(isObject)
    expectation = isObject ? .nameOrEnd : .valueOrEnd
    visitor.visit(isObject ? .beginObject : .beginArray, text: [], isTooLong: false, line: line)
  }

  private mutating func pop(_ visitor: inout some JSONVisitor) {
    let wasObject = open.removeLast()
    expectation = open.isEmpty ? .end : .commaOrEnd
    visitor.visit(wasObject ? .endObject : .endArray, text: [], isTooLong: false, line: line)
  }

  private mutating func begin(_ context: Context, isName: Bool) {
    self.context = context
    self.isName = isName
    text.removeAll(keepingCapacity: true)
    isTooLong = false
    highSurrogate = nil
  }

  private mutating func keep(_ byte: UInt8) {
    if text.count < Self.longestText { text.append(byte) } else { isTooLong = true }
  }

  private mutating func stepString(_ byte: UInt8, _ visitor: inout some JSONVisitor) {
    switch byte {
    case UInt8(ascii: "\""):
      endSurrogate()
      context = .between
      guard isTooLong || String(validating: text, as: UTF8.self) != nil else {
        return fail("the text is not UTF-8")
      }
      expectation = isName ? .colon : open.isEmpty ? .end : .commaOrEnd
      visitor.visit(isName ? .name : .string, text: isTooLong ? [] : text, isTooLong: isTooLong, line: line)
    case UInt8(ascii: "\\"): context = .escape
    case 0..<0x20: fail("a control character stands within a text")
    default:
      endSurrogate()
      keep(byte)
    }
  }

  private mutating func stepEscape(_ byte: UInt8) {
    context = .string
    if byte == UInt8(ascii: "u") {
      unit = 0
      context = .unicode(4)
      return
    }
    endSurrogate()
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): keep(byte)
    case UInt8(ascii: "b"): keep(0x08)
    case UInt8(ascii: "f"): keep(0x0C)
    case UInt8(ascii: "n"): keep(0x0A)
    case UInt8(ascii: "r"): keep(0x0D)
    case UInt8(ascii: "t"): keep(0x09)
    default: fail("there is no escape '\\' with this character")
    }
  }

  private mutating func stepUnicode(_ byte: UInt8, _ missing: Int) {
    let digit: UInt8
    switch byte {
    case 0x30...0x39: digit = byte - 0x30
    case 0x41...0x46: digit = byte - 0x41 + 10
    case 0x61...0x66: digit = byte - 0x61 + 10
    default: return fail("'\\u' needs four hexadecimal digits")
    }
    unit = unit << 4 | UInt16(digit)
    guard missing == 1 else {
      context = .unicode(missing - 1)
      return
    }
    context = .string
    if let high = highSurrogate, (0xDC00...0xDFFF).contains(unit) {
      highSurrogate = nil
      keep(scalar: 0x10000 + (UInt32(high) - 0xD800) << 10 + (UInt32(unit) - 0xDC00))
    } else {
      endSurrogate()
      if (0xD800...0xDBFF).contains(unit) { highSurrogate = unit } else { keep(scalar: UInt32(unit)) }
    }
  }

  /// Half a surrogate pair stands for no character.
  private mutating func endSurrogate() {
    guard highSurrogate != nil else { return }
    highSurrogate = nil
    keep(scalar: 0xFFFD)
  }

  private mutating func keep(scalar: UInt32) {
    for byte in String(Unicode.Scalar(scalar) ?? "\u{FFFD}").utf8 { keep(byte) }
  }

  private mutating func endLiteral(_ visitor: inout some JSONVisitor) {
    context = .between
    guard !isTooLong, ["true", "false", "null"].contains(where: { text.elementsEqual($0.utf8) }) || isNumber else {
      return fail("'\(Spelling.short(String(decoding: text.prefix(200), as: UTF8.self)))' is no JSON value")
    }
    expectation = open.isEmpty ? .end : .commaOrEnd
    visitor.visit(.literal, text: text, isTooLong: false, line: line)
  }

  /// Whether the text is a number (RFC 8259 section 6).
  private var isNumber: Bool {
    var rest = text[...]
    func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
    func skipDigits() -> Bool {
      let count = rest.prefix(while: isDigit).count
      rest = rest.dropFirst(count)
      return count > 0
    }
    if rest.first == UInt8(ascii: "-") { rest.removeFirst() }
    let startsWithZero = rest.first == UInt8(ascii: "0")
    let before = rest.count
    guard skipDigits(), !startsWithZero || before - rest.count == 1 else { return false }
    if rest.first == UInt8(ascii: ".") {
      rest.removeFirst()
      guard skipDigits() else { return false }
    }
    if rest.first == UInt8(ascii: "e") || rest.first == UInt8(ascii: "E") {
      rest.removeFirst()
      if rest.first == UInt8(ascii: "+") || rest.first == UInt8(ascii: "-") { rest.removeFirst() }
      guard skipDigits() else { return false }
    }
    return rest.isEmpty
  }
}
