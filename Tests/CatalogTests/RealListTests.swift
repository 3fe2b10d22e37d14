import Catalog
import Foundation
import Packets
import TestSupport
import Testing

/// Lists as they are published, read through overlays and compared with a slow independent reading.
@Suite(.enabled(if: RealLists.folder != nil, "skipped: no shared data"), .serialized)
struct RealListTests {
  static let netsets = [
    "x4bnet-vpn/ipv4.txt", "x4bnet-vpn/ipv6.txt", "tor/tor-exit-nodes.lst", "lord-alfred/apple-proxy_ipv4_merged.txt",
    "lord-alfred/cloudflare_ipv6.txt", "lord-alfred/google_ipv6_merged.txt", "country-ip-blocks/cn.cidr",
    "country-ip-blocks/kp.cidr", "rir-ip/country_kp_ipv4-aggregated.txt", "rir-ip/country_cn_ipv4-aggregated.txt",
  ]

  @Test(arguments: netsets)
  func aNetsetYieldsEachOfItsLines(name: String) throws {
    let folder = try #require(RealLists.folder)
    let text = try String(contentsOfFile: "\(folder)/\(name)", encoding: .utf8)
    let lines = text.split(whereSeparator: \.isNewline).filter { !$0.hasPrefix("#") }
    let expected = try lines.map { try #require(TestText.prefix($0.trimmingCharacters(in: .whitespaces)), "\($0)") }
    #expect(!expected.isEmpty)
    let catalog = try RealLists.catalog(path: "\(folder)/\(name)", format: "netset")
    #expect(catalog.overlays[0].prefixes == expected)
    #expect(catalog.warnings.isEmpty, "\(catalog.warnings)")
    for prefix in expected.prefix(500) { #expect(catalog.prefixes.covers(of: prefix.last) != .empty) }
  }

  @Test func aCSVOfRangesYieldsEachRange() throws {
    let path = "\(try #require(RealLists.folder))/ipcat/datacenters.csv"
    let text = try String(contentsOfFile: path, encoding: .utf8)
    var addresses = UInt128(0)
    var rows = 0
    for row in text.split(whereSeparator: \.isNewline) {
      let columns = row.split(separator: ",", omittingEmptySubsequences: false)
      let first = try #require(TestText.address(String(columns[0])))
      let last = try #require(TestText.address(String(columns[1])))
      addresses += last.bits - first.bits + 1
      rows += 1
    }
    #expect(rows > 3000)
    let catalog = try RealLists.catalog(path: path, format: "csv")
    let prefixes = catalog.overlays[0].prefixes
    #expect(prefixes.reduce(UInt128(0)) { $0 + $1.last.bits - $1.address.bits + 1 } == addresses)
    #expect(prefixes.count >= rows && catalog.warnings.isEmpty)
  }

  /// Where a list's count differs from that of the table of lists, which looks for addresses anywhere in a file.
  static let differences: [String: (v4: Int, why: String)] = [
    "ipcat/datacenters.csv": (4405, "the table counts the ends of ranges, here it is the prefixes that cover them"),
    "maltrail-apt/apt_lazarus.txt": (574, "the table also counts addresses within URLs, names and comments"),
    "maltrail-apt/apt_barium.txt": (1094, "the table also counts addresses within URLs, names and comments"),
    "maltrail-apt/apt_bitter.txt": (72, "the table also counts addresses within URLs, names and comments"),
    "zeek-intel/match-subnet.zeek": (6, "the table also counts an address of the script around the list"),
  ]

  /// The format of a list of the collection; nothing for what is no list: programs, zone files, logs, names of categories.
  static func format(of path: String) -> String? {
    let name = path.split(separator: "/").last ?? ""
    switch path.split(separator: "/").first {
    case "bgp", "kp-lists": return nil
    case "rir-ip" where name.hasSuffix(".json"): return "json"
    case "misp-warninglists": return "misp-warninglist"
    case "maltrail-apt": return "maltrail"
    case "zeek-intel": return name.hasSuffix(".zeek") ? "zeek-intel" : nil
    case "suricata-iprep": return name.contains("categories") ? nil : "suricata-iprep"
    case "ipcat", "strangereal": return "csv"
    default: return "netset"
    }
  }

  @Test func everyListOfTheCollectionHoldsAsManyPrefixesAsItsTableSays() throws {
    let folder = try #require(RealLists.folder)
    let rows = try String(contentsOfFile: "\(folder)/../RANGES.tsv", encoding: .utf8).split(separator: "\n").dropFirst()
    var loaded = 0
    for row in rows.map({ $0.split(separator: "\t", omittingEmptySubsequences: false) }) {
      let name = String(row[0].dropFirst("ranges/".count))
      guard let format = Self.format(of: name) else { continue }
      var path = "\(folder)/\(name)"
      var text = ""
      if format == "zeek-intel" {
        // The list stands within a test script.
        let script = try String(contentsOfFile: path, encoding: .utf8)
        let start = script.range(of: "intel.dat\n")?.upperBound
        let end = script.range(of: "# @TEST-END-FILE")?.lowerBound
        guard let start, let end, start < end else { continue }
        text = String(script[start..<end])
      }
      let fixture = try CatalogFixture(["list.txt": text])
      if !text.isEmpty { path = "\(fixture.folder)/list.txt" }
      let v4 = Self.differences[name]?.v4 ?? Int(row[7]) ?? -1
      let v6 = Int(row[8]) ?? -1
      let overlay = try RealLists.catalog(path: path, format: format).overlays[0]
      let distinct = Set(overlay.prefixes)
      #expect(distinct.filter { $0.address.isIPv4 }.count == v4, "\(name)")
      #expect(distinct.filter { !$0.address.isIPv4 }.count == v6, "\(name)")
      loaded += 1
    }
    #expect(loaded == 54)
  }

  @Test func aListOfNamesAloneIsAnError() throws {
    let path = "\(try #require(RealLists.folder))/suricata-iprep/scirius-categories.txt"
    #expect(throws: CatalogError.self) { try RealLists.catalog(path: path, format: "suricata-iprep") }
  }

  /// The share of one category, by its short name, against a plain count of lines.
  @Test func aReputationListYieldsOneCategory() throws {
    let folder = "\(try #require(RealLists.folder))/suricata-iprep"
    let text = try String(contentsOfFile: "\(folder)/scirius-iprep.list", encoding: .utf8)
    let expected = text.split(whereSeparator: \.isNewline).filter { !$0.hasPrefix("#") && $0.contains(",1,") }.count
    let names = try String(contentsOfFile: "\(folder)/scirius-categories.txt", encoding: .utf8)
    let short = try #require(names.split(whereSeparator: \.isNewline).first { $0.hasPrefix("1,") })
      .split(separator: ",")[1]
    let catalog = try CatalogFixture([
      "c.yaml": """
      overlays:
        - {id: o, kind: tor, snapshot: 2014-11-24, format: suricata-iprep, path: "\(folder)/scirius-iprep.list",
           categories: ["\(short)"], categories_path: "\(folder)/scirius-categories.txt"}
      """
    ]).load()
    #expect(expected > 1000 && catalog.overlays[0].prefixes.count == expected)
  }

  @Test func aFullRoutingTableLoadsAndAnswers() throws {
    let gzip = Process()
    let output = NSTemporaryDirectory() + "ascribe-bgp-\(UUID().uuidString).netset"
    defer { try? FileManager.default.removeItem(atPath: output) }
    #expect(FileManager.default.createFile(atPath: output, contents: nil))
    gzip.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    gzip.arguments = ["gzip", "-dc", "\(try #require(RealLists.folder))/bgp/prefixes.txt.gz"]
    let target: FileHandle = try #require(FileHandle(forWritingAtPath: output))
    gzip.standardOutput = target
    try gzip.run()
    gzip.waitUntilExit()
    #expect(gzip.terminationStatus == 0)

    let start = ContinuousClock.now
    let catalog = try RealLists.catalog(path: output, format: "netset")
    let loading = ContinuousClock.now - start
    print("a full routing table loaded in \(loading)")
    #expect(loading < .seconds(240))
    let prefixes = catalog.overlays[0].prefixes
    #expect(prefixes.filter { $0.address.isIPv4 }.count == 901_899)
    #expect(prefixes.count == 901_899 + 160_147)

    // Every prefix by itself in a set: what covers an address is found by trying each length.
    let known = Set(prefixes)
    var random = SeededGenerator(seed: 5)
    for _ in 0..<3000 {
      var address = IPAddress(v4: UInt32.random(in: 0x0100_0000...0xDFFF_FFFF, using: &random))
      if Bool.random(using: &random), let near = prefixes.randomElement(using: &random) {
        address =
          [near.address, near.last, IPAddress(bits: near.last.bits &+ 1)][Int.random(in: 0..<3, using: &random)]
      }
      let lengths = (0...(address.isIPv4 ? 32 : 128)).reversed()
      let expected = lengths.compactMap { PrefixTableTests.prefix(address, $0) }.filter { known.contains($0) }
      #expect(catalog.prefixes.entries(of: catalog.prefixes.covers(of: address)).map(\.prefix) == expected)
    }
  }
}

/// Where the shared lists are.
enum RealLists {
  static let folder: String? = {
    let package = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let besides = package.deletingLastPathComponent().appendingPathComponent("shared").path
    let shared = ProcessInfo.processInfo.environment["ASCRIBE_SHARED"] ?? besides
    let folder = "\(shared)/data/ranges"
    return FileManager.default.fileExists(atPath: folder) ? folder : nil
  }()

  /// A catalog of one overlay that is read from a list.
  static func catalog(path: String, format: String) throws -> Catalog {
    try CatalogFixture(["c.yaml": NetworkListTests.overlay(format, path: path)]).load()
  }
}
