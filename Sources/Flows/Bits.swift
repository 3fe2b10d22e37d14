/// What is reckoned instead of asked, where the answer cannot be foretold: a branch that a processor foretells wrongly costs
/// more than all of it, and the compiler makes branches of values chosen by a condition.
enum Bits {
  /// All bits if one number is less than another, else none; both below 2^63.
  @inline(__always)
  static func ifLess(_ one: UInt64, _ other: UInt64) -> UInt64 {
    UInt64(bitPattern: Int64(bitPattern: one &- other) >> 63)
  }

  /// The same for any two numbers of 32 bits.
  @inline(__always)
  static func ifLess(_ one: UInt32, _ other: UInt32) -> UInt32 {
    UInt32(truncatingIfNeeded: ifLess(UInt64(one), UInt64(other)))
  }

  /// All bits if a number below 2^31 is not 0, else none.
  @inline(__always)
  static func ifAny(_ number: UInt32) -> UInt32 { (number &- 1) >> 31 &- 1 }

  /// A number, and 1 for 0.
  @inline(__always)
  static func atLeastOne(_ number: UInt32) -> UInt32 {
    number &+ UInt32(truncatingIfNeeded: (UInt64(number) &- 1) >> 63)
  }

  /// One number where all bits are set, the other where none is.
  @inline(__always)
  static func choose<Number: FixedWidthInteger>(_ bits: Number, _ one: Number, _ other: Number) -> Number {
    other ^ ((one ^ other) & bits)
  }
}

extension OptionSet where RawValue: FixedWidthInteger {
  /// 1 where a single flag is set, else 0.
  @inline(__always)
  func bit(of flag: Self) -> RawValue {
    rawValue &>> RawValue(truncatingIfNeeded: flag.rawValue.trailingZeroBitCount) & 1
  }
}
