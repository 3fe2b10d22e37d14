import Assessment
import Catalog
import Packets
import TestSupport
import Testing

/// The comparison of two catalogs against a comparison address by address, day by day.
@Suite struct CatalogComparisonTests {
  typealias Case = DecisionTablePropertyTests.Case

  @Test(arguments: 0..<3) func `nothing but what differs, and all of it`(seed: UInt64) throws {
    var random = SeededGenerator(seed: 4_000 + seed)
    var (different, alike) = (0, 0)
    for round in 0..<25 {
      let old = try Case(&random, claims: 4).catalog
      var new = old
      // One claim more, less, or of other dates; ids stay.
      if let index = new.claims.indices.randomElement(using: &random) {
        new.claims[index].validUntil = Case.day(Int.random(in: 3..<9, using: &random), &random)
      }
      let isIPv6 = old.claims.first.map { !$0.prefixes[0].address.isIPv4 } ?? false
      if Bool.random(using: &random) {
        new.claims.append(try Case.claim(new.claims.count, actor: 0, isIPv6, &random))
      }
      if Bool.random(using: &random) { new.overlays = [] }
      new = catalog(refreezing: new)
      let comparison = CatalogComparison(old: old, new: new)
      let (before, after) = (DecisionTable(catalog: old), DecisionTable(catalog: new))
      for host in 0..<34 {
        let address = Case.address(isIPv6, host)
        let windows = comparison.changes.filter { $0.first <= address && address <= $0.last }
        #expect(windows.count < 2)
        for _ in 0..<8 {
          let time = Case.day(Int.random(in: -2..<16, using: &random), &random)
          func answer(_ table: DecisionTable) -> CatalogComparison.Answer {
            let endpoint = CoveredEndpoint(verified: address, at: time, in: table.catalog)
            return CatalogComparison.Answer(table.decide(endpoint), in: table.catalog)
          }
          let (one, other) = (answer(before), answer(after))
          let window = windows.first?.windows.first {
            ($0.from.map { $0 <= time } ?? true) && ($0.until.map { time < $0 } ?? true)
          }
          #expect(window?.old == (one == other ? nil : one), "seed \(seed), round \(round), \(address) \(time)")
          #expect(window?.new == (one == other ? nil : other))
          if one == other { alike += 1 } else { different += 1 }
        }
      }
    }
    #expect(different > 100 && alike > 100, "\(different) \(alike)")
  }

  @Test func `a catalog does not differ from itself`() throws {
    var random = SeededGenerator(seed: 4_100)
    for _ in 0..<50 {
      let catalog = try Case(&random).catalog
      #expect(CatalogComparison(old: catalog, new: catalog).changes.isEmpty)
    }
  }

  @Test func `what is beyond the limit is counted`() throws {
    let claims = try (0..<20).map { claim([try net("198.51.100.\($0 * 8)/32")], id: "c\($0)") }
    let comparison = CatalogComparison(old: catalog([]), new: catalog(claims), limit: 5)
    #expect(comparison.changes.count == 5 && comparison.unlisted == 15)
  }

  @Test func `a wider claim that shrinks elsewhere is no longer the wider one`() throws {
    func claims(_ rest: [IPPrefix]) throws -> [Claim] {
      let half = try net("198.51.100.0/25")
      return [claim([half]), claim([half] + rest, id: "c2", relation: .associated)]
    }
    let (old, new) = (catalog(try claims([try net("198.51.100.128/26")])), catalog(try claims([])))
    let comparison = CatalogComparison(old: old, new: new)
    let change = try #require(comparison.changes.first)
    #expect(change.first.description == "198.51.100.0" && change.last.description == "198.51.100.127")
    #expect(change.windows.map(\.old.verdict) == [.exclusive] && change.windows.map(\.new.verdict) == [.unverifiable])
    // What a case is searched by.
    #expect(comparison.ranges.first?.first == change.first)
  }

  @Test func `a new parent changes who is named`() throws {
    let claims = [claim([try net("198.51.100.0/24")]), claim([try net("198.51.100.0/24")], id: "z", actor: 2)]
    let comparison = CatalogComparison(old: catalog(claims), new: catalog(claims, familyOfA: true))
    let change = try #require(comparison.changes.first)
    #expect(comparison.changes.count == 1)
    #expect(change.first.description == "198.51.100.0" && change.last.description == "198.51.100.255")
    #expect(change.windows.map(\.old.verdict) == [.contested])
    #expect(change.windows.map(\.new.actor) == ["z"])
  }
}
