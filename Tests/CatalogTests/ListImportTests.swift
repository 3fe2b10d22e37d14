import Catalog
import Foundation
import Packets
import TestSupport
import Testing

/// Lists that become entries of a catalog.
@Suite struct ListImportTests {
  static let list = """
    1.2.2.0/24
    1.2.3.0/25
    1.2.3.128/25
    1.2.3.7
    1.2.9.9/24
    10.0.0.0/8
    192.0.0.0/8
    host.example
    2a00:1450::/33
    2a00:1450:8000::/33
    203.0.113.0/24
    """

  static func read(
    _ list: String = list, name: String = "o.txt", as purpose: ListImport.Purpose = .overlay,
    documentation: Bool = false
  ) throws -> ListImport {
    let fixture = try CatalogFixture([name: list])
    return try ListImport(
      file: "\(fixture.folder)/\(name)", format: .netset, selection: ListSelection(), purpose: purpose,
      allowsDocumentationRanges: documentation)
  }

  static func terms(
    relation: Claim.Relation = .shared, source: String = "title, publisher, 2014", group: String = "g",
    recordedAt: String = "2014-12-01"
  ) -> ListImport.ClaimTerms {
    ListImport.ClaimTerms(
      actor: "net-a", relation: relation, kind: .vpn, recordedAt: recordedAt, basis: [.incidentReport],
      source: Claim.Source(reference: source, reliability: "C", credibility: 3, independentGroup: group), tlp: "GREEN")
  }

  static let actors = "actors: [{id: net-a, name: Network A, level: country-network}]\n"

