import Catalog
import Flows

extension VerdictReason {
  /// The verdict of the row that the reason belongs to (methodology 8).
  public var verdict: Verdict {
    switch self {
    case .specialPurpose, .noClaim, .excluded: .none
    case .before, .after, .boundary, .stale: .expired
    case .sinkhole, .scanner: .shared
    case .overlap, .routeMismatch: .contested
    case .sharedUse, .leased, .hosting, .vpn, .proxy, .tor, .cdn, .cgnat, .mobile, .satellite: .shared
    case .overlayStale, .claimQuality: .unverifiable
    case .backscatter, .flood, .isnGuessing, .malformed: .unverifiable
    case .oneWay, .halfOpen, .responseOnly: .unverifiable
    case .twoWayUnverified, .vantage, .tunnel, .attested: .unverifiable
    case .connectOnly, .dataInOnly, .midstream, .nonceEcho, .direct, .contacted, .overlayException: .exclusive
    }
  }

  /// Where the reason stands in the table; reasons are listed in this order.
  var row: Int { Self.allCases.firstIndex(of: self) ?? Self.allCases.count }

  /// Order among EXCLUSIVE findings: what came from the range, what we asked of it, what was only partly seen.
  var directness: Int {
    switch self {
    case .direct: 0
    case .contacted: 1
    default: 2
    }
  }
}

extension [VerdictReason] {
  /// Each reason once, in the order of the table.
  var inTableOrder: [VerdictReason] {
    count < 2 ? self : VerdictReason.allCases.filter(contains)
  }
}

extension SideEvidence {
  /// The reason of rows D10–D12; nothing from E3 up.
  var weakness: VerdictReason? {
    switch (grade, reason) {
    case (.e0, .backscatter): .backscatter
    case (.e0, .flood): .flood
    case (.e0, .isnGuessing): .isnGuessing
    case (.e0, _): .malformed
    case (.e1, .halfOpen): .halfOpen
    case (.e1, .responseOnly): .responseOnly
    case (.e1, _): .oneWay
    case (.e2, _): .twoWayUnverified
    case (.e3, _), (.e4, _), (.e5, _): nil
    }
  }

  /// The reason of rows D13–D15, for a side whose address and claim leave nothing to object to.
  ///
  /// From E4 up the verdict says who contacted whom. Where that is not proven, what is left is that the side returned a
  /// value of the other side.
  func strength(role: CoveredEndpoint.Role) -> VerdictReason {
    switch (grade, reason, role) {
    case (.e4, _, .initiator), (.e5, _, .initiator): .direct
    case (.e4, _, .responder), (.e5, _, .responder): .contacted
    case (_, .connectOnly, _): .connectOnly
    case (_, .dataInOnly, _): .dataInOnly
    case (_, .midstream, _): .midstream
    default: .nonceEcho
    }
  }
}
