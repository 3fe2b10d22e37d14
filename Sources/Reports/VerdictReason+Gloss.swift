import Assessment

extension VerdictReason {
  /// The reason in a few words, for tables.
  var gloss: String {
    switch self {
    case .specialPurpose: "special-purpose address, not attributable"
    case .noClaim: "no entry of the catalog covers an address"
    case .before: "before the claim's validity"
    case .after: "after the claim's validity"
    case .boundary: "crosses an end of the claim's validity"
    case .stale: "claim older than it may be believed"
    case .excluded: "carved out of the actor's range"
    case .sinkhole: "sinkhole run by a third party"
    case .scanner: "research scanner run by a third party"
    case .overlap: "claimed for unrelated actors"
    case .routeMismatch: "routing differs from the claim"
    case .sharedUse: "range in shared use"
    case .leased: "leased address space"
    case .hosting: "hosting or cloud"
    case .vpn: "VPN provider"
    case .proxy: "proxy"
    case .tor: "Tor relay or exit"
    case .cdn: "content delivery network"
    case .cgnat: "carrier-grade NAT"
    case .mobile: "mobile carrier"
    case .satellite: "satellite provider"
    case .overlayStale: "shared use not excluded: list too far from the flow"
    case .claimQuality: "the claim does not support exclusivity"
    case .backscatter: "answers to forged requests"
    case .flood: "part of a flood of forged sources"
    case .isnGuessing: "sequence numbers may have been guessed"
    case .malformed: "packets that no sound host sends"
    case .oneWay: "only one direction seen; the sender's address is unverified"
    case .halfOpen: "handshake not completed"
    case .responseOnly: "an answer whose request was not seen"
    case .twoWayUnverified: "two-way, return path not verified"
    case .vantage: "seen behind a proxy of ours"
    case .tunnel: "inner address of a tunnel"
    case .attested: "reported by a trusted proxy only"
    case .connectOnly: "handshake without data"
    case .dataInOnly: "data from the range's side only"
    case .midstream: "capture began mid-stream"
    case .nonceEcho: "a nonce was echoed"
    case .direct: "session from the range"
    case .contacted: "session to the range"
    }
  }
}
