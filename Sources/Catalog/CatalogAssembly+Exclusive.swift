import Packets

/// A claim on its way into the catalog.
struct ClaimDraft {
  let id: String
  /// Nothing if the claim has faults.
  var claim: Claim?
  let overrides: [(text: String, line: Int)]
  var entry: EntryReader
}

extension CatalogAssembly {
  /// Holds a claim of exclusive use against the rules that a loader can check (methodology 1.5 items 2 and 7, X5, 7 d).
  mutating func checkExclusive(_ claim: inout Claim, broadReason: String?, _ entry: inout EntryReader) {
    if claim.kind == .unknown {
      claim.relation = .associated
      log.warning(
        "loaded as 'associated': use of kind 'unknown' cannot be exclusive; name the kind, or write 'associated'",
        code: .kindUnknown,
        at: entry.at(entry.line(of: "relation")))
      return
    }
    if !claim.kind.canBeExclusive {
      let kinds = UseKind.allCases.filter(\.canBeExclusive).map(\.rawValue).joined(separator: ", ")
      entry.complain(
        "use of kind '\(claim.kind.rawValue)' cannot be exclusive; only \(kinds) can, else write 'shared' or "
          + "'associated'", line: entry.line(of: "kind"), code: .exclusiveRefused)
    }
    guard let first = claim.prefixes.first else { return }
    let isIPv4 = first.address.isIPv4
    let size = claim.addressCount
    if claim.isBroad, broadReason == nil {
      entry.complain(
        "exclusive use of more than a \(isIPv4 ? "/16" : "/32") is not credible; narrow it, or say why in "
          + "'broad_ok: \"reason\"'", line: entry.line(of: "prefix"), code: .exclusiveRefused)
    }
    if size == 1 {
      if catalog.actors[claim.actor].level == .countryNetwork {
        entry.complain(
          "exclusive use of a single address needs an actor of level organisation, unit or group",
          line: entry.line(of: "actor"), code: .exclusiveRefused)
      }
      if claim.sources.independentGroups < 2 {
        entry.complain(
          "exclusive use of a single address needs two sources of different independent_group",
          line: entry.line(of: "sources"), code: .exclusiveRefused)
      }
    }
    warnOfWeakness(claim, entry)
  }

  /// Warns where an exclusive claim can never lead to an exclusive verdict, or to a weak one only.
  private func warnOfWeakness(_ claim: Claim, _ entry: EntryReader) {
    func warn(_ code: CatalogFinding.Code, _ message: String, _ key: String) {
      log.warning(message, code: code, at: entry.at(entry.line(of: key)))
    }
    if claim.validFrom == nil {
      warn(.undatedClaim, "without 'valid_from' no flow can be exclusive; add the day", "valid_from")
    }
    if !claim.sources.contains(where: { "ABC".contains($0.reliability) && $0.credibility <= 3 }) {
      warn(
        .weakSources, "without a source of reliability A-C and credibility 1-3 no flow can be exclusive; add one",
        "sources")
    }
    if claim.basis.allSatisfy({ $0 == .rirRegistration || $0 == .geolocation }) {
      warn(
        .registrationOnly,
        "registration and geolocation alone do not show use: no flow can be exclusive; add another 'basis'", "basis")
    }
    if claim.routeCheck == .mismatch {
      warn(.routeMismatch, "with 'route_check: mismatch' no flow can be exclusive; look at the routing", "route_check")
    }
    if claim.sources.contains(where: { $0.credibility == 1 }), claim.sources.independentGroups < 2 {
      warn(
        .unconfirmedRating,
        "credibility 1 means confirmed by independent sources, but all are of one independent_group; write 2, or add a second",
        "sources")
    }
  }

