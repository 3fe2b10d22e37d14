import Catalog
import Foundation
import TestSupport
import Testing

/// A lost entry of a list of shared addresses is a wrong EXCLUSIVE: nothing may be passed over in silence.
@Suite struct LostEntryTests {
  @Test func `JSON keyed by address yields its keys`() throws {
    let list =
      #"{"1.2.3.4": {"kind": "exit"}, "2606:4700::/32": "1.2.5.0/24", "1.2.3.9:443": 1, "rows": {"7": "1.2.6.7"}}"#
    let (prefixes, warnings) = try ListFormatTests.load("json", list)
    #expect(prefixes == ["1.2.3.4/32", "2606:4700::/32", "1.2.5.0/24", "1.2.6.7/32"])
    #expect(
      warnings == ["o.txt:1: o: not used, no IPv4 or IPv6 network: 2 entries, the first on line 1"],
      "the word 'exit' and the name with a port")
  }

  @Test func `a first line that is no header is counted`() throws {
    let (prefixes, warnings) = try ListFormatTests.load("csv", "1.2.3.4:443,exit\n1.2.3.5,exit\n")
    #expect(prefixes == ["1.2.3.5/32"])
    #expect(warnings == ["o.txt:1: o: not used, no IPv4 or IPv6 network: 1 line: 1"])
    #expect(try ListFormatTests.load("csv", "ip,ipv4 kind\n1.2.3.5,exit\n").warnings == [])
  }

  @Test func `networks in other columns are counted`() throws {
    let (prefixes, warnings) = try ListFormatTests.load(
      "csv", "network,name,exit\n1.2.3.0/24,a,1.2.4.0/24\n1.2.5.0,1.2.5.255,b\n1.2.6.0,1.2.6.255,1.2.7.0\n")
    #expect(prefixes == ["1.2.3.0/24", "1.2.5.0/24", "1.2.6.0/24"])
    #expect(warnings == ["o.txt:2: o: not used, further networks on the line: 2 lines: 2, 4"])
  }

  @Test func `a slip in a netset neither narrows a network nor hides one`() throws {
    let (prefixes, warnings) = try ListFormatTests.load(
      "netset", "1.2.3.0//24\n1.2.4.0/24;1.2.5.0/24\n1.2.6.0/24 ; SBL1\n;1.2.7.0/24\n//1.2.8.0/24\n1.2.9.0/24\t// x\n")
    #expect(prefixes == ["1.2.4.0/24", "1.2.6.0/24", "1.2.9.0/24"])
    #expect(
      warnings == [
        "o.txt:1: o: not used, wrong prefix length: 1 line: 1",
        "o.txt:2: o: not used, further networks on the line: 1 line: 2",
      ])
  }

  @Test func `a folder's files count whatever the case of their suffix`() throws {
    let overlay = "overlays: [{id: o, kind: vpn, snapshot: 2014-11-24, entries: [1.2.3.0/24]}]\n"
    let fixture = try CatalogFixture(["A.YAML": overlay, "b.Yml": "actors: []\n"])
    #expect(try fixture.load().overlays.map(\.id) == ["o"])
  }

  @Test func `a key that a tag disguises stands twice all the same`() throws {
    let fixture = try CatalogFixture([
      "c.yaml":
        "overlays:\n  - id: o\n    kind: vpn\n    !x kind: hosting\n    snapshot: 2014-11-24\n    entries: [1.2.3.0/24]\n"
    ])
    #expect(
      fixture.problems() == ["c.yaml:4: o: the key 'kind' stands more than once in this mapping; keep one of them"])
  }

  @Test(arguments: ["d\u{200D}yn", "ｄｙｎ", "D-Y N", "dýn", "dyn\u{FE0F}"])
  func `a group stays one group however it is spelled`(spelling: String) {
    func key(_ group: String) -> String {
      Claim.Source(reference: "r", reliability: "B", credibility: 2, independentGroup: group).groupKey
    }
    #expect(key(spelling) == key("dyn"))
    #expect(key("-") == key("?!"))
    #expect(key("dyn 2") != key("dyn"))
  }
}
