import Catalog
import Packets

/// What an assessment says, in words that hold in any catalog.
struct Terms: Equatable {
  private let verdict: Verdict
  private let reasons: [VerdictReason]
  private let side: CoveredSide?
  private let speaksOfOriginator: Bool
  private let speaksOfAttested: Bool
  private let actor: String?
  private let claims: [String]
  private let overlays: [String]
  private let prefix: IPPrefix?
  private let otherVerdict: Verdict?
  private let otherReason: VerdictReason?
  private let otherActor: String?

  init(_ assessment: FlowAssessment, in catalog: Catalog) {
    verdict = assessment.verdict
    reasons = [assessment.reason] + assessment.reasons
    side = assessment.coveredSide
    speaksOfOriginator = assessment.speaksOfOriginator
    speaksOfAttested = assessment.speaksOfAttested
    actor = assessment.actor.map { catalog.actors[$0].id }
    claims = assessment.claims.map { catalog.claims[$0].id }
    overlays = assessment.overlays.map { catalog.overlays[$0].id }
    prefix = assessment.prefix
    otherVerdict = assessment.otherSide?.verdict
    otherReason = assessment.otherSide?.reason
    otherActor = assessment.otherSide?.actor.map { catalog.actors[$0].id }
  }
}

/// The verdicts on the two endpoints of a flow.
struct Sides {
  /// A verdict and the actor that it names; nothing covers the endpoint: NONE.
  struct Side {
    var verdict = Verdict.none
    var actor: String?

    /// Whether this says no more than another verdict on the same endpoint: none that the table holds stronger, and no
    /// actor but the same.
    func isNoStronger(than other: Side) -> Bool {
      verdict.strength >= other.verdict.strength && (actor == nil || actor == other.actor)
    }
  }

  var originator = Side()
  var responder = Side()

  init(_ assessment: FlowAssessment, in catalog: Catalog) {
    func name(_ actor: Int?) -> String? { actor.map { catalog.actors[$0].id } }
    let primary = Side(verdict: assessment.verdict, actor: name(assessment.actor))
    let other = assessment.otherSide.map { Side(verdict: $0.verdict, actor: name($0.actor)) } ?? Side()
    (originator, responder) = assessment.speaksOfOriginator ? (primary, other) : (other, primary)
  }
}

extension Finding {
  /// Whether another finding on the same flows says the same with the same confidence.
  func isJudged(as other: Finding) -> Bool {
    verdict == other.verdict && reasons == other.reasons && prefix == other.prefix && likelihood == other.likelihood
      && confidence == other.confidence && flowCount == other.flowCount && claims.count == other.claims.count
      && overlays.count == other.overlays.count
  }
}

extension Confidence {
  /// The confidence, but no axis rated higher than that of any of some findings.
  func capped(by findings: [Finding]) -> Confidence {
    findings.reduce(self) { confidence, finding in
      let ceiling = finding.confidence
      var capped = confidence
      capped.path = confidence.path.flatMap { path in ceiling.path.map { min(path, $0) } }
      capped.control = min(confidence.control, ceiling.control)
      capped.handling = min(confidence.handling, ceiling.handling)
      capped.overall = min(confidence.overall, ceiling.overall)
      let isLower =
        capped.path != confidence.path || capped.control != confidence.control
        || capped.handling != confidence.handling || capped.overall != confidence.overall
      if isLower { capped.because = [Self.ceilingReason] }
      return capped
    }
  }

  private static let ceilingReason =
    "the full assessment rates it no higher, for reasons that are not released"
}
