import Assessment
import Packets
import Testing

@testable import Screens

@Suite struct ScreenLayoutTests {
  static let sizes = [(80, 24), (200, 50), (149, 30), (150, 30), (60, 20), (20, 5), (1, 1), (400, 120)]
  static let names = [
    "Example country network", "", "\u{1B}[2J\u{1B}]0;title\u{07}", "a\nb\rc\td", "\u{202E}evil\u{2066}",
    "日本語のネットワーク名前",
    "e\u{301}\u{302}\u{303}", "👩‍👩‍👧 👍🏽", "אבגד", String(repeating: "x", count: 1_000_000),
  ]

  @Test(arguments: sizes)
  func everyPageFillsTheTerminalAndNoLineWraps(columns: Int, rows: Int) {
    for name in Self.names {
      var snapshot = Samples.snapshot(name: name)
      for (isPaused, showsHelp) in [(false, false), (true, true)] {
        (snapshot.isPaused, snapshot.showsHelp, snapshot.isDemonstration) = (isPaused, showsHelp, isPaused)
        let lines = ScreenLayout(snapshot, columns: columns, rows: rows).lines
        #expect(lines.count == rows)
        for line in lines {
          #expect(line.columns <= columns)
          #expect(line.text.unicodeScalars.count <= columns)
        }
      }
    }
  }

  @Test(arguments: names)
  func nothingSteersTheTerminal(name: String) {
    for line in ScreenLayout(Samples.snapshot(name: name), columns: 200, rows: 50).lines {
      for scalar in line.rendered(colour: false).unicodeScalars {
        let isSeen = ![.control, .format, .lineSeparator, .paragraphSeparator].contains(
          scalar.properties.generalCategory)
        #expect(isSeen, "U+\(String(scalar.value, radix: 16))")
      }
    }
  }

  @Test func stylesEndWhereTheyBegan() {
    for line in ScreenLayout(Samples.snapshot(name: "a"), columns: 80, rows: 24).lines {
      let parts = line.rendered(colour: true).split(separator: "\u{1B}", omittingEmptySubsequences: false).dropFirst()
      for (place, part) in parts.enumerated() { #expect(part.hasPrefix("[0m") == !place.isMultiple(of: 2)) }
    }
  }

  @Test func theNarrowPageReadsAsMeant() {
    let snapshot = Samples.snapshot(name: "eth0", count: 9)
    let lines = ScreenLayout(snapshot, columns: 80, rows: 24).lines.map(\.text)
    #expect(lines[0] == " ascribe 0.1.0                                          2014-11-24 09:31:07 UTC ")
    #expect(lines[2] == " INTERFACE      packets/s      bits/s    drops/s          packets       dropped")
    #expect(lines[3] == " eth0           1,234,567   98.2 Mbit          3   12,345,678,901         1,234")
    #expect(lines[4] == " eth1  no packets: eth0")
    #expect(lines[8] == " WATCHED BY VERDICT     verdict       grade     bytes      seen  actor         ")
    #expect(lines[9] == " 198.51.100.7           EXCLUSIVE     E4      7.00 MB  00:00:00  eth0          ")
    #expect(lines[10].hasPrefix(" 198.51.100.0           SHARED "))
    #expect(lines.contains { $0.hasPrefix(" 09:31:07  ~EXCLUSIVE    E4   [2001:db8:1234:… > 192.0.2.80:80") })
    #expect(lines[21] == " RECORDER   1.50 GB in 3 files   lost 1 B   eth0   eth0")
    #expect(lines[22] == " CATALOG    47614f5b   6 claims   memory 173 MB   up 1 d 02:03:04")
  }

  @Test func theWidePageUsesTheRoom() {
    let lines = ScreenLayout(Samples.snapshot(name: "eth0"), columns: 200, rows: 50).lines.map(\.text)
    #expect(lines.count { $0.contains(" │ ") } > 30)
    #expect(lines[2].contains("last 118 s"))
    #expect(lines[3].hasSuffix("▇▇▇█████"))
  }

  @Test func addressesAreSorted() {
    func first(_ order: ScreenSnapshot.Order) -> String? {
      var snapshot = Samples.snapshot(name: "a", count: 30)
      snapshot.order = order
      let lines = ScreenLayout(snapshot, columns: 80, rows: 24).lines.map(\.text)
      return lines[9].split(separator: " ").first.map(String.init)
    }
    #expect(first(.verdict) == "198.51.100.7")
    #expect(first(.bytes) == "198.51.100.29")
    #expect(first(.lastSeen) == "198.51.100.0")
    #expect(ScreenSnapshot.Order.verdict.next.next.next == .verdict)
  }

  @Test func aPageIsOneWriteThatErasesEachLine() {
    let page = String(decoding: Terminal.page(["a", "b"], clears: false), as: UTF8.self)
    #expect(page == "\u{1B}[H\u{1B}[Ka\r\n\u{1B}[Kb")
  }
}
