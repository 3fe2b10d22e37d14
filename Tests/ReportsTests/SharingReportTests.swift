import Foundation
import Testing

@testable import Reports

/// STIX and MISP of a report made by hand.
@Suite struct SharingReportTests {
  static func objects(
    _ change: (inout ReportDocument) -> Void = { _ in }, usesFirstTLP: Bool = false
  ) throws -> [[String: Any]] {
    var document = try Fixtures.report().document
    change(&document)
    let text = try document.stix(usesFirstTLP: usesFirstTLP)
    let tree = try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any]
    return try #require(tree?["objects"] as? [[String: Any]])
  }

  static func objects(_ type: String, in objects: [[String: Any]]) -> [[String: Any]] {
    objects.filter { $0["type"] as? String == type }
  }

  /// The example of RFC 9562 appendix A.4.
  @Test func namesAreVersionFive() {
    let names = NameBasedIdentifier(namespace: 0x6ba7_b810_9dad_11d1_80b4_00c0_4fd4_30c8)
    #expect(names.uuid(of: "www.example.com") == "2ed6657d-e927-568b-95e1-2665a8aea6a2")
  }

  /// RFC 8785 section 3.2.3.
  @Test func canonicalFormIsThatOfTheStandard() {
    let value = JSONValue.object([
      "\u{20ac}": .string("Euro Sign"), "\r": .string("Carriage Return"), "\u{fb33}": .string("Hebrew"),
      "1": .number(1),
      "\u{1f600}": .string("\u{1}\"\\\n"),
    ])
    #expect(
      value.canonical
        == "{\"\\r\":\"Carriage Return\",\"1\":1,\"\u{20ac}\":\"Euro Sign\",\"\u{1f600}\":\"\\u0001\\\"\\\\\\n\","
        + "\"\u{fb33}\":\"Hebrew\"}")
  }

  @Test func unverifiedAddressesAreNotSighted() throws {
    let objects = try Self.objects()
    let sightings = Self.objects("sighting", in: objects)
    #expect(sightings.count == 2)
    for sighting in sightings {
      #expect((sighting["sighting_of_ref"] as? String)?.hasPrefix("infrastructure--") == true)
      let labels = try #require(sighting["labels"] as? [String])
      #expect(!labels.contains("verdict:unverifiable"))
    }
    let notes = Self.objects("note", in: objects)
    #expect(notes.count == 3)
    for note in notes {
      let content = try #require(note["content"] as? String)
      #expect(content.contains("Caveats:\n") && content.contains("\nH6: "))
    }
  }

  @Test func nothingIsAttributedAndZerosAreLeftOut() throws {
    let objects = try Self.objects()
    #expect(Self.objects("indicator", in: objects).isEmpty)
    let kinds = Set(Self.objects("relationship", in: objects).compactMap { $0["relationship_type"] as? String })
    #expect(kinds == ["consists-of", "related-to"])
    for traffic in Self.objects("network-traffic", in: objects) {
      for count in ["src_packets", "dst_packets", "src_byte_count", "dst_byte_count"] {
        #expect(traffic[count] as? Int != 0)
      }
    }
    for object in objects {
      for (_, value) in object { #expect((value as? [Any])?.isEmpty != true) }
    }
  }

  @Test func anExcludedRangeHasNoUser() throws {
    let objects = try Self.objects { $0.claims[0].relation = "excluded" }
    let kinds = Set(Self.objects("relationship", in: objects).compactMap { $0["relationship_type"] as? String })
    #expect(kinds == ["consists-of"])
  }

  @Test(arguments: [("group", "exclusive", "uses"), ("unit", "shared", "related-to")])
  func setsUseOnlyWhatIsTheirs(level: String, relation: String, kind: String) throws {
    let objects = try Self.objects {
      $0.claims[0].actor?.level = level
      $0.claims[0].relation = relation
    }
    let ties = Self.objects("relationship", in: objects).filter {
      ($0["source_ref"] as? String)?.hasPrefix("intrusion-set") == true
    }
    #expect(ties.map { $0["relationship_type"] as? String } == [kind])
  }

  /// A source that cannot be judged leaves no figure.
  @Test(arguments: [(UInt64(2), Int?.some(70)), (5, 10), (6, nil)])
  func theWeakestSourceCounts(credibility: UInt64, figure: Int?) throws {
    let objects = try Self.objects { $0.claims[0].sources[1].credibility = credibility }
    let ties = Self.objects("relationship", in: objects).filter { $0["relationship_type"] as? String == "related-to" }
    #expect(ties.map { $0["confidence"] as? Int } == [figure])
  }

  @Test(arguments: [
    ("TLP:CLEAR", false, "94868c89"), ("TLP:CLEAR", true, "94868c89"), ("TLP:GREEN", true, "34098fce"),
    ("TLP:AMBER+STRICT", true, "939a9414"), ("TLP:RED", false, "e828b379"), ("nonsense", false, "e828b379"),
  ])
  func everyObjectIsMarked(label: String, first: Bool, id: String) throws {
    let objects = try Self.objects({ $0.marking = label }, usesFirstTLP: first)
    #expect((objects[0]["id"] as? String)?.hasPrefix("marking-definition--\(id)") == true)
    for object in objects.dropFirst() {
      #expect(object["object_marking_refs"] as? [String] == [try #require(objects[0]["id"] as? String)])
    }
  }

  @Test func hostileNamesStayText() throws {
    let name = "\u{202E}\u{1B}[2J<script>\"\\\n"
    func spoil(_ document: inout ReportDocument) {
      document.claims[0].actor?.name = name
      document.claims[0].sources[0].ref = name
      document.findings[0].wording = [name]
      document.findings[0].flows[0].service = name
    }
    var document = try Fixtures.report().document
    spoil(&document)
    for text in [try document.stix(), try document.misp()] {
      #expect(!text.unicodeScalars.contains { $0 != "\n" && $0.isHostile })
      #expect(text.contains(#"\\xe2\\x80\\xae\\x1b[2J<script>"#))
      #expect((try? JSONSerialization.jsonObject(with: Data(text.utf8))) != nil)
    }
  }

  @Test func nothingIsForDetection() throws {
    let text = try Fixtures.report().document.misp()
    #expect(text.contains("\"to_ids\": false") && !text.contains("\"to_ids\": true"))
    #expect(text.contains("\"distribution\": \"0\"") && text.contains("\"name\": \"tlp:green\""))
  }
}
