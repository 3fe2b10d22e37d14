package import Packets

/// What the packets of one flow have in common, whichever way they go: endpoints, protocol, VLAN tags.
///
/// Flows of the same endpoints at other times, sensors or in other tunnels have the same key.
package struct ConversationKey: Hashable, Sendable {
  private let low: Endpoint
  private let high: Endpoint
  private let vlan: VLANTags
  private let ipProtocol: IPProtocol

  /// The key of a packet's flow.
  ///
  /// - Parameter packet: The packet.
  package init(_ packet: Packet) {
    let key = FlowKey(packet, scope: 0)
    self.init(key.source, key.destination, key.vlan, key.ipProtocol)
  }

  /// The key of a flow.
  ///
  /// - Parameter record: The flow.
  package init(_ record: FlowRecord) {
    self.init(record.originator, record.responder, record.vlan, record.ipProtocol)
  }

  private init(_ one: Endpoint, _ other: Endpoint, _ vlan: VLANTags, _ ipProtocol: IPProtocol) {
    (low, high) = one < other ? (one, other) : (other, one)
    self.vlan = vlan
    self.ipProtocol = ipProtocol
  }
}
