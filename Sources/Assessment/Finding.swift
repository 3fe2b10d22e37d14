public import Flows
public import Packets

/// Which side of a flow catalog entries cover; the raw value is its name in every report.
public enum CoveredSide: String, Sendable, CaseIterable {
  /// The originator.
  case originator = "orig"
  /// The responder.
  case responder = "resp"
  /// Both.
  case both
}

/// A step of a three-step scale: confidence and relevance.
public enum Level: String, Sendable, CaseIterable, Comparable {
  /// Low.
  case low
  /// Moderate; printed "medium" where relevance is meant.
  case moderate
  /// High.
  case high

  /// Orders low before moderate before high.
  public static func < (lhs: Level, rhs: Level) -> Bool { lhs.rank < rhs.rank }

  private var rank: Int {
    switch self {
    case .low: 0
    case .moderate: 1
    case .high: 2
    }
  }
}

/// How likely it is that the traffic came from the actor's network (proposition P2 only; methodology 4.2).
public enum Likelihood: String, Sendable, CaseIterable {
  /// 55–80 % (ICD 203).
  case likely
  /// 80–95 % (ICD 203).
  case veryLikely = "very likely"
}

/// Confidence per axis; the overall level is the lowest of them (methodology 4.2).
public struct Confidence: Sendable, Equatable {
  /// The lowest axis.
  public var overall: Level
  /// P1, somebody at the address took part; nothing below E3.
  public var path: Level?
  /// P2, the address was the actor's alone.
  public var control: Level
  /// The input is what was captured.
  public var handling: Level
  /// A clause per axis that says why.
  public var because: [String]

  /// Makes a confidence.
  ///
  /// - Parameters:
  ///   - overall: The lowest axis.
  ///   - path: P1.
  ///   - control: P2.
  ///   - handling: The input is what was captured.
  ///   - because: A clause per axis that says why.
  public init(overall: Level, path: Level?, control: Level, handling: Level, because: [String]) {
    self.overall = overall
    self.path = path
    self.control = control
    self.handling = handling
    self.because = because
  }
}

/// What the decision table says of the weaker side of a flow of which both sides are covered.
public struct OtherSide: Sendable, Hashable {
  /// The verdict on it.
  public var verdict: Verdict
  /// The reason of that verdict.
  public var reason: VerdictReason
  /// Index of its actor in the catalog.
  public var actor: Int?

  /// Makes a side.
  ///
  /// - Parameters:
  ///   - verdict: The verdict on it.
  ///   - reason: The reason of that verdict.
  ///   - actor: Index of its actor in the catalog.
  public init(verdict: Verdict, reason: VerdictReason, actor: Int?) {
    self.verdict = verdict
    self.reason = reason
    self.actor = actor
  }
}

/// What the decision table says of one flow (methodology 8).
public struct FlowAssessment: Sendable {
  /// The verdict of the first row that matched.
  public var verdict: Verdict
  /// The reason of that row.
  public var reason: VerdictReason
  /// Every reason that matched, the primary one first.
  public var reasons: [VerdictReason]
  /// The sides that entries cover; nothing for an unwatched flow.
  public var coveredSide: CoveredSide?
  /// Whether the verdict speaks of the originator's address; of the responder's if not.
  public var speaksOfOriginator: Bool
  /// Whether the verdict speaks of the address that a trusted proxy reports, and of neither endpoint.
  public var speaksOfAttested = false
  /// Index of the actor in the catalog.
  public var actor: Int?
  /// Indexes of the claims that the verdict rests on, the primary one first.
  public var claims: [Int]
  /// Indexes of the overlays that cover the address.
  public var overlays: [Int]
  /// The prefix through which the primary claim or overlay covers the address.
  public var prefix: IPPrefix?
  /// The verdict on the other side, where both are covered; the rest speaks of the stronger side.
  public var otherSide: OtherSide?

  /// The verdict on a flow that nothing covers.
  ///
  /// - Parameter reason: `noClaim` or `specialPurpose`.
  public init(unwatched reason: VerdictReason) {
    self.init(verdict: .none, reason: reason)
  }

