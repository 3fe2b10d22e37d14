import Catalog
import Foundation
import TestSupport
import Testing

/// What the text of a file means, and on which lines, whatever its style, its line ends and its faults.
@Suite struct YAMLReadingTests {
  /// A catalog in block and in flow style, with text that looks like the start of an entry.
  static let sound: String = {
    let sources = "[{ref: \"r, - x\", reliability: B, credibility: 2, independent_group: g}]"
    let claims = (0..<150).map { number in
      let keys = [
        "id: c\(number)", "prefix: 1.\(number / 256).\(number % 256).0/24", "actor: a", "relation: associated",
        "kind: dedicated-allocation", "as_of: 2014-01-01", "recorded_at: 2014-01-0\(1 + number % 9)",
        "basis: [routing]",
        "tlp: CLEAR", "sources: \(sources)",
      ]
      return number % 3 == 0
        ? "  - {" + keys.joined(separator: ", ") + "}\n"
        : "  # - about \(number)\n  - " + keys.joined(separator: "\n    ") + "\n\n"
    }
    return "# head\nactors:\n- id: a\n  name: |\n    A\n    - b\n  level: unit\nclaims:   # many\n" + claims.joined()
      + "sensors: [{id: s, vantage: tap}]\nsettings:\n  allow_documentation_ranges: false\n"
  }()

  /// Everything that reading says, and what it holds; lines are counted from after the first `skipped`.
  static func told(_ text: String, skipping skipped: Int = 0) throws -> [String] {
    let fixture = try CatalogFixture(["c.yaml": text])
    let review = CatalogReview(paths: [fixture.folder])
    let catalog = review.catalog
    let told =
      review.findings.map(\.coded).map { $0.replacing("\(fixture.folder)/", with: "") }
      + catalog.claims.map { "\($0) in c.yaml:\(catalog.places.claims[$0.id]?.line ?? 0)" }
      + catalog.actors.map { "\($0)" } + catalog.sensors.map(\.id)
    return told.map { $0.replacing(/c\.yaml:([1-9][0-9]*)/) { "c.yaml:\((Int($0.1) ?? 0) - skipped)" } }
  }

  @Test func `entries stand on their lines`() throws {
    let lines = Self.sound.split(separator: "\n", omittingEmptySubsequences: false)
    let fixture = try CatalogFixture(["c.yaml": Self.sound])
    let catalog = try fixture.load()
    #expect(catalog.claims.count == 150 && catalog.actors.map(\.name) == ["A\n- b\n"])
    for claim in catalog.claims {
      let line = try #require(lines.firstIndex { $0.contains("id: \(claim.id),") || $0.hasSuffix("id: \(claim.id)") })
      let place = try #require(catalog.places.claims[claim.id])
      #expect(place.line == line + 1)
      let isFlow = lines[line].contains("{")
      #expect(place.line(of: "kind") == line + (isFlow ? 1 : 5))
      #expect(claim.sources.map(\.reference) == ["r, - x"])
    }
  }

  @Test(arguments: ["\r\n", "\r", "\u{85}"])
  func `every end of a line is one`(end: String) throws {
    let told = try Self.told(Self.sound)
    #expect(told.count == 150 * 3 + 2, "two findings and a claim each, the actor, the sensor")
    #expect(try Self.told(Self.sound.replacing("\n", with: end)) == told)
  }

  @Test func `a byte order mark is no text`() throws {
    // A comment behind it would hide that it counts as a column.
    let text = Self.sound.replacing("# head\n", with: "")
    #expect(try text.hasPrefix("actors:") && Self.told("\u{FEFF}" + text) == Self.told(text))
  }

  static let faults: [(fault: String, says: String)] = [
    ("  - {id: c300, prefx: 1.2.3.0/24}\n", "has no key 'prefx'"),
    ("  - {id: c300, id: c301}\n", "stands more than once"),
    ("  - {id: \"c300\n  - id: c301\n", "not valid YAML"),
    ("  - [\n  - id: c301\n", "not valid YAML"),
    ("  - 'c300\n  - id: c301'\n", "a claim must be a mapping"),
    ("   - id: c301\n", "not valid YAML"),
    (" - id: c301\n", "not valid YAML"),
    ("claims: []\n", "stands more than once"),
    ("---\nclaims: []\n", "single document"),
    ("...\n", "not valid YAML"),
    ("overlays:\n  id: o\n", "'overlays' must be a list"),
    ("  - {id: c300, kind: \u{2028}hosting}\n", "'prefix' is missing"),
    ("  - {id: c300}\r  - {id: c301}\r\n", "'prefix' is missing"),
    ("? a\n: b\n", "there is no section 'a'"),
  ]

  @Test(arguments: faults.indices)
  func `a fault is told, on its line`(index: Int) throws {
    let (fault, says) = Self.faults[index]
    let place = try #require(Self.sound.range(of: "sensors:"))
    var text = Self.sound
    text.insert(contentsOf: fault, at: place.lowerBound)
    text += "x: 1\n"
    let told = try Self.told(text)
    #expect(told.contains { $0.contains(says) }, "\(fault): \(told.prefix(3))")
    #expect(try Self.told("# one\n# two\n" + text, skipping: 2) == told, "\(fault)")
  }

