import Capture
import Flows
import Packets

/// Frames through decoder and flow table, whatever they come from.
struct FlowIntake: ~Copyable {
  var table: FlowTable
  private var batch: PacketBatch
  /// Where each input was captured.
  private let sensors: [Int]
  /// Frames so far.
  private(set) var totals = FrameTotals()

  /// Makes an intake that has taken nothing.
  ///
  /// - Parameters:
  ///   - table: Takes the packets.
  ///   - decoder: Decodes frames.
  ///   - sensors: For each input, the sensor at which it was captured.
  init(_ table: consuming FlowTable, decoder: Decoder, sensors: [Int]) {
    batch = table.makeBatch(decoder: decoder)
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
    while batch.fill(from: bytes, sensor: sensor, { frames.next(into: &$0) }) > 0 {
      totals.add(batch)
      table.observe(batch, bytes: bytes)
    }
  }
}
