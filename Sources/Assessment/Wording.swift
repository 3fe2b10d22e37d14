import Catalog
import Flows
import Packets

/// The mandatory sentences of a finding (methodology 8).
///
/// The phrases of the table stand in them word for word. No sentence holds both a likelihood and a confidence, none says
/// that an actor did something (methodology 4.1, 7 b).
struct Wording {
  let group: FindingGroup
  let catalog: Catalog
  let confidence: Confidence
  let likelihood: Likelihood?
  /// How many distinct unverified IPv4 sources the case knows, and whether that is exact.
  let unverifiedSources: (value: UInt64, isExact: Bool)
  /// The claim and the overlay that the finding rests on.
  let claim: Claim?
  let overlays: [Overlay]
  let prefix: IPPrefix?
  /// What else is to be said of the flows: notes, losses, the scanning pattern.
  var extras: [String] = []

  /// What hides in a range that is one actor's alone, word for word W1's last sentence.
  static let identityCaveat =
    "This does not identify the person or organisation operating the host; a compromised host in the range, "
    + "route hijack or error in the range data would look the same."

  /// The sentences in the order in which they are to be read.
  var sentences: [String] {
    if group.key.reason.verdict == .exclusive { return exclusive + bothSides + contentClaims }
    var sentences = ["\(subject): \(phrase)."] + details + extras + bothSides + contentClaims
    if let baseRate { sentences.append(baseRate) }
    sentences.append("Confidence in an attribution would be low because \(confidence.because.joined(separator: "; ")).")
    return sentences
  }

  // MARK: Names

  /// The covered addresses and where they lie.
  var subject: String {
    let range = prefix?.description ?? (group.hasSeveralPrefixes ? claim?.rangeText : nil)
    return range.map { "\(addresses) in \($0)" } ?? addresses
  }

  /// The one covered address, or how many there are.
  var addresses: String {
    let count = UInt64(group.addresses.count)
    if count == 1, !group.hasMoreAddresses, let only = group.addresses.first { return only.description }
    return "\(group.hasMoreAddresses ? "at least " : "")\(count.counted("address", "addresses"))"
  }

  /// The actors of the claims, each once.
  private var actors: [String] {
    let indexes = Set((group.key.actor.map { [$0] } ?? group.claims.map { catalog.claims[$0].actor }))
    return indexes.sorted().map { catalog.actors[$0].name }
  }

  private var actor: String { actors.isEmpty ? "any actor" : actors.list("or") }

  private func window(_ claim: Claim) -> String {
    "[\(claim.validFrom?.text ?? "no start"), \(claim.validUntil?.text ?? "no end"))"
  }

  // MARK: The table's phrases

  private var phrase: String {
    switch group.key.reason {
    case .specialPurpose: "not attributable: special-purpose address"
    case .noClaim: "no curated range matches"
    case .before, .after, .boundary, .stale:
      "\(isCarveOut ? "carved out of the range of" : "listed for") \(actor) only for "
        + "\(claim.map(window) ?? "another time"); flow is outside"
    case .excluded: "explicitly carved out of \(actor)'s range"
    case .sinkhole, .scanner: "operated by a third party; not attributable to \(actor)"
    case .overlap:
      "claimed for \(actors.list()); not attributable to \(actors.count == 2 ? "either" : "any of them")"
    case .routeMismatch: "routing at the time differs from the claim"
    case .sharedUse, .leased, .hosting, .vpn, .proxy, .tor, .cdn, .cgnat, .mobile, .satellite:
      "shared infrastructure (\(group.key.reason.rawValue)); cannot single out \(actor)"
    case .overlayStale: "possible shared use could not be excluded"
    case .claimQuality: "listed as associated with \(actor); exclusivity not supported"
    case .backscatter, .flood, .isnGuessing, .malformed:
      "consistent with spoofing of, or replies from, this range; not evidence of activity by \(actor)"
    case .oneWay where group.silent == group.flowCount:
      "packets were sent there and none from there was captured; the address is not verified"
    case .oneWay, .halfOpen, .responseOnly: "source address is claimed by the sender and not verified"
    case .vantage, .tunnel, .attested, .twoWayUnverified: "two-way traffic seen, return path not verified"
    case .connectOnly, .dataInOnly, .midstream, .nonceEcho, .direct, .contacted, .overlayException: "see above"
    }
  }

  private var isCarveOut: Bool { claim?.relation == .excluded }

  // MARK: What explains them

