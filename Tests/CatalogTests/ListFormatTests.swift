import Catalog
import Foundation
import Packets
import TestSupport
import Testing

/// What each format of lists yields, and what of it is counted instead.
@Suite struct ListFormatTests {
  /// Loads one list as an overlay with further keys.
  static func load(
    _ format: String, _ list: String, keys: String = "", more: [String: String] = [:]
  ) throws -> (prefixes: [String], warnings: [String]) {
    let files = ["c.yaml": overlay(format, keys: keys), "o.txt": list].merging(more) { $1 }
    let fixture = try CatalogFixture(files)
    let catalog = try fixture.load()
    return (
      catalog.overlays[0].prefixes.map(\.description),
      catalog.warnings.map { $0.replacingOccurrences(of: "\(fixture.folder)/", with: "") }
    )
  }

  /// The problems of one list as an overlay.
  static func problems(_ format: String, _ list: String, keys: String = "", more: [String: String] = [:]) throws
    -> [String]
  {
    try CatalogFixture(["c.yaml": overlay(format, keys: keys), "o.txt": list].merging(more) { $1 }).problems()
  }

  private static func overlay(_ format: String, keys: String) -> String {
    "overlays: [{id: o, kind: vpn, snapshot: 2014-11-24, format: \(format), path: o.txt\(keys)}]\n"
  }

  // MARK: - Netset

