public import Catalog
public import Flows
import Inspection
import Packets

/// What an assessment must know of a run beside flows and catalog.
public struct AssessmentContext: Sendable {
  /// Whether every input's SHA-256 is computed (handling axis, methodology 4.2).
  public var inputsAreHashed = true
  /// Whether an input is damaged.
  public var inputsAreDamaged = false
  /// Packets read.
  public var packets: UInt64 = 0
  /// Flows given up before their end for lack of room.
  public var evictedFlows: UInt64 = 0
  /// Flows in ranges whose streams were not read on for lack of room.
  public var cutStreams: UInt64 = 0
  /// Wrong acknowledgements for which there was no record (T10): flows near them may be graded too low.
  public var unrecordedGuesses: UInt64 = 0
  /// Packets that the capturing interfaces dropped; nothing where they do not say.
  public var interfaceDrops: UInt64?
  /// Whether the offset of the capturing clock from UTC is known.
  public var clockOffsetIsKnown = false
  /// The sensors at which the inputs were captured, as `FlowRecord.sensor` counts them; empty if not known.
  ///
  /// To be set before the first flow: one that stands behind a proxy of ours caps the grades of its flows (methodology
  /// T16), and flows seen at several may corroborate each other (methodology 6.3).
  public var sensors: [Sensor] = []
  /// How many flows a finding lists, at least 1; to be set before the first flow.
  public var listLimit = 1_000
  /// The inputs in canonical order, as `FlowRecord.Citations.file` counts them.
  public var inputs: [InputFacts] = []
  /// What control captures hold; nothing without any (methodology 6.4).
  public var baseline: Baseline?
  /// What an analyst says of errors in the range claims (methodology 6.2).
  public var claimError: ClaimError?

  /// Makes the default context.
  public init() {}

  /// Packets that the interfaces of several inputs dropped.
  ///
  /// - Parameter inputs: What each input says of it; nothing where it says nothing.
  /// - Returns: The sum, or the largest number where it does not fit: a capture may say anything. Nothing if none says.
  package static func drops(of inputs: [UInt64?]) -> UInt64? {
    inputs.compactMap { $0 }.reduce(nil) { sum, drops in
      let (total, overflow) = drops.addingReportingOverflow(sum ?? 0)
      return overflow ? .max : total
    }
  }
}

/// Flows in, findings out: the decision table applied to each watched flow, and the roll-up of a case.
///
/// Holds per finding at most `AssessmentContext.listLimit` flows and `addressLimit` addresses, and constant space
/// otherwise. Not thread-safe.
public struct CaseAssessment: Sendable {
  /// How many covered addresses of a finding are told apart.
  public static let addressLimit = 65_536

  /// What came of a case.
  public struct Result: Sendable {
    /// The findings, strongest first.
    public var findings: [Finding] = []
    /// How many flows have each verdict, unwatched ones included.
    public var flowsByVerdict: [Verdict: UInt64] = [:]
    /// How many flows are watched.
    public var watchedFlows: UInt64 = 0
    /// Links between watched flows, in time order; none changes a verdict.
    public var links: [Link] = []
    /// Links beyond those, as far as known.
    public var omittedLinks: UInt64 = 0
    /// Candidate slips, in time order; none changes a verdict.
    public var slips: [Slip] = []
    /// Direct sessions, and proxied ones that are linked to them, in time order.
    public var timeline: [ActivityStretch] = []
    /// Stretches beyond those, as far as known.
    public var omittedStretches: UInt64 = 0
    /// `EXCLUSIVE-PRESENT`, or the most common reason; never "actor A did it".
    public var rollUp = ""
    /// What this report does not show, a sentence each; never empty.
    public var notShown: [String] = []
    /// Caveats, a sentence each; never empty.
    public var caveats: [String] = []
    /// The figures of the case.
    public var statistics = CaseStatistics()
    /// The competing hypotheses, a matrix for each actor.
    public var hypotheses: [HypothesisMatrix] = []
    /// The findings' ids, by what makes a finding.
    var ids: [FindingGroup.Key: String] = [:]

