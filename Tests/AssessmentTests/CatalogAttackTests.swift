import Assessment
import Catalog
import Flows
import Packets
import TestSupport
import Testing

/// Catalogs that break a rule of exclusivity in a way that is easy to miss; each twin without the trick is EXCLUSIVE.
@Suite struct CatalogAttackTests {
  private func decide(_ catalog: Catalog, _ address: String, at day: Timestamp = time(2014, 6, 1)) throws
    -> VerdictReason
  {
    DecisionTable(catalog: catalog).decide(CoveredEndpoint(verified: try ip(address), at: day, in: catalog)).reason
  }

  private func range(_ first: String, _ last: String) throws -> [IPPrefix] {
    try #require(IPPrefix.covering(first: try ip(first), last: try ip(last)))
  }

  @Test func `the pieces of a range are no more specific than the range`() throws {
    let wide = claim(try range("198.51.100.0", "198.51.100.254"))
    for relation in [Claim.Relation.shared, .excluded, .associated] {
      // .254 is a /32 of the cut range, and .241 lies in a /29 of it.
      let narrow = claim([try net("198.51.100.240/28")], id: "c2", relation: relation)
      let expected: VerdictReason =
        switch relation {
        case .shared: .sharedUse
        case .excluded: .excluded
        default: .claimQuality
        }
      #expect(try decide(catalog([wide, narrow]), "198.51.100.254") == expected)
      #expect(try decide(catalog([wide, narrow]), "198.51.100.241") == expected)
      #expect(try decide(catalog([wide, narrow]), "198.51.100.7") == .direct)
    }
    // Within a wider shared claim the range is the more specific, as a prefix would be.
    let shared = claim([try net("198.51.100.0/24")], id: "c2", relation: .shared)
    #expect(try decide(catalog([wide, shared]), "198.51.100.254") == .direct)
  }

  @Test func `a piece of a carve-out does not clear a narrower claim`() throws {
    let carveOut = claim(try range("198.51.98.0", "198.51.100.50"), id: "z", actor: 2, relation: .excluded)
    let child = claim([try net("198.51.100.0/25")], id: "a", relation: .associated)
    let foreign = claim([try net("198.51.100.0/24")], id: "b", actor: 1)
    #expect(try decide(catalog([foreign, child, carveOut], familyOfA: true), "198.51.100.10") == .overlap)
    #expect(try decide(catalog([foreign]), "198.51.100.10") == .direct)
  }

  @Test func `a third party's carve-out clears nobody's claim`() throws {
    let wide = [try net("198.51.100.0/24")]
    func reason(_ third: Claim.Relation) throws -> VerdictReason {
      try decide(
        catalog([
          claim(wide), claim(wide, id: "b", actor: 1, relation: .associated),
          claim(wide, id: "z", actor: 2, relation: third, overrides: [1]),
        ]), "198.51.100.7")
    }
    for relation in Claim.Relation.allCases { #expect(try reason(relation) == .overlap) }
  }

  @Test func `association overrides nothing for the sake of exclusive use`() throws {
    let foreign = claim([try net("198.51.100.0/24")], id: "b", actor: 1, relation: .associated)
    func reason(_ relation: Claim.Relation) throws -> VerdictReason {
      let wide = claim([try net("198.51.0.0/16")], id: "a2", relation: relation, overrides: [1])
      return try decide(
        catalog([claim([try net("198.51.100.0/24")], ratings: [("B", 2)]), foreign, wide]), "198.51.100.7")
    }
    #expect(try reason(.associated) == .overlap)
    #expect(try reason(.exclusive) == .direct)
  }

  @Test func `nobody knows on the day of recording what holds later`() throws {
    let late = claim([try net("198.51.100.0/24")], until: nil, asOf: time(2099, 1, 1))
    #expect(try decide(catalog([late]), "198.51.100.7", at: time(2016, 12, 19)) == .direct)
    #expect(try decide(catalog([late]), "198.51.100.7", at: time(2016, 12, 21)) == .stale)
  }
}