  /// Resolves overrides and reports unknown, mutual and circular ones.
  mutating func link(_ drafts: inout [ClaimDraft]) {
    // Most catalogs override nothing; drafts are large, and are not copied to find that out.
    guard drafts.indices.contains(where: { !drafts[$0].overrides.isEmpty }) else { return }
    let indexes = Dictionary(drafts.indices.map { (drafts[$0].id, $0) }) { first, _ in first }
    var edges = [[Int]](repeating: [], count: drafts.count)
    // Claims with faults do not enter the catalog: its indexes pass them over.
    var positions = [Int?](repeating: nil, count: drafts.count)
    for (position, index) in drafts.indices.filter({ drafts[$0].claim != nil }).enumerated() {
      positions[index] = position
    }
    for index in drafts.indices where !drafts[index].overrides.isEmpty {
      for (id, line) in drafts[index].overrides {
        if let target = indexes[id] {
          edges[index].append(target)
        } else {
          let hint = Spelling.nearest(to: id, in: indexes.keys.sorted()).map { "did you mean '\($0)'?" }
          drafts[index].entry.complain(
            "'overrides' names no claim: '\(Spelling.short(id))'; \(hint ?? "add it, or remove it here")", line: line,
            code: .unknownReference)
        }
      }
      drafts[index].claim?.overrides = edges[index].compactMap { positions[$0] }
      let sources = drafts[index].claim?.sources.filter { "ABC".contains($0.reliability) && $0.credibility <= 3 } ?? []
      if !edges[index].isEmpty, drafts[index].claim != nil, sources.independentGroups < 2 {
        let entry = drafts[index].entry
        log.warning(
          "'overrides' counts only with two sources of different independent_group, each of reliability A-C and "
            + "credibility 1-3: the overlap stays contested; add a source", code: .weakOverride,
          at: entry.at(entry.line(of: "overrides")))
      }
    }
    for index in Circles.members(of: edges) {
      let others = edges[index].map { "'\(drafts[$0].id)'" }.joined(separator: ", ")
      drafts[index].entry.complain(
        "overrides \(others), by which it is overridden in turn; keep one direction",
        line: drafts[index].entry.line(of: "overrides"), code: .circle)
    }
  }

  /// Warns of claims of one actor that say different things of one prefix at one time (methodology 1.5, item 3).
  ///
  /// Both stay in the catalog: the more conservative relation wins at assessment, where the time of a flow is known.
  func warnOfDuplicates(_ drafts: [ClaimDraft]) {
    struct Key: Hashable {
      let actor: Int
      let prefix: IPPrefix
    }
    // Drafts are large: they are looked at where they are, and lists made only of what is claimed twice.
    var first: [Key: Int] = [:]
    first.reserveCapacity(drafts.count)
    var earlier: [Key: [Int]] = [:]
    for index in drafts.indices {
      guard let actor = drafts[index].claim?.actor, let prefixes = drafts[index].claim?.prefixes else { continue }
      for prefix in prefixes {
        let key = Key(actor: actor, prefix: prefix)
        guard let known = first[key] else {
          first[key] = index
          continue
        }
        // One conflict is enough to tell; of many claims on one prefix only the newest few are compared.
        let others = earlier[key, default: [known]]
        earlier[key] = others.suffix(16) + [index]
        guard let claim = drafts[index].claim else { continue }
        let other = others.suffix(16).first { other in
          drafts[other].claim.map { $0.relation != claim.relation && CatalogAssembly.overlap($0, claim) } ?? false
        }
        guard let other = other.map({ drafts[$0] }), let relation = other.claim?.relation else { continue }
        let entry = drafts[index].entry
        log.warning(
          "says '\(claim.relation.rawValue)' of \(prefix), but '\(other.id)' of the same actor says "
            + "'\(relation.rawValue)' for the same time; the more conservative counts, "
            + "write one claim or part their dates", code: .conflictingRelation,
          at: entry.at(entry.line(of: "relation")))
      }
    }
  }

  private static func overlap(_ left: Claim, _ right: Claim) -> Bool {
    let lowest = Timestamp(nanoseconds: .min)
    let highest = Timestamp(nanoseconds: .max)
    return left.validFrom ?? lowest < right.validUntil ?? highest
      && right.validFrom ?? lowest < left.validUntil ?? highest
  }
}

extension Claim {
  /// How many addresses the range has; the greatest number where it is all of IPv6.
  var addressCount: UInt128 {
    prefixes.reduce(UInt128(0)) {
      let (sum, overflow) = $0.addingReportingOverflow($1.last.bits &- $1.address.bits &+ 1)
      return overflow ? .max : sum
    }
  }

  /// Whether exclusive use of so much must be explained: more than a /16 of IPv4, or a /32 of IPv6.
  var isBroad: Bool { addressCount > UInt128(1) << (prefixes.first?.address.isIPv4 ?? true ? 16 : 96) }
}
