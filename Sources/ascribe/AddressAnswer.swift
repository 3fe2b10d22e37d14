import Assessment
import Catalog
import Packets

/// Everything that a catalog says of one address.
struct AddressAnswer {
  private let asked: AddressArgument
  private let time: Timestamp?
  private let table: DecisionTable
  private let claims: [(index: Int, prefix: IPPrefix)]
  private let overlays: [(index: Int, prefix: IPPrefix)]

  /// Looks the address up.
  ///
  /// - Parameters:
  ///   - asked: The address.
  ///   - time: The moment to judge for; all time if nothing.
  ///   - table: The decision table of the catalog.
  init(_ asked: AddressArgument, at time: Timestamp?, table: DecisionTable) {
    self.asked = asked
    self.time = time
    self.table = table
    let covers = table.catalog.prefixes.entries(of: table.catalog.prefixes.covers(of: asked.address))
    claims = covers.compactMap { if case .claim(let index) = $0.entry { (index, $0.prefix) } else { nil } }
    overlays = covers.compactMap { if case .overlay(let index) = $0.entry { (index, $0.prefix) } else { nil } }
  }

  private var catalog: Catalog { table.catalog }

  /// The answer for people.
  var lines: [String] {
    var lines = ["\(asked.address)"]
    if asked.address.description != asked.text { lines.append("  written as \(asked.text)") }
    if let embedded = asked.embedded {
      lines.append(
        "  \(embedded.how) around \(embedded.address): a hint only, written by the sender or a translator; not looked up"
      )
    }
    let row = SpecialPurpose.entry(for: asked.address)
    lines.append(
      "  special-purpose: "
        + (row.map { "\($0.prefix), \($0.name), \($0.specification)\($0.isAttributable ? "; globally reachable" : "")" }
          ?? "no row of the IANA registries"))
    lines.append(claims.isEmpty ? "  claims: none" : "  claims, most specific first:")
    for claim in claims { lines += text(claim: claim.index, through: claim.prefix) }
    lines.append(overlays.isEmpty ? "  overlays: none" : "  overlays:")
    for overlay in overlays { lines.append(text(overlay: overlay.index, through: overlay.prefix)) }
    return lines + (time.map(judgement) ?? timeline)
  }

  private func text(claim index: Int, through prefix: IPPrefix) -> [String] {
    let claim = catalog.claims[index]
    var ends = "valid \(claim.validFrom?.plain ?? "from an unknown day") until \(claim.validUntil?.plain ?? "open")"
    ends += ", as of \(claim.asOf?.plain ?? "unknown"), recorded \(claim.recordedAt?.plain ?? "unknown")"
    if claim.guardMargin > 0 { ends += ", guard \(claim.guardMargin / 3_600_000_000_000) h" }
    if let time { ends += "; then \(table.expiry(ofClaim: index, at: time)?.rawValue ?? "live")" }
    let place = catalog.places.claims[claim.id].map { "  [\($0.file):\($0.line)]" } ?? ""
    var lines = [
      "    \(claim.id): \(prefix) \(claim.relation.rawValue) \(claim.kind.rawValue), \(catalog.name(claim.actor))\(place)",
      "      \(ends)",
      "      basis \(claim.basis.map(\.rawValue).joined(separator: ", ")); route check \(claim.routeCheck.rawValue); "
        + claim.tlp.marking,
    ]
    let parents = self.parents(of: claim.actor)
    if !parents.isEmpty { lines.append("      part of \(parents.map(catalog.name).joined(separator: ", part of "))") }
    let overridden = overriders(of: index)
    if !claim.overrides.isEmpty {
      lines.append(
        "      overrides \(claim.overrides.map { catalog.claims[$0].id }.joined(separator: ", "))"
          + (claim.canOverride ? "" : " (does not count: two independent sources of C3 or better are missing)"))
    }
    if !overridden.isEmpty { lines.append("      named in 'overrides' of \(overridden.joined(separator: ", "))") }
    return lines
      + claim.sources.map { "      \($0.reliability)\($0.credibility) [\($0.independentGroup)] \($0.reference)" }
  }

  private func text(overlay index: Int, through prefix: IPPrefix) -> String {
    let overlay = catalog.overlays[index]
    let age = time.map { time in
      "; then \(days(overlay.snapshot, time)) days away, \(table.isLive(overlay: index, at: time) ? "live" : "stale")"
    }
    return "    \(overlay.id): \(prefix) \(overlay.kind.rawValue), of \(overlay.snapshot.plain)\(age ?? "")"
  }

