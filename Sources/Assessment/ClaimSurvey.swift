import Catalog
import Packets

/// What the claims that cover an address come to at the time of a flow: who claims it, and as what.
///
/// The rules are those of methodology 1.2 (X2, X3) and 1.5 (3, 5, 6, 8).
struct ClaimSurvey {
  /// A claim that covers the address.
  struct Covering {
    let index: Int
    let prefix: IPPrefix
    let phase: ClaimTerms.Phase
  }

  /// What one actor says of the address: its most specific claims, of those the most cautious.
  struct Position {
    let actor: Int
    let use: Claim.Use
    /// Every claim of the actor that counts, longest prefix first.
    let claims: [Covering]
    /// Those that give `use`.
    let deciding: [Covering]
  }

  /// Every claim that covers the address, longest prefix first, then by index.
  let covering: [Covering]
  /// Whether a claim is live.
  let hasLive: Bool
  /// What each actor says that has not carved the address out, by actor.
  private(set) var claimants: [Position] = []
  /// What each actor says that has carved the address out, by actor.
  private(set) var carveOuts: [Position] = []
  /// What each actor says that cannot support the verdict but contests it: its claim holds for a part of the flow only, or
  /// its carve-out does, or its parent's carve-out is wider than the claim.
  private(set) var partialClaimants: [Position] = []
  /// Whether unrelated actors claim the address (X3).
  private(set) var isContested = false
  /// The broadest claimant, which the verdict names; nothing where contested or carved out.
  private(set) var named: Position?

  private let table: DecisionTable

  /// Surveys the claims.
  ///
  /// - Complexity: O(k²) in the number of claims that cover the address.
  init(_ covers: [PrefixTable.Cover], of table: DecisionTable, from first: Timestamp, through last: Timestamp) {
    self.table = table
    var covering = covers.compactMap { cover -> Covering? in
      guard case .claim(let index) = cover.entry, table.claims.indices.contains(index) else { return nil }
      return Covering(index: index, prefix: cover.prefix, phase: table.claims[index].phase(first, last))
    }
    covering.sort { ($1.prefix.length, $0.index) < ($0.prefix.length, $1.index) }
    self.covering = covering
    hasLive = covering.contains { $0.phase == .live }
    guard hasLive else { return }

    let touching = covering.keeping { table.claims[$0.index].touches(first, last) }
    let standing = touching.keeping { overriders(of: $0).isEmpty }
    for (actor, claims) in byActor(standing) {
      // For the actor speaks what holds all the time; against it, what holds at any moment.
      let bearing = claims.keeping { $0.phase == .live || use($0) != .exclusive }
      guard let position = position(of: actor, bearing) else { continue }
      if position.use == .excluded { carveOuts.append(position) } else { claimants.append(position) }
    }
    // What is not the whole's is not the part's.
    claimants = claimants.keeping { claimant in
      !carveOuts.contains { isAncestor($0.actor, of: claimant.actor) }
    }
    let contesting = touching.filter { claim in
      use(claim) != .excluded && !claimants.contains { $0.actor == self.actor(of: claim) }
        && !isSilenced(claim, by: standing)
        && !overriders(of: claim).contains(where: speaksForClaimant)
    }
    partialClaimants = byActor(contesting).compactMap { position(of: $0.actor, $0.claims) }
    isContested = claimants.indices.contains { place in
      func isUnrelated(_ other: Position) -> Bool { !isRelated(claimants[place].actor, other.actor) }
      return claimants[(place + 1)...].contains(where: isUnrelated) || partialClaimants.contains(where: isUnrelated)
    }
    if !isContested {
      named = claimants.first { top in
        claimants.allSatisfy { $0.actor == top.actor || isAncestor(top.actor, of: $0.actor) }
      }
      // Related claimants always have a broadest; should one be missing, nobody is named.
      isContested = named == nil && !claimants.isEmpty
    }
  }

  /// The claim on which an actor's exclusive use rests: the most specific of its exclusive claims that is live, good
  /// enough (X2, X5), and that no claim of the actor at least as specific contradicts.
  ///
  /// A routing mismatch (X6) bars a wider claim; that of a deciding claim is row D6.
  func support(of position: Position) -> Covering? {
    position.claims.first { claim in
      let terms = table.claims[claim.index]
      let isRouted = !terms.isMisrouted || position.deciding.contains { $0.index == claim.index }
      return claim.phase == .live && isRouted && terms.isSound
        && !isContradicted(claim, in: position)
    }
  }

