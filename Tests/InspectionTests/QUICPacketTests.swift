import TestSupport
import Testing

@testable import Inspection

/// QUIC headers, with the samples of RFC 9001 and RFC 9369 appendix A.
@Suite struct QUICPacketTests {
  private static let versions: [UInt32] = [1, 0x6B33_43CF, 0xFF00_001D]

  @Test func `the sample packets of the RFCs`() throws {
    let id = connectionID(hex("8394c8f03e515708"))
    let server = connectionID(hex("f067a5502a4262b5"))
    for (sample, form) in [
      ("c300000001088394c8f03e5157080000449e7b9aec34", QUICPacket.Form.initial),
      ("d36b3343cf088394c8f03e5157080000449ea0c95e82", .initial),
    ] {
      let packet = try #require(Found.packets(hex(sample)).first)
      #expect(packet.form == form && packet.destination.nonce == id.nonce && packet.source.length == 0)
    }
    for sample in [
      "ff000000010008f067a5502a4262b5746f6b656e04a265ba2eff4d829058fb3f0f2496ba",
      "cf6b3343cf0008f067a5502a4262b5746f6b656ec8646ce8bfe33952d955543665dcc7b6",
    ] {
      let packet = try #require(Found.packets(hex(sample)).first)
      #expect(packet.form == .retry && packet.source.nonce == server.nonce)
      // "token" is shorter than 64 bits.
      #expect(packet.token == nil)
    }
  }

  @Test(arguments: versions) func `every type of every version`(version: UInt32) {
    let token: [UInt8] = [1, 2, 3, 4, 5, 6, 7, 8, 9]
    let forms: [QUICPacket.Form] = [.initial, .zeroRTT, .handshake, .retry]
    for (type, form) in zip(Message.QUICType.allCases, forms) {
      let packets = Found.packets(
        Message.quic(type, version: version, to: [1, 2, 3, 4, 5, 6, 7, 8], from: [9], token: token))
      #expect(packets.map(\.form) == [form])
      #expect(packets.first?.destination.length == 8 && packets.first?.source.length == 1)
      #expect((packets.first?.token != nil) == (type == .initial || type == .retry))
    }
  }

  @Test func `coalesced packets are walked, short headers end the walk`() {
    let (a, b): ([UInt8], [UInt8]) = ([1, 2, 3, 4, 5, 6, 7, 8], [8, 7, 6, 5, 4, 3, 2, 1])
    let datagram =
      Message.quic(.initial, to: a, from: b) + Message.quic(.handshake, to: a, from: b) + Message.quicShort(to: a)
    #expect(Found.packets(datagram).map(\.form) == [.initial, .handshake])
    #expect(Found.packets(Message.quicShort(to: a)).map(\.form) == [.short])
    #expect(Found.packets([UInt8](repeating: 0, count: 30)).isEmpty)
    let many = Array(repeating: Message.quic(.handshake, to: a, from: b, content: 1), count: 40).flatMap(\.self)
    #expect(Found.packets(many).count == 8)
    // What is longer than the datagram ends it.
    #expect(Found.packets(Array(datagram.prefix(50))).map(\.form) == [.initial])
  }

  @Test func `a Retry token that was cut is none`() {
    let retry = Message.quic(.retry, to: [], from: [1, 2, 3, 4, 5, 6, 7, 8], token: [1, 2, 3, 4, 5, 6, 7, 8])
    #expect(Found.packets(retry).first?.token != nil)
    #expect(Found.packets(Array(retry.dropLast()), isWhole: false).first?.token == nil)
  }

  @Test func `unknown versions and version negotiation`() {
    let id: [UInt8] = [1, 2, 3, 4, 5, 6, 7, 8]
    #expect(Found.packets(Message.quic(.initial, version: 0x1A2A_3A4A, to: id, from: id)).map(\.form) == [.unknown])
    #expect(Found.packets(Message.quicVersions(to: id, from: id)).map(\.form) == [.versionNegotiation])
    #expect(Found.packets(Message.quic(.initial, to: id, from: [UInt8](repeating: 1, count: 21))).isEmpty)
  }

  @Test func `ids that follow from others are known`() {
    var generator = SeededGenerator(seed: 3)
    for _ in 0..<2_000 {
      let id = generator.bytes(8 + Int(generator.next() % 13))
      let other = generator.bytes(8 + Int(generator.next() % 13))
      #expect(!connectionID(other).isDerived(from: connectionID(id)))
      var edited = id
      for index in [0, 3, 5] { edited[index] = generator.bytes(1)[0] }
      for derived in [id, edited, Array(id.prefix(8)), Array(id.suffix(8)), id + [7]] where derived.count >= 8 {
        #expect(connectionID(derived).isDerived(from: connectionID(id)))
      }
      let hash = id.reduce(0xCBF2_9CE4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
      #expect(connectionID(bytes(of: hash)).isDerived(from: connectionID(id)))
      #expect(connectionID(bytes(of: hash, .little)).isDerived(from: connectionID(id)))
    }
    #expect(!connectionID([1, 2, 3, 4, 5, 6, 7, 8]).isDerived(from: .none))
  }
}
