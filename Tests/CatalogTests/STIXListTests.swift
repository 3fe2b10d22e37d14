import Catalog
import Packets
import Testing

/// Which addresses a STIX bundle states, and when.
@Suite struct STIXListTests {
  static func bundle(_ objects: [String]) -> String {
    "{\"type\": \"bundle\", \"id\": \"bundle--1\", \"objects\": [\n" + objects.joined(separator: ",\n") + "\n]}"
  }

  static func indicator(_ pattern: String, more: String = "") -> String {
    let escaped = pattern.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
    return "{\"type\": \"indicator\", \"pattern_type\": \"stix\"\(more), \"pattern\": \"\(escaped)\"}"
  }

  @Test func observedAddressesAreNotThoseOfAnInfrastructure() throws {
    let relationship =
      "{\"type\": \"relationship\", \"relationship_type\": \"consists-of\", \"target_ref\": \"ipv4-addr--1\"}"
    let list = Self.bundle([
      "{\"type\": \"ipv4-addr\", \"id\": \"ipv4-addr--1\", \"value\": \"1.2.3.0/24\"}",
      "{\"type\": \"ipv4-addr\", \"id\": \"ipv4-addr--2\", \"value\": \"1.2.4.4\"}", relationship,
    ])
    let (prefixes, warnings) = try ListFormatTests.load("stix", list)
    #expect(prefixes == ["1.2.3.0/24"])
    #expect(warnings.contains { $0.contains("observed beside the networks") && $0.contains("1 entry") })
  }

  /// A bundle that says of no address that an infrastructure consists of it lists all of them.
  @Test(arguments: ["infrastructure--9", "domain-name--9"])
  func whatElseAnInfrastructureConsistsOfLeavesAddressesAsTheyAre(part: String) throws {
    let list = Self.bundle([
      "{\"type\": \"ipv4-addr\", \"id\": \"ipv4-addr--1\", \"value\": \"1.2.3.0/24\"}",
      "{\"type\": \"relationship\", \"relationship_type\": \"consists-of\", \"target_ref\": \"\(part)\"}",
    ])
    #expect(try ListFormatTests.load("stix", list).0 == ["1.2.3.0/24"])
  }

