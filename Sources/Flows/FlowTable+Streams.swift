import Inspection
import Packets

/// What the streams of watched TCP flows say.
extension FlowTable {
  /// Reads a segment with payload.
  mutating func inspectStream(_ packet: Packet, _ payload: RawSpan, in handle: UInt32, isForward: Bool) {}

  /// Raises grades by key exchanges that were completed.
  func takeStream(
    of flow: Flow, into conclusion: inout EvidenceState.Conclusion, _ record: inout FlowRecord, isFlipped: Bool
  ) {}

  /// Gives back what the inspection of a stream holds.
  mutating func endStream(of flow: Flow) {}
}
