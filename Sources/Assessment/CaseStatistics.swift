public import Catalog
import Flows
import Packets

/// The figures of a case, each with what it may be taken for (methodology 6, 8).
public struct CaseStatistics: Sendable {
  /// What the EXCLUSIVE flows come to: never that somebody did it (methodology 8, case roll-up).
  public struct ExclusiveSummary: Sendable, Equatable {
    /// EXCLUSIVE flows.
    public var flows: UInt64 = 0
    /// Distinct sources: IPv4 addresses, and IPv6 networks of /64.
    public var sources: UInt64 = 0
    /// Whether there may be more sources.
    public var sourcesAreMinimum = false
    /// Whether a source is an IPv6 network.
    public var hasIPv6 = false
    /// Days (UTC) on which one of the flows began.
    public var days: UInt64 = 0
    /// Sensors of the case; 0 if none was named.
    public var sensors: UInt64 = 0

    /// Makes a summary of nothing.
    public init() {}

    /// The sentence of a report.
    public var sentence: String {
      "EXCLUSIVE: \(flows.counted("flow")), \(sourcesAreMinimum ? "at least " : "")"
        + "\(sources.counted("address", "addresses"))\(hasIPv6 ? " (of IPv6 networks of /64)" : ""), "
        + "\(days.counted("day")) (UTC), "
        + (sensors == 0 ? "sensor not named." : "\(sensors.counted("sensor")).")
    }
  }

  /// n: distinct unverified IPv4 sources of the case.
  public var unverifiedSources: UInt64 = 0
  /// Whether it is exact; else an estimate with a standard error of 1.6 %.
  public var unverifiedSourcesAreExact = true
  /// The ranges that flows touched, in the catalog's order.
  public var ranges: [RangeFigures] = []
  /// What the EXCLUSIVE flows come to.
  public var exclusive = ExclusiveSummary()
  /// Sources with a pattern consistent with scanning.
  public var scanLikeSources: UInt64 = 0
  /// Whether every source was looked at for that pattern.
  public var scanPatternIsWhole = true
  /// The times that the inputs cover.
  public var coverage = CaptureCoverage()
  /// The baseline; nothing if no control captures were given.
  public var baseline: Baseline?
  /// What an analyst says of errors in the range claims.
  public var claimError: ClaimError?
  /// Sensors with different upstreams and operators that captured every flow.
  public var independentSensors = 1

  /// Makes statistics of nothing.
  public init() {}

  /// The error of `unverifiedSources` relative to it, one standard deviation.
  public var unverifiedSourcesError: Double { unverifiedSourcesAreExact ? 0 : 1.0 / 64 }

  /// Each range in the case beside the baseline; empty without one, or where a rate has no time to rest on.
  public var comparisons: [BaselineComparison] {
    guard let baseline else { return [] }
    return ranges.compactMap {
      BaselineComparison(claim: $0.claim, observed: $0.verified, days: coverage.days, baseline: baseline)
    }
  }

  /// What is said of baselines (methodology 6.4): that there is none, or each comparison.
  ///
  /// - Parameter catalog: The catalog.
  /// - Returns: A sentence or more.
  public func baselineSentences(_ catalog: Catalog) -> [String] {
    guard let baseline else {
      return [Self.noBaselineSentence]
    }
    var sentences: [String] = []
    if baseline.coverage.overlaps(coverage) { sentences.append(Self.overlapWarning) }
    if baseline.coverage.days <= 0 || coverage.days <= 0 {
      sentences.append("No rate is stated: the baseline or the case covers no stretch of time.")
    }
    let comparisons = comparisons
    guard !comparisons.isEmpty else { return sentences }
    if baseline.coverage.days < 1 { sentences.append(BaselineComparison.shortBaseline) }
    sentences += comparisons.map {
      $0.sentence(catalog.claims[$0.claim], days: coverage.days, baselineDays: baseline.coverage.days)
    }
    return sentences + [BaselineComparison.reading]
  }