  @Test func addressObjectsAndIndicatorsAreUsed() throws {
    let list = Self.bundle([
      "{\"type\": \"ipv4-addr\", \"value\": \"1.2.3.0/24\"}",
      "{\"value\": \"2001:db8::1\", \"type\": \"ipv6-addr\", \"extensions\": {\"type\": \"x\", \"value\": \"1.9.9.9\"}}",
      "{\"type\": \"domain-name\", \"value\": \"1.9.9.9\"}",
      "{\"type\": \"infrastructure\", \"name\": \"1.9.9.9\"}",
      "{\"type\": \"ipv4-addr\"}",
      "{\"type\": \"ipv4-addr\", \"revoked\": true, \"value\": \"1.9.9.9\"}",
      Self.indicator("[ipv4-addr:value = '1.9.9.9']", more: ", \"revoked\": true"),
      Self.indicator("[ipv4-addr:value = '1.2.4.4']", more: ", \"revoked\": false"),
      "{\"type\": \"indicator\", \"pattern_type\": \"snort\", \"pattern\": \"[ipv4-addr:value = '1.9.9.9']\"}",
      "{\"type\": \"indicator\", \"pattern\": \"[ipv4-addr:value = '1.2.5.5']\"}",
      "\"1.9.9.9\"", "[\"1.9.9.9\"]",
    ])
    let (prefixes, warnings) = try ListFormatTests.load("stix", list)
    // Addresses come last: which of them count is known only then.
    #expect(prefixes == ["1.2.4.4/32", "1.2.5.5/32", "1.2.3.0/24", "2001:db8::1/128"])
    #expect(
      warnings == [
        "o.txt:4: o: not used, something other than an address (a name, URL, hash, AS number …): "
          + "3 entries, the first on lines 4, 5, 10",
        "o.txt:6: o: not used, not in the form of this format: 3 entries, the first on lines 6, 12, 13",
        "o.txt:7: o: not used, revoked: 2 entries, the first on lines 7, 8",
      ])
  }

  static let patterns: [(pattern: String, addresses: [String], reasons: [String])] = [
    ("[ipv4-addr:value = '1.2.3.4']", ["1.2.3.4/32"], []),
    ("[ ipv4-addr:value='1.2.3.4'OR ipv6-addr:value = '2001:db8::1' ]", ["1.2.3.4/32", "2001:db8::1/128"], []),
    ("[ipv4-addr:value IN ('1.2.3.4', '1.2.3.5')]", ["1.2.3.4/32", "1.2.3.5/32"], []),
    ("[ipv4-addr:value ISSUBSET '1.2.3.0/24']", ["1.2.3.0/24"], []),
    ("[(ipv4-addr:value = '1.2.3.4')] or [ipv4-addr:value = '1.2.3.5']", ["1.2.3.4/32", "1.2.3.5/32"], []),
    ("[ipv4-addr:value = '1\\.2.3.4']", ["1.2.3.4/32"], []),
    ("[ipv4-addr:value = '1.2.3.4'] OR [domain-name:value = 'a\\'b']", ["1.2.3.4/32"], ["other"]),
    ("[file:hashes.'SHA-256' = 'x' OR ipv4-addr:value = '1.2.3.4']", ["1.2.3.4/32"], ["other"]),
    ("[file:x[*].y > 5 OR ipv4-addr:value = '1.2.3.4']", ["1.2.3.4/32"], ["other"]),
    ("[ipv4-addr:value = '1.2.3.4' AND network-traffic:dst_port = 443]", [], ["combined", "other"]),
    ("[ipv4-addr:value = '1.2.3.4'] AND [ipv4-addr:value = '1.2.3.5']", [], ["combined"]),
    // AND binds tighter than OR.
    (
      "[ipv4-addr:value = '1.2.3.4' OR ipv4-addr:value = '1.2.3.5' AND file:size = 1]", ["1.2.3.4/32"],
      ["combined", "other"]
    ),
    ("[(ipv4-addr:value = '1.2.3.4' OR ipv4-addr:value = '1.2.3.5') AND file:size = 1]", [], ["combined", "other"]),
    ("[ipv4-addr:value = '1.2.3.4'] FOLLOWEDBY [ipv4-addr:value = '1.2.3.5']", [], ["combined"]),
    (
      "[ipv4-addr:value = '1.2.3.4'] OR [ipv4-addr:value = '1.2.3.5'] FOLLOWEDBY [file:size = 1]", [],
      ["combined", "other"]
    ),
    ("[ipv4-addr:value = '1.2.3.4'] WITHIN 5 SECONDS", [], ["combined"]),
    (
      "[ipv4-addr:value = '1.2.3.4'] REPEATS 3 TIMES WITHIN 5 SECONDS OR [ipv4-addr:value = '1.2.3.5']", ["1.2.3.5/32"],
      ["combined"]
    ),
    ("[ipv4-addr:value = '1.2.3.4'] START t'2014-01-01T00:00:00Z' STOP t'2015-01-01T00:00:00Z'", [], ["combined"]),
    ("[ipv4-addr:value != '1.2.3.4']", [], ["combined"]),
    ("[ipv4-addr:value NOT = '1.2.3.4']", [], ["combined"]),
    ("[NOT ipv4-addr:value = '1.2.3.4']", [], ["combined"]),
    ("[ipv4-addr:value LIKE '1.2.3.%']", [], ["combined"]),
    ("[ipv4-addr:value ISSUPERSET '1.2.3.0/24']", [], ["combined"]),
    ("[network-traffic:dst_ref.value = '1.2.3.4']", [], ["other"]),
    ("[EXISTS ipv4-addr:value]", [], ["other"]),
    ("[x:created = t'2014-01-01T00:00:00Z']", [], ["other"]),
    ("[ipv4-addr:value = 'a.example']", [], ["none"]),
    ("[ipv4-addr:value = '1.2.3.4'", [], ["malformed"]),
    ("[ipv4-addr:value = '1.2.3.4]", [], ["malformed"]),
    ("[ipv4-addr:value '1.2.3.4']", [], ["malformed"]),
    ("[ipv4-addr:value = '1.2.3.4']]", [], ["malformed"]),
    ("[ipv4-addr:value = '1.2.3.4' OR]", [], ["malformed"]),
    ("", [], ["malformed"]),
    (String(repeating: "(", count: 5000), [], ["malformed"]),
    (String(repeating: "NOT ", count: 5000), [], ["malformed"]),
  ]

  static let reasons = [
    "combined": "the address counts only together", "other": "something other than an address",
    "malformed": "not in the form of this format", "none": "no IPv4 or IPv6 network",
  ]

  @Test(arguments: patterns.indices)
  func aPatternStatesAddressesThatCountByThemselves(index: Int) throws {
    let (pattern, addresses, reasons) = Self.patterns[index]
    let list = Self.bundle([Self.indicator(pattern), "{\"type\": \"ipv4-addr\", \"value\": \"9.9.9.9\"}"])
    let (prefixes, warnings) = try ListFormatTests.load("stix", list)
    #expect(prefixes == addresses + ["9.9.9.9/32"], "\(pattern.prefix(200))")
    let expected = reasons.compactMap { Self.reasons[$0] }
    #expect(warnings.count == expected.count, "\(pattern.prefix(200)): \(warnings)")
    for text in expected { #expect(warnings.contains { $0.contains(text) }, "\(pattern.prefix(200)): \(warnings)") }
  }

  /// An indicator of one address with times of validity.
  static func dated(_ address: String, _ from: String?, _ until: String?, more: String = "") -> String {
    let times = [("valid_from", from), ("valid_until", until)].compactMap { key, time in
      time.map { ", \"\(key)\": \"\($0)\"" }
    }
    return indicator("[ipv4-addr:value = '\(address)']", more: times.joined() + more)
  }

  /// The overlay's day is 2014-11-24: it speaks of 2014-10-25 and after.
  static let planted = bundle([
    dated("1.2.3.1", "2014-01-01T00:00:00Z", "2014-10-25T00:00:00Z"),
    dated("1.2.3.2", "2014-01-01T00:00:00Z", "2014-10-25T00:00:00.001Z"),
    dated("1.2.3.3", "2014-01-01T00:00:00Z", nil), dated("1.2.3.4", "2015-06-01T00:00:00Z", nil),
    dated("1.2.3.5", "2013-01-01T00:00:00Z", "2013-02-01T00:00:00Z", more: ", \"revoked\": true"),
    dated("1.2.3.6", "2014-01-01T00:00:00Z", "some day"),
    dated("1.2.3.7", "2013-02-01T00:00:00Z", "2013-01-01T00:00:00Z"),
    dated("1.2.3.8", nil, "2012-01-01T00:00:00Z"),
    "{\"type\": \"ipv4-addr\", \"value\": \"1.2.3.9\"}",
  ])

  @Test func `an overlay leaves out what ended before the days of which it speaks, and counts it`() throws {
    let (prefixes, warnings) = try ListFormatTests.load("stix", Self.planted)
    // What is dated so that nobody can read it is used: more is safer than less.
    #expect(prefixes == [2, 3, 4, 6, 7, 9].map { "1.2.3.\($0)/32" })
    #expect(
      warnings
        == [
          "o.txt:6: o: not used, revoked: 1 entry, the first on line 6",
          "o.txt:2: o: not used, its validity ended before the time of the list: 2 entries, the first on lines 2, 9",
        ].sorted())
  }

  @Test func `an imported overlay leaves out the same`() throws {
    let fixture = try CatalogFixture(["o.json": Self.planted])
    func read(_ snapshot: String?) throws -> ListImport {
      try ListImport(
        file: "\(fixture.folder)/o.json", format: .stix, selection: ListSelection(), purpose: .overlay,
        snapshot: snapshot)
    }
    let list = try read("2014-11-24")
    #expect(list.used == 6 && list.faults.contains { $0.contains("its validity ended") && $0.contains("2 entries") })
    #expect(try read(nil).used == 8, "without a day nothing has ended")
  }

  @Test func `claims hold when their indicator holds`() throws {
    let more = [
      Self.dated("1.2.3.2", "2014-12-01T00:00:00Z", nil), Self.dated("1.2.3.10", "2014-01-01T00:00:00Z", nil),
      Self.dated("1.2.3.11", "2014-01-01T00:00:00Z", nil),
    ]
    let text = Self.planted.replacing("\n]}", with: ",\n" + more.joined(separator: ",\n") + "\n]}")
    let fixture = try CatalogFixture(["o.json": text])
    let list = try ListImport(
      file: "\(fixture.folder)/o.json", format: .stix, selection: ListSelection(), purpose: .claims)
    #expect(list.faults.contains { $0.hasPrefix("not used, not in the form of this format: 2 entries") })
    #expect(list.faults.contains { $0.hasPrefix("not used, revoked: 1 entry") })
    var terms = ListImportTests.terms(recordedAt: "2014-12-20")
    terms.validFrom = "2014-02-02"
    let yaml = try list.claims(id: "s", snapshot: "2014-11-24", terms: terms)
    let catalog = try CatalogFixture(["a.yaml": ListImportTests.actors, "c.yaml": yaml]).load()
    func written(_ time: Timestamp?) -> String { time.map { "\($0)".replacing(".000000000Z", with: "Z") } ?? "-" }
    let claims = catalog.claims.map {
      "\($0.rangeText) \(written($0.validFrom)) \(written($0.validUntil)) \(written($0.asOf))"
    }
    #expect(
      claims.sorted() == [
        "1.2.3.1/32 2014-01-01T00:00:00Z 2014-10-25T00:00:00Z 2014-10-25T00:00:00Z",
        "1.2.3.10/31 2014-01-01T00:00:00Z - 2014-11-24T00:00:00Z",
        "1.2.3.2/32 2014-01-01T00:00:00Z 2014-10-25T00:00:00.001000000Z 2014-10-25T00:00:00.001000000Z",
        "1.2.3.2/32 2014-12-01T00:00:00Z - 2014-11-24T00:00:00Z",
        "1.2.3.3/32 2014-01-01T00:00:00Z - 2014-11-24T00:00:00Z",
        "1.2.3.4/32 2015-06-01T00:00:00Z - 2014-11-24T00:00:00Z",
        "1.2.3.8/32 - 2012-01-01T00:00:00Z 2012-01-01T00:00:00Z",
        "1.2.3.9/32 2014-02-02T00:00:00Z - 2014-11-24T00:00:00Z",
      ])
  }
}
