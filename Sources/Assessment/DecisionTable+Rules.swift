public import Catalog
import Flows
public import Packets

/// What one of the rules X1–X6 (methodology 1.2) says of an address at a time.
public struct ExclusivityRule: Sendable, Equatable {
  /// The rules.
  public enum Name: String, Sendable, CaseIterable {
    /// Globally reachable unicast.
    case x1 = "X1"
    /// A live claim of exclusive use, which its actor does not contradict.
    case x2 = "X2"
    /// Nobody unrelated claims the address.
    case x3 = "X3"
    /// No list of shared addresses holds it.
    case x4 = "X4"
    /// The claim is sourced, dated, and shows use.
    case x5 = "X5"
    /// Routing does not differ from the claim.
    case x6 = "X6"
  }

  /// Which rule.
  public let name: Name
  /// Whether it holds.
  public let holds: Bool
  /// Why, in a sentence.
  public let because: String
}

extension CoveredEndpoint {
  /// The endpoint of a flow that leaves nothing to wish for (E4, opened by the address) and lasts a moment: what is said
  /// of it is what the catalog says of its address.
  ///
  /// - Parameters:
  ///   - address: The address.
  ///   - time: The moment.
  ///   - catalog: The catalog.
  public init(verified address: IPAddress, at time: Timestamp, in catalog: Catalog) {
    self.init(
      address: address, covers: catalog.prefixes.entries(of: catalog.prefixes.covers(of: address)),
      firstPacket: time, lastPacket: time, evidence: SideEvidence(.e4, .twoWayVerified), role: .initiator)
  }
}

extension DecisionTable {
  /// Says of each rule X1–X6 whether it holds, and why: the survey that the verdict rests on, rule by rule.
  ///
  /// All six hold exactly where `decide` finds nothing in rows D1–D9.
  ///
  /// - Parameter endpoint: The endpoint; its evidence and limits do not matter here.
  /// - Returns: The six rules in order.
  /// - Complexity: O(k²) in the number of entries that cover the address.
  public func rules(for endpoint: CoveredEndpoint) -> [ExclusivityRule] {
    let survey = ClaimSurvey(endpoint.covers, of: self, from: endpoint.firstPacket, through: endpoint.lastPacket)
    let x2 = claimed(survey)
    let x5 = sourced(survey)
    return [
      reachable(endpoint.address), x2, uncontested(survey), unlisted(endpoint, survey), x5,
      routed(survey, isSupported: x2.holds && x5.holds),
    ]
  }

  private func rule(_ name: ExclusivityRule.Name, _ objections: [String], else because: String) -> ExclusivityRule {
    ExclusivityRule(
      name: name, holds: objections.isEmpty, because: objections.isEmpty ? because : objections.joined(separator: "; "))
  }

  private func reachable(_ address: IPAddress) -> ExclusivityRule {
    let isGood = SpecialPurpose.isAttributable(address, allowingDocumentation: catalog.allowsDocumentationRanges)
    guard let row = SpecialPurpose.entry(for: address) else {
      return rule(.x1, [], else: "globally reachable unicast: no row of the IANA special-purpose registries")
    }
    let name = "\(row.prefix), \(row.name), \(row.specification)"
    return rule(.x1, isGood ? [] : ["special-purpose: \(name)"], else: "may be attributed: \(name)")
  }

  private func claimed(_ survey: ClaimSurvey) -> ExclusivityRule {
    var objections: [String] = []
    if survey.covering.isEmpty {
      objections.append("no claim covers the address")
    } else if !survey.hasLive {
      objections += survey.covering.map { "\(quoted($0)) \(phrase($0))" }
    } else if survey.claimants.isEmpty {
      objections.append("carved out by \(survey.carveOuts.flatMap(\.deciding).map(quoted).list())")
    }
    for position in survey.claimants {
      switch position.use {
      case .exclusive, .excluded: break
      case .associated:
        objections.append(
          "the most specific claim of its actor, \(position.deciding.map(quoted).list()), says associated")
      case .shared(let reason):
        objections.append(
          "the most specific claim of its actor, \(position.deciding.map(quoted).list()), says \(reason.rawValue)")
      }
    }
    let judged = judged(survey).filter { $0.use == .exclusive }
    for position in judged where candidates(position, survey).isEmpty {
      objections.append("no exclusive claim of '\(catalog.actors[position.actor].id)' holds for the whole time")
    }
    let basis = judged.flatMap { candidates($0, survey).prefix(1) }.map(quoted).list()
    return rule(.x2, objections, else: "\(basis) is live, says exclusive, and its actor does not contradict it")
  }

  private func uncontested(_ survey: ClaimSurvey) -> ExclusivityRule {
    let positions = survey.claimants + survey.partialClaimants
    let names = positions.map { "'\(catalog.actors[$0.actor].id)' (\($0.deciding.map(quoted).list()))" }.list()
    guard survey.isContested else {
      return rule(
        .x3, [],
        else: positions.isEmpty
          ? "nobody claims the address then"
          : positions.count == 1
            ? "\(names) alone claims the address" : "the actors that claim it are one family: \(names)"
      )
    }
    return rule(.x3, ["claimed for unrelated actors: \(names)"], else: "")
  }

