/// Reads a short ASCII text from left to right; every text form of this module is parsed with it.
struct TextReader {
  private let bytes: ArraySlice<UInt8>
  /// Index of the next byte.
  var position: Int

  init(_ bytes: ArraySlice<UInt8>) { (self.bytes, position) = (bytes, bytes.startIndex) }

  init(_ text: String) { self.init(ArraySlice(text.utf8)) }

  var isAtEnd: Bool { position == bytes.endIndex }

  /// The next byte, not consumed.
  var next: UInt8? { position < bytes.endIndex ? bytes[position] : nil }

  func contains(_ byte: UInt8) -> Bool { bytes.contains(byte) }

  /// Consumes the next byte if it is this one.
  mutating func skip(_ byte: UInt8) -> Bool {
    guard next == byte else { return false }
    position += 1
    return true
  }

  /// Consumes decimal digits: as many as there are, up to the upper bound.
  ///
  /// - Parameter digits: How many there may be, at most 18.
  /// - Returns: The number, or nothing if there are fewer.
  mutating func readDecimal(digits: ClosedRange<Int>) -> Int? {
    var value = 0
    var count = 0
    while count < digits.upperBound, let byte = next, byte >= 0x30, byte <= 0x39 {
      value = value * 10 + Int(byte - 0x30)
      count += 1
      position += 1
    }
    return count >= digits.lowerBound ? value : nil
  }

  /// Consumes hexadecimal digits: as many as there are, up to the upper bound.
  ///
  /// - Parameter digits: How many there may be, at most 15.
  /// - Returns: The number, or nothing if there are fewer.
  mutating func readHexadecimal(digits: ClosedRange<Int>) -> Int? {
    var value = 0
    var count = 0
    while count < digits.upperBound, let byte = next, let digit = Self.hexadecimalValue(byte) {
      value = value << 4 | digit
      count += 1
      position += 1
    }
    return count >= digits.lowerBound ? value : nil
  }

  static func hexadecimalValue(_ byte: UInt8) -> Int? {
    switch byte {
    case 0x30...0x39: Int(byte) - 0x30
    case 0x41...0x46: Int(byte) - 0x41 + 10
    case 0x61...0x66: Int(byte) - 0x61 + 10
    default: nil
    }
  }
}

extension [UInt8] {
  /// Appends an integer in decimal digits.
  ///
  /// - Parameters:
  ///   - value: The integer.
  ///   - digits: At least so many digits, filled with leading zeros, at most 20.
  package mutating func appendDecimal(_ value: UInt64, digits: Int = 1) {
    if value < 10, digits == 1 { return append(0x30 &+ UInt8(truncatingIfNeeded: value)) }
    var text = InlineArray<20, UInt8>(repeating: 0x30)
    var start = 20
    var rest = value
    while rest != 0 {
      start &-= 1
      text[start] = 0x30 &+ UInt8(truncatingIfNeeded: rest % 10)
      rest /= 10
    }
    append(copying: text.span.extracting(Swift.min(start, 20 - digits)..<20))
  }

  /// Appends an integer in lower-case hexadecimal digits without leading zeros.
  mutating func appendHexadecimal(_ value: UInt16) {
    var shift: UInt16 = value >= 0x1000 ? 12 : value >= 0x100 ? 8 : value >= 0x10 ? 4 : 0
    while true {
      let digit = UInt8(truncatingIfNeeded: value >> shift & 0xF)
      append(digit < 10 ? 0x30 + digit : 0x61 - 10 + digit)
      if shift == 0 { return }
      shift -= 4
    }
  }
}
