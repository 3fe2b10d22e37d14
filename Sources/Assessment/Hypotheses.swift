/// The hypotheses that compete to explain traffic from an actor's range (methodology 4.4, after Heuer).
public enum Hypothesis: String, Sendable, CaseIterable {
  /// The actor's operators, directly.
  case h1 = "H1"
  /// A third party inside the range.
  case h2 = "H2"
  /// Hijack, a party on the path, or forgery.
  case h3 = "H3"
  /// Coincidence.
  case h4 = "H4"
  /// An error in the range data.
  case h5 = "H5"
  /// A group with the same access.
  case h6 = "H6"

  /// The hypothesis as a phrase.
  public var text: String {
    switch self {
    case .h1: "operators of the actor, directly from the range"
    case .h2: "a third party through a compromised host or a VPN in the range"
    case .h3: "a hijacked route, a party on the path or a forged source, as a false flag"
    case .h4: "an insider or an unrelated group; the traffic from the range is coincidence"
    case .h5: "range data that are wrong or outdated"
    case .h6: "a group from outside that shares the actor's access"
    }
  }
}

/// What a piece of evidence says of a hypothesis.
public enum EvidenceFit: String, Sendable {
  /// To be expected if the hypothesis holds.
  case consistent = "C"
  /// To be expected more than under most others.
  case strong = "C+"
  /// Not to be expected if it holds.
  case inconsistent = "I"
  /// Says nothing of it.
  case neutral = "N"
}

/// The evidence that the matrix weighs, in the methodology's order.
public enum HypothesisEvidence: String, Sendable, CaseIterable {
  /// A session from the address graded E4 or E5.
  case verifiedSession = "verified_session"
  /// Two independent sources say that the use is sole.
  case independentSources = "independent_sources"
  /// The route origin was as expected.
  case routeOrigin = "route_origin"
  /// The session's content belongs to the attack.
  case attackContent = "attack_content"
  /// A K3 or K4 link to proxied sessions.
  case strongLink = "strong_link"
  /// The address scans, spams or beacons elsewhere too.
  case noise
  /// The address was only ever contacted.
  case destinationOnly = "destination_only"
  /// No evidence above E2.
  case unverifiedOnly = "unverified_only"
  /// Tools shared with other cases, known from elsewhere.
  case toolOverlap = "tool_overlap"

  /// The evidence as a phrase.
  public var text: String {
    switch self {
    case .verifiedSession: "E4/E5 session from the address"
    case .independentSources: ">= 2 independent sources"
    case .routeOrigin: "route origin as expected"
    case .attackContent: "attack-specific content"
    case .strongLink: "K3/K4 link to proxied session"
    case .noise: "address also scans"
    case .destinationOnly: "outbound destination only"
    case .unverifiedOnly: "only E0-E2 evidence"
    case .toolOverlap: "tool overlap (external)"
    }
  }

  /// What it says of H1 to H6 where it applies.
  public var fits: [EvidenceFit] {
    switch self {
    case .verifiedSession: [.consistent, .consistent, .consistent, .neutral, .consistent, .consistent]
    case .independentSources: [.consistent, .neutral, .neutral, .neutral, .inconsistent, .consistent]
    case .routeOrigin: [.consistent, .consistent, .inconsistent, .neutral, .neutral, .consistent]
    case .attackContent: [.consistent, .consistent, .consistent, .inconsistent, .consistent, .consistent]
    case .strongLink: [.consistent, .consistent, .consistent, .inconsistent, .consistent, .consistent]
    case .noise: [.neutral, .strong, .neutral, .consistent, .consistent, .neutral]
    case .destinationOnly: [.neutral, .neutral, .neutral, .consistent, .consistent, .neutral]
    case .unverifiedOnly: [.neutral, .neutral, .strong, .consistent, .consistent, .neutral]
    case .toolOverlap: [.consistent, .neutral, .consistent, .neutral, .consistent, .consistent]
    }
  }

  /// What a cell says beside its letter.
  public var remark: String? {
    switch self {
    case .verifiedSession:
      "H3: a party on the path or a hijack only; spoofing from off the path is inconsistent with it"
    case .toolOverlap: "H3: tools can be imitated"
    default: nil
    }
  }
}

/// The evidence of one actor's findings against all hypotheses: it works to disprove, it ranks nobody.
public struct HypothesisMatrix: Sendable, Equatable {
  /// Whether a piece of evidence is there.
  public enum Presence: String, Sendable {
    /// It was observed.
    case yes
    /// It was looked for and not observed.
    case no
    /// Nothing at hand could show it.
    case notAssessed = "not assessed"
  }

  /// A piece of evidence, and whether it is there.
  public struct Row: Sendable, Equatable {
    /// The evidence.
    public var evidence: HypothesisEvidence
    /// Whether it is there.
    public var presence: Presence
    /// What says so.
    public var because: String
    /// The findings that say so.
    public var findings: [String]
  }

  /// Index of the actor in the catalog; nothing where no finding names one.
  public var actor: Int?
  /// The findings that are weighed.
  public var findings: [String]
  /// Each piece of evidence.
  public var rows: [Row]

  /// How many pieces of evidence that are there are inconsistent with each hypothesis, H1 to H6.
  public var inconsistencies: [UInt64] {
    Hypothesis.allCases.indices.map { index in
      UInt64(rows.count { $0.presence == .yes && $0.evidence.fits[index] == .inconsistent })
    }
  }

  /// How the matrix is to be read.
  public static let reading =
    "Reading: packet evidence can speak against H3, H4 and H5; it rarely separates H1 from H2/H6, and no row can speak "
    + "against H1. The tally is no ranking."

  /// What of the Diamond Model a match fills.
  public static let diamond =
    "Diamond Model: an address fills the infrastructure vertex only (EXCLUSIVE: candidate for type 1, SHARED: type 2); "
    + "adversary, capability and victim are not assessed by this tool."

  /// Who may say what (methodology 0).
  public static let ladder: [(level: String, proposition: String, by: String)] = [
    ("P0", "packets with this source address were captured", "stated, as fact"),
    ("P1", "a party able to receive at the address took part", "stated from E3 up"),
    ("P2", "the address was used by the actor alone at the time", "stated, as a sourced claim"),
    ("P3", "the actor's operators did it", "an analyst only"),
    ("P4", "an organisation or state is responsible", "never by this tool"),
  ]
}
