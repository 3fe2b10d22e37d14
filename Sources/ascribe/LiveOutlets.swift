import Alerts
import Assessment
import Capture
import Catalog
import Flows
import Packets

/// Where the verdicts and figures of a live capture go while it goes on.
final class LiveOutlets {
  /// How long the end waits for alerts to be delivered.
  private static let patience = Duration.seconds(10)

  /// Tells sinks of verdicts.
  let desk: AlertDesk
  private let exits: HookSink.Exits
  private var notes = AlertNotes()
  private var gauge = DropGauge(memory: LiveMetrics.memory)
  private var metrics: LiveMetrics

  /// Opens sinks and server.
  ///
  /// - Parameters:
  ///   - alerts: Which.
  ///   - events: What standard error says of verdicts.
  ///   - catalog: The catalog.
  ///   - memory: Tells how much the process has.
  /// - Throws: `ExitCode.cannotWrite` after a message.
  init(_ alerts: AlertArguments, events: VerdictFeed.Format, catalog: Catalog, memory: ResidentMemory) throws {
    exits = HookSink.Exits()
    desk = try alerts.desk(events: events, exits: exits)
    metrics = LiveMetrics(server: try alerts.server(), catalog: catalog, exits: exits, start: .now, memory: memory)
  }

  /// Says of another catalog from now on that verdicts rest on it.
  func replace(_ catalog: Catalog) { metrics.catalog = catalog }

  /// Counts a flow that has ended.
  func count(_ record: FlowRecord, _ assessment: FlowAssessment) { metrics.count(record, assessment) }

  /// Looks at the counters, publishes them, and says what became of alerts.
  ///
  /// - Returns: What kernel and interfaces counted in the last second.
  func measure(
    _ source: LiveSource, _ intake: borrowing FlowIntake, _ recorder: PacketRecorder?, at time: ContinuousClock.Instant
  ) -> CaptureInterval {
    let counts = source.counts()
    gauge.note(
      packets: counts.reduce(0) { $0 + $1.received },
      drops: counts.reduce(0) { $0 + $1.dropped + $1.droppedByInterface }, at: time)
    notes.note(desk, at: time)
    metrics.publish(source, intake, recorder, desk, gauge, at: time)
    return gauge.interval(.seconds(1))
  }

  /// Notes that no more packets come.
  func beginEnding() { desk.beginEnding(within: Self.patience) }

  /// Delivers what waits, and says what could not be delivered.
  func close() {
    desk.close()
    exits.endAll()
    AlertNotes.noteEnd(desk)
  }
}
