import Packets
import TestSupport
import Testing

@testable import Catalog

/// Every reader takes any bytes: no trap, no hang, bounded memory, and the same answer however the bytes are cut.
@Suite struct HostileListTests {
  static func readers() -> [(name: String, reader: any NetworkListReader)] {
    [
      ("netset", LineList(NetsetLines(), .overlay)),
      ("csv", LineList(CSVLines(), .overlay)),
      ("zeek-intel", LineList(ZeekIntelLines(), .overlay)),
      ("suricata-iprep", LineList(ReputationLines(minimum: 20, categories: []), .overlay)),
      ("rir-delegated", LineList(DelegationLines(country: nil, status: []), .overlay)),
      ("maltrail", LineList(TrailLines(), .overlay)),
      ("misp-warninglist", JSONList(WarninglistVisitor(.overlay))),
      ("json", JSONList(AnyNetworkVisitor(.claims(allowsDocumentation: false)))),
      ("stix", JSONList(STIXVisitor(.importedOverlay(allowsDocumentation: false)))),
    ]
  }

  /// Sound beginnings for each format, which damage then changes.
  static let seeds = [
    "\u{FEFF}# c\r\n1.2.3.0/24\n1.2.3.4-1.2.3.9 ; x\radd s 1.2.3.4,tcp:80 nomatch\ncreate s hash:ip\n1.2.3.4/24//x\n::1\n",
    "ip,name\r\n\"1.2.3.0\",\"1.2.3.255\",\"a, b\"\n1.2.3.4;x # y\n2001:db8::/32\t1\n",
    "#fields\tindicator\tindicator_type\n1.2.3.4\tIntel::ADDR\n1.2.3.0/24\tIntel::SUBNET\na\tIntel::DOMAIN\n",
    "1.2.3.4,1,101\r1.1.1.0/24,6,88\n2001:db8::1,2,3\r\n",
    ListFormatTests.delegations,
    "1.2.3.4:80\n[::1]:80\nhttp://a/b\n1.2.3.4/a\n1.2.3.0/24#x\n",
    "{\"list\": [\"1.2.3.0/24\", \"\\u0031.2.3.4\", \"\\ud83d\\ude00\"], \"type\": \"cidr\", \"version\": 20141124}",
    "[{\"a\": {\"b\": [\"2a00:1450::/32\", null, true, -1.5e3]}}, \"0.0.0.0/0\", \"10.0.0.1\"]",
    STIXListTests.bundle(
      STIXListTests.patterns.prefix(24).map { STIXListTests.indicator($0.pattern) } + [
        "{\"type\": \"ipv4-addr\", \"value\": \"1.2.3.4\", \"revoked\": true}"
      ]),
  ]

  struct Answer: Equatable {
    var prefixes: [IPPrefix]
    var faults: [String]
    var failure: String?
    var lines: Int
    var used: Int
  }

  static func answer(_ reader: any NetworkListReader, _ pieces: [[UInt8]]) -> Answer {
    var reader = reader
    for piece in pieces { reader.append(piece) }
    reader.finish()
    return Answer(
      prefixes: reader.list.prefixes, faults: reader.list.faults.map(\.description), failure: reader.failure,
      lines: reader.lineCount, used: reader.list.used)
  }

  static func damaged(_ seed: [UInt8], _ random: inout SeededGenerator) -> [UInt8] {
    var bytes = seed
    let spice = Array("\r\n\t ,;|#/:-.'\"\\[]{}()0123456789abcdefORANDNOTu*=!<>\0\u{7F}é".utf8)
    for _ in 0..<Int.random(in: 0...6, using: &random) {
      guard let place = bytes.indices.randomElement(using: &random) else { break }
      switch Int.random(in: 0..<4, using: &random) {
      case 0: bytes[place] = UInt8.random(in: 0...255, using: &random)
      case 1: bytes.insert(spice[Int.random(in: 0..<spice.count, using: &random)], at: place)
      case 2: bytes.removeSubrange(place..<min(bytes.count, place + Int.random(in: 1...30, using: &random)))
      default: bytes.insert(contentsOf: bytes[place..<min(bytes.count, place + 40)], at: place)
      }
    }
    return bytes
  }

  @Test func anyBytesReadTheSameHoweverTheyAreCut() {
    var random = SeededGenerator(seed: 17)
    for round in 0..<60 {
      for seed in Self.seeds {
        var bytes = Self.damaged(Array(seed.utf8), &random)
        if round % 10 == 0 {
          bytes = (0..<300).map { _ in UInt8.random(in: 0...255, using: &random) }
        }
        let cut = Int.random(in: 0...bytes.count, using: &random)
        let far = Int.random(in: cut...bytes.count, using: &random)
        let pieces = [Array(bytes[..<cut]), [], Array(bytes[cut..<far]), Array(bytes[far...])]
        for (name, reader) in Self.readers() {
          let whole = Self.answer(reader, [bytes])
          #expect(whole == Self.answer(reader, pieces), "\(name), round \(round)")
        }
      }
    }
  }

