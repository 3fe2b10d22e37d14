import Catalog
import Flows
import Inspection
import Packets

/// The flows of one finding while they come in: sums of all, and the first of them in full.
struct FindingGroup: Sendable {
  /// What the flows of a finding have in common; the verdict follows from the reason.
  struct Key: Hashable, Sendable {
    var reason: VerdictReason
    var actor: Int?
    /// The primary claim, else the primary overlay.
    var entry: PrefixTable.Entry?

    init(_ assessment: FlowAssessment) {
      reason = assessment.reason
      actor = assessment.actor
      entry =
        assessment.claims.first.map(PrefixTable.Entry.claim) ?? assessment.overlays.first.map(PrefixTable.Entry.overlay)
    }

    /// The reason is left to comparing: hashing it means hashing its name.
    func hash(into hasher: inout Hasher) {
      hasher.combine(actor)
      hasher.combine(entryRank)
    }
  }

  let key: Key
  private(set) var earliest: EarliestFlows
  private(set) var reasons: [VerdictReason] = []
  private(set) var claims: Set<Int> = []
  private(set) var overlays: Set<Int> = []
  private(set) var addresses: Set<IPAddress> = []
  private(set) var hasMoreAddresses = false
  private(set) var flowCount: UInt64 = 0
  private(set) var packets: UInt64 = 0
  private(set) var bytes: UInt64 = 0
  private(set) var firstSeen: Timestamp
  private(set) var lastSeen: Timestamp
  /// The lowest grade of the address that the finding speaks of.
  private(set) var weakestGrade = EvidenceGrade.e5
  /// The highest grade of it.
  private(set) var strongestGrade = EvidenceGrade.e0
  /// Flows that the address opened, that the other side opened, and those of which neither is known.
  private(set) var opened: UInt64 = 0
  private(set) var answered: UInt64 = 0
  private(set) var undirected: UInt64 = 0
  /// Flows in which the address itself sent nothing.
  private(set) var silent: UInt64 = 0
  /// Flows whose requests name another address (link grade K0), and one such claim.
  private(set) var claiming: UInt64 = 0
  private(set) var contentClaim: ContentClaim?
  /// Flows of which a trusted proxy also reports an address, of which the finding does not speak.
  private(set) var attested: UInt64 = 0
  /// Flows of which one direction only was captured.
  private(set) var asymmetric: UInt64 = 0
  /// Flows with packets whose answers need not reach their source.
  private(set) var pathUnproven: UInt64 = 0
  /// Records that go on with a flow that an earlier record began.
  private(set) var continued: UInt64 = 0
  /// Where the first flow was seen: at another sensor, with other tags or in another tunnel, one session is another flow.
  private let line: (sensor: Int, vlan: VLANTags, scope: ScopeDigest)
  /// Whether others were seen elsewhere.
  private(set) var hasSeveralLines = false
  /// The prefix that covers the address, and whether there are several.
  private(set) var prefix: IPPrefix?
  private(set) var hasSeveralPrefixes = false
  /// Flows of which both sides are covered, and what was said of the other sides.
  private(set) var bothCovered: UInt64 = 0
  private(set) var otherSides: Set<OtherSide> = []
  /// The other side's address, and whether there are several.
  private(set) var peer: IPAddress
  private(set) var hasSeveralPeers = false
  /// Whether the other side of a flow is known to lie outside our networks.
  private(set) var hasForeignPeers = false
  private(set) var relevance = Level.low
  private(set) var activities: [Activity] = []
  /// What the content says was done, in flows that verify the address.
  private(set) var actions: ActionSet = []
  private(set) var trace = FindingTrace()
  /// Nanoseconds between any flow and the shared-use lists nearest to it, by the kind worst served; nothing without lists.
  private(set) var listDistance: Int64? = 0
  /// Which sensors saw the flows.
  private(set) var conversations = ConversationIndex()

  init(_ flow: AssessedFlow, listLimit: Int) {
    key = Key(flow.assessment)
    earliest = EarliestFlows(limit: listLimit)
    firstSeen = flow.record.firstPacket
    lastSeen = flow.record.lastPacket
    peer = flow.other.address
    line = (flow.record.sensor, flow.record.vlan, flow.record.scope)
    prefix = flow.assessment.prefix
  }

