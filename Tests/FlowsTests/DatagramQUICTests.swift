import Packets
import TestSupport
import Testing

@testable import Flows

/// The passive rules for QUIC of methodology 2.4 (RFC 9000 section 8.1), and what a client without sight can send instead.
@Suite struct DatagramQUICTests {
  private static let versions: [UInt32] = [1, 0x6B33_43CF, 0xFF00_001D]
  private let guess: [UInt8] = [0x83, 0x94, 0xC8, 0xF0, 0x3E, 0x51, 0x57, 0x08]
  private let client: [UInt8] = [0xC1, 0x1E, 0x27, 0x00, 0x91, 0xAB, 0x4D, 0x66]
  private let server: [UInt8] = [0xF0, 0x67, 0xA5, 0x50, 0x2A, 0x42, 0x62, 0xB5]
  private let token: [UInt8] = [0x70, 0x61, 0x72, 0x83, 0x94, 0xA5, 0xB6, 0xC7, 0xD8, 0xE9]

  private func initial(to: [UInt8], from: [UInt8], version: UInt32 = 1, token: [UInt8] = []) -> [UInt8] {
    Message.quic(.initial, version: version, to: to, from: from, token: token, content: 1_180)
  }

  /// The exchange as far as the client's second flight.
  private func opened(
    version: UInt32 = 1, weAsk: Bool = false, family: Int = 0, client: [UInt8]? = nil, server: [UInt8]? = nil
  ) -> DatagramTalk {
    let (client, server) = (client ?? self.client, server ?? self.server)
    var talk = DatagramTalk(port: 443, weAsk: weAsk, family: family)
    let first = initial(to: guess, from: client, version: version)
    let answer =
      Message.quic(.initial, version: version, to: client, from: server)
      + Message.quic(.handshake, version: version, to: client, from: server, content: 900)
    if weAsk {
      talk.us(first)
      talk.x(answer)
    } else {
      talk.x(first)
      talk.us(answer)
    }
    return talk
  }

  @Test(arguments: versions, 0...1) func `a Handshake packet to the server's id completes`(version: UInt32, family: Int)
  {
    var talk = opened(version: version, family: family)
    #expect(talk.evidence == .claimed)
    var guessing = talk
    talk.x(Message.quic(.handshake, version: version, to: server, from: client) + Message.quicShort(to: server))
    #expect(talk.evidence == .exchanged && talk.ours == .exchanged)
    guessing.x(Message.quic(.handshake, version: version, to: guess, from: client))
    #expect(guessing.evidence == .twoWay)
  }

  @Test(arguments: versions) func `an Initial to the server's id is an echo`(version: UInt32) {
    var talk = opened(version: version)
    talk.x(initial(to: server, from: client, version: version))
    #expect(talk.evidence == .echoed)
    // Coalesced behind it, the Handshake packet completes.
    talk.x(
      initial(to: server, from: client, version: version)
        + Message.quic(.handshake, version: version, to: server, from: client))
    #expect(talk.evidence == .exchanged)
  }

  @Test func `a Handshake packet before the server's is no completion`() {
    var talk = DatagramTalk(port: 443)
    talk.x(initial(to: guess, from: client))
    talk.x(Message.quic(.handshake, to: server, from: client))
    talk.us(Message.quic(.initial, to: client, from: server))
    talk.x(Message.quic(.handshake, to: server, from: client))
    #expect((talk.evidence?.grade ?? .e5) <= .e2)
  }

  @Test func `server ids of less than 64 bits prove nothing`() {
    for id in [[], [1, 2, 3, 4], [1, 2, 3, 4, 5, 6, 7]] as [[UInt8]] {
      var talk = opened(server: id)
      talk.x(Message.quic(.handshake, to: id, from: client))
      #expect(talk.evidence == .twoWay)
    }
  }