  /// Whether a claim of the actor that does not say exclusive is at least as specific as one that does.
  func isContradicted(_ claim: Covering, in position: Position) -> Bool {
    position.claims.contains { use($0) != .exclusive && !isNarrower(claim, than: $0) }
  }

  private func isNarrower(_ one: Covering, than other: Covering) -> Bool {
    let (one, other) = (table.claims[one.index], table.claims[other.index])
    return one.lies(in: other) && !other.lies(in: one)
  }

  private func actor(of claim: Covering) -> Int { table.claims[claim.index].actor }

  private func use(_ claim: Covering) -> Claim.Use { table.claims[claim.index].use }

  /// The claims of each actor in their order, by actor.
  private func byActor(_ claims: [Covering]) -> [(actor: Int, claims: [Covering])] {
    var groups: [(actor: Int, claims: [Covering])] = []
    var rest = claims
    while let actor = rest.lazy.map(actor).min() {
      groups.append((actor, rest.keeping { self.actor(of: $0) == actor }))
      rest = rest.filter { self.actor(of: $0) != actor }
    }
    return groups
  }

  private func position(of actor: Int, _ claims: [Covering]) -> Position? {
    let specific = mostSpecific(claims)
    let caution = specific.lazy.map { use($0).caution }.max() ?? 0
    let deciding = specific.keeping { use($0).caution == caution }
    guard let first = deciding.first else { return nil }
    return Position(actor: actor, use: use(first), claims: claims, deciding: deciding)
  }

  /// The claims than which none is narrower, in their order; of ranges that only overlap neither is the more specific.
  ///
  /// - Complexity: O(k log k) in the claims.
  private func mostSpecific(_ claims: [Covering]) -> [Covering] {
    guard claims.count > 1 else { return claims }
    // Later begins first, then earlier ends: a range holds another where one before it ends no later.
    let terms = claims.map { table.claims[$0.index] }
    let order = terms.indices.sorted {
      (terms[$1].lowest, terms[$0].highest) < (terms[$0].lowest, terms[$1].highest)
    }
    var isSpecific = Array(repeating: true, count: claims.count)
    var (before, end) = (order[0], terms[order[0]].highest)
    for place in order.dropFirst() {
      let isSame = terms[place].lowest == terms[before].lowest && terms[place].highest == terms[before].highest
      isSpecific[place] = isSame ? isSpecific[before] : terms[place].highest < end
      (before, end) = (place, min(end, terms[place].highest))
    }
    return claims.indices.filter { isSpecific[$0] }.map { claims[$0] }
  }

  /// The live claims of other actors that override this one and are not themselves overridden.
  private func overriders(of claim: Covering) -> [Covering] {
    guard table.hasOverrides else { return [] }
    func overriding(_ claim: Covering) -> [Covering] {
      covering.filter {
        $0.phase == .live && actor(of: $0) != actor(of: claim) && table.claims[$0.index].canOverride
          && table.catalog.claims[$0.index].overrides.contains(claim.index)
      }
    }
    return overriding(claim).filter { overriding($0).isEmpty }
  }

  /// Whether what overrides others also bears what its actor says here: it must say no less than the actor's position.
  ///
  /// A third party's carve-out, or a wider claim of mere association, clears nobody's exclusive claim of a contester (X3:
  /// one of *the two* claims names the other).
  private func speaksForClaimant(_ overrider: Covering) -> Bool {
    claimants.contains { $0.actor == actor(of: overrider) && use(overrider).caution <= $0.use.caution }
  }

  /// Whether a carve-out by the actor, at least as specific and live all the time, takes a claim back.
  private func isSilenced(_ claim: Covering, by standing: [Covering]) -> Bool {
    standing.contains { carveOut in
      use(carveOut) == .excluded && carveOut.phase == .live
        && table.claims[carveOut.index].lies(in: table.claims[claim.index])
        && actor(of: carveOut) == actor(of: claim)
    }
  }

  private func isRelated(_ one: Int, _ other: Int) -> Bool {
    one == other || isAncestor(one, of: other) || isAncestor(other, of: one)
  }

  /// Whether an actor stands above another; a circle of parents ends the walk.
  private func isAncestor(_ ancestor: Int, of actor: Int) -> Bool {
    var current = actor
    for _ in table.parents.indices {
      guard table.parents.indices.contains(current), let parent = table.parents[current] else { return false }
      if parent == ancestor { return true }
      current = parent
    }
    return false
  }
}

extension Array {
  /// The elements that meet a condition, in their order; where all do, the array itself and no copy.
  func keeping(_ isKept: (Element) -> Bool) -> [Element] { allSatisfy(isKept) ? self : filter(isKept) }
}