  /// Adds a flow.
  ///
  /// - Parameters:
  ///   - flow: The flow.
  ///   - distance: Nanoseconds to the shared-use lists nearest to it; nothing without lists.
  ///   - isCompared: Whether other sensors may have seen it too.
  mutating func add(_ flow: AssessedFlow, listDistance distance: Int64?, isCompared: Bool = false) {
    let (record, assessment) = (flow.record, flow.assessment)
    earliest.insert(flow)
    trace.add(flow)
    if isCompared { conversations.add(flow) }
    for reason in assessment.reasons where !reasons.contains(reason) { reasons.append(reason) }
    claims.formUnion(assessment.claims)
    overlays.formUnion(assessment.overlays)
    if addresses.count < CaseAssessment.addressLimit {
      addresses.insert(flow.covered.address)
    } else if !addresses.contains(flow.covered.address) {
      hasMoreAddresses = true
    }
    // Sums of counters that each packet raises by little: 64 bits do not overflow.
    flowCount &+= 1
    packets &+= record.originatorCounts.packets &+ record.responderCounts.packets
    bytes &+= record.originatorCounts.ipBytes &+ record.responderCounts.ipBytes
    firstSeen = min(firstSeen, record.firstPacket)
    lastSeen = max(lastSeen, record.lastPacket)
    weakestGrade = min(weakestGrade, flow.evidence.grade)
    strongestGrade = max(strongestGrade, flow.evidence.grade)
    switch (record.originatorBasis, assessment.speaksOfOriginator) {
    case _ where assessment.speaksOfAttested: undirected &+= 1
    case (.syn, true): opened &+= 1
    case (.syn, false): answered &+= 1
    default: undirected &+= 1
    }
    if flow.evidence.reason == .silent, !assessment.speaksOfAttested { silent &+= 1 }
    if let claim = record.stream?.claim {
      claiming &+= 1
      contentClaim = contentClaim.map { $0.address < claim.address ? $0 : claim } ?? claim
    }
    if record.attested != nil, !assessment.speaksOfAttested { attested &+= 1 }
    if record.notes.contains(.asymmetric) { asymmetric &+= 1 }
    if record.notes.contains(.pathUnproven) { pathUnproven &+= 1 }
    if record.continuedFrom != nil { continued &+= 1 }
    if (record.sensor, record.vlan) != (line.sensor, line.vlan) || record.scope != line.scope { hasSeveralLines = true }
    if assessment.prefix != prefix { hasSeveralPrefixes = true }
    if assessment.coveredSide == .both { bothCovered &+= 1 }
    if let other = assessment.otherSide { otherSides.insert(other) }
    if flow.other.address != peer { hasSeveralPeers = true }
    if flow.otherIsLocal == false { hasForeignPeers = true }
    relevance = max(relevance, flow.relevance)
    if let content = record.content, flow.evidence.grade >= .e3 || assessment.speaksOfAttested {
      actions.formUnion(content.facts.actions)
    }
    if !activities.contains(record.activity) { activities.append(record.activity) }
    listDistance = listDistance.flatMap { so in distance.map { max(so, $0) } }
  }
}

extension AssessedFlow {
  /// The endpoint that the verdict speaks of; of an attested address the port is not known.
  var covered: Endpoint {
    if assessment.speaksOfAttested, let attested = record.attested {
      return Endpoint(address: attested.address, port: 0)
    }
    return assessment.speaksOfOriginator ? record.originator : record.responder
  }

  /// The other endpoint.
  var other: Endpoint { assessment.speaksOfOriginator ? record.responder : record.originator }

  /// Whether the other endpoint lies in a network of ours; nothing if none was named.
  var otherIsLocal: Bool? {
    assessment.speaksOfOriginator ? record.responderIsLocal : record.originatorIsLocal
  }

  /// What the packets prove of the address that the verdict speaks of.
  var evidence: SideEvidence {
    if assessment.speaksOfAttested { return SideEvidence(.e1, .silent) }
    return assessment.speaksOfOriginator ? record.originatorEvidence : record.responderEvidence
  }

  /// How much the flow matters (methodology 8, modifiers): what was written or opened matters most, then data; bare
  /// connections and visits to public servers do not.
  var relevance: Level {
    guard assessment.verdict != .none else { return .low }
    let isVisit = !assessment.speaksOfOriginator && Self.publicServices.contains(covered.port)
    switch record.activity {
    case .dataTwoWay, .dataIn, .dataOut:
      if isVisit { return .low }
      let actions = record.content?.facts.actions ?? []
      let isOwnAct = assessment.speaksOfOriginator && evidence.grade >= .e3
      return isOwnAct && !actions.isDisjoint(with: .grave) ? .high : .moderate
    case .connectOnly, .probe, .responseOnly: return .low
    }
  }

  /// Ports of web and name servers (IANA): domain, http, https, domain-s, http-alt, pcsync-https.
  private static let publicServices: Set<UInt16> = [53, 80, 443, 853, 8080, 8443]
}
