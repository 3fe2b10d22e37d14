import Catalog
import Flows

extension CaseAssessment {
  /// A matrix for each actor that EXCLUSIVE findings name, else for each that any finding names, else one for the case.
  ///
  /// - Parameters:
  ///   - groups: The findings in the order of the report.
  ///   - links: The links between sessions.
  ///   - scan: The scan-like sources, and whether every source was looked at.
  /// - Returns: At least one matrix.
  func hypotheses(
    _ groups: [FindingGroup], links: [Link], scan: (found: Set<SourceKey>, isWhole: Bool)
  ) -> [HypothesisMatrix] {
    let named = groups.enumerated().map { (id: "F\($0 + 1)", group: $1) }
    let exclusive = named.filter { $0.group.key.reason.verdict == .exclusive }
    var actors: [Int] = []
    for actor in (exclusive.isEmpty ? named : exclusive).compactMap(\.group.key.actor) where !actors.contains(actor) {
      actors.append(actor)
    }
    guard !actors.isEmpty else { return [matrix(nil, named, links, scan)] }
    return actors.map { actor in
      let all = named.filter { $0.group.key.actor == actor }
      // What is claimed for another time, for others or with others says nothing of the actor's own addresses.
      let live = all.filter {
        $0.group.key.reason.verdict == .exclusive || $0.group.key.reason.verdict == .unverifiable
      }
      return matrix(actor, live.isEmpty ? all : live, links, scan)
    }
  }

  private typealias Scope = [(id: String, group: FindingGroup)]

  private func matrix(
    _ actor: Int?, _ scope: Scope, _ links: [Link], _ scan: (found: Set<SourceKey>, isWhole: Bool)
  ) -> HypothesisMatrix {
    HypothesisMatrix(
      actor: actor, findings: scope.map(\.id),
      rows: HypothesisEvidence.allCases.map { row($0, actor, scope, links, scan) })
  }

  private func row(
    _ evidence: HypothesisEvidence, _ actor: Int?, _ scope: Scope, _ links: [Link],
    _ scan: (found: Set<SourceKey>, isWhole: Bool)
  ) -> HypothesisMatrix.Row {
    func row(_ presence: HypothesisMatrix.Presence, _ because: String, _ findings: Scope = []) -> HypothesisMatrix.Row {
      HypothesisMatrix.Row(evidence: evidence, presence: presence, because: because, findings: findings.map(\.id))
    }
    let verified = scope.filter { $0.group.verifiesAddress }
    switch evidence {
    case .verifiedSession:
      let strong = verified.filter { $0.group.strongestGrade >= .e4 }
      return strong.isEmpty ? row(.no, "no flow reaches E4") : row(.yes, "flows reach E4 or E5", strong)
    case .independentSources:
      let sourced = scope.filter { sourceGroups($0.group, actor) >= 2 }
      if !sourced.isEmpty {
        return row(.yes, "independent groups of sources rated C3 or better claim sole use", sourced)
      }
      return row(.no, "no live claim of sole use has two independent groups of sources rated C3 or better")
    case .routeOrigin:
      let differing = scope.filter { routes($0.group, actor).contains(.mismatch) }
      if !differing.isEmpty { return row(.no, "routing differs from the claim", differing) }
      let checked = scope.filter { !routes($0.group, actor).isEmpty && routes($0.group, actor) == [.match] }
      if !checked.isEmpty, checked.count == scope.count {
        return row(.yes, "the claim records a matching route", checked)
      }
      return row(.notAssessed, "routing at the time was not checked for every finding")
    case .attackContent, .toolOverlap:
      return row(.notAssessed, "not assessed by this tool")
    case .strongLink:
      // A link says that two sessions belong together, not that either of them attacked.
      let linked = scope.filter { finding in
        links.contains { [$0.from, $0.to].contains { $0.finding == finding.id } }
      }
      return linked.isEmpty
        ? row(.notAssessed, "no session of these findings was linked to another")
        : row(.notAssessed, "sessions are linked, see the links; whether they attacked is not assessed", linked)
    case .noise:
      let scanning = scope.filter { $0.group.sources(scanLike: scan.found).scanLike > 0 }
      if !scanning.isEmpty { return row(.yes, "pattern consistent with scanning", scanning) }
      return scan.isWhole
        ? row(.no, "no scanning pattern in these inputs; other places are not seen")
        : row(.notAssessed, "not every source could be looked at for a scanning pattern")
    case .destinationOnly:
      if verified.isEmpty { return row(.notAssessed, "no verified flow says who contacted whom") }
      let opening = verified.filter { $0.group.opened > 0 }
      if !opening.isEmpty { return row(.no, "the address opened sessions", opening) }
      return verified.allSatisfy { $0.group.answered == $0.group.flowCount }
        ? row(.yes, "the address was contacted and opened nothing that is verified", verified)
        : row(.notAssessed, "of some flows it is not known who contacted whom")
    case .unverifiedOnly:
      if scope.isEmpty { return row(.notAssessed, "no flow touches the catalog") }
      return verified.isEmpty
        ? row(.yes, "no flow verifies an address", scope) : row(.no, "flows from E3 up verify the address", verified)
    }
  }

  /// How many independent groups of sources, rated C3 or better, say that the actor alone uses the range.
  private func sourceGroups(_ group: FindingGroup, _ actor: Int?) -> Int {
    guard [.exclusive, .unverifiable].contains(group.key.reason.verdict) else { return 0 }
    return group.claims.map { catalog.claims[$0] }.filter { $0.actor == actor && $0.use == .exclusive }
      .map(\.independentSourceGroups).max() ?? 0
  }

  /// What the actor's claims of a finding say of routing.
  private func routes(_ group: FindingGroup, _ actor: Int?) -> Set<Claim.RouteCheck> {
    Set(group.claims.map { catalog.claims[$0] }.filter { $0.actor == actor }.map(\.routeCheck))
  }
}

extension Claim {
  /// How many independent groups of sources are rated C3 or better.
  fileprivate var independentSourceGroups: Int {
    sources.filter { $0.isAtLeast("C", 3) }.independentGroups
  }
}

extension FindingGroup {
  /// Whether packets verify an address of the finding itself: E3 or better, at a sensor that sees the address.
  fileprivate var verifiesAddress: Bool {
    strongestGrade >= .e3 && !reasons.contains { [.vantage, .tunnel, .attested].contains($0) }
  }
}