    /// The id of the finding in which a flow is.
    ///
    /// - Parameter assessment: What `assess` says of the flow.
    /// - Returns: The id; nothing for an unwatched flow.
    package func findingID(of assessment: FlowAssessment) -> String? { ids[FindingGroup.Key(assessment)] }

    /// Makes an empty result.
    public init() {}
  }

  /// The catalog.
  public let catalog: Catalog
  /// What else must be known; may be set until `finish`, but for what is to be set before the first flow.
  public var context: AssessmentContext

  /// Findings whose confidence bounds that of others, by what these are filed under; see `ReleasedAssessment`.
  var ceilings: [FindingGroup.Key: [Finding]] = [:]

  private let table: DecisionTable
  /// The days of the shared-use lists, by kind: of those that list IPv4 addresses, and of those that list IPv6 addresses.
  private let listDays: (ipv4: [[Timestamp]], ipv6: [[Timestamp]])
  private var groups: [FindingGroup.Key: FindingGroup] = [:]
  private var trail = SessionTrail()
  package private(set) var unwatched: UnwatchedTally
  private(set) var ranges = RangeTallies()
  private var scan = ScanPattern()
  private var beacons = BeaconPattern()
  private var watchedFlows: UInt64 = 0

  /// Makes an assessment without flows.
  ///
  /// - Parameters:
  ///   - catalog: The catalog.
  ///   - context: What else must be known.
  public init(catalog: Catalog, context: AssessmentContext) {
    self.catalog = catalog
    self.context = context
    table = DecisionTable(catalog: catalog)
    unwatched = UnwatchedTally(catalog: catalog)
    let shared = catalog.overlays.filter { $0.kind != .sinkhole && $0.kind != .researchScanner }
    func days(_ isIPv4: Bool) -> [[Timestamp]] {
      let lists = shared.filter { $0.prefixes.isEmpty || $0.prefixes.contains { $0.address.isIPv4 == isIPv4 } }
      return Dictionary(grouping: lists, by: \.kind).values.map { $0.map(\.snapshot) }
    }
    listDays = (days(true), days(false))
  }

  /// Assesses one finished flow and files it under its finding.
  ///
  /// - Parameter record: The flow.
  /// - Returns: The verdict on it.
  /// - Complexity: O(1) and no allocation for a flow that nothing covers, else O(k²) in the entries that cover it.
  @discardableResult
  public mutating func add(_ record: FlowRecord) -> FlowAssessment {
    let flow = judge.assessed(record)
    add(flow)
    return flow.assessment
  }

  /// Judges flows by the catalog and the sensors of the context.
  public var judge: FlowJudge { FlowJudge(table, context.sensors) }

  /// Files a flow under its finding.
  ///
  /// - Parameter flow: The flow with what `judge` says of it.
  /// - Complexity: O(1) amortised.
  public mutating func add(_ flow: AssessedFlow) {
    guard flow.record.isWatched else {
      unwatched.add(UnwatchedFlow(flow.record))
      return
    }
    unwatched.countSources(of: UnwatchedFlow(flow.record))
    watchedFlows &+= 1
    ranges.add(flow.record, in: catalog)
    scan.add(flow)
    beacons.add(flow)
    trail.add(flow)
    let (distance, limit) = (listDistance(of: flow), context.listLimit)
    let isCompared = context.sensors.count > 1 && flow.assessment.verdict == .exclusive
    groups[FindingGroup.Key(flow.assessment), default: FindingGroup(flow, listLimit: limit)]
      .add(flow, listDistance: distance, isCompared: isCompared)
  }

  /// Adds flows that nothing covers and that were counted apart.
  ///
  /// - Parameter tally: Their figures.
  public mutating func add(_ tally: UnwatchedTally) { unwatched.add(tally) }

