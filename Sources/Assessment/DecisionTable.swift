public import Catalog
public import Flows
public import Packets

/// One endpoint of a flow, with all that the decision table asks of it.
public struct CoveredEndpoint: Sendable {
  /// What the endpoint did first.
  public enum Role: Sendable, CaseIterable {
    /// It opened the connection, proven by its SYN.
    case initiator
    /// The other side opened the connection, proven by that side's SYN.
    case responder
    /// Nothing proves who contacted whom.
    case unknown
  }

  /// The address.
  public var address: IPAddress
  /// Every catalog entry that covers the address.
  public var covers: [PrefixTable.Cover]
  /// Time of the flow's first packet.
  public var firstPacket: Timestamp
  /// Time of the flow's last packet.
  public var lastPacket: Timestamp
  /// What the packets prove of the address.
  public var evidence: SideEvidence
  /// What the endpoint did first.
  public var role: Role
  /// What keeps the packets from speaking of this address whatever their grade: `vantage`, `tunnel`, `attested` (D12).
  public var limits: [VerdictReason]

  /// Makes an endpoint.
  ///
  /// - Parameters:
  ///   - address: The address.
  ///   - covers: Every catalog entry that covers the address.
  ///   - firstPacket: Time of the flow's first packet.
  ///   - lastPacket: Time of the flow's last packet.
  ///   - evidence: What the packets prove of the address.
  ///   - role: What the endpoint did first.
  ///   - limits: What keeps the packets from speaking of this address whatever their grade.
  public init(
    address: IPAddress, covers: [PrefixTable.Cover], firstPacket: Timestamp, lastPacket: Timestamp,
    evidence: SideEvidence, role: Role, limits: [VerdictReason] = []
  ) {
    self.address = address
    self.covers = covers
    self.firstPacket = firstPacket
    self.lastPacket = lastPacket
    self.evidence = evidence
    self.role = role
    self.limits = limits
  }
}

/// The decision table D1–D15 (methodology 8): what may be said of one endpoint of a flow.
///
/// A pure function of endpoint and catalog. The first row that matches gives the verdict; every other reason that
/// matches is listed. There is no way to force a row. Immutable; safe to use from any thread.
public final class DecisionTable: Sendable {
  /// The catalog that endpoints are judged by.
  public let catalog: Catalog

  let claims: [ClaimTerms]
  let overlays: [OverlayTerms]
  /// The parent of each actor.
  let parents: [Int?]
  let hasOverrides: Bool
  /// The overlays that claims except, by claim; empty if none does.
  let exceptions: [Int: Set<Int>]

  /// Makes the table for a catalog.
  ///
  /// - Parameter catalog: The catalog; its `allowsDocumentationRanges` exempts documentation prefixes from D1.
  public init(catalog: Catalog) {
    self.catalog = catalog
    claims = catalog.claims.map(ClaimTerms.init)
    overlays = catalog.overlays.map(OverlayTerms.init)
    parents = catalog.actors.map(\.parent)
    hasOverrides = catalog.claims.contains { !$0.overrides.isEmpty }
    exceptions = catalog.claims.enumerated().reduce(into: [:]) { exceptions, item in
      guard !item.element.overlayExceptions.isEmpty else { return }
      exceptions[item.offset] = Set(
        catalog.overlays.indices.filter { item.element.exception(to: catalog.overlays[$0]) != nil })
    }
  }

  /// Judges one endpoint.
  ///
  /// - Parameter endpoint: The endpoint.
  /// - Returns: The verdict, without a covered side.
  /// - Complexity: O(k²) in the number of entries that cover the address.
  public func decide(_ endpoint: CoveredEndpoint) -> FlowAssessment {
    let survey = ClaimSurvey(endpoint.covers, of: self, from: endpoint.firstPacket, through: endpoint.lastPacket)
    let hits: [(index: Int, prefix: IPPrefix)] = endpoint.covers.compactMap { cover in
      guard case .overlay(let index) = cover.entry, overlays.indices.contains(index) else { return nil }
      return (index, cover.prefix)
    }
    let excepted = excepted(survey)
    let objecting = hits.map(\.index).keeping { !excepted.contains($0) || !isLive($0, endpoint) }
    var reasons = objections(to: endpoint, survey, objecting)
    if reasons.isEmpty { reasons = [endpoint.evidence.strength(role: endpoint.role)] }  // D13–D15
    if objecting.count < hits.count { reasons.append(.overlayException) }

    let reason = reasons[0]
    let claims = basis(of: reason, survey)
    let decisive = hits.first { overlays[$0.index].reason == reason && isLive($0.index, endpoint) }
    return FlowAssessment(
      verdict: reason.verdict, reason: reason, reasons: reasons, actor: actor(of: reason, survey, claims),
      claims: claims.map(\.index), overlays: ordered(hits.map(\.index), first: decisive?.index),
      prefix: claims.first?.prefix ?? decisive?.prefix ?? hits.first?.prefix)
  }

