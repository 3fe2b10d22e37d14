import Assessment
import Capture
import Catalog
import Flows
import Foundation
import Packets
import Reports
import Screens

/// A live capture on a screen of its own: draws at most four times a second, and reads keys.
final class LiveView {
  /// What the stages count at one moment.
  struct Moment {
    struct Interface {
      var name: String
      var (packets, bytes, dropped): (UInt64, UInt64, UInt64)
      var problem: String?

      init(name: String, packets: UInt64, bytes: UInt64, dropped: UInt64, problem: String?) {
        self.name = name
        (self.packets, self.bytes, self.dropped) = (packets, bytes, dropped)
        self.problem = problem
      }
    }

    var interfaces: [Interface] = []
    var (liveFlows, watchedFlows, endedFlows, evictedFlows): (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)
    var verdicts: UInt64 = 0
    var recorder: PacketRecorder.Figures?
  }

  /// Watched flows that go on of which each look takes note.
  static let flowLimit = 2_000
  /// Verdicts that can be shown.
  private static let eventLimit = 200
  private static let period = Duration.milliseconds(250)

  /// Whether standard output is a terminal that can place text.
  static var isPossible: Bool {
    Terminal.isThere && ![nil, "", "dumb"].contains(ProcessInfo.processInfo.environment["TERM"])
  }

  private var catalog: Catalog
  private let folder: String?
  private let start = ContinuousClock.now
  private var next = ContinuousClock.now
  private var nextLook = ContinuousClock.now
  private var board: WatchedBoard
  private var events: [ScreenSnapshot.Event] = []
  private var meters: [RateMeter] = []
  private var flowMeter = RateMeter(count: 1)
  private let memory: ResidentMemory
  private var snapshot = ScreenSnapshot()
  private var size = (columns: 0, rows: 0)
  private var writer: ScreenWriter?

  /// Makes a view; nothing is drawn yet.
  ///
  /// - Parameters:
  ///   - catalog: The catalog.
  ///   - folder: Where packets are written; nothing if they are not.
  ///   - memory: Tells how much the process has.
  init(catalog: Catalog, folder: String?, memory: ResidentMemory) {
    self.catalog = catalog
    self.folder = folder
    self.memory = memory
    board = WatchedBoard(catalog: catalog)
    snapshot.program = "ascribe \(Ascribe.version)"
    replace(catalog)
  }

  /// Shows verdicts of another catalog from now on.
  func replace(_ catalog: Catalog) {
    self.catalog = catalog
    board = WatchedBoard(catalog: catalog)
    snapshot.catalog = catalog.sha256
    snapshot.claims = catalog.claims.count
    snapshot.isDemonstration = catalog.allowsDocumentationRanges
  }

  /// Takes the screen, if the system has a thread to spare for it.
  func enter() {
    guard let writer = ScreenWriter() else { return }
    self.writer = writer
    Console.hold()
    Terminal.enter()
  }

  /// Gives the screen back, and says what was kept back meanwhile; does nothing if it was.
  func leave() {
    guard let writer else { return }
    self.writer = nil
    writer.close()
    Terminal.leave()
    Console.release()
  }

  /// Takes a verdict as it is said.
  func take(_ record: FlowRecord, _ assessment: FlowAssessment, isProvisional: Bool) {
    let evidence = assessment.speaksOfOriginator ? record.originatorEvidence : record.responderEvidence
    events.append(
      ScreenSnapshot.Event(
        time: record.lastPacket, verdict: assessment.verdict, reason: assessment.reason.rawValue,
        grade: evidence.grade.name, originator: record.originator.text,
        responder: record.responder.text, actor: catalog.actor(assessment.actor)?.name,
        isProvisional: isProvisional))
    if events.count > Self.eventLimit { events.removeFirst() }
  }

  /// Takes a flow that has ended.
  func end(_ record: FlowRecord, _ assessment: FlowAssessment) { board.end(record, assessment) }

  /// Whether it is time to draw.
  var isDue: Bool { writer != nil && ContinuousClock.now >= next }

  /// Asks for the watched flows that go on, once a second.
  ///
  /// - Parameter look: Shows each to what it is given.
  func showAddresses(_ look: ((FlowRecord, FlowAssessment) -> Void) -> Void) {
    guard ContinuousClock.now >= nextLook, !snapshot.isPaused else { return }
    nextLook = ContinuousClock.now + .seconds(1)
    var board = board
    board.beginLook()
    look { board.look($0, $1) }
    self.board = board
    snapshot.addresses = board.addresses
  }

  /// Draws, and does what keys ask for.
  ///
  /// - Parameter moment: What is counted.
  func draw(_ moment: Moment) {
    next = ContinuousClock.now + Self.period
    measure(moment)
    for key in Terminal.keys() { press(key) }
    if !snapshot.isPaused { update(moment) }
    let size = Terminal.size ?? (80, 24)
    let lines = ScreenLayout(snapshot, columns: size.columns, rows: size.rows).lines
    let page = Terminal.page(
      lines.map { $0.rendered(colour: Console.outputWantsColour) }, clears: size != self.size)
    if writer?.offer(page) == true { self.size = size }
  }

  private func press(_ key: UInt8) {
    switch key {
    case UInt8(ascii: "q"): Interruption.request()
    case UInt8(ascii: "p"), UInt8(ascii: " "): snapshot.isPaused.toggle()
    case UInt8(ascii: "s"): snapshot.order = snapshot.order.next
    case UInt8(ascii: "?"), UInt8(ascii: "h"): snapshot.showsHelp.toggle()
    default: break
    }
  }

  /// Takes the counters of rates, also while the picture is held.
  private func measure(_ moment: Moment) {
    let now = ContinuousClock.now
    if meters.isEmpty { meters = moment.interfaces.map { _ in RateMeter(count: 3) } }
    for (index, interface) in moment.interfaces.enumerated() {
      meters[index].take([interface.packets, interface.bytes, interface.dropped], at: now)
    }
    flowMeter.take([moment.endedFlows + moment.liveFlows], at: now)
  }

  private func update(_ moment: Moment) {
    snapshot.time = .now
    snapshot.uptime = Int((ContinuousClock.now - start) / .seconds(1))
    snapshot.interfaces = zip(moment.interfaces, meters).map { interface, meter in
      ScreenSnapshot.Interface(
        name: interface.name, packets: interface.packets, dropped: interface.dropped, packetRate: meter.rates[0],
        bitRate: meter.rates[1] * 8, dropRate: meter.rates[2], history: meter.history, problem: interface.problem)
    }
    (snapshot.liveFlows, snapshot.watchedFlows) = (moment.liveFlows, moment.watchedFlows)
    (snapshot.endedFlows, snapshot.evictedFlows) = (moment.endedFlows, moment.evictedFlows)
    snapshot.newFlowRate = flowMeter.rates[0]
    (snapshot.events, snapshot.eventCount) = (events, moment.verdicts)
    snapshot.messages = Console.heldNotes.suffix(1)
    snapshot.recorder = moment.recorder.map {
      ScreenSnapshot.Recorder(
        folder: folder ?? "", files: $0.files, bytes: $0.bytes, lostBytes: $0.lostBytes, failure: $0.failure)
    }
    snapshot.memory = memory.bytes
  }
}
