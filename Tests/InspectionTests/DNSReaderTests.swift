import TestSupport
import Testing

@testable import Inspection

/// What is read of DNS.
@Suite struct DNSReaderTests {
  /// A message: header, questions, records.
  private func message(
    id: Int = 7, flags: Int, questions: [[UInt8]] = [], answers: [[UInt8]] = [], authorities: [[UInt8]] = [],
    additional: [[UInt8]] = []
  ) -> [UInt8] {
    let counts = [questions, answers, authorities, additional].flatMap { BinaryTalk.big($0.count, 2) }
    return BinaryTalk.big(id, 2) + BinaryTalk.big(flags, 2) + counts
      + (questions + answers + authorities + additional).flatMap { $0 }
  }

  private func name(_ text: String) -> [UInt8] {
    text.split(separator: ".").flatMap { [UInt8($0.utf8.count)] + Array($0.utf8) } + [0]
  }

  private func question(_ text: String, _ type: Int = 1, _ qclass: Int = 1) -> [UInt8] {
    name(text) + BinaryTalk.big(type, 2) + BinaryTalk.big(qclass, 2)
  }

  private func record(_ type: Int, _ data: [UInt8], owner: [UInt8] = [0xC0, 12], qclass: Int = 1) -> [UInt8] {
    owner + BinaryTalk.big(type, 2) + BinaryTalk.big(qclass, 2) + [0, 0, 0, 60] + BinaryTalk.big(data.count, 2) + data
  }

  private func entries(_ datagrams: [([UInt8], Bool)]) -> [FactEntry] {
    BinaryTalk.facts(datagrams.map { (bytes: $0.0, isFromOriginator: $0.1) }).log("dns")
  }

  @Test func `a question stands with its answer`() throws {
    let answer = message(
      flags: 0x8180, questions: [question("www.Example.org")],
      answers: [record(5, name("cdn.example.net")), record(1, [198, 51, 100, 7])])
    let facts = BinaryTalk.facts([
      (bytes: message(flags: 0x0100, questions: [question("www.Example.org")]), isFromOriginator: true),
      (bytes: answer, isFromOriginator: false),
    ])
    #expect(facts.services == [.dns] && facts.actions == .dnsLookup)
    let entry = try #require(facts.entries.first)
    #expect(facts.entries.count == 1 && entry["query"] == .text("www.example.org"))
    #expect(entry["qtype_name"] == .text("A") && entry["qclass_name"] == nil && entry["rejected"] == nil)
    #expect(entry["rcode_name"] == .text("NOERROR"))
    #expect(entry["answers"] == .texts(["cdn.example.net", "198.51.100.7"]))
  }

