import Assessment
import Catalog
import Flows
import Packets
import TestSupport
import Testing

/// The methodology's test vectors (8.1) that speak of addresses and claims, on flow records.
@Suite struct DecisionTableTests {
  let us: IPAddress
  let x: IPAddress
  let range: IPPrefix

  init() throws {
    us = try ip("192.0.2.10")
    x = try ip("198.51.100.7")
    range = try net("198.51.100.0/24")
  }

  private func assess(
    _ catalog: Catalog, from address: IPAddress? = nil, at start: Timestamp = time(2014, 11, 24, 43_200),
    lasting seconds: Int64 = 3, evidence: SideEvidence = SideEvidence(.e4, .twoWayVerified),
    limits: [VerdictReason] = []
  ) -> FlowAssessment {
    DecisionTable(catalog: catalog).assess(
      flow(address ?? x, us, in: catalog, at: start, lasting: seconds, originator: evidence), limits: limits)
  }

  @Test func `1 and 2: a full session from a well sourced range is exclusive and direct`() {
    let assessment = assess(catalog([claim([range])]))
    #expect(assessment.verdict == .exclusive)
    #expect(assessment.reasons == [.direct])
    #expect(assessment.actor == 0)
    #expect(assessment.claims == [0])
    #expect(assessment.prefix == range)
    #expect(assessment.coveredSide == .originator)
  }

