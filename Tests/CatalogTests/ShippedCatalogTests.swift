import Catalog
import Foundation
import Packets
import TestSupport
import Testing

@Suite struct ShippedCatalogTests {
  static let config = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appendingPathComponent("Config").path

  @Test func theDemonstrationLoads() throws {
    let catalog = try Catalog(paths: ["\(Self.config)/demonstration.yaml"])
    #expect(catalog.allowsDocumentationRanges)
    #expect(catalog.warnings.isEmpty, "\(catalog.warnings)")
    #expect(catalog.sensors.first?.localNetworks.count == 2)
    #expect(catalog.overlays.map(\.id) == ["demonstration-tor", "demonstration-vpn"])
    func entries(_ v4: UInt32) -> [String] {
      catalog.prefixes.entries(of: catalog.prefixes.covers(of: IPAddress(v4: v4))).map {
        switch $0.entry {
        case .claim(let index): catalog.claims[index].id
        case .overlay(let index): catalog.overlays[index].id
        }
      }
    }
    #expect(entries(0xC633_6400) == ["example-net-ipv4"])
    #expect(entries(0xC633_643F) == ["example-net-ipv4"])
    #expect(entries(0xC633_6440) == ["other-carrier-lease", "example-net-ipv4"])
    #expect(entries(0xC633_6450) == ["demonstration-tor", "example-net-ipv4"])
    #expect(entries(0xC633_6480) == ["example-net-guest", "example-net-ipv4"])
    #expect(entries(0xC633_64C0) == ["example-ministry-block", "example-net-ipv4"])
    #expect(entries(0xCB00_7101) == ["demonstration-vpn"])
    #expect(entries(0xC000_0201).isEmpty)
  }

  @Test func northKoreaLoadsCleanWithoutTheDocumentationFlag() throws {
    let catalog = try Catalog(paths: ["\(Self.config)/north-korea.yaml"])
    #expect(!catalog.allowsDocumentationRanges)
    #expect(catalog.warnings.isEmpty, "\(catalog.warnings)")
    #expect(Set(catalog.actors.map(\.level)) == [.countryNetwork, .organisation, .group])
    func relations(_ text: String) throws -> [String] {
      let address = try #require(TestText.prefix(text)).address
      return catalog.prefixes.entries(of: catalog.prefixes.covers(of: address)).compactMap {
        guard case .claim(let index) = $0.entry else { return nil }
        let claim = catalog.claims[index]
        return "\(catalog.actors[claim.actor].id) \(claim.relation)"
      }
    }
    for address in ["175.45.176.0/32", "175.45.179.255/32"] {
      #expect(try relations(address) == ["north-korea-network exclusive", "north-korea-network exclusive"])
    }
    #expect(try relations("175.45.180.0/32").isEmpty)
    #expect(try relations("210.52.109.22/32") == ["china-unicom associated", "north-korea-network associated"])
    #expect(try relations("77.94.35.1/32") == ["north-korea-network shared"])
    #expect(try relations("57.73.224.9/32") == ["north-korea-network associated"])
    #expect(try relations("217.96.33.164/32") == ["sony-intrusion-2014 shared"])
    #expect(try relations("217.96.33.165/32").isEmpty)
    // Whatever is exclusive is so for the country's own allocation only, at the country's level, and dated.
    for claim in catalog.claims where claim.relation == .exclusive {
      #expect(claim.rangeText == "175.45.176.0/22")
      #expect(claim.validFrom != nil && claim.kind == .soleNationalISP)
      #expect(claim.sources.contains { "ABC".contains($0.reliability) && $0.credibility <= 3 })
    }
    for claim in catalog.claims where claim.id.hasPrefix("decoy-") {
      #expect(claim.relation == .associated && claim.basis == [.geolocation])
    }
  }

  @Test func theWholeFolderLoads() throws {
    let catalog = try Catalog(paths: [Self.config])
    #expect(catalog.allowsDocumentationRanges)
    #expect(catalog.claims.map(\.id) == catalog.claims.map(\.id).sorted())
    #expect(catalog.claims.allSatisfy { catalog.actors.indices.contains($0.actor) })
  }

  @Test func theExampleOfTheReadMeLoads() throws {
    let text = try String(contentsOfFile: "\(Self.config)/README.md", encoding: .utf8)
    let block = try #require(text.components(separatedBy: "```yaml\n").dropFirst().first)
    let example = try #require(block.components(separatedBy: "```").first)
    let actor = "actors: [{id: example-net, name: Example, level: country-network, part_of: null}]\n"
    let catalog = try CatalogFixture(["c.yaml": actor + example]).load()
    #expect(catalog.claims.map(\.id) == ["example-1"] && catalog.warnings.isEmpty)
    #expect(catalog.claims[0].guardMargin == 86_400_000_000_000)
  }
}
