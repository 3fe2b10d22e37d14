import Inspection
import Packets

/// What the datagrams of watched UDP and ICMP flows say.
extension FlowTable {
  /// Reads a datagram with payload.
  mutating func inspectDatagram(_ packet: Packet, _ payload: RawSpan, in handle: UInt32, isForward: Bool) {}

  /// Raises grades by nonces that were echoed.
  func takeDatagrams(
    of flow: Flow, into conclusion: inout EvidenceState.Conclusion, _ record: inout FlowRecord, isFlipped: Bool
  ) {}

  /// Gives back what the inspection of datagrams holds.
  mutating func endDatagrams(of flow: Flow) {}
}