  @Test func `random damage is told, on its line`() throws {
    var random = SeededGenerator(seed: 11)
    let sound = Array(Self.sound.utf8)
    let spice = [
      "\n", "\n  - ", "\n- ", "\nclaims:\n", "\"", "'", "[", "{", "}", "|\n", "# ", ": ", "\r", "\u{85}", "&a ",
    ]
    for _ in 0..<40 {
      var bytes = sound
      for _ in 0..<Int.random(in: 1...3, using: &random) {
        let place = Int.random(in: 10..<bytes.count - 100, using: &random)
        if Bool.random(using: &random) {
          bytes.insert(contentsOf: spice[Int.random(in: 0..<spice.count, using: &random)].utf8, at: place)
        } else {
          bytes.removeSubrange(place..<min(bytes.count, place + Int.random(in: 1...40, using: &random)))
        }
      }
      let text = String(decoding: bytes, as: UTF8.self)
      let told = try Self.told(text)
      #expect(!told.isEmpty)
      #expect(try Self.told("# one\n# two\n" + text, skipping: 2) == told)
    }
  }

  @Test func `an alias is what stands at its anchor`() throws {
    let catalog = try CatalogFixture([
      "c.yaml": CatalogFixture.claim(["basis": "&b [routing]"])
        + "  - {id: c2, prefix: 192.0.2.0/24, actor: org-b, relation: associated, kind: vpn, recorded_at: 2014-01-01, "
        + "as_of: 2014-01-01, basis: *b, sources: [&s {ref: &r R, reliability: B, credibility: 2, independent_group: *r}"
        + ", *s], tlp: CLEAR}\n"
    ]).load()
    let claim = try #require(catalog.claims.first { $0.id == "c2" })
    #expect(claim.basis == [.routing] && claim.sources.map(\.independentGroup) == ["R", "R"])
    let nine = "actors: [{id: &a a, name: *a, level: unit, aliases: [\(String(repeating: "*a, ", count: 8))]}]\n"
    #expect(
      try Self.told(nine) == [
        "c.yaml:1: [invalid-entry] error: has more than 8 YAML aliases (*name); write the values out"
      ])
  }

  @Test func `aliases cannot nest deeper than the text may`() throws {
    func list(_ levels: Int, _ element: String) -> String {
      String(repeating: "[", count: levels) + element + String(repeating: "]", count: levels)
    }
    #expect(try Self.told("a: &a \(list(50, "x"))\nb: \(list(49, "*a"))\n").contains { $0.contains("no section 'b'") })
    #expect(
      try Self.told("a: &a \(list(50, "x"))\nb:\n  \(list(50, "*a"))\n")
        == [
          "c.yaml:3: [invalid-entry] error: is not valid YAML: nested too deeply, more than 100 levels; "
            + "check indentation, quotes and brackets near here"
        ])
  }

  @Test func `repeated keys are told up to a number, and hide nothing else`() throws {
    func keys(_ count: Int) -> String {
      (1...count).map { "  k\($0): 1\n  \"k\($0)\": 2\n" }.joined()
    }
    let message = "stands more than once in this mapping; keep one of them"
    let told = try Self.told("x:\n\(keys(50))y: 1\n")
    #expect(told.filter { $0.hasSuffix(message) }.count == 50 && told.contains { $0.contains("no section 'y'") })
    #expect(told.contains("c.yaml:4: [invalid-entry] error: the key 'k2' \(message)"), "the first of the two")
    let more = try Self.told("x:\n\(keys(60))y: 1\n")
    #expect(more.filter { $0.hasSuffix(message) }.count == 51 && more.count == 51, "reading ends")
    let root = try Self.told("actors: []\nactors: [{id: a}]\nclaims: 1\n")
    #expect(root.first == "c.yaml:1: [invalid-entry] error: the key 'actors' \(message)")
    let tagged = try Self.told("actors: []\n!x actors: []\n")
    #expect(tagged == ["c.yaml:2: [invalid-entry] error: the key 'actors' \(message)"])
    let apart = try Self.told("overlays:\n- id: o\n\(keys(45))  id: p\n")
    #expect(apart.contains("c.yaml:93: p: [invalid-entry] error: the key 'id' \(message)"), "far apart")
    #expect(root.contains { $0.contains("'name' is missing") } && root.contains { $0.contains("must be a list") })
  }

  @Test func `aliases cannot stand for more than the file is worth`() throws {
    // Eight aliases in a chain double a list of words each time.
    let words = [String](repeating: "x", count: 6_000).joined(separator: ",")
    var text = "a: &a [\(words)]\n"
    for (name, other) in zip(["b", "c", "d", "e"], ["a", "b", "c", "d"]) {
      text += "\(name): &\(name) [*\(other),*\(other)]\n"
    }
    let told = try Self.told(text)
    #expect(told.contains { $0.contains("there is no section 'e'") })
    let many = "a: &a [\(String(repeating: "x,", count: 200_000))x]\nb: &b [*a,*a,*a]\nc: [*b,*b,*b,*b]\n"
    #expect(
      try Self.told(many).contains { $0.contains("c.yaml:2: [invalid-entry] error: has YAML aliases that stand for") })
  }
}
