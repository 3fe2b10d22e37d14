import Catalog
import Flows
import Packets
import TestSupport
import Testing

@testable import Assessment

/// Base rates, baselines, likelihood ratios, sessions and the roll-up (methodology 6, 8).
@Suite struct StatisticsTests {
  let us: IPAddress
  let x: IPAddress
  let range: IPPrefix
  let plain: Catalog

  init() throws {
    us = try ip("192.0.2.10")
    x = try ip("198.51.100.7")
    range = try net("198.51.100.0/24")
    plain = catalog([claim([range])])
  }

  private func result(
    _ flows: [FlowRecord], _ catalog: Catalog? = nil, context: AssessmentContext = AssessmentContext()
  ) -> CaseAssessment.Result {
    var assessment = CaseAssessment(catalog: catalog ?? plain, context: context)
    for flow in flows { _ = assessment.add(flow) }
    return assessment.finish()
  }

  private func input(_ name: String, _ first: Timestamp, _ last: Timestamp, drops: UInt64? = nil) -> InputFacts {
    InputFacts(name: name, interfaceDrops: drops, firstPacket: first, lastPacket: last)
  }

  // MARK: 6.1, 6.5

  /// The methodology's own figures for a range of 1,024 addresses.
  @Test func `base rates are as the methodology gives them`() throws {
    let claim = claim([try net("175.45.176.0/22")])
    func rate(_ sources: UInt64) throws -> BaseRate { try #require(BaseRate(of: claim, sources: sources)) }
    #expect(try rate(1).addresses == 1_024)
    #expect(try rate(1).share.text == "2.38e-7")
    #expect(try rate(1_000_000).expected.text == "0.238")
    #expect(try rate(10_000_000).expected.text == "2.38")
    #expect(try rate(100_000_000).expected.text == "23.8")
    #expect(try rate(42_155).atLeastOne >= 0.01)
    #expect(try rate(42_154).atLeastOne < 0.01, "0.0099999")
    #expect(try rate(2_907_270).atLeastOne.text == "0.500")
    #expect(try rate(0).atLeastOne == 0)
    #expect(
      BaseRate(of: AssessmentTests.claim([try #require(IPPrefix(address: ip6(0, 0), length: 48))]), sources: 9) == nil)
  }

  @Test func `every range has its figures beside its base rate`() throws {
    let scanners = overlay(.researchScanner, [try net("198.51.100.99/32")])
    let catalog = catalog(
      [claim([range]), claim([try net("203.0.113.0/24")], id: "c2", actor: 1)], overlays: [scanners])
    let weak = SideEvidence(.e1, .oneWay)
    let silent = SideEvidence(.e1, .silent)
    var datagram = flow(x, us, in: catalog, originator: weak, responder: silent, activity: .probe)
    datagram.ipProtocol = .udp
    let flows = [
      flow(x, us, in: catalog), flow(x, us, in: catalog, port: 80),
      flow(x, us, in: catalog, port: 81, originator: SideEvidence(.e3, .connectOnly), activity: .connectOnly),
      flow(x, us, in: catalog, port: 82, originator: weak, responder: silent, activity: .probe),
      flow(try ip("198.51.100.99"), us, in: catalog, port: 82, originator: weak, responder: silent, activity: .probe),
      datagram,
      // Payload without an answer: no data-bearing flow.
      flow(x, us, in: catalog, port: 83, originator: weak, responder: silent, activity: .dataIn),
      // We sent, nothing came: no hit of the range.
      flow(us, x, in: catalog, port: 9, originator: weak, responder: silent, activity: .probe),
    ]
    let statistics = result(flows, catalog).statistics
    #expect(statistics.ranges.map(\.claim) == [0], "a range without flows is not listed")
    let figures = statistics.ranges[0]
    #expect(figures.flows == 8)
    #expect([figures.verified, figures.unverified, figures.silent] == [3, 4, 1])
    #expect([figures.synOnly, figures.connectOnly, figures.dataBearing, figures.other] == [2, 1, 2, 2])
    #expect(figures.dataShare == 2.0 / 7)
    #expect(figures.targets == 6, "port 25 over TCP and over UDP are two targets, 82 twice is one")
    #expect(figures.scannerListed == 1)
    #expect(statistics.unverifiedSources == 3, "two of the range, and our own side where no network was named")
    #expect(figures.baseRate == BaseRate(of: catalog.claims[0], sources: 3))
  }

  @Test func `both ends of a flow count for their ranges`() throws {
    let other = try net("203.0.113.0/24")
    let catalog = catalog([claim([range]), claim([other], id: "c2", actor: 1)])
    let ranges = result([flow(x, try ip("203.0.113.5"), in: catalog)], catalog).statistics.ranges
    #expect(ranges.map(\.claim) == [0, 1])
    #expect(ranges.map(\.verified) == [1, 1])
    #expect(ranges.map(\.targets) == [1, 0], "only what the range opened has targets")
  }

  // MARK: 6.4

  private func baseline(_ verified: UInt64, days: Int64 = 30) -> Baseline {
    var figures = RangeFigures(claim: 0)
    figures.verified = verified
    return Baseline(
      inputs: [input("b", time(2014, 9, 1), time(2014, 9, 1, days * 86_400))], ranges: [figures])
  }

  private func day(_ baseline: Baseline?, flows: Int) -> CaseAssessment.Result {
    var context = AssessmentContext()
    context.inputs = [input("a", time(2014, 11, 24), time(2014, 11, 25))]
    context.baseline = baseline
    return result((0..<flows).map { flow(x, us, in: plain, port: UInt16(25 + $0)) }, context: context)
  }

  @Test func `without a baseline the report says so and assumes nothing`() {
    let result = day(nil, flows: 3)
    #expect(result.statistics.comparisons.isEmpty)
    #expect(result.statistics.baselineSentences(plain).count == 1)
    #expect(result.statistics.baselineSentences(plain)[0].hasPrefix("No baseline:"))
    #expect(result.statistics.baselineSentences(plain)[0].hasSuffix("not known and not taken for zero."))
    #expect(result.notShown.contains { $0.contains("no baseline from control captures") })
  }

  @Test func `none seen in d days is at most 3 over d`() throws {
    let result = day(baseline(0), flows: 3)
    let comparison = try #require(result.statistics.comparisons.first)
    #expect(comparison.isBound)
    #expect(abs(comparison.perDay - 0.1) < 1e-12)
    #expect(abs(comparison.expected - 0.1) < 1e-12)
    // P(K >= 3) at 0.1: 1.5465e-4.
    #expect(comparison.probability.text == "1.55e-4")
    let sentence = result.statistics.baselineSentences(plain)[0]
    #expect(
      sentence
        == "c1: 3 verified flows in 1.00 days of this case; none in 30.0 days of baseline, so lambda <= 3/d = 0.100 a "
        + "day (95 %); P(K >= 3) <= 1.55e-4 (Poisson) if nothing but the baseline's rate were at work.")
    #expect(!result.notShown.contains { $0.contains("no baseline") })
  }

  @Test func `a rate that was seen gives its exact tail`() throws {
    let comparison = try #require(day(baseline(60), flows: 10).statistics.comparisons.first)
    #expect(!comparison.isBound)
    #expect(comparison.inBaseline == 60)
    #expect(abs(comparison.expected - 2) < 1e-12)
    #expect(comparison.probability.text == "4.65e-5")
    #expect(day(baseline(60), flows: 10).statistics.baselineSentences(plain)[0].contains("P(K >= 10) = 4.65e-5"))
  }

  @Test func `a baseline without time gives no rate, a short one is said to be short`() {
    let none = day(baseline(4, days: 0), flows: 1).statistics
    #expect(none.comparisons.isEmpty)
    #expect(none.baselineSentences(plain) == ["No rate is stated: the baseline or the case covers no stretch of time."])
    let short = Baseline(inputs: [input("b", time(2014, 9, 1), time(2014, 9, 1, 3_600))], ranges: [])
    #expect(
      day(short, flows: 1).statistics.baselineSentences(plain)[0].hasPrefix("The baseline covers less than a day"))
  }

  @Test func `a baseline that overlaps the case is warned of`() {
    let overlapping = Baseline(inputs: [input("b", time(2014, 11, 1), time(2014, 11, 24, 1))], ranges: [])
    #expect(day(overlapping, flows: 1).statistics.baselineWarning != nil)
    #expect(day(overlapping, flows: 1).statistics.baselineSentences(plain)[0].hasPrefix("The baseline overlaps"))
    let before = Baseline(inputs: [input("b", time(2014, 11, 1), time(2014, 11, 23, 86_399))], ranges: [])
    #expect(day(before, flows: 1).statistics.baselineWarning == nil)
    // Around the case but not in it.
    let around = Baseline(
      inputs: [
        input("b", time(2014, 11, 1), time(2014, 11, 23)), input("c", time(2014, 11, 26), time(2014, 12, 23)),
      ], ranges: [])
    #expect(day(around, flows: 1).statistics.baselineWarning == nil)
  }

  // MARK: Coverage

  @Test func `overlaps of inputs count once, gaps above an hour are named`() {
    let coverage = CaptureCoverage([
      input("c", time(2014, 11, 24, 10_000), time(2014, 11, 24, 20_000)),
      input("a", time(2014, 11, 24), time(2014, 11, 24, 3_000)),
      input("b", time(2014, 11, 24, 1_000), time(2014, 11, 24, 2_000)),
      InputFacts(name: "empty", firstPacket: nil, lastPacket: nil),
      input("d", time(2014, 11, 24, 23_600), time(2014, 11, 24, 30_000)),
    ])
    #expect(coverage.stretches.count == 3)
    #expect(abs(coverage.days * 86_400 - 19_400) < 1e-6)
    #expect(
      coverage.gaps == [
        CaptureCoverage.Stretch(first: time(2014, 11, 24, 3_000), last: time(2014, 11, 24, 10_000))
      ], "an hour exactly is no gap")
    #expect(CaptureCoverage([]).days == 0)
  }

  @Test func `when an interface was down is a gap and is not shown`() {
    var line = input("near", time(2014, 11, 24), time(2014, 11, 24, 20_000))
    line.absences = [
      time(2014, 11, 24, 1_000)...time(2014, 11, 24, 2_000), time(2014, 11, 24, 3_000)...time(2014, 11, 24, 10_000),
      time(2014, 11, 24, 21_000)...time(2014, 11, 24, 30_000),
    ]
    #expect(
      CaptureCoverage([line]).gaps == [
        CaptureCoverage.Stretch(first: time(2014, 11, 24, 3_000), last: time(2014, 11, 24, 10_000)),
        CaptureCoverage.Stretch(first: time(2014, 11, 24, 21_000), last: time(2014, 11, 24, 30_000)),
      ])
    var context = AssessmentContext()
    context.inputs = [line]
    let unseen = CaseSentences.notShown(context, findings: []).filter { $0.hasPrefix("What near carried from ") }
    #expect(unseen.count == 3)
    #expect(unseen.first?.contains("from 2014-11-24T00:16:40Z to 2014-11-24T00:33:20Z: it was gone or down") == true)
  }

