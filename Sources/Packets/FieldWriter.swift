/// Values as compact bytes, for records at rest: numbers in groups of seven bits (LEB128), texts after their length.
///
/// What is written is read back by a `FieldReader` in the same order; nothing in the bytes names the fields.
@usableFromInline package struct FieldWriter {
  /// What was written.
  package private(set) var bytes: [UInt8] = []

  /// Makes a writer of nothing.
  package init() {}

  /// Writes a number; small numbers take few bytes.
  @usableFromInline package mutating func append(_ number: UInt64) {
    var rest = number
    while rest >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(rest))
  }

  /// Writes a signed number; numbers near 0 take few bytes.
  package mutating func append(signed number: Int64) { append(UInt64(bitPattern: (number << 1) ^ (number >> 63))) }

  /// Writes a number that may be absent and is below 2⁶⁴ - 1.
  package mutating func append(_ number: UInt64?) { append(number.map { $0 &+ 1 } ?? 0) }

  /// Writes a number whose bits are all alike, such as a hash, in eight bytes.
  package mutating func append(whole number: UInt64) {
    for shift in stride(from: UInt64(56), through: 0, by: -8) {
      bytes.append(UInt8(truncatingIfNeeded: number >> shift))
    }
  }

  /// Writes a text.
  package mutating func append(_ text: String) {
    append(UInt64(text.utf8.count))
    bytes.append(contentsOf: text.utf8)
  }

  /// Writes a list: its length, then each element.
  package mutating func append<Element>(_ list: [Element], _ body: (inout FieldWriter, Element) -> Void) {
    append(UInt64(list.count))
    for element in list { body(&self, element) }
  }

  /// Writes a case by its place in the declared order, which only grows at its end.
  ///
  /// Inlinable, so that the search is one over known cases: asked of any type it costs more than the rest of a flow.
  @inlinable package mutating func append<Case: CaseIterable & Equatable>(_ value: Case) {
    append(UInt64(Case.allCases.enumerated().first { $0.element == value }?.offset ?? 0))
  }

  /// Writes an address: one byte for the family, then four or sixteen.
  package mutating func append(_ address: IPAddress) {
    if address.isIPv4 {
      bytes.append(4)
      for shift in stride(from: UInt32(24), through: 0, by: -8) {
        bytes.append(UInt8(truncatingIfNeeded: address.v4 >> shift))
      }
    } else {
      bytes.append(6)
      append(whole: address.high)
      append(whole: address.low)
    }
  }
}
