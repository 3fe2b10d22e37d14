import Packets
import TestSupport
import Testing

let client4 = Endpoint(address: IPAddress(v4: 0xC633_6407), port: 40_000)
let server4 = Endpoint(address: IPAddress(v4: 0xC000_0201), port: 443)
let client6 = Endpoint(address: IPAddress(high: 0x2001_0DB8_0000_0001, low: 7), port: 40_000)
let server6 = Endpoint(address: IPAddress(high: 0x2001_0DB8_0000_0002, low: 1), port: 443)

@Suite struct DecoderTests {
  @Test(arguments: [(client4, server4), (client6, server6)])
  func conversation(_ client: Endpoint, _ server: Endpoint) throws {
    var talk = Conversation(client: client, server: server)
    talk.usesTimestamps = true
    talk.vlanTags = [100, 200]
    talk.handshake()
    talk.send(200, from: .client)
    talk.close(from: .server)
    let packets = talk.frames.compactMap { $0.packet(Decoder(checksums: .all)) }
    try #require(packets.count == 7)
    #expect(packets.allSatisfy { $0.flags.contains([.goodTransportChecksum, .tcpTimestamps]) })
    #expect(packets.allSatisfy { !$0.flags.contains(.badIPChecksum) })
    #expect(packets.allSatisfy { $0.vlan == VLANTags(outer: 100, inner: 200) })
    #expect(packets.map(\.payloadLength) == [0, 0, 0, 200, 0, 0, 0])
    #expect(packets[0].tcp.flags == [.syn])
    #expect(packets[0].tcp.maximumSegmentSize == 1_460)
    #expect(packets[2].tcp.acknowledgement == 5_001)
    #expect(packets[3].tcp.sequence == 1_001)
    #expect(packets[6].tcp.sequence == 5_002)
    #expect(packets[1].tcp.timestampEcho == 100_000)
    #expect(packets[0].source == client.address)
    #expect(packets[0].sourcePort == 40_000)
    #expect(packets[0].destinationPort == 443)
    #expect(packets[1].destination == client.address)
  }
}
