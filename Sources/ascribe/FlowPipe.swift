import Capture
import Catalog
import Flows
import Packets

/// The frames of all inputs through decoder and flow table, on one thread.
///
/// Frames come in stretches of the same length for everyone, however they are read, so that what is put in order or judged
/// at the end of each is the same for any number of threads.
struct FlowPipe: ~Copyable {
  /// Frames of a stretch: so many that threads seldom wait for each other.
  private static let stretch = 1 << 16

  private(set) var source: CaptureSource
  var table: FlowTable
  private var batch: PacketBatch
  /// Where each input was captured.
  private let sensors: [Int]
  /// Frames of all shares.
  private(set) var packets: UInt64 = 0
  /// Bytes of them on the wire.
  private(set) var bytes: UInt64 = 0
  /// Frames that are no packets, of all shares.
  private(set) var rejected: [RejectReason: UInt64] = [:]

  /// Lays out the stages.
  ///
  /// - Parameters:
  ///   - source: The inputs.
  ///   - sensors: Where they were captured.
  ///   - prefixes: The catalog's prefixes.
  ///   - decoder: Decodes frames.
  ///   - options: How flows are kept, and which.
  init(
    _ source: consuming CaptureSource, sensors: SensorAssignment, prefixes: PrefixTable, decoder: Decoder,
    options: FlowTableOptions
  ) {
    self.sensors = source.inputs.map { sensors.sensor(of: $0.name) }
    table = FlowTable(
      options: options, prefixes: prefixes, captureStart: source.firstPacketTime ?? Timestamp(nanoseconds: 0))
    batch = table.makeBatch(decoder: decoder)
    self.source = source
  }

  /// Reads a stretch of frames; after the last one, the flows that are left end.
  ///
  /// - Parameter isLast: Asked now and then, whether to read no more.
  /// - Returns: Whether there may be more.
  /// - Throws: `CaptureError` with code `damaged` in strict mode.
  mutating func readStretch(isLast: () -> Bool) throws(CaptureError) -> Bool {
    var left = Self.stretch
    while left > 0, !isLast() {
      let count = try nextFrames(atMost: left)
      if count == 0 { return false }
      left -= count
    }
    return true
  }

  private mutating func nextFrames(atMost most: Int) throws(CaptureError) -> Int {
    try source.nextFrames(atMost: most) { frames, bytes in
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
        }
      }
      table.observe(&batch, bytes: bytes)
    }
  }
}
