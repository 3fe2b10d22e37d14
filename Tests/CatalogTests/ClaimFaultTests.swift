import Catalog
import Packets
import Testing

/// One planted fault each: the problem must name file, line and entry, and say how to mend it.
@Suite struct ClaimFaultTests {
  struct Fault: CustomStringConvertible {
    var changes: [String: String?]
    var key: String
    var says: String
    var description: String { "\(changes)" }

    init(_ key: String, _ value: String?, says: String, with others: [String: String?] = [:]) {
      changes = others.merging([key: value]) { $1 }
      self.key = key
      self.says = says
    }
  }

  @Test func theFixtureItselfIsSound() throws {
    let catalog = try CatalogFixture(["c.yaml": CatalogFixture.claim()]).load()
    let claim = try #require(catalog.claims.first)
    #expect(catalog.warnings.isEmpty)
    #expect(claim.id == "c1" && claim.rangeText == "198.51.100.0/24" && claim.actor == 0)
    #expect(claim.validFrom == Timestamp(seconds: 1_388_534_400))
    #expect(claim.validUntil == Timestamp(seconds: 1_420_070_400))
    #expect(claim.asOf == Timestamp(seconds: 1_418_947_200))
    #expect(claim.recordedAt == Timestamp(seconds: 1_419_033_600))
    #expect(claim.maxAge == 730 * 86_400 * 1_000_000_000)
    #expect(claim.guardMargin == 0)
    #expect(claim.basis == [.routing, .incidentReport])
    #expect(
      claim.sources == [Claim.Source(reference: "R", reliability: "B", credibility: 2, independentGroup: "g")])
    #expect(claim.routeCheck == .unknown && claim.tlp == .clear && claim.overrides.isEmpty)
  }

  static let faults: [Fault] = [
    Fault("prefix", "198.51.100.7/24", says: "did you mean 198.51.100.0/24?"),
    Fault("prefix", "198.51.100.0/33", says: "0-32 for IPv4"),
    Fault("prefix", "0.0.0.0/0", says: "whole address space"),
    Fault("prefix", "'::/0'", says: "whole address space"),
    Fault("prefix", "'::ffff:0:0/96'", says: "whole address space"),
    Fault("prefix", "0.0.0.0-255.255.255.255", says: "whole address space"),
    Fault("prefix", "198.51.100.9-198.51.100.3", says: "not below it"),
    Fault("prefix", "'198.51.100.9-2001:db8::'", says: "same family"),
    Fault("prefix", "198.51.100.0x/24", says: "write CIDR"),
    Fault("prefix", "198.051.100.0/24", says: "write CIDR"),
    Fault("prefix", "[198.51.100.0/24]", says: "must be text"),
    Fault("prefix", "10.0.0.0/24", says: "10.0.0.0/8, Private-Use, RFC 1918"),
    Fault("prefix", "192.0.0.0/29", says: "special-purpose"),
    Fault("prefix", "223.255.255.0-224.0.0.0", says: "Multicast"),
    Fault("prefix", "'64:ff9b::/96'", says: "special-purpose"),
    Fault("prefix", "'2002:c000:204::/48'", says: "6to4"),
    Fault("prefix", "8.0.0.0/15", says: "more than a /16"),
    Fault("prefix", "8.0.0.0-8.1.0.0", says: "more than a /16"),
    Fault("prefix", "'2a00::/31'", says: "more than a /32"),
    Fault("actor", "net-b", says: "did you mean 'net-a'?"),
    Fault("actor", "somebody-else", says: "add it to 'actors'"),
    Fault("relation", "exclusiv", says: "did you mean 'exclusive'?"),
    Fault("relation", "owner", says: "allowed are exclusive, associated, shared, excluded"),
    Fault("kind", "satellite", says: "cannot be exclusive"),
    Fault("kind", "leased", says: "cannot be exclusive"),
    Fault("kind", "satelite", says: "did you mean 'satellite'?"),
    Fault("valid_from", "2014-02-30", says: "no date or time"),
    Fault("valid_from", "2014-01-01T00:00", says: "write 2014-12-19 or 2014-12-19T08:30:00Z"),
    Fault("valid_from", "1600-01-01", says: "no date or time"),
    Fault("valid_from", "yesterday", says: "no date or time"),
    Fault("valid_until", "2014-01-01T00:00:00Z", says: "later than 'valid_from'"),
    Fault("valid_until", "2013-01-01", says: "later than 'valid_from'"),
    Fault("as_of", "2014", says: "no date or time"),
    Fault("basis", "[routing, hearsay]", says: "allowed are rir-registration"),
    Fault("basis", "[]", says: "empty"),
    Fault("basis", "routing", says: "must be a list"),
    Fault("basis", "[[routing]]", says: "list of text"),
    Fault("sources", "[]", says: "empty"),
    Fault("sources", "[R]", says: "a source must be a mapping"),
    Fault("sources", "[{ref: R, reliability: B, credibility: 2}]", says: "'independent_group' is missing"),
    Fault("sources", "[{ref: R, reliability: G, credibility: 2, independent_group: g}]", says: "A, B, C, D, E, F"),
    Fault("sources", "[{ref: R, reliability: B, credibility: 0, independent_group: g}]", says: "1, 2, 3, 4, 5, 6"),
    Fault("sources", "[{ref: R, reliability: B, credibility: 2, group: g, independent_group: g}]", says: "no key"),
    Fault("tlp", "WHITE", says: "allowed are RED, AMBER+STRICT, AMBER, GREEN, CLEAR"),
    Fault("max_age", "2y", says: "730d, 12h"),
    Fault("max_age", "0d", says: "longer than nothing"),
    Fault("max_age", "999999999999d", says: "no duration"),
    Fault("guard", "-1h", says: "no duration"),
    Fault("guard", "+1h", says: "no duration"),
    Fault("guard", "h", says: "no duration"),
    Fault("overrides", "[c1]", says: "overridden in turn"),
    Fault("overrides", "[c2]", says: "did you mean 'c1'?"),
    Fault("route_check", "maybe", says: "match, mismatch, unknown"),
    Fault("broad_okay", "yes", says: "did you mean 'broad_ok'?"),
    Fault("actor", "net-a", says: "level organisation", with: ["prefix": "198.51.100.9/32"]),
    Fault(
      "sources", "[{ref: R, reliability: B, credibility: 2, independent_group: g}]", says: "two sources",
      with: ["prefix": "198.51.100.9/32", "actor": "org-b"]),
  ]

  @Test(arguments: faults)
  func isReportedWithItsLineAndRemedy(fault: Fault) throws {
    let fixture = try CatalogFixture(["c.yaml": CatalogFixture.claim(fault.changes)])
    let problems = fixture.problems()
    let place = "c.yaml:\(CatalogFixture.line(of: fault.key)): c1: "
    #expect(
      problems.contains { $0.hasPrefix(place) && $0.contains(fault.says) },
      "expected \(place)…\(fault.says)…, got \(problems)")
    // No fault makes others appear that are not there; two belong to a lone address of a country.
    #expect(problems.count == 1 || (problems.count == 2 && fault.changes.count == 2), "\(problems)")
  }

  @Test(arguments: ["prefix", "actor", "relation", "kind", "as_of", "recorded_at", "basis", "sources", "tlp"])
  func aMissingKeyIsReported(key: String) throws {
    let missing = try CatalogFixture(["c.yaml": CatalogFixture.claim([key: String?.none])]).problems()
    #expect(missing.count == 1)
    #expect(missing.first?.hasPrefix("c.yaml:9: c1: '\(key)' is missing") == true, "\(missing)")
    let null = try CatalogFixture(["c.yaml": CatalogFixture.claim([key: "null"])]).problems()
    #expect(null == missing)
  }

  @Test func aBroadClaimWithAReasonLoads() throws {
    for range in ["8.0.0.0/15", "'2a00::/31'"] {
      let text = CatalogFixture.claim(["prefix": range, "broad_ok": "'a whole region, see source'"])
      #expect(try CatalogFixture(["c.yaml": text]).problems() == [])
    }
    for range in ["8.0.0.0/16", "'2a00::/32'"] {
      #expect(try CatalogFixture(["c.yaml": CatalogFixture.claim(["prefix": range])]).problems() == [])
    }
  }

  @Test func documentationRangesNeedTheSettingOrTheFlag() throws {
    for range in ["192.0.2.0/24", "198.51.100.0/24", "203.0.113.128/25", "'2001:db8:1::/48'", "'3fff::/20'"] {
      let text = CatalogFixture.claim(["prefix": range, "broad_ok": "test"])
      let fixture = try CatalogFixture(["c.yaml": text])
      #expect(fixture.problems(documentation: true) == [])
      let refused = fixture.problems(documentation: false)
      #expect(refused.count == 1 && refused[0].contains("allow_documentation_ranges"), "\(refused)")
      let own = try CatalogFixture(["c.yaml": text + "settings: {allow_documentation_ranges: true}\n"])
      #expect(own.problems(documentation: false) == [])
    }
  }

  @Test func aSingleAddressOfAnOrganisationWithTwoSourcesLoads() throws {
    let sources = """

            - {ref: R, reliability: B, credibility: 2, independent_group: g}
            - {ref: S, reliability: C, credibility: 3, independent_group: h}
      """
    let text = CatalogFixture.claim(["prefix": "198.51.100.9/32", "actor": "org-b", "sources": sources])
    #expect(try CatalogFixture(["c.yaml": text]).problems() == [])
  }
}
