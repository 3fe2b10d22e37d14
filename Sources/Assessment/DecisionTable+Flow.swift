import Catalog
public import Flows
import Packets

extension DecisionTable {
  /// Judges a flow: each side that a catalog entry covers, and the address that a trusted proxy reports; the one with the
  /// strongest verdict first.
  ///
  /// - Parameters:
  ///   - record: The flow.
  ///   - limits: What keeps the packets from speaking of any address whatever their grade (D12).
  /// - Returns: The verdict; on an unwatched flow without the table.
  /// - Complexity: O(k²) in the number of entries that cover an endpoint; no allocation for an unwatched flow.
  public func assess(_ record: FlowRecord, limits: [VerdictReason] = []) -> FlowAssessment {
    switch (record.originatorCovers != .empty, record.responderCovers != .empty) {
    case _ where record.attested != nil:
      return decideAttested(record, limits)
    case (false, false):
      let isSpecial = UnwatchedFlow(record).isSpecialPurpose(allowingDocumentation: catalog.allowsDocumentationRanges)
      return isSpecial ? .specialPurpose : .noClaim
    case (true, false):
      return decide(record, .originator, limits)
    case (false, true):
      return decide(record, .responder, limits)
    case (true, true):
      let originator = decide(record, .originator, limits)
      let responder = decide(record, .responder, limits)
      // Of equals the originator.
      let (primary, other) =
        responder.verdict.strength < originator.verdict.strength ? (responder, originator) : (originator, responder)
      var both = primary
      both.coveredSide = .both
      both.reasons += other.reasons.filter { !primary.reasons.contains($0) }
      both.otherSide = OtherSide(verdict: other.verdict, reason: other.reason, actor: other.actor)
      return both
    }
  }

  /// Judges a flow of which a trusted proxy reports an address: that address by its claims alone, as no packet of it was
  /// seen, and the endpoints without it; of equals the endpoint, of which there is a packet.
  private func decideAttested(_ record: FlowRecord, _ limits: [VerdictReason]) -> FlowAssessment {
    var seen = record
    seen.attested = nil
    let endpoints = seen.isWatched ? assess(seen, limits: limits) : nil
    guard let attested = record.attested else { return endpoints ?? .noClaim }
    // Not graded: the limit stands for what the packets do not say of it.
    var assessment = decide(
      CoveredEndpoint(
        address: attested.address, covers: catalog.prefixes.entries(of: attested.covers),
        firstPacket: record.continuedFrom ?? record.firstPacket, lastPacket: max(record.firstPacket, record.lastPacket),
        evidence: SideEvidence(.e3, .nonceEcho), role: .unknown, limits: [.attested]))
    assessment.speaksOfAttested = true
    guard var endpoints else { return assessment }
    guard assessment.verdict.strength < endpoints.verdict.strength else {
      endpoints.reasons += assessment.reasons.filter { !endpoints.reasons.contains($0) }
      endpoints.otherSide =
        endpoints.otherSide
        ?? OtherSide(verdict: assessment.verdict, reason: assessment.reason, actor: assessment.actor)
      return endpoints
    }
    assessment.coveredSide = endpoints.coveredSide
    assessment.reasons += endpoints.reasons.filter { !assessment.reasons.contains($0) }
    assessment.otherSide = OtherSide(verdict: endpoints.verdict, reason: endpoints.reason, actor: endpoints.actor)
    return assessment
  }

  private func decide(_ record: FlowRecord, _ side: CoveredSide, _ limits: [VerdictReason]) -> FlowAssessment {
    let isOriginator = side == .originator
    // An address that was declared to be ours is a device of ours, whoever uses the range elsewhere (methodology 1.3).
    let isOurs = (isOriginator ? record.originatorIsLocal : record.responderIsLocal) == true
    let limits = isOurs && !limits.contains(.vantage) ? limits + [.vantage] : limits
    var endpoint = CoveredEndpoint(
      address: (isOriginator ? record.originator : record.responder).address,
      covers: catalog.prefixes.entries(of: isOriginator ? record.originatorCovers : record.responderCovers),
      firstPacket: record.continuedFrom ?? record.firstPacket, lastPacket: max(record.firstPacket, record.lastPacket),
      evidence: isOriginator ? record.originatorEvidence : record.responderEvidence,
      role: record.originatorBasis == .syn ? (isOriginator ? .initiator : .responder) : .unknown, limits: limits)
    var assessment = decide(endpoint)
    if record.notes.contains(.tunnelled) {
      let ends = (isOriginator ? record.tunnel?.originatorEnds : record.tunnel?.responderEnds) ?? []
      if !areOwn(ends, of: assessment.actor, endpoint) {
        endpoint.limits.append(.tunnel)
        assessment = decide(endpoint)
      }
    }
    assessment.coveredSide = side
    assessment.speaksOfOriginator = isOriginator
    return assessment
  }

  /// Whether the ends of the tunnels from which an inner address's packets came are themselves the actor's alone, by the
  /// rows D1–D9: then internet routing, which brought the answers to them, vouches for the inner address too
  /// (methodology 1.5, item 10).
  private func areOwn(_ ends: [IPAddress], of actor: Int?, _ inner: CoveredEndpoint) -> Bool {
    guard let actor, !ends.isEmpty else { return false }
    return ends.allSatisfy { end in
      var outer = inner
      outer.address = end
      outer.covers = catalog.prefixes.entries(of: catalog.prefixes.covers(of: end))
      // As if the packets had verified it: asked is only whose it is.
      outer.evidence = SideEvidence(.e4, .twoWayVerified)
      outer.limits = []
      let assessment = decide(outer)
      return assessment.verdict == .exclusive && assessment.actor == actor
    }
  }
}

extension FlowAssessment {
  // Shared, so that an unwatched flow costs no allocation.
  static let noClaim = FlowAssessment(unwatched: .noClaim)
  static let specialPurpose = FlowAssessment(unwatched: .specialPurpose)
}

extension Verdict {
  /// The place in the declared order; 0 is the strongest.
  var strength: Int {
    switch self {
    case .exclusive: 0
    case .contested: 1
    case .shared: 2
    case .expired: 3
    case .unverifiable: 4
    case .none: 5
    }
  }
}
