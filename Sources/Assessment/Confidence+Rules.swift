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
    guard grade >= .e3 else {
      return group.strongestGrade >= .e3
        ? (nil, "the return path to the address is not verified in every flow (weakest \(grade.name))")
        : (nil, "the return path to the address is not verified (\(grade.name))")
    }
    if group.key.reason.verdict == .unverifiable, group.reasons.contains(where: Self.limits.contains) {
      return (nil, "the packets do not speak of the address itself")
    }
    let corroborators = group.conversations.corroborators(ofAll: group.flowCount, context.sensors)
    if grade >= .e4, corroborators.count >= 2 {
      let names = corroborators.map { context.sensors[$0].id }.list()
      return (
        .high,
        "the sensors \(names), of different operators and upstreams, each saw the return path verified (\(grade.name)) in "
          + "every session, which corroborates the path, not who uses the range"
      )
    }
    if grade == .e5, claim?.routeCheck == .match {
      return (.high, "a key exchange verified the return path (E5) and routing was as the claim expects")
    }
    let sensors = context.sensors.count > 1 ? "without a second, independent sensor in every session" : "at one sensor"
    return (.moderate, "the return path was verified (\(grade.name)) \(sensors)")
  }

  private static let limits: [VerdictReason] = [.vantage, .tunnel, .attested]

  private static func control(_ group: FindingGroup, _ claim: Claim?) -> (level: Level, reason: String) {
    guard let claim else { return (.low, "no claim says who used the address") }
    switch group.key.reason {
    case .specialPurpose: return (.low, "nobody can be named for a special-purpose address")
    case .noClaim, .before, .after, .boundary, .stale: return (.low, "no claim holds at the time of the traffic")
    case .excluded: return (.low, "the address is carved out of the claim")
    case .overlap: return (.low, "unrelated actors claim the address")
    case .routeMismatch: return (.low, "routing differs from the claim")
    case .overlayStale: return (.low, "shared use of the address is not excluded")
    case .claimQuality:
      let lacks = claim.weaknesses.map(\.text).joined(separator: ", ")
      return (.low, "the claim does not support sole use\(lacks.isEmpty ? "" : " (\(lacks))")")
    default:
      if group.key.reason.verdict == .shared { return (.low, "the address is shared or run by a third party") }
    }
    guard let distance = group.listDistance, distance <= 180 * .day else {
      return (.low, "no shared-use lists within 180 days of the traffic were at hand, so shared use is not excluded")
    }
    let isFresh = distance <= OverlayTerms.window
    let groups = claim.strongSourceGroups
    let route = claim.routeCheck == .match ? "routing was as the claim expects" : "routing at the time was not checked"
    let sources =
      groups >= 2
      ? "\(groups) independent sources rated B2 or better name the actor"
      : "a source rated C3 or better names the actor"
    return (
      groups >= 2 && claim.routeCheck == .match && isFresh ? .high : .moderate,
      "\(sources), \(route), and shared-use lists within \(isFresh ? 30 : 180) days do not hold the address"
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
      : (.moderate, "the inputs were hashed, but \(doubts.list())")
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
