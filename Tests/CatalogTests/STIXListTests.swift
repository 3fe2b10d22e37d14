import Catalog
import Testing

/// Which addresses a STIX bundle states.
@Suite struct STIXListTests {
  static func bundle(_ objects: [String]) -> String {
    "{\"type\": \"bundle\", \"id\": \"bundle--1\", \"objects\": [\n" + objects.joined(separator: ",\n") + "\n]}"
  }

  static func indicator(_ pattern: String, more: String = "") -> String {
    let escaped = pattern.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
    return "{\"type\": \"indicator\", \"pattern_type\": \"stix\"\(more), \"pattern\": \"\(escaped)\"}"
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
    #expect(prefixes == ["1.2.3.0/24", "2001:db8::1/128", "1.2.4.4/32", "1.2.5.5/32"])
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
}
