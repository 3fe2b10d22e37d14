import Assessment
import Catalog
import Flows
import Packets
import TestSupport
import Testing

/// A wrong EXCLUSIVE is the worst fault there can be: 200,000 random cases against the text of X1–X6.
@Suite struct ExclusivityPropertyTests {
  typealias Case = DecisionTablePropertyTests.Case

  /// Catalogs with much that can go wrong between two claims: few addresses, few days, ends a nanosecond apart.
  @Test(arguments: 0..<10) func `EXCLUSIVE never without all six rules`(seed: UInt64) throws {
    var random = SeededGenerator(seed: 1_000 + seed)
    var (exclusive, refused) = (0, 0)
    for round in 0..<800 {
      var it = try Case(&random, claims: 4)
      it.endpoint.limits = []
      it.endpoint.evidence = SideEvidence(.e4, .twoWayVerified)
      let table = DecisionTable(catalog: it.catalog)
      let isIPv4 = it.endpoint.address.isIPv4
      for host in [0, 3, 4, 9, 17] {
        it.endpoint.address = Case.address(!isIPv4, host)
        it.endpoint.covers = it.catalog.prefixes.entries(of: it.catalog.prefixes.covers(of: it.endpoint.address))
        for probe in 0..<5 {
          it.endpoint.firstPacket = Case.day(Int.random(in: 0..<14, using: &random), &random)
          it.endpoint.lastPacket = Timestamp(
            nanoseconds: it.endpoint.firstPacket.nanoseconds + [0, 1, 40 * nanosecondsPerDay, 0, 2][probe])
          let assessment = table.decide(it.endpoint)
          guard assessment.verdict == .exclusive, let actor = assessment.actor else {
            refused += 1
            continue
          }
          exclusive += 1
          #expect(it.text.failures(of: actor) == [], "seed \(seed), round \(round): \(it)")
        }
      }
    }
    #expect(exclusive + refused == 20_000)
    #expect(exclusive > 500, "the cases reach EXCLUSIVE: \(exclusive)")
  }

  @Test(arguments: 0..<4) func `the six rules hold exactly where the table objects to nothing`(seed: UInt64) throws {
    var random = SeededGenerator(seed: 2_000 + seed)
    var failing: [ExclusivityRule.Name: Int] = [:]
    for round in 0..<800 {
      var it = try Case(&random)
      it.endpoint.limits = []
      it.endpoint.evidence = SideEvidence(.e4, .twoWayVerified)
      let table = DecisionTable(catalog: it.catalog)
      let rules = table.rules(for: it.endpoint)
      #expect(rules.map(\.name) == ExclusivityRule.Name.allCases)
      #expect(rules.allSatisfy { !$0.because.isEmpty })
      let isExclusive = table.decide(it.endpoint).verdict == .exclusive
      #expect(rules.allSatisfy(\.holds) == isExclusive, "seed \(seed), round \(round): \(rules) \(it)")
      for rule in rules where !rule.holds { failing[rule.name, default: 0] += 1 }
    }
    #expect(ExclusivityRule.Name.allCases.allSatisfy { failing[$0, default: 0] > 5 }, "\(failing)")
  }

