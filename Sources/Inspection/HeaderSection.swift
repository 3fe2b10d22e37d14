import Packets

/// The fields between a start line and a body: of HTTP/1 (RFC 9112 section 5), of a mail (RFC 5322 section 2.2) and of the
/// parts of one (RFC 2046 section 5.1).
struct HeaderSection {
  /// A field.
  struct Field {
    /// Its name in lower case.
    let name: String
    /// Where its value stands, without blanks at both ends; with the ends of lines where it is folded.
    fileprivate(set) var value: Range<Int>
  }

  /// How many fields are read.
  static let limit = 256

  /// The fields in their order.
  private(set) var fields: [Field] = []
  /// Whether the empty line that ends them is there.
  private(set) var isWhole = false
  /// Whether every line is a field by itself, as RFC 9112 wants it: no folded line, none that cannot be read.
  private(set) var isStrict = true
  /// Behind the empty line; where that is missing, behind the last whole line.
  private(set) var end: Int
  /// Whether a folded line goes on with the last field, and not with a line that is not read.
  private var isOpen = false

  /// Reads the fields at the beginning of a range, as far as their lines are whole.
  ///
  /// - Parameters:
  ///   - bytes: A stream or a message.
  ///   - range: Where the fields begin, and where at the latest they end; must lie inside the bytes.
  /// - Complexity: O(n) in the bytes up to the empty line.
  init(_ bytes: RawSpan, in range: Range<Int>) {
    var lines = LineReader(range)
    end = range.lowerBound
    while let line = lines.next(bytes) {
      end = lines.position
      if line.isEmpty {
        isWhole = true
        return
      }
      append(line, bytes)
    }
    // A value that goes on in a line that was cut is not all there.
    if isOpen, end < range.upperBound, bytes.isBlank(at: end) { fields.removeLast() }
  }

  private mutating func append(_ line: Range<Int>, _ bytes: RawSpan) {
    if bytes.isBlank(at: line.lowerBound) {
      isStrict = false
      guard isOpen, let last = fields.indices.last else { return }
      fields[last].value = bytes.trimmed(fields[last].value.lowerBound..<line.upperBound)
    } else if let colon = Self.colon(bytes, line), fields.count < Self.limit {
      let name = bytes.bytes(line.lowerBound..<colon).lowercased.text
      fields.append(Field(name: name, value: bytes.trimmed(colon + 1..<line.upperBound)))
      isOpen = true
    } else {
      isStrict = false
      isOpen = false
    }
  }

  /// The colon behind a field's name, which is a token without space (RFC 9110 section 5.6.2).
  private static func colon(_ bytes: RawSpan, _ line: Range<Int>) -> Int? {
    for index in line {
      let byte = bytes.uint8(at: index)
      if byte == UInt8(ascii: ":") { return index > line.lowerBound ? index : nil }
      guard byte > 0x20, byte < 0x7F else { return nil }
    }
    return nil
  }

  /// The value of the first field of a name in lower case, unfolded.
  func value(_ name: String, in bytes: RawSpan) -> [UInt8]? {
    fields.first { $0.name == name }.map { bytes.unfolded($0.value) }
  }
}

extension RawSpan {
  /// Whether a space or a tab stands at an offset.
  func isBlank(at offset: Int) -> Bool {
    let byte = uint8(at: offset)
    return byte == 0x20 || byte == 0x09
  }

  /// A range without blanks at both ends.
  func trimmed(_ range: Range<Int>) -> Range<Int> {
    var (start, end) = (range.lowerBound, range.upperBound)
    while start < end, isBlank(at: start) { start += 1 }
    while start < end, isBlank(at: end - 1) { end -= 1 }
    return start..<end
  }

  /// The bytes of a value without the ends of its lines (RFC 5322 section 2.2.3).
  func unfolded(_ range: Range<Int>) -> [UInt8] { bytes(range).filter { $0 != 0x0D && $0 != 0x0A }.trimmed }
}