  private func judgement(_ time: Timestamp) -> [String] {
    let endpoint = CoveredEndpoint(verified: asked.address, at: time, in: catalog)
    let assessment = table.decide(endpoint)
    let rules = table.rules(for: endpoint).map { [$0.name.rawValue, $0.holds ? "holds" : "FAILS", $0.because] }
    return ["  at \(time.plain):"] + CatalogOutput.table(rules, indent: 4)
      + ["    a verified flow then is \(assessment.headline)\(named(assessment))\(others(assessment))"]
  }

  private var timeline: [String] {
    let rows = table.timeline(of: asked.address).map { window in
      [
        window.from?.plain ?? "always", "until \(window.until?.plain ?? "for ever")",
        window.assessment.headline + named(window.assessment) + others(window.assessment),
      ]
    }
    return ["  a verified flow would be:"] + CatalogOutput.table(rows, indent: 4)
  }

  private func named(_ assessment: FlowAssessment) -> String {
    assessment.actor.map { ", \(catalog.name($0))" } ?? ""
  }

  private func others(_ assessment: FlowAssessment) -> String {
    let rest = assessment.reasons.dropFirst()
    return rest.isEmpty ? "" : "; also \(rest.map(\.rawValue).joined(separator: ", "))"
  }

  /// The answer for programs.
  var json: [String: Any] {
    let row = SpecialPurpose.entry(for: asked.address)
    var members: [String: Any] = [
      "address": asked.address.description, "written_as": asked.text,
      "embedded_ipv4_hint": orNull(asked.embedded?.address.description),
      "special_purpose": orNull(
        row.map {
          [
            "prefix": $0.prefix.description, "name": $0.name, "specification": $0.specification,
            "globally_reachable": orNull($0.isGloballyReachable),
          ] as [String: Any]
        }),
      "claims": claims.map { json(claim: $0.index, through: $0.prefix) },
      "overlays": overlays.map { json(overlay: $0.index, through: $0.prefix) },
    ]
    if let time {
      let endpoint = CoveredEndpoint(verified: asked.address, at: time, in: catalog)
      members["at"] = time.description
      members["rules"] = table.rules(for: endpoint).map {
        ["rule": $0.name.rawValue, "holds": $0.holds, "because": $0.because] as [String: Any]
      }
      members["verdict"] = json(table.decide(endpoint))
    } else {
      members["timeline"] = table.timeline(of: asked.address).map {
        json($0.assessment).merging([
          "from": orNull($0.from?.description), "until": orNull($0.until?.description),
        ]) { $1 }
      }
    }
    return members
  }

  private func json(claim index: Int, through prefix: IPPrefix) -> [String: Any] {
    let claim = catalog.claims[index]
    var members = catalog.json(claim)
    members["covering_prefix"] = prefix.description
    members["actor_name"] = catalog.actors[claim.actor].name
    members["part_of"] = parents(of: claim.actor).map { catalog.actors[$0].id }
    members["overridden_by"] = overriders(of: index)
    if let place = catalog.places.claims[claim.id] { members["place"] = "\(place.file):\(place.line)" }
    if let time { members["state"] = table.expiry(ofClaim: index, at: time)?.rawValue ?? "live" }
    return members
  }

  private func json(overlay index: Int, through prefix: IPPrefix) -> [String: Any] {
    var members = catalog.json(catalog.overlays[index])
    members["covering_prefix"] = prefix.description
    if let time {
      members["age_days"] = days(catalog.overlays[index].snapshot, time)
      members["live"] = table.isLive(overlay: index, at: time)
    }
    return members
  }

  private func json(_ assessment: FlowAssessment) -> [String: Any] {
    [
      "verdict": assessment.verdict.rawValue, "reason": assessment.reason.rawValue,
      "reasons": assessment.reasons.map(\.rawValue), "actor": orNull(assessment.actor.map { catalog.actors[$0].id }),
      "claims": assessment.claims.map { catalog.claims[$0].id },
    ]
  }

  /// Whole days between two moments.
  private func days(_ one: Timestamp, _ other: Timestamp) -> Int64 {
    max(one, other).nanoseconds(since: min(one, other)) / 86_400_000_000_000
  }

  /// The actors above one, nearest first.
  private func parents(of actor: Int) -> [Int] {
    var parents: [Int] = []
    while let parent = catalog.actors[parents.last ?? actor].parent { parents.append(parent) }
    return parents
  }

  private func overriders(of index: Int) -> [String] {
    catalog.claims.filter { $0.overrides.contains(index) }.map(\.id)
  }
}