  @Test func anOverlayHoldsTheListAggregatedAndLoadsAgain() throws {
    let list = try Self.read()
    #expect(list.prefixes.map(\.description) == ["1.2.2.0/23", "1.2.9.0/24", "192.0.0.0/8", "2a00:1450::/32"])
    #expect(list.lineCount == 11 && list.used == 8)
    #expect(
      list.faults == [
        "not used, no IPv4 or IPv6 network: 1 line: 8",
        "not used, special-purpose addresses: 2 lines: 6, 11",
        "used without the bits after the prefix length: 1 line: 5",
      ])
    let yaml = try list.overlay(id: "o-1", kind: .tor, snapshot: "2014-11-24")
    #expect(try yaml == Self.read().overlay(id: "o-1", kind: .tor, snapshot: "2014-11-24"))
    #expect(yaml.contains("o.txt, SHA-256 \(list.sha256)") && list.sha256.count == 64)
    let catalog = try CatalogFixture(["c.yaml": yaml]).load(documentation: false)
    #expect(catalog.overlays.count == 1 && catalog.warnings.isEmpty)
    #expect(catalog.overlays[0].prefixes == list.prefixes)
    #expect(catalog.overlays[0].kind == .tor && catalog.overlays[0].snapshot == Timestamp("2014-11-24"))
  }

  @Test func anOverlayMayReferToTheList() throws {
    let fixture = try CatalogFixture([
      "o's \"list\": #1.txt":
        "apnic|KP|ipv4|175.45.176.0|1024|20091221|allocated\napnic|JP|ipv4|1.0.16.0|4096|20110412|allocated\n"
    ])
    var selection = ListSelection()
    selection.country = "KP"
    let name = "o's \"list\": #1.txt"
    let list = try ListImport(
      file: "\(fixture.folder)/\(name)", format: .rirDelegated, selection: selection, purpose: .overlay)
    let yaml = try list.overlay(id: "kp", kind: .hosting, snapshot: "2014-11-24", path: name)
    try yaml.write(toFile: "\(fixture.folder)/c.yaml", atomically: true, encoding: .utf8)
    #expect(try fixture.load().overlays[0].prefixes.map(\.description) == ["175.45.176.0/22"])
  }

  /// Claims take only what is written exactly: nothing with host bits, nothing that touches special-purpose space.
  @Test func claimsHoldNoAddressThatTheListDoesNotName() throws {
    let list = try Self.read(as: .claims)
    #expect(list.prefixes.map(\.description) == ["1.2.2.0/23", "2a00:1450::/32"])
    #expect(
      list.faults == [
        "not used, no IPv4 or IPv6 network: 1 line: 8",
        "not used, special-purpose addresses: 3 lines: 6, 7, 11",
        "not used, bits after the prefix length are set: 1 line: 5",
      ])
    let yaml = try list.claims(id: "c", snapshot: "2014-11-24", terms: Self.terms())
    let catalog = try CatalogFixture(["c.yaml": yaml, "a.yaml": Self.actors]).load(documentation: false)
    #expect(catalog.claims.map(\.id) == ["c-1-2-2-0-23", "c-2a00-1450---32"])
    #expect(catalog.claims.flatMap(\.prefixes) == list.prefixes)
    #expect(catalog.claims.allSatisfy { $0.relation == .shared && $0.sources.count == 1 && $0.tlp == .green })
    #expect(
      catalog.claims[0].sources[0].reference
        == "title, publisher, 2014; from o.txt of 2014-11-24, SHA-256 \(list.sha256)")
    #expect(catalog.claims[0].asOf == Timestamp("2014-11-24"))
  }

  @Test func aListNeverBecomesAnExclusiveClaim() throws {
    let list = try Self.read(as: .claims)
    #expect(throws: ListImport.Failure.self) {
      try list.claims(id: "c", snapshot: "2014-11-24", terms: Self.terms(relation: .exclusive))
    }
    for relation in Claim.Relation.allCases where relation != .exclusive {
      #expect(
        !(try list.claims(id: "c", snapshot: "2014-11-24", terms: Self.terms(relation: relation))).contains("exclusive")
      )
    }
  }

  static let hostile = [
    "a: b\n- c", "~", "null", "'\"\\", "# no comment", "*alias &anchor !tag", "\u{1B}[31m\u{0}\u{85}\u{2028}",
    "}]{[", "\u{E000}1", "é 漢字 \u{1F600}", "%YAML 1.1\n---\nactors: []", "true", "a\r\nclaims: [{relation: exclusive}]",
    String(repeating: "long text ", count: 400), String(repeating: "*a ", count: 16),
  ]

  @Test(arguments: hostile)
  func hostileTextStaysText(text: String) throws {
    let list = try Self.read(as: .claims)
    let yaml = try list.claims(id: "c", snapshot: "2014-11-24", terms: Self.terms(source: text, group: text))
    let catalog = try CatalogFixture(["c.yaml": yaml, "a.yaml": Self.actors]).load(documentation: false)
    #expect(catalog.claims.count == 2 && catalog.actors.count == 1)
    for claim in catalog.claims {
      #expect(claim.sources[0].independentGroup == text && claim.sources[0].reference.hasPrefix(text))
      #expect(claim.relation == .shared)
    }
  }

  @Test func whatMakesNoSoundEntryIsRefused() throws {
    func message(_ body: () throws -> String) -> String {
      do {
        return "no failure: " + (try body())
      } catch {
        return (error as? ListImport.Failure)?.message ?? "\(error)"
      }
    }
    let list = try Self.read(as: .claims)
    let day = "2014-11-24"
    #expect(message { try list.overlay(id: "A b", kind: .vpn, snapshot: day) }.contains("lower-case letters"))
    #expect(message { try list.overlay(id: "a", kind: .leased, snapshot: day) }.contains("'kind' cannot be 'leased'"))
    #expect(message { try list.overlay(id: "a", kind: .vpn, snapshot: "today") }.contains("'snapshot' is no date"))
    #expect(
      message { try list.overlay(id: "a", kind: .vpn, snapshot: "null", path: "p") }.contains("'snapshot' is no date"))
    let undated = message { try list.claims(id: "c", snapshot: day, terms: Self.terms(recordedAt: "soon")) }
    #expect(undated == "'recorded_at' is no date or time: 'soon'; write 2014-12-19 or 2014-12-19T08:30:00Z")
    let fixture = try CatalogFixture(["empty.txt": "host.example\n"])
    for (file, says) in [("empty.txt", "holds no usable network"), ("none.txt", "there is no such file")] {
      let text = message {
        _ = try ListImport(
          file: "\(fixture.folder)/\(file)", format: .netset, selection: ListSelection(), purpose: .overlay)
        return ""
      }
      #expect(text.contains(says), "\(text)")
    }
  }

  /// Against marking single addresses: aggregation neither adds nor loses one, and leaves nothing that could be joined.
  @Test func aggregationIsExactAndTight() throws {
    var random = SeededGenerator(seed: 3)
    for _ in 0..<60 {
      var lines: [String] = []
      var expected: Set<UInt32> = []
      for _ in 0..<Int.random(in: 1...40, using: &random) {
        let length = Int.random(in: 22...32, using: &random)
        let size = UInt32(1) << UInt32(32 - length)
        let first = UInt32.random(in: 0x0102_0000...0x0102_0FFF, using: &random) / size * size
        lines.append("\(IPAddress(v4: first))/\(length)")
        expected.formUnion(first...(first + (size - 1)))
      }
      let prefixes = try Self.read(lines.joined(separator: "\n")).prefixes
      var actual: [UInt32] = []
      for prefix in prefixes { actual += prefix.address.v4...prefix.last.v4 }
      #expect(actual == expected.sorted())
      // The fewest: as many as the runs of addresses need.
      var runs: [(UInt32, UInt32)] = []
      for address in actual {
        if let last = runs.last, last.1 + 1 == address {
          runs[runs.count - 1].1 = address
        } else {
          runs.append((address, address))
        }
      }
      let fewest = runs.compactMap { IPPrefix.covering(first: IPAddress(v4: $0.0), last: IPAddress(v4: $0.1))?.count }
      #expect(prefixes.count == fewest.reduce(0, +))
    }
    // Both halves of everything are not everything.
    let halves = try Self.read("0.0.0.0/1\n128.0.0.0/1\n::ffff:1.2.3.0/120\n::/1\n")
    #expect(halves.prefixes.allSatisfy { $0.length > 0 })
  }
}
