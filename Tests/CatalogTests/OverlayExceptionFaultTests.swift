import Catalog
import Testing

/// What a claim may except of a list, and how a catalog that excepts more is refused.
@Suite struct OverlayExceptionFaultTests {
  static let overlays = """
    overlays:
      - {id: hosts, kind: hosting, snapshot: 2014-11-24, entries: [198.51.100.0/28]}
      - {id: exits, kind: tor, snapshot: 2014-11-24, entries: [203.0.113.1]}

    """

  static func fixture(_ exceptions: String, _ changes: [String: String?] = [:]) throws -> CatalogFixture {
    let changes = changes.merging(["kind": "dedicated-assignment"]) { old, _ in old }
    let text = CatalogFixture.claim(changes, more: overlays)
    // On the line after `tlp`, the last of the claim.
    return try CatalogFixture([
      "c.yaml": text.replacing("tlp: CLEAR\n", with: "tlp: CLEAR\n    overlay_exceptions: \(exceptions)\n")
    ])
  }

  static let sound = "[{overlay: hosts, reason: \"one rack, by contract\"}]"

  @Test func `a sound exception loads and is told for information`() throws {
    let fixture = try Self.fixture(Self.sound)
    let claim = try fixture.load().claims[0]
    #expect(claim.overlayExceptions == [Claim.OverlayException(overlay: "hosts", reason: "one rack, by contract")])
    let findings = CatalogReview(paths: [fixture.folder], allowsDocumentationRanges: true).findings
    let told = findings.filter { $0.code == .sharedInside }
    #expect(told.map(\.severity) == [.information] && told[0].message.contains("excepts it: one rack, by contract"))
    let without = try Self.fixture("[]")
    let plain = CatalogReview(paths: [without.folder], allowsDocumentationRanges: true).findings
    #expect(plain.filter { $0.code == .sharedInside }.map(\.severity) == [.warning])
  }

  static let faults: [(exceptions: String, changes: [String: String?], says: String)] = [
    ("[{overlay: host, reason: r}]", [:], "'overlay_exceptions' names no overlay: 'host'; did you mean 'hosts'?"),
    ("[{overlay: exits, reason: r}]", [:], "'exits' is a list of kind 'tor', of which there is no exception"),
    ("[{overlay: hosts}]", [:], "'reason' is missing"),
    ("[{overlay: hosts, reason: \"  \"}]", [:], "'reason' must be text"),
    ("[{reason: r}]", [:], "'overlay' is missing"),
    ("[hosts]", [:], "an overlay exception must be a mapping"),
    ("hosts", [:], "'overlay_exceptions' must be a list"),
    (sound, ["kind": "dedicated-allocation"], "only for a claim of relation exclusive and kind dedicated-assignment"),
    (sound, ["relation": "shared"], "only for a claim of relation exclusive"),
    (sound, ["valid_from": nil], "with 'valid_from' and 'valid_until'"),
    (sound, ["valid_until": "null"], "with 'valid_from' and 'valid_until'"),
  ]

  @Test(arguments: faults.indices)
  func `what cannot be excepted is refused with its line`(index: Int) throws {
    let (exceptions, changes, says) = Self.faults[index]
    let fixture = try Self.fixture(exceptions, changes)
    let line = CatalogFixture.line(of: "tlp") + 1 - changes.values.count { $0 == nil }
    let problems = fixture.problems()
    #expect(problems.contains { $0.hasPrefix("c.yaml:\(line): c1: ") && $0.contains(says) }, "\(problems)")
  }
}
