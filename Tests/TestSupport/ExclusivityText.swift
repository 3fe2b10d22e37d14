public import Catalog
public import Packets

/// The formal definition of exclusivity (methodology 1.2) read sentence by sentence, without any of the decision table's
/// notions: slow, and written from the text alone.
///
/// Where the text speaks of a claim that is live, what speaks *against* exclusivity is taken to count if it holds at any
/// moment of the flow.
public struct ExclusivityText {
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

  /// The rules that do not hold for an actor; empty where the address is exclusively the actor's.
  public func failures(of actor: Int) -> [String] {
    var failures: [String] = []
    if isSpecialPurpose { failures.append("X1") }

    let mine = catalog.claims.filter { claim in
      claim.actor == actor && isLive(claim) && claim.relation == .exclusive
        && [.dedicatedAllocation, .dedicatedAssignment, .soleNationalISP].contains(claim.kind)
        && !isOverridden(claim)
        && !catalog.claims.contains { other in
          other.actor == actor && isHeld(other) && !isOverridden(other)
            && !(size(claim) < size(other) && holds(other, claim))
            && (other.relation != .exclusive
              || ![.dedicatedAllocation, .dedicatedAssignment, .soleNationalISP, .unknown]
                .contains(other.kind))
        }
    }
    if mine.isEmpty { failures.append("X2") }

    let foreign = catalog.claims.filter { claim in
      isHeld(claim) && claim.relation != .excluded && !isFamily(claim.actor, actor) && !isOverridden(claim, for: actor)
        && !catalog.claims.contains { carveOut in
          carveOut.relation == .excluded && isLive(carveOut) && !isOverridden(carveOut)
            && holds(claim, carveOut) && claim.actor == carveOut.actor
        }
    }
    if !foreign.isEmpty { failures.append("X3") }

    if catalog.overlays.contains(where: { overlay in overlay.prefixes.contains { $0.contains(address) } }) {
      failures.append("X4")
    }
    let sourced = mine.filter { claim in
      claim.validFrom != nil && claim.asOf != nil
        && claim.sources.contains { "ABC".contains($0.reliability) && $0.credibility < 4 }
        && claim.basis.contains { $0 != .rirRegistration && $0 != .geolocation }
    }
    if sourced.isEmpty { failures.append("X5") }
    if sourced.allSatisfy({ $0.routeCheck == .mismatch }) { failures.append("X6") }
    return failures
  }

  /// `live(c,x,F)`: from+g <= f0, f1 < until-g, and young enough if open-ended.
  private func isLive(_ claim: Claim) -> Bool {
    guard length(claim) >= 0 else { return false }
    if let from = claim.validFrom, first < from.nanoseconds + claim.guardMargin { return false }
    if let until = claim.validUntil { return last < until.nanoseconds - claim.guardMargin }
    return lastKnown(claim).map { last <= $0.nanoseconds + claim.maxAge } ?? true
  }

  /// Whether the claim covers the address and holds at some moment of the flow.
  private func isHeld(_ claim: Claim) -> Bool {
    guard length(claim) >= 0 else { return false }
    if let from = claim.validFrom, last < from.nanoseconds { return false }
    if let until = claim.validUntil { return first < until.nanoseconds }
    return lastKnown(claim).map { first <= $0.nanoseconds + claim.maxAge } ?? true
  }

  /// X3: a live claim of another actor, with two independent sources of C3 or better, names this one in `overrides`, and
  /// is not itself overridden so.
  ///
  /// With an actor: only by an exclusive claim of its family, for X3 speaks of two claims, one of which is the actor's.
  private func isOverridden(_ claim: Claim, for actor: Int? = nil) -> Bool {
    func winners(over loser: Claim) -> [Claim] {
      catalog.claims.filter { winner in
        winner.actor != loser.actor && isLive(winner)
          && winner.overrides.contains { catalog.claims[$0].id == loser.id }
          && Set(
            winner.sources.filter { "ABC".contains($0.reliability) && $0.credibility < 4 }.map(\.independentGroup)
          ).count > 1
      }
    }
    return winners(over: claim).contains { winner in
      winners(over: winner).isEmpty
        && (actor.map { winner.relation == .exclusive && isFamily(winner.actor, $0) } ?? true)
    }
  }

  /// Length of the prefix through which a claim covers the address; -1 if it does not.
  private func length(_ claim: Claim) -> Int {
    claim.prefixes.filter { $0.contains(address) }.map { Int($0.length) }.max() ?? -1
  }

  /// Whether the range of one claim lies in that of another.
  private func holds(_ wide: Claim, _ narrow: Claim) -> Bool {
    guard let first = wide.prefixes.map(\.address).min(), let last = wide.prefixes.map(\.last).max() else {
      return false
    }
    return narrow.prefixes.allSatisfy { first <= $0.address && $0.last <= last }
  }

  private func size(_ claim: Claim) -> UInt128 {
    claim.prefixes.reduce(0) { $0 &+ ($1.last.bits &- $1.address.bits &+ 1) }
  }

  /// The day of a claim; a later one than that of its recording cannot have been known.
  private func lastKnown(_ claim: Claim) -> Timestamp? {
    guard let asOf = claim.asOf else { return nil }
    return claim.recordedAt.map { min($0, asOf) } ?? asOf
  }

  private func ancestry(_ actor: Int) -> [Int] {
    [actor] + (catalog.actors[actor].parent.map(ancestry) ?? [])
  }

  /// 1.5, 5: parent and child do not contest.
  private func isFamily(_ one: Int, _ other: Int) -> Bool {
    ancestry(one).contains(other) || ancestry(other).contains(one)
  }
}