  /// The reasons of rows D1–D12 that match, in the order of the table; empty if all X-rules hold and the grade is E3 or
  /// better.
  private func objections(to endpoint: CoveredEndpoint, _ survey: ClaimSurvey, _ hits: [Int]) -> [VerdictReason] {
    var reasons: [VerdictReason] = []
    let live = hits.keeping { isLive($0, endpoint) }

    // D1, X1
    if !SpecialPurpose.isAttributable(endpoint.address, allowingDocumentation: catalog.allowsDocumentationRanges) {
      reasons.append(.specialPurpose)
    }
    if survey.covering.isEmpty {
      if live.isEmpty { reasons.append(.noClaim) }  // D2; a live list alone still says that the address is shared
    } else if !survey.hasLive {
      reasons += survey.covering.compactMap(\.phase.reason)  // D3
    } else if survey.claimants.isEmpty {
      reasons.append(.excluded)  // D3b
    }
    // D4, D7, X4
    reasons += live.map { overlays[$0].reason }
    for claim in survey.claimants.lazy.flatMap(\.deciding) {
      if case .shared(let reason) = claims[claim.index].use { reasons.append(reason) }
    }
    // D5, X3
    if survey.isContested { reasons.append(.overlap) }
    // D6, X6
    if survey.claimants.contains(where: { $0.deciding.contains { claims[$0.index].isMisrouted } }) {
      reasons.append(.routeMismatch)
    }
    // D8
    if live.count < hits.count { reasons.append(.overlayStale) }
    // D9, X2, X5
    func isUnsupported(_ position: ClaimSurvey.Position) -> Bool {
      position.use == .exclusive && survey.support(of: position) == nil
    }
    if survey.claimants.contains(where: { $0.use == .associated })
      || survey.named.map(isUnsupported) ?? survey.claimants.contains(where: isUnsupported)
    {
      reasons.append(.claimQuality)
    }
    // D10–D12
    if let weakness = endpoint.evidence.weakness { reasons.append(weakness) }
    reasons += endpoint.limits
    return reasons.inTableOrder
  }

  /// The overlays that the claim on which an exclusive verdict would rest makes exceptions of (methodology 1.3).
  ///
  /// That claim holds for the whole flow. A list is excepted only while it speaks: of one that is too old or too new nobody
  /// knows whether it is the list that the reason speaks of.
  func excepted(_ survey: ClaimSurvey) -> Set<Int> {
    guard !exceptions.isEmpty, let named = survey.named, named.use == .exclusive, let claim = survey.support(of: named)
    else { return [] }
    return exceptions[claim.index] ?? []
  }

  /// The claims that a verdict rests on, the primary one first.
  private func basis(of reason: VerdictReason, _ survey: ClaimSurvey) -> [ClaimSurvey.Covering] {
    switch reason {
    case .specialPurpose, .noClaim:
      return survey.covering
    case .before, .after, .boundary, .stale:
      let matching = survey.covering.filter { $0.phase.reason == reason }
      let primary = matching.first { claims[$0.index].use != .excluded } ?? matching.first
      return ordered(survey.covering, first: primary)
    case .excluded:
      return survey.carveOuts.flatMap(\.deciding)
    case .overlap:
      return ordered((survey.claimants + survey.partialClaimants).flatMap(\.deciding), first: nil)
    default:
      let primary =
        survey.claimants.lazy.flatMap(\.deciding).first { claims[$0.index].use == .shared(reason) }
        ?? survey.named.flatMap { survey.support(of: $0) ?? $0.deciding.first }
      return ordered(survey.claimants.flatMap(\.claims), first: primary)
    }
  }

  private func actor(
    of reason: VerdictReason, _ survey: ClaimSurvey, _ basis: [ClaimSurvey.Covering]
  ) -> Int? {
    switch reason {
    case .specialPurpose, .noClaim, .overlap: nil
    case .before, .after, .boundary, .stale, .excluded: basis.first.map { claims[$0.index].actor }
    default: survey.named?.actor
    }
  }

  func isLive(_ overlay: Int, _ endpoint: CoveredEndpoint) -> Bool {
    overlays[overlay].isLive(endpoint.firstPacket, endpoint.lastPacket)
  }

  /// Claims by prefix, longest first, then by index, but one of them at the head.
  private func ordered(
    _ claims: [ClaimSurvey.Covering], first: ClaimSurvey.Covering?
  ) -> [ClaimSurvey.Covering] {
    var ordered = claims.keeping { $0.index != first?.index }
    ordered.sort { ($1.prefix.length, $0.index) < ($0.prefix.length, $1.index) }
    if let first { ordered.insert(first, at: 0) }
    return ordered
  }

  private func ordered(_ overlays: [Int], first: Int?) -> [Int] {
    var ordered = overlays.keeping { $0 != first }
    ordered.sort()
    if let first { ordered.insert(first, at: 0) }
    return ordered
  }
}
