import Flows
import Packets
import Reports

/// How many frames there were.
struct FrameTotals {
  /// Frames.
  private(set) var packets: UInt64 = 0
  /// Bytes of them on the wire.
  private(set) var bytes: UInt64 = 0
  /// Frames that are no packets, and why.
  private(set) var rejected: [RejectReason: UInt64] = [:]

  /// Counts the frames of a batch.
  mutating func add(_ batch: borrowing PacketBatch) {
    packets &+= UInt64(batch.count)
    bytes &+= batch.byteCount
    batch.forEachRejected { rejected[$0, default: 0] += 1 }
  }

  /// Adds what was counted elsewhere.
  mutating func add(_ other: FrameTotals) {
    packets &+= other.packets
    bytes &+= other.bytes
    rejected.merge(other.rejected, uniquingKeysWith: &+)
  }
}

extension Report.Totals {
  /// What was counted of frames and of flows.
  init(_ frames: FrameTotals, _ counts: FlowTable.Counts) {
    self.init()
    packets = frames.packets
    bytes = frames.bytes
    flows = counts.flows
    packetsInFlows = counts.packets
    tunnelledPackets = counts.tunnelledPackets
    packetsInOtherTunnels = counts.packetsInOtherTunnels
    for (reason, count) in counts.rejectedInTunnels { tunnelsRejected[reason.rawValue] = count }
    for (reason, count) in frames.rejected { packetsRejected[reason.rawValue] = count }
  }
}