  @Test func `records say what they hold`() {
    let exchange = name("mail.example.org")
    let records: [(Int, [UInt8], String)] = [
      (28, [0x20, 1, 0xD, 0xB8] + Array(repeating: 0, count: 11) + [7], "2001:db8::7"),
      (2, exchange, "mail.example.org"),
      (15, [0, 10] + exchange, "mail.example.org"), (33, [0, 0, 0, 0, 0, 25] + exchange, "mail.example.org"),
      (12, [1, 120, 0xC0, 16], "x.org"), (16, [2, 104, 105, 1, 33], "TXT 3 hi!"),
    ]
    for (type, data, text) in records {
      let bytes = message(flags: 0x8180, questions: [question("abc.org", type)], answers: [record(type, data)])
      #expect(entries([(bytes, false)]).first?["answers"] == .texts([text]))
    }
    let long = Array(repeating: [200] + [UInt8](repeating: 0x61, count: 200), count: 2).flatMap { $0 }
    let text = message(flags: 0x8180, questions: [question("abc.org", 16)], answers: [record(16, long)])
    #expect(
      entries([(text, false)]).first?["answers"] == .texts(["TXT 400 " + String(repeating: "a", count: 128)]))
  }

  @Test func `a refusal is told from an empty answer`() {
    func answer(_ flags: Int) -> FactEntry? {
      entries([(message(flags: flags, questions: [question("a.org")]), false)]).first
    }
    #expect(answer(0x8185)?["rejected"] == .flag(true) && answer(0x8185)?["rcode_name"] == .text("REFUSED"))
    #expect(answer(0x8180)?["rejected"] == nil)
    let extended = message(
      flags: 0x8180, questions: [question("a.org")], additional: [[0] + [0, 41, 4, 208, 1, 0, 0, 0, 0, 0]])
    #expect(entries([(extended, false)]).first?["rcode_name"] == .text("BADVERS"))
  }

  @Test func `a header alone answers only who asked`() {
    let query = message(flags: 0x0100, questions: [question("a.org")])
    let error = message(flags: 0x8181)
    #expect(entries([(query, true), (error, false)]).first?["rcode_name"] == .text("FORMERR"))
    #expect(entries([(error, false)]).isEmpty)
  }

  @Test func `what differs in number, name or side is not its answer`() {
    let query = message(flags: 0x0100, questions: [question("a.org")])
    for other in [
      message(id: 8, flags: 0x8180, questions: [question("a.org")]),
      message(flags: 0x8180, questions: [question("b.org")]),
      message(flags: 0x8180, answers: [record(1, [192, 0, 2, 1], owner: name("b.org"))]),
    ] {
      #expect(entries([(query, true), (other, false)]).first?["rcode_name"] == nil)
    }
    #expect(entries([(query, true), (message(flags: 0x8180, questions: [question("a.org")]), true)]).count == 2)
    #expect(entries([(query, true), (query, true)]).count == 1)
  }

  @Test func `mDNS asks much and answers unasked`() {
    let many = message(
      id: 0, flags: 0, questions: [question("_http._tcp.local", 12, 0x8001), question("My Mac.local", 28)])
    let facts = BinaryTalk.facts([(bytes: many, isFromOriginator: true)])
    #expect(facts.entries.map { $0["query"] } == [.text("_http._tcp.local"), .text("my mac.local")])
    let told = message(
      id: 0, flags: 0x8400, answers: [record(1, [192, 0, 2, 7], owner: name("mac.local"), qclass: 0x8001)])
    let answer = BinaryTalk.facts([(bytes: told, isFromOriginator: true)])
    #expect(answer.entries.first?["query"] == .text("mac.local") && answer.actions.isEmpty)
  }

  @Test func `a NetBIOS name is decoded`() {
    let encoded = Array("WORKGROUP      ".utf8) + [0x1D]
    let letters = encoded.flatMap { byte -> [UInt8] in [0x41 + byte >> 4, 0x41 + byte & 15] }
    let label: [UInt8] = [32] + letters + [0]
    let query = message(flags: 0x0110, questions: [label + [0, 32, 0, 1]])
    #expect(entries([(query, true)]).first?["query"] == .text("WORKGROUP"))
    #expect(entries([(query, true)]).first?["qtype_name"] == .text("NB"))
    let status = message(flags: 0, questions: [label + [0, 33, 0, 1]])
    #expect(entries([(status, true)]).first?["qtype_name"] == .text("NBSTAT"))
    let refresh = message(flags: 0x4000, questions: [label + [0, 32, 0, 1]])
    let facts = BinaryTalk.facts([(bytes: refresh, isFromOriginator: true)])
    #expect(facts.entries.first?["opcode_name"] == .text("refresh") && facts.actions.isEmpty)
    // The same number means nothing for other names.
    #expect(entries([(message(flags: 0x4000, questions: [question("a.org")]), true)]).isEmpty)
  }

  @Test func `odd characters of a name are written as in a zone`() {
    let odd = [5, 0x61, 0x2E, 0x5C, 0x07, 0x62, 3, 0x6F, 0x72, 0x67, 0, 0, 1, 0, 1] as [UInt8]
    #expect(
      entries([(message(flags: 0x0100, questions: [odd]), true)]).first?["query"] == .text("a\\.\\\\\\007b.org"))
    #expect(entries([(message(flags: 0x0100, questions: [[0, 0, 2, 0, 1]]), true)]).first?["query"] == .text("."))
  }

  @Test func `what does not agree with its counts is no DNS`() {
    let good = message(flags: 0x0100, questions: [question("a.org")])
    func changed(_ index: Int, _ value: UInt8) -> [UInt8] {
      var bytes = good
      bytes[index] = value
      return bytes
    }
    #expect(entries([(good, true)]).count == 1)
    for bad in [
      changed(2, 0x19), changed(3, 0x40), changed(3, 3), changed(5, 0), changed(4, 1), changed(12, 64), changed(12, 2),
      changed(20, 200), changed(22, 2), good + [0], Array(good.prefix(12)), Array(repeating: 0, count: 40),
      Array("GET / HTTP/1.1\r\nHost: a\r\n\r\n".utf8),
    ] {
      #expect(entries([(bad, true)]).isEmpty, "\(bad)")
    }
    // A pointer that goes on or in circles names nothing.
    for pointer: [UInt8] in [[0xC0, 12], [0xC0, 40], [0xC0, 14]] {
      #expect(entries([(message(flags: 0x0100, questions: [pointer + [0, 1, 0, 1]]), true)]).isEmpty)
    }
    // Half of a flow's datagrams suffice.
    #expect(entries([(good, true), ([1, 2, 3], false)]).count == 1)
    #expect(entries([(good, true), ([1, 2, 3], false), ([1, 2, 3], false)]).isEmpty)
  }

  @Test func `a cut answer still tells its question`() {
    let answer = message(flags: 0x8180, questions: [question("a.org")], answers: [record(1, [192, 0, 2, 1])])
    #expect(entries([(answer.dropLast(2), false)]).first?["query"] == .text("a.org"))
    let told = message(flags: 0x8400, answers: [record(1, [192, 0, 2, 7], owner: name("a.local"))])
    #expect(entries([(told.dropLast(2), false)]).isEmpty)
  }

  @Test func `a stream has messages behind their lengths`() {
    func framed(_ messages: [[UInt8]]) -> [UInt8] { messages.flatMap { BinaryTalk.big($0.count, 2) + $0 } }
    let queries = framed(
      ["a.org", "b.org"].enumerated().map { message(id: $0, flags: 0x0100, questions: [question($1)]) })
    let answers = framed(
      ["b.org", "a.org"].enumerated().map { message(id: 1 - $0, flags: 0x8183, questions: [question($1)]) })
    let facts = BinaryTalk.facts(queries, answers)
    #expect(facts.services == [.dns] && facts.entries.map { $0["query"] } == [.text("a.org"), .text("b.org")])
    #expect(facts.entries.allSatisfy { $0["rcode_name"] == .text("NXDOMAIN") })
    #expect(BinaryTalk.facts(answers, queries).entries.count == 2)
    #expect(BinaryTalk.facts(queries, queries).isEmpty)
    #expect(BinaryTalk.facts(queries + [0, 5, 1, 2, 3, 4, 5]).isEmpty)
    #expect(BinaryTalk.facts(queries + [0, 50, 1, 2, 3, 4, 5]).entries.count == 2)
    _ = BinaryTalk.harass(queries, answers)
  }

  @Test func `names that point at pointers take no time`() {
    // Each pointer goes two bytes back, and each record begins with the last of them.
    var bytes = message(flags: 0x8180, questions: [question("a.org")])
    bytes.replaceSubrange(6..<8, with: [0xFF, 0xFF])
    for index in 0..<6_000 { bytes += BinaryTalk.big(0xC000 | (index == 0 ? 12 : bytes.count - 2), 2) }
    let (effort, twice) = (bytes, bytes)
    #expect(entries([(effort, false), (twice, false)]).count <= 2)
  }

  @Test func `bytes that do not print are written with their numbers, of as many answers as an entry keeps`() {
    let query = name("a").dropLast() + [2, 1, 0x7F, 2, 0x2E, 0x5C, 0, 0, 1, 0, 1]
    let answer = message(
      flags: 0x8180, questions: [Array(query)], answers: (0..<64).map { _ in record(5, [0xC0, 12]) })
    let entry = entries([(answer, false)]).first
    #expect(entry?["query"] == .text(#"a.\001\127.\.\\"#))
    guard case .texts(let answers) = entry?["answers"] else { return #expect(Bool(false), "answers are missing") }
    #expect(answers.count == ApplicationFacts.listLimit)
  }
}