  /// Rolls the case up.
  ///
  /// - Returns: The findings and the sentences that belong to every report; the same for the same flows in any order.
  /// - Complexity: O(n log n) in the flows that the findings list.
  public func finish() -> Result {
    let (sources, scan, beacons) = (unverifiedSourceCount, scan.sources, beacons.found)
    let ordered = groups.values.sorted(by: isStronger)
    var result = Result()
    result.watchedFlows = watchedFlows
    for verdict in Verdict.allCases { result.flowsByVerdict[verdict] = 0 }
    result.flowsByVerdict[Verdict.none] = unwatched.counts.noClaim &+ unwatched.counts.specialPurpose
    for group in ordered { result.flowsByVerdict[group.key.reason.verdict, default: 0] &+= group.flowCount }
    result.findings = ordered.enumerated().map {
      finding($1, id: "F\($0 + 1)", sources, scanLike: scan.found, beacons: beacons[$1.key] ?? [])
    }
    let ids = Dictionary(uniqueKeysWithValues: zip(ordered.map(\.key), result.findings.map(\.id)))
    result.ids = ids
    let drawing = trail.draw(findings: ids)
    (result.links, result.omittedLinks) = (drawing.links, drawing.omittedLinks)
    (result.slips, result.timeline, result.omittedStretches) = (
      drawing.slips, drawing.timeline, drawing.omittedStretches
    )
    result.addLinkSentences()
    result.rollUp = rollUp(ordered)
    result.notShown = CaseSentences.notShown(context, findings: result.findings)
    if result.omittedLinks > 0 {
      result.notShown.append(
        "Every link between sessions: \(result.omittedLinks.counted("session or link", "sessions or links")) did not fit."
      )
    }
    if !drawing.hasCensus {
      result.notShown.append("Links by rare fingerprints (K2): there are more clients than can be told apart.")
    }
    result.caveats = CaseSentences.caveats(catalog)
    if !scan.isWhole { result.notShown.append(ScanPattern.sampleSentence) }
    result.statistics = statistics(ordered, scan: scan)
    result.hypotheses = hypotheses(ordered, links: result.links, scan: scan)
    return result
  }

  /// How many distinct unverified IPv4 sources there are, and whether that is exact.
  var unverifiedSourceCount: (value: UInt64, isExact: Bool) {
    let count = unwatched.unverifiedSources.count
    return (min(count.value, 1 << 32), count.isExact)
  }

  private func finding(
    _ group: FindingGroup, id: String, _ unverifiedSources: (value: UInt64, isExact: Bool), scanLike: Set<SourceKey>,
    beacons: [BeaconPattern.Beacon]
  ) -> Finding {
    let sources = group.sources(scanLike: scanLike)
    let flows = group.earliest.sorted
    let first = flows.first?.assessment
    var claims = first?.claims.first.map { [$0] } ?? []
    claims += group.claims.subtracting(claims).sorted()
    let claim = claims.first.map { catalog.claims[$0] }
    let prefix = group.hasSeveralPrefixes ? nil : group.prefix
    let ceilings = ceilings[group.key] ?? []
    let confidence = Confidence(of: group, claim: claim, context: context).capped(by: ceilings)
    let likelihood = Likelihood(confidence, verdict: group.key.reason.verdict, kind: claim?.kind)
      .map { own in ceilings.contains { $0.likelihood != .veryLikely } ? .likely : own }
    let wording = Wording(
      group: group, catalog: catalog, confidence: confidence, likelihood: likelihood,
      unverifiedSources: unverifiedSources, claim: claim,
      overlays: group.overlays.sorted().map { catalog.overlays[$0] },
      prefix: prefix,
      extras: group.trace.notes.sentences(flows: group.flowCount, continued: group.continued, inputs: context.inputs)
        + [
          ScanPattern.sentence(sources.scanLike, of: sources.all, isMinimum: group.hasMoreAddresses),
          BeaconPattern.sentence(beacons),
        ]
        .compactMap(\.self))
    return Finding(
      id: id, verdict: group.key.reason.verdict, reason: group.key.reason,
      reasons: [group.key.reason]
        + VerdictReason.allCases.filter { $0 != group.key.reason && group.reasons.contains($0) },
      actor: group.key.actor, claims: claims, overlays: group.overlays.sorted(), prefix: prefix,
      likelihood: likelihood, confidence: confidence, wording: wording.sentences,
      relevance: group.trace.relevance(group.relevance, scanLike: scanLike),
      actions: group.actions.names + (sources.scanLike > 0 ? ["scan"] : [])
        + (beacons.isEmpty ? [] : ["beacon"])
        + Activity.allCases.filter(group.activities.contains).map(\.action),
      addresses: Array(group.addresses.sorted().prefix(context.listLimit)), addressCount: group.addresses.count,
      addressCountIsMinimum: group.hasMoreAddresses, flowCount: group.flowCount, packets: group.packets,
      bytes: group.bytes, firstSeen: group.firstSeen, lastSeen: group.lastSeen, flows: flows,
      notes: group.trace.notes.byName, sessions: group.sessionSummary, scanLikeSources: UInt64(sources.scanLike),
      key: group.key)
  }

