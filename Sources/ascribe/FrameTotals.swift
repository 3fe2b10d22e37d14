import Flows
import Packets

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
