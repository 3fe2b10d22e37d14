import Capture
import Catalog
import Flows
import Packets

/// The frames of all inputs through decoder and flow table.
///
/// Frames come in stretches of the same length for everyone, however they are read, so that what is put in order or judged
/// at the end of each is the same for any number of threads.
struct FlowPipe: ~Copyable {
  /// Frames of a stretch: so many that threads seldom wait for each other.
  private static let stretch = 1 << 16

  private(set) var source: CaptureSource
  var intake: FlowIntake

  /// Lays out the stages.
  ///
  /// - Parameters:
  ///   - source: The inputs.
  ///   - sensors: Where they were captured.
  ///   - prefixes: The catalog's prefixes.
  ///   - decoder: Decodes frames.
  ///   - options: How flows are kept, and which.
  ///   - lanes: What leads to the other tables; empty if there are none.
  init(
    _ source: consuming CaptureSource, sensors: SensorAssignment, prefixes: PrefixTable, decoder: Decoder,
    options: FlowTableOptions, lanes: [FlowDealing.Lane]
  ) {
    let table = FlowTable(
      options: options, prefixes: prefixes, captureStart: source.firstPacketTime ?? Timestamp(nanoseconds: 0))
    intake = FlowIntake(
      table, decoder: decoder, sensors: source.inputs.map { sensors.sensor(of: $0.name) },
      others: lanes.isEmpty ? nil : FlowDealing(to: lanes, decoder: decoder))
    self.source = source
  }

  /// Reads a stretch of frames.
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
    try source.nextFrames(atMost: most) { frames, bytes in intake.take(&frames, bytes) }
  }
}