  @Test func soundListsReadTheSameByteByByte() {
    for seed in Self.seeds {
      let bytes = Array(seed.utf8)
      for (name, reader) in Self.readers() {
        #expect(Self.answer(reader, [bytes]) == Self.answer(reader, bytes.map { [$0] }), "\(name)")
      }
    }
  }

  @Test func everySeedIsReadByItsReader() {
    for (seed, named) in zip(Self.seeds, Self.readers()) {
      let answer = Self.answer(named.reader, [Array(seed.utf8)])
      #expect(answer.failure == nil && !answer.prefixes.isEmpty, "\(named.name): \(answer)")
    }
  }

  /// Texts that could make a reader slow: a hundred kilobytes of each.
  static let long: [(head: String, unit: String)] = [
    ("", "1"), ("", "#"), ("", "/"), ("", "-"), ("", ":"), ("\"", ","), ("", "\""), ("", "|"), ("", "\t"),
    ("{\"objects\": [{\"type\": \"indicator\", \"pattern\": \"", "("),
    ("{\"objects\": [{\"type\": \"indicator\", \"pattern\": \"", "a:b = 'c' OR "),
    ("{\"objects\": [{\"type\": \"indicator\", \"pattern\": \"", "a:["),
    ("{\"objects\": [{\"type\": \"indicator\", \"pattern\": \"", "[a:b='c'] FOLLOWEDBY "),
    ("[\"", "\\ud83d"), ("[", "0"), ("[", "1,"), ("", "{\"a\":"), ("add s ", "1,"),
  ]

  @Test(arguments: long.indices)
  func longTextIsReadInTimeThatGrowsWithIt(index: Int) {
    let (head, unit) = Self.long[index]
    let bytes = Array((head + String(repeating: unit, count: 60_000 / unit.utf8.count) + "\"}]}\n").utf8)
    let start = ContinuousClock.now
    for (_, reader) in Self.readers() { _ = Self.answer(reader, [bytes]) }
    #expect(ContinuousClock.now - start < .seconds(10), "\(head)\(unit)")
  }

  @Test func faultsNameTwentyLinesAtMost() {
    let bytes = Array(String(repeating: "x\n", count: 50_000).utf8)
    let answer = Self.answer(LineList(NetsetLines(), .overlay), [bytes])
    #expect(answer.faults.count == 1 && answer.faults[0].utf8.count < 300)
    #expect(answer.faults[0].contains("50000 lines") && answer.faults[0].hasSuffix("20 and 49980 more"))
  }

  /// Ten times the list takes about ten times the time.
  @Test func timeGrowsWithTheList() {
    func time(_ count: Int) -> Duration {
      let text = (0..<count).map { "1.\($0 >> 16 & 255).\($0 >> 8 & 255).\($0 & 255)\n" }.joined()
      let bytes = Array(text.utf8)
      return Effort.time {
        let answer = Self.answer(LineList(NetsetLines(), .overlay), [bytes])
        let prefixes = IPPrefix.aggregated(answer.prefixes)
        let table = PrefixTable(prefixes.map { ($0, .overlay(0)) })
        #expect(answer.prefixes.count == count)
        #expect(table.covers(of: IPAddress(v4: 0x0100_0000)) != .empty)
      }
    }
    let (small, large) = (time(4_000), time(40_000))
    #expect(large < small * 30, "\(small) for 4,000, \(large) for 40,000")
  }

  @Test func theReaderOfPlainIPv4SaysWhatTheGeneralOneSays() throws {
    var random = SeededGenerator(seed: 11)
    let alphabet = Array("0123456789./ ".utf8)
    var plain = 0
    for _ in 0..<20_000 {
      let octets = (0..<4).map { _ in String(UInt8.random(in: 0...255, using: &random)) }
      var text = Array("\(octets.joined(separator: "."))/\(Int.random(in: 0...33, using: &random))".utf8)
      for _ in 0..<Int.random(in: 0..<3, using: &random) {
        let place = Int.random(in: 0..<text.count, using: &random)
        if Bool.random(using: &random) { text.remove(at: place) }
        if let byte = alphabet.randomElement(using: &random) { text.insert(byte, at: place) }
      }
      if random.next() & 1 == 0, let slash = text.lastIndex(of: UInt8(ascii: "/")) { text.removeSubrange(slash...) }
      // What stands before and behind it counts for nothing.
      let padded = [0x39] + text + [0x0A]
      guard let (prefix, end) = NetworkText.plainIPv4(padded.span, from: 1), end == padded.count - 1 else {
        #expect(NetworkText.plainIPv4(text.span).map(\.end) != text.count)
        continue
      }
      #expect(NetworkText.plainIPv4(text.span).map(\.end) == text.count)
      plain += 1
      #expect(try NetworkText.networks(text[...]) == [prefix], "\(String(decoding: text, as: UTF8.self))")
    }
    #expect(plain > 1000)
  }
}