  @Test func whatIPSetSavesIsRead() throws {
    let list = """
      create bad hash:net family inet hashsize 1024 maxelem 65536
      add bad 1.2.3.0/24
      add bad 1.2.4.0/24 timeout 300 comment "x"
      add bad 1.2.3.128/25 nomatch
      create pairs hash:ip,port family inet
      add pairs 1.2.5.6,tcp:80
      add pairs
      // plain lines may stand beside
      1.2.6.0/24 // remark
      """
    let (prefixes, warnings) = try Self.load("netset", list)
    #expect(prefixes == ["1.2.3.0/24", "1.2.4.0/24", "1.2.5.6/32", "1.2.6.0/24"])
    #expect(
      warnings == [
        "o.txt:4: o: not used, marked as an exception of its set: 1 line: 4",
        "o.txt:6: o: used without the port: 1 line: 6",
        "o.txt:7: o: not used, not in the form of this format: 1 line: 7",
      ])
  }

  @Test func aCompressedListSaysWhatToDo() throws {
    let fixture = try CatalogFixture(["c.yaml": Self.overlay("netset", keys: "")])
    try Data([0x1F, 0x8B, 8, 0, 1, 2, 3]).write(to: URL(fileURLWithPath: "\(fixture.folder)/o.txt"))
    #expect(fixture.problems() == ["c.yaml:1: o: o.txt is compressed; unpack it with gunzip and name what comes out"])
  }

  // MARK: - CSV

  @Test func theColumnOfACSVIsThatOfItsNetworks() throws {
    let list = """
      Type,Indicator,Description
      Domain,a.example,"with, comma"
      IP,1.2.3.4,"first; one" # remark
      IP,1.2.3.0/25,1.2.9.9
      1.2.4.4,none,in another column
      IP
      """
    let (prefixes, warnings) = try Self.load("csv", list)
    #expect(prefixes == ["1.2.3.4/32", "1.2.3.0/25"])
    #expect(
      warnings == [
        "o.txt:2: o: not used, no IPv4 or IPv6 network: 3 lines: 2, 5, 6",
        "o.txt:4: o: not used, further networks on the line: 1 line: 4",
      ])
  }

  // MARK: - Zeek

  @Test func zeekIntelYieldsAddressesAndSubnets() throws {
    let list = """
      #separator \\x09
      1.2.3.9\tIntel::ADDR\tsrc
      #fields\tindicator_type\tmeta.source\tindicator
      Intel::ADDR\tsrc\t1.2.3.4
      Intel::SUBNET\tsrc\t1.2.4.0/24
      Intel::DOMAIN\tsrc\ta.example
      Intel::ADDR\tsrc\ta.example
      Intel::ADDR
      Intel::ADDR\tsrc\t2001:db8::1
      """
    let (prefixes, warnings) = try Self.load("zeek-intel", list)
    #expect(prefixes == ["1.2.3.4/32", "1.2.4.0/24", "2001:db8::1/128"])
    #expect(
      warnings == [
        "o.txt:2: o: not used, not in the form of this format: 2 lines: 2, 8",
        "o.txt:6: o: not used, something other than an address (a name, URL, hash, AS number …): 1 line: 6",
        "o.txt:7: o: not used, no IPv4 or IPv6 network: 1 line: 7",
      ])
  }

  // MARK: - Suricata

  static let reputation = "#1.2.3.9,1,100\n1.2.3.4,1,101\n1.2.3.5,1,19\n1.1.1.0/24,6,88\n1.1.2.0/24,6,128\n1.1.3.4,6\n"

  @Test(arguments: ["\n", "\r", "\r\n"])
  func reputationListsAreChosenByCategoryAndReputation(lineEnd: String) throws {
    let list = Self.reputation.replacing("\n", with: lineEnd)
    #expect(try Self.load("suricata-iprep", list).prefixes == ["1.2.3.4/32", "1.2.3.5/32", "1.1.1.0/24"])
    let high = try Self.load("suricata-iprep", list, keys: ", minimum_reputation: 20")
    #expect(high.prefixes == ["1.2.3.4/32", "1.1.1.0/24"])
    #expect(
      high.warnings == [
        "o.txt:3: o: not used, reputation below the minimum: 1 line: 3",
        "o.txt:5: o: not used, not in the form of this format: 2 lines: 5, 6",
      ])
    let names = ["names.txt": "1,Tor,Tor exits\n6,Bots,Known bots\n"]
    let keys = ", categories: [Bots], categories_path: names.txt"
    let bots = try Self.load("suricata-iprep", list, keys: keys, more: names)
    #expect(bots.prefixes == ["1.1.1.0/24"])
    #expect(bots.warnings.contains("o.txt:2: o: not used, another category: 2 lines: 2, 3"))
    #expect(try Self.load("suricata-iprep", list, keys: ", categories: [1]").prefixes == ["1.2.3.4/32", "1.2.3.5/32"])
  }

  @Test func wrongChoicesOfAReputationListAreProblems() throws {
    let names = ["names.txt": "1,Tor,Tor exits\n"]
    let unknown = try Self.problems(
      "suricata-iprep", Self.reputation, keys: ", categories: [Tur], categories_path: names.txt", more: names)
    #expect(unknown.count == 1 && unknown[0].contains("did you mean 'Tor'?"))
    let missing = try Self.problems("suricata-iprep", Self.reputation, keys: ", categories_path: none.txt")
    #expect(missing == ["c.yaml:1: o: none.txt: there is no such file; check the path"])
    for reputation in ["128", "-1", "high"] {
      let problems = try Self.problems("suricata-iprep", Self.reputation, keys: ", minimum_reputation: \(reputation)")
      #expect(problems == ["c.yaml:1: o: 'minimum_reputation' must be a number from 0 to 127"])
    }
  }

  // MARK: - Registries

  static let delegations = """
    2|apnic|20141124|4|19830613|20141123|+1000
    apnic|*|ipv4|*|3|summary
    apnic|KP|ipv4|175.45.176.0|1024|20091221|allocated|A1
    apnic|JP|ipv4|1.0.16.0|4096|20110412|allocated|A2
    apnic|KP|ipv4|1.0.0.0|768|20110412|assigned
    apnic|KP|ipv6|2001:dc8::|32|20110412|assigned|A3
    apnic|KP|asn|131279|1|20091221|allocated|A1
    apnic||ipv4|1.4.0.0|256||available|
    apnic|KP|ipv4|255.255.255.0|512|20110412|allocated
    apnic|KP|ipv4|1.5.0.0|0|20110412|allocated
    apnic|KP|ipv6|2001:dc9::1|32|20110412|allocated
    apnic|KP|ipv4
    """

  @Test func delegationsAreChosenByCountryAndStatus() throws {
    let (prefixes, warnings) = try Self.load("rir-delegated", Self.delegations, keys: ", country: KP")
    #expect(prefixes == ["175.45.176.0/22", "1.0.0.0/23", "1.0.2.0/24", "2001:dc8::/32", "2001:dc9::/32"])
    #expect(
      warnings == [
        "o.txt:4: o: not used, another country: 2 lines: 4, 8",
        "o.txt:7: o: not used, something other than an address (a name, URL, hash, AS number …): 1 line: 7",
        "o.txt:9: o: not used, not in the form of this format: 3 lines: 9, 10, 12",
        "o.txt:11: o: used without the bits after the prefix length: 1 line: 11",
      ])
    let all = try Self.load("rir-delegated", Self.delegations)
    #expect(all.prefixes.contains("1.0.16.0/20") && !all.prefixes.contains("1.4.0.0/24"))
    #expect(all.warnings.contains("o.txt:8: o: not used, another status: 1 line: 8"))
    #expect(try Self.load("rir-delegated", Self.delegations, keys: ", status: [available]").prefixes == ["1.4.0.0/24"])
  }

  @Test func wrongChoicesOfDelegationsAreProblems() throws {
    #expect(
      try Self.problems("rir-delegated", Self.delegations, keys: ", country: kp")
        == ["c.yaml:1: o: 'country' must be two capital letters (ISO 3166-1), as KP"])
    #expect(
      try Self.problems("rir-delegated", Self.delegations, keys: ", status: [legacy]")
        == ["c.yaml:1: o: 'status' cannot be 'legacy'; allowed are allocated, assigned, available, reserved"])
    #expect(
      try Self.problems("netset", "1.2.3.4\n", keys: ", country: KP")
        == ["c.yaml:1: o: 'country' says nothing in the format netset; remove it"])
  }

  // MARK: - Maltrail

  @Test func trailsYieldTheirAddresses() throws {
    let list = """
      # Aliases: a, b
      # Reference: http://1.2.3.9/x

      1.2.3.4
      1.2.3.5:8080
      [2001:db8::1]:80
      2001:db8::2
      1.2.4.0/24
      1.2.3.6:99999
      a.example
      http://1.2.3.7/gate.php
      1.2.3.8/gate.php
      64.176.65.49.sslip.io
      """
    let (prefixes, warnings) = try Self.load("maltrail", list)
    #expect(
      prefixes == ["1.2.3.4/32", "1.2.3.5/32", "2001:db8::1/128", "2001:db8::2/128", "1.2.4.0/24"])
    #expect(
      warnings == [
        "o.txt:5: o: used without the port: 2 lines: 5, 6",
        "o.txt:9: o: not used, something other than an address (a name, URL, hash, AS number …): "
          + "5 lines: 9, 10, 11, 12, 13",
      ])
  }

  // MARK: - JSON

  @Test func warninglistsYieldTheirList() throws {
    let list = """
      {
        "description": "1.9.9.9", "nested": {"list": ["1.9.9.8"]},
        "list": [
          "1.2.3.0\\/24", "1.2.4.5 # a host",
          "a.example", 17, ["1.9.9.7"], {"value": "1.9.9.6"},
          "\\u0031.2.5.0/24"
        ],
        "type": "cidr"
      }
      """
    let (prefixes, warnings) = try Self.load("misp-warninglist", list)
    #expect(prefixes == ["1.2.3.0/24", "1.2.4.5/32", "1.2.5.0/24"])
    #expect(
      warnings == [
        "o.txt:5: o: not used, no IPv4 or IPv6 network: 2 entries, the first on line 5",
        "o.txt:5: o: not used, not in the form of this format: 2 entries, the first on line 5",
      ])
  }

  @Test func anyJSONYieldsEachNetworkInIt() throws {
    let list = """
      {"syncToken": "1", "prefixes": [{"ip_prefix": "1.2.3.0/24", "region": "x"}],
       "ipv6": {"list": ["2001:db8::/32"]}, "1.9.9.9": null}
      """
    let (prefixes, warnings) = try Self.load("json", list)
    #expect(prefixes == ["1.2.3.0/24", "2001:db8::/32", "1.9.9.9/32"])
    #expect(warnings == ["o.txt:1: o: not used, no IPv4 or IPv6 network: 2 entries, the first on line 1"])
  }

  static let damaged: [(text: String, says: String)] = [
    ("{\"list\": [\"1.2.3.4\"", "line 1: the JSON text ends too early"),
    ("", "line 1: the JSON text ends too early"),
    ("[\"1.2.3.4\"] []", "line 1: there is more after the end of the JSON text"),
    ("[\"1.2.3.4\",]", "line 1: this is no JSON"),
    ("[\"1.2.3.4\"}", "line 1: this is no JSON"),
    ("{\"a\" \"1.2.3.4\"}", "line 1: this is no JSON"),
    ("[\n\"1.2.3.4\", \"a\nb\"]", "line 2: a control character stands within a text"),
    ("[\"1.2.3.4\\x\"]", "line 1: there is no escape"),
    ("[\"\\u12g4\"]", "line 1: '\\u' needs four hexadecimal digits"),
    ("[\"1.2.3.4\", nul]", "line 1: 'nul' is no JSON value"),
    ("[01]", "line 1: '01' is no JSON value"),
    ("[1.]", "line 1: '1.' is no JSON value"),
    ("[-]", "line 1: '-' is no JSON value"),
    (String(repeating: "[", count: 100_000), "line 1: the JSON text nests deeper than 64 levels"),
  ]

  @Test(arguments: damaged.indices)
  func damagedJSONIsAProblem(index: Int) throws {
    let (text, says) = Self.damaged[index]
    let problems = try Self.problems("json", text)
    #expect(problems.count == 1 && problems[0].hasPrefix("c.yaml:1: o: o.txt is no sound JSON: \(says)"), "\(problems)")
  }

  @Test func numbersAndSurrogatesAreJSON() throws {
    let list =
      "\u{FEFF}[0, -0.5e+7, 1E9, true, false, null, \"\\ud83d\\ude00\", \"\\ud83d x\", \"\\b\\f\\n\\r\\t\\\"\", \"1.2.3.4\"]"
    #expect(try Self.load("json", list).prefixes == ["1.2.3.4/32"])
    let long = "[\"" + String(repeating: "1", count: 70_000) + "\", \"1.2.3.4\"]"
    let (prefixes, warnings) = try Self.load("json", long)
    #expect(prefixes == ["1.2.3.4/32"])
    #expect(warnings == ["o.txt:1: o: not used, text longer than 65,536 bytes: 1 entry, the first on line 1"])
  }
}
