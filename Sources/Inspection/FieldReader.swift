import Packets

/// Reads fields that say their own length, from left to right; a field that does not fit is none.
///
/// It holds a position only: each call names the bytes that it reads, which must be the same ones.
struct FieldReader {
  private var position: Int
  private let end: Int

  /// Reads inside a range, which must lie inside the bytes.
  init(_ range: Range<Int>) {
    position = range.lowerBound
    end = range.upperBound
  }

  var isAtEnd: Bool { position >= end }

  /// Passes over bytes.
  mutating func skip(_ count: Int) -> Bool {
    guard count <= end - position else { return false }
    position += count
    return true
  }

  /// Reads a number of two bytes.
  mutating func uint16(_ bytes: RawSpan) -> Int? {
    let start = position
    return skip(2) ? Int(bytes.uint16BE(at: start)) : nil
  }

  /// Reads a field whose length stands before it in one byte.
  mutating func field1(_ bytes: RawSpan) -> Range<Int>? {
    let start = position
    guard skip(1) else { return nil }
    return field(Int(bytes.uint8(at: start)))
  }

  /// Reads a field whose length stands before it in two bytes.
  mutating func field2(_ bytes: RawSpan) -> Range<Int>? {
    guard let length = uint16(bytes) else { return nil }
    return field(length)
  }

  private mutating func field(_ length: Int) -> Range<Int>? {
    let start = position
    return skip(length) ? start..<start + length : nil
  }
}
