import Catalog
import Flows
import Packets
import TestSupport
import Testing

@testable import Assessment

/// Flows into findings: grouping, counts, order, confidence.
@Suite struct CaseAssessmentTests {
  let us: IPAddress
  let range: IPPrefix

  init() throws {
    us = try ip("192.0.2.10")
    range = try net("198.51.100.0/24")
  }

  private func x(_ host: UInt32) -> IPAddress { IPAddress(v4: 0xC633_6400 | host) }

  private func run(
    _ flows: [FlowRecord], in catalog: Catalog, context: AssessmentContext = AssessmentContext()
  ) -> CaseAssessment.Result {
    var assessment = CaseAssessment(catalog: catalog, context: context)
    for flow in flows { _ = assessment.add(flow) }
    return assessment.finish()
  }

  /// Everything of a result that could depend on the order of arrival.
  private func fingerprint(_ result: CaseAssessment.Result) -> [String] {
    result.findings.flatMap { finding in
      [finding.id, finding.reason.rawValue, "\(finding.claims) \(finding.overlays) \(finding.addressCount)"]
        + finding.wording + finding.addresses.map { "\($0.bits)" }
        + finding.flows.map { "\($0.record.originator.address.bits) \($0.record.firstPacket.nanoseconds)" }
    } + result.notShown + [result.rollUp]
  }

