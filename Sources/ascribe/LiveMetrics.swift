import Alerts
import Assessment
import Capture
import Catalog
import Flows
import Packets

/// The figures of a live capture, for Prometheus.
struct LiveMetrics {
  /// Drops in so long a time count as a fault.
  static let memory = Duration.seconds(10)
  /// How often figures are published.
  private static let beat = Duration.seconds(1)

  private struct Row: Hashable {
    let verdict: Verdict
    let reason: VerdictReason
  }

  private let server: MetricsServer?
  /// The catalog that verdicts rest on.
  var catalog: Catalog
  private let exits: HookSink.Exits
  private let start: Timestamp
  private let resident: ResidentMemory
  private var rows: [Row: UInt64] = [:]
  private var watchedFlows: UInt64 = 0
  private var next = ContinuousClock.now

  /// Makes figures of nothing.
  ///
  /// - Parameters:
  ///   - server: Answers with them; nothing is collected without one.
  ///   - catalog: The catalog.
  ///   - exits: How commands ended.
  ///   - start: When the capture began.
  ///   - memory: Tells how much the process has.
  init(server: MetricsServer?, catalog: Catalog, exits: HookSink.Exits, start: Timestamp, memory: ResidentMemory) {
    self.server = server
    resident = memory
    self.catalog = catalog
    self.exits = exits
    self.start = start
  }

  /// Counts a flow that has ended.
  mutating func count(_ record: FlowRecord, _ assessment: FlowAssessment) {
    guard server != nil, record.isWatched else { return }
    watchedFlows += 1
    rows[Row(verdict: assessment.verdict, reason: assessment.reason), default: 0] += 1
  }

  /// Publishes the figures of now, once a second.
  mutating func publish(
    _ source: LiveSource, _ intake: borrowing FlowIntake, _ recorder: PacketRecorder?, _ desk: AlertDesk,
    _ gauge: DropGauge, at time: ContinuousClock.Instant
  ) {
    guard let server, time >= next else { return }
    next = time + Self.beat
    let written = recorder?.figures
    var families = flowFamilies(intake) + Self.interfaceFamilies(source) + alertFamilies(desk) + processFamilies
    if let written { families += Self.recorderFamilies(written) }
    server.publish(
      MetricsServer.State(families: families, faults: Self.faults(source, written, gauge.interval(Self.memory))))
  }

  private static func faults(
    _ source: LiveSource, _ written: PacketRecorder.Figures?, _ interval: CaptureInterval
  ) -> [String] {
    var faults = source.lostInterfaces.map { "'\($0.name)' gives no packets: \($0.reason)" }
    if let failure = written?.failure { faults.append("packets cannot be written: \(failure)") }
    if interval.drops > 0 {
      faults.append("\(interval.drops) of \(interval.packets) packets were dropped in the last 10 seconds")
    }
    return faults.map(Console.printable)
  }

