import Packets

/// Receives the bytes of a rendered report or log, in order, in pieces of some ten thousand bytes.
///
/// An error that it throws ends the rendering and reaches the caller.
public typealias ByteSink = (_ bytes: [UInt8]) throws -> Void

/// Bytes on their way to a sink: the one place through which every format is written.
///
/// The buffer is reused, so that a row costs no allocation.
struct OutputBuffer {
  private static let threshold = 1 << 16

  private(set) var bytes: [UInt8] = []
  private let sink: ByteSink

  init(sink: @escaping ByteSink) {
    self.sink = sink
    bytes.reserveCapacity(Self.threshold + 1 << 12)
  }

  /// Hands the bytes over if there are enough of them; called between rows.
  mutating func flushIfFull() throws {
    if bytes.count >= Self.threshold { try flush() }
  }

  mutating func flush() throws {
    guard !bytes.isEmpty else { return }
    try sink(bytes)
    bytes.removeAll(keepingCapacity: true)
  }

  mutating func append(_ byte: UInt8) { bytes.append(byte) }

  /// Appends text as it is: the program's own words, or text that was made safe.
  mutating func append(_ text: String) { bytes.append(contentsOf: text.utf8) }

  mutating func append(decimal value: UInt64, minimumDigits: Int = 1) {
    var digits = InlineArray<20, UInt8>(repeating: UInt8(ascii: "0"))
    var start = 20
    var rest = value
    while rest != 0 {
      start &-= 1
      digits[start] = UInt8(ascii: "0") &+ UInt8(truncatingIfNeeded: rest % 10)
      rest /= 10
    }
    start = min(start, 20 - minimumDigits)
    while start < 20 {
      bytes.append(digits[start])
      start &+= 1
    }
  }

  /// Appends nanoseconds as seconds with a fraction of 6 digits (cut, not rounded) or 9.
  mutating func append(seconds nanoseconds: Int64, digits: Int) {
    var units = nanoseconds
    if digits == 6 { units = units.flooredQuotient(by: 1_000) }
    let scale: UInt64 = digits == 6 ? 1_000_000 : 1_000_000_000
    if units < 0 { append(UInt8(ascii: "-")) }
    append(decimal: units.magnitude / scale)
    append(UInt8(ascii: "."))
    append(decimal: units.magnitude % scale, minimumDigits: digits)
  }

  /// Appends an address; IPv4, the common case, without making a string.
  mutating func append(_ address: IPAddress) {
    guard address.isIPv4 else { return append(address.description) }
    for shift in stride(from: UInt32(24), through: 0, by: -8) {
      append(decimal: UInt64(address.v4 >> shift & 0xFF))
      if shift != 0 { append(UInt8(ascii: ".")) }
    }
  }
}

extension Int64 {
  /// The quotient rounded towards minus infinity.
  func flooredQuotient(by divisor: Int64) -> Int64 {
    let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
    return remainder < 0 ? quotient - 1 : quotient
  }
}
