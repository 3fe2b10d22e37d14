import ArgumentParser
import Assessment
import Capture
import CaseStore
import Catalog
import Cryptography
import Flows
import Foundation
import Packets
import Reports

/// The case that a live capture fills while it goes on, and the report of the whole case at its end.
///
/// Flows are collected on the thread of the packets and handed over in batches. Where the disk does not keep up, unwatched
/// flows are counted alone; a watched one waits for room, and is given up only while the disk takes nothing at all.
final class LiveStore {
  /// How many flows may wait for the disk.
  struct Limits {
    /// Flows that are handed over at once.
    var piece = 20_000
    /// Flows that may wait before unwatched ones are counted alone: some 30 MB.
    var room = 131_072
    /// Flows that may wait before watched ones wait themselves.
    var watchedRoom = 524_288
  }

  /// Records of flows that go on which are built at once: some milliseconds.
  private static let pieceOfCheckpoint = 4_096
  /// What comes next after so many: there may be more.
  private static let beat = Duration.milliseconds(100)

  /// Whether unwatched flows are kept one by one.
  let keepsAll: Bool
  private let store: CaseStore
  private let lane: StoreLane
  private let report: AssessmentOptions
  private let period: Duration
  private let limits: Limits
  private var next: ContinuousClock.Instant
  private var catalog: Catalog
  private var batch = LiveBatch()
  private let filter: String
  private let idleTimeouts: [UInt8: Int64]
  private var live: LiveFacts
  private var sum: UnwatchedTally
  private var flowsInSum: UInt64 = 0
  private var isEnding = false
  private var saidFault: String?
  /// Why something is not in the case, once the capture has ended.
  private(set) var failure: ExitCode?

  /// Opens the case and begins a run.
  ///
  /// - Parameters:
  ///   - path: The case; made if it is not there.
  ///   - options: How flows are kept.
  ///   - catalog: The catalog.
  ///   - place: Where it lies.
  ///   - inputs: The interfaces, each with the id of its sensor.
  ///   - facts: What is known of the run before it begins.
  ///   - report: What shapes the report.
  ///   - limits: How many flows may wait.
  /// - Throws: An exit code after a message on standard error.
  init(
    path: String, options: LiveStoreArguments, catalog: Catalog, place: LiveFacts.CatalogPlace,
    inputs: [(input: CaptureInput, sensor: String?)], facts: RunFacts, report: AssessmentOptions,
    limits: Limits = Limits()
  ) throws {
    live = LiveFacts(catalog: place, digest: catalog.sha256, at: .now)
    var facts = facts
    facts.live = live
    do {
      store = try CaseStore(path: path, for: .making)
      store.noteCutRuns()
      lane = try StoreLane(
        LiveWriter(
          store, catalog: catalog, entries: catalog.entriesText(), toolVersion: Ascribe.version,
          figures: LiveBatch.Figures(facts: facts, inputs: inputs.map(\.input), flowsKeptAsSum: 0),
          sensors: inputs.map(\.sensor)))
    } catch let error as CaseError {
      throw error.refusal()
    }
    keepsAll = options.storeOptions.storeFlows == .all
    period = .seconds(options.storeInterval)
    next = .now + period
    self.catalog = catalog
    (filter, idleTimeouts) = (facts.filter, facts.idleTimeouts)
    (self.report, self.limits) = (report, limits)
    sum = UnwatchedTally(catalog: catalog)
  }

  /// Makes equal secrets in the content of flows equal, in all runs of the case.
  ///
  /// - Throws: An exit code after a message on standard error.
  func secretHash() throws -> KeyedHash {
    do throws(CaseError) { return try store.secretHash } catch { throw error.refusal() }
  }

  /// Takes a flow that has ended.
  func end(_ record: FlowRecord, _ assessment: FlowAssessment) {
    // What was kept as it stood is kept to its end.
    guard keepsAll || record.isWatched || record.checkpoint != 0 else { return count(UnwatchedFlow(record)) }
    guard hasRoom(for: record) else {
      if record.isWatched {
        live.lostFlows += 1
        if record.checkpoint == 0 { flowsInSum += 1 }
      } else {
        live.summedFlows += 1
        count(UnwatchedFlow(record))
      }
      return
    }
    add(record, assessment, goesOn: false)
  }

  /// Takes a flow that nothing covers and that is not kept.
  func count(_ flow: UnwatchedFlow) {
    sum.add(flow)
    flowsInSum += 1
  }