  private func unlisted(_ endpoint: CoveredEndpoint, _ survey: ClaimSurvey) -> ExclusivityRule {
    var objections: [String] = []
    var exceptions: [String] = []
    let excepted = excepted(survey)
    let support = survey.named.flatMap(survey.support)
    for cover in endpoint.covers {
      guard case .overlay(let index) = cover.entry, overlays.indices.contains(index) else { continue }
      let overlay = catalog.overlays[index]
      let text = "overlay '\(overlay.id)' (\(overlay.kind.rawValue), \(String(overlay.snapshot.text.prefix(10))))"
      let isLive = overlays[index].isLive(endpoint.firstPacket, endpoint.lastPacket)
      if isLive, excepted.contains(index), let support,
        let exception = catalog.claims[support.index].exception(to: overlay)
      {
        exceptions.append("\(text) holds \(cover.prefix), but \(quoted(support)) excepts it: \(exception.reason)")
        continue
      }
      let sentence =
        "\(text) holds \(cover.prefix)" + (isLive ? "" : ", but more than 30 days away: shared use is not excluded")
      if !objections.contains(sentence) { objections.append(sentence) }
    }
    return rule(
      .x4, objections,
      else: !exceptions.isEmpty
        ? exceptions.joined(separator: "; ")
        : catalog.overlays.isEmpty ? "the catalog has no overlays to look in" : "no overlay holds the address")
  }

  private func sourced(_ survey: ClaimSurvey) -> ExclusivityRule {
    var objections: [String] = []
    let judged = judged(survey)
    for position in judged where !candidates(position, survey).contains(where: { claims[$0.index].isSound }) {
      for claim in candidates(position, survey) {
        let weaknesses = catalog.claims[claim.index].weaknesses.map(\.phrase)
        objections.append("\(quoted(claim)) \(weaknesses.list())")
      }
      if candidates(position, survey).isEmpty {
        objections.append("'\(catalog.actors[position.actor].id)' has no live exclusive claim to judge")
      }
    }
    if judged.isEmpty { objections.append("no claim to judge") }
    return rule(
      .x5, objections, else: "dated, with a source rated C3 or better, and more than registration or geolocation")
  }

  private func routed(_ survey: ClaimSurvey, isSupported: Bool) -> ExclusivityRule {
    var wrong = survey.claimants.flatMap(\.deciding).filter { claims[$0.index].isMisrouted }
    if wrong.isEmpty, isSupported {
      // The claim that is good enough lies behind a routing mismatch of its own.
      wrong = judged(survey).filter { $0.use == .exclusive && survey.support(of: $0) == nil }
        .flatMap { candidates($0, survey) }.filter { claims[$0.index].isMisrouted }
    }
    let routes = Set(survey.claimants.flatMap(\.deciding).map { catalog.claims[$0.index].routeCheck })
    return rule(
      .x6, wrong.isEmpty ? [] : ["routing differs from \(wrong.map(quoted).list())"],
      else: routes == [.match] ? "routing was as the claim expects" : "no mismatch is recorded; routing was not checked"
    )
  }

  /// Those whose claims must bear the verdict: the broadest claimant, or all where none is.
  private func judged(_ survey: ClaimSurvey) -> [ClaimSurvey.Position] { survey.named.map { [$0] } ?? survey.claimants }

  /// The live exclusive claims of an actor that none of its claims at least as specific contradicts.
  private func candidates(
    _ position: ClaimSurvey.Position, _ survey: ClaimSurvey
  ) -> [ClaimSurvey.Covering] {
    position.claims.filter { claim in
      claim.phase == .live && claims[claim.index].use == .exclusive && !survey.isContradicted(claim, in: position)
    }
  }

  private func quoted(_ claim: ClaimSurvey.Covering) -> String { "'\(catalog.claims[claim.index].id)'" }

  private func phrase(_ claim: ClaimSurvey.Covering) -> String {
    let it = catalog.claims[claim.index]
    return switch claim.phase {
    case .live: "holds"
    case .before: "begins later, \(it.validFrom?.text ?? "")"
    case .after: "has ended, \(it.validUntil?.text ?? "")"
    case .boundary: "begins or ends too near (guard \(it.guardMargin / (.day / 24)) h)"
    case .stale: "is stale: last known to hold \(it.asOf?.text ?? ""), believed for \(it.maxAge / .day) days"
    }
  }
}

extension ClaimWeakness {
  /// The weakness as what a claim does.
  fileprivate var phrase: String {
    switch self {
    case .notExclusive: "does not say exclusive"
    case .kind: "is of a kind that cannot be exclusive"
    case .undated: "lacks valid_from or as_of"
    case .registrationOnly: "rests on registration or geolocation alone"
    case .weakSources: "has no source rated C3 or better"
    }
  }
}
