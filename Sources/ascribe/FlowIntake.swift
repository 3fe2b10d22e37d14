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
  private let tellsWatchedFrames: Bool
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
  ///   - tellsWatchedFrames: Whether the table is asked for the frames of watched flows.
  ///   - others: Deals packets to other tables, if there are any.
  init(
    _ table: consuming FlowTable, decoder: Decoder, sensors: [Int], tellsWatchedFrames: Bool = false,
    others: consuming FlowDealing? = nil
  ) {
    batch = table.makeBatch(decoder: decoder)
    self.others = others
    self.table = table
    self.sensors = sensors
    self.tellsWatchedFrames = tellsWatchedFrames
  }

  /// Takes frames.
  ///
  /// - Parameters:
  ///   - frames: The frames.
  ///   - bytes: The buffer into which their offsets point.
  @inline(__always)
  mutating func take(_ frames: inout FrameCursor, _ bytes: RawSpan) {
    if others != nil { return deal(&frames, bytes) }
    while let frame = frames.next() {
      if batch.isFull { table.observe(&batch, bytes: bytes) }
      packets &+= 1
      self.bytes &+= UInt64(frame.wireLength)
      if let reason = batch.add(
        bytes.extracting(frame.offset..<frame.offset + Int(frame.capturedLength)), at: frame.offset,
        linkType: frame.linkType, wireLength: frame.wireLength, timestamp: frame.timestamp, file: frame.file,
        number: frame.number, sensor: sensors[Int(frame.file)])
      {
        rejected[reason, default: 0] += 1
        if reason == .fragment, tellsWatchedFrames {
          table.observeFragment(
            bytes.extracting(frame.offset..<frame.offset + Int(frame.capturedLength)), at: frame.offset,
            linkType: frame.linkType, frame.timestamp, after: &batch, bytes: bytes)
        }
      }
    }
    table.observe(&batch, bytes: bytes)
  }

  @inline(never)
  private mutating func deal(_ frames: inout FrameCursor, _ bytes: RawSpan) {
    others?.begin(frames.bytes)
    while let frame = frames.next() {
      if batch.isFull { table.observe(&batch, bytes: bytes) }
      packets &+= 1
      self.bytes &+= UInt64(frame.wireLength)
      let frameBytes = bytes.extracting(frame.offset..<frame.offset + Int(frame.capturedLength))
      if let reason = others?.deal(frame, frameBytes, sensor: sensors[Int(frame.file)], own: &batch) {
        rejected[reason, default: 0] += 1
      }
    }
    table.observe(&batch, bytes: bytes)
  }

  /// Tells other tables that a stretch of frames has ended.
  ///
  /// - Parameter isLast: Whether there are no more.
  mutating func endStretch(isLast: Bool) { others?.endStretch(isLast: isLast) }
}
