import Capture
import Flows
import Packets

/// Frames through decoder and flow table, whatever they come from; where other tables share the work, their packets go to
/// the threads of those.
struct FlowIntake: ~Copyable {
  var table: FlowTable
  private var batch: PacketBatch
  private var others: FlowDealing?
  /// Where each input was captured.
  private let sensors: [Int]
  /// Frames of all shares.
  private(set) var packets: UInt64 = 0
  /// Bytes of them on the wire.
  private(set) var bytes: UInt64 = 0
  /// Frames that are no packets, of all shares.
  private(set) var rejected: [RejectReason: UInt64] = [:]

  /// Makes an intake that has taken nothing.
  ///
  /// - Parameters:
  ///   - table: Takes the packets.
  ///   - decoder: Decodes frames.
  ///   - sensors: For each input, the sensor at which it was captured.
  ///   - others: Deals packets to other tables, if there are any.
  init(
    _ table: consuming FlowTable, decoder: Decoder, sensors: [Int], others: consuming FlowDealing? = nil
  ) {
    batch = table.makeBatch(decoder: decoder)
    self.others = others
    self.table = table
    self.sensors = sensors
  }

  /// Takes frames.
  ///
  /// - Parameters:
  ///   - frames: The frames.
  ///   - bytes: The buffer into which their offsets point.
  mutating func take(_ frames: inout FrameCursor, _ bytes: RawSpan) {
    let sensor = sensors[Int(frames.file)]
    others?.begin(frames.bytes)
    while batch.fill(from: bytes, sensor: sensor, { frames.next(into: &$0) }) > 0 {
      packets &+= UInt64(batch.count)
      self.bytes &+= batch.byteCount
      batch.forEachRejected { rejected[$0, default: 0] += 1 }
      if others != nil {
        others?.deal(batch, to: &table, bytes)
      } else {
        table.observe(&batch, bytes: bytes)
      }
    }
    others?.endBuffer(to: &table, bytes)
  }

  /// Tells other tables that a stretch of frames has ended.
  ///
  /// - Parameter isLast: Whether there are no more.
  mutating func endStretch(isLast: Bool) { others?.endStretch(isLast: isLast) }
}