  /// Makes an assessment.
  ///
  /// - Parameters:
  ///   - verdict: The verdict.
  ///   - reason: Its reason.
  ///   - reasons: Every reason that matched; the primary one alone if empty.
  ///   - coveredSide: The sides that entries cover.
  ///   - speaksOfOriginator: Whether the verdict speaks of the originator's address.
  ///   - actor: Index of the actor.
  ///   - claims: Indexes of the claims that the verdict rests on.
  ///   - overlays: Indexes of the overlays that cover the address.
  ///   - prefix: The prefix through which the primary entry covers the address.
  public init(
    verdict: Verdict, reason: VerdictReason, reasons: [VerdictReason] = [], coveredSide: CoveredSide? = nil,
    speaksOfOriginator: Bool = true, actor: Int? = nil, claims: [Int] = [], overlays: [Int] = [],
    prefix: IPPrefix? = nil
  ) {
    self.verdict = verdict
    self.reason = reason
    self.reasons = reasons.isEmpty ? [reason] : reasons
    self.coveredSide = coveredSide
    self.speaksOfOriginator = speaksOfOriginator
    self.actor = actor
    self.claims = claims
    self.overlays = overlays
    self.prefix = prefix
  }
}

/// A flow with its verdict: an object, for many lists hold the same one.
///
/// Immutable; safe to use from any thread.
public final class AssessedFlow: Sendable {
  /// The flow.
  public let record: FlowRecord
  /// The verdict on it.
  public let assessment: FlowAssessment

  /// Joins a flow and its verdict.
  ///
  /// - Parameters:
  ///   - record: The flow.
  ///   - assessment: The verdict on it.
  public init(record: FlowRecord, assessment: FlowAssessment) {
    self.record = record
    self.assessment = assessment
  }
}

/// The flows of one verdict, reason, actor and claim, with what may be said of them.
public struct Finding: Sendable {
  /// `F1`, `F2`, … in the order of the report: strongest verdict first, then by time.
  public var id: String
  /// The verdict.
  public var verdict: Verdict
  /// Its reason.
  public var reason: VerdictReason
  /// Every reason of any flow, the primary one first.
  public var reasons: [VerdictReason]
  /// Index of the actor in the catalog; nothing where only overlays cover the address.
  public var actor: Int?
  /// Indexes of the claims, the primary one first.
  public var claims: [Int]
  /// Indexes of the overlays that cover its addresses.
  public var overlays: [Int]
  /// The prefix of the primary claim or overlay.
  public var prefix: IPPrefix?
  /// How likely; nothing unless exclusive.
  public var likelihood: Likelihood?
  /// How far the basis can be trusted.
  public var confidence: Confidence
  /// The mandatory sentences (methodology 8).
  public var wording: [String]
  /// How much it matters; never part of the verdict.
  public var relevance: Level
  /// What was done, in the analyst's words.
  public var actions: [String]
  /// The covered addresses, in order, at most `CaseAssessment.listLimit`.
  public var addresses: [IPAddress]
  /// How many covered addresses there are in all.
  public var addressCount: Int
  /// Whether `addressCount` is only a lower bound: beyond `CaseAssessment.addressLimit` they are not told apart.
  public var addressCountIsMinimum = false
  /// How many flows.
  public var flowCount: UInt64
  /// Packets of all flows, both ways.
  public var packets: UInt64
  /// IP bytes of all flows, both ways.
  public var bytes: UInt64
  /// Time of the first packet.
  public var firstSeen: Timestamp
  /// Time of the last packet.
  public var lastSeen: Timestamp
  /// The first flows in time order, at most as many as the run lists.
  public var flows: [AssessedFlow]
  /// How many flows bear each `EvidenceNotes` fact, by its name; facts of no flow are left out.
  public var notes: [String: UInt64] = [:]
  /// Sessions and dwell; of EXCLUSIVE findings only.
  public var sessions: SessionSummary?
  /// Sources whose flows show a pattern consistent with scanning (methodology 2.5).
  public var scanLikeSources: UInt64 = 0
  /// Under what its flows were filed.
  var key: FindingGroup.Key?
}
