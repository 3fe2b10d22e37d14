import Capture
import Catalog
import Flows
import Packets

/// The frames of all inputs through decoder and flow table: all of them, or with tables on other threads those of a share.
struct FlowPipe: ~Copyable {
  let reading: FrameReading
  /// What gives this table and others their packets, if there are others.
  let sharing: FrameSharing?
  var intake: FlowIntake

  /// Lays out the stages.
  ///
  /// - Parameters:
  ///   - source: The inputs.
  ///   - sensors: Where they were captured.
  ///   - prefixes: The catalog's prefixes.
  ///   - decoder: Decodes frames.
  ///   - options: How flows are kept, and which.
  ///   - count: How many tables there are.
  init(
    _ source: consuming CaptureSource, sensors: SensorAssignment, prefixes: PrefixTable, decoder: Decoder,
    options: FlowTableOptions, count: Int
  ) {
    let table = FlowTable(
      options: options, prefixes: prefixes, captureStart: source.firstPacketTime ?? Timestamp(nanoseconds: 0))
    let sensors = source.inputs.map { sensors.sensor(of: $0.name) }
    reading = FrameReading(source)
    sharing = count == 1 ? nil : FrameSharing(of: reading, sensors: sensors, decoder: decoder, for: table, count: count)
    intake = FlowIntake(table, decoder: decoder, sensors: sensors)
  }

  /// Reads a stretch of frames.
  ///
  /// - Returns: Whether there may be more.
  /// - Throws: `CaptureError` with code `damaged` in strict mode.
  mutating func readStretch() throws(CaptureError) -> Bool {
    if let sharing { return try sharing.readStretch(into: &intake.table, 0) == .stretch }
    while true {
      if let end = try reading.next({ intake.take(&$0, $1) }) { return end == .stretch }
    }
  }

  /// Frames so far.
  var totals: FrameTotals { sharing?.totals ?? intake.totals }

  /// Bytes of the inputs read so far, as they lie on the disk.
  var consumedByteCount: UInt64 { sharing?.consumedByteCount ?? reading.source.consumedByteCount }
}
