import Foundation
import TestSupport
import Testing

@testable import Inspection

/// The parsers of 2.4 one by one: what each message gives, and what it must not give.
@Suite struct DatagramNonceTests {
  private func uses(_ datagram: [UInt8], from source: UInt16 = 40_000, to destination: UInt16 = 9_999) -> [String] {
    Found.read(datagram, from: source, to: destination).map(\.description)
  }

  // MARK: DNS

  @Test func `a DNS answer returns id and question as they stood`() {
    let query = Found.read(Message.dns(7, "wWw.ExamPle.org"), from: 40_000, to: 53)
    let answer = Found.read(Message.dns(7, "wWw.ExamPle.org", isResponse: true), from: 53, to: 40_000)
    #expect(query.map(\.use) == [.chosen] && answer.map(\.use) == [.returned])
    #expect(query.map(\.nonce) == answer.map(\.nonce))
    for other in [
      Message.dns(8, "wWw.ExamPle.org", isResponse: true), Message.dns(7, "www.example.org", isResponse: true),
      Message.dns(7, "wWw.ExamPle.com", isResponse: true),
    ] {
      #expect(Found.read(other, from: 53, to: 40_000).map(\.nonce) != query.map(\.nonce))
    }
  }

  @Test(arguments: [53, 123, 1_023, 5_353, 5_355] as [UInt16])
  func `a DNS asker at a fixed port chose too little`(port: UInt16) {
    #expect(uses(Message.dns(7), from: port, to: 53) == ["mentioned dnsQuery"])
    #expect(uses(Message.dns(7, isResponse: true), from: 53, to: port) == ["mentioned dnsQuery"])
  }

  @Test func `a DNS asker whose id is 0 chose none`() {
    #expect(uses(Message.dns(0), from: 40_000, to: 53) == ["mentioned dnsQuery"])
    #expect(uses(Message.dns(0, isResponse: true), from: 53, to: 40_000) == ["mentioned dnsQuery"])
  }

  @Test func `mDNS and LLMNR have no nonce`() {
    for port in [5_353, 5_355] as [UInt16] {
      #expect(uses(Message.dns(7), to: port) == [] && uses(Message.dns(7, isResponse: true), from: port) == [])
    }
  }

  @Test func `a DNS cookie is the server's part alone`() {
    var generator = SeededGenerator(seed: 1)
    let cookie = generator.bytes(16)
    let answer = Found.read(Message.dns(7, isResponse: true, serverCookie: cookie), from: 53, to: 40_000)
    let query = Found.read(Message.dns(8, serverCookie: cookie), from: 40_000, to: 53)
    #expect(answer.map(\.description) == ["returned dnsQuery", "chosen dnsServerCookie"])
    #expect(query.map(\.description) == ["chosen dnsQuery", "returned dnsServerCookie"])
    #expect(answer.last?.nonce == query.last?.nonce)
    for bad in [[], generator.bytes(7), generator.bytes(33), [UInt8](repeating: 0, count: 8)] {
      #expect(uses(Message.dns(8, serverCookie: bad), to: 53) == ["chosen dnsQuery"])
    }
  }

  // MARK: DTLS

  @Test func `DTLS cookies of both kinds are read`() {
    let cookie: [UInt8] = [0x91, 0x22, 0x03, 0x77, 0x10]
    let all = [
      Message.helloVerify(cookie: cookie), Message.clientHello(cookie: cookie), Message.helloRetry(cookie: cookie),
      Message.clientHello(later: cookie),
    ].flatMap { Found.read($0) }
    #expect(all.map(\.use) == [.chosen, .returned, .chosen, .returned])
    #expect(Set(all.map(\.nonce)).count == 1)
    #expect(uses(Message.clientHello()) == [])
    #expect(uses(Message.helloVerify(cookie: [1, 2, 3])) == [])
    #expect(uses(Message.helloVerify(cookie: [9, 9, 9, 9, 9, 9])) == [])
  }

  @Test func `no DTLS cookie out of an ordinary ServerHello or an encrypted record`() {
    var hello = Message.helloRetry(cookie: [1, 2, 3, 4, 5])
    hello[30] ^= 1
    #expect(uses(hello) == [])
    var encrypted = Message.helloVerify(cookie: [1, 2, 3, 4, 5])
    encrypted[4] = 1
    #expect(uses(encrypted) == [])
  }

  // MARK: IKE

