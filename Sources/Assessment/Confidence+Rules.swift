import Catalog
import Flows
import Packets

extension Confidence {
  /// The confidence of a finding, per axis and as a whole (methodology 4.2).
  init(of group: FindingGroup, claim: Claim?, context: AssessmentContext) {
    let path = Self.path(group, claim, context)
    let control = Self.control(group, claim)
    let handling = Self.handling(context)
    self.init(
      overall: path.level.map { min($0, control.level, handling.level) } ?? .low, path: path.level,
      control: control.level, handling: handling.level, because: [path.reason, control.reason, handling.reason])
  }

  private static func path(
    _ group: FindingGroup, _ claim: Claim?, _ context: AssessmentContext
  ) -> (level: Level?, reason: String) {
    let grade = group.weakestGrade
    guard grade >= .e3 else { return (nil, "the return path to the address is not verified (\(grade.name))") }
    if group.key.reason.verdict == .unverifiable, group.reasons.contains(where: Self.limits.contains) {
      return (nil, "the packets do not speak of the address itself")
    }
    if grade >= .e4, context.independentSensors >= 2 {
      return (.high, "\(context.independentSensors) independent sensors saw the return path verified (\(grade.name))")
    }
    if grade == .e5, claim?.routeCheck == .match {
      return (.high, "a key exchange verified the return path (E5) and routing was as the claim expects")
    }
    return (.moderate, "the return path was verified (\(grade.name)) at one sensor")
  }

  private static let limits: [VerdictReason] = [.vantage, .tunnel, .attested]

  private static func control(_ group: FindingGroup, _ claim: Claim?) -> (level: Level, reason: String) {
    guard let claim else { return (.low, "no claim says who used the address") }
    guard claim.weaknesses.isEmpty else {
      return (.low, "the claim does not support sole use (\(claim.weaknesses.map(\.text).joined(separator: ", ")))")
    }
    guard let distance = group.listDistance, distance <= 180 * .day else {
      return (.low, "no shared-use lists within 180 days of the traffic were at hand, so shared use is not excluded")
    }
    let route =
      switch claim.routeCheck {
      case .match: "routing was as the claim expects"
      case .mismatch: "routing differs from the claim"
      case .unknown: "routing at the time was not checked"
      }
    let groups = claim.strongSourceGroups
    if groups >= 2, claim.routeCheck == .match, distance <= OverlayTerms.window {
      return (
        .high,
        "\(groups) independent sources rated B2 or better name the actor, \(route), "
          + "and shared-use lists within 30 days do not hold the address"
      )
    }
    let sources = groups >= 2 ? "\(groups) independent sources rated B2 or better" : "a source rated C3 or better"
    let days = distance <= OverlayTerms.window ? 30 : 180
    return (
      .moderate,
      "\(sources) \(groups >= 2 ? "name" : "names") the actor, \(route), shared-use lists within \(days) days"
    )
  }

  private static func handling(_ context: AssessmentContext) -> (level: Level, reason: String) {
    guard context.inputsAreHashed else { return (.low, "the inputs were not hashed") }
    let drops = context.interfaceDrops
    let hundredfold = drops?.multipliedReportingOverflow(by: 100)
    if let drops, drops > 0, let hundredfold, hundredfold.overflow || hundredfold.partialValue >= context.packets {
      return (.low, "the capturing interfaces dropped 1 % of the packets or more")
    }
    var doubts: [String] = []
    if context.inputsAreDamaged { doubts.append("an input is damaged") }
    if !context.clockOffsetIsKnown { doubts.append("the clock's offset is not known") }
    if drops == nil { doubts.append("the capturing interfaces do not report drops") }
    if let drops, drops > 0 { doubts.append("the capturing interfaces dropped packets") }
    return doubts.isEmpty
      ? (.high, "the inputs were hashed, the clock's offset is known and no packet was dropped")
      : (.moderate, "the inputs were hashed, but \(doubts.joined(separator: ", "))")
  }
}

extension Likelihood {
  /// How likely it is that the traffic came from the actor's network; nothing unless exclusive and well handled.
  init?(_ confidence: Confidence, verdict: Verdict, kind: UseKind?) {
    guard verdict == .exclusive, confidence.handling != .low else { return nil }
    // Third parties were found inside the space of sole national providers.
    let isStrong = confidence.path == .high && confidence.control == .high && kind != .soleNationalISP
    self = isStrong ? .veryLikely : .likely
  }
}

extension ClaimWeakness {
  /// The weakness as a clause.
  var text: String {
    switch self {
    case .notExclusive: "sole use is not claimed"
    case .kind: "the kind of use cannot be exclusive"
    case .undated: "undated"
    case .registrationOnly: "registration or geolocation only"
    case .weakSources: "no source rated C3 or better"
    }
  }
}
