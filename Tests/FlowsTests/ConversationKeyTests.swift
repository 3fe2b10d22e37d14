import Flows
import Packets
import Testing

/// Packets of one flow have one key, whichever way they go, and so has its record.
@Suite struct ConversationKeyTests {
  private func packet(_ ipProtocol: IPProtocol, _ from: UInt16, _ to: UInt16, back: Bool = false) -> Packet {
    var packet = Packet()
    packet.ipProtocol = ipProtocol
    (packet.source, packet.destination) = (IPAddress(v4: back ? 2 : 1), IPAddress(v4: back ? 1 : 2))
    (packet.sourcePort, packet.destinationPort) = (from, to)
    return packet
  }

  @Test func bothDirectionsAndTheRecordAreOne() {
    let there = ConversationKey(packet(.tcp, 1_024, 80))
    let record = FlowRecord(
      originator: Endpoint(address: IPAddress(v4: 1), port: 1_024),
      responder: Endpoint(address: IPAddress(v4: 2), port: 80), ipProtocol: .tcp,
      firstPacket: Timestamp(nanoseconds: 0), lastPacket: Timestamp(nanoseconds: 0))
    #expect(there == ConversationKey(packet(.tcp, 80, 1_024, back: true)))
    #expect(there == ConversationKey(record))
    #expect(there != ConversationKey(packet(.udp, 1_024, 80)))
    #expect(there != ConversationKey(packet(.tcp, 1_025, 80)))
    #expect(there != ConversationKey(packet(.tcp, 80, 1_024)))
  }

  @Test func anEchoAndItsReplyAreOne() {
    let request = ConversationKey(packet(.icmp, 8, 0))
    #expect(request == ConversationKey(packet(.icmp, 0, 0, back: true)))
    #expect(request != ConversationKey(packet(.icmp, 13, 0)))
  }

  @Test func tagsPartFlows() {
    var tagged = packet(.tcp, 1_024, 80)
    tagged.vlan = VLANTags(outer: 7, inner: VLANTags.absent)
    #expect(ConversationKey(tagged) != ConversationKey(packet(.tcp, 1_024, 80)))
  }
}
