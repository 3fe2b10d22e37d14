import ArgumentParser
import Assessment
import Capture
import Catalog
import Flows
import Packets
import Reports

/// One run: frames from the capture source through decoder, flow table and assessment into a report.
struct Analysis: ~Copyable {
  private var source: CaptureSource
  private var table: FlowTable
  private var assessment: CaseAssessment
  private var log: FlowLogWriter?
  private let sensors: SensorAssignment
  /// Where each input was captured.
  private let inputSensors: [Int]
  private var batch: PacketBatch
  private let catalog: Catalog
  private let reportTime: Timestamp?
  private var totals = Report.Totals()
  private var rejected: [RejectReason: UInt64] = [:]
  private var baselineInputs: [CaptureInput] = []

  /// Opens the inputs and lays out the stages.
  ///
  /// - Parameters:
  ///   - inputs: Files, folders, "-".
  ///   - catalog: The catalog.
  ///   - capture: How captures are read.
  ///   - flows: How flows are kept.
  ///   - report: What is reported.
  /// - Throws: An exit code after a message on standard error, or a usage error.
  init(
    inputs: [String], catalog: Catalog, capture: CaptureArguments, flows: FlowArguments, report: ReportArguments
  ) throws {
    let sensors = try SensorAssignment(flows.sensor, inputs: inputs, catalog: catalog)
    let source = try Self.open(inputs, capture.options)
    for skipped in source.skipped {
      Console.note("warning: \(Console.printable("\(skipped.name) is passed over: \(skipped.reason)"))")
    }
    var log: FlowLogWriter?
    if let path = report.flowsPath {
      log = FlowLogWriter(format: report.flowsFormat, catalog: catalog, sink: try OutputFile(path: path).write)
    }
    var context = AssessmentContext()
    context.sensors = sensors.sensors
    context.clockOffsetIsKnown = !sensors.sensors.isEmpty && sensors.sensors.allSatisfy { $0.clock != nil }
    context.listLimit = report.flowsPerFinding
    assessment = CaseAssessment(catalog: catalog, context: context)
    table = FlowTable(
      options: flows.options(sensors: sensors.sensors), prefixes: catalog.prefixes,
      captureStart: source.firstPacketTime ?? Timestamp(nanoseconds: 0))
    reportTime = report.reportTime?.timestamp
    inputSensors = source.inputs.map { sensors.sensor(of: $0.name) }
    batch = table.makeBatch(decoder: capture.decoder)
    self.sensors = sensors
    self.catalog = catalog
    self.source = source
    self.log = log
  }

  private static func open(_ inputs: [String], _ options: CaptureOptions) throws -> CaptureSource {
    do {
      return try CaptureSource(paths: inputs, options: options)
    } catch {
      throw refuse(error)
    }
  }

  /// Says on standard error why captures cannot be read.
  private static func refuse(_ error: CaptureError) -> ExitCode {
    Console.note("error: \(Console.printable(error.description))")
    return error.exitCode
  }

  /// Says what the case is held against; to be called before `run`.
  ///
  /// - Parameters:
  ///   - baseline: The baseline with its inputs.
  ///   - claimError: An analyst's figure for errors in the range claims.
  mutating func compare(with baseline: (baseline: Baseline, inputs: [CaptureInput])?, claimError: ClaimError?) {
    assessment.context.baseline = baseline?.baseline
    assessment.context.claimError = claimError
    baselineInputs = baseline?.inputs ?? []
  }

  /// Reads everything, or until a signal asks to end.
  ///
  /// - Returns: The report.
  /// - Throws: An exit code after a message on standard error.
  mutating func run() throws -> Report {
    var progress = Progress(total: source.totalByteCount)
    do {
      while !Interruption.isRequested, try nextBatch() {
        try drain()
        progress.update(bytes: source.consumedByteCount, packets: totals.packets)
      }
    } catch let error as CaptureError {
      progress.clear()
      throw Self.refuse(error)
    }
    progress.clear()
    table.finish()
    try drain()
    try log?.finish()
    return report()
  }

  private mutating func nextBatch() throws(CaptureError) -> Bool {
    return try source.nextFrames { frames, bytes in
      while let frame = frames.next() {
        if batch.count == PacketBatch.capacity { table.observe(&batch, bytes: bytes) }
        totals.packets &+= 1
        totals.bytes &+= UInt64(frame.wireLength)
        if let reason = batch.add(
          bytes.extracting(frame.offset..<frame.offset + Int(frame.capturedLength)), at: frame.offset,
          linkType: frame.linkType, wireLength: frame.wireLength, timestamp: frame.timestamp, file: frame.file,
          number: frame.number, sensor: inputSensors[Int(frame.file)])
        {
          rejected[reason, default: 0] += 1
        }
      }
      table.observe(&batch, bytes: bytes)
    }
  }

  private mutating func drain() throws {
    var failure: (any Error)?
    table.drain { record in
      let verdict = assessment.add(record)
      guard failure == nil else { return }
      do { try log?.write(record, assessment: verdict) } catch { failure = error }
    }
    if let failure { throw failure }
  }

  private mutating func report() -> Report {
    let inputs = source.inputs
    for input in inputs {
      guard let damage = input.damage else { continue }
      Console.note(
        "warning: \(Console.printable(input.name)) is damaged at frame \(damage.frame), byte \(damage.offset): "
          + Console.printable(damage.reason))
    }
    totals.flows = table.counts.flows
    totals.packetsInFlows = table.counts.packets
    totals.tunnelledPackets = table.counts.tunnelledPackets
    totals.packetsInOtherTunnels = table.counts.packetsInOtherTunnels
    for (reason, count) in table.counts.rejectedInTunnels { totals.tunnelsRejected[reason.rawValue] = count }
    let filtered = inputs.map(\.filteredCount).reduce(0, +)
    if filtered > 0 { rejected[.filtered] = filtered }
    for (reason, count) in rejected { totals.packetsRejected[reason.rawValue] = count }
    totals.packets += filtered
    let drops = inputs.compactMap(\.interfaceDrops)
    // An interrupted run has not hashed everything either.
    assessment.context.inputsAreHashed = inputs.allSatisfy { $0.sha256 != nil }
    assessment.context.inputsAreDamaged = inputs.contains { $0.damage != nil }
    assessment.context.packets = totals.packets
    assessment.context.evictedFlows = table.counts.evictedFlows
    assessment.context.cutStreams = table.counts.cutStreams
    assessment.context.unrecordedGuesses = table.counts.unrecordedGuesses
    assessment.context.interfaceDrops = drops.isEmpty ? nil : drops.reduce(0, +)
    assessment.context.inputs = inputs.map(\.facts)
    var report = Report(
      toolVersion: Ascribe.version, inputs: inputs, catalog: catalog, totals: totals, result: assessment.finish())
    report.interrupted = Interruption.isRequested
    report.baselineInputs = baselineInputs
    if let warning = report.result.statistics.baselineWarning { Console.note("warning: \(warning)") }
    report.skippedInputs = source.skipped
    report.reportTime = reportTime
    report.sensors = sensors.sensors.enumerated().map { index, sensor in
      (sensor, inputs.indices.filter { sensors.sensor(of: inputs[$0].name) == index })
    }
    return report
  }
}
