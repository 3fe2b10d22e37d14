import Catalog
import Foundation
import Packets
import Testing

/// An excerpt says of the addresses that it was made for what the whole catalog says.
@Suite struct ExcerptTests {
  static let demonstration = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appending(path: "Config/demonstration.yaml").path

  private func excerpt(_ whole: Catalog, of addresses: [String]) throws -> Catalog {
    let sets = addresses.compactMap(IPAddress.init).map { whole.prefixes.covers(of: $0) }
    let fixture = try CatalogFixture(["catalog.yaml": whole.excerpt(of: sets)])
    return try fixture.load(documentation: false)
  }

  /// What a catalog says of an address, in words that do not depend on indexes.
  private func says(_ catalog: Catalog, _ address: String) throws -> [String] {
    let address = try #require(IPAddress(address))
    return catalog.prefixes.entries(of: catalog.prefixes.covers(of: address)).map { cover in
      switch cover.entry {
      case .claim(let index):
        let claim = catalog.claims[index]
        let actor = catalog.actors[claim.actor]
        return [
          "\(cover.prefix)", claim.id, claim.rangeText, actor.id, actor.name, "\(actor.level)",
          actor.parent.map { catalog.actors[$0].id } ?? "", "\(claim.relation)", "\(claim.kind)",
          "\(String(describing: claim.validFrom)) \(String(describing: claim.validUntil))",
          "\(String(describing: claim.asOf)) \(String(describing: claim.recordedAt))",
          "\(claim.maxAge) \(claim.guardMargin) \(claim.basis) \(claim.sources)",
          "\(claim.overrides.map { catalog.claims[$0].id }) \(claim.routeCheck) \(claim.tlp)",
          "\(claim.allocation) \(claim.overlayExceptions)",
        ].joined(separator: "|")
      case .overlay(let index): return "\(cover.prefix)|\(catalog.overlays[index].id)"
      }
    }
  }

  @Test func claimsAndListsOfItsAddressesAreThose() throws {
    let whole = try Catalog(paths: [Self.demonstration])
    let ranges = whole.claims.flatMap(\.prefixes) + whole.overlays.flatMap(\.prefixes)
    for prefix in ranges {
      let address = "\(prefix.address)"
      let part = try excerpt(whole, of: [address])
      #expect(try says(part, address) == says(whole, address), "\(address)")
      #expect(part.overlays.map(\.id) == whole.overlays.map(\.id))
      #expect(part.overlays.map(\.snapshot) == whole.overlays.map(\.snapshot))
      #expect(part.excerptOf == whole.sha256)
      #expect(part.sensors == whole.sensors)
      #expect(part.allowsDocumentationRanges)
    }
  }

  @Test func allThatItsAddressesDoNotNeedIsLeftOut() throws {
    let whole = try Catalog(paths: [Self.demonstration])
    let part = try excerpt(whole, of: ["198.51.100.1", "192.0.2.1"])
    #expect(part.claims.map(\.id) == ["example-net-ipv4"])
    #expect(part.actors.map(\.id) == ["example-net"])
    let none = try excerpt(whole, of: [])
    #expect(none.claims.isEmpty && none.actors.isEmpty)
  }

  @Test func hostileTextIsTextAgain() throws {
    let hostile = "a: [b]\\n- c \\\" # \\u202e"
    let fixture = try CatalogFixture([
      "a.yaml": CatalogFixture.claim([
        "sources": "[{ref: \"\(hostile)\", reliability: B, credibility: 2, independent_group: \"\(hostile)\"}]"
      ])
    ])
    let whole = try fixture.load()
    let claim = try #require(whole.claims.first)
    let part = try excerpt(whole, of: ["\(claim.prefixes[0].address)"])
    #expect(part.claims.first?.sources == claim.sources)
  }

  @Test func anExcerptOfAnExcerptIsTheSame() throws {
    let whole = try Catalog(paths: [Self.demonstration])
    func sets(_ catalog: Catalog) -> [PrefixTable.CoverSet] {
      [IPAddress("198.51.100.200"), IPAddress("203.0.113.130")].compactMap { $0 }.map {
        catalog.prefixes.covers(of: $0)
      }
    }
    let text = whole.excerpt(of: sets(whole))
    #expect(whole.excerpt(of: sets(whole).reversed() + sets(whole)) == text)
  }
}