  /// Said where no control captures were given.
  public static let noBaselineSentence =
    "No baseline: no control captures were given, so how often these ranges are seen outside this case is not known "
    + "and not taken for zero."

  /// Said where the baseline and the case cover one moment.
  public static let overlapWarning =
    "The baseline overlaps the time of this case: it is no control, and what it says of the usual rate is not to be "
    + "relied on."

  /// Whether the baseline and the case cover one moment, with what is to be said then.
  public var baselineWarning: String? {
    baseline.map { $0.coverage.overlaps(coverage) } == true ? Self.overlapWarning : nil
  }

  /// The cap on the likelihood ratio; nothing without an analyst's figure, or without a flow that it could speak of.
  public var likelihoodRatio: ClaimError? { exclusive.flows > 0 ? claimError : nil }

  /// The likelihood ratio with its scale, or why there is none; an analyst's reason stands apart, as it is no sentence of
  /// ascribe's.
  public var likelihoodSentence: String {
    if let ratio = likelihoodRatio { return "\(ratio.sentence) \(ClaimError.scaleSentence)" }
    return claimError == nil ? ClaimError.capSentence : ClaimError.unusedSentence
  }

  /// What supports each axis, and what cannot (methodology 6.3); the names are path, control, operator.
  public var corroboration: [(axis: String, sentence: String)] {
    [
      (
        "path",
        independentSensors >= 2
          ? "Path corroborated by \(UInt64(independentSensors).counted("independent sensor")): spoofing and loss are less to be "
            + "expected."
          : "Path not corroborated: one sensor, or sensors not known to be independent."
      ),
      (
        "control",
        "Control rests on the range claims alone: neither sensors nor flows corroborate it, only independent sources do."
      ),
      ("operator", "Nothing in packets corroborates who operated a host."),
    ]
  }

  /// What the table of ranges is to be read with.
  public static let rangeSentence =
    "n*p is what random sources would hit by chance; it belongs to unverified flows only and says nothing of verified ones. "
    + "Logins and writes are those that content shows; encrypted sessions show none."
}

extension CaseAssessment {
  /// The figures of the case.
  func statistics(_ groups: [FindingGroup], scan: (found: Set<SourceKey>, isWhole: Bool)) -> CaseStatistics {
    let sources = unverifiedSourceCount
    var statistics = CaseStatistics()
    statistics.unverifiedSources = sources.value
    statistics.unverifiedSourcesAreExact = sources.isExact
    statistics.ranges = ranges.figures(catalog, unverifiedSources: sources.value)
    statistics.scanLikeSources = UInt64(scan.found.count)
    statistics.scanPatternIsWhole = scan.isWhole
    statistics.coverage = CaptureCoverage(context.inputs)
    statistics.baseline = context.baseline
    statistics.claimError = context.claimError
    let exclusive = groups.filter { $0.key.reason.verdict == .exclusive }
    // Of the case only what holds for each of its exclusive findings.
    let corroborators = exclusive.map { $0.conversations.corroborators(ofAll: $0.flowCount, context.sensors).count }
    statistics.independentSensors = max(1, corroborators.min() ?? 1)
    var summary = CaseStatistics.ExclusiveSummary()
    summary.flows = exclusive.reduce(0) { $0 &+ $1.flowCount }
    let sourceKeys = Set(exclusive.flatMap { $0.addresses.map(SourceKey.init) })
    summary.sources = UInt64(sourceKeys.count)
    summary.hasIPv6 = sourceKeys.contains { !$0.address.isIPv4 }
    summary.sourcesAreMinimum = exclusive.contains(where: \.hasMoreAddresses)
    summary.days = UInt64(exclusive.reduce(into: Set<Int64>()) { $0.formUnion($1.trace.sessions.days) }.count)
    summary.sensors = UInt64(context.sensors.count)
    statistics.exclusive = summary
    return statistics
  }
}
