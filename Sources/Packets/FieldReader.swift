/// Reads what a `FieldWriter` wrote; bytes that it did not write end in an error, never in a trap.
package struct FieldReader {
  /// The bytes are not those of a record: they end too early, go on too long or name what is not known.
  package struct Failure: Error, Equatable {
    /// Makes the error.
    package init() {}
  }

  private let bytes: [UInt8]
  private var offset = 0

  /// Makes a reader.
  ///
  /// - Parameter bytes: What was written.
  package init(_ bytes: [UInt8]) { self.bytes = bytes }

  /// Whether everything is read.
  package var isAtEnd: Bool { offset == bytes.count }

  private mutating func byte() throws(Failure) -> UInt8 {
    guard offset < bytes.count else { throw Failure() }
    defer { offset += 1 }
    return bytes[offset]
  }

  /// Reads a number.
  package mutating func number() throws(Failure) -> UInt64 {
    var (number, shift) = (UInt64(0), UInt64(0))
    while true {
      let byte = try byte()
      guard shift < 63 || byte <= 1 else { throw Failure() }
      number |= UInt64(byte & 0x7F) << shift
      if byte < 0x80 { return number }
      shift += 7
    }
  }

  /// Reads a number that must fit in fewer bits.
  package mutating func number<Number: FixedWidthInteger>(as _: Number.Type) throws(Failure) -> Number {
    guard let number = Number(exactly: try number()) else { throw Failure() }
    return number
  }

  /// Reads a signed number.
  package mutating func signed() throws(Failure) -> Int64 {
    let number = try number()
    return Int64(bitPattern: number >> 1) ^ -Int64(bitPattern: number & 1)
  }

  /// Reads a number that may be absent.
  package mutating func optional() throws(Failure) -> UInt64? {
    let number = try number()
    return number == 0 ? nil : number - 1
  }

  /// Reads eight bytes as a number.
  package mutating func whole() throws(Failure) -> UInt64 {
    var number: UInt64 = 0
    for _ in 0..<8 { number = number << 8 | UInt64(try byte()) }
    return number
  }

  /// Reads a text.
  package mutating func text() throws(Failure) -> String {
    let count = try number()
    guard count <= UInt64(bytes.count - offset) else { throw Failure() }
    defer { offset += Int(count) }
    return String(decoding: bytes[offset..<offset + Int(count)], as: UTF8.self)
  }

  /// Reads a list.
  package mutating func list<Element>(
    _ body: (inout FieldReader) throws(Failure) -> Element
  ) throws(Failure) -> [Element] {
    let count = try number()
    // Each element takes at least a byte.
    guard count <= UInt64(bytes.count - offset) else { throw Failure() }
    var list: [Element] = []
    for _ in 0..<count { list.append(try body(&self)) }
    return list
  }

  /// Reads a case by its place in the declared order.
  package mutating func oneCase<Case: CaseIterable>(of _: Case.Type) throws(Failure) -> Case {
    let place = try number()
    guard place < UInt64(Case.allCases.count) else { throw Failure() }
    return Case.allCases[Case.allCases.index(Case.allCases.startIndex, offsetBy: Int(place))]
  }

  /// Reads an address.
  package mutating func address() throws(Failure) -> IPAddress {
    switch try byte() {
    case 4:
      var v4: UInt32 = 0
      for _ in 0..<4 { v4 = v4 << 8 | UInt32(try byte()) }
      return IPAddress(v4: v4)
    case 6: return IPAddress(high: try whole(), low: try whole())
    default: throw Failure()
    }
  }
}
