import Catalog
import Foundation
import Packets
import TestSupport
import Testing

@Suite struct NetworkListTests {
  /// Loads one list as an overlay: its prefixes and the warnings without the folder's path.
  static func load(_ list: String, format: String = "netset") throws -> (prefixes: [IPPrefix], warnings: [String]) {
    let fixture = try CatalogFixture(["c.yaml": overlay(format, path: "o.txt"), "o.txt": list])
    let catalog = try fixture.load()
    let warnings = catalog.warnings.map { $0.replacingOccurrences(of: "\(fixture.folder)/", with: "") }
    return (catalog.overlays[0].prefixes, warnings)
  }

  static func overlay(_ format: String, path: String) -> String {
    "overlays: [{id: o, kind: vpn, snapshot: 2014-11-24, format: \(format), path: \"\(path)\"}]\n"
  }

  static func prefixes(_ texts: String...) throws -> [IPPrefix] {
    try texts.map { try #require(TestText.prefix($0)) }
  }

  @Test(arguments: ["\n", "\r\n", "\r"])
  func aNetsetHoldsOneNetworkALine(lineEnd: String) throws {
    let lines = [
      "\u{FEFF}# comment", "1.2.3.0/24", "", "  1.2.4.5  ; a host", "10.0.0.0/8#private is allowed", "\t2001:db8::/32",
      "1.2.5.254-1.2.6.1", "::ffff:1.2.7.0/120", "; end", "1.2.8.0/24",
    ]
    let (prefixes, warnings) = try Self.load(lines.joined(separator: lineEnd))
    let expected = try Self.prefixes(
      "1.2.3.0/24", "1.2.4.5", "10.0.0.0/8", "2001:db8::/32", "1.2.5.254/31", "1.2.6.0/31", "1.2.7.0/24", "1.2.8.0/24")
    #expect(prefixes == expected)
    #expect(warnings.isEmpty, "\(warnings)")
  }

  @Test func everyUnusableLineIsCountedUnderItsReason() throws {
    var lines = (1...30).map { "host\($0).example" }
    lines += ["1.2.3.4/33", "1.2.3.9-1.2.3.1", "0.0.0.0/0", "1.2.3.4/24", "1.2.3.0/24"]
    lines.append(String(repeating: "1", count: 5000))
    lines.append("#" + String(repeating: "1", count: 5000))
    let (prefixes, warnings) = try Self.load(lines.joined(separator: "\n"))
    #expect(try prefixes == Self.prefixes("1.2.3.0/24", "1.2.3.0/24"))
    let first = (1...20).map(String.init).joined(separator: ", ")
    #expect(
      warnings == [
        "o.txt:1: o: not used, no IPv4 or IPv6 network: 30 lines: \(first) and 10 more",
        "o.txt:31: o: not used, wrong prefix length: 1 line: 31",
        "o.txt:32: o: not used, the range ends before it starts: 1 line: 32",
        "o.txt:33: o: not used, covers the whole address space: 1 line: 33",
        "o.txt:34: o: used without the bits after the prefix length: 1 line: 34",
        "o.txt:36: o: not used, line longer than 4,096 bytes: 1 line: 36",
      ])
  }

  @Test func csvHoldsItInTheFirstColumn() throws {
    let list = """
      network,name
      # comment
      "1.2.3.0/24","A; B, #c"
      1.2.4.0,1.2.4.255,name,url
      1.2.5.6;x
      2001:db8::1,2014
      nothing,1.2.3.4
      """
    let (prefixes, warnings) = try Self.load(list, format: "csv")
    #expect(try prefixes == Self.prefixes("1.2.3.0/24", "1.2.4.0/24", "1.2.5.6", "2001:db8::1"))
    #expect(warnings == ["o.txt:7: o: not used, no IPv4 or IPv6 network: 1 line: 7"])
  }

  @Test func aListWithoutNetworksIsAnError() throws {
    let fixture = try CatalogFixture(["c.yaml": Self.overlay("netset", path: "o.txt"), "o.txt": "# none today\n"])
    let problems = fixture.problems()
    #expect(problems == ["c.yaml:1: o: o.txt holds no usable network; check the file and its format"])
  }

  /// Addresses as people write them, whole and damaged, against the system's `inet_pton`.
  @Test func addressesReadAsTheSystemReadsThem() throws {
    var random = SeededGenerator(seed: 11)
    var texts = [
      "::", "1::", "::1", "1::2::3", ":::", "::1.2.3.4", "1:2:3:4:5:6:7::", "::2:3:4:5:6:7:8", "1:2:3:4:5:6:7:8:",
    ]
    texts += [
      "1:2:3:4:5:6:1.2.3.4", "1:2:3:4:5:6:7:1.2.3.4", "1.2.3.4::", "::1.2.3", "::g", "::12345", "1:2:3:4:5:6:7:8:9",
    ]
    texts += [
      "1.2.3", "1.2.3.4.5", "1.2.3.256", "1..2.3", ".1.2.3", "1.2.3.4.", ":1:2:3:4:5:6:7", "FE80::ABCD",
      "1:2:3:4:5:6:7",
    ]
    for _ in 0..<3000 {
      let bits = UInt128(random.next()) << 64 | UInt128(random.next())
      let groups = (0..<8).map { index -> String in
        let group = UInt16(truncatingIfNeeded: bits >> UInt128(index * 16))
        return group % 3 == 0 ? "0" : String(group >> (group % 13), radix: 16)
      }
      var text = groups.joined(separator: ":")
      if Bool.random(using: &random) { text = text.replacing(":0:0:", with: "::", maxReplacements: 1) }
      if Bool.random(using: &random) {
        text = (0..<4).map { String(UInt8(truncatingIfNeeded: bits >> ($0 * 8))) }.joined(separator: ".")
      }
      if Int.random(in: 0..<3, using: &random) == 0, let place = text.indices.randomElement(using: &random) {
        let damage: [Character] = [":", ".", "0", "f", "9", "g"]
        text.replaceSubrange(place...place, with: [damage[Int.random(in: 0..<6, using: &random)]])
      }
      texts.append(text)
    }
    let expected = texts.compactMap { TestText.prefix($0) }
    // The last line keeps the list from being empty.
    let (prefixes, warnings) = try Self.load((texts + ["9.9.9.9"]).joined(separator: "\n"))
    #expect(try prefixes == expected + Self.prefixes("9.9.9.9"))
    #expect(!warnings.isEmpty && expected.count > 2000 && expected.count < texts.count)
  }
}
