import Assessment
import Capture
import Catalog
import Flows
import POSIX
import Packets
import Reports

/// The threads of a run beside the main one, each with a flow table of its own.
///
/// ```
///   main thread   frames ─┬► share 0 ──► findings, flow log
///                         │   ▲ marks  ▲ records with their verdicts, rows of the log
///                         │   ▼        │
///   thread 1              └► share 1 ──┘ figures of unwatched flows at the end
/// ```
/// After each stretch of frames every thread tells the others what its flows have to say of floods, and then hands over
/// the records that ended and the rows that it made of them; the main thread puts those of all in one order.
struct FlowCrew {
  /// A flow of another thread.
  fileprivate struct Ended: Sendable {
    let order: FlowOrder
    let lastPacket: Timestamp
    /// Nothing of an unwatched flow that nobody asked for; it is in the figures of its thread.
    let flow: AssessedFlow?
    /// Where its row ends in those of its part.
    let rowEnd: Int
  }

  /// Flows of a stretch, in order.
  fileprivate struct Part: Sendable {
    var flows: [Ended] = []
    /// Their rows in the flow log, if there is one.
    var rows: [UInt8] = []
    /// Whether there are no more of the stretch.
    var isLast = false
  }

  /// What a thread leaves when it ends.
  struct Remainder: Sendable {
    var tally: UnwatchedTally
    var counts: FlowTable.Counts
  }

  /// What threads keep.
  struct Task: Sendable {
    var judge: FlowJudge
    var decoder: Packets.Decoder
    /// Those of all tables together.
    var flows: FlowTableOptions
    var captureStart: Timestamp
    /// Whether unwatched flows are handed over too.
    var wantsAllFlows: Bool
    /// The format of the flow log; nothing where there is none.
    var logFormat: FlowLogFormat?

    /// Whether records are made of unwatched flows too.
    var wantsAllRecords: Bool { wantsAllFlows || logFormat != nil }
  }

  /// Records of a part at most; with the depth of a channel, what waits is bounded.
  private static let partLength = 512

  /// Threads, the main one included.
  let count: Int
  private let parts: [Channel<Part>]
  private let remainders: Channel<Result<Remainder, CaptureError>>

  /// Starts the threads.
  ///
  /// - Parameters:
  ///   - count: How many there are to be, the main one included; where the system has no more, reading throws.
  ///   - sharing: What gives all tables their packets, where there are several.
  ///   - task: What they do.
  init(count: Int, _ sharing: FrameSharing?, _ task: Task) {
    self.count = count
    parts = (0..<count).map { _ in Channel(capacity: 4) }
    remainders = Channel()
    guard let sharing else { return }
    let crew = self
    for index in 1..<count where !startThread({ crew.work(index, sharing, task) }) {
      sharing.close(
        CaptureError(.unreadable, "The system has no thread to spare; use fewer with --threads."))
    }
  }

  /// What the other threads left, once they have ended.
  ///
  /// - Throws: The first error of any.
  func wait() throws(CaptureError) -> [Remainder] {
    var all: [Remainder] = []
    for _ in 1..<count {
      guard let result = remainders.receive() else { break }
      all.append(try result.get())
    }
    return all
  }

  /// The records of the others' stretches.
  func stretch() -> Merge { Merge(parts.dropFirst()) }

  private func work(_ index: Int, _ sharing: FrameSharing, _ task: Task) {
    remainders.send(run(index, sharing, task))
    parts[index].close()
  }

  private func run(_ index: Int, _ sharing: FrameSharing, _ task: Task) -> Result<Remainder, CaptureError> {
    let catalog = task.judge.catalog
    var options = task.flows
    options.join(FlowShare(index: index, of: count))
    var table = FlowTable(options: options, prefixes: catalog.prefixes, captureStart: task.captureStart)
    var tally = UnwatchedTally(catalog: catalog)
    var rows = FlowLogRows(format: task.logFormat ?? .zeek, catalog: catalog)
    var end = FrameReading.End.stretch
    while end == .stretch {
      do throws(CaptureError) {
        end = try sharing.readStretch(into: &table, index)
      } catch { return .failure(error) }
      if end == .run { table.finish(ofAll: task.wantsAllRecords) { tally.add($0) } }
      let marks = sharing.exchange(table.takeFloodMarks(), from: index)
      var flows: [Ended] = []
      table.drain(marks, ofAll: task.wantsAllRecords, unwatched: { tally.add($0) }) { record in
        let assessment = task.judge.assess(record)
        if task.logFormat != nil { rows.append(record, assessment) }
        let isHandedOver = record.isWatched || task.wantsAllFlows
        if !isHandedOver { tally.add(UnwatchedFlow(record)) }
        flows.append(
          Ended(
            order: FlowOrder(record), lastPacket: record.lastPacket,
            flow: isHandedOver ? AssessedFlow(record: record, assessment: assessment) : nil, rowEnd: rows.byteCount))
        guard flows.count == Self.partLength else { return }
        parts[index].send(Part(flows: flows, rows: rows.take()))
        flows.removeAll()
      }
      parts[index].send(Part(flows: flows, rows: rows.take(), isLast: true))
    }
    return .success(Remainder(tally: tally, counts: table.counts))
  }

  /// The records of one stretch from several threads, merged.
  struct Merge {
    private struct Queue {
      let channel: Channel<Part>
      var part = Part()
      var place = 0
      /// Where the row of the next flow begins.
      var rowStart = 0

      /// The order of the next record; nothing if there are no more.
      mutating func peek() -> FlowOrder? {
        while place == part.flows.count {
          if part.isLast { return nil }
          part = channel.receive() ?? Part(isLast: true)
          (place, rowStart) = (0, 0)
        }
        return part.flows[place].order
      }

      /// Hands over the next record, which `peek` found.
      mutating func take(_ body: (_ flow: AssessedFlow?, _ row: Span<UInt8>, _ lastPacket: Timestamp) -> Void) {
        let next = part.flows[place]
        body(next.flow, part.rows.span.extracting(rowStart..<next.rowEnd), next.lastPacket)
        (place, rowStart) = (place + 1, next.rowEnd)
      }
    }

    private var queues: [Queue]

    fileprivate init(_ channels: ArraySlice<Channel<Part>>) { queues = channels.map { Queue(channel: $0) } }

    /// Hands over the records that come before another.
    ///
    /// - Parameters:
    ///   - order: The other one's order; nothing for all that are left.
    ///   - body: Receives each flow that is handed over, its row in the flow log, and when its last packet was.
    mutating func take(
      before order: FlowOrder?, _ body: (_ flow: AssessedFlow?, _ row: Span<UInt8>, _ lastPacket: Timestamp) -> Void
    ) {
      while true {
        var first: (order: FlowOrder, queue: Int)?
        for index in queues.indices {
          guard let next = queues[index].peek() else { continue }
          if first.map({ next < $0.order }) ?? true { first = (next, index) }
        }
        guard let first, order.map({ first.order < $0 }) ?? true else { return }
        queues[first.queue].take(body)
      }
    }
  }
}