  @Test func `packets without a time are among what a report does not show`() {
    var untimed = input("a", time(2014, 11, 24), time(2014, 11, 24, 1))
    var context = AssessmentContext()
    context.inputs = [untimed]
    func sentence() -> String? {
      CaseSentences.notShown(context, findings: []).first { $0.contains("Simple Packet Blocks") }
    }
    #expect(sentence() == nil)
    untimed.untimedPackets = 2
    context.inputs = [untimed]
    #expect(sentence()?.hasPrefix("When 2 packets without a time were captured") == true)
  }

  // MARK: 6.2

  @Test func `a likelihood ratio needs an analyst's figure and reason`() throws {
    #expect(result([flow(x, us, in: plain)]).statistics.claimError == nil)
    for bad in [0, 1, -0.1, 1.5, .nan, .infinity, .leastNonzeroMagnitude] as [Double] {
      #expect(ClaimError(probability: bad, reason: "r") == nil)
    }
    #expect(ClaimError(probability: 0.5, reason: " ") == nil)
    for (error, ratio, strength) in [
      (0.05, 20.0, "moderate"), (0.01, 100, "moderate"), (0.009, 1 / 0.009, "moderately strong"), (0.1, 10, "weak"),
      (0.9, 1 / 0.9, "weak"), (0.0001, 10_000, "strong"), (0.00009, 1 / 0.00009, "very strong"),
      (1e-9, 1e9, "extremely strong"),
    ] {
      let figure = try #require(ClaimError(probability: error, reason: "r"))
      #expect(abs(figure.ratio / ratio - 1) < 1e-12)
      #expect(figure.strength == strength, "\(error)")
      #expect(ClaimError.scaleSentence.contains(strength))
    }
    for cap in ClaimError.caps { #expect(ClaimError(probability: cap.error, reason: "r")?.ratio == Double(cap.ratio)) }
  }

  @Test func `more flows do not raise the ratio`() {
    var context = AssessmentContext()
    context.claimError = ClaimError(probability: 0.05, reason: "Foreign hosts were found inside.")
    let one = result([flow(x, us, in: plain)], context: context).statistics
    let many = result((0..<50).map { flow(x, us, in: plain, port: $0 + 1) }, context: context).statistics
    #expect(one.claimError == many.claimError)
    #expect(many.claimError?.sentence.contains("at most 1/e = 20.0, at most moderate support") == true)
    #expect(many.claimError?.reason == "Foreign hosts were found inside.")
  }

  @Test func `a figure says nothing of a case without EXCLUSIVE flows`() {
    var context = AssessmentContext()
    context.claimError = ClaimError(probability: 0.05, reason: "Foreign hosts were found inside.")
    let weak = flow(x, us, in: plain, originator: SideEvidence(.e2, .twoWayUnverified))
    let none = result([weak], context: context).statistics
    #expect(none.likelihoodRatio == nil)
    #expect(none.likelihoodSentence == ClaimError.unusedSentence)
    let one = result([weak, flow(x, us, in: plain)], context: context).statistics
    #expect(one.likelihoodRatio?.ratio == 20)
    #expect(one.likelihoodSentence.contains(ClaimError.scaleSentence))
    #expect(result([flow(x, us, in: plain)]).statistics.likelihoodSentence == ClaimError.capSentence)
  }

  // MARK: 6.3

  @Test func `sensors corroborate the path and nothing else`() {
    var statistics = CaseStatistics()
    let one = Dictionary(uniqueKeysWithValues: statistics.corroboration.map { ($0.axis, $0.sentence) })
    statistics.independentSensors = 2
    let two = Dictionary(uniqueKeysWithValues: statistics.corroboration.map { ($0.axis, $0.sentence) })
    #expect(one["path"]?.hasPrefix("Path not corroborated") == true)
    #expect(two["path"]?.hasPrefix("Path corroborated by 2 independent sensors") == true)
    #expect(one["control"] == two["control"])
    #expect(one["operator"] == two["operator"])
  }

  // MARK: 6.6, 8

  private func visit(_ second: Int64, lasting: Int64 = 3, from source: IPAddress? = nil, to host: IPAddress? = nil)
    -> FlowRecord
  {
    flow(source ?? x, host ?? us, in: plain, at: time(2014, 11, 24, second), lasting: lasting)
  }

  @Test func `a gap of more than half an hour ends a session`() throws {
    func sessions(_ flows: [FlowRecord]) throws -> UInt64 { try #require(result(flows).findings[0].sessions).count }
    #expect(try sessions([visit(0)]) == 1)
    #expect(try sessions([visit(0), visit(1_803)]) == 1, "half an hour from the end of the flow before")
    #expect(try sessions([visit(0), visit(1_804)]) == 2)
    #expect(try sessions([visit(0, lasting: 9_000), visit(10), visit(10_800)]) == 1, "the longest flow counts")
    #expect(try sessions([visit(0), visit(1, to: try ip("192.0.2.11"))]) == 2, "each host has its own")
    #expect(try sessions([visit(0), visit(1, from: try ip("198.51.100.8"))]) == 2)
  }

  @Test(arguments: 0..<5) func `sessions do not depend on the order in which flows end`(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    var flows = (0..<300).map { _ in
      visit(.random(in: 0..<400_000, using: &random), lasting: .random(in: 0..<4_000, using: &random))
    }
    let expected = try #require(result(flows).findings[0].sessions)
    // Slow model: merge as long as two stretches are close.
    var stretches = flows.map { ($0.firstPacket.nanoseconds, $0.lastPacket.nanoseconds) }
    var merged = true
    while merged {
      merged = false
      search: for one in stretches.indices {
        for two in stretches.indices where one < two {
          let gap = max(stretches[one].0, stretches[two].0) - min(stretches[one].1, stretches[two].1)
          guard gap <= 1_800_000_000_000 else { continue }
          stretches[one] = (min(stretches[one].0, stretches[two].0), max(stretches[one].1, stretches[two].1))
          stretches.remove(at: two)
          merged = true
          break search
        }
      }
    }
    #expect(expected.count == UInt64(stretches.count))
    #expect(!expected.isMinimum)
    for _ in 0..<3 {
      flows.shuffle(using: &random)
      #expect(result(flows).findings[0].sessions == expected)
    }
  }

  @Test func `IPv6 addresses of one network of 64 bits have sessions in common`() throws {
    let six = catalog([claim([try #require(IPPrefix(address: ip6(0, 0), length: 48))])])
    func visit(_ subnet: UInt64, _ host: UInt64) -> FlowRecord { flow(ip6(subnet, host), ip6(0x1_0000, 1), in: six) }
    let result = result([visit(0, 1), visit(0, 2), visit(3, 1)], six)
    #expect(result.findings[0].sessions?.count == 2)
    #expect(result.statistics.exclusive.sources == 2)
    #expect(
      result.statistics.exclusive.sentence
        == "EXCLUSIVE: 3 flows, 2 addresses (of IPv6 networks of /64), 1 day (UTC), sensor not named.")
  }

  @Test func `very many flows give a lower bound`() throws {
    var count = SessionCount()
    var record = visit(0)
    for index in 0..<5_000 as Range<Int64> {
      record.firstPacket = time(2014, 1, 1, index * 4_000)
      record.lastPacket = record.firstPacket
      count.add(AssessedFlow(record: record, assessment: FlowAssessment(verdict: .exclusive, reason: .direct)))
    }
    #expect(count.sessions.isMinimum)
    #expect(count.sessions.count == 4_096)
    let summary = SessionSummary(
      count: 4_096, isMinimum: true, days: 3, firstSeen: time(2014, 1, 1), lastSeen: time(2014, 1, 3, 7_260))
    #expect(
      summary.sentence.hasPrefix(
        "At least 4,096 sessions (gaps of at most 30 minutes) on 3 days (UTC); observed window, lower bound: 2 d 2 h,"))
  }

  @Test func `only exclusive findings have sessions, and the case says what they come to`() throws {
    var context = AssessmentContext()
    context.sensors = [Sensor(id: "tap", vantage: .tap, localNetworks: [], trustedProxies: [])]
    let flows = [
      visit(86_390), visit(90_000, from: try ip("198.51.100.8")), visit(90_010),
      flow(try ip("198.51.100.9"), us, in: plain, originator: SideEvidence(.e1, .oneWay), activity: .probe),
    ]
    let result = result(flows, context: context)
    #expect(result.findings.map { $0.sessions == nil } == [false, true])
    let sessions = try #require(result.findings[0].sessions)
    #expect(sessions.days == 2)
    #expect(sessions.dwell == 3_623_000_000_000)
    var expected = CaseStatistics.ExclusiveSummary()
    (expected.flows, expected.sources, expected.days, expected.sensors) = (3, 2, 2, 1)
    #expect(result.statistics.exclusive == expected)
    #expect(expected.sentence == "EXCLUSIVE: 3 flows, 2 addresses, 2 days (UTC), 1 sensor.")
  }
}
