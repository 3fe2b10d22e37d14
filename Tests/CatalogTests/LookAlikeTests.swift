import Catalog
import Packets
import Testing

/// Names that only look alike must never pass for two: corroboration may get weaker by it, never stronger.
@Suite struct LookAlikeTests {
  static func groups(_ names: [String]) -> Int {
    names.map { Claim.Source(reference: "r", reliability: "B", credibility: 2, independentGroup: $0) }.independentGroups
  }

  /// Two names that are one.
  static let pairs: [(String, String)] = [
    ("Symantec", "S\u{443}mantec"), ("novetta", "n\u{3BF}vetta"), ("novetta", "no\u{3BD}etta"),
    ("Novetta", "\u{39D}ovetta"), ("unit", "\u{3C5}nit"), ("YORK", "\u{3A5}ORK"), ("hotel", "\u{397}otel"),
    ("BBC", "\u{412}\u{412}\u{421}"), ("cc", "\u{3F2}\u{3F9}"), ("cooper", "c\u{585}\u{585}per"),
    ("sun", "s\u{54D}\u{578}"), ("ace", "\u{430}\u{441}\u{435}"),
    ("Trend", "Ｔｒｅｎｄ"), ("Trend", "Tr\u{3164}end"), ("Trend", "Tr\u{AD}e\u{200B}nd"), ("e\u{301}te", "\u{E9}TE"),
    ("\u{39D}avy", "\u{3BD}avy"), ("ΟΔΟΣ", "οδος"), ("пресса", "ПРЕССА"),
  ]

  @Test(arguments: pairs.indices)
  func `two names that look alike are one group`(index: Int) {
    let (one, other) = Self.pairs[index]
    #expect(Self.groups([one, other]) == 1, "\(one) \(other)")
    #expect(Self.groups([one, other, "someone else"]) == 2)
  }

  @Test func `names that differ stay apart`() {
    #expect(Self.groups(["publisher-h", "publisher-n", "publisher-v", "publisher-u", "publisher-y"]) == 5)
    #expect(Self.groups(["l1", "ll"]) == 2 && Self.groups(["пресса", "правда"]) == 2 && Self.groups([]) == 0)
  }

  static func findings(_ group: String, _ other: String) throws -> [CatalogFinding] {
    func source(_ group: String) -> String {
      "{ref: R-\(group), reliability: B, credibility: 2, independent_group: \(group)}"
    }
    let text = CatalogFixture.claim(["sources": "[\(source(group)), \(source(other))]"])
    let fixture = try CatalogFixture(["c.yaml": text])
    return CatalogReview(paths: [fixture.folder], allowsDocumentationRanges: true).findings
  }

  @Test func `a check tells a name that looks like another, and one of two scripts, with the line`() throws {
    let alike = try Self.findings("alpha", "\u{430}lpha").filter { $0.code == .lookAlike }
    #expect(alike.map(\.line) == [CatalogFixture.line(of: "sources")] && alike.first?.entry == "c1")
    #expect(alike.first?.severity == .warning && alike.first?.message.contains("only looks like 'alpha'") == true)
    let mixed = try Self.findings("beta", "g\u{430}mma").filter { $0.code == .lookAlike }
    #expect(mixed.count == 1 && mixed.first?.message.contains("two scripts") == true)
    for honest in ["Правда", "Правда daily", "β-version", "Al-pha", "Müller"] {
      #expect(try !Self.findings("gamma", honest).contains { $0.code == .lookAlike }, "\(honest)")
    }
    #expect(try Self.findings("alpha", "Al-pha").contains { $0.code == .groupSpelling })
    #expect(try Self.findings("alpha", "\u{430}lpha").contains { $0.code == .oneGroupSources })
  }

  @Test func `an actor that only looks like another is told`() throws {
    let text = CatalogFixture.claim().replacing("name: Organisation B", with: "name: \u{39D}etwork A")
    let fixture = try CatalogFixture(["c.yaml": text])
    let told = CatalogReview(paths: [fixture.folder], allowsDocumentationRanges: true).findings
    #expect(told.filter { $0.code == .lookAlike }.map { [$0.entry, "\($0.line)"] } == [["org-b", "6"]])
  }

  @Test func `sensors of one operator in two spellings do not corroborate each other`() {
    func sensor(_ id: String, _ owner: String, _ upstream: String) -> Sensor {
      var sensor = Sensor(id: id, vantage: .tap, localNetworks: [], trustedProxies: [])
      (sensor.operatorName, sensor.upstream) = (owner, upstream)
      return sensor
    }
    let first = sensor("a", "Acme", "Carrier 1")
    #expect(!first.isIndependent(of: sensor("b", "\u{410}cme", "Carrier 2")))
    #expect(!first.isIndependent(of: sensor("b", "Other", "C\u{430}rrier 1")))
    #expect(first.isIndependent(of: sensor("b", "Other", "Carrier 2")))
  }

  @Test func `a single address is not exclusive by two sources that are one`() throws {
    func problems(_ other: String) throws -> [String] {
      let source = "reliability: B, credibility: 2, independent_group"
      return try CatalogFixture([
        "c.yaml": CatalogFixture.claim([
          "prefix": "198.51.100.1/32", "actor": "org-b",
          "sources": "[{ref: R, \(source): acme}, {ref: S, \(source): \(other)}]",
        ])
      ]).problems()
    }
    #expect(try problems("\u{430}cme").contains { $0.contains("two sources of different independent_group") })
    #expect(try problems("other") == [])
  }
}
