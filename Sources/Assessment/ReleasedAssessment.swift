public import Catalog
import Flows
import Packets

/// A case once more, from what a level of release leaves of the catalog (methodology 4.5), beside the whole assessment.
///
/// No released judgment is stronger than the whole one. A flow whose released verdict would be, or would name another
/// actor, is held back: it counts as one that nothing covers. So a withheld list never turns SHARED into EXCLUSIVE, and a
/// withheld claim of another actor never leaves a contested range to the first. No axis of confidence is rated higher
/// than that of the whole findings from which the flows come. Not thread-safe.
public struct ReleasedAssessment: Sendable {
  private let whole: Catalog
  private let level: TLP
  private var assessment: CaseAssessment
  private var origins: [FindingGroup.Key: Set<FindingGroup.Key>] = [:]
  private var altered: Set<FindingGroup.Key> = []

  /// Makes an assessment without flows.
  ///
  /// - Parameters:
  ///   - whole: The whole catalog.
  ///   - level: The strictest label that is released.
  ///   - context: The run's context, as the whole assessment has it.
  public init(whole: Catalog, level: TLP, context: AssessmentContext) {
    self.whole = whole
    self.level = level
    assessment = CaseAssessment(catalog: whole.released(at: level), context: context.generalised)
  }

  /// Assesses a flow by what is released.
  ///
  /// - Parameter flow: The flow with the whole assessment of it.
  /// - Complexity: As `CaseAssessment.add(_:)`.
  public mutating func add(_ flow: AssessedFlow) {
    let full = flow.assessment
    // What the whole catalog does not cover, a part of it does not.
    let record = flow.record.isWatched ? flow.record.covered(by: assessment.catalog) : flow.record
    guard record.isWatched else {
      assessment.add(record)
      return
    }
    let released = assessment.judge.assess(record)
    let isSame = Terms(released, in: assessment.catalog) == Terms(full, in: whole)
    // Which side an attested address stands on is not told in an assessment: such flows are released whole or not.
    guard isSame || record.attested == nil && isNoStronger(released, than: full) else {
      assessment.add(AssessedFlow(record: record.uncovered, assessment: .noClaim))
      return
    }
    assessment.add(AssessedFlow(record: record, assessment: released))
    let key = FindingGroup.Key(released)
    origins[key, default: []].insert(FindingGroup.Key(full))
    if !isSame { altered.insert(key) }
  }

  /// Adds flows that nothing covers and that were counted apart.
  ///
  /// - Parameter tally: Their figures.
  public mutating func add(_ tally: UnwatchedTally) { assessment.add(tally) }

  /// Rolls the released case up.
  ///
  /// - Parameters:
  ///   - full: What came of the whole case.
  ///   - context: The context as it is at the end of the run.
  /// - Returns: The released case.
  /// - Complexity: As `CaseAssessment.finish()`.
  public mutating func finish(beside full: CaseAssessment.Result, context: AssessmentContext) -> ReleasedCase {
    assessment.context = context.generalised
    let findings = Dictionary(
      full.findings.compactMap { finding in finding.key.map { ($0, finding) } }, uniquingKeysWith: { first, _ in first }
    )
    assessment.ceilings = origins.mapValues { keys in keys.compactMap { findings[$0] } }
    var result = assessment.finish()
    if context.baseline != nil {
      result.notShown.removeAll { $0 == CaseSentences.noBaseline }
      result.notShown.append(
        "How often the ranges are seen outside this case: the comparison with control captures is withheld.")
    }
    if let knowledge = assessment.catalog.knowledge {
      result.caveats.removeAll { $0 == CaseSentences.lack(knowledge) }
      result.caveats.insert(
        "The catalog is read as it was known at \(knowledge.time.text); how much was recorded later is withheld.", at: 0
      )
    }
    let judgments = result.findings.map { finding -> ReleasedCase.Judgment in
      let keys = finding.key.flatMap { origins[$0] } ?? []
      let from = full.findings.filter { $0.key.map(keys.contains) ?? false }
      let isAltered = finding.key.map(altered.contains) ?? true
      let isWhole = from.count == 1 && !isAltered && from.allSatisfy { $0.isJudged(as: finding) }
      return ReleasedCase.Judgment(
        finding: finding.id, fullFindings: from.map(\.id), dependsOnWithheld: !isWhole)
    }
    let told = Set(judgments.flatMap(\.fullFindings))
    return ReleasedCase(
      level: level, catalog: assessment.catalog, result: result, judgments: judgments,
      withheldFindings: full.findings.map(\.id).filter { !told.contains($0) })
  }

  /// Whether an assessment says no more of any side than the whole one does.
  private func isNoStronger(_ released: FlowAssessment, than full: FlowAssessment) -> Bool {
    let (own, whole) = (Sides(released, in: assessment.catalog), Sides(full, in: self.whole))
    return own.originator.isNoStronger(than: whole.originator) && own.responder.isNoStronger(than: whole.responder)
  }
}

/// What came of a case by what a level of release leaves of it.
public struct ReleasedCase: Sendable {
  /// What a released finding is to the whole assessment.
  public struct Judgment: Sendable, Equatable {
    /// The released finding's id.
    public var finding: String
    /// The ids of the whole findings to which its flows belong; never released.
    public var fullFindings: [String]
    /// Whether the whole assessment of its flows says something else, or more.
    public var dependsOnWithheld: Bool
  }

  /// The strictest label that is released.
  public var level: TLP
  /// What is left of the catalog.
  public var catalog: Catalog
  /// The findings by it, and the sentences that belong to every report.
  public var result: CaseAssessment.Result
  /// A judgment for each finding.
  public var judgments: [Judgment]
  /// The ids of whole findings of which no flow is released.
  public var withheldFindings: [String]
}

extension FlowRecord {
  /// The flow as another catalog covers it.
  fileprivate func covered(by catalog: Catalog) -> FlowRecord {
    var record = self
    record.originatorCovers = catalog.prefixes.covers(of: originator.address)
    record.responderCovers = catalog.prefixes.covers(of: responder.address)
    if let attested {
      record.attested?.covers = catalog.prefixes.covers(of: attested.address)
      if record.attested?.covers == .empty { record.attested = nil }
    }
    return record
  }

  /// The flow as if nothing covered it.
  fileprivate var uncovered: FlowRecord {
    var record = self
    (record.originatorCovers, record.responderCovers, record.attested) = (.empty, .empty, nil)
    return record
  }
}

extension AssessmentContext {
  /// The context without names that are never released.
  fileprivate var generalised: AssessmentContext {
    var context = self
    for index in inputs.indices { context.inputs[index].name = "capture-\(index + 1)" }
    for index in sensors.indices { context.sensors[index].id = "sensor-\(index + 1)" }
    context.claimError = claimError.flatMap { ClaimError(probability: $0.probability, reason: "withheld") }
    // It counts by the claims of the whole catalog.
    context.baseline = nil
    return context
  }
}
