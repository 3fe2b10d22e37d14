import Packets

/// The parts of a multipart body (RFC 2046 section 5.1), of a form or of a mail.
struct MultipartBody {
  /// A part.
  struct Part {
    /// Its fields.
    let header: HeaderSection
    /// Its content, as far as it is there.
    let content: Range<Int>
    /// Whether the delimiter behind it is there.
    let isWhole: Bool
  }

  /// How many parts are read.
  static let limit = 64

  /// The parts in their order.
  private(set) var parts: [Part] = []

  /// Reads a body.
  ///
  /// - Parameters:
  ///   - bytes: A stream or a message.
  ///   - range: The body, as far as it is there.
  ///   - boundary: The boundary that its Content-Type names.
  /// - Complexity: O(n) in the body's length.
  init(_ bytes: RawSpan, in range: Range<Int>, boundary: [UInt8]) {
    guard (1...70).contains(boundary.count) else { return }
    let delimiter = Array("--".utf8) + boundary
    var lines = LineReader(range)
    var start: Int?
    var next = range.lowerBound
    while parts.count < Self.limit {
      let line = lines.next(bytes)
      // The last line may have no end; it is a delimiter all the same.
      let text = line ?? next..<range.upperBound
      if bytes.begins(with: delimiter, in: text) {
        if let start { append(bytes, start..<max(start, Self.contentEnd(bytes, from: start, to: next)), isWhole: true) }
        start = nil
        let rest = text.lowerBound + delimiter.count
        if bytes.begins(with: "--", in: rest..<text.upperBound) { return }
        start = line == nil ? nil : lines.position
      }
      guard line != nil else { break }
      next = lines.position
    }
    if let start, parts.count < Self.limit { append(bytes, start..<range.upperBound, isWhole: false) }
  }

  /// The end of a content before a delimiter's line: the line end before that belongs to the delimiter.
  private static func contentEnd(_ bytes: RawSpan, from start: Int, to delimiter: Int) -> Int {
    guard delimiter - 1 > start else { return delimiter - 1 }
    return bytes.uint8(at: delimiter - 2) == 0x0D ? delimiter - 2 : delimiter - 1
  }

  private mutating func append(_ bytes: RawSpan, _ range: Range<Int>, isWhole: Bool) {
    let header = HeaderSection(bytes, in: range)
    guard header.isWhole else {
      if !header.fields.isEmpty { parts.append(Part(header: header, content: header.end..<header.end, isWhole: false)) }
      return
    }
    parts.append(Part(header: header, content: header.end..<range.upperBound, isWhole: isWhole))
  }
}

extension RawSpan {
  /// Whether a range begins with these bytes.
  func begins(with text: [UInt8], in range: Range<Int>) -> Bool {
    range.count >= text.count && text.indices.allSatisfy { uint8(at: range.lowerBound + $0) == text[$0] }
  }
}