  /// Takes a watched flow that goes on, as it stands.
  func stand(_ record: FlowRecord, _ assessment: FlowAssessment) {
    if hasRoom(for: record) { add(record, assessment, goesOn: true) }
  }

  private func add(_ record: FlowRecord, _ assessment: FlowAssessment, goesOn: Bool) {
    let verdict = (assessment.verdict, assessment.reason, assessment.actor.map { catalog.actors[$0].id })
    batch.flows.append(LiveBatch.Flow(record, goesOn: goesOn, verdict: record.isWatched ? verdict : nil))
    if batch.flows.count >= limits.piece { handOver() }
  }

  /// Whether a flow can be taken; waits where it must not be lost.
  private func hasRoom(for record: FlowRecord) -> Bool {
    guard lane.waitingFlows >= limits.room else { return true }
    guard record.isWatched || record.checkpoint != 0 || isEnding else { return false }
    while lane.waitingFlows >= limits.watchedRoom, lane.fault == nil { usleep(1_000) }
    return lane.waitingFlows < limits.watchedRoom
  }

  private func handOver() {
    lane.send(batch)
    batch = LiveBatch()
  }

  /// How many flows that go on may be taken at once; none while those that ended wait already.
  var checkpointLimit: Int { lane.waitingFlows < limits.piece ? Self.pieceOfCheckpoint : 0 }

  /// Whether flows that go on are to be taken, and everything is to be committed.
  func isDue(at time: ContinuousClock.Instant) -> Bool { time >= next }

  /// Hands over what came since the last time, with what was counted by now.
  ///
  /// - Parameters:
  ///   - totals: What was counted.
  ///   - inputs: The interfaces.
  ///   - unrecordedFlows: Flows that go on and that nothing covers.
  ///   - hasMore: Whether more flows that go on are to be taken soon.
  func commit(_ totals: RunFacts, _ inputs: [CaptureInput], unrecordedFlows: UInt64, hasMore: Bool) {
    next = .now + (hasMore ? min(Self.beat, period) : period)
    (live.written, live.unrecordedFlows) = (Timestamp.now.nanoseconds, unrecordedFlows)
    var facts = totals
    (facts.filter, facts.idleTimeouts, facts.live) = (filter, idleTimeouts, live)
    facts.unwatched = keepsAll && flowsInSum == 0 ? nil : sum.fields
    batch.figures = LiveBatch.Figures(facts: facts, inputs: inputs, flowsKeptAsSum: flowsInSum)
    handOver()
    noteFault()
  }

  private func noteFault() {
    let fault = lane.fault?.description
    if let fault, saidFault == nil {
      Console.note("warning: \(Console.printable(fault)) It is tried again every second, and flows wait.")
    } else if fault == nil, saidFault != nil {
      Console.note("warning: The case is written again.")
    }
    saidFault = fault
  }

  /// Takes another catalog, if it is one; to be called before flows are that it judges.
  func replace(_ new: Catalog, _ change: Report.CatalogChange) {
    catalog = new
    guard change.new != change.old else { return }
    // Each batch takes one.
    if batch.catalog != nil { handOver() }
    live.catalogDigest = new.sha256
    let replacement = CatalogReplacement(
      time: change.time, old: change.old, new: change.new, reassessedFlows: change.reassessedFlows,
      otherFlows: change.otherFlows)
    (batch.catalog, next) = ((new, replacement), .now)
  }

  /// From now on no packets can be lost: everything waits for room.
  func beginEnding() { isEnding = true }

  /// Completes the run with what was counted.
  ///
  /// - Parameters:
  ///   - totals: What was counted.
  ///   - inputs: The interfaces.
  /// - Returns: The report of the whole case; nothing, after a message on standard error, if something is not in it.
  /// - Throws: If a report cannot be rendered.
  func finish(_ totals: RunFacts, _ inputs: [CaptureInput]) throws -> Report? {
    batch.isLast = true
    commit(totals, inputs, unrecordedFlows: 0, hasMore: false)
    // Not left to the last reference: a thread that is not done when the process ends may have it.
    defer { store.close() }
    do {
      if let fault = lane.close() { throw fault }
      return try StoredReport(store, catalog: catalog, options: report).keep()
    } catch let error as CaseError {
      failure = error.refusal()
      Console.note("The report is of this capture alone, and the case lacks its end.")
      return nil
    }
  }
}