  private var details: [String] {
    var details: [String] = []
    switch group.key.reason {
    case .noClaim where !overlays.isEmpty:
      details.append(
        "\(lists) that \(overlays.count == 1 ? "covers" : "cover") it: more than 30 days from the traffic.")
    case .boundary: details.append("The flow crosses an end of that window, or comes closer to it than its margin.")
    case .stale:
      if let claim {
        details.append(
          "The claim has no end; last known to hold at \(claim.asOf?.text ?? "an unknown time"), it is believed for "
            + "\(UInt64(max(0, claim.maxAge) / .day).counted("day")).")
      }
    case .overlayStale: details.append("\(lists): more than 30 days from the traffic.")
    case .sinkhole, .scanner, .hosting, .vpn, .proxy, .tor, .cdn, .cgnat, .mobile, .satellite, .sharedUse:
      if !overlays.isEmpty { details.append("\(lists).") }
    case .claimQuality:
      if let claim, !claim.weaknesses.isEmpty {
        details.append("What the claim lacks: \(claim.weaknesses.map(\.text).joined(separator: ", ")).")
      }
    case .backscatter:
      details.append(
        "The packets answer a request that the capture does not hold: somebody else may have sent it "
          + "in the name of an address here.")
    case .flood: details.append("The packets belong to a flood of which any range gets its share by chance.")
    case .isnGuessing: details.append("Many wrong acknowledgements came before the right one.")
    case .malformed: details.append("The packets are such as no sound host sends.")
    case .halfOpen:
      details.append(
        "No valid third packet of a handshake was captured: a stealth scan would look so, and so would the "
          + "real owner of a forged source address that refuses the answer.")
    case .responseOnly:
      details.append("Only an answer was captured; its request may lie before the start of the capture.")
    case .vantage:
      details.append(
        "The sensor stands behind a proxy of the monitored site and sees the proxy's peer, or the address was declared "
          + "to be of the site's own networks, whatever the packets show.")
    case .tunnel: details.append("The address stands inside a tunnel, where routing does not vouch for it.")
    case .attested:
      details.append(
        "Our proxy reported the address as the origin of what it forwarded; no packet of the address itself was "
          + "captured.")
    default: break
    }
    if group.silent > 0, group.silent < group.flowCount {
      details.append(
        "In \(group.silent.counted("of these flows", "of these flows")) no packet from the address was captured.")
    }
    if group.pathUnproven > 0 {
      details.append(
        "In \(group.pathUnproven.grouped) of \(group.flowCount.counted("flow")) packets prescribed their own route, or held an IPv4 "
          + "address in an IPv6 header, so that answers need not have gone to the address.")
    }
    return details + asymmetry
  }

  private var lists: String {
    "Shared-use \(overlays.count == 1 ? "list" : "lists") "
      + overlays.map { "\($0.id) (\($0.kind.rawValue)) of \($0.snapshot.text.prefix(10))" }.list()
  }

  /// One-sided captures are said to be such (methodology T15).
  var asymmetry: [String] {
    group.asymmetric == 0
      ? []
      : [
        "In \(group.asymmetric.grouped) of \(group.flowCount.counted("flow")) only one direction was captured; that the other is "
          + "absent from the capture does not mean that it was absent from the line."
      ]
  }

  /// Both endpoints in ranges: both are reported (methodology 1.5, 12).
  var bothSides: [String] {
    guard group.bothCovered > 0, group.key.reason != .attested else { return [] }
    let others = group.otherSides.map { side in
      let name = side.actor.map { " for \(catalog.actors[$0].name)" } ?? ""
      return "\(side.verdict.rawValue) (\(side.reason.rawValue))\(name)"
    }.sorted()
    return [
      "In \(group.bothCovered.grouped) of \(group.flowCount.counted("flow")) both endpoints, originator and responder, lie in curated "
        + "ranges or lists; this finding speaks of the \(speaker), and the other endpoint is \(others.list("or"))."
    ]
  }

  private var speaker: String {
    switch (group.opened + group.undirected > 0, group.answered > 0) {
    case (true, false): "side named above"
    case (false, true): "side that was contacted"
    default: "side named in each flow"
    }
  }

  // MARK: Base rate

  /// How many random sources would hit the range by chance (methodology 6.1); for E0–E2 only.
  private var baseRate: String? {
    guard group.weakestGrade <= .e2, let claim else { return nil }
    switch group.key.reason {
    case .backscatter, .flood, .isnGuessing, .malformed, .oneWay, .halfOpen, .responseOnly, .twoWayUnverified: break
    default: return nil
    }
    return BaseRate.sentence(claim, sources: unverifiedSources)
  }
}
