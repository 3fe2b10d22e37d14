/// Turns the timestamps of a pcapng interface into nanoseconds: `if_tsresol` and `if_tsoffset`
/// (draft-ietf-opsawg-pcapng section 4.2).
///
/// Every resolution and offset that can be written is computed exactly in 128 bits, rounded down to the nanosecond and
/// held to the ends of `Int64`.
struct TimestampScale: Equatable {
  private var multiplier: UInt64 = 1000
  private var divisor: UInt64 = 1
  private var shift: Int = 0
  private var offsetSeconds: Int64 = 0

  /// Microseconds since the epoch, as without options.
  init() {}

  /// Takes the value of `if_tsresol`: a negative power of 10, or of 2 with the top bit set.
  mutating func setResolution(_ value: UInt8) {
    let exponent = Int(value & 0x7F)
    (multiplier, divisor, shift) = (1_000_000_000, 1, 0)
    if value & 0x80 != 0 {
      shift = exponent
    } else if exponent <= 9 {
      multiplier = Self.powerOfTen(9 - exponent)
    } else {
      multiplier = 1
      // Above 10^19 no 64-bit count reaches a nanosecond; 0 stands for that.
      divisor = exponent - 9 <= 19 ? Self.powerOfTen(exponent - 9) : 0
    }
  }

  /// Takes the value of `if_tsoffset`: seconds to add.
  mutating func setOffset(seconds: Int64) { offsetSeconds = seconds }

  /// Nanoseconds of one unit, if that is all that there is to it.
  var nanosecondsPerUnit: UInt64? { divisor == 1 && shift == 0 && offsetSeconds == 0 ? multiplier : nil }

  /// Nanoseconds since the epoch of a timestamp.
  ///
  /// - Parameter units: The timestamp as it stands in the block.
  /// - Returns: Nanoseconds, held to the ends of `Int64`.
  @inline(always)
  func nanoseconds(_ units: UInt64) -> Int64 {
    if divisor == 1, shift == 0, offsetSeconds == 0 {
      let (product, overflow) = units.multipliedReportingOverflow(by: multiplier)
      return overflow || product > UInt64(Int64.max) ? .max : Int64(product)
    }
    return exactNanoseconds(units)
  }

  @inline(never)
  private func exactNanoseconds(_ units: UInt64) -> Int64 {
    guard divisor > 0 else { return Self.clamped(Int128(offsetSeconds) * 1_000_000_000) }
    // At most 2^64 × 10^9 < 2^94, and the offset at most 2^63 × 10^9: no sum leaves 127 bits.
    let scaled = (Int128(units) * Int128(multiplier) / Int128(divisor)) >> Int128(shift)
    return Self.clamped(scaled + Int128(offsetSeconds) * 1_000_000_000)
  }

  private static func clamped(_ value: Int128) -> Int64 { Int64(clamping: value) }

  private static func powerOfTen(_ exponent: Int) -> UInt64 { (0..<exponent).reduce(1) { power, _ in power * 10 } }
}
