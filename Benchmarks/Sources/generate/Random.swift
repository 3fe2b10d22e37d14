import Glibc

/// SplitMix64: the same seed gives the same capture on every machine.
struct Random: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  /// A number in 0 ..< 1.
  mutating func unit() -> Double { Double(next() >> 11) * 0x1p-53 }

  /// A Pareto-distributed number of at least 1 with the given shape: most are small, a few very large.
  mutating func pareto(shape: Double) -> Double { pow(1 - unit(), -1 / shape) }

  /// An exponentially distributed number with the given mean.
  mutating func exponential(mean: Double) -> Double { -log(1 - unit()) * mean }
}