  @Test(arguments: 0..<4) func `a timeline says what the table says at every moment`(seed: UInt64) throws {
    var random = SeededGenerator(seed: 3_000 + seed)
    for round in 0..<150 {
      let it = try Case(&random)
      let table = DecisionTable(catalog: it.catalog)
      let windows = table.timeline(of: it.endpoint.address)
      #expect(windows.first?.from == nil && windows.last?.until == nil)
      #expect(zip(windows, windows.dropFirst()).allSatisfy { $0.until == $1.from && $0.until != nil })
      for _ in 0..<20 {
        let time = Case.day(Int.random(in: -3..<20, using: &random), &random)
        let window = try #require(
          windows.first { ($0.from.map { $0 <= time } ?? true) && ($0.until.map { time < $0 } ?? true) })
        let said = table.decide(CoveredEndpoint(verified: it.endpoint.address, at: time, in: it.catalog))
        #expect(window.assessment.reasons == said.reasons, "seed \(seed), round \(round), \(time): \(it)")
        #expect(window.assessment.actor == said.actor && window.assessment.claims == said.claims)
      }
    }
  }

  // MARK: Edges that random cases found, or must not lose

  private func decide(_ catalog: Catalog, from first: Timestamp, through last: Timestamp) throws -> FlowAssessment {
    var endpoint = CoveredEndpoint(verified: try ip("198.51.100.7"), at: first, in: catalog)
    endpoint.lastPacket = last
    return DecisionTable(catalog: catalog).decide(endpoint)
  }

  @Test func `a carve-out that begins within the flow does not clear another's claim`() throws {
    let wide = try net("198.51.100.0/24")
    let narrow = try net("198.51.100.0/28")
    let noon = time(2014, 6, 1)
    let carved = catalog([
      claim([wide], id: "mine"), claim([wide], id: "theirs", actor: 1),
      claim([narrow], id: "carve-out", actor: 1, relation: .excluded, from: noon),
    ])
    let before = Timestamp(nanoseconds: noon.nanoseconds - 1)
    #expect(try decide(carved, from: before, through: noon).reason == .overlap)
    #expect(try decide(carved, from: noon, through: time(2014, 6, 2)).verdict == .exclusive)
  }

  @Test func `a parent's carve-out does not clear its part's claim`() throws {
    let wide = try net("198.51.100.0/24")
    let narrow = try net("198.51.100.0/28")
    func verdict(parentExcludes: IPPrefix, childClaims: IPPrefix) throws -> VerdictReason {
      let catalog = catalog(
        [
          claim([wide], id: "b", actor: 1), claim([childClaims], id: "a"),
          claim([parentExcludes], id: "z", actor: 2, relation: .excluded),
        ], familyOfA: true)
      return try decide(catalog, from: time(2014, 6, 1), through: time(2014, 6, 1)).reason
    }
    #expect(try verdict(parentExcludes: wide, childClaims: narrow) == .overlap)
    #expect(try verdict(parentExcludes: narrow, childClaims: wide) == .overlap)
    #expect(try verdict(parentExcludes: narrow, childClaims: narrow) == .overlap)
  }

  @Test func `the guard margin counts to the nanosecond at both ends`() throws {
    let day = nanosecondsPerDay
    let (from, until) = (time(2014, 1, 1).nanoseconds, time(2015, 1, 1).nanoseconds)
    let guarded = catalog([claim([try net("198.51.100.0/24")], margin: day)])
    func reason(_ first: Int64, _ last: Int64) throws -> VerdictReason {
      try decide(guarded, from: Timestamp(nanoseconds: first), through: Timestamp(nanoseconds: last)).reason
    }
    #expect(try reason(from + day, until - day - 1) == .direct)
    #expect(try reason(from + day - 1, until - day - 1) == .boundary)
    #expect(try reason(from + day, until - day) == .boundary)
    #expect(try reason(from - 1, from - 1) == .before)
    #expect(try reason(from, from) == .boundary)
    #expect(try reason(until - 1, until - 1) == .boundary)
    #expect(try reason(until, until) == .after, "half-open: the first moment at which it no longer holds")
  }

  @Test func `one group in two spellings does not override`() throws {
    let wide = try net("198.51.100.0/24")
    func reason(_ groups: [String]) throws -> VerdictReason {
      var winner = claim([wide], id: "b", actor: 1, overrides: [1])
      for (index, group) in groups.enumerated() { winner.sources[index].independentGroup = group }
      return try decide(
        catalog([winner, claim([wide], id: "a")]), from: time(2014, 6, 1), through: time(2014, 6, 1)
      ).reason
    }
    #expect(try reason(["trend-micro", "dyn"]) == .direct)
    #expect(try reason(["trend-micro", "Trend Micro"]) == .overlap)
  }
}