  @Test func `a server id that follows from the client's proves nothing`() {
    let hash = guess.reduce(0xCBF2_9CE4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
    var edited = guess
    edited[0] = 0xFE
    for id in [guess, edited, bytes(of: hash), bytes(of: hash, .little), client] {
      var talk = opened(server: id)
      talk.x(Message.quic(.handshake, to: id, from: client))
      #expect((talk.evidence?.grade ?? .e5) <= .e2)
    }
    // The client may begin anew as often as it likes: what it sent before is not forgotten.
    var patient = DatagramTalk(port: 443)
    for number in 0..<20 as Range<UInt8> {
      patient.x(initial(to: [UInt8](repeating: number, count: 4) + [9, 8, 7, 6, number], from: client))
    }
    patient.us(Message.quic(.initial, to: client, from: [0, 0, 0, 0, 9, 8, 7, 6, 0]))
    patient.x(Message.quic(.handshake, to: [0, 0, 0, 0, 9, 8, 7, 6, 0], from: client))
    #expect((patient.evidence?.grade ?? .e5) <= .e2)
  }

  @Test func `a Retry token or id that comes back is an echo`() {
    var talk = DatagramTalk(port: 443)
    talk.x(initial(to: guess, from: client))
    talk.us(Message.quic(.retry, to: client, from: [1], token: token))
    #expect(talk.evidence == .claimed)
    var wrong = talk
    talk.x(initial(to: [1], from: client, token: token))
    #expect(talk.evidence == .echoed)
    wrong.x(initial(to: [1], from: client, token: token.dropLast() + [0]))
    #expect(wrong.evidence == .claimed)
    var byID = DatagramTalk(port: 443)
    byID.x(initial(to: guess, from: client))
    byID.us(Message.quic(.retry, to: client, from: server, token: token))
    byID.x(initial(to: server, from: client, token: [1]))
    #expect(byID.evidence == .echoed)
    // A Handshake packet to the Retry's id, before the server sent its keys, completes nothing.
    byID.x(Message.quic(.handshake, to: server, from: client))
    #expect(byID.evidence == .echoed)
  }

  @Test(arguments: 0...1) func `16: a token without a captured Retry and early data stay a claim`(family: Int) {
    var talk = DatagramTalk(port: 443, family: family)
    talk.x(initial(to: guess, from: client, token: token))
    talk.x(Message.quic(.zeroRTT, to: guess, from: client, content: 1_000))
    for _ in 0..<3 { talk.us(Message.quic(.initial, to: client, from: server, content: 1_000)) }
    talk.x(Message.quic(.zeroRTT, to: guess, from: client, content: 1_000))
    #expect(talk.evidence == .claimed)
    #expect(talk.ours == .echoed)
  }

  @Test func `short headers after the server's packets are two-way traffic, before them a claim`() {
    var early = DatagramTalk(port: 443)
    early.x(initial(to: guess, from: client))
    early.x(Message.quicShort(to: server))
    early.us(Message.quic(.initial, to: client, from: server))
    #expect(early.evidence == .claimed)
    early.x(Message.quicShort(to: server))
    #expect(early.evidence == .twoWay)
  }

  @Test(arguments: 0...1) func `a server is verified by the client's id, and by more once the exchange completes`(
    family: Int
  ) {
    var talk = opened(weAsk: true, family: family)
    #expect(talk.evidence == .echoed)
    talk.us(Message.quic(.handshake, to: server, from: client))
    #expect(talk.evidence == .exchanged)
    #expect(opened(weAsk: true, client: [], server: server).evidence == .twoWay)
    var wrong = DatagramTalk(port: 443, weAsk: true)
    wrong.us(initial(to: guess, from: client))
    wrong.x(Message.quic(.initial, to: client.dropLast() + [0], from: server))
    #expect(wrong.evidence == .twoWay)
  }

  @Test func `a version negotiation returns the client's id`() {
    var talk = DatagramTalk(port: 443, weAsk: true)
    talk.us(initial(to: guess, from: client, version: 0x1A2A_3A4A))
    var wrong = talk
    talk.x(Message.quicVersions(to: client, from: guess))
    #expect(talk.evidence == .echoed)
    wrong.x(Message.quicVersions(to: server, from: guess))
    #expect(wrong.evidence == .twoWay)
    // It repeats ids, it chooses none: ours verifies no client.
    var client = DatagramTalk(port: 443)
    client.x(initial(to: guess, from: self.client, version: 0x1A2A_3A4A))
    client.us(Message.quicVersions(to: self.client, from: guess))
    client.x(initial(to: guess, from: self.client))
    #expect(client.evidence == .claimed)
  }

  @Test func `unknown versions go by the invariants`() {
    let unknown: UInt32 = 0x0A1A_2A3A
    var talk = DatagramTalk(port: 443)
    talk.x(initial(to: guess, from: client, version: unknown))
    talk.us(Message.quic(.handshake, version: unknown, to: client, from: server))
    #expect(talk.evidence == .claimed)
    talk.x(Message.quic(.handshake, version: unknown, to: server, from: client))
    #expect(talk.evidence == .echoed)
    // Something else whose first bit is set is not QUIC.
    var rtp = DatagramTalk(port: 20_000)
    rtp.x([0x80, 0x60] + [UInt8](repeating: 5, count: 170))
    rtp.us([0x80, 0x60] + [UInt8](repeating: 6, count: 170))
    #expect(rtp.evidence == .twoWay)
  }

  @Test func `a server seen first may only repeat what the capture lacks`() {
    // The client's Initial was missed, and the server took the client's id for its own.
    var talk = DatagramTalk(port: 40_000, asker: 443, weAsk: true)
    talk.us(Message.quic(.initial, to: client, from: guess))
    talk.x(Message.quic(.handshake, to: guess, from: client))
    #expect((talk.evidence?.grade ?? .e5) <= .e2)
  }

  @Test func `eight wrong ids before the right one are guessing`() {
    var talk = opened()
    for number in 0..<8 as Range<UInt8> { talk.x(initial(to: [number, 2, 3, 4, 5, 6, 7, 8], from: client)) }
    talk.x(Message.quic(.handshake, to: server, from: client))
    #expect(talk.evidence == .guessed)
  }

  @Test func `another address is another flow, without credit`() throws {
    var talk = opened()
    talk.x(Message.quic(.handshake, to: server, from: client))
    talk.talk.client.endpoint.port = 40_001
    talk.x(Message.quicShort(to: server))
    talk.us(Message.quicShort(to: client))
    let moved = try #require(talk.records.first { $0.originator.port == 40_001 })
    #expect(moved.originatorEvidence == .twoWay)
  }

  @Test func `headers before the snap length suffice, fragments do not`() {
    var talk = opened()
    talk.x(Message.quic(.handshake, to: server, from: client, content: 500))
    let cut = talk.talk.frames.map { $0.cut(to: 120) }
    #expect(
      flows(of: cut, prefixes: DatagramTalk.prefixes).first?.evidence(of: DatagramTalk.ranges[0]) == .exchanged)
    var fragments = DatagramTalk(port: 443)
    fragments.x(initial(to: guess, from: client)) { $0.fragmentField = 0x2000 }
    fragments.us(Message.quic(.initial, to: client, from: server))
    fragments.x(Message.quic(.handshake, to: server, from: client))
    #expect(fragments.evidence == .twoWay)
  }
}
