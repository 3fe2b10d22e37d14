import Assessment
import Capture
import Catalog
import Flows
import Packets
import Reports

/// Writes the evidence of a report: for each finding the packets from which its flows' grades and verdicts can be derived
/// again, as pcapng.
///
/// Of each flow that a finding lists it holds the beginning, as far as the flow table needs it to come to the same grades,
/// verdict and reason; found by grading growing beginnings, in steps of one packet, above four packets of a quarter. Of a
/// flow whose outcome its own packets do not give (a flood is told by its other flows), it holds what there is, and the
/// manifest says what that gives by itself.
struct EvidenceWriter {
  /// How a run is read again.
  struct Source {
    /// The command.
    var run: Analyze
    /// The paths that are read.
    var paths: [String]
    /// Where each input was captured.
    var sensors: SensorAssignment
    /// The excerpt of the catalog.
    var catalog: Catalog
    /// When the capture begins.
    var captureStart: Timestamp
  }

  private let report: Report
  private let source: Source
  private let rederivation: Rederivation
  private var targets: [EvidenceTarget]
  private var reader: EvidenceReader

  /// Looks at what the findings list.
  ///
  /// - Parameters:
  ///   - report: The report.
  ///   - source: How its run is read again.
  init(_ report: Report, _ source: Source) {
    self.report = report
    self.source = source
    var context = AssessmentContext()
    context.sensors = source.sensors.sensors
    rederivation = Rederivation(
      of: source.run, context: context, catalog: source.catalog, captureStart: source.captureStart)
    targets = report.evidenceTargets()
    reader = EvidenceReader(
      sensors: report.inputs.map { source.sensors.sensor(of: $0.name) }, decoder: source.run.captureOptions.decoder,
      findings: report.result.findings.count)
  }

  /// Reads the inputs again and writes a file for each finding (and sensor).
  ///
  /// - Parameter folder: The report folder.
  /// - Returns: For each finding what the manifest says of its evidence.
  /// - Throws: `CaptureError` if an input cannot be read again, or is not the same any more; `ReportFolder.Refusal`.
  mutating func write(to folder: ReportFolder) throws -> [DocumentValue] {
    var open = Array(targets.indices)
    for limit in EvidenceBounds.frames where !open.isEmpty {
      var options = source.run.captureOptions.options
      options.hashesInputs = options.hashesInputs && limit == EvidenceBounds.frames[0]
      var inputs = try CaptureSource(paths: source.paths, options: options)
      try reader.read(&inputs, for: &targets, wanted: open, limit: limit)
      if options.hashesInputs { try checkSameness(of: inputs.inputs) }
      let missed = shorten(open)
      reader.keep(only: targets)
      open = missed.filter { targets[$0].hasMore }
    }
    return try report.result.findings.indices.map { try write(finding: $0, to: folder) }
  }

  private func checkSameness(of inputs: [CaptureInput]) throws(CaptureError) {
    for (before, now) in zip(report.inputs, inputs) where before.sha256 != now.sha256 {
      throw CaptureError(.unreadable, "'\(before.name)' changed while it was read. Analyse a copy of it.")
    }
  }

  /// Sets the lengths of flows to the shortest beginnings that give their outcomes.
  ///
  /// - Parameter wanted: Indexes of the flows.
  /// - Returns: Those whose outcome none of their frames' beginnings gives.
  private mutating func shorten(_ wanted: [Int]) -> [Int] {
    var missed: [Int] = []
    var open = wanted.filter { !targets[$0].frames.isEmpty }
    for index in open { targets[index].length = min(targets[index].leastLength, targets[index].frames.count) }
    while !open.isEmpty {
      // Findings apart, as their files are.
      var next: [Int] = []
      for group in Dictionary(grouping: open, by: { targets[$0].finding }).values {
        let outcomes = rederivation.outcomes(
          of: frames(EvidenceReader.union(group.map { targets[$0] })), sensors: report.inputs.map { sensor(of: $0) })
        for index in group where outcomes[targets[index].uid] != targets[index].expected {
          let length = targets[index].length
          if length == targets[index].frames.count {
            missed.append(index)
          } else {
            targets[index].length = min(max(length + 1, length * 5 / 4), targets[index].frames.count)
            next.append(index)
          }
        }
      }
      open = next
    }
    return missed.sorted()
  }

  private func sensor(of input: CaptureInput) -> Int { source.sensors.sensor(of: input.name) }

