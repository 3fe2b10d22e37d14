import Catalog
import Foundation
import Packets
import TestSupport
import Testing

/// Networks of MaxMind DB files that the test writes itself.
@Suite struct MaxMindListTests {
  static func load(_ bytes: [UInt8], match: String? = nil) throws -> (prefixes: [String], says: [String]) {
    let keys = match.map { ", match: \"\($0)\"" } ?? ""
    let fixture = try CatalogFixture([
      "c.yaml": "overlays: [{id: o, kind: vpn, snapshot: 2014-11-24, format: mmdb, path: o.mmdb\(keys)}]\n"
    ])
    try Data(bytes).write(to: URL(fileURLWithPath: "\(fixture.folder)/o.mmdb"))
    do {
      let catalog = try fixture.load()
      let warnings = catalog.warnings.map { $0.replacingOccurrences(of: "\(fixture.folder)/", with: "") }
      return (catalog.overlays[0].prefixes.map(\.description).sorted(), warnings)
    } catch {
      return ([], error.problems.map { $0.description.replacingOccurrences(of: "\(fixture.folder)/", with: "") })
    }
  }

  static func country(_ code: String) -> MaxMindWriter.Value {
    .map([
      ("country", .map([("iso_code", .text(code)), ("geoname_id", .uint32(1_873_107))])), ("as", .uint32(131_279)),
    ])
  }

  static func database(isIPv6: Bool = true, recordSize: Int = 24) throws -> MaxMindWriter {
    var writer = MaxMindWriter(isIPv6: isIPv6, recordSize: recordSize)
    writer.add(try #require(IPPrefix("175.45.176.0/22")), country("KP"))
    writer.add(try #require(IPPrefix("1.0.0.0/8")), country("AU"))
    writer.add(try #require(IPPrefix("1.2.3.4/32")), country("KP"))
    if isIPv6 {
      writer.add(try #require(IPPrefix("2001:dc8::/32")), country("KP"))
      writer.addIPv4Alias(at: try #require(IPPrefix("2002::/16")))
    }
    return writer
  }

  @Test(arguments: [24, 28, 32], [false, true])
  func theNetworksThatMatchAreUsed(recordSize: Int, isIPv6: Bool) throws {
    let bytes = try Self.database(isIPv6: isIPv6, recordSize: recordSize).bytes()
    let expected = ["1.2.3.4/32", "175.45.176.0/22"] + (isIPv6 ? ["2001:dc8::/32"] : [])
    for match in ["country.iso_code=KP", "country.iso_code=KP"] {
      let (prefixes, says) = try Self.load(bytes, match: match)
      #expect(prefixes == expected)
      let counted = ["o.mmdb:0: o: not used, does not match: 24 entries"]
      let alias = ["o.mmdb:0: o: not used, IPv6 forms of the IPv4 networks: 1 entry"]
      #expect(says == counted + (isIPv6 ? alias : []), "\(says)")
    }
    #expect(try Self.load(bytes).prefixes.count == expected.count + 24)
    #expect(try Self.load(bytes, match: "as=131279").prefixes.count == expected.count + 24)
  }

  @Test(arguments: [
    "country.iso_code=kp", "country=KP", "country.iso_code.x=KP", "none.iso_code=KP", "as=KP", "country.iso_code",
  ])
  func whatDoesNotMatchIsNotUsed(match: String) throws {
    let (_, says) = try Self.load(try Self.database().bytes(), match: match)
    #expect(says == ["c.yaml:1: o: o.mmdb holds no usable network; check the file and its format"])
  }

  @Test func truthValuesAndNumbersMatch() throws {
    var writer = MaxMindWriter()
    writer.add(try #require(IPPrefix("1.2.3.0/24")), .map([("is_anonymous_vpn", .flag(true)), ("n", .uint16(7))]))
    writer.add(
      try #require(IPPrefix("1.2.4.0/24")), .map([("is_anonymous_vpn", .flag(false)), ("n", .uint64(1 << 40))]))
    let bytes = writer.bytes()
    for match in ["is_anonymous_vpn", "is_anonymous_vpn=true", "n=7"] {
      #expect(try Self.load(bytes, match: match).prefixes == ["1.2.3.0/24"])
    }
    for match in ["is_anonymous_vpn=false", "n=1099511627776"] {
      #expect(try Self.load(bytes, match: match).prefixes == ["1.2.4.0/24"])
    }
    for match in ["=KP", "a..b=KP", ".", "country="] {
      let says = try Self.load(bytes, match: match).says
      #expect(says.count == 1 && says[0].contains("'match' must be keys with dots"), "\(says)")
    }
  }

  @Test func pathsThatJoinDoNotMakeTheWalkEndless() throws {
    var writer = MaxMindWriter(isIPv6: true, recordSize: 32)
    writer.add(try #require(IPPrefix("1.2.3.0/24")), Self.country("KP"))
    writer.addJoinedBranches(depth: 120)
    let start = ContinuousClock.now
    let says = try Self.load(writer.bytes()).says
    #expect(says == ["c.yaml:1: o: o.mmdb is no sound MaxMind DB: branches of its tree join"])
    #expect(ContinuousClock.now - start < .seconds(5))
  }

  @Test func damagedFilesAreProblemsOrYieldWhatTheyHold() throws {
    var random = SeededGenerator(seed: 21)
    let sound = try Self.database().bytes()
    var problems = 0
    for round in 0..<1500 {
      var bytes = sound
      if round % 3 == 0 {
        bytes.removeLast(Int.random(in: 1...bytes.count, using: &random))
      } else {
        // Half of the damage is done to metadata, where most of it is fatal.
        let low = Bool.random(using: &random) ? bytes.count - 240 : 0
        for _ in 0..<Int.random(in: 1...8, using: &random) {
          bytes[Int.random(in: low..<bytes.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
        }
      }
      let (prefixes, says) = try Self.load(bytes, match: Bool.random(using: &random) ? "country.iso_code=KP" : nil)
      #expect(!prefixes.isEmpty || !says.isEmpty)
      if prefixes.isEmpty { problems += 1 }
    }
    #expect(problems > 500 && problems < 1500)
  }
}
