import Catalog
import Flows
import Packets

extension Wording {
  /// Templates W1, W1-low and W2 with the sentence of the E3 reason.
  var exclusive: [String] {
    var sentences = [record]
    if let reason = reasonSentence { sentences.append(reason) }
    if let direction { sentences.append(direction) }
    sentences += exceptions + asymmetry + extras
    if let likelihood {
      let traffic = group.answered == group.flowCount ? "the answering traffic" : "this traffic"
      sentences.append("It is \(likelihood.rawValue) that \(traffic) came from that network.")
    }
    sentences.append(
      confidence.handling == .low
        ? "Confidence is low because the input's integrity could not be shown."
        : "Confidence in this judgment is \(confidence.overall.rawValue) because "
          + "\(confidence.because.joined(separator: "; ")).")
    sentences.append(Self.identityCaveat)
    return sentences
  }

  /// What was recorded, with the claim that gives it meaning.
  private var record: String {
    let whole =
      group.continued == 0
      ? group.flowCount.counted("session")
      : group.flowCount.counted("session or part of one", "sessions or parts of them")
    // What two sensors saw, or a mirrored trunk with and without its tag, is one session.
    let sessions =
      group.hasSeveralLines
      ? "\(whole), each counted once for every sensor, VLAN tag or tunnel that showed it," : whole
    let were = group.flowCount == 1 ? "was" : "were"
    let peer = group.hasSeveralPeers ? "several hosts" : group.peer.description
    if group.answered == group.flowCount {
      let who = group.hasSeveralPeers ? "Hosts\(place)" : "A host\(place) (\(peer))"
      return "\(who) contacted \(claimed); \(sessions) \(were) \(manner)."
    }
    return "\(sessions) \(were) \(manner) between \(peer) and \(claimed)."
  }

  /// Where the other sides are; hosts known to lie outside are not said to be ours.
  private var place: String { group.hasForeignPeers ? "" : " in the monitored network" }

  private var manner: String {
    switch group.key.reason {
    case .midstream: "under way and captured in part"
    case .connectOnly where group.opened < group.flowCount: "begun without payload being acknowledged"
    case .connectOnly: "opened without payload being acknowledged"
    case .dataInOnly where group.opened < group.flowCount: "answered"
    case .nonceEcho: "seen both ways"
    default: "completed"
    }
  }

  /// The address with what the claim says of it.
  private var claimed: String {
    let membership = group.addresses.count == 1 && !group.hasMoreAddresses ? "an address in" : "all in"
    guard let claim, let actor = group.key.actor.map({ catalog.actors[$0] }) else { return subject }
    let sources = claim.sources.map { "\($0.reference) [\($0.reliability)\($0.credibility)]" }
    return
      "\(addresses), \(membership) \(prefix?.description ?? claim.rangeText), recorded as used exclusively by \(actor.name) "
      + "(\(actor.level.rawValue)) from \(claim.validFrom?.text ?? "an unknown time") \(end(claim)) "
      + "(sources: \(sources.joined(separator: "; ")))"
  }

  private func end(_ claim: Claim) -> String {
    claim.validUntil.map { "to \($0.text)" } ?? "on, last known at \(claim.asOf?.text ?? "an unknown time")"
  }

  /// The sentence of an E3 reason (row D13).
  private var reasonSentence: String? {
    switch group.key.reason {
    case .connectOnly where group.opened < group.flowCount:
      // One that the address answered counts with its SYN-ACK (T4), whatever became of it.
      "The address took part in the handshake but no payload was acknowledged; a scan that only connects would look the same."
    case .connectOnly:
      "The handshake was completed but no payload was acknowledged; a scan that only connects would look the same."
    case .dataInOnly:
      "Payload came from the range, but nothing that the other side sent after the handshake was seen acknowledged."
    case .midstream:
      "No complete handshake was captured; both sides acknowledged new bytes of each other."
    case .nonceEcho:
      "The address returned a value that the other side had chosen and sent only there."
    default: nil
    }
  }

  /// The lists that hold the address and were excepted, with the claim's reason (methodology 1.3).
  private var exceptions: [String] {
    guard let claim, group.reasons.contains(.overlayException) else { return [] }
    return overlays.compactMap { overlay in
      claim.exception(to: overlay).map {
        "The list \(overlay.id) (\(overlay.kind.rawValue)) of \(overlay.snapshot.text.prefix(10)) holds addresses of this "
          + "range as shared; claim \(claim.id) makes an exception of it, giving as reason: \($0.reason)."
      }
    }
  }

  /// Who contacted whom, as far as a SYN shows it.
  private var direction: String? {
    let all = group.flowCount
    if group.answered == all { return nil }
    if group.opened == all { return "The address in the range opened the \(all == 1 ? "session" : "sessions")." }
    if group.undirected == all { return "Which side contacted the other is not known." }
    return
      "The address in the range opened \(group.opened.grouped) of \(all.counted("session")); in \(group.answered.grouped) a host"
      + "\(place) contacted it; of \(group.undirected.grouped) that is not known."
  }
}