  private func flowFamilies(_ intake: borrowing FlowIntake) -> [MetricFamily] {
    let counts = intake.table.counts
    var rejected = MetricFamily("ascribe_rejected_packets", .counter, "Packets that are in no flow, by reason.")
    for (reason, count) in intake.totals.rejected.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
      rejected.add(Double(count), ("reason", reason.rawValue))
    }
    var verdicts = MetricFamily("ascribe_verdicts", .counter, "Watched flows that ended, by verdict and reason.")
    for (row, count) in rows.sorted(by: { $0.key.reason.rawValue < $1.key.reason.rawValue }) {
      verdicts.add(Double(count), ("verdict", row.verdict.rawValue), ("reason", row.reason.rawValue))
    }
    return [
      MetricFamily("ascribe_packets", .counter, "Packets read.", Double(intake.totals.packets)),
      MetricFamily("ascribe_bytes", .counter, "Bytes of packets read, as on the wire.", Double(intake.totals.bytes)),
      rejected,
      MetricFamily("ascribe_flows", .counter, "Flows that ended.", Double(counts.flows)),
      MetricFamily("ascribe_watched_flows", .counter, "Watched flows that ended.", Double(watchedFlows)),
      MetricFamily("ascribe_evicted_flows", .counter, "Flows given up for lack of room.", Double(counts.evictedFlows)),
      MetricFamily("ascribe_live_flows", .gauge, "Flows that go on.", Double(intake.table.standingFlowCount)),
      MetricFamily(
        "ascribe_live_watched_flows", .gauge, "Watched flows that go on.", Double(intake.table.watchedFlowCount)),
      verdicts,
    ]
  }

  private static func interfaceFamilies(_ source: LiveSource) -> [MetricFamily] {
    var received = MetricFamily(
      "ascribe_interface_received_packets", .counter, "Packets that came to the kernel's filter, dropped ones included."
    )
    var kernel = MetricFamily("ascribe_kernel_dropped_packets", .counter, "Packets for which the ring had no room.")
    var interface = MetricFamily("ascribe_interface_dropped_packets", .counter, "Packets that the interface dropped.")
    var isUp = MetricFamily("ascribe_interface_up", .gauge, "Whether the interface can be read.")
    let lost = Set(source.lostInterfaces.map(\.name))
    for (input, counts) in zip(source.inputs, source.counts()) {
      received.add(Double(counts.received), ("interface", input.name))
      kernel.add(Double(counts.dropped), ("interface", input.name))
      interface.add(Double(counts.droppedByInterface), ("interface", input.name))
      isUp.add(lost.contains(input.name) ? 0 : 1, ("interface", input.name))
    }
    return [
      received, kernel, interface, isUp,
      MetricFamily(
        "ascribe_waiting_buffers", .gauge, "Buffers of packets between kernel and flow table.",
        Double(source.waitingBuffers)),
    ]
  }

  private static func recorderFamilies(_ figures: PacketRecorder.Figures) -> [MetricFamily] {
    [
      MetricFamily(
        "ascribe_recorder_written_bytes", .counter, "Bytes written to evidence files.", Double(figures.bytes)),
      MetricFamily("ascribe_recorder_lost_bytes", .counter, "Bytes the disk did not take.", Double(figures.lostBytes)),
      MetricFamily("ascribe_recorder_files", .counter, "Evidence files begun.", Double(figures.files)),
      MetricFamily(
        "ascribe_recorder_removed_files", .counter, "Evidence files removed for the limits.",
        Double(figures.removedFiles)),
    ]
  }

  private func alertFamilies(_ desk: AlertDesk) -> [MetricFamily] {
    var sent = MetricFamily("ascribe_alerts_sent", .counter, "Alerts that the sink took.")
    var retried = MetricFamily("ascribe_alerts_retried", .counter, "Tries after the first of an alert.")
    var dropped = MetricFamily("ascribe_alerts_dropped", .counter, "Alerts refused, given up, or without room.")
    var waiting = MetricFamily("ascribe_alert_queue_length", .gauge, "Alerts that wait.")
    for lane in desk.lanes {
      let figures = lane.figures
      sent.add(Double(figures.taken), ("sink", lane.name))
      retried.add(Double(figures.retries), ("sink", lane.name))
      dropped.add(Double(figures.dropped), ("sink", lane.name))
      waiting.add(Double(figures.waiting), ("sink", lane.name))
    }
    var ends = MetricFamily("ascribe_exec_ends", .counter, "Commands of --exec that ended, by exit code.")
    for (code, count) in exits.counts.sorted(by: { $0.key < $1.key }) { ends.add(Double(count), ("code", code)) }
    return [sent, retried, dropped, waiting, ends]
  }

  private var processFamilies: [MetricFamily] {
    var loaded = MetricFamily("ascribe_catalog", .info, "The catalog that verdicts rest on.")
    loaded.add(1, ("sha256", catalog.sha256), ("version", Ascribe.version))
    return [
      loaded,
      MetricFamily(
        "process_resident_memory_bytes", .gauge, "Resident memory size in bytes.", Double(resident.bytes)),
      MetricFamily(
        "process_start_time_seconds", .gauge, "Start time of the process since unix epoch in seconds.",
        Double(start.nanoseconds / 1_000_000) / 1_000),
    ]
  }
}
