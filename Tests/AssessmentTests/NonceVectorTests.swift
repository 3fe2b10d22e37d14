import Assessment
import Catalog
import Flows
import Packets
import TestSupport
import Testing

/// The test vectors of methodology 8.1 that rest on nonces outside TCP, from frames to findings.
@Suite struct NonceVectorTests {
  private let guess: [UInt8] = [0x83, 0x94, 0xC8, 0xF0, 0x3E, 0x51, 0x57, 0x08]
  private let client: [UInt8] = [0xC1, 0x1E, 0x27, 0x00]
  private let server: [UInt8] = [0xF0, 0x67, 0xA5, 0x50, 0x2A, 0x42, 0x62, 0xB5]
  private let token: [UInt8] = [0x70, 0x61, 0x72, 0x83, 0x94, 0xA5, 0xB6, 0xC7]

  private func finding(_ family: Family, _ talk: Conversation) throws -> Finding {
    var text = CatalogText(family: family)
    text.claim()
    return try Pipeline(family: family, catalog: try text.load()).finding(talk.frames)
  }

  /// We ask X.
  private func toX(_ family: Family, port: UInt16) -> Conversation {
    Conversation(
      client: Endpoint(address: family.us, port: 40_000), server: Endpoint(address: family.x(7), port: port),
      start: time(2014, 11, 24, 43_200))
  }

  @Test(arguments: Family.allCases) func `14: UDP from the range and our reply`(family: Family) throws {
    for port in [53, 123, 9_999] as [UInt16] {
      var talk = Conversation.fromX(family, port: port)
      talk.datagram(Message.dns(1), from: .client)
      talk.datagram(Message.dns(1, isResponse: true), from: .server)
      let finding = try finding(family, talk)
      #expect(finding.verdict == .unverifiable && finding.reasons == [.twoWayUnverified])
    }
  }

  @Test(arguments: Family.allCases) func `15: QUIC client Handshake packet to the server's id`(family: Family) throws {
    var talk = Conversation.fromX(family, port: 443)
    talk.datagram(Message.quic(.initial, to: guess, from: client, content: 1_180), from: .client)
    talk.datagram(
      Message.quic(.initial, to: client, from: server) + Message.quic(.handshake, to: client, from: server),
      from: .server)
    var forged = talk
    talk.datagram(Message.quic(.handshake, to: server, from: client), from: .client)
    let finding = try finding(family, talk)
    #expect(finding.verdict == .exclusive && finding.reasons == [.nonceEcho] && finding.likelihood != nil)
    #expect(finding.flows.first?.record.originatorEvidence == SideEvidence(.e5, .keyExchange))
    forged.datagram(Message.quic(.handshake, to: guess, from: client), from: .client)
    #expect(try self.finding(family, forged).reasons == [.twoWayUnverified])
  }

  @Test(arguments: Family.allCases) func `16: QUIC token without a captured Retry, early data`(family: Family) throws {
    var talk = Conversation.fromX(family, port: 443)
    talk.datagram(Message.quic(.initial, to: guess, from: client, token: token, content: 1_180), from: .client)
    talk.datagram(Message.quic(.zeroRTT, to: guess, from: client, content: 1_000), from: .client)
    let alone = try finding(family, talk)
    #expect(alone.verdict == .unverifiable && alone.reasons == [.oneWay])
    for _ in 0..<3 {
      talk.datagram(Message.quic(.initial, to: client, from: server, content: 1_100), from: .server)
    }
    let answered = try finding(family, talk)
    #expect(answered.verdict == .unverifiable && answered.reasons == [.oneWay])
  }

  @Test(arguments: Family.allCases) func `a DNS answer to our question is exclusive, a wrong one is not`(family: Family)
    throws
  {
    var talk = toX(family, port: 53)
    talk.datagram(Message.dns(0x5EED), from: .client)
    var forged = talk
    talk.datagram(Message.dns(0x5EED, isResponse: true), from: .server)
    let finding = try finding(family, talk)
    #expect(finding.verdict == .exclusive && finding.reasons == [.nonceEcho])
    forged.datagram(Message.dns(0x5EEE, isResponse: true), from: .server)
    #expect(try self.finding(family, forged).reasons == [.twoWayUnverified])
  }

  @Test(arguments: Family.allCases) func `an echo reply is exclusive with a random payload alone`(family: Family) throws
  {
    var generator = SeededGenerator(seed: 11)
    for (payload, verdict) in [(generator.bytes(120), Verdict.exclusive), ([UInt8](0..<120), .unverifiable)] {
      var talk = toX(family, port: 0)
      talk.echo(from: .client, identifier: 9, sequence: 1, payload: payload)
      talk.echo(from: .server, identifier: 9, sequence: 1, payload: payload)
      #expect(try finding(family, talk).verdict == verdict)
    }
  }
}
