import Testing

@testable import Inspection

/// What is read of HTTP/2 and of the field blocks that it is made of.
@Suite struct HTTP2ReaderTests {
  private static let preface = Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8)

  private func frame(_ type: UInt8, _ flags: UInt8, _ stream: UInt8, _ payload: [UInt8]) -> [UInt8] {
    [
      UInt8(payload.count >> 16), UInt8(payload.count >> 8 & 0xFF), UInt8(payload.count & 0xFF), type, flags, 0, 0, 0,
      stream,
    ]
      + payload
  }

  /// A field that enters no table, its name and value as they stand.
  private func field(_ name: String, _ value: String) -> [UInt8] {
    [0x00, UInt8(name.utf8.count)] + name.utf8 + [UInt8(value.utf8.count)] + value.utf8
  }

  private func facts(_ client: [UInt8], _ server: [UInt8] = []) -> ApplicationFacts {
    TextTalk(client: Self.preface + client, server: server).facts()
  }

  // MARK: Field blocks

  private func decode(_ blocks: [String]) -> [[String]]? {
    var decoder = HPACKDecoder()
    var lists: [[String]] = []
    for block in blocks {
      var fields = HTTPFields()
      guard decoder.decode(hex(block), into: &fields) else { return nil }
      lists.append(fields.list.map { "\($0.name) \($0.value.text)" })
    }
    return lists
  }

  @Test(arguments: [
    [
      "828684410f7777772e6578616d706c652e636f6d", "828684be58086e6f2d6361636865",
      "828785bf400a637573746f6d2d6b65790c637573746f6d2d76616c7565",
    ],
    [
      "828684418cf1e3c2e5f23a6ba0ab90f4ff", "828684be5886a8eb10649cbf",
      "828785bf408825a849e95ba97d7f8925a849e95bb8e8b4bf",
    ],
  ])
  func `the requests of RFC 7541 are read, coded or not`(blocks: [String]) {
    #expect(
      decode(blocks) == [
        [":method GET", ":scheme http", ":path /", ":authority www.example.com"],
        [":method GET", ":scheme http", ":path /", ":authority www.example.com", "cache-control no-cache"],
        [":method GET", ":scheme https", ":path /index.html", ":authority www.example.com", "custom-key custom-value"],
      ])
  }

  @Test func `a table evicts what no longer fits`() {
    // Two fields of 42 bytes with overhead fit into 84 bytes, three do not.
    let blocks = [
      "3f35" + "40016109313233343536373839", "40016209313233343536373839", "bf", "40016309313233343536373839", "bf",
      "c0",
    ]
    #expect(decode(Array(blocks.prefix(3)))?.last == ["a 123456789"])
    #expect(decode(Array(blocks.prefix(2) + [blocks[3], "bf"]))?.last == ["b 123456789"])
    #expect(decode(Array(blocks.prefix(2) + [blocks[3], "c0"])) == nil)
    #expect(decode(["20" + "40016109313233343536373839", "be"]) == nil)
  }

  @Test(arguments: [
    "80", "ff8080808080808001", "be", "3fffffff7f", "40", "4001", "400161", "40016105", "0081ff01", "0084ffffffff00",
    "0181",
    "00810001", "008118ff",
  ])
  func `what is no block is not read`(block: String) { #expect(decode([block]) == nil) }

  @Test func `a small block cannot stand for much`() {
    let large = field("a", String(repeating: "x", count: 120))
    var decoder = HPACKDecoder()
    var fields = HTTPFields()
    let block = [0x40] + large.dropFirst() + [UInt8](repeating: 0xBE, count: 10_000)
    #expect(!decoder.decode(block, into: &fields) && fields.list.count == HPACKDecoder.fieldLimit)
    var isRead = true
    for _ in 0..<100_000 where isRead {
      var fields = HTTPFields()
      isRead = decoder.decode([UInt8](repeating: 0xBE, count: 100), into: &fields)
    }
    #expect(!isRead)
  }

  // MARK: Frames

  private var request: [UInt8] {
    [0x83, 0x86] + field(":path", "/in?token=S3CRET") + field(":authority", "www.example")
      + field("user-agent", "Probe/2")
      + field("content-type", "application/x-www-form-urlencoded") + field("cookie", "sid=f3a9c0d17be24486a5d2")
  }

  @Test func `streams are requests with answers`() throws {
    let body = Array("user=eve&password=S3CRET".utf8)
    let client =
      frame(4, 0, 0, []) + frame(1, 0x4, 1, request) + frame(0, 0x1, 1, body) + frame(1, 0x5, 3, [0x82, 0x86, 0x84])
    let server =
      frame(4, 0, 0, []) + frame(1, 0x4, 3, [0x8D]) + frame(1, 0x4, 1, field(":status", "103"))
      + frame(1, 0x4, 1, field(":status", "302") + field("location", "/home") + field("server", "s"))
      + frame(0, 0, 1, [1, 2])
      + frame(0, 1, 1, [3])
    let facts = facts(client, server)
    #expect(facts.services == [.http2] && facts.actions == [.httpGet, .httpPost, .login])
    let first = try #require(facts.entries.first)
    #expect(first["method"] == .text("POST") && first["version"] == .text("2") && first["host"] == .text("www.example"))
    #expect(
      first["uri"] == .text("/in?token=…") && first["username"] == .text("eve") && first["status_code"] == .number(302))
    #expect(first["request_body_len"] == .number(24) && first["response_body_len"] == .number(3))
    #expect(facts.entries.last?["status_code"] == .number(404) && facts.entries.last?["uri"] == .text("/"))
    #expect(facts.kinds.contains(.cookie) && !facts.written.contains("S3CRET"))
    #expect(facts.software.map(\.value) == ["Probe/2", ":method,:scheme,:path,:authority,user-agent"])
  }

  @Test func `blocks may be padded and continued`() {
    let whole = request
    let padded = [3] + [0, 0, 0, 0, 15] + whole.prefix(10) + [0, 0, 0]
    let facts = facts(
      frame(1, 0x28, 1, padded) + frame(9, 0, 1, Array(whole[10..<20])) + frame(9, 4, 1, Array(whole[20...])))
    #expect(facts.text("http", "host") == "www.example")
    // The continuation of another stream, or none at all: what is whole was read.
    let broken = self.facts(frame(1, 0, 1, Array(whole.prefix(30))) + frame(9, 4, 3, Array(whole[30...])))
    #expect(broken.text("http", "uri") == "/in?token=…" && broken.text("http", "host") == nil)
  }

  @Test func `a promise changes the table, and is no request`() {
    let server =
      frame(5, 4, 1, [0, 0, 0, 2] + [0x40, 1, 0x61, 1, 0x62]) + frame(1, 5, 2, [0x88]) + frame(1, 5, 1, [0x88, 0xBE])
    let facts = facts(frame(1, 5, 1, [0x82, 0x86, 0x84]), server)
    #expect(facts.entries.count == 1 && facts.entries[0]["status_code"] == .number(200))
  }

  @Test func `HTTP 1 may turn into HTTP 2`() {
    let client =
      TextTalk.wire("GET / HTTP/1.1\nHost: a\nUpgrade: h2c\n\n") + Self.preface + frame(1, 5, 3, [0x82, 0x86, 0x84])
    let server =
      TextTalk.wire("HTTP/1.1 101 Switching\nUpgrade: h2c\n\n") + frame(1, 5, 1, [0x88]) + frame(1, 5, 3, [0x8D])
    let facts = TextTalk(client: client, server: server).facts()
    #expect(facts.services == [.http, .http2])
    #expect(facts.entries.map { $0["status_code"] } == [.number(101), .number(200), .number(404)])
  }

  @Test func `any cut is read`() {
    #expect(TextTalk(client: Array(Self.preface.dropLast()), server: []).facts([.http2]).isEmpty)
    let client = Self.preface + frame(1, 0xC, 1, [2] + request + [0, 0]) + frame(0, 0x9, 1, [1, 65, 0])
    TextTalk(client: client, server: frame(1, 4, 1, [0x88])).cuts { _ = $0.facts() }
  }

  @Test func `fields that a table repeats without end are noted up to a bound`() {
    let cookies = (10..<42).map { "n\($0)" + String(repeating: "x", count: 220) + "=1" }.joined(separator: ";")
    let length = cookies.utf8.count - 127
    var client: [UInt8] = []
    let first: [UInt8] =
      [0x3F, 0xE1, 0xFF, 0x03, 0x82, 0x84, 0x86, 0x60, 0x7F, UInt8(length & 0x7F | 0x80), UInt8(length >> 7)]
      + cookies.utf8
    client += frame(1, 5, 1, first)
    for stream in stride(from: UInt8(3), to: 127, by: 2) { client += frame(1, 5, stream, [0x82, 0x84, 0x86, 0xBE]) }
    let facts = facts(client)
    #expect(facts.footprint < 262_144)
    #expect(!facts.entries.isEmpty && facts.entries.count < 63)
  }
}
