import Glibc

/// A probability that may be far smaller than a `Double` can be: kept as its natural logarithm.
public struct SmallProbability: Sendable, Equatable {
  /// The natural logarithm; 0 for certainty, minus infinity for the impossible.
  public var logarithm: Double

  /// Makes a probability.
  ///
  /// - Parameter logarithm: Its natural logarithm; above 0 counts as 0.
  public init(logarithm: Double) { self.logarithm = min(logarithm, 0) }

  /// The probability; 0 where it is too small for a `Double`.
  public var value: Double { exp(logarithm) }

  /// Three significant digits, in scientific form where it is small: `2.00e-1058`.
  public var text: String {
    guard logarithm.isFinite else { return "0" }
    if logarithm > -200 { return value.text }
    let decimal = logarithm / log(10.0)
    var exponent = decimal.rounded(.down)
    var digits = Int((pow(10, decimal - exponent) * 100).rounded())
    if digits >= 1_000 { (digits, exponent) = (100, exponent + 1) }
    let tail = digits % 100
    return "\(digits / 100).\(tail / 10)\(tail % 10)e\(Int(exponent))"
  }
}

/// The Poisson distribution (methodology 6.4).
enum Poisson {
  /// P(K >= k), the probability of k events or more where `mean` are expected.
  ///
  /// One term by its saddle-point form (Loader 2000), which neither overflows nor cancels, then the tail as a series of
  /// ratios on the side on which it converges.
  ///
  /// - Complexity: O(√mean) for k near the mean, less elsewhere.
  static func atLeast(_ k: UInt64, mean: Double) -> SmallProbability {
    guard k > 0 else { return SmallProbability(logarithm: 0) }
    guard mean > 0 else { return SmallProbability(logarithm: -.infinity) }
    guard mean.isFinite else { return SmallProbability(logarithm: 0) }
    let count = Double(k)
    if count > mean {
      var (ratio, sum, j) = (1.0, 1.0, count)
      while ratio > sum * 1e-17 {
        j += 1
        ratio *= mean / j
        sum += ratio
      }
      return SmallProbability(logarithm: logMass(count, mean) + log(sum))
    }
    var (ratio, sum, j) = (1.0, 1.0, count - 1)
    while j > 0, ratio > sum * 1e-17 {
      ratio *= j / mean
      sum += ratio
      j -= 1
    }
    return SmallProbability(logarithm: log1p(-min(1, exp(logMass(count - 1, mean) + log(sum)))))
  }

  /// ln P(K = k).
  private static func logMass(_ k: Double, _ mean: Double) -> Double {
    guard k > 0 else { return -mean }
    return -stirlingError(k) - deviance(k, mean) - 0.5 * log(2 * .pi * k)
  }

  /// k ln(k / mean) + mean - k, without cancellation where both are close.
  private static func deviance(_ k: Double, _ mean: Double) -> Double {
    let difference = k - mean
    guard abs(difference) < 0.1 * (k + mean) else { return k * log(k / mean) - difference }
    let v = difference / (k + mean)
    var sum = difference * v
    var term = 2 * k * v
    var j = 1.0
    while j < 1_000 {
      term *= v * v
      let next = sum + term / (2 * j + 1)
      if next == sum { break }
      sum = next
      j += 1
    }
    return sum
  }

  /// ln k! less Stirling's approximation of it.
  private static func stirlingError(_ k: Double) -> Double {
    if k < 16 {
      var factorial = 1.0
      var j = 2.0
      while j <= k {
        factorial *= j
        j += 1
      }
      return log(factorial) - ((k + 0.5) * log(k) - k + 0.5 * log(2 * .pi))
    }
    let square = k * k
    return (1.0 / 12 - (1.0 / 360 - (1.0 / 1_260 - 1.0 / 1_680 / square) / square) / square) / k
  }
}

/// P(at least one hit) of `count` independent tries with `share` each, exact where both are extreme (methodology 6.1).
func chanceOfAtLeastOne(_ count: Double, share: Double) -> Double { -expm1(count * log1p(-share)) }
