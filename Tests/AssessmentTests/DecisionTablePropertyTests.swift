import Assessment
import Catalog
import Flows
import Packets
import TestSupport
import Testing

/// The table against its golden model on random catalogs, and what must hold whatever the catalog says.
@Suite struct DecisionTablePropertyTests {
  /// A random case: a few claims and lists around 198.51.100.0, a flow in or near their windows.
  struct Case {
    var catalog: Catalog
    var endpoint: CoveredEndpoint
    var isSpecial: Bool

    init(_ random: inout SeededGenerator, claims: Int = 5) throws {
      let isIPv6 = Int.random(in: 0..<4, using: &random) == 0
      let parents: [[Int?]] = [[nil, nil, nil], [2, nil, nil], [2, 2, nil], [1, 2, nil], [nil, 0, 1]]
      catalog = Catalog()
      let family = parents[Int.random(in: 0..<parents.count, using: &random)]
      catalog.actors = family.enumerated().map {
        ThreatActor(id: "\($0.offset)", name: "\($0.offset)", level: .organisation, parent: $0.element)
      }
      catalog.allowsDocumentationRanges = Int.random(in: 0..<16, using: &random) > 0
      for index in 0..<Int.random(in: 0...claims, using: &random) {
        catalog.claims.append(
          try Self.claim(index, actor: Int.random(in: 0..<3, using: &random), isIPv6, &random))
      }
      for index in catalog.claims.indices where Int.random(in: 0..<4, using: &random) == 0 {
        let other = Int.random(in: 0..<catalog.claims.count, using: &random)
        if other != index, !catalog.claims[other].overrides.contains(index) {
          catalog.claims[index].overrides.append(other)
        }
      }
      for _ in 0..<[0, 0, 0, 0, 1, 1, 2][Int.random(in: 0..<7, using: &random)] {
        catalog.overlays.append(try Self.overlay(isIPv6, &random))
      }
      catalog = AssessmentTests.catalog(refreezing: catalog)

      let grade = EvidenceGrade.allCases[min(5, Int.random(in: 0..<10, using: &random))]
      let reasons: [GradeReason] =
        switch grade {
        case .e0: [.backscatter, .isnGuessing, .flood, .malformed]
        case .e1: [.oneWay, .halfOpen, .responseOnly, .silent]
        case .e2: [.twoWayUnverified, .resetAnswer]
        case .e3: [.connectOnly, .dataInOnly, .midstream, .nonceEcho]
        case .e4, .e5: [.twoWayVerified]
        }
      let first = Self.day(Int.random(in: 0..<12, using: &random), &random)
      let address = Self.address(isIPv6, Int.random(in: 0..<12, using: &random))
      endpoint = CoveredEndpoint(
        address: address, covers: catalog.prefixes.entries(of: catalog.prefixes.covers(of: address)),
        firstPacket: first,
        lastPacket: Timestamp(
          nanoseconds: first.nanoseconds + [0, 1, nanosecondsPerDay][Int.random(in: 0..<3, using: &random)]),
        evidence: SideEvidence(grade, reasons[Int.random(in: 0..<reasons.count, using: &random)]),
        role: CoveredEndpoint.Role.allCases[Int.random(in: 0..<3, using: &random)],
        limits: Int.random(in: 0..<8, using: &random) == 0 ? [.vantage] : [])
      isSpecial = !catalog.allowsDocumentationRanges
    }

    static func address(_ isIPv6: Bool, _ host: Int) -> IPAddress {
      isIPv6
        ? IPAddress(high: 0x2001_0db8_0000_0000, low: UInt64(host)) : IPAddress(v4: 0xC633_6400 | UInt32(host))
    }

    static func prefix(_ isIPv6: Bool, _ random: inout SeededGenerator) throws -> IPPrefix {
      let hostBits = [0, 2, 4, 5, 8][Int.random(in: 0..<5, using: &random)]
      let host = Int.random(in: 0..<32, using: &random) & ~((1 << hostBits) - 1)
      return try #require(
        IPPrefix(address: address(isIPv6, host), length: (isIPv6 ? 128 : 32) - hostBits))
    }

    static func day(_ index: Int, _ random: inout SeededGenerator) -> Timestamp {
      let jitter = [0, 0, -1, 1][Int.random(in: 0..<4, using: &random)]
      let start = time(2014, 1, 1).nanoseconds
      return Timestamp(nanoseconds: start + Int64(index) * 20 * nanosecondsPerDay + Int64(jitter))
    }

    static func claim(
      _ index: Int, actor: Int, _ isIPv6: Bool, _ random: inout SeededGenerator
    ) throws -> Claim {
      let from = Int.random(in: 0..<6, using: &random)
      let isPlain = Int.random(in: 0..<3, using: &random) > 0
      let kinds = UseKind.allCases
      return AssessmentTests.claim(
        [try prefix(isIPv6, &random)], id: "\(index)", actor: actor,
        relation: isPlain ? .exclusive : Claim.Relation.allCases[Int.random(in: 0..<4, using: &random)],
        kind: kinds[Int.random(in: 0..<(isPlain ? 3 : kinds.count), using: &random)],
        from: Int.random(in: 0..<12, using: &random) == 0 ? nil : day(from, &random),
        until: Int.random(in: 0..<3, using: &random) == 0
          ? nil : day(from + Int.random(in: 2..<10, using: &random), &random),
        asOf: Int.random(in: 0..<12, using: &random) == 0 ? nil : day(from, &random),
        maxAge: Int64(Int.random(in: 2..<10, using: &random)) * 20 * nanosecondsPerDay,
        margin: [0, 0, nanosecondsPerDay][Int.random(in: 0..<3, using: &random)],
        basis: Int.random(in: 0..<8, using: &random) == 0 ? [.rirRegistration] : [.routing],
        ratings: Int.random(in: 0..<8, using: &random) == 0 ? [("A", 4), ("D", 1)] : [("C", 3)],
        routeCheck: [.unknown, .match, .unknown, .match, .unknown, .match, .unknown, .mismatch][
          Int.random(in: 0..<8, using: &random)])
    }

