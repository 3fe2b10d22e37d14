import Packets

/// Reads lines that end with LF or CRLF.
struct LineReader {
  /// Where the next line begins.
  private(set) var position: Int
  private let end: Int

  /// Reads inside a range, which must lie inside the bytes.
  init(_ range: Range<Int>) {
    position = range.lowerBound
    end = range.upperBound
  }

  /// The next line without its end; nothing if no whole line is left.
  mutating func next(_ bytes: RawSpan) -> Range<Int>? {
    let start = position
    guard let index = bytes.offset(of: 0x0A, in: start..<end) else { return nil }
    position = index + 1
    return start..<(index > start && bytes.uint8(at: index - 1) == 0x0D ? index - 1 : index)
  }

  /// Moves over so many bytes, at most to the end.
  ///
  /// - Parameter count: Bytes.
  /// - Returns: Where those that there are stand.
  mutating func skip(_ count: Int) -> Range<Int> {
    let start = position
    position += min(max(count, 0), end - position)
    return start..<position
  }
}