  @Test func `IKEv2 counts an SPI as chosen in IKE_SA_INIT alone`() {
    let (a, b): (UInt64, UInt64) = (0x1122_3344_5566_7788, 0x99AA_BBCC_DDEE_FF00)
    #expect(uses(Message.ike(a, 0, flags: 0x08), to: 500) == ["chosen ikeInitiator"])
    #expect(uses(Message.ike(a, b, flags: 0x20), from: 500) == ["returned ikeInitiator", "chosen ikeResponder"])
    #expect(uses(Message.ike(a, b, exchange: 35, flags: 0x08), to: 500) == ["returned ikeResponder"])
    // The answer to an unknown SPI copies what it answers (RFC 7296 section 1.5).
    #expect(uses(Message.ike(a, b, exchange: 37, flags: 0x20), from: 500) == ["returned ikeInitiator"])
    #expect(uses([0, 0, 0, 0] + Message.ike(a, 0, flags: 0x08), to: 4_500) == ["chosen ikeInitiator"])
    #expect(uses(Message.ike(a, 0, flags: 0x08), to: 4_500) == [])
    #expect(uses(Message.ike(0, b, flags: 0x20), from: 500) == [])
    #expect(uses(Message.ike(a, 0, flags: 0x08), to: 501) == [])
  }

