import ArgumentParser
import Assessment
import Capture
import CaseStore
import Catalog
import Flows
import Packets
import Reports

/// A live capture: frames from interfaces by the same path as those of files, verdicts as they become true, and a report.
final class LiveRun {
  /// How often flows are asked for what was proved of them.
  private static let beat = Duration.milliseconds(100)
  /// How long after the latest packets a quiet line's time goes on: packets of then may still be on their way.
  private static let lag = Duration.seconds(2)
  /// Absences of an interface that are told apart; later ones are part of the last, which says too much, not too little.
  static let absenceLimit = 1_000

  let source: LiveSource
  var intake: FlowIntake
  var assessment: CaseAssessment
  var feed: VerdictFeed
  var log: FlowLogWriter?
  let record: LiveRecord?
  let sensors: SensorAssignment
  var catalog: Catalog
  let catalogOptions: CatalogOptions
  var changes: [Report.CatalogChange] = []
  var changeover = CatalogChangeover()
  private(set) var journal = FlowJournal()
  let reportTime: Timestamp?
  private var tally: UnwatchedTally
  private let start = Timestamp.now
  /// The interfaces that give no packets, and since when.
  var lost: [String: Timestamp] = [:]
  /// By interface, when it gave no packets before.
  var absences: [String: [ClosedRange<Timestamp>]] = [:]
  /// Whether the disk was said not to take packets.
  var toldDiskFailure = false
  /// When lost interfaces were asked for last.
  var lookedForLost = Timestamp.now
  /// Whether the clock that stamps packets is yet to be compared with the host's.
  private var doubtsClock: Bool
  /// When packets came last.
  private var heard = ContinuousClock.now
  let outlets: LiveOutlets
  let store: LiveStore?
  let view: LiveView?
  /// Bytes on the wire, by interface.
  var wireBytes: [UInt64]

  /// Opens the interfaces and lays out the stages.
  ///
  /// - Parameters:
  ///   - live: What is captured, and how.
  ///   - catalogOptions: Where the catalog lies.
  ///   - record: Which packets are written, and where.
  ///   - flows: How flows are kept.
  ///   - report: What is reported.
  ///   - alerts: Where verdicts and figures go beside standard error.
  ///   - events: How standard error says verdicts.
  ///   - storing: The case that is filled beside; nothing in it for none.
  ///   - makeView: Makes what shows the capture; nothing for none.
  ///   - confine: Gives up the rights that opened the interfaces; called before a thread starts, or a packet is read.
  /// - Throws: An exit code after a message on standard error, or a usage error.
  init(
    options live: LiveOptions, catalog catalogOptions: CatalogOptions, record: RecordArguments, flows: FlowArguments,
    report: ReportArguments, alerts: AlertArguments, events: VerdictFeed.Format, storing: LiveStoreArguments,
    view makeView: (Catalog, ResidentMemory) -> LiveView?, confine: () throws -> Void
  ) throws {
    let catalog = try catalogOptions.load()
    let sensors = try SensorAssignment(flows.sensor, inputs: live.interfaces, catalog: catalog)
    let source = try Self.open(live)
    var log: FlowLogWriter?
    if let path = report.flowsPath {
      log = FlowLogWriter(format: report.flowsFormat, catalog: catalog, sink: try OutputFile(path: path).write)
    }
    // Opened while it can be.
    let memory = ResidentMemory()
    try confine()
    let store = try storing.open(
      catalog: catalog, place: catalogOptions.place, source: source, sensors: sensors, filter: live.filter,
      flows: flows,
      report: AssessmentOptions(
        listLimit: report.flowsPerFinding, knownAt: catalogOptions.asKnownAt?.timestamp,
        reportTime: report.reportTime?.timestamp))
    let writing = try Self.start(source, record)
    var context = AssessmentContext()
    context.sensors = sensors.sensors
    context.clockOffsetIsKnown =
      !live.hasForeignClock && !sensors.sensors.isEmpty && sensors.sensors.allSatisfy { $0.clock != nil }
    context.listLimit = report.flowsPerFinding
    assessment = CaseAssessment(catalog: catalog, context: context)
    reportTime = report.reportTime?.timestamp
    var table = flows.options(sensors: sensors.sensors)
    table.tellsProgress = true
    if let store {
      table.tellsCheckpoints = true
      table.secretHash = try store.secretHash()
    }
    table.tellsWatchedFrames = writing.map { !$0.takesAll } ?? false
    intake = FlowIntake(
      FlowTable(options: table, prefixes: catalog.prefixes, captureStart: live.hasForeignClock ? nil : start),
      decoder: Decoder(checksums: .onDemand),
      sensors: live.interfaces.map { sensors.sensor(of: $0) })
    tally = UnwatchedTally(catalog: catalog)
    doubtsClock = live.hasForeignClock
    self.source = source
    self.store = store
    self.record = writing
    self.sensors = sensors
    self.catalog = catalog
    self.catalogOptions = catalogOptions
    let view = makeView(catalog, memory)
    self.view = view
    wireBytes = Array(repeating: 0, count: live.interfaces.count)
    // Where both are one terminal, the view shows what lines would say.
    outlets = try LiveOutlets(
      alerts, events: view != nil && Console.errorIsTerminal ? .none : events, catalog: catalog, memory: memory)
    feed = VerdictFeed(catalog: catalog, desk: outlets.desk) { view?.take($0, $1, isProvisional: $2) }
    self.log = log
  }

