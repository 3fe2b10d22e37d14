/// How far a verified flow can speak for the claim, by an analyst's own figure (methodology 6.2).
///
/// The ratio P(verified flow | actor) / P(verified flow | not the actor) is at most 1/e, where e is the probability that
/// the range claim is wrong, that a third party is inside, or that the route was hijacked. More flows do not raise it.
public struct ClaimError: Sendable, Equatable {
  /// e, between 0 and 1.
  public let probability: Double
  /// Why the analyst takes it to be so, word for word.
  public let reason: String

  /// Takes an analyst's figure.
  ///
  /// - Parameters:
  ///   - probability: e; nothing comes of a figure that is not between 0 and 1.
  ///   - reason: Why; nothing comes of an empty reason.
  public init?(probability: Double, reason: String) {
    guard probability > 0, probability < 1, (1 / probability).isFinite, !reason.allSatisfy(\.isWhitespace) else {
      return nil
    }
    self.probability = probability
    self.reason = reason
  }

  /// The likelihood ratio is at most this.
  public var ratio: Double { 1 / probability }

  /// The step of the scale in which `ratio` lies.
  public var strength: String { Self.scale.last { ratio > $0.above }?.name ?? Self.scale[0].name }

  /// The verbal scale, each step from above its figure on, as forensic institutes use it (ENFSI 2015).
  static let scale: [(above: Double, name: String)] = [
    (1, "weak"), (10, "moderate"), (100, "moderately strong"), (1_000, "strong"), (10_000, "very strong"),
    (1_000_000, "extremely strong"),
  ]

  /// The scale as a sentence: every report that uses it states it.
  public static let scaleSentence =
    "Scale: a ratio above 1 gives weak support, above 10 moderate, above 100 moderately strong, above 1,000 strong, "
    + "above 10,000 very strong, above 1,000,000 extremely strong."

  /// The caps that are printed where no analyst gives a figure.
  public static let caps: [(error: Double, ratio: UInt64)] = [(0.05, 20), (0.01, 100)]

  /// What is said where no analyst gives a figure.
  static let capSentence =
    "No likelihood ratio is stated: it needs an analyst's figure e for an error in the range claim, a third party in the "
    + "range or a hijack. It could not exceed 1/e however many flows there are: e = 0.05 gives at most 20, e = 0.01 at most 100."

  /// What is said where one does and no flow is EXCLUSIVE.
  static let unusedSentence =
    "No likelihood ratio is stated: no flow is EXCLUSIVE, so the analyst's figure e speaks of nothing here."

  /// What is said where one does; the reason follows it word for word.
  var sentence: String {
    "Likelihood ratio of a verified flow: at most 1/e = \(ratio.text), at most \(strength) support, with the "
      + "analyst's e = \(probability.plainText). However many flows there are, it does not rise."
  }
}
