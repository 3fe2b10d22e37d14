import Packets

extension ReportDocument {
  /// Adds a claim: the range, its networks, and who is recorded as its user.
  ///
  /// - Returns: The id of the infrastructure.
  func addClaim(_ claim: Claim, to bundle: inout STIXBundle) -> String {
    let created = [claim.recordedAt, claim.asOf].lazy.compactMap { $0.flatMap { Timestamp($0) } }.first ?? lastMoment
    let moment = created.stixMilliseconds
    let labels = ["claim:\(claim.id)", "relation:\(claim.relation)", "kind:\(claim.kind)"].map(\.madeSafe)
    let references = claim.sources.map(\.stixReference)
    var window: [String: JSONValue] = [:]
    let (from, until) = (claim.validFrom.flatMap { Timestamp($0) }, claim.validUntil.flatMap { Timestamp($0) })
    if let from { window["start_time"] = .string(from.stixMicroseconds) }
    if let until, from.map({ $0 < until }) ?? true { window["stop_time"] = .string(until.stixMicroseconds) }

    var members: [String: JSONValue] = [
      "name": .string(claim.range.madeSafe), "infrastructure_types": .strings(["unknown"]),
      "description": .string(claim.sharingDescription),
    ]
    if !references.isEmpty { members["external_references"] = .array(references) }
    let infrastructure = bundle.add("infrastructure", created: moment, members, labels: labels)
    for prefix in claim.prefixes {
      addRelationship(
        infrastructure, "consists-of", addAddress(prefix, to: &bundle), window, moment, to: &bundle)
    }
    // An excluded range is the one that the actor is recorded not to use.
    guard let actor = claim.actor, claim.relation != "excluded" else { return infrastructure }
    let user = addActor(actor, moment, to: &bundle)
    var terms = window
    terms["description"] = .string(claim.sharingDescription)
    if let figure = claim.stixConfidence { terms["confidence"] = .number(figure) }
    if !references.isEmpty { terms["external_references"] = .array(references) }
    let isUse = user.hasPrefix("intrusion-set") && claim.relation == "exclusive"
    addRelationship(user, isUse ? "uses" : "related-to", infrastructure, terms, moment, labels, to: &bundle)
    return infrastructure
  }

  /// Adds the part of a shared-use list that a finding rests on.
  ///
  /// - Returns: The id of the infrastructure.
  func addOverlay(_ overlay: Catalog.Overlay, prefix: String?, to bundle: inout STIXBundle) -> String {
    let snapshot = Timestamp(overlay.snapshot) ?? lastMoment
    let hides = ["vpn", "proxy", "tor"].contains(overlay.kind)
    let infrastructure = bundle.add(
      "infrastructure", created: snapshot.stixMilliseconds,
      [
        "name": .string("\(overlay.kind) \(prefix ?? "")".madeSafe),
        "infrastructure_types": .strings([hides ? "anonymization" : "unknown"]),
        "description": .string(
          "On the shared-use list \(overlay.id) of \(overlay.snapshot.prefix(10)): many parties may use it.".madeSafe),
      ], labels: ["overlay:\(overlay.id)", "kind:\(overlay.kind)"].map(\.madeSafe))
    if let prefix {
      addRelationship(
        infrastructure, "consists-of", addAddress(prefix, to: &bundle), [:], snapshot.stixMilliseconds, to: &bundle)
    }
    return infrastructure
  }

  /// Adds an actor: a network's or organisation's identity, or the intrusion set of a unit or group.
  private func addActor(_ actor: Actor, _ moment: String, to bundle: inout STIXBundle) -> String {
    let isSet = ["unit", "group"].contains(actor.level)
    var members: [String: JSONValue] = [
      "name": .string(actor.name.madeSafe),
      "description": .string("Named by the catalog as a user of address ranges. An address is not a person."),
    ]
    if !isSet { members["identity_class"] = .string("organization") }
    return bundle.add(
      isSet ? "intrusion-set" : "identity", created: moment, members,
      labels: ["actor:\(actor.id)", "actor-level:\(actor.level)"].map(\.madeSafe))
  }

  private func addRelationship(
    _ source: String, _ type: String, _ target: String, _ terms: [String: JSONValue], _ moment: String,
    _ labels: [String] = [], to bundle: inout STIXBundle
  ) {
    var members = terms
    members["relationship_type"] = .string(type)
    members["source_ref"] = .string(source)
    members["target_ref"] = .string(target)
    _ = bundle.add("relationship", created: moment, members, labels: labels)
  }
}

extension ReportDocument.Claim {
  /// The claim in a sentence, with its sources' ratings.
  fileprivate var sharingDescription: String {
    let ratings = sources.map { "\($0.reliability)\($0.credibility)" }.joined(separator: ", ")
    let window = "from \(validFrom?.prefix(10) ?? "an unknown day") until \(validUntil?.prefix(10) ?? "further notice")"
    return "\(range), relation \(relation), kind \(kind), \(window) (sources: \(ratings)).".madeSafe
  }

  /// The weakest source's credibility (STIX 2.1 appendix A, Admiralty scale); nothing where one cannot be judged.
  fileprivate var stixConfidence: UInt64? {
    let figures: [UInt64: UInt64] = [1: 90, 2: 70, 3: 50, 4: 30, 5: 10]
    return sources.map(\.credibility).max().flatMap { figures[$0] }
  }
}

extension ReportDocument.Claim.Source {
  fileprivate var stixReference: JSONValue {
    .object([
      "source_name": .string(ref.madeSafe),
      "description": .string(
        "Admiralty \(reliability)\(credibility), independent group \(independentGroup).".madeSafe),
    ])
  }
}
