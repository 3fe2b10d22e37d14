import Catalog
import Packets

/// What control captures hold: the same sensor, outside the time of the case (methodology 6.4).
public struct Baseline: Sendable {
  /// The times that they cover.
  public var coverage: CaptureCoverage
  /// Verified flows (E3–E5) of each claim's range, by the claim's index; none of a claim that is not there.
  public var verifiedFlows: [Int: UInt64]

  /// Makes a baseline.
  ///
  /// - Parameters:
  ///   - inputs: The control captures.
  ///   - ranges: What was seen of each range in them.
  public init(inputs: [InputFacts], ranges: [RangeFigures]) {
    coverage = CaptureCoverage(inputs)
    verifiedFlows = Dictionary(ranges.map { ($0.claim, $0.verified) }) { $0 &+ $1 }
  }
}

/// One range in the case beside the same range in the baseline.
public struct BaselineComparison: Sendable, Equatable {
  /// Index of the claim in the catalog.
  public var claim: Int
  /// k: verified flows in the case.
  public var observed: UInt64
  /// Verified flows in the baseline.
  public var inBaseline: UInt64
  /// Flows a day in the baseline; with none seen, the 95 % bound 3/d.
  public var perDay: Double
  /// Whether `perDay` and `probability` are upper bounds because the baseline has no such flow.
  public var isBound: Bool
  /// Flows to be expected in the time of the case.
  public var expected: Double
  /// P(K >= k) if verified flows came as a Poisson process at the baseline's rate.
  public var probability: SmallProbability

  /// Compares; nothing where the case or the baseline lasts no time.
  ///
  /// - Parameters:
  ///   - claim: Index of the claim.
  ///   - observed: Verified flows in the case.
  ///   - days: How long the case lasts.
  ///   - baseline: The baseline.
  init?(claim: Int, observed: UInt64, days: Double, baseline: Baseline) {
    let baselineDays = baseline.coverage.days
    guard days > 0, baselineDays > 0 else { return nil }
    self.claim = claim
    self.observed = observed
    inBaseline = baseline.verifiedFlows[claim] ?? 0
    isBound = inBaseline == 0
    perDay = (isBound ? 3 : Double(inBaseline)) / baselineDays
    expected = perDay * days
    probability = Poisson.atLeast(observed, mean: expected)
  }

  /// The sentence of a report.
  ///
  /// - Parameters:
  ///   - claim: The claim.
  ///   - days: How long the case lasts.
  ///   - baselineDays: How long the baseline lasts.
  /// - Returns: The sentence.
  func sentence(_ claim: Claim, days: Double, baselineDays: Double) -> String {
    let rate =
      isBound
      ? "none in \(baselineDays.daysText) of baseline, so lambda <= 3/d = \(perDay.text) a day (95 %)"
      : "\(inBaseline.grouped) in \(baselineDays.daysText) of baseline, lambda = \(perDay.text) a day"
    return
      "\(claim.id): \(observed.counted("verified flow")) in \(days.daysText) of this case; \(rate); "
      + "P(K >= \(observed.grouped)) \(isBound && observed > 0 ? "<=" : "=") \(probability.text) (Poisson) if nothing but the "
      + "baseline's rate were at work."
  }

  /// What such figures are to be read with.
  static let reading =
    "Flows that belong together come together and are not independent, so that a small P says less than it seems to; it "
    + "is the probability of flows, not of a cause."

  /// What is said of a baseline that sees no whole day.
  static let shortBaseline =
    "The baseline covers less than a day, so that its rate says little: nights and weekends are missing."
}

extension Double {
  /// So many days as a length of time for people; below one day in smaller units too.
  fileprivate var daysText: String {
    self < 1 ? "\(Int64(self * Double(Int64.day)).durationText) (\(text) days)" : "\(text) days"
  }
}