  @Test func `flows that were given up are among what a report does not show`() {
    let catalog = catalog([claim([range])])
    var context = AssessmentContext()
    #expect(!run([], in: catalog, context: context).notShown.contains { $0.contains("given up") })
    context.evictedFlows = 3
    #expect(
      run([], in: catalog, context: context).notShown.contains { $0.hasPrefix("The whole of 3 flows given up") })
  }

  @Test func `lists of IPv4 addresses say nothing of an IPv6 address`() throws {
    let wide = try #require(IPPrefix(address: ip6(0, 0), length: 48))
    let other = try #require(IPPrefix(address: ip6(0x2_0000, 0), length: 48))
    for (prefixes, level) in [([try net("203.0.113.0/24")], Level.low), ([other], .moderate)] {
      let catalog = catalog([claim([wide])], overlays: [overlay(.vpn, prefixes)])
      let finding = try #require(run([flow(ip6(0, 7), ip6(0x1_0000, 1), in: catalog)], in: catalog).findings.first)
      #expect(finding.confidence.control == level)
      #expect(finding.confidence.because[1].contains("no shared-use lists") == (level == .low))
    }
  }

  @Test func `flows of one verdict, reason, actor and claim are one finding`() throws {
    let catalog = catalog([claim([range])], overlays: [overlay(.tor, [try net("198.51.100.64/26")])])
    let day = time(2014, 11, 24)
    var flows: [FlowRecord] = []
    for host in [7, 8, 7] as [UInt32] {
      flows.append(flow(x(host), us, in: catalog, at: Timestamp(nanoseconds: day.nanoseconds + Int64(flows.count))))
    }
    flows.append(
      flow(x(9), us, in: catalog, originator: SideEvidence(.e1, .oneWay), responder: SideEvidence(.e1, .silent)))
    flows.append(flow(us, x(7), in: catalog, port: 80))
    flows.append(flow(x(70), us, in: catalog))
    flows.append(flow(try ip("203.0.113.5"), us, in: catalog))
    let result = run(flows, in: catalog)

    #expect(result.findings.map(\.id) == ["F1", "F2", "F3", "F4"])
    #expect(result.findings.map(\.reason) == [.direct, .contacted, .tor, .oneWay])
    let direct = result.findings[0]
    #expect(direct.flowCount == 3)
    #expect(direct.packets == 30)
    #expect(direct.bytes == 3_000)
    #expect(direct.addresses == [x(7), x(8)])
    #expect(direct.addressCount == 2)
    #expect(direct.firstSeen == day)
    #expect(direct.lastSeen.nanoseconds == day.nanoseconds + 2 + 3_000_000_000)
    #expect(direct.actions == ["data-two-way"])
    #expect(direct.relevance == .moderate)
    #expect(result.findings[1].relevance == .low, "a visit to a web server")
    #expect(result.watchedFlows == 6)
    #expect(
      result.flowsByVerdict == [.exclusive: 4, .contested: 0, .shared: 1, .expired: 0, .unverifiable: 1, .none: 1])
    #expect(result.rollUp == "EXCLUSIVE-PRESENT")
    #expect(result.findings.map(\.flowCount).reduce(0, +) == result.watchedFlows)
    #expect(!result.notShown.isEmpty)
    #expect(result.caveats.first?.contains("DEMONSTRATION DATA") == true)
  }

  @Test func `a finding keeps the first flows in time order, whatever the order of arrival`() {
    let catalog = catalog([claim([range])])
    var flows = (0..<500).map { index in
      flow(
        x(UInt32(index % 250)), us, in: catalog,
        at: Timestamp(nanoseconds: time(2014, 6, 1).nanoseconds + Int64(index / 3)))
    }
    var context = AssessmentContext()
    context.listLimit = 40
    let ordered = run(flows, in: catalog, context: context)
    var random = SeededGenerator(seed: 5)
    for _ in 0..<5 {
      flows.shuffle(using: &random)
      let shuffled = run(flows, in: catalog, context: context)
      #expect(fingerprint(shuffled) == fingerprint(ordered))
    }
    let finding = ordered.findings[0]
    #expect(finding.flowCount == 500)
    #expect(finding.flows.count == 40)
    #expect(
      finding.flows.map(\.record.firstPacket.nanoseconds) == (0..<40).map { time(2014, 6, 1).nanoseconds + $0 / 3 })
    #expect(finding.addresses == (0..<40).map { x(UInt32($0)) })
    #expect(finding.addressCount == 250)
    #expect(!finding.addressCountIsMinimum)
    #expect(ordered.notShown.contains { $0.contains("long lists are cut") })
  }

  @Test func `addresses beyond the limit are not told apart, and that is said`() throws {
    let catalog = catalog([claim([range])])
    var record = flow(x(7), us, in: catalog)
    func assessed() -> AssessedFlow {
      AssessedFlow(record: record, assessment: FlowAssessment(verdict: .exclusive, reason: .direct))
    }
    var group = FindingGroup(assessed(), listLimit: 1)
    for host in 0..<UInt32(CaseAssessment.addressLimit) {
      record.originator.address = IPAddress(v4: 0xCB00_0000 | host)
      for _ in 0..<2 { group.add(assessed(), listDistance: nil) }
    }
    #expect(!group.hasMoreAddresses)
    record.originator.address = us
    group.add(assessed(), listDistance: nil)
    #expect(group.hasMoreAddresses)
    #expect(group.addresses.count == CaseAssessment.addressLimit)
    let wording = Wording(
      group: group, catalog: catalog,
      confidence: Confidence(of: group, claim: nil, context: AssessmentContext()), likelihood: nil,
      unverifiedSources: (0, true), claim: nil, overlays: [], prefix: range)
    #expect(wording.addresses == "at least 65,536 addresses")
  }

  @Test func `1: two sensors, good sources, matching route, fresh lists: very likely, high`() throws {
    let lists = [overlay(.vpn, [try net("203.0.113.0/24")])]
    let strong = catalog([claim([range], routeCheck: .match)], overlays: lists)
    var context = AssessmentContext()
    context.sensors = twoSensors
    context.clockOffsetIsKnown = true
    context.interfaceDrops = 0
    context.packets = 1_000
    let best = run(seenTwice(flow(x(7), us, in: strong)), in: strong, context: context).findings[0]
    #expect(best.confidence.overall == .high)
    #expect(best.likelihood == .veryLikely)

    // Each thing that is missing lowers its axis and the whole.
    var oneSensor = context
    oneSensor.sensors = [twoSensors[0]]
    #expect(run([flow(x(7), us, in: strong)], in: strong, context: oneSensor).findings[0].confidence.path == .moderate)
    var dropping = context
    dropping.interfaceDrops = 9
    let dropped = run(seenTwice(flow(x(7), us, in: strong)), in: strong, context: dropping).findings[0]
    #expect(dropped.confidence.handling == .moderate)
    #expect(dropped.likelihood == .veryLikely, "both axes of the proposition are high")
    dropping.interfaceDrops = 10
    let cut = run(seenTwice(flow(x(7), us, in: strong)), in: strong, context: dropping).findings[0]
    #expect(cut.confidence.handling == .low)
    for weaker in [
      catalog([claim([range])], overlays: lists),
      catalog([claim([range], ratings: [("B", 2)], routeCheck: .match)], overlays: lists),
      catalog([claim([range], routeCheck: .match)], overlays: [overlay(.vpn, [], on: time(2014, 9, 1))]),
    ] {
      let finding = run(seenTwice(flow(x(7), us, in: weaker)), in: weaker, context: context).findings[0]
      #expect(finding.confidence.control == .moderate)
      #expect(finding.likelihood == .likely)
      #expect(finding.confidence.overall == .moderate)
    }
    for weakest in [
      catalog([claim([range], routeCheck: .match)]),
      catalog([claim([range], routeCheck: .match)], overlays: [overlay(.vpn, [], on: time(2013, 9, 1))]),
      catalog([claim([range], routeCheck: .match)], overlays: [overlay(.sinkhole, [try net("203.0.113.0/24")])]),
    ] {
      let finding = run(seenTwice(flow(x(7), us, in: weakest)), in: weakest, context: context).findings[0]
      #expect(finding.verdict == .exclusive)
      #expect(finding.confidence.overall == .low)
    }
  }

  @Test func `2: one sensor and unknown route: likely, moderate`() throws {
    let usual = catalog([claim([range])], overlays: [overlay(.vpn, [try net("203.0.113.0/24")])])
    let finding = run([flow(x(7), us, in: usual)], in: usual).findings[0]
    #expect(finding.confidence.overall == .moderate)
    #expect(finding.confidence.path == .moderate)
    #expect(finding.likelihood == .likely)
    #expect(finding.confidence.because.count == 3)
  }

  @Test func `the only provider of a country is never more than likely`() throws {
    let national = catalog(
      [claim([range], kind: .soleNationalISP, routeCheck: .match)],
      overlays: [overlay(.vpn, [try net("203.0.113.0/24")])])
    var context = AssessmentContext()
    context.sensors = twoSensors
    let finding = run(seenTwice(flow(x(7), us, in: national)), in: national, context: context).findings[0]
    #expect(finding.confidence.control == .high)
    #expect(finding.likelihood == .likely)
  }

  @Test func `inputs without a hash give no likelihood`() {
    let usual = catalog([claim([range])])
    var context = AssessmentContext()
    context.inputsAreHashed = false
    let finding = run([flow(x(7), us, in: usual)], in: usual, context: context).findings[0]
    #expect(finding.verdict == .exclusive)
    #expect(finding.likelihood == nil)
    #expect(finding.confidence.overall == .low)
    #expect(finding.wording.contains("Confidence is low because the input's integrity could not be shown."))
    #expect(!finding.wording.contains { $0.contains("likely") })
  }

  @Test func `below E3 the path is not assessed and the confidence low`() {
    let usual = catalog([claim([range])])
    let finding = run([flow(x(7), us, in: usual, originator: SideEvidence(.e1, .halfOpen))], in: usual).findings[0]
    #expect(finding.confidence.path == nil)
    #expect(finding.confidence.overall == .low)
    #expect(finding.likelihood == nil)
  }

  @Test func `a sensor behind a proxy caps every flow`() {
    let usual = catalog([claim([range])])
    var context = AssessmentContext()
    context.sensors = [Sensor(id: "lb", vantage: .proxied, localNetworks: [], trustedProxies: [])]
    let result = run([flow(x(7), us, in: usual)], in: usual, context: context)
    #expect(result.findings[0].verdict == .unverifiable)
    #expect(result.findings[0].reason == .vantage)
    #expect(result.findings[0].confidence.overall == .low)
  }

  @Test func `without an exclusive flow the most common reason sums the case up`() throws {
    let usual = catalog([claim([range])], overlays: [overlay(.tor, [try net("198.51.100.64/26")])])
    func count(_ oneWay: Int, _ tor: Int) -> String {
      run(
        (0..<oneWay).map { flow(x(UInt32($0)), us, in: usual, originator: SideEvidence(.e1, .oneWay)) }
          + (0..<tor).map { flow(x(64 + UInt32($0)), us, in: usual) }, in: usual
      ).rollUp
    }
    #expect(count(2, 1) == "one_way")
    #expect(count(1, 2) == "tor")
    #expect(count(2, 2) == "tor", "of equals the one that stands first in the table")
    #expect(count(0, 0) == "no_claim")
  }

  @Test func `chance hits are printed with n, p and n times p`() throws {
    let usual = catalog([claim([range])])
    var assessment = CaseAssessment(catalog: usual, context: AssessmentContext())
    for index in 0..<1_000 as Range<UInt32> {
      var record = flow(
        IPAddress(v4: 0xCB00_7100 &+ index &* 7_919), us, in: usual, originator: SideEvidence(.e1, .oneWay),
        responder: SideEvidence(.e1, .silent))
      record.responderIsLocal = true
      _ = assessment.add(record)
    }
    _ = assessment.add(
      flow(x(7), us, in: usual, originator: SideEvidence(.e0, .flood), responder: SideEvidence(.e1, .silent)))
    let finding = try #require(assessment.finish().findings.first)
    #expect(finding.reason == .flood)
    let sentence = try #require(finding.wording.first { $0.hasPrefix("Base rate") })
    #expect(sentence.contains("n = 1,001 distinct unverified"))
    #expect(sentence.contains("p = 256 / 2^32 = 5.96e-8"))
    #expect(sentence.contains("n*p = 5.97e-5"))
  }

  @Test func `a flood's sources are counted in constant space`() throws {
    let usual = catalog([claim([range])])
    var assessment = CaseAssessment(catalog: usual, context: AssessmentContext())
    var record = flow(x(7), us, in: usual, originator: SideEvidence(.e0, .flood), responder: SideEvidence(.e1, .silent))
    _ = assessment.add(record)
    record.originatorCovers = .empty
    for index in 0..<100_000 as Range<UInt32> {
      record.originator.address = IPAddress(v4: 0x0100_0000 &+ index &* 31)
      for _ in 0..<2 { _ = assessment.add(record) }
    }
    let wording = try #require(assessment.finish().findings.first).wording
    let sentence = try #require(wording.first { $0.hasPrefix("Base rate") })
    let digits = try #require(sentence.split(separator: "about ").last?.prefix { $0 != " " })
    let estimate = try #require(Int(digits.filter(\.isNumber)))
    #expect(abs(estimate - 100_001) < 5_000, "three standard errors")
  }
}