  private func frames(_ numbers: [UInt64]) -> EvidenceFrames {
    var frames = EvidenceFrames()
    for number in numbers { if let held = reader.held[number] { frames.add(held.frame, content: held.content) } }
    return frames
  }
}

extension EvidenceWriter {
  /// Writes the evidence of one finding, and reads it back for what it gives.
  private func write(finding index: Int, to folder: ReportFolder) throws -> DocumentValue {
    let finding = report.result.findings[index]
    let own = targets.filter { $0.finding == index }
    let comments = comments(on: own, finding: finding.id)
    let bySensor = Dictionary(grouping: EvidenceReader.union(own)) { number in
      reader.held[number].map { source.sensors.sensor(of: report.inputs[Int($0.frame.file)].name) } ?? 0
    }
    var files: [(name: String, sensor: Int)] = []
    var packets = 0
    for (sensor, numbers) in bySensor.sorted(by: { $0.key < $1.key }) {
      let suffix = source.sensors.sensors.count > 1 ? "-\(source.sensors.sensors[sensor].id)" : ""
      let name = "evidence/\(finding.id)\(suffix).pcapng"
      let sink = try folder.sink(for: name)
      var writer = PcapngWriter(
        application: "ascribe \(report.toolVersion)",
        comment: "Evidence of finding \(finding.id): packets of other captures, unaltered")
      for number in numbers {
        guard let held = reader.held[number] else { continue }
        let input = report.inputs[Int(held.frame.file)]
        writer.add(
          held.content, wireLength: held.frame.wireLength, timestamp: held.frame.timestamp,
          interface: PcapngWriter.Interface(
            linkType: held.frame.linkType, name: input.name, about: "\(input.name) SHA-256 \(input.shortDigest)"),
          comments: comments[number] ?? [])
        packets += 1
        if packets % 256 == 0 { try sink(writer.take()) }
      }
      try sink(writer.take())
      files.append((name, sensor))
    }
    let (partial, omitted) = try check(own, files.map { ("\(folder.workPath)/\($0.name)", $0.sensor) })
    let unlisted = finding.flowCount - min(finding.flowCount, UInt64(finding.flows.count))
    return .object([
      "finding": .string(finding.id),
      "files": .array(
        files.map { file in
          .object([
            "name": .string(file.name),
            "sensor": .text(
              source.sensors.sensors.indices.contains(file.sensor) ? source.sensors.sensors[file.sensor].id : nil),
          ])
        }),
      "flows": .count(UInt64(own.count - omitted)),
      "flows_left_out": .count(UInt64(omitted) + unlisted),
      "packets": .count(UInt64(packets)),
      "partial": .array(partial),
    ])
  }

  /// What the evidence does not show by itself: flows that it gives another outcome, and how many it does not hold.
  private func check(
    _ targets: [EvidenceTarget], _ files: [(path: String, sensor: Int)]
  ) throws -> (partial: [DocumentValue], omitted: Int) {
    let evidence = try EvidenceFrames.read(files)
    let outcomes = rederivation.outcomes(of: evidence.frames, sensors: evidence.sensors)
    var partial: [DocumentValue] = []
    var omitted = 0
    for target in targets where outcomes[target.uid] != target.expected {
      if outcomes[target.uid] == nil { omitted += 1 }
      partial.append(
        .object([
          "uid": .string(target.uid), "alone": outcomes[target.uid].map { .object($0.members) } ?? .null,
        ]))
    }
    return (partial, omitted)
  }

  /// The comments on frames that fix a grade, by their numbers in the stream.
  private func comments(on targets: [EvidenceTarget], finding: String) -> [UInt64: [String]] {
    var comments: [UInt64: [String]] = [:]
    for target in targets {
      for number in target.frames.prefix(target.length) {
        guard let frame = reader.held[number]?.frame,
          let role = target.roles[EvidenceTarget.Place(file: frame.file, number: frame.number)]
        else { continue }
        let digest = report.inputs[Int(frame.file)].shortDigest
        comments[number, default: []].append(
          "\(finding) \(target.uid) \(role): \(digest)#\(frame.number) @ \(frame.timestamp)")
      }
    }
    return comments
  }
}

extension CaptureInput {
  /// The first eight digits of the digest, as citations name the file.
  fileprivate var shortDigest: String { sha256.map { String($0.prefix(8)) } ?? "unhashed" }
}
