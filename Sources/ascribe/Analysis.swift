import ArgumentParser
import Assessment
import Capture
import Catalog
import Flows
import Packets
import Reports

/// One run: frames from the capture source through decoder, flow table and assessment into a report.
struct Analysis: ~Copyable {
  private var pipe: FlowPipe
  private let crew: FlowCrew
  private(set) var assessment: CaseAssessment
  private let tap: FlowTap?
  private var log: FlowLogWriter?
  private let sensors: SensorAssignment
  private let catalog: Catalog
  private let reportTime: Timestamp?
  private var counts = FlowTable.Counts()
  private var tally: UnwatchedTally
  private var baselineInputs: [CaptureInput] = []
  private var capturesMarking = TLP.clear
  private var released: ReleasedAssessment?
  /// The case by what is released of the catalog, once `run` has ended; nothing where nothing is to be released.
  private(set) var releasedCase: ReleasedCase?
  /// The sets of catalog entries that covered an address of a watched flow.
  private var covers: Set<PrefixTable.CoverSet> = []

  /// Opens the inputs and lays out the stages.
  ///
  /// - Parameters:
  ///   - inputs: Files, folders, "-".
  ///   - catalog: The catalog.
  ///   - capture: How captures are read.
  ///   - flows: How flows are kept.
  ///   - report: What is reported.
  ///   - flowLog: Receives a Zeek log of every flow; nothing where `report` says where flows go.
  ///   - recorded: The inputs as an earlier run named them, if they lie elsewhere now.
  ///   - paths: What of the inputs is read; nothing for all of them.
  ///   - tap: Who else receives the flows.
  /// - Throws: An exit code after a message on standard error, or a usage error.
  init(
    inputs: [String], catalog: Catalog, capture: CaptureArguments, flows: FlowArguments, report: ReportArguments,
    flowLog: ByteSink? = nil, recorded: RecordedInputs? = nil, paths: [String]? = nil, tap: FlowTap? = nil
  ) throws {
    let sensors = try SensorAssignment(flows.sensor, inputs: recorded?.named ?? inputs, catalog: catalog)
    var reading = capture.options
    reading.names = recorded?.names ?? [:]
    let source = try Self.open(paths ?? inputs, reading)
    for skipped in source.skipped {
      Console.note("warning: \(Console.printable("\(skipped.name) is passed over: \(skipped.reason)"))")
    }
    if source.inputs.isEmpty {
      Console.note("warning: There is no capture in what was named, and nothing is read; check the paths.")
    }
    for input in source.inputs where input.name.contains("\u{FFFD}") {
      Console.note(
        "warning: The name of \(Console.printable(input.name)) is not UTF-8: 'ascribe verify' will not find the file again; "
          + "rename it before.")
    }
    var log: FlowLogWriter?
    if let flowLog {
      log = FlowLogWriter(format: .zeek, catalog: catalog, sink: flowLog)
    } else if let path = report.flowsPath {
      log = FlowLogWriter(format: report.flowsFormat, catalog: catalog, sink: try OutputFile(path: path).write)
    }
    var context = AssessmentContext()
    context.sensors = sensors.sensors
    context.clockOffsetIsKnown = !sensors.sensors.isEmpty && sensors.sensors.allSatisfy { $0.clock != nil }
    context.listLimit = report.flowsPerFinding
    assessment = CaseAssessment(catalog: catalog, context: context)
    reportTime = report.reportTime?.timestamp
    self.sensors = sensors
    self.catalog = catalog
    self.tap = tap
    let threads = capture.tableCount(for: source, flows)
    var options = flows.options(sensors: sensors.sensors)
    if let tap { options.secretHash = tap.secretHash }
    let task = FlowCrew.Task(
      judge: assessment.judge, decoder: capture.decoder, flows: options,
      captureStart: source.firstPacketTime ?? Timestamp(nanoseconds: 0),
      wantsAllFlows: tap?.wantsAllRecords == true,
      logFormat: log?.format)
    options.join(FlowShare(index: 0, of: threads))
    pipe = FlowPipe(
      source, sensors: sensors, prefixes: catalog.prefixes, decoder: capture.decoder, options: options, count: threads)
    crew = FlowCrew(count: threads, pipe.sharing, task)
    tally = UnwatchedTally(catalog: catalog)
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

  /// Says how far the captures may be shared, and for whom the case is judged once more; to be called before `run`.
  ///
  /// - Parameter release: The levels.
  /// - Throws: A usage error if nothing of the run may be seen at the level of release.
  mutating func mark(_ release: ReleaseArguments) throws {
    try release.check(sensors.sensors)
    capturesMarking = release.tlp
    released = release.release.map { ReleasedAssessment(whole: catalog, level: $0, context: assessment.context) }
  }

  /// Reads everything, or until a signal asks to end.
  ///
  /// - Returns: The report.
  /// - Throws: An exit code after a message on standard error.
  mutating func run() throws -> Report {
    var progress = Progress(total: pipe.reading.source.totalByteCount)
    do {
      var hasMore = true
      while hasMore {
        hasMore = try pipe.readStretch()
        if !hasMore { pipe.intake.table.finish(ofAll: wantsAllRecords) { tally.add($0) } }
        let marks = pipe.intake.table.takeFloodMarks()
        try drain(pipe.sharing?.exchange(marks, from: 0) ?? marks)
        progress.update(bytes: pipe.consumedByteCount, packets: pipe.totals.packets)
      }
      try finishCrew()
    } catch let error as CaptureError {
      progress.clear()
      throw Self.refuse(error)
    }
    progress.clear()
    try log?.finish()
    return report()
  }

  private var wantsAllFlows: Bool { tap?.wantsAllRecords == true }
  private var wantsAllRecords: Bool { log != nil || wantsAllFlows }

  /// Assesses the flows that ended, of all threads in one order.
  private mutating func drain(_ marks: FlowTable.FloodMarks) throws {
    var failure: (any Error)?
    var others = crew.stretch()
    let (judge, wantsAllFlows) = (assessment.judge, wantsAllFlows)
    func attempt(_ body: () throws -> Void) {
      guard failure == nil else { return }
      do { try body() } catch { failure = error }
    }
    func take(_ flow: AssessedFlow) {
      assessment.add(flow)
      released?.add(flow)
      flow.record.addCovers(to: &covers)
      attempt { try tap?.take(flow.record) }
    }
    func take(_ flow: AssessedFlow?, _ row: Span<UInt8>, _ lastPacket: Timestamp) {
      if let flow { take(flow) }
      attempt { try log?.write(row: row, lastPacket: lastPacket) }
    }
    pipe.intake.table.drain(marks, ofAll: wantsAllRecords, unwatched: { tally.add($0) }) { record in
      others.take(before: FlowOrder(record), take)
      let assessment = judge.assess(record)
      attempt { try log?.write(record, assessment: assessment) }
      if record.isWatched || wantsAllFlows {
        take(AssessedFlow(record: record, assessment: assessment))
      } else {
        tally.add(UnwatchedFlow(record))
      }
    }
    others.take(before: nil, take)
    if let failure { throw failure }
  }

  /// Adds what the other threads counted.
  private mutating func finishCrew() throws(CaptureError) {
    counts = pipe.intake.table.counts
    assessment.add(tally)
    released?.add(tally)
    for remainder in try crew.wait() {
      assessment.add(remainder.tally)
      released?.add(remainder.tally)
      counts.add(remainder.counts)
    }
  }

  private mutating func report() -> Report {
    let inputs = pipe.reading.source.inputs
    for input in inputs {
      guard let damage = input.damage else { continue }
      Console.note(
        "warning: \(Console.printable(input.name)) is damaged at frame \(damage.frame), byte \(damage.offset): "
          + Console.printable(damage.reason))
    }
    var totals = Report.Totals(pipe.totals, counts)
    let filtered = inputs.map(\.filteredCount).reduce(0, +)
    if filtered > 0 { totals.packetsRejected[RejectReason.filtered.rawValue] = filtered }
    totals.packets += filtered
    // An interrupted run has not hashed everything either.
    assessment.context.inputsAreHashed = inputs.allSatisfy { $0.sha256 != nil }
    assessment.context.inputsAreDamaged = inputs.contains { $0.damage != nil }
    assessment.context.packets = totals.packets
    assessment.context.evictedFlows = counts.evictedFlows
    assessment.context.cutStreams = counts.cutStreams
    assessment.context.unrecordedGuesses = counts.unrecordedGuesses
    assessment.context.interfaceDrops = AssessmentContext.drops(of: inputs.map(\.interfaceDrops))
    assessment.context.inputs = inputs.map(\.facts)
    var report = Report(
      toolVersion: Ascribe.version, inputs: inputs, catalog: catalog, totals: totals, result: assessment.finish())
    releasedCase = released?.finish(beside: report.result, context: assessment.context)
    report.threads = crew.count
    report.capturesMarking = capturesMarking
    report.interrupted = Interruption.isRequested
    report.baselineInputs = baselineInputs
    report.covers = covers
    report.captureStart = pipe.reading.source.firstPacketTime
    report.inputsCanBeReadAgain = pipe.reading.source.totalByteCount != nil
    if let warning = report.result.statistics.baselineWarning { Console.note("warning: \(warning)") }
    report.skippedInputs = pipe.reading.source.skipped
    report.reportTime = reportTime
    report.sensors = sensors.sensors.enumerated().map { index, sensor in
      (sensor, inputs.indices.filter { sensors.sensor(of: inputs[$0].name) == index })
    }
    return report
  }
}

/// The inputs of an earlier run, where their files lie elsewhere now.
struct RecordedInputs {
  /// The inputs as they were named on its command line.
  var named: [String]
  /// The name of each input in its report, by the path of its file now.
  var names: [String: String]
}

extension FlowRecord {
  /// Adds the sets of catalog entries that cover an address of a watched flow; none of other flows.
  fileprivate func addCovers(to sets: inout Set<PrefixTable.CoverSet>) {
    guard isWatched else { return }
    sets.insert(originatorCovers)
    sets.insert(responderCovers)
    if let attested { sets.insert(attested.covers) }
  }
}
