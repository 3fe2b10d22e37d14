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
  ///   - context: What else is known of the run; its sensors are those in use.
  ///   - catalog: The catalog, or the excerpt that speaks of the flows' addresses.
  ///   - captureStart: When the whole capture begins: what an answer without its request means depends on it
  ///     (methodology 2.5).
  init(of run: Analyze, context: AssessmentContext, catalog: Catalog, captureStart: Timestamp) {
    self.catalog = catalog
    assessment = CaseAssessment(catalog: catalog, context: context)
    options = run.flowOptions.options(sensors: context.sensors)
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
    var outcomes: [String: FlowOutcome] = [:]
    forEachFlow(of: frames, sensors: sensors) { outcomes[$0] = FlowOutcome($1, $2, in: catalog) }
    return outcomes
  }

  /// The findings that some flows make by themselves.
  ///
  /// - Parameters:
  ///   - uids: The flows; others in the frames count for nothing.
  ///   - frames: The frames.
  ///   - sensors: For each of their files the index of its sensor.
  /// - Returns: The findings, strongest first.
  /// - Complexity: O(n) in the frames.
  func findings(ofFlows uids: Set<String>, in frames: EvidenceFrames, sensors: [Int]) -> [Finding] {
    var assessment = assessment
    forEachFlow(of: frames, sensors: sensors) { uid, record, verdict in
      if uids.contains(uid) { assessment.add(AssessedFlow(record: record, assessment: verdict)) }
    }
    return assessment.finish().findings
  }

  private func forEachFlow(
    of frames: EvidenceFrames, sensors: [Int], _ body: (String, FlowRecord, FlowAssessment) -> Void
  ) {
    var table = FlowTable(options: options, prefixes: catalog.prefixes, captureStart: captureStart)
    var batch = table.makeBatch(decoder: decoder)
    frames.bytes.withRawSpan { bytes in
      var next = 0
      while next < frames.frames.count {
        let file = frames.frames[next].file
        let sensor = sensors.indices.contains(Int(file)) ? sensors[Int(file)] : 0
        _ = batch.fill(from: bytes, sensor: sensor) { places in
          let run = frames.frames[next...].prefix(places.count).prefix { $0.file == file }
          for (place, frame) in run.enumerated() { places[place] = frame }
          next += run.count
          return run.count
        }
        table.observe(batch, bytes: bytes)
      }
    }
    var uid = FlowUID()
    let judge = assessment.judge
    table.finish(ofAll: false)
    table.drain(table.takeFloodMarks(), ofAll: false, unwatched: { _ in }) { record in
      body(uid.string(for: record), record, judge.assess(record))
    }
  }
}
