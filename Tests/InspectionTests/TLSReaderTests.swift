import TestSupport
import Testing

@testable import Inspection

/// What is read of TLS over TCP.
@Suite struct TLSReaderTests {
  private func ssl(_ facts: ApplicationFacts, _ name: String) -> FactValue? {
    EncryptedTalk.field(facts, "ssl", name)
  }

  @Test func `a whole handshake of TLS 1.2 says all that is in the clear`() {
    let (client, server) = EncryptedTalk.session
    let facts = EncryptedTalk.facts(client, server)
    #expect(facts.services == [.ssl])
    #expect(facts.actions == .encryptedSession)
    #expect(ssl(facts, "version") == .text("TLSv12"))
    #expect(ssl(facts, "cipher") == .text("TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"))
    #expect(ssl(facts, "curve") == .text("secp256r1"))
    #expect(ssl(facts, "server_name") == .text("mail.example.org"))
    #expect(ssl(facts, "next_protocol") == .text("h2"))
    #expect(ssl(facts, "resumed") == .flag(false))
    #expect(ssl(facts, "established") == .flag(true))
    #expect(ssl(facts, "subject") == .text(#"CN=www.example.org,O=Größe\, Ltd,C=XX"#))
    #expect(ssl(facts, "not_valid_before") == .text("2014-11-24T09:30:00Z"))
    #expect(ssl(facts, "san.dns") == .texts(["www.example.org", "*.example.net"]))
    #expect(
      ssl(facts, "cert_chain_fps")
        == .texts([
          "4cddf6221598fb2284a5f978023cad308422f44e06ac8be59880f1840f530013",
          "f10154e7adfdb1e6a4e2c0532cbecec4e38cfd0e2d0de1505ac8857d0864f29e",
        ]))
    #expect(ssl(facts, "client_subject") == .text("CN=client,O=Example,C=XX"))
    #expect(facts.software.map(\.kind) == [.ja4])
    #expect(facts.tokens.map(\.kind) == [.clientCertificate] && facts.tokens.allSatisfy(\.clientIsOriginator))
  }

  @Test func `the client may be the one who did not begin the flow`() {
    let (client, server) = EncryptedTalk.session
    let facts = EncryptedTalk.facts(server, client)
    #expect(ssl(facts, "server_name") == .text("mail.example.org"))
    #expect(facts.tokens.first?.clientIsOriginator == false)
  }

  @Test func `cut anywhere it says nothing else than the whole`() throws {
    let (client, server) = EncryptedTalk.session
    let whole = try #require(EncryptedTalk.facts(client, server).entries.first)
    var named = 0
    for count in 0...client.count {
      let facts = EncryptedTalk.facts(Array(client.prefix(count)), [])
      for field in facts.entries.first?.fields ?? [] where field.name != "client_cert_chain_fps" {
        #expect(field.value == whole[field.name], "\(field.name) of \(count) bytes")
      }
      if ssl(facts, "server_name") != nil { named += 1 }
      #expect(!facts.actions.contains(.encryptedSession))
    }
    // From where the name is whole, which is before the hello is.
    #expect(named > client.count - 200)
    for count in 0...server.count {
      let facts = EncryptedTalk.facts(client, Array(server.prefix(count)))
      for field in facts.entries.first?.fields ?? [] where field.name != "cert_chain_fps" {
        #expect(field.value == whole[field.name], "\(field.name) of \(count) bytes")
      }
    }
  }

  @Test func `one side is enough`() {
    let (client, server) = EncryptedTalk.session
    let (one, other) = (EncryptedTalk.facts(client), EncryptedTalk.facts([], server))
    #expect(one.services == [.ssl] && ssl(one, "version") == nil && one.actions.isEmpty)
    #expect(other.services == [.ssl] && ssl(other, "version") == .text("TLSv12") && ssl(other, "ja4") == nil)
    // The server's side alone, by the one who began the flow.
    #expect(EncryptedTalk.facts(server).tokens.isEmpty)
  }

  @Test func `a hello cut before it is whole gives no fingerprint`() {
    let hello = HelloBytes.records(
      HelloBytes.client(extensions: [HelloBytes.serverName("example.org"), HelloBytes.field(0x1234, [1, 2, 3, 4])]))
    let facts = EncryptedTalk.facts(Array(hello.dropLast(2)))
    #expect(ssl(facts, "server_name") == .text("example.org"))
    #expect(ssl(facts, "ja4") == nil && ssl(facts, "ja3") == nil && facts.software.isEmpty)
  }

  @Test func `TLS 1.3 hides what follows, but not that it does`() {
    let hello = HelloBytes.records(HelloBytes.client(suites: [0x1301], extensions: [HelloBytes.versions([0x0304])]))
    let chosen = HelloBytes.field(43, [3, 4])
    let share = HelloBytes.field(51, [0x11, 0xEC, 0, 1, 9])
    let retry = HelloBytes.records(
      HelloBytes.server(suite: 0x1301, random: HelloBytes.retryRandom, extensions: [chosen]))
    let answer = HelloBytes.records(HelloBytes.server(suite: 0x1301, extensions: [chosen, share]))
    let data = TLSBytes.encrypted(60)
    let facts = EncryptedTalk.facts(
      hello + TLSBytes.changeCipherSpec + hello + data, retry + TLSBytes.changeCipherSpec + answer + data)
    #expect(ssl(facts, "version") == .text("TLSv13"))
    #expect(ssl(facts, "curve") == .text("X25519MLKEM768"))
    #expect(ssl(facts, "resumed") == .flag(false))
    #expect(ssl(facts, "established") == .flag(true))
    #expect(facts.actions == .encryptedSession)
    // Both hellos have a mark, the one that the server demanded one of its own.
    let named = HelloBytes.records(
      HelloBytes.client(
        suites: [0x1301], extensions: [HelloBytes.versions([0x0304]), HelloBytes.serverName("example.org")]))
    let again = EncryptedTalk.facts(hello + TLSBytes.changeCipherSpec + named + data, retry + answer + data)
    #expect(ssl(again, "ja4") == ssl(facts, "ja4") && ssl(again, "ja4_after_retry") != ssl(again, "ja4"))
    #expect(ssl(EncryptedTalk.facts(named), "ja4") == ssl(again, "ja4_after_retry"))
    #expect(ssl(EncryptedTalk.facts(named), "ja4_after_retry") == nil)
    // The demand for another hello is no answer yet.
    let asked = EncryptedTalk.facts(hello, retry)
    #expect(asked.actions.isEmpty && ssl(asked, "cipher") == .text("TLS_AES_128_GCM_SHA256"))
    // What is no longer than an alert does not show that the client holds the keys.
    let refused = EncryptedTalk.facts(hello + TLSBytes.encrypted(19), answer + data)
    #expect(ssl(refused, "established") == nil)
    let early = HelloBytes.records(
      HelloBytes.client(suites: [0x1301], extensions: [HelloBytes.versions([0x0304]), HelloBytes.field(42, [])]))
    #expect(ssl(EncryptedTalk.facts(early + data, answer + data), "established") == nil)
  }

  @Test func `a server that skips the key exchange resumes`() {
    let hello = HelloBytes.records(HelloBytes.client())
    let end = TLSBytes.changeCipherSpec + TLSBytes.encrypted(40, type: 22)
    let resumed = EncryptedTalk.facts(hello + end, HelloBytes.records(HelloBytes.server()) + end)
    #expect(ssl(resumed, "resumed") == .flag(true) && ssl(resumed, "established") == .flag(true))
    // Cut behind the hello nobody knows.
    let cut = EncryptedTalk.facts(hello, HelloBytes.records(HelloBytes.server()))
    #expect(ssl(cut, "resumed") == nil && ssl(cut, "established") == nil)
    #expect(cut.actions == .encryptedSession)
  }

  @Test func `a fatal alert in the clear ends it`() {
    let hello = HelloBytes.records(HelloBytes.client())
    let refused = EncryptedTalk.facts(
      hello, HelloBytes.records(HelloBytes.server()) + TLSBytes.record(21, [2, 40]))
    #expect(ssl(refused, "last_alert") == .text("handshake_failure"))
    #expect(ssl(refused, "established") == .flag(false))
  }

  @Test func `session ids, tickets and randoms stay out`() {
    let client = TLSBytes.clientHello(
      sessionID: Array("SECRET-SESSION".utf8), ticket: Array("SECRET-TICKET".utf8),
      identities: [Array("SECRET-IDENTITY".utf8)])
    let facts = EncryptedTalk.facts(client, TLSBytes.serverHello(isTLS13: true))
    #expect(facts.services == [.ssl] && facts.tokens.isEmpty)
    for field in facts.entries.flatMap(\.fields) { #expect(!"\(field.value)".contains("SECRET"), "\(field.name)") }
  }

  @Test func `SSL 2 is known by lengths that add up`() {
    let suites: [UInt8] = [1, 0, 0x80, 7, 0, 0xC0]
    func hello(_ version: [UInt8], challenge: Int = 16) -> [UInt8] {
      let body = [1] + version + [0, 6, 0, 0, 0, 16] + suites + [UInt8](repeating: 7, count: challenge)
      return [0x80, UInt8(body.count)] + body
    }
    #expect(EncryptedTalk.facts(hello([0, 2])).services == [.ssl])
    let later = EncryptedTalk.facts(hello([3, 1]), HelloBytes.records(HelloBytes.server(version: 0x0301)))
    #expect(later.services == [.ssl] && ssl(later, "version") == .text("TLSv10"))
    for wrong in [hello([2, 0]), hello([0, 2], challenge: 15), Array(hello([0, 2]).prefix(8))] {
      #expect(EncryptedTalk.facts(wrong).services.isEmpty)
    }
  }

  @Test(
    arguments: [
      "16 03 01", "16 03 01 00 05 01", "16 03 01 00 05 01 00 00 01 00", "16 03 01 00 2F 01 00 00 90 03 03",
      "16 03 01 00 2A 02 00 00 25 03 03", "17 03 03 00 20 AA AA", "15 03 01 00 02 02 28", "14 03 03 00 01 01",
      "16 03 01 00 2A 01 00 00 26 04 03 00",
    ])
  func `a few right bytes are not enough`(bytes: String) {
    #expect(EncryptedTalk.facts(hex(bytes)).services.isEmpty)
  }

  @Test func `another protocol that gives way to TLS is followed`() {
    let (client, server) = EncryptedTalk.session
    let facts = EncryptedTalk.facts(
      hex("2000000185AE7F0000000001210000000000000000000000000000000000000000000000") + client,
      hex("0A000000") + Array("x.y.z-greeting".utf8) + server)
    #expect(facts.services == [.ssl] && ssl(facts, "server_name") == .text("mail.example.org"))
    // One side alone may hold the bytes of a hello by accident.
    #expect(EncryptedTalk.facts([9, 9] + client, [9, 9]).services.isEmpty)
  }

  @Test func `hostile bytes give facts or none`() {
    var random = SeededGenerator(seed: 11)
    let (client, server) = EncryptedTalk.session
    var read = 0
    for _ in 0..<2_000 {
      var sides = [client, server]
      for _ in 0..<Int.random(in: 1...6, using: &random) {
        let side = Int.random(in: 0...1, using: &random)
        sides[side][Int.random(in: sides[side].indices, using: &random)] = UInt8.random(in: 0...255, using: &random)
      }
      let facts = EncryptedTalk.facts(
        Array(sides[0].prefix(Int.random(in: 0...client.count, using: &random))), sides[1])
      read += facts.entries.count
      #expect(facts.entries.count <= 1 && facts.tokens.count <= 1)
    }
    #expect(read > 700)
  }
}
