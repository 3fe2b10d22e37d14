import Catalog
import Foundation
import Packets
import TestSupport
import Testing

/// Files that nobody would write in good faith: they must end as problems, soon, and never as a crash.
@Suite struct HostileCatalogTests {
  static let files: [(name: String, text: String, says: String)] = [
    ("sequence at the root", "- a\n- b\n", "must be a mapping"),
    ("a word", "catalog", "must be a mapping"),
    ("two documents", "actors: []\n---\nactors: []\n", "single document"),
    ("open quote", "actors: [\"a\n", "not valid YAML"),
    ("tab for indentation", "actors:\n\t- id: a\n", "not valid YAML"),
    ("a NUL", "actors: \0\n", "not valid YAML"),
    ("deep brackets", "actors: " + String(repeating: "[", count: 100_000), "not valid YAML"),
    ("deep braces", "actors: " + String(repeating: "{a: ", count: 100_000), "not valid YAML"),
    ("deep dashes", "actors:\n" + String(repeating: "- ", count: 100_000) + "a\n", "not valid YAML"),
    ("deep keys", String(repeating: "? ", count: 100_000) + "a\n", "not valid YAML"),
    (
      "nested as deeply as may be",
      "actors: " + String(repeating: "[", count: 99) + String(repeating: "]", count: 99), "an actor must be a mapping"
    ),
    (
      "nested too deeply", "actors:\n " + String(repeating: "[", count: 100) + String(repeating: "]", count: 100),
      "c.yaml:2: is not valid YAML: nested too deeply"
    ),
    ("deep brackets on lines of their own", "actors: " + String(repeating: "[\n", count: 100_000), "nested too deeply"),
    (
      "a great many directives", (0..<100_000).map { "%TAG !a\($0)! !b\n" }.joined() + "---\nactors: []\n",
      "lines that start with '%'"
    ),
    ("a key beyond Unicode's letters", "actors: [{id: a, name: A, level: unit, \u{E000}1: x}]\n", "has no key"),
    (
      "alias bomb",
      "a: &a [x,x,x,x,x,x,x,x,x]\n"
        + (1...20).map {
          "a\($0): &a\($0) ["
            + [String](repeating: "*a\($0 == 1 ? "" : String($0 - 1))", count: 9)
            .joined(separator: ",") + "]\n"
        }.joined(), "aliases"
    ),
    ("alias as a key", "actors:\n  - &a [x, y]\n  - {*a : 1}\n", "plain text"),
    ("undefined alias", "actors: *nobody\n", "undefined alias"),
    ("alias within itself", "actors: &a [*a]\n", "not valid YAML"),
    ("collections as keys", "? [a, b]\n: c\n", "there is no section ''"),
    ("a list of nothing", "actors:\n  -\n  -\n", "an actor must be a mapping"),
    ("null where text is meant", "actors: [{id: ~, name: null, level: }]\n", "'id' is missing"),
    ("a tagged value", "actors: !!python/object:os.system [x]\n", "an actor must be a mapping"),
    ("an id with control characters", "actors: [{id: \"a\\u001b[31m\", name: A, level: unit}]\n", "a?[31m"),
    ("a very long id", "actors: [{id: \(String(repeating: "a", count: 5000)), name: A, level: unit}]\n", "…"),
  ]

  @Test(arguments: files.indices)
  func endsAsAProblem(index: Int) throws {
    let file = Self.files[index]
    let start = ContinuousClock.now
    let problems = try CatalogFixture(["c.yaml": file.text]).problems()
    #expect(problems.contains { $0.hasPrefix("c.yaml:") && $0.contains(file.says) }, "\(file.name): \(problems)")
    #expect(problems.allSatisfy { $0.utf8.count < 1000 }, "\(file.name)")
    #expect(ContinuousClock.now - start < .seconds(10), "\(file.name)")
  }

  @Test func bytesThatAreNoText() throws {
    let fixture = try CatalogFixture([:])
    try FileManager.default.createDirectory(atPath: fixture.folder, withIntermediateDirectories: true)
    try Data([0xFF, 0xFE, 0x00, 0x80]).write(to: URL(fileURLWithPath: "\(fixture.folder)/c.yaml"))
    #expect(fixture.problems().contains { $0.contains("not UTF-8") })
  }

  @Test func randomDamageNeverCrashes() throws {
    var random = SeededGenerator(seed: 7)
    let sound = Array((CatalogFixture.claim() + "overlays: [{id: o, kind: vpn, snapshot: 2014-01-01}]\n").utf8)
    let spice = Array("[]{}:,-&*!|>'\"%@`#?\n\t \0\u{85}é".utf8)
    for _ in 0..<400 {
      var bytes = sound
      for _ in 0..<Int.random(in: 1...6, using: &random) {
        let place = Int.random(in: 0..<bytes.count, using: &random)
        switch Int.random(in: 0..<3, using: &random) {
        case 0: bytes[place] = spice[Int.random(in: 0..<spice.count, using: &random)]
        case 1: bytes.insert(spice[Int.random(in: 0..<spice.count, using: &random)], at: place)
        default: bytes.removeSubrange(place..<min(bytes.count, place + Int.random(in: 1...40, using: &random)))
        }
        if bytes.isEmpty { bytes = sound }
      }
      let fixture = try CatalogFixture([:])
      try FileManager.default.createDirectory(atPath: fixture.folder, withIntermediateDirectories: true)
      try Data(bytes).write(to: URL(fileURLWithPath: "\(fixture.folder)/c.yaml"))
      for problem in fixture.problems() { #expect(!problem.isEmpty) }
    }
  }

  @Test func emptyFilesAreEmptyCatalogs() throws {
    for text in ["", "# only a comment\n", "actors:\nclaims: ~\n", "---\n...\n"] {
      let catalog = try CatalogFixture(["c.yaml": text]).load()
      #expect(catalog.claims.isEmpty && catalog.actors.isEmpty)
    }
  }

  @Test func pathsThatAreNoCatalog() throws {
    func problem(_ paths: [String]) -> String {
      do {
        _ = try Catalog(paths: paths)
        return ""
      } catch {
        return error.description
      }
    }
    #expect(problem([]).contains("name a YAML file or a folder"))
    #expect(
      problem(["/nonexistent/catalog.yaml"])
        == "/nonexistent/catalog.yaml:0: there is no such file or folder; check the path")
    #expect(problem(["/dev/zero"]).contains("no regular file"))
    let fixture = try CatalogFixture(["readme.txt": "x"])
    #expect(problem([fixture.folder]).contains("no *.yaml or *.yml file"))
  }
}