  /// Which of an actor's claims are the most specific is found without holding each against each.
  @Test func `many claims on one address take time that grows with them`() throws {
    func time(_ count: Int) -> Duration {
      let table = DecisionTable(
        catalog: catalog((0..<count).map { claim([range], id: "c\($0)", relation: .associated) }))
      let record = flow(x, us, in: table.catalog, originator: SideEvidence(.e4, .twoWayVerified))
      return Effort.time { #expect(table.assess(record).claims.count == count) }
    }
    let (few, many) = (time(300), time(3_000))
    #expect(many < few * 30, "\(few) for 300, \(many) for 3,000")
  }

  /// The grade of a later part rests on a handshake of before; no timeout moves a flow into the claim's time.
  @Test func `18: a part of a flow that began before the claim crosses its boundary`() {
    let catalog = catalog([claim([range])])
    var record = flow(x, us, in: catalog, at: time(2014, 1, 1, 3_600))
    #expect(DecisionTable(catalog: catalog).assess(record).verdict == .exclusive)
    record.continuedFrom = time(2013, 12, 31, 86_000)
    #expect(DecisionTable(catalog: catalog).assess(record).reasons == [.boundary])
  }

  @Test(arguments: [
    (SideEvidence(.e1, .oneWay), VerdictReason.oneWay), (SideEvidence(.e1, .halfOpen), .halfOpen),
    (SideEvidence(.e1, .silent), .oneWay), (SideEvidence(.e1, .responseOnly), .responseOnly),
    (SideEvidence(.e2, .twoWayUnverified), .twoWayUnverified), (SideEvidence(.e2, .resetAnswer), .twoWayUnverified),
    (SideEvidence(.e0, .backscatter), .backscatter), (SideEvidence(.e0, .isnGuessing), .isnGuessing),
    (SideEvidence(.e0, .flood), .flood), (SideEvidence(.e0, .malformed), .malformed),
  ]) func `3-5, 10-14, 31: below E3 the packets are unverifiable`(evidence: SideEvidence, reason: VerdictReason) {
    let assessment = assess(catalog([claim([range])]), evidence: evidence)
    #expect(assessment.verdict == .unverifiable)
    #expect(assessment.reasons == [reason])
    #expect(assessment.actor == 0)
  }

  @Test(arguments: [
    (GradeReason.dataInOnly, VerdictReason.dataInOnly), (.connectOnly, .connectOnly), (.midstream, .midstream),
    (.nonceEcho, .nonceEcho),
  ]) func `7b, 8, 9: E3 is exclusive with its reason`(grade: GradeReason, reason: VerdictReason) {
    let assessment = assess(catalog([claim([range])]), evidence: SideEvidence(.e3, grade))
    #expect(assessment.verdict == .exclusive)
    #expect(assessment.reasons == [reason])
  }

  @Test func `15: E5 is exclusive`() {
    #expect(assess(catalog([claim([range])]), evidence: SideEvidence(.e5, .nonceEcho)).reason == .direct)
  }

  @Test func `17: a flow at the claim's end is expired`() {
    let assessment = assess(catalog([claim([range])]), at: time(2015, 1, 1))
    #expect(assessment.verdict == .expired)
    #expect(assessment.reasons == [.after])
    #expect(assessment.actor == 0)
  }

  @Test func `18: a flow across the claim's end is expired`() {
    let assessment = assess(catalog([claim([range])]), at: time(2014, 12, 31, 86_390), lasting: 15)
    #expect(assessment.reasons == [.boundary])
    #expect(assessment.verdict == .expired)
  }

  @Test func `windows are half-open to the nanosecond`() {
    let catalog = catalog([claim([range])])
    func reason(_ first: Int64, _ last: Int64) -> VerdictReason {
      var record = flow(x, us, in: catalog)
      record.firstPacket = Timestamp(nanoseconds: first)
      record.lastPacket = Timestamp(nanoseconds: last)
      return DecisionTable(catalog: catalog).assess(record).reason
    }
    let (from, until) = (time(2014, 1, 1).nanoseconds, time(2015, 1, 1).nanoseconds)
    #expect(reason(from - 2, from - 1) == .before)
    #expect(reason(from - 1, from) == .boundary)
    #expect(reason(from, until - 1) == .direct)
    #expect(reason(from, until) == .boundary)
    #expect(reason(until, until) == .after)
    #expect(reason(Int64.min, Int64.max) == .boundary)
  }

  /// Claims are dated in UTC, packets by the sensor's clock.
  @Test func `a clock that is known to be wrong is set right before claims are asked`() {
    let catalog = catalog([claim([range])])
    func reason(clockAheadBy seconds: Int64) -> VerdictReason {
      var sensor = Sensor(id: "east", vantage: .tap, localNetworks: [], trustedProxies: [])
      sensor.clock = Sensor.Clock(source: "set by hand", offset: seconds * 1_000_000_000)
      let record = flow(x, us, in: catalog, at: time(2014, 12, 31, 80_000))
      return FlowJudge(catalog: catalog, sensors: [sensor]).assess(record).reason
    }
    #expect(reason(clockAheadBy: 0) == .direct && reason(clockAheadBy: 3_600) == .direct)
    #expect(reason(clockAheadBy: -6_398) == .boundary)
    #expect(reason(clockAheadBy: -10_000) == .after)
  }

  @Test func `the guard margin keeps flows away from both ends`() {
    let catalog = catalog([claim([range], margin: nanosecondsPerDay)])
    #expect(assess(catalog, at: time(2014, 1, 1, 86_399)).reason == .boundary)
    #expect(assess(catalog, at: time(2014, 1, 2)).reason == .direct)
    #expect(assess(catalog, at: time(2014, 12, 30, 86_390), lasting: 10).reason == .boundary)
    #expect(assess(catalog, at: time(2014, 12, 30, 86_390), lasting: 9).reason == .direct)
  }

  @Test func `an open-ended claim is believed for its maximum age`() {
    let catalog = catalog([claim([range], until: nil, asOf: time(2014, 1, 10), maxAge: 10 * nanosecondsPerDay)])
    #expect(assess(catalog, at: time(2014, 1, 20), lasting: 0).reason == .direct)
    #expect(assess(catalog, at: time(2014, 1, 20), lasting: 1).reason == .stale)
  }

  @Test func `19: a foreign claim contests, however long its prefix`() throws {
    for prefix in ["198.51.100.0/25", "198.51.96.0/19", "198.51.100.7/32"] {
      let assessment = assess(catalog([claim([range]), claim([try net(prefix)], id: "b", actor: 1)]))
      #expect(assessment.verdict == .contested)
      #expect(assessment.reasons == [.overlap])
      #expect(assessment.actor == nil)
      #expect(Set(assessment.claims) == [0, 1])
    }
  }

  @Test func `20: an override decides between actors`() throws {
    let b = claim([try net("198.51.100.0/25")], id: "b", actor: 1, overrides: [0])
    let both = catalog([claim([range]), b])
    #expect(assess(both).reasons == [.direct])
    #expect(assess(both).actor == 1)
    // Where the overriding claim does not reach, the other stands.
    #expect(assess(both, from: try ip("198.51.100.200")).actor == 0)
    // It overrides one claim, not the actor.
    let wider = claim([try net("198.51.0.0/16")], id: "a2")
    #expect(assess(catalog([claim([range]), b, wider])).reason == .overlap)
    // An overridden claim overrides nothing.
    let chain = catalog([
      claim([range]), claim([range], id: "b", actor: 1, overrides: [0]),
      claim([range], id: "z", actor: 2, overrides: [1]),
    ])
    #expect(assess(chain).reason == .overlap)
  }

  @Test(arguments: [[("B", 2)], [("B", 2), ("D", 2)], [("B", 2), ("B", 4)]] as [[(Character, Int)]])
  func `an override without two independent sources leaves the overlap contested`(
    ratings: [(Character, Int)]
  ) throws {
    let b = claim([range], id: "b", actor: 1, ratings: ratings, overrides: [0])
    #expect(assess(catalog([claim([range]), b])).reason == .overlap)
    var repeated = claim([range], id: "b", actor: 1, overrides: [0])
    for index in repeated.sources.indices { repeated.sources[index].independentGroup = "one" }
    #expect(assess(catalog([claim([range]), repeated])).reason == .overlap)
  }

  @Test func `an override holds only while its claim is live`() throws {
    let b = claim([range], id: "b", actor: 1, until: time(2014, 6, 1), overrides: [0])
    #expect(assess(catalog([claim([range]), b])).actor == 0)
  }

  @Test func `21: within one actor the most specific claim wins`() throws {
    let vpn = claim([try net("198.51.100.0/28")], id: "vpn", relation: .shared, kind: .vpn)
    let both = catalog([claim([range]), vpn])
    #expect(assess(both).verdict == .shared)
    #expect(assess(both).reasons == [.vpn])
    #expect(assess(both).actor == 0)
    #expect(assess(both).claims == [1, 0])
    #expect(assess(both, from: try ip("198.51.100.200")).reason == .direct)
  }

  @Test func `on one prefix the more cautious relation of an actor wins`() {
    for (relation, reason) in [
      (Claim.Relation.associated, VerdictReason.claimQuality), (.shared, .sharedUse), (.excluded, .excluded),
    ] {
      #expect(assess(catalog([claim([range]), claim([range], id: "c2", relation: relation)])).reason == reason)
    }
  }

  @Test func `22-24: lists of shared addresses`() throws {
    #expect(assess(catalog([claim([range])], overlays: [overlay(.tor, [range])])).reasons == [.tor])
    let stale = assess(catalog([claim([range])], overlays: [overlay(.tor, [range], on: time(2024, 11, 24))]))
    #expect(stale.verdict == .unverifiable)
    #expect(stale.reasons == [.overlayStale])
    let sunk = assess(
      catalog(
        [claim([range]), claim([try net("198.51.100.0/25")], id: "b", actor: 1)],
        overlays: [overlay(.sinkhole, [range])]))
    #expect(sunk.verdict == .shared)
    #expect(sunk.reasons == [.sinkhole, .overlap])
    #expect(assess(catalog([claim([range])], overlays: [overlay(.researchScanner, [range])])).reason == .scanner)
  }

  @Test func `a list speaks of thirty days around its day`() {
    func reason(_ day: Timestamp) -> VerdictReason {
      assess(catalog([claim([range])], overlays: [overlay(.vpn, [range], on: day)]), at: time(2014, 6, 15), lasting: 0)
        .reason
    }
    #expect(reason(time(2014, 5, 16)) == .vpn)
    #expect(reason(time(2014, 5, 15)) == .overlayStale)
    #expect(reason(time(2014, 7, 15)) == .vpn)
    #expect(reason(time(2014, 7, 15, 1)) == .overlayStale)
  }

  @Test func `32: an address that only lists cover is shared, and nobody's`() {
    let live = assess(catalog([], overlays: [overlay(.vpn, [range])]))
    #expect(live.verdict == .shared)
    #expect(live.reasons == [.vpn])
    #expect(live.actor == nil)
    #expect(live.overlays == [0])
    #expect(live.prefix == range)
    let stale = assess(catalog([], overlays: [overlay(.vpn, [range], on: time(2020, 1, 1))]))
    #expect(stale.verdict == .none)
    #expect(stale.reasons == [.noClaim, .overlayStale])
  }

  @Test func `25: a claim needs a good source and more than registration`() {
    let weak: [Claim] = [
      claim([range], ratings: [("F", 6)]), claim([range], ratings: [("D", 2)]), claim([range], ratings: [("B", 4)]),
      claim([range], ratings: []), claim([range], basis: [.rirRegistration]),
      claim([range], basis: [.rirRegistration, .geolocation]), claim([range], from: nil), claim([range], asOf: nil),
      claim([range], relation: .associated), claim([range], kind: .unknown),
    ]
    for claim in weak {
      let assessment = assess(catalog([claim]))
      #expect(assessment.verdict == .unverifiable)
      #expect(assessment.reasons == [.claimQuality])
      #expect(assessment.actor == 0)
    }
    #expect(assess(catalog([claim([range], ratings: [("F", 6), ("C", 3)])])).reason == .direct)
  }

  @Test func `26: no kind of shared use is ever exclusive, whatever the relation says`() {
    for kind in UseKind.allCases where !kind.canBeExclusive {
      #expect(assess(catalog([claim([range], kind: kind)])).verdict != .exclusive)
    }
    #expect(assess(catalog([claim([range], kind: .satellite)])).reasons == [.satellite])
  }

  @Test func `27: special-purpose addresses are never attributed`() throws {
    let catalog = catalog([claim([range])])
    #expect(assess(catalog, from: try ip("10.0.0.5")).reason == .noClaim, "our own side is an ordinary address here")
    func unwatched(_ originator: IPAddress, originatorIsLocal: Bool?, responderIsLocal: Bool?) -> VerdictReason {
      var record = flow(originator, us, in: catalog)
      record.originatorIsLocal = originatorIsLocal
      record.responderIsLocal = responderIsLocal
      return DecisionTable(catalog: catalog).assess(record).reason
    }
    for special in ["10.0.0.5", "100.64.1.1"] {
      #expect(unwatched(try ip(special), originatorIsLocal: false, responderIsLocal: true) == .specialPurpose)
      #expect(unwatched(try ip(special), originatorIsLocal: nil, responderIsLocal: nil) == .noClaim)
      #expect(unwatched(try ip(special), originatorIsLocal: true, responderIsLocal: false) == .noClaim)
    }
    #expect(unwatched(try ip("203.0.113.1"), originatorIsLocal: false, responderIsLocal: true) == .noClaim)
    // A claim on such space, which loading would refuse, changes nothing.
    let bogus = AssessmentTests.catalog([claim([try net("10.0.0.0/24")])])
    #expect(assess(bogus, from: try ip("10.0.0.5")).reason == .specialPurpose)
    #expect(assess(bogus, from: try ip("10.0.0.5")).verdict == .none)
  }

  @Test func `27b: without the setting documentation ranges are special-purpose`() {
    var strict = catalog([claim([range])])
    strict.allowsDocumentationRanges = false
    #expect(assess(strict).reason == .specialPurpose)
  }

  @Test func `30: we contacted the range`() {
    let catalog = catalog([claim([range])])
    let assessment = DecisionTable(catalog: catalog).assess(flow(us, x, in: catalog, port: 80))
    #expect(assessment.verdict == .exclusive)
    #expect(assessment.reason == .contacted)
    #expect(!assessment.speaksOfOriginator)
    #expect(assessment.coveredSide == .responder)
  }

  @Test func `33: of parent and part the broader is named`() throws {
    let parent = claim([range], id: "z", actor: 2)
    let family = catalog([claim([range]), parent], familyOfA: true)
    #expect(assess(family).reasons == [.direct])
    #expect(assess(family).actor == 2)
    #expect(assess(catalog([claim([range]), parent])).reason == .overlap)
    // What the part says against exclusivity counts; so does what the whole has carved out.
    let narrow = [try net("198.51.100.0/28")]
    #expect(assess(catalog([claim(narrow, kind: .vpn), parent], familyOfA: true)).reason == .vpn)
    #expect(
      assess(catalog([claim([range]), claim([range], id: "z", actor: 2, relation: .excluded)], familyOfA: true)).reason
        == .excluded)
    // A stranger still contests.
    #expect(
      assess(catalog([claim([range]), parent, claim([range], id: "b", actor: 1)], familyOfA: true)).reason == .overlap)
  }

  @Test func `a carve-out takes the address out of its actor's claim, and out of that only`() throws {
    let hole = claim([try net("198.51.100.0/28")], id: "hole", relation: .excluded)
    let carved = assess(catalog([claim([range]), hole]))
    #expect(carved.verdict == .none)
    #expect(carved.reasons == [.excluded])
    #expect(carved.actor == 0)
    #expect(assess(catalog([claim([range]), hole]), from: try ip("198.51.100.99")).reason == .direct)
    let given = assess(catalog([claim([range]), hole, claim([try net("198.51.100.0/28")], id: "b", actor: 1)]))
    #expect(given.reason == .direct)
    #expect(given.actor == 1)
  }

  @Test func `routing that differs contests the claim`() {
    let assessment = assess(catalog([claim([range], routeCheck: .mismatch)]))
    #expect(assessment.verdict == .contested)
    #expect(assessment.reasons == [.routeMismatch])
  }

  @Test func `a foreign claim that held for a part of the flow contests`() {
    let until = time(2014, 11, 24, 43_201)
    let both = catalog([claim([range]), claim([range], id: "b", actor: 1, until: until)])
    #expect(assess(both).reason == .overlap)
    #expect(assess(both, at: until).reason == .direct)
  }

  @Test func `a carve-out that began within the flow counts`() throws {
    let hole = claim([try net("198.51.100.7/32")], id: "hole", relation: .excluded, from: time(2014, 11, 24, 43_201))
    #expect(assess(catalog([claim([range]), hole])).reason == .excluded)
  }

  /// Inside a site that uses foreign addresses as its own, nobody else speaks from them.
  @Test(arguments: [true, false]) func `an address that was declared ours is nobody else's`(opened: Bool) {
    let catalog = catalog([claim([range])])
    var record = opened ? flow(x, us, in: catalog) : flow(us, x, in: catalog)
    func reasons(isOurs: Bool?) -> [VerdictReason] {
      if opened { record.originatorIsLocal = isOurs } else { record.responderIsLocal = isOurs }
      return DecisionTable(catalog: catalog).assess(record).reasons
    }
    #expect(reasons(isOurs: true) == [.vantage])
    #expect(reasons(isOurs: false) == [opened ? .direct : .contacted])
    #expect(reasons(isOurs: nil) == [opened ? .direct : .contacted])
  }

  @Test func `a sensor behind a proxy sees our own device`() {
    let catalog = catalog([claim([range])])
    let verified = assess(catalog, limits: [.vantage])
    #expect(verified.verdict == .unverifiable)
    #expect(verified.reasons == [.vantage])
    let unverified = assess(catalog, evidence: SideEvidence(.e2, .twoWayUnverified), limits: [.vantage])
    #expect(unverified.reasons == [.twoWayUnverified, .vantage])
  }

  @Test func `without a SYN nobody is said to have contacted anybody`() {
    let catalog = catalog([claim([range])])
    for basis in [OriginatorBasis.firstPacket, .hint, .simultaneous] {
      let assessment = DecisionTable(catalog: catalog).assess(flow(x, us, in: catalog, basis: basis))
      #expect(assessment.reason == .nonceEcho)
    }
  }

  @Test func `of two covered sides the stronger verdict counts, of equals the originator's`() throws {
    let other = try net("203.0.113.0/24")
    let y = try ip("203.0.113.9")
    let both = catalog([claim([range])], overlays: [overlay(.vpn, [other])])
    let table = DecisionTable(catalog: both)
    for (originator, responder, reason) in [(y, x, VerdictReason.contacted), (x, y, .direct)] {
      let assessment = table.assess(flow(originator, responder, in: both))
      #expect(assessment.reasons == [reason, .vpn])
      #expect(assessment.coveredSide == .both)
      #expect(assessment.speaksOfOriginator == (originator == x))
      #expect(assessment.otherSide == OtherSide(verdict: .shared, reason: .vpn, actor: nil))
    }
    let equals = catalog([claim([range]), claim([other], id: "b", actor: 1)])
    let assessment = DecisionTable(catalog: equals).assess(flow(y, x, in: equals))
    #expect(assessment.reason == .direct)
    #expect(assessment.actor == 1)
    #expect(assessment.reasons == [.direct, .contacted])
  }
}