  @Test func `IKEv1 leaves open who chose the second cookie`() {
    #expect(uses(Message.ike(1, 0, version: 1, exchange: 2, flags: 0), to: 500) == ["chosen ikeInitiator"])
    #expect(
      uses(Message.ike(1, 2, version: 1, exchange: 2, flags: 0), to: 500) == [
        "returned ikeInitiator", "chosenInAnswer ikeResponder",
      ])
    #expect(
      uses(Message.ike(1, 2, version: 1, exchange: 5, flags: 0), to: 500) == [
        "returned ikeInitiator", "returned ikeResponder",
      ])
  }

  @Test func `an IKEv2 cookie is read`() {
    let cookie: [UInt8] = [1, 2, 3, 4, 5, 6, 7, 8]
    let demand = Found.read(Message.ike(5, 0, flags: 0x20, cookie: cookie), from: 500)
    let answer = Found.read(Message.ike(5, 0, flags: 0x08, cookie: cookie), to: 500)
    #expect(demand.map(\.description) == ["returned ikeInitiator", "chosen ikeCookie"])
    #expect(answer.map(\.description) == ["chosen ikeInitiator", "returned ikeCookie"])
    #expect(demand.last?.nonce == answer.last?.nonce)
    #expect(uses(Message.ike(5, 0, flags: 0x20, cookie: [1, 2, 3]), from: 500) == ["returned ikeInitiator"])
  }

  // MARK: SIP

  @Test func `SIP nonces are read from challenge and credentials`() {
    let nonce = "84a4cc6f3082121f32b42a2187831a9e"
    let all = [
      Message.sipChallenge(nonce), Message.sipChallenge(nonce, status: 407), Message.sipRequest(nonce),
      Message.sipRequest(nonce, isProxy: true),
    ].flatMap { Found.read($0) }
    #expect(all.map(\.use) == [.chosen, .chosen, .returned, .returned])
    #expect(Set(all.map(\.nonce)).count == 1)
    #expect(uses(Message.sipRequest(nil)) == [])
    #expect(uses(Message.sipChallenge(nonce, status: 200)) == [])
  }

  @Test(arguments: ["", "1234567", "aaaaaaaaaaaa", "1416816000", "ababababab"])
  func `a SIP nonce without 32 bits does not count`(nonce: String) {
    #expect(uses(Message.sipChallenge(nonce)) == [] && uses(Message.sipRequest(nonce)) == [])
  }

  @Test func `no SIP nonce out of folded lines, cut lines, bodies, or two in one header`() {
    let start = "SIP/2.0 401 Unauthorized\r\n"
    let header = "WWW-Authenticate: Digest nonce=\"84a4cc6f3082121f\""
    #expect(uses(Array((start + header + "\r\n\r\n").utf8)) == ["chosen sipNonce"])
    #expect(uses(Array((start + "Subject: x\r\n " + header + "\r\n\r\n").utf8)) == [])
    #expect(uses(Array((start + header).utf8)) == [])
    #expect(uses(Array((start + "\r\n" + header + "\r\n").utf8)) == [])
    #expect(uses(Array((start + header + ", nonce=\"84a4cc6f3082121e\"\r\n\r\n").utf8)) == [])
    #expect(uses(Array((start + "WWW-Authenticate: Digest realm=\"\\\", nonce=\\\"84a4cc6f3082121f\"\r\n").utf8)) == [])
    #expect(uses(Array(("HTTP/1.1 401 x\r\n" + header + "\r\n\r\n").utf8)) == [])
  }

  // MARK: STUN

  @Test func `STUN ids and nonces are read`() {
    var generator = SeededGenerator(seed: 2)
    let (id, nonce) = (generator.bytes(12), generator.bytes(13))
    #expect(uses(Message.stun(0x0001, id)) == ["chosen stunTransaction"])
    #expect(uses(Message.stun(0x0101, id)) == ["returned stunTransaction"])
    #expect(uses(Message.stun(0x0011, id)) == [])
    for error in [401, 438] {
      #expect(
        uses(Message.stun(0x0113, id, nonce: nonce, error: error)) == ["returned stunTransaction", "chosen stunNonce"])
    }
    #expect(uses(Message.stun(0x0113, id, nonce: nonce, error: 400)) == ["returned stunTransaction"])
    #expect(uses(Message.stun(0x0003, id, nonce: nonce)) == ["chosen stunTransaction", "returned stunNonce"])
    var old = Message.stun(0x0001, id)
    old[4] ^= 1
    #expect(uses(old) == [])
  }

  // MARK: All

  /// Nonces that stand in a message twice over would let one message verify both sides.
  @Test func `every kind is apart, however alike the bytes`() {
    let value: [UInt8] = [1, 2, 3, 4, 5, 6, 7, 8]
    // Bytes have no padding, the only hazard of viewing elements as raw bytes.
    let span = unsafe value.span.bytes
    let nonces = Nonce.Kind.allCases.map { Nonce($0, span, 0..<8) }
    #expect(Set(nonces.map(\.digest)).count == nonces.count)
    #expect(Nonce(.dnsQuery, span, 0..<8, number: 1) != nonces[0])
    #expect(Nonce(.dnsQuery, span, 0..<7) != nonces[0])
  }

  @Test func `no bytes trap, and a cut message never says more`() {
    var generator = SeededGenerator(seed: 0xF022)
    let cookie = generator.bytes(16)
    let samples: [([UInt8], UInt16)] = [
      (Message.dns(7, isResponse: true, serverCookie: cookie), 53),
      (Message.clientHello(cookie: cookie, later: cookie), 9),
      (Message.helloVerify(cookie: cookie), 9), (Message.helloRetry(cookie: cookie), 9),
      (Message.ike(1, 2, flags: 0x20, cookie: cookie), 500), ([0, 0, 0, 0] + Message.ike(1, 2, flags: 8), 4_500),
      (Message.sipChallenge("84a4cc6f3082121f"), 9), (Message.sipRequest("84a4cc6f3082121f"), 9),
      (Message.stun(0x0113, generator.bytes(12), nonce: cookie, error: 401), 9),
      (
        Message.quic(.initial, to: cookie, from: cookie, token: cookie)
          + Message.quic(.handshake, to: cookie, from: []), 9
      ),
      (Message.quicVersions(to: cookie, from: cookie), 9),
      (Message.quic(.retry, to: [], from: cookie, token: cookie), 9),
    ]
    var found = 0
    for (message, port) in samples {
      let whole = Found.read(message, from: port)
      found += whole.count
      for length in 0..<message.count {
        let part = Found.read(Array(message.prefix(length)), from: port)
        #expect(part == Array(whole.prefix(part.count)), "\(length) of \(message)")
        _ = Found.packets(Array(message.prefix(length)), isWhole: false)
      }
      for _ in 0..<1_500 {
        var damaged = message
        for _ in 0...Int(generator.next() % 6) {
          let index = Int(generator.next() % UInt64(damaged.count))
          damaged[index] = [0, 0xFF, 0x40, UInt8(truncatingIfNeeded: generator.next())][Int(generator.next() % 4)]
        }
        _ = Found.read(damaged, from: port)
        _ = Found.packets(damaged)
      }
    }
    #expect(found > 10)
    for _ in 0..<4_000 {
      let noise = generator.bytes(Int(generator.next() % 80))
      for port in [9, 53, 500, 4_500] as [UInt16] { _ = Found.read(noise, from: port) }
      _ = Found.packets([0xC0 | UInt8(generator.next() % 64)] + noise)
    }
  }
}
