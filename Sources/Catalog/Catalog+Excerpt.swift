import Packets

extension Catalog {
  /// The part of the catalog that speaks of the addresses of a report, as YAML that loads.
  ///
  /// It holds every claim that covers one of them, the actors of these with all that they are part of, every sensor, and
  /// every overlay with the day of its list: for how near a list is counts for a verdict, even if the address is not in
  /// it. Of an overlay's prefixes those that cover one of the addresses stay, and the first of each address family, which
  /// tells that the list speaks of that family. Verdicts and confidence on flows of these addresses are the same under
  /// the excerpt. Of other addresses it must not be asked, and says so: `excerpt_of` names the whole catalog.
  ///
  /// - Parameter sets: The sets of entries that cover the addresses, as `prefixes` gave them.
  /// - Returns: The text of a catalog file; the same for the same sets in any order.
  /// - Complexity: O(n) in the prefixes of the overlays.
  package func excerpt(of sets: some Sequence<PrefixTable.CoverSet>) -> String {
    var chosenClaims: Set<Int> = []
    var chosenPrefixes: [Int: Set<IPPrefix>] = [:]
    for cover in sets.flatMap(prefixes.entries) {
      switch cover.entry {
      case .claim(let index): chosenClaims.insert(index)
      case .overlay(let index): chosenPrefixes[index, default: []].insert(cover.prefix)
      }
    }
    var chosenActors: Set<Int> = []
    for claim in chosenClaims {
      var next: Int? = claims[claim].actor
      while let actor = next, chosenActors.insert(actor).inserted { next = actors[actor].parent }
    }
    var settings: [(String, YAMLText)] = [("excerpt_of", .words(sha256))]
    if allowsDocumentationRanges { settings.append(("allow_documentation_ranges", .word("true"))) }
    var sections: [(String, YAMLText)] = [("settings", .entry(settings))]
    func add(_ name: String, _ entries: [YAMLText]) { if !entries.isEmpty { sections.append((name, .list(entries))) } }
    add("actors", chosenActors.sorted().map { entry(of: actors[$0]) })
    add("claims", chosenClaims.sorted().map { entry(of: claims[$0], among: chosenClaims) })
    add("overlays", overlays.indices.map { entry(of: overlays[$0], keeping: chosenPrefixes[$0] ?? []) })
    add("sensors", sensors.map(entry))
    return YAMLText.entry(sections).file
  }

  private func entry(of actor: ThreatActor) -> YAMLText {
    var members: [(String, YAMLText)] = [
      ("id", .word(actor.id)), ("name", .words(actor.name)), ("level", .word(actor.level.rawValue)),
    ]
    if !actor.aliases.isEmpty { members.append(("aliases", .list(actor.aliases.map { .words($0) }))) }
    if let parent = actor.parent { members.append(("part_of", .word(actors[parent].id))) }
    return .entry(members)
  }

  private func entry(of claim: Claim, among chosen: Set<Int>) -> YAMLText {
    var members: [(String, YAMLText)] = [
      ("id", .word(claim.id)), ("prefix", .word(claim.rangeText)), ("actor", .word(actors[claim.actor].id)),
      ("relation", .word(claim.relation.rawValue)), ("kind", .word(claim.kind.rawValue)),
    ]
    func add(_ name: String, _ time: Timestamp?) { if let time { members.append((name, .word(time.description))) } }
    add("valid_from", claim.validFrom)
    add("valid_until", claim.validUntil)
    add("as_of", claim.asOf)
    add("recorded_at", claim.recordedAt)
    members += [
      ("max_age", .word(DurationText.seconds(claim.maxAge))), ("guard", .word(DurationText.seconds(claim.guardMargin))),
      ("basis", .list(claim.basis.map { .word($0.rawValue) })),
      (
        "sources",
        .list(
          claim.sources.map {
            .entry([
              ("ref", .words($0.reference)), ("reliability", .word(String($0.reliability))),
              ("credibility", .word(String($0.credibility))), ("independent_group", .words($0.independentGroup)),
            ])
          })
      ),
    ]
    let overrides = claim.overrides.filter(chosen.contains)
    if !overrides.isEmpty { members.append(("overrides", .list(overrides.map { .word(claims[$0].id) }))) }
    members += [("route_check", .word(claim.routeCheck.rawValue)), ("tlp", .word(claim.tlp.rawValue))]
    if claim.relation == .exclusive, claim.isBroad {
      members.append(("broad_ok", .words("accepted in the catalog that this is an excerpt of")))
    }
    if let first = claim.allocation.first, let last = claim.allocation.last {
      members.append(("allocation", .word("\(first.address)-\(last.last)")))
    }
    if !claim.overlayExceptions.isEmpty {
      members.append(
        (
          "overlay_exceptions",
          .list(
            claim.overlayExceptions.map { .entry([("overlay", .word($0.overlay)), ("reason", .words($0.reason))]) })
        ))
    }
    return .entry(members)
  }

  private func entry(of overlay: Overlay, keeping chosen: Set<IPPrefix>) -> YAMLText {
    let witnesses = [true, false].compactMap { isIPv4 in
      overlay.prefixes.lazy.filter { $0.address.isIPv4 == isIPv4 }.min { Self.precedes($0, $1) }
    }
    let kept = chosen.union(witnesses).sorted(by: Self.precedes)
    var members: [(String, YAMLText)] = [
      ("id", .word(overlay.id)), ("kind", .word(overlay.kind.rawValue)),
      ("snapshot", .word(overlay.snapshot.description)),
    ]
    if let recorded = overlay.recordedAt { members.append(("recorded_at", .word(recorded.description))) }
    members.append(("source", .words("\(kept.count) of the list's \(overlay.prefixes.count) prefixes")))
    members.append(("tlp", .word(overlay.tlp.rawValue)))
    members.append(("entries", .list(kept.map { .word($0.description) })))
    return .entry(members)
  }

  private func entry(of sensor: Sensor) -> YAMLText {
    var members: [(String, YAMLText)] = [("id", .word(sensor.id)), ("vantage", .word(sensor.vantage.rawValue))]
    members.append(("tlp", .word(sensor.tlp.rawValue)))
    func add(_ name: String, _ networks: [IPPrefix]) {
      if !networks.isEmpty { members.append((name, .list(networks.map { .word($0.description) }))) }
    }
    add("local_networks", sensor.localNetworks)
    add("trusted_proxies", sensor.trustedProxies)
    if let name = sensor.operatorName { members.append(("operator", .words(name))) }
    if let upstream = sensor.upstream { members.append(("upstream", .words(upstream))) }
    if let clock = sensor.clock {
      members.append(
        (
          "clock",
          .entry([("source", .words(clock.source)), ("offset", .word("\(clock.offset / 1_000_000)ms"))])
        ))
    }
    return .entry(members)
  }

  private static func precedes(_ one: IPPrefix, _ other: IPPrefix) -> Bool {
    (one.address, one.length) < (other.address, other.length)
  }
}
