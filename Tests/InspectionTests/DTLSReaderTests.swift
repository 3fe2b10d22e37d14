import TestSupport
import Testing

@testable import Inspection

/// What is read of DTLS.
@Suite struct DTLSReaderTests {
  private func ssl(_ facts: ApplicationFacts, _ name: String) -> FactValue? {
    EncryptedTalk.field(facts, "ssl", name)
  }

  /// A record.
  private func record(_ type: UInt8, epoch: UInt16 = 0, _ body: [UInt8]) -> [UInt8] {
    [type, 0xFE, 0xFD] + HelloBytes.numbers([epoch]) + [UInt8](repeating: 0, count: 6) + HelloBytes.vector(2, body)
  }

  /// The fragments of a message, each with at most so many bytes.
  private func fragments(_ message: [UInt8], number: UInt16, of size: Int) -> [[UInt8]] {
    let body = Array(message.dropFirst(4))
    return stride(from: 0, to: max(body.count, 1), by: size).map { start in
      let part = Array(body[start..<min(body.count, start + size)])
      let place = [UInt8(start >> 16), UInt8(start >> 8 & 0xFF), UInt8(start & 0xFF)]
      return record(22, message[0..<4] + HelloBytes.numbers([number]) + place + HelloBytes.vector(3, part))
    }
  }

  private let hello = HelloBytes.client(
    version: 0xFEFD, suites: [0xC02B],
    extensions: [HelloBytes.serverName("turn.example.org"), HelloBytes.signatureAlgorithms([0x0403])], cookie: [])

  @Test func `messages are put together of fragments in any order`() {
    let client = fragments(hello, number: 0, of: 20)
    let server =
      fragments(HelloBytes.server(version: 0xFEFD, suite: 0xC02B), number: 0, of: 30)
      + fragments(HelloBytes.certificates([CertificateBytes.server]), number: 1, of: 100)
      + fragments(HelloBytes.keyExchange(curve: 29), number: 2, of: 100)
    var datagrams = client.reversed().map { (true, $0) }
    datagrams.append((false, server.reversed().flatMap(\.self)))
    for isFromClient in [true, false] {
      datagrams.append((isFromClient, record(20, [1]) + record(22, epoch: 1, [UInt8](repeating: 9, count: 40))))
    }
    let facts = EncryptedTalk.facts(datagrams)
    #expect(facts.services == [.ssl] && facts.actions == .encryptedSession)
    #expect(ssl(facts, "version") == .text("DTLSv12"))
    #expect(ssl(facts, "server_name") == .text("turn.example.org"))
    #expect(ssl(facts, "curve") == .text("x25519"))
    #expect(ssl(facts, "established") == .flag(true))
    #expect(ssl(facts, "subject") == .text(#"CN=www.example.org,O=Größe\, Ltd,C=XX"#))
    #expect(facts.software.first?.value.hasPrefix("dd2d010200_") == true)
  }

  @Test func `DTLS 1.3 and a flow that the server began`() {
    let answer = HelloBytes.server(
      version: 0xFEFD, suite: 0x1301, extensions: [HelloBytes.field(43, [0xFE, 0xFC])])
    let facts = EncryptedTalk.facts([
      (true, fragments(answer, number: 0, of: 1_000)[0] + [0x2F, 1, 2, 3]),
      (false, fragments(hello, number: 0, of: 1_000)[0]),
    ])
    #expect(ssl(facts, "version") == .text("DTLSv13"))
    // The data of the client is missing.
    #expect(ssl(facts, "established") == nil)
  }

  @Test func `other packets of the same ports are passed over`() {
    let stun: [UInt8] = [0, 1, 0, 0, 0x21, 0x12, 0xA4, 0x42] + [UInt8](repeating: 3, count: 12)
    let facts = EncryptedTalk.facts([
      (true, stun), (false, stun), (true, fragments(hello, number: 0, of: 1_000)[0]), (true, [0x80] + stun),
    ])
    #expect(facts.services == [.ssl] && facts.actions.isEmpty)
    #expect(EncryptedTalk.facts([(true, stun)]).services.isEmpty)
    #expect(EncryptedTalk.facts([(true, record(22, [1, 0, 0, 9]))]).services.isEmpty)
    #expect(EncryptedTalk.facts([(true, record(23, epoch: 1, [1, 2, 3]))]).services.isEmpty)
  }

  @Test func `hostile datagrams give facts or none`() {
    var random = SeededGenerator(seed: 12)
    let parts = fragments(hello, number: 0, of: 40).map { (true, $0) }
    var read = 0
    for _ in 0..<6_000 {
      var datagrams = parts
      for _ in 0..<Int.random(in: 1...3, using: &random) {
        let index = Int.random(in: datagrams.indices, using: &random)
        datagrams[index].1[Int.random(in: datagrams[index].1.indices, using: &random)] = UInt8.random(
          in: 0...255, using: &random)
      }
      read += EncryptedTalk.facts(datagrams).entries.count
    }
    #expect(read > 1_000)
  }
}
