import Assessment
import Packets

/// What shapes the document of a case beside its flows and the catalog.
struct AssessmentOptions {
  /// How many flows a finding lists.
  var listLimit = 1_000
  /// As of when the catalog is read; nothing for as it is.
  var knownAt: Timestamp?
  /// An analyst's figure.
  var claimError: ClaimError?
  /// The time to print as the report's own.
  var reportTime: Timestamp?

  /// The options in one text: equal texts are equal options.
  ///
  /// - Parameter baseline: SHA-256 of the control captures.
  /// - Returns: The text.
  func text(baseline: [String]) -> String {
    let figure = claimError.map { "\($0.probability) \($0.reason)" } ?? "-"
    return "list \(listLimit == .max ? "all" : "\(listLimit)"), known at \(knownAt?.description ?? "-"), baseline "
      + "\(baseline.sorted().joined(separator: " ")), time \(reportTime?.description ?? "-"), claim error \(figure)"
  }
}
