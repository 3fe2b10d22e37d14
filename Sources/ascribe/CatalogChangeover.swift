import Assessment
import Capture
import Catalog
import Flows
import POSIX

/// Another catalog on its way into a live capture, which goes on meanwhile by the one that it has.
///
/// ```
///   begin ─► thread: load ─► goOn, goOn, …: a piece between two reads ─► take: everything is exchanged at once
///               │                  flows that ended ─► assessed by the new catalog
///               │                  flows that go on, held packets ─► looked at by it
///               └─► invalid, or with other sensors: the one before stays
/// ```
/// Flows that end meanwhile are assessed by the catalog before and join the journal, and the replay follows. `take` comes when
/// it has caught up: then each flow that the journal holds, and each that it forgot since, was assessed once.
/// Not thread-safe.
struct CatalogChangeover {
  /// What becomes of a catalog at once.
  enum Arrival {
    case refused
    case loaded
  }

  /// Flows that are assessed in one turn, beside as many as ended since: one or two milliseconds.
  static let piece: UInt64 = 128
  /// Flows that are looked at in one turn: about a millisecond.
  private static let pieceOfTable = 16_384

  private var loading: Channel<CaseAssessment>?
  private var next: CaseAssessment?
  /// The number of the next flow of the journal, and how many it had with the last piece.
  private var (place, seen): (UInt64, UInt64) = (0, 0)
  private var reassessed: UInt64 = 0
  /// Whether nothing is left to be done but what comes with the next `drain`.
  private(set) var isReady = false

  /// Whether a catalog is on its way.
  var isUnderway: Bool { loading != nil || next != nil }
  /// Whether there is work for `goOn`.
  var isBusy: Bool { next != nil && !isReady }

  /// Begins to load a catalog, on a thread that goes behind the capture.
  ///
  /// - Parameter load: Loads it, and makes an assessment without flows; nothing if it is not to be used.
  /// - Returns: False if the system has no thread to spare.
  mutating func begin(_ load: @escaping @Sendable () -> CaseAssessment?) -> Bool {
    let loading = Channel<CaseAssessment>()
    let hasStarted = startThread(mayWait: true) {
      if let assessment = load() { loading.send(assessment) }
      loading.close()
    }
    if hasStarted { self.loading = loading }
    return hasStarted
  }

  /// Does a piece of what is to be done before the exchange, and never waits.
  ///
  /// - Parameters:
  ///   - table: Its flows are looked at.
  ///   - record: So are packets that it holds.
  ///   - journal: Its flows are assessed.
  /// - Returns: What became of the catalog, if it is known since this call.
  mutating func goOn(_ table: inout FlowTable, _ record: LiveRecord?, _ journal: FlowJournal) -> Arrival? {
    guard next != nil else { return arrive(&table, record, journal) }
    let isSeen = table.lookOn(limit: Self.pieceOfTable)
    let isFound = record?.lookOn() ?? true
    replay(journal, limit: Self.piece + journal.end - seen)
    isReady = isSeen && isFound && place == journal.end
    return nil
  }

  private mutating func arrive(
    _ table: inout FlowTable, _ record: LiveRecord?, _ journal: FlowJournal
  ) -> Arrival? {
    switch loading?.receive(within: 0) {
    case nil, .timeout: return nil
    case .closed:
      loading = nil
      return .refused
    case .element(let assessment):
      (loading, next, isReady) = (nil, assessment, false)
      (place, seen, reassessed) = (0, journal.end, 0)
      table.prepare(assessment.catalog.prefixes)
      record?.prepare(assessment.catalog.prefixes)
      return .loaded
    }
  }

  private mutating func replay(_ journal: FlowJournal, limit: UInt64) {
    seen = journal.end
    guard let prefixes = next?.catalog.prefixes else { return }
    place = journal.read(from: place, limit: limit) { record in
      var record = record
      record.cover(by: prefixes, wasWatched: true)
      next?.add(record)
      reassessed += 1
    }
  }

  /// Ends the changeover with the new assessment; to be called right after `drain`, once `isReady`.
  ///
  /// - Parameter journal: Flows of it that are not assessed yet are.
  /// - Returns: The assessment, and how many flows it holds.
  mutating func take(_ journal: FlowJournal) -> (assessment: CaseAssessment, reassessed: UInt64)? {
    replay(journal, limit: .max)
    isReady = false
    return next.take().map { ($0, reassessed) }
  }
}
