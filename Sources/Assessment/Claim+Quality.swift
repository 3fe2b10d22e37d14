import Catalog

/// Why a claim cannot support exclusivity (methodology X2, X5; routing, X6, is row D6).
enum ClaimWeakness: CaseIterable {
  /// It says that the actor uses the range, not that nobody else does.
  case notExclusive
  /// Its kind cannot be exclusive.
  case kind
  /// It lacks the start of its validity, or the day on which it was last known to hold.
  case undated
  /// It rests on registration or geolocation alone.
  case registrationOnly
  /// No source is rated C3 or better.
  case weakSources
}

extension Claim {
  /// Everything that keeps this claim from supporting exclusivity; empty if X2 and X5 hold for the claim itself.
  var weaknesses: [ClaimWeakness] {
    ClaimWeakness.allCases.filter { weakness in
      switch weakness {
      case .notExclusive: relation != .exclusive
      case .kind: !kind.canBeExclusive
      case .undated: validFrom == nil || asOf == nil
      case .registrationOnly: !basis.contains { $0 != .rirRegistration && $0 != .geolocation }
      case .weakSources: !sources.contains { $0.isAtLeast("C", 3) }
      }
    }
  }

  /// How many independent groups of sources are rated B2 or better (methodology 4.2).
  var strongSourceGroups: Int {
    sources.filter { $0.isAtLeast("B", 2) }.independentGroups
  }

  /// What the claim says of the range, the kind taken into account (D7); the order is that of caution.
  var use: Use {
    if relation == .excluded { return .excluded }
    if let reason = kind.sharedReason { return .shared(reason) }
    switch relation {
    case .shared: return .shared(.sharedUse)
    case .associated: return .associated
    case .exclusive, .excluded: return .exclusive
    }
  }

  /// What a claim says of a range.
  enum Use: Equatable, BitwiseCopyable {
    case exclusive
    case associated
    case shared(VerdictReason)
    case excluded

    /// How cautious it is; of two claims on one prefix the more cautious counts (methodology 1.5, 3).
    var caution: Int {
      switch self {
      case .exclusive: 0
      case .associated: 1
      case .shared: 2
      case .excluded: 3
      }
    }
  }
}

extension Claim.Source {
  /// Whether both parts of the rating are at least so good; they are never averaged (methodology 4.3).
  func isAtLeast(_ worstReliability: Character, _ worstCredibility: Int) -> Bool {
    ("A"...worstReliability).contains(reliability) && (1...worstCredibility).contains(credibility)
  }
}

extension UseKind {
  /// The reason under which addresses of this kind are shared; nothing for kinds that say nothing of others.
  var sharedReason: VerdictReason? {
    switch self {
    case .dedicatedAllocation, .dedicatedAssignment, .soleNationalISP, .unknown: nil
    case .leased: .leased
    case .hosting: .hosting
    case .vpn: .vpn
    case .proxy: .proxy
    case .tor: .tor
    case .cdn: .cdn
    case .cgnat: .cgnat
    case .mobile: .mobile
    case .satellite: .satellite
    case .sinkhole: .sinkhole
    case .researchScanner: .scanner
    }
  }
}
