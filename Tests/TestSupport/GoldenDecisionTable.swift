public import Assessment
public import Catalog
public import Flows
public import Packets

/// The decision table once more, slow and obvious: every row a sentence of methodology 1 and 8 over *all* claims and
/// overlays of a catalog, without a prefix table and without sorting.
public struct GoldenDecisionTable {
  let catalog: Catalog
  let address: IPAddress
  let first: Int64
  let last: Int64
  let isSpecialPurpose: Bool

  /// Asks of one address at one time.
  ///
  /// - Parameters:
  ///   - catalog: The catalog.
  ///   - address: The address.
  ///   - first: Time of the flow's first packet.
  ///   - last: Time of its last packet.
  ///   - isSpecialPurpose: Whether the address is special-purpose.
  public init(catalog: Catalog, address: IPAddress, first: Timestamp, last: Timestamp, isSpecialPurpose: Bool) {
    self.catalog = catalog
    self.address = address
    self.first = first.nanoseconds
    self.last = last.nanoseconds
    self.isSpecialPurpose = isSpecialPurpose
  }

  /// Every reason that matches, in the order of the table.
  public func reasons(_ evidence: SideEvidence, _ role: CoveredEndpoint.Role, isProxied: Bool) -> [VerdictReason] {
    var matching: Set<VerdictReason> = []
    let covering = catalog.claims.indices.filter { length($0) != nil }
    let isAnyLive = covering.contains(where: isLive)
    let hits = catalog.overlays.filter { $0.prefixes.contains { $0.contains(address) } }
    let liveHits = hits.filter(isLive)

    if isSpecialPurpose { matching.insert(.specialPurpose) }
    if covering.isEmpty && liveHits.isEmpty { matching.insert(.noClaim) }
    if !isAnyLive { matching.formUnion(covering.map(expiry)) }
    if isAnyLive && voices.isEmpty { matching.insert(.excluded) }
    for overlay in liveHits { matching.insert(shared(overlay.kind) ?? .sharedUse) }
    if isAnyLive {
      for voice in voices where caution(voice) == 2 { matching.insert(shared(claim(voice).kind) ?? .sharedUse) }
      if isContested { matching.insert(.overlap) }
      if voices.contains(where: { claim($0).routeCheck == .mismatch }) { matching.insert(.routeMismatch) }
      if voices.contains(where: { caution($0) == 1 }) { matching.insert(.claimQuality) }
      let mustStand = isContested ? Set(voices.map { claim($0).actor }) : Set(broadest.map { [$0] } ?? [])
      for actor in mustStand where voices.contains(where: { claim($0).actor == actor && caution($0) == 0 }) {
        if !covering.contains(where: { claim($0).actor == actor && isSupport($0) }) { matching.insert(.claimQuality) }
      }
    }
    if hits.contains(where: { !isLive($0) }) { matching.insert(.overlayStale) }
    if isProxied { matching.insert(.vantage) }
    switch evidence.grade {
    case .e0: matching.insert(VerdictReason(rawValue: evidence.reason.rawValue) ?? .malformed)
    case .e1:
      matching.insert(VerdictReason(rawValue: evidence.reason.rawValue) ?? .oneWay)
    case .e2: matching.insert(.twoWayUnverified)
    case .e3, .e4, .e5: break
    }
    if matching.isEmpty {
      switch (evidence.grade, role) {
      case (.e3, _): matching.insert(VerdictReason(rawValue: evidence.reason.rawValue) ?? .nonceEcho)
      case (_, .initiator): matching.insert(.direct)
      case (_, .responder): matching.insert(.contacted)
      case (_, .unknown): matching.insert(.nonceEcho)
      }
    }
    return VerdictReason.allCases.filter(matching.contains)
  }

  /// The actor that uncontested claims name: the broadest of those that claim the address.
  public var broadest: Int? {
    isContested
      ? nil
      : voices.map { claim($0).actor }.first { top in voices.allSatisfy { isPart(claim($0).actor, of: top) } }
  }

  // MARK: The claims

  private func claim(_ index: Int) -> Claim { catalog.claims[index] }

  /// Length of the prefix through which a claim covers the address; nothing if it does not.
  private func length(_ index: Int) -> Int? {
    claim(index).prefixes.filter { $0.contains(address) }.map { Int($0.length) }.max()
  }

  /// Whether every prefix of a claim lies between the ends of another.
  private func holds(_ wide: Int, all narrow: Int) -> Bool {
    let first = claim(wide).prefixes.map(\.address.bits).min() ?? 0
    let last = claim(wide).prefixes.map(\.last.bits).max() ?? .max
    return claim(narrow).prefixes.allSatisfy { first <= $0.address.bits && $0.last.bits <= last }
  }

  private func isNarrower(_ one: Int, than other: Int) -> Bool { holds(other, all: one) && !holds(one, all: other) }

  private func isLive(_ index: Int) -> Bool {
    let it = claim(index)
    let opens = it.validFrom.map { $0.nanoseconds + it.guardMargin } ?? .min
    let closes = it.validUntil.map { $0.nanoseconds - it.guardMargin } ?? .max
    let isYoung = it.validUntil != nil || lastKnown(it).map { last <= $0.nanoseconds + it.maxAge } ?? true
    return opens <= first && last < closes && isYoung
  }

