import Catalog
import Foundation
import TestSupport
import Testing

/// A file is parsed in pieces where it is simple enough: what comes of it must not depend on that.
@Suite struct PiecewiseReadingTests {
  /// The text with a word that looks like an alias, in a comment: a file that has one is parsed as a whole.
  static func asAWhole(_ text: String) -> String { "# *all" + text }

  /// A catalog of several pieces, in block and in flow style, with text that looks like the start of an entry.
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

  /// Everything that reading says, and what it holds.
  static func told(_ text: String) throws -> [String] {
    let fixture = try CatalogFixture(["c.yaml": text])
    let review = CatalogReview(paths: [fixture.folder])
    let catalog = review.catalog
    return review.findings.map(\.coded).map { $0.replacing("\(fixture.folder)/", with: "") }
      + catalog.claims.map { "\($0.id) \($0.rangeText) \($0.sources) \(catalog.places.claims[$0.id]?.line ?? 0)" }
      + catalog.actors.map { "\($0)" } + catalog.sensors.map(\.id)
  }

  @Test func `pieces and the whole hold the same`() throws {
    let told = try Self.told(Self.sound)
    #expect(told.count == 150 * 3 + 2, "two findings and a claim each, the actor, the sensor")
    #expect(try Self.told(Self.asAWhole(Self.sound)) == told)
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
  func `a fault is told as the whole tells it`(index: Int) throws {
    let (fault, says) = Self.faults[index]
    let place = try #require(Self.sound.range(of: "sensors:"))
    var text = Self.sound
    text.insert(contentsOf: fault, at: place.lowerBound)
    text += "x: 1\n"
    let told = try Self.told(text)
    #expect(told.contains { $0.contains(says) }, "\(fault): \(told.prefix(3))")
    #expect(try Self.told(Self.asAWhole(text)) == told, "\(fault)")
  }

  @Test func `random damage is told as the whole tells it`() throws {
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
      #expect(try Self.told(text) == Self.told(Self.asAWhole(text)))
    }
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