    static func overlay(_ isIPv6: Bool, _ random: inout SeededGenerator) throws -> Overlay {
      let kinds = UseKind.allCases.filter { !$0.canBeExclusive && $0 != .unknown }
      return Overlay(
        id: "o", kind: kinds[Int.random(in: 0..<kinds.count, using: &random)],
        snapshot: day(Int.random(in: 0..<12, using: &random), &random), prefixes: [try prefix(isIPv6, &random)])
    }

    func decide() -> FlowAssessment { DecisionTable(catalog: catalog).decide(endpoint) }

    var text: ExclusivityText {
      ExclusivityText(
        catalog: catalog, address: endpoint.address, first: endpoint.firstPacket, last: endpoint.lastPacket,
        isSpecialPurpose: isSpecial)
    }

    var golden: GoldenDecisionTable {
      GoldenDecisionTable(
        catalog: catalog, address: endpoint.address, first: endpoint.firstPacket, last: endpoint.lastPacket,
        isSpecialPurpose: isSpecial)
    }
  }

  @Test(arguments: 0..<10) func `no difference from the golden model`(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    var seen: [VerdictReason: Int] = [:]
    for round in 0..<600 {
      let it = try Case(&random)
      let assessment = it.decide()
      let expected = it.golden.reasons(
        it.endpoint.evidence, it.endpoint.role, isProxied: !it.endpoint.limits.isEmpty)
      #expect(assessment.reasons == expected, "seed \(seed), round \(round): \(it)")
      #expect(assessment.reason == assessment.reasons.first)
      #expect(assessment.verdict == assessment.reason.verdict)
      if assessment.verdict == .exclusive {
        let actor = try #require(assessment.actor)
        #expect(actor == it.golden.broadest)
        #expect(it.text.failures(of: actor) == [], "seed \(seed), round \(round): \(it)")
        #expect(it.endpoint.evidence.grade >= .e3)
        #expect(it.endpoint.limits.isEmpty)
      }
      seen[assessment.reason, default: 0] += 1
    }
    // The random cases reach every corner of the table.
    #expect(seen[.direct, default: 0] > 3 && seen[.overlap, default: 0] > 10 && seen[.excluded, default: 0] > 3)
    #expect(seen.count > 20)
  }

  @Test func `less evidence never makes a verdict stronger`() throws {
    var random = SeededGenerator(seed: 99)
    let ladder: [SideEvidence] = [
      SideEvidence(.e0, .malformed), SideEvidence(.e1, .oneWay), SideEvidence(.e2, .twoWayUnverified),
      SideEvidence(.e3, .connectOnly), SideEvidence(.e4, .twoWayVerified), SideEvidence(.e5, .twoWayVerified),
    ]
    for _ in 0..<1_500 {
      var it = try Case(&random)
      let verdicts = ladder.map { evidence in
        it.endpoint.evidence = evidence
        return it.decide().verdict
      }
      for (weaker, stronger) in zip(verdicts, verdicts.dropFirst()) {
        #expect(order(stronger) <= order(weaker))
      }
    }
  }

  @Test func `a foreign claim or a list never makes an address exclusive`() throws {
    var random = SeededGenerator(seed: 7)
    var stillExclusive = 0
    for _ in 0..<6_000 {
      var it = try Case(&random, claims: 3)
      it.endpoint.evidence = SideEvidence(.e4, .twoWayVerified)
      it.endpoint.limits = []
      let before = it.decide()
      if Bool.random(using: &random) {
        it.catalog.actors.append(ThreatActor(id: "stranger", name: "stranger", level: .group))
        it.catalog.claims.append(
          try Case.claim(it.catalog.claims.count, actor: 3, !it.endpoint.address.isIPv4, &random))
      } else {
        it.catalog.overlays.append(try Case.overlay(!it.endpoint.address.isIPv4, &random))
      }
      it.catalog = catalog(refreezing: it.catalog)
      it.endpoint.covers = it.catalog.prefixes.entries(of: it.catalog.prefixes.covers(of: it.endpoint.address))
      let after = it.decide()
      if after.verdict == .exclusive, after.actor != 3 {
        #expect(before.verdict == .exclusive)
        #expect(before.actor == after.actor)
        stillExclusive += 1
      }
    }
    #expect(stillExclusive > 50)
  }

  private func order(_ verdict: Verdict) -> Int { Verdict.allCases.firstIndex(of: verdict) ?? Int.max }
}

/// The same catalog with its prefixes frozen anew.
func catalog(refreezing catalog: Catalog) -> Catalog {
  var frozen = catalog
  frozen.prefixes = AssessmentTests.catalog(catalog.claims, overlays: catalog.overlays).prefixes
  return frozen
}
