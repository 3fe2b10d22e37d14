import Assessment
import Catalog
import Flows
import Packets
import TestSupport
import Testing

/// Every sentence that a report may hold, against the rules of language (methodology 4.1, 7 b, 8).
@Suite struct WordingTests {
  let us: IPAddress
  let x: IPAddress
  let range: IPPrefix

  init() throws {
    us = try ip("192.0.2.10")
    x = try ip("198.51.100.7")
    range = try net("198.51.100.0/24")
  }

  private func finding(
    _ catalog: Catalog, _ flows: [FlowRecord], context: AssessmentContext = AssessmentContext()
  ) throws -> Finding {
    var assessment = CaseAssessment(catalog: catalog, context: context)
    for flow in flows { _ = assessment.add(flow) }
    return try #require(assessment.finish().findings.first)
  }

  @Test func `W1 says what was recorded, how likely, how sure, and what it does not identify`() throws {
    let catalog = catalog([claim([range])], overlays: [overlay(.vpn, [try net("203.0.113.0/24")])])
    let finding = try finding(catalog, [flow(x, us, in: catalog)])
    #expect(
      finding.wording == [
        "1 session was completed between 192.0.2.10 and 198.51.100.7, an address in 198.51.100.0/24, recorded as used "
          + "exclusively by Network A (country-network) from 2014-01-01T00:00:00Z to 2015-01-01T00:00:00Z "
          + "(sources: Report 1 [B2]; Report 2 [B2]).",
        "The address in the range opened the session.",
        "It is likely that this traffic came from that network.",
        "Confidence in this judgment is moderate because the return path was verified (E4) at one sensor; 2 independent "
          + "sources rated B2 or better name the actor, routing at the time was not checked, and shared-use lists "
          + "within 30 days do not hold the address; the inputs were hashed, but the clock's offset is not known and the "
          + "capturing interfaces do not report drops.",
        "This does not identify the person or organisation operating the host; a compromised host in the range, route "
          + "hijack or error in the range data would look the same.",
      ])
  }

  @Test func `W2 says that we contacted the address, never the reverse`() throws {
    let catalog = catalog([claim([range])])
    let finding = try finding(catalog, [flow(us, x, in: catalog, port: 80)])
    #expect(
      finding.wording[0].hasPrefix("A host in the monitored network (192.0.2.10) contacted 198.51.100.7, an address in")
    )
    #expect(!finding.wording.contains { $0.contains("opened") })
    #expect(finding.relevance == .low)
  }

  @Test func `without a SYN no sentence says who contacted whom`() throws {
    let catalog = catalog([claim([range])])
    for (originator, responder) in [(x, us), (us, x)] {
      let finding = try finding(
        catalog,
        [
          flow(
            originator, responder, in: catalog, originator: SideEvidence(.e3, .midstream),
            responder: SideEvidence(.e3, .midstream), basis: .firstPacket)
        ])
      #expect(finding.reason == .midstream)
      #expect(finding.wording.contains("Which side contacted the other is not known."))
      #expect(!finding.wording.contains { $0.contains("opened") || $0.contains("contacted 198") })
    }
  }

  @Test func `both covered endpoints are named as such`() throws {
    let other = try net("203.0.113.0/24")
    let catalog = catalog([claim([range]), claim([other], id: "b", actor: 1)])
    let finding = try finding(catalog, [flow(x, try ip("203.0.113.9"), in: catalog)])
    #expect(
      finding.wording.contains {
        $0.contains("both endpoints, originator and responder,")
          && $0.contains("exclusive (contacted) for Organisation B")
      })
  }

  @Test func `IPv6 has no base rate of chance hits`() throws {
    let wide = try #require(IPPrefix(address: ip6(0, 0), length: 48))
    let catalog = catalog([claim([wide])])
    let finding = try finding(
      catalog, [flow(ip6(0, 7), ip6(0x10000, 1), in: catalog, originator: SideEvidence(.e1, .oneWay))])
    #expect(finding.wording[0].hasPrefix("2001:db8::7 in 2001:db8::/48: source address is claimed by the sender"))
    #expect(finding.wording.contains { $0.contains("No base rate is stated") })
  }

  @Test func `a claim of several prefixes is named by its range where addresses lie in more than one`() throws {
    let halves = [try net("198.51.100.0/25"), try net("198.51.100.128/25")]
    let catalog = catalog([claim(halves)])
    let flows = [flow(x, us, in: catalog), flow(try ip("198.51.100.200"), us, in: catalog)]
    let finding = try finding(catalog, flows)
    #expect(finding.prefix == nil)
    #expect(finding.wording[0].contains("2 addresses, all in as built, recorded"))
    var weak = flows
    for index in weak.indices { weak[index].originatorEvidence = SideEvidence(.e2, .twoWayUnverified) }
    #expect(try self.finding(catalog, weak).wording[0].hasPrefix("2 addresses in as built:"))
  }

  /// A SYN-ACK verifies its sender, whether or not we went on.
  @Test func `an answered handshake is not said to be completed`() throws {
    let catalog = catalog([claim([range])])
    let finding = try finding(
      catalog,
      [
        flow(
          us, x, in: catalog, originator: SideEvidence(.e2, .twoWayUnverified),
          responder: SideEvidence(.e3, .connectOnly))
      ])
    #expect(finding.reason == .connectOnly)
    #expect(finding.wording[0].hasSuffix("; 1 session was begun without payload being acknowledged."))
    #expect(!finding.wording.contains { $0.contains("completed") })
    let data = try self.finding(
      catalog,
      [
        flow(
          us, x, in: catalog, originator: SideEvidence(.e2, .twoWayUnverified),
          responder: SideEvidence(.e3, .dataInOnly))
      ])
    #expect(data.reason == .dataInOnly)
    #expect(data.wording[0].hasSuffix("; 1 session was answered."))
  }

  @Test func `a host outside our networks is not said to be in them`() throws {
    let catalog = catalog([claim([range])])
    var record = flow(us, x, in: catalog)
    (record.originatorIsLocal, record.responderIsLocal) = (false, false)
    let finding = try finding(catalog, [record])
    #expect(finding.wording[0].hasPrefix("A host (192.0.2.10) contacted 198.51.100.7, an address in"))
    #expect(!finding.wording.contains { $0.contains("monitored network") })
  }

  @Test func `parts of one flow are not counted as sessions`() throws {
    let catalog = catalog([claim([range])])
    var second = flow(x, us, in: catalog, at: time(2014, 11, 24, 50_000))
    second.continuedFrom = time(2014, 11, 24, 43_200)
    let finding = try finding(catalog, [flow(x, us, in: catalog), second])
    #expect(finding.wording[0].hasPrefix("2 sessions or parts of them were completed between"))
  }

  @Test func `a session that two lines showed is not said to be two`() throws {
    let catalog = catalog([claim([range])])
    let plain = flow(x, us, in: catalog)
    var tagged = plain
    tagged.vlan = VLANTags(outer: 20, inner: VLANTags.absent)
    let finding = try finding(catalog, [plain, tagged])
    #expect(
      finding.wording[0].hasPrefix(
        "2 sessions, each counted once for every sensor, VLAN tag or tunnel that showed it, were completed between"))
    #expect(try self.finding(catalog, [plain]).wording[0].hasPrefix("1 session was completed between"))
  }

  @Test func `packets that leave the path open are named`() throws {
    let catalog = catalog([claim([range])])
    var record = flow(x, us, in: catalog, originator: SideEvidence(.e2, .twoWayUnverified))
    record.notes = [.pathUnproven]
    let finding = try finding(catalog, [record])
    #expect(finding.wording.contains { $0.hasPrefix("In 1 of 1 flow packets prescribed their own route") })
  }

  /// One finding for every reason of the table, with the phrase that it must hold.
  private func examples() throws -> [(reason: VerdictReason, phrase: String, finding: Finding)] {
    let narrow = [try net("198.51.100.0/28")]
    let plain = catalog([claim([range])])
    func evidence(_ grade: EvidenceGrade, _ reason: GradeReason, _ catalog: Catalog) -> FlowRecord {
      flow(
        x, us, in: catalog, originator: SideEvidence(grade, reason), responder: SideEvidence(.e1, .silent),
        basis: grade == .e3 ? .hint : .syn)
    }
    var examples: [(reason: VerdictReason, phrase: String, finding: Finding)] = []
    func example(
      _ reason: VerdictReason, _ phrase: String, _ catalog: Catalog, _ record: FlowRecord? = nil,
      context: AssessmentContext = AssessmentContext()
    ) throws {
      examples.append((reason, phrase, try finding(catalog, [record ?? flow(x, us, in: catalog)], context: context)))
    }
    var strict = plain
    strict.allowsDocumentationRanges = false
    try example(.specialPurpose, "not attributable: special-purpose address", strict)
    let old = overlay(.vpn, [range], on: time(2010, 1, 1))
    try example(.noClaim, "no curated range matches", catalog([], overlays: [old]))
    let window = "listed for Network A only for [2014-01-01T00:00:00Z, 2015-01-01T00:00:00Z); flow is outside"
    try example(.before, window, plain, flow(x, us, in: plain, at: time(2013, 1, 1)))
    try example(.after, window, plain, flow(x, us, in: plain, at: time(2016, 1, 1)))
    try example(.boundary, window, plain, flow(x, us, in: plain, at: time(2014, 12, 31, 86_398)))
    let open = catalog([claim([range], until: nil, maxAge: 730 * nanosecondsPerDay)])
    try example(
      .stale, "listed for Network A only for [2014-01-01T00:00:00Z, no end); flow is outside", open,
      flow(x, us, in: open, at: time(2018, 1, 1)))
    try example(
      .excluded, "explicitly carved out of Network A's range",
      catalog([claim([range]), claim(narrow, id: "hole", relation: .excluded)]))
    for (kind, reason) in [(UseKind.sinkhole, VerdictReason.sinkhole), (.researchScanner, .scanner)] {
      try example(
        reason, "operated by a third party; not attributable to Network A",
        catalog([claim([range])], overlays: [overlay(kind, [range])]))
    }
    try example(
      .overlap, "claimed for Network A and Organisation B; not attributable to either",
      catalog([claim([range]), claim(narrow, id: "b", actor: 1)]))
    try example(
      .routeMismatch, "routing at the time differs from the claim", catalog([claim([range], routeCheck: .mismatch)]))
    try example(
      .sharedUse, "shared infrastructure (shared); cannot single out Network A",
      catalog([claim([range], relation: .shared)]))
    for kind in [UseKind.leased, .hosting, .vpn, .proxy, .tor, .cdn, .cgnat, .mobile, .satellite] {
      let reason = try #require(VerdictReason(rawValue: kind.rawValue))
      try example(
        reason, "shared infrastructure (\(kind.rawValue)); cannot single out Network A",
        catalog([claim([range], relation: .associated, kind: kind)]))
      try example(
        reason, "shared infrastructure (\(kind.rawValue)); cannot single out any actor",
        catalog([], overlays: [overlay(kind, [range])]))
    }
    try example(
      .overlayStale, "possible shared use could not be excluded", catalog([claim([range])], overlays: [old]))
    for weak in [
      claim([range], relation: .associated), claim([range], from: nil), claim([range], basis: [.rirRegistration]),
      claim([range], ratings: []), claim([range], kind: .unknown),
    ] {
      try example(
        .claimQuality, "listed as associated with Network A; exclusivity not supported", catalog([weak]))
    }
    for reason in [VerdictReason.backscatter, .flood, .isnGuessing, .malformed] {
      try example(
        reason,
        "consistent with spoofing of, or replies from, this range; not evidence of activity by Network A", plain,
        evidence(.e0, try #require(GradeReason(rawValue: reason.rawValue)), plain))
    }
    for reason in [VerdictReason.oneWay, .halfOpen, .responseOnly] {
      try example(
        reason, "source address is claimed by the sender and not verified", plain,
        evidence(.e1, try #require(GradeReason(rawValue: reason.rawValue)), plain))
    }
    try example(
      .oneWay, "none from there was captured", plain,
      flow(us, x, in: plain, originator: SideEvidence(.e1, .oneWay), responder: SideEvidence(.e1, .silent)))
    var proxied = AssessmentContext()
    proxied.sensors = [Sensor(id: "lb", vantage: .proxied, localNetworks: [], trustedProxies: [])]
    let twoWay = "two-way traffic seen, return path not verified"
    try example(.twoWayUnverified, twoWay, plain, evidence(.e2, .twoWayUnverified, plain))
    try example(.vantage, twoWay, plain, context: proxied)
    let w1 = "an address in 198.51.100.0/24, recorded as used exclusively by Network A"
    for reason in [GradeReason.connectOnly, .dataInOnly, .midstream, .nonceEcho] {
      try example(
        try #require(VerdictReason(rawValue: reason.rawValue)), w1, plain, evidence(.e3, reason, plain))
    }
    try example(.direct, w1, plain)
    try example(.contacted, w1, plain, flow(us, x, in: plain))
    return examples
  }

  @Test func `every row has its mandatory wording`() throws {
    let examples = try examples()
    for example in examples {
      #expect(example.finding.reason == example.reason)
      #expect(example.finding.wording[0].contains(example.phrase), "\(example.finding.wording)")
    }
    let missing = VerdictReason.allCases.filter { reason in !examples.contains { $0.reason == reason } }
    #expect(missing == [.tunnel, .attested, .overlayException], "nothing gives these, or not as the first")
  }

  @Test func `only exclusive findings speak of likelihood, every finding of confidence`() throws {
    for example in try examples() {
      let wording = example.finding.wording
      #expect(wording.contains { $0.contains("likely") } == (example.finding.verdict == .exclusive))
      #expect(wording.contains { $0.hasPrefix("Confidence ") })
      if example.finding.verdict != .exclusive {
        #expect(example.finding.confidence.overall == .low, "\(example.reason): only what holds can be trusted")
      }
    }
  }

  @Test func `no sentence breaks the rules of language`() throws {
    var sentences = try examples().flatMap(\.finding.wording)
    sentences += try variations()
    #expect(Set(sentences).count > 80)
    // Sentences that differ in nothing but their figures are one.
    let different = Dictionary(
      Set(sentences).map { (String(decoding: $0.utf8.filter { !(48...57).contains($0) }, as: UTF8.self), $0) }
    ) { first, _ in first }
    for sentence in different.values {
      #expect(Self.faults(sentence) == [], "\(sentence)")
    }
    // The linter itself finds what it is to find.
    for bad in [
      "This proves it.", "It is proven.", "A confirmed attacker.", "He definitely did.", "It is almost certain.",
      "It was hacked by A.", "They are guilty.", "Beyond doubt.", "Network A attacked us.",
      "Network A connected to us.",
      "It is likely, with high confidence.", "no full stop", "It is almost certainly so.",
    ] {
      #expect(Self.faults(bad) != [], "\(bad)")
    }
  }

  /// Sentences in the plural, of mixed directions, of damaged and unhashed inputs, of lists, and of every report.
  private func variations() throws -> [String] {
    let other = try net("203.0.113.0/24")
    let full = catalog(
      [claim([range]), claim([other], id: "b", actor: 1, until: nil), claim([range], id: "z", actor: 2)],
      overlays: [overlay(.vpn, [other]), overlay(.tor, [other], on: time(2010, 1, 1)), overlay(.proxy, [range])],
      familyOfA: true)
    let plain = catalog([claim([range]), claim([other], id: "b", actor: 1, until: nil)])
    var contexts = [AssessmentContext(), AssessmentContext(), AssessmentContext(), AssessmentContext()]
    contexts[1].inputsAreHashed = false
    contexts[2].inputsAreDamaged = true
    contexts[2].packets = 1_000
    contexts[2].interfaceDrops = 1
    contexts[2].listLimit = 1
    contexts[3].clockOffsetIsKnown = true
    contexts[3].interfaceDrops = 100
    let day = InputFacts(
      name: "day.pcap", interfaceDrops: 3, firstPacket: time(2014, 11, 24), lastPacket: time(2014, 11, 24, 86_399))
    contexts[1].inputs = [day]
    contexts[1].baseline = Baseline(inputs: [day], ranges: [])
    contexts[2].inputs = [day]
    contexts[2].baseline = Baseline(
      inputs: [InputFacts(name: "old.pcap", firstPacket: time(2014, 9, 1), lastPacket: time(2014, 10, 1))],
      ranges: [RangeFigures(claim: 0)])
    contexts[3].claimError = ClaimError(probability: 0.05, reason: "judged")
    contexts[3].baseline = Baseline(inputs: [], ranges: [])
    contexts[3].sensors = twoSensors
    var sentences: [String] = []
    for (catalog, context) in [full, plain].flatMap({ catalog in contexts.map { (catalog, $0) } }) {
      var assessment = CaseAssessment(catalog: catalog, context: context)
      for evidence in [
        SideEvidence(.e0, .flood), SideEvidence(.e1, .oneWay), SideEvidence(.e1, .silent),
        SideEvidence(.e2, .resetAnswer),
        SideEvidence(.e3, .connectOnly), SideEvidence(.e3, .midstream), SideEvidence(.e4, .twoWayVerified),
        SideEvidence(.e5, .twoWayVerified),
      ] {
        for host in 0..<3 as Range<UInt32> {
          let x = IPAddress(v4: 0xC633_6400 | host)
          let y = IPAddress(v4: 0xCB00_7100 | host)
          for (one, two) in [(x, us), (us, x), (y, us), (x, y), (y, x)] {
            for basis in OriginatorBasis.allCases {
              var record = flow(one, two, in: catalog, originator: evidence, responder: evidence, basis: basis)
              record.notes = EvidenceNotes(rawValue: 0xFFF)
              record.citations = FlowRecord.Citations()
              record.endReason = .lackOfResources
              record.responder.port = UInt16(25 + sentences.count % 40)
              _ = assessment.add(record)
            }
          }
        }
      }
      let result = assessment.finish()
      sentences += result.findings.flatMap(\.wording) + result.notShown + result.caveats
      sentences += statisticalSentences(result, catalog)
    }
    return sentences
  }

  /// Every sentence of statistics and hypotheses; phrases become sentences.
  private func statisticalSentences(_ result: CaseAssessment.Result, _ catalog: Catalog) -> [String] {
    let statistics = result.statistics
    var unused = CaseStatistics()
    unused.claimError = ClaimError(probability: 0.05, reason: "judged")
    var sentences = [
      CaseStatistics.rangeSentence, ClaimError.scaleSentence, HypothesisMatrix.reading, HypothesisMatrix.diamond,
      statistics.exclusive.sentence, statistics.likelihoodSentence, unused.likelihoodSentence,
    ]
    sentences += statistics.baselineSentences(catalog) + statistics.corroboration.map(\.sentence)
    sentences += [statistics.baselineWarning].compactMap(\.self)
    sentences += result.findings.compactMap(\.sessions?.sentence)
    sentences += Hypothesis.allCases.map { "\($0.text)." }
    sentences += HypothesisMatrix.ladder.map { "\($0.proposition): \($0.by)." }
    sentences += HypothesisEvidence.allCases.map { "\($0.text)." }
    sentences += HypothesisEvidence.allCases.compactMap { $0.remark.map { "\($0)." } }
    sentences += result.hypotheses.flatMap(\.rows).map { "\($0.because)." }
    return sentences
  }

  /// What is wrong with a sentence.
  static func faults(_ sentence: String) -> [String] {
    SentenceLinter.faults(sentence, actors: ["network a", "organisation b", "network z"])
  }
}