  /// Strongest verdict first, of EXCLUSIVE the direct ones, then the earliest, then by what makes the finding.
  private func isStronger(_ one: FindingGroup, _ other: FindingGroup) -> Bool {
    if one.key.reason.verdict != other.key.reason.verdict {
      return one.key.reason.verdict.strength < other.key.reason.verdict.strength
    }
    if one.key.reason.directness != other.key.reason.directness {
      return one.key.reason.directness < other.key.reason.directness
    }
    if one.firstSeen != other.firstSeen { return one.firstSeen < other.firstSeen }
    return (one.key.reason.row, one.key.actor ?? -1, one.key.entryRank)
      < (other.key.reason.row, other.key.actor ?? -1, other.key.entryRank)
  }

  private func rollUp(_ groups: [FindingGroup]) -> String {
    if groups.first?.key.reason.verdict == .exclusive { return "EXCLUSIVE-PRESENT" }
    var counts: [VerdictReason: UInt64] = [:]
    for group in groups { counts[group.key.reason, default: 0] &+= group.flowCount }
    if counts.isEmpty {
      counts = [.noClaim: unwatched.counts.noClaim, .specialPurpose: unwatched.counts.specialPurpose]
    }
    // Of equals the one that stands first in the table; a case without flows has no claim.
    let most = counts.max { ($0.value, $1.key.row) < ($1.value, $0.key.row) }
    return most.map { $0.value > 0 ? $0.key.rawValue : VerdictReason.noClaim.rawValue }
      ?? VerdictReason.noClaim.rawValue
  }

  /// Nanoseconds from a flow to the nearest list of each kind, the farthest of these; nothing without lists that could
  /// hold the address.
  private func listDistance(of flow: AssessedFlow) -> Int64? {
    (flow.covered.address.isIPv4 ? listDays.ipv4 : listDays.ipv6).lazy.compactMap { days in
      days.lazy.map { $0.distance(toFlowFrom: flow.record.firstPacket, through: flow.record.lastPacket) }.min()
    }.max()
  }
}

extension CaseAssessment.Result {
  /// Sentences on links that a finding holds at most; the links themselves are listed apart.
  private static let linkSentenceLimit = 5

  /// Adds to each finding of shared flows what links them to exclusive ones (W3).
  fileprivate mutating func addLinkSentences() {
    let sentences = Dictionary(grouping: links.compactMap(\.sentence), by: \.finding)
    for index in findings.indices {
      let own = slips.filter { $0.finding == findings[index].id }
      findings[index].wording += own.prefix(Self.linkSentenceLimit).map(\.sentence)
      let more = UInt64(own.dropFirst(Self.linkSentenceLimit).count)
      if more > 0 { findings[index].wording.append("\(more.counted("more candidate slip")): see the list of slips.") }
      // Several sessions of one address say the same.
      var seen: Set<String> = []
      let all = (sentences[findings[index].id] ?? []).map(\.text).filter { seen.insert($0).inserted }
      findings[index].wording += all.prefix(Self.linkSentenceLimit)
      let rest = UInt64(all.dropFirst(Self.linkSentenceLimit).count)
      if rest > 0 {
        findings[index].wording.append("\(rest.counted("more link")) of its sessions: see the list of links.")
      }
    }
  }
}

extension FindingGroup.Key {
  /// A number that tells entries apart.
  var entryRank: Int {
    switch entry {
    case .claim(let index): 2 * index
    case .overlay(let index): 2 * index + 1
    case nil: -1
    }
  }
}

extension Activity {
  /// What was done, in the analyst's words; only what the packets show.
  var action: String { self == .connectOnly ? "connect" : rawValue }
}
