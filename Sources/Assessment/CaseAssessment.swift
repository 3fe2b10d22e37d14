public import Catalog
public import Flows

/// What an assessment must know of a run beside flows and catalog.
public struct AssessmentContext: Sendable {
  /// Whether every input's SHA-256 is computed (handling axis, methodology 4.2).
  public var inputsAreHashed = true
  /// Whether an input is damaged.
  public var inputsAreDamaged = false
  /// Packets read, and packets that the capturing interfaces dropped; nothing where they do not say.
  public var packets: UInt64 = 0
  /// Packets that the capturing interfaces dropped; nothing where they do not say.
  public var interfaceDrops: UInt64?
  /// The sensors at which the inputs were captured; empty if not known.
  public var sensors: [Sensor] = []
  /// How many flows a finding lists.
  public var listLimit = 1_000

  /// Makes the default context.
  public init() {}
}

/// Flows in, findings out: the decision table applied to each watched flow, and the roll-up of a case.
///
/// Not thread-safe.
public struct CaseAssessment: Sendable {
  /// What came of a case.
  public struct Result: Sendable {
    /// The findings, strongest first.
    public var findings: [Finding] = []
    /// How many flows have each verdict, unwatched ones included.
    public var flowsByVerdict: [Verdict: UInt64] = [:]
    /// How many flows are watched.
    public var watchedFlows: UInt64 = 0
    /// `EXCLUSIVE-PRESENT`, or the most common reason; never "actor A did it".
    public var rollUp = ""
    /// What this report does not show, a sentence each; never empty.
    public var notShown: [String] = []
    /// Caveats, a sentence each; never empty.
    public var caveats: [String] = []

    /// Makes an empty result.
    public init() {}
  }

  /// The catalog.
  public let catalog: Catalog
  /// What else must be known; may be set until `finish`.
  public var context: AssessmentContext

  /// Makes an assessment without flows.
  ///
  /// - Parameters:
  ///   - catalog: The catalog.
  ///   - context: What else must be known.
  public init(catalog: Catalog, context: AssessmentContext) {
    self.catalog = catalog
    self.context = context
  }

  /// Assesses one finished flow and files it under its finding.
  ///
  /// - Parameter record: The flow.
  /// - Returns: The verdict on it.
  /// - Complexity: O(1) for a flow that nothing covers, else O(k log k) in the entries that cover it.
  public mutating func add(_ record: FlowRecord) -> FlowAssessment {
    FlowAssessment(unwatched: .noClaim)
  }

  /// Rolls the case up.
  ///
  /// - Returns: The findings and the sentences that belong to every report.
  public func finish() -> Result {
    Result()
  }
}
