import Catalog
import Packets
import Testing

/// The catalog as it stood: what was recorded later does not exist (methodology 1.1).
@Suite struct KnowledgeTimeTests {
  private static let text = """
    actors:
      - {id: net-a, name: Network A, level: country-network}
      - {id: org-b, name: Organisation B, level: organisation}
    claims:
      - {id: early, prefix: 198.51.100.0/24, actor: net-a, relation: exclusive, kind: dedicated-allocation,
         valid_from: 2014-01-01, valid_until: 2015-01-01, as_of: 2014-12-01, recorded_at: 2014-12-20, basis: [routing],
         sources: [{ref: R, reliability: B, credibility: 2, independent_group: g}, {ref: S, reliability: B, credibility: 2, independent_group: h}], tlp: CLEAR, overrides: [late]}
      - {id: late, prefix: 198.51.100.0/25, actor: org-b, relation: associated, kind: dedicated-allocation,
         valid_from: 2014-01-01, valid_until: 2015-01-01, as_of: 2014-12-01, recorded_at: "2016-03-01T12:00:00Z",
         basis: [routing], sources: [{ref: T, reliability: D, credibility: 2, independent_group: g}], tlp: CLEAR}
      - {id: later, prefix: 203.0.113.0/25, actor: org-b, relation: exclusive, kind: dedicated-allocation,
         valid_from: 2014-01-01, valid_until: 2015-01-01, as_of: 2014-12-01, recorded_at: 2017-03-01,
         basis: [geolocation], sources: [{ref: U, reliability: D, credibility: 2, independent_group: g}], tlp: CLEAR}
    overlays:
      - {id: day, kind: tor, snapshot: 2014-11-24, entries: [198.51.100.7]}
      - {id: kept-late, kind: tor, snapshot: 2014-11-24, recorded_at: 2018-01-01, entries: [198.51.100.8]}
    """

  private func known(_ time: String) throws -> Catalog {
    try CatalogFixture(["c.yaml": Self.text]).load().asKnown(at: try #require(Timestamp(time)))
  }

  @Test func `what was recorded at that very moment is known, a nanosecond before it is not`() throws {
    #expect(try known("2014-12-20").claims.map(\.id) == ["early"])
    #expect(try known("2014-12-19T23:59:59.999999999Z").claims.isEmpty)
    #expect(try known("2016-03-01T12:00:00Z").claims.map(\.id) == ["early", "late"])
    #expect(try known("2016-03-01T11:59:59.999999999Z").claims.map(\.id) == ["early"])
    #expect(try known("2014-11-24").overlays.map(\.id) == ["day"])
    #expect(try known("2014-11-23T23:59:59Z").overlays.isEmpty)
    #expect(try known("2018-01-01").overlays.map(\.id) == ["day", "kept-late"])
  }

  @Test func `an override of a claim not yet recorded is dropped, a known one still names its claim`() throws {
    let before = try known("2015-01-01")
    #expect(before.claims[0].overrides.isEmpty)
    #expect(before.knowledge?.unknownClaims == 2 && before.knowledge?.unknownOverlays == 1)
    #expect(before.knowledge?.droppedOverrides == 1)
    let after = try known("2016-06-01")
    #expect(after.claims[0].overrides.map { after.claims[$0].id } == ["late"])
    #expect(after.knowledge?.droppedOverrides == 0)
  }

  @Test func `the lookup holds only what is known, under its new indexes`() throws {
    func covers(_ catalog: Catalog) -> [String] {
      catalog.prefixes.entries(of: catalog.prefixes.covers(of: IPAddress(v4: 0xC633_6407))).map {
        switch $0.entry {
        case .claim(let index): catalog.claims[index].id
        case .overlay(let index): catalog.overlays[index].id
        }
      }
    }
    #expect(covers(try known("2014-12-31")) == ["day", "early"])
    #expect(covers(try known("2016-12-31")) == ["day", "late", "early"])
    #expect(covers(try known("1999-12-31")).isEmpty)
  }

  @Test func `validity and knowledge are two clocks`() throws {
    // "late" holds in 2014, but in 2015 nobody had written it down.
    let then = try known("2015-06-01")
    #expect(!then.claims.contains { $0.id == "late" })
    // "early" ended in 2015 and is still known later.
    #expect(try known("2026-01-01").claims.contains { $0.id == "early" })
    #expect(then.sha256 == (try CatalogFixture(["c.yaml": Self.text]).load()).sha256, "the same files")
  }

  @Test func `warnings of what is not known are not told`() throws {
    #expect(try known("2026-01-01").warnings.contains { $0.contains("later") })
    #expect(try known("2016-06-01").findings.isEmpty)
  }
}