  /// Nobody knows on a day what holds on a later one.
  private func lastKnown(_ claim: Claim) -> Timestamp? {
    claim.asOf.map { claim.recordedAt.map { $0.nanoseconds } ?? .max < $0.nanoseconds ? claim.recordedAt ?? $0 : $0 }
  }

  private func expiry(_ index: Int) -> VerdictReason {
    let it = claim(index)
    if let from = it.validFrom, last < from.nanoseconds { return .before }
    if let until = it.validUntil, first >= until.nanoseconds { return .after }
    let isInside =
      (it.validFrom.map { $0.nanoseconds + it.guardMargin <= first } ?? true)
      && (it.validUntil.map { last < $0.nanoseconds - it.guardMargin } ?? true)
    return isInside ? .stale : .boundary
  }

  /// Whether a claim held at some moment of the flow.
  private func held(_ index: Int) -> Bool {
    let it = claim(index)
    let begins = it.validFrom?.nanoseconds ?? .min
    if let until = it.validUntil { return begins <= last && first < until.nanoseconds }
    return begins <= last && lastKnown(it).map { first <= $0.nanoseconds + it.maxAge } ?? true
  }

  private func isOverridden(_ index: Int) -> Bool { !winners(over: index).isEmpty }

  /// The claims that override one, and are not overridden.
  private func winners(over index: Int) -> [Int] {
    func overriders(_ loser: Int) -> [Int] {
      catalog.claims.indices.filter {
        length($0) != nil && isLive($0) && claim($0).actor != claim(loser).actor
          && claim($0).overrides.contains(loser)
          && Set(
            claim($0).sources.filter { "ABC".contains($0.reliability) && $0.credibility <= 3 }.map(\.independentGroup)
          ).count > 1
      }
    }
    return overriders(index).filter { overriders($0).isEmpty }
  }

  /// Claims that count at all, and hold for the whole flow if they speak for exclusivity.
  private var bearing: [Int] {
    catalog.claims.indices.filter {
      length($0) != nil && !isOverridden($0) && (isLive($0) || (held($0) && caution($0) > 0))
    }
  }

  /// Of each actor the most specific claims, of these the most cautious; none of an actor that carved the address out,
  /// or of a part of such an actor.
  private var voices: [Int] {
    let bearing = bearing
    let deciding = bearing.filter { one in
      !bearing.contains { other in
        claim(other).actor == claim(one).actor
          && (isNarrower(other, than: one) || (!isNarrower(one, than: other) && caution(other) > caution(one)))
      }
    }
    return deciding.filter { one in
      !deciding.contains { caution($0) == 3 && isPart(claim(one).actor, of: claim($0).actor) }
    }
  }

  private var isContested: Bool {
    // Whatever claims the address at some moment, unless its actor carves it out all the time.
    let voices = voices
    let partial = catalog.claims.indices.filter { one in
      length(one) != nil && held(one) && caution(one) < 3
        && !winners(over: one).contains { winner in
          voices.contains { claim($0).actor == claim(winner).actor && caution(winner) <= caution($0) }
        }
        && !catalog.claims.indices.contains { carveOut in
          length(carveOut) != nil && isLive(carveOut) && !isOverridden(carveOut) && caution(carveOut) == 3
            && holds(one, all: carveOut)
            && claim(one).actor == claim(carveOut).actor
        }
    }
    return voices.contains { one in
      (voices + partial).contains {
        !isPart(claim(one).actor, of: claim($0).actor) && !isPart(claim($0).actor, of: claim(one).actor)
      }
    }
  }

  private func isSupport(_ index: Int) -> Bool {
    let it = claim(index)
    return isLive(index) && !isOverridden(index) && it.relation == .exclusive && it.kind.canBeExclusive
      && (it.routeCheck != .mismatch || voices.contains(index)) && isWellSourced(it)
      && !bearing.contains {
        claim($0).actor == it.actor && caution($0) > 0 && !isNarrower(index, than: $0)
      }
  }

  private func isWellSourced(_ claim: Claim) -> Bool {
    claim.validFrom != nil && claim.asOf != nil
      && claim.sources.contains { "ABC".contains($0.reliability) && [1, 2, 3].contains($0.credibility) }
      && !Set(claim.basis).subtracting([.rirRegistration, .geolocation]).isEmpty
  }

  /// 0 exclusive, 1 associated, 2 shared, 3 excluded.
  private func caution(_ index: Int) -> Int {
    switch claim(index).relation {
    case .excluded: 3
    case .shared: 2
    case .associated: shared(claim(index).kind) == nil ? 1 : 2
    case .exclusive: shared(claim(index).kind) == nil ? 0 : 2
    }
  }

  private func shared(_ kind: UseKind) -> VerdictReason? {
    switch kind {
    case .sinkhole: .sinkhole
    case .researchScanner: .scanner
    default: VerdictReason(rawValue: kind.rawValue)
    }
  }

  /// Whether an actor is another or a part of it.
  private func isPart(_ actor: Int, of whole: Int) -> Bool {
    actor == whole || catalog.actors[actor].parent.map { isPart($0, of: whole) } ?? false
  }

  private func isLive(_ overlay: Overlay) -> Bool {
    let days30: Int64 = 30 * 24 * 3600 * 1_000_000_000
    return overlay.snapshot.nanoseconds >= first - days30 && overlay.snapshot.nanoseconds <= last + days30
  }
}
