import Packets
import TestSupport
import Testing

@testable import Inspection

/// What the parsers of streams make of bytes.
@Suite struct StreamParserTests {
  /// Reads bytes as a span.
  private func read<Result>(_ bytes: [UInt8], _ body: (RawSpan) -> Result) -> Result {
    // Bytes have no padding, the only hazard of viewing elements as raw bytes.
    unsafe body(bytes.span.bytes)
  }

  private func read<Result>(_ text: String, _ body: (RawSpan) -> Result) -> Result { read(Array(text.utf8), body) }

  // MARK: TLS and SSH

  @Test func `a record's header says type and length`() {
    #expect(read(TLSBytes.encrypted(80)) { TLSRecord($0, at: 0) }?.length == 80)
    for wrong: [UInt8] in [
      [19, 3, 3, 0, 1], [23, 2, 3, 0, 1], [23, 3, 9, 0, 1], [23, 3, 3, 0, 0], [23, 3, 3, 0xFF, 0], [23, 3, 3, 0],
    ] {
      #expect(read(wrong) { TLSRecord($0, at: 0) } == nil)
    }
  }

  @Test func `a ClientHello says what it offers`() throws {
    let record = TLSBytes.clientHello(
      sessionID: TLSBytes.secret(1), ticket: TLSBytes.secret(2), identities: [TLSBytes.secret(3), TLSBytes.secret(4)],
      offersEarlyData: true)
    let body = Array(record.dropFirst(9))
    let hello = try #require(read(body) { ClientHello($0) })
    #expect(Array(body[hello.sessionID]) == TLSBytes.secret(1))
    #expect(Array(body[hello.ticket]) == TLSBytes.secret(2))
    #expect(
      read(body) { hello.identities(in: $0) }.map { Array(body[$0]) } == [TLSBytes.secret(3), TLSBytes.secret(4)])
    #expect(hello.offersEarlyData)
    for count in 0..<body.count {
      // Cut anywhere it is none, but for the place where old clients end: before the extensions.
      let cut = read(Array(body.prefix(count))) { ClientHello($0) }
      #expect(cut == nil || cut?.ticket.isEmpty == true)
    }
  }

  @Test func `a key that was agreed on elsewhere has no identity of its own`() throws {
    var body = Array(TLSBytes.clientHello(identities: [TLSBytes.secret(3), TLSBytes.secret(4)]).dropFirst(9))
    let tickets = try #require(read(body) { ClientHello($0) })
    let first = try #require(read(body) { tickets.identities(in: $0) }.first)
    // The age behind it was 1.
    body[first.upperBound + 3] = 0
    let hello = try #require(read(body) { ClientHello($0) })
    #expect(read(body) { hello.identities(in: $0) }.map { Array(body[$0]) } == [[], TLSBytes.secret(4)])
  }

  @Test func `a HelloRetryRequest is no ServerHello`() throws {
    let retry = Array(TLSBytes.serverHello(isTLS13: true, isRetryRequest: true).dropFirst(9))
    #expect(try #require(read(retry) { ServerHello($0) }).isRetryRequest)
    let hello = Array(TLSBytes.serverHello(isTLS13: true, selectedIdentity: 1).dropFirst(9))
    let read = try #require(read(hello) { ServerHello($0) })
    #expect(!read.isRetryRequest && read.isTLS13 && read.selectedIdentity == 1)
  }

  @Test func `an SSH packet is a multiple of eight with padding`() {
    let packet = read(SSHBytes.packet(21, 0)) { SSHPacket($0, at: 0) }
    #expect(packet?.message == SSHPacket.newKeys && packet?.length == 16)
    for wrong: [UInt8] in [
      [0, 0, 0, 13, 4, 21], [0, 0, 0, 12, 3, 21], [0, 0, 0, 12, 11, 21], [0, 1, 0, 4, 4, 21], [0, 0, 0, 4, 4, 21],
    ] {
      #expect(read(wrong) { SSHPacket($0, at: 0) } == nil)
    }
  }

  @Test(
    arguments: [
      ("\u{16}\u{3}\u{1}\u{0}\u{9}\u{1}", StreamStart.Kind.tlsClient, 0),
      ("220 ready\r\nEHLO\r\n\u{16}\u{3}\u{3}\u{0}\u{9}\u{2}", .tlsServer, 17),
      ("Welcome\r\nSSH-2.0-x", .ssh, 9), ("SSH", .open, 0), ("SSL-2.0\r\n", .open, 9), ("\u{16}\u{3}\u{1}", .open, 0),
      ("\u{16}\u{9}\u{1}\u{0}\u{9}\u{1}", .other, 0), ("text \u{0}", .other, 0),
      ("text \u{16}\u{3}\u{1}\u{0}\u{9}\u{1}", .other, 0),
    ] as [(String, StreamStart.Kind, Int)])
  func `a protocol tells itself apart at the start of a line`(text: String, kind: StreamStart.Kind, offset: Int) {
    let bytes = Array(text.utf8)
    var whole = StreamStart()
    read(bytes) { whole.search($0) }
    #expect(whole.kind == kind && whole.offset == offset)
    var split = StreamStart()
    for count in 0...bytes.count { read(Array(bytes.prefix(count))) { split.search($0) } }
    #expect(split.kind == whole.kind && split.offset == whole.offset)
  }

  // MARK: Forwarding

  private func head(_ fields: String) -> HTTPRequestHead? {
    let text = Array("GET / HTTP/1.1\r\nHost: www.example\r\n\(fields)\r\n".utf8)
    return read(text) { HTTPRequestHead($0, in: 0..<text.count) }
  }

  private func hops(_ fields: String) -> [String?]? { head(fields)?.forwarded.first?.hops.map { $0?.description } }

  @Test func `hops stand in the order of the request`() {
    #expect(
      hops("X-Forwarded-For: 198.51.100.7, 203.0.113.9\r\nx-forwarded-for:192.0.2.1\r\n") == [
        "198.51.100.7", "203.0.113.9", "192.0.2.1",
      ])
    #expect(
      hops("X-Forwarded-For: 198.51.100.7:4711, [2001:db8::7]:80, 2001:db8::8, \"192.0.2.1\"\r\n") == [
        "198.51.100.7", "2001:db8::7", "2001:db8::8", "192.0.2.1",
      ])
    #expect(
      hops("X-Forwarded-For: unknown, _x, 1.2.3, 01.2.3.4, [::1, 1.2.3.4:, 1.2.3.4:999999, ::1%eth0\r\n") == [
        nil, nil, nil, nil, nil, nil, nil, nil,
      ])
    #expect(
      hops(
        "Forwarded: for=198.51.100.7;proto=http;by=203.0.113.1, For=\"[2001:db8::7]:4711\", for=_hidden, by=1.2.3.4, for=1.2.3.4;for=1.2.3.5\r\n"
      ) == ["198.51.100.7", "2001:db8::7", nil, nil, nil])
    #expect(hops("Forwarded: for=\"198.51.100.7, for=192.0.2.1\r\n") == [nil])
    #expect(hops("X-Forwarded-For : 198.51.100.7\r\n") == nil)
    #expect(hops("X-Forwarded-For: 198.51.100.7\r\n 192.0.2.1\r\n") == nil)
    let many = hops("X-Forwarded-For: " + (0..<100).map { "10.0.0.\($0)" }.joined(separator: ",") + "\r\n")
    #expect(many?.count == ForwardedChain.limit && many?.last == "10.0.0.99")
  }

  @Test func `a walk from the right stops at the first untrusted address`() throws {
    let trusted = IPAddress("203.0.113.1")
    func walk(_ list: String) -> String? {
      head("X-Forwarded-For: \(list)\r\n")?.forwarded.first?.reported { $0 == trusted }?.description
    }
    #expect(walk("198.51.100.7") == "198.51.100.7")
    #expect(walk("198.51.100.7, 192.0.2.9, 203.0.113.1") == "192.0.2.9")
    #expect(walk("198.51.100.7, unknown, 203.0.113.1") == nil)
    #expect(walk("198.51.100.7, unknown") == nil)
    #expect(walk("203.0.113.1, 203.0.113.1") == nil)
    #expect(walk("") == nil)
  }

  @Test func `a head says how long its body is`() {
    #expect(head("")?.bodyLength == 0)
    #expect(head("Content-Length: 12\r\n")?.bodyLength == 12)
    #expect(head("Transfer-Encoding: chunked\r\nContent-Length: 12\r\n")?.bodyLength == .some(nil))
    #expect(head("Content-Length: 12\r\nContent-Length: 13\r\n") == nil)
    #expect(head("Content-Length: -1\r\n") == nil)
  }

  @Test func `the PROXY protocol names the source`() throws {
    let v4 = ProxyHeader(source: .address(IPAddress(v4: 0xC633_6407)), length: 48)
    #expect(
      read("PROXY TCP4 198.51.100.7 192.0.2.10 40000 25\r\nEHLO") { ProxyHeader.read($0) }
        == .found(ProxyHeader(source: v4.source, length: 45)))
    #expect(read("PROXY UNKNOWN\r\n") { ProxyHeader.read($0) } == .found(ProxyHeader(source: .unknown, length: 15)))
    #expect(read("PROXY TCP4 198.51.100.7") { ProxyHeader.read($0) } == .open)
    #expect(read("PROX") { ProxyHeader.read($0) } == .open)
    #expect(read("PROXY TCP4 198.51.100.7 192.0.2.10 40000\r\n") { ProxyHeader.read($0) } == .none)
    #expect(read("PROXY " + String(repeating: "x", count: 200)) { ProxyHeader.read($0) } == .none)
    #expect(read("GET / HTTP/1.1\r\n") { ProxyHeader.read($0) } == .none)
    let signature: [UInt8] = [0x0D, 0x0A, 0x0D, 0x0A, 0, 0x0D, 0x0A, 0x51, 0x55, 0x49, 0x54, 0x0A]
    let addresses: [UInt8] = [198, 51, 100, 7, 192, 0, 2, 10, 0x9C, 0x40, 0, 25]
    #expect(
      read(signature + [0x21, 0x11, 0, 12] + addresses) { ProxyHeader.read($0) }
        == .found(ProxyHeader(source: v4.source, length: 28)))
    #expect(
      read(signature + [0x20, 0, 0, 0]) { ProxyHeader.read($0) } == .found(ProxyHeader(source: .proxy, length: 16)))
    #expect(
      read(signature + [0x21, 0x31, 0, 0]) { ProxyHeader.read($0) } == .found(ProxyHeader(source: .unknown, length: 16))
    )
    #expect(read(signature + [0x11, 0x11, 0, 12] + addresses) { ProxyHeader.read($0) } == .none)
  }

  // MARK: Any bytes

  @Test func `any bytes give a fact or nothing`() {
    var random = SeededGenerator(seed: 0x57EA)
    let templates: [[UInt8]] = [
      TLSBytes.clientHello(
        sessionID: TLSBytes.secret(1), ticket: TLSBytes.secret(2), identities: [TLSBytes.secret(3)],
        offersEarlyData: true),
      TLSBytes.serverHello(sessionID: TLSBytes.secret(1), isTLS13: true, selectedIdentity: 0),
      TLSBytes.newSessionTicket(TLSBytes.secret(9)), SSHBytes.packet(20, 30),
      Array(
        "POST /x HTTP/1.1\r\nForwarded: for=\"[2001:db8::7]:1\";by=_x\r\nX-Forwarded-For: 1.2.3.4, ::1\r\nContent-Length: 3\r\n\r\nabc"
          .utf8),
      Array("PROXY TCP6 2001:db8::7 2001:db8::1 1 2\r\n".utf8),
      [0x0D, 0x0A, 0x0D, 0x0A, 0, 0x0D, 0x0A, 0x51, 0x55, 0x49, 0x54, 0x0A, 0x21, 0x21, 0, 36]
        + [UInt8](repeating: 1, count: 36),
    ]
    var found = 0
    for round in 0..<100_000 {
      var bytes = templates[round % templates.count]
      if round % 11 == 0 {
        bytes = (0..<Int.random(in: 0...80, using: &random)).map { _ in UInt8.random(in: 0...255, using: &random) }
      }
      for _ in 0..<Int.random(in: 0...4, using: &random) where !bytes.isEmpty {
        bytes[Int.random(in: bytes.indices, using: &random)] = UInt8.random(in: 0...255, using: &random)
      }
      bytes = Array(bytes.prefix(Int.random(in: 0...bytes.count, using: &random) | (round % 3 == 0 ? .max >> 1 : 0)))
      read(bytes) { span in
        let body = span.extracting(min(9, span.byteCount)..<span.byteCount)
        if let hello = ClientHello(body) {
          found += 1
          for range in [hello.sessionID, hello.ticket] + hello.identities(in: body) {
            #expect(range.upperBound <= body.byteCount)
          }
        }
        if let hello = ServerHello(body) { #expect(hello.sessionID.upperBound <= body.byteCount) }
        if let ticket = TLSHandshake.newSessionTicket(body) { #expect(ticket.upperBound <= body.byteCount) }
        _ = TLSRecord(span, at: round % 7)
        if let packet = SSHPacket(span, at: round % 3) { #expect(packet.length % 8 == 0) }
        var start = StreamStart()
        start.search(span)
        #expect(start.offset <= span.byteCount)
        var searched = 0
        if let end = HTTPRequestHead.end(span, searched: &searched), let head = HTTPRequestHead(span, in: 0..<end) {
          found += 1
          for chain in head.forwarded { #expect(chain.hops.count <= ForwardedChain.limit) }
        }
        if case .found(let header) = ProxyHeader.read(span) {
          found += 1
          #expect(header.length <= span.byteCount)
        }
      }
    }
    #expect(found > 1_000)
  }
}