  private static func open(_ live: LiveOptions) throws -> LiveSource {
    do throws(CaptureError) {
      return try LiveSource(live, application: "ascribe \(Ascribe.version)")
    } catch {
      Console.note("error: \(Console.printable(error.description))")
      throw error.exitCode
    }
  }

  private static func start(_ source: LiveSource, _ arguments: RecordArguments) throws -> LiveRecord? {
    do throws(CaptureError) {
      let record = try arguments.write.map { folder throws(CaptureError) in
        try LiveRecord(of: source, in: folder, arguments)
      }
      try source.start()
      return record
    } catch {
      Console.note("error: \(Console.printable(error.description))")
      throw error.exitCode
    }
  }

  /// Captures until a signal, the time or the count ends it.
  ///
  /// - Parameters:
  ///   - duration: Seconds; nothing for no end.
  ///   - count: Packets; nothing for no end.
  /// - Returns: The report.
  /// - Throws: An exit code after a message on standard error.
  func run(duration: Double?, count: UInt64?) throws -> Report {
    if view == nil {
      for input in source.inputs {
        Console.note("capturing \(Console.printable(input.name)) (\(input.linkTypes.first?.name ?? "?"))")
      }
    }
    view?.enter()
    defer { view?.leave() }
    let end = duration.map { ContinuousClock.now + .seconds($0) }
    var next = ContinuousClock.now + Self.beat
    var outcome = LiveSource.Outcome.idle
    while outcome != .ended {
      outcome = read()
      prepareCatalog()
      let now = ContinuousClock.now
      if outcome == .frames {
        heard = now
        try checkClock()
      }
      let isOver = end.map { now >= $0 } ?? false
      if Interruption.isRequested || isOver || count.map({ intake.totals.packets >= $0 }) ?? false {
        source.stop()
      }
      guard now >= next || outcome == .ended else { continue }
      next = now + Self.beat
      if outcome == .idle { passTime(until: now) }
      if outcome == .ended {
        store?.beginEnding()
        intake.table.finish(ofAll: wantsAllRecords) { pass($0) }
        outlets.beginEnding()
      }
      feed.interval = outlets.measure(source, intake, recorder, at: now)
      try drain()
      if outcome != .ended {
        exchangeCatalog()
        beginCatalog()
        fillStore(at: now)
      }
      let judge = assessment.judge
      intake.table.takeProgress { feed.progress($0, judge.assess($0)) }
      recorder?.flush()
      noteLostInterfaces()
      noteDisk()
      if LiveSignals.takeStatisticsRequest() { noteStatistics() }
      drawView()
    }
    view?.leave()
    // No packets are held up any more.
    ErrorStream.limitWaits(to: 1_000)
    noteLateCatalog()
    outlets.close()
    assessment.add(tally)
    try log?.finish()
    let written = recorder?.finish(statistics: source.statistics)
    if let written { noteRecord(written) }
    noteStatistics()
    return try store?.finish(storedFacts, inputs) ?? report()
  }

  private func read() -> LiveSource.Outcome {
    intake.table.bufferStart = record?.end ?? 0
    return source.nextFrames(within: changeover.isBusy ? 1 : 50) { frames, bytes in
      let before = intake.totals.bytes
      intake.take(&frames, bytes)
      wireBytes[Int(frames.file)] += intake.totals.bytes - before
    } whole: { bytes in
      record?.take(bytes, &intake.table)
    }
  }

  var recorder: PacketRecorder? { record?.recorder }

  /// Compares the times of the first packets with the host's, where another clock stamps them.
  private func checkClock() throws {
    guard doubtsClock, let latest = source.inputs.compactMap(\.lastPacket).max() else { return }
    doubtsClock = false
    guard let problem = ForeignClock.problem(offset: latest.nanoseconds(since: .now)) else { return }
    Console.note("\(problem.endsCapture ? "error" : "warning"): \(problem.sentence)")
    if problem.endsCapture { throw ExitCode.noInput }
  }

  /// Lets time go on by what stamps packets, which need not be the clock on the wall.
  private func passTime(until now: ContinuousClock.Instant) {
    guard let latest = source.inputs.compactMap(\.lastPacket).max() else { return }
    let quiet = now - heard - Self.lag
    guard quiet > .zero else { return }
    intake.table.passTime(Timestamp(nanoseconds: latest.nanoseconds + Int64(quiet / .nanoseconds(1))))
  }

  private func drain() throws {
    var failure: (any Error)?
    let judge = assessment.judge
    let marks = intake.table.takeFloodMarks()
    intake.table.drain(marks, ofAll: wantsAllRecords, unwatched: { pass($0) }) { record in
      let verdict = judge.assess(record)
      if record.isWatched {
        assessment.add(AssessedFlow(record: record, assessment: verdict))
        journal.add(record)
      } else {
        // Another catalog changes nothing of it.
        tally.add(UnwatchedFlow(record))
      }
      store?.end(record, verdict)
      outlets.count(record, verdict)
      feed.end(record, verdict)
      view?.end(record, verdict)
      guard failure == nil else { return }
      do { try log?.write(record, assessment: verdict) } catch { failure = error }
    }
    if let failure { throw failure }
  }

  private var wantsAllRecords: Bool { log != nil || store?.keepsAll == true }

  /// Counts a flow that nothing covers, and of which no record is wanted.
  private func pass(_ flow: UnwatchedFlow) {
    tally.add(flow)
    store?.count(flow)
  }
}
