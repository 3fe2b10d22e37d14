import Assessment
import Capture
import Catalog
import Flows
import Packets
import Reports

/// What a few frames by themselves say of their flows: the path of `analyze` from frames to verdicts, with the options of
/// the run that the frames are taken from.
struct Rederivation {
  private let catalog: Catalog
  private let assessment: CaseAssessment
  private let options: FlowTableOptions
  private let decoder: Packets.Decoder
  private let captureStart: Timestamp

  /// Lays out the stages.
  ///
  /// - Parameters:
  ///   - run: The command whose flows are derived again.
  ///   - sensors: The sensors in use.
  ///   - catalog: The catalog, or the excerpt that speaks of the flows' addresses.
  ///   - captureStart: When the whole capture begins: what an answer without its request means depends on it
  ///     (methodology 2.5).
  init(of run: Analyze, sensors: [Sensor], catalog: Catalog, captureStart: Timestamp) {
    var context = AssessmentContext()
    context.sensors = sensors
    self.catalog = catalog
    assessment = CaseAssessment(catalog: catalog, context: context)
    options = run.flowOptions.options(sensors: sensors)
    decoder = run.captureOptions.decoder
    self.captureStart = captureStart
  }

  /// The outcome of each watched flow, by its uid.
  ///
  /// - Parameters:
  ///   - frames: The frames.
  ///   - sensors: For each of their files the index of its sensor.
  /// - Returns: Grades and verdicts.
  /// - Complexity: O(n) in the frames.
  func outcomes(of frames: EvidenceFrames, sensors: [Int]) -> [String: FlowOutcome] {
    var table = FlowTable(options: options, prefixes: catalog.prefixes, captureStart: captureStart)
    var batch = table.makeBatch(decoder: decoder)
    frames.bytes.withRawSpan { bytes in
      for frame in frames.frames {
        if batch.isFull { table.observe(&batch, bytes: bytes) }
        _ = batch.add(
          bytes.extracting(frame.offset..<frame.offset + Int(frame.capturedLength)), at: frame.offset,
          linkType: frame.linkType, wireLength: frame.wireLength, timestamp: frame.timestamp, file: frame.file,
          number: frame.number, sensor: sensors.indices.contains(Int(frame.file)) ? sensors[Int(frame.file)] : 0)
      }
      table.observe(&batch, bytes: bytes)
    }
    var outcomes: [String: FlowOutcome] = [:]
    var uid = FlowUID()
    table.finish(ofAll: false)
    table.drain(table.takeFloodMarks(), ofAll: false, unwatched: { _ in }) { record in
      outcomes[uid.string(for: record)] = FlowOutcome(record, assessment.assess(record), in: catalog)
    }
    return outcomes
  }
}
