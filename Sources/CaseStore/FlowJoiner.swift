import Flows
import GRDB
import Packets

/// Finds the flows that the end of one run's captures cut and that go on in another run.
///
/// Parts stay as they are at rest; they are put together whenever the case is read, so that the order in which captures came
/// into it changes nothing.
struct FlowJoiner {
  /// The parts of each flow that has several, in time order.
  private(set) var chains: [[StoredFlow]] = []

  /// Looks for the parts.
  ///
  /// - Parameters:
  ///   - db: The case.
  ///   - runs: Its runs.
  ///   - places: How the case counts sensors and files.
  /// - Throws: What SQLite says, or what reading a row does.
  /// - Complexity: O(n log m) in the n flows that captures cut, of m.
  init(_ db: Database, _ runs: StoredRuns, _ places: FlowPlaces) throws {
    guard runs.facts.count > 1 else { return }
    var next: [Int64: StoredFlow] = [:]
    var heads: [StoredFlow] = []
    var taken: Set<Int64> = []
    let cut = try db.cachedStatement(
      sql: "SELECT \(StoredFlow.columns) FROM flow WHERE run = ? AND marks & 2 <> 0 ORDER BY last, id")
    for run in runs.facts.keys.sorted() {
      let rows = try Row.fetchCursor(cut, arguments: [run])
      while let row = try rows.next() {
        let timeout = runs.facts[run]?.idleTimeout(UInt8(truncatingIfNeeded: try row.value(7) as Int64)) ?? 0
        guard runs.mayGoOn(run, after: Timestamp(nanoseconds: try row.value(3)), timeout) else { continue }
        var flow = try StoredFlow(row)
        places.fill(&flow)
        heads.append(flow)
      }
    }
    // In time order, so that of several that could go on the earlier one does.
    heads.sort { ($0.record.lastPacket, $0.id) < ($1.record.lastPacket, $1.id) }
    for head in heads {
      let timeout = runs.facts[head.run]?.idleTimeout(head.record.ipProtocol.rawValue) ?? 0
      let found = try Self.rest(of: head, timeout, in: db, places).first {
        !taken.contains($0.id) && runs.facts[$0.run] != nil && $0.run != head.run
      }
      guard let found else { continue }
      next[head.id] = found
      taken.insert(found.id)
    }
    for head in heads where !taken.contains(head.id) && next[head.id] != nil {
      var chain = [head]
      while let part = chain.last.flatMap({ next[$0.id] }) { chain.append(part) }
      chains.append(chain)
    }
  }

  /// The flows that could go on with another, in time order.
  private static func rest(
    of head: StoredFlow, _ timeout: Int64, in db: Database, _ places: FlowPlaces
  ) throws -> [StoredFlow] {
    let (end, _) = head.record.lastPacket.nanoseconds.addingReportingOverflow(timeout)
    var found: [StoredFlow] = []
    for (one, other) in [
      (head.record.originator, head.record.responder), (head.record.responder, head.record.originator),
    ] {
      let rows = try Row.fetchCursor(
        try db.cachedStatement(
          sql: """
            SELECT \(StoredFlow.columns) FROM flow
            WHERE originator = ? AND first > ? AND first <= ? AND responder = ? AND ports = ? AND protocol = ?
            """),
        arguments: [
          one.address.column, head.record.lastPacket.nanoseconds, end, other.address.column,
          Int64(one.port) << 16 | Int64(other.port), Int64(head.record.ipProtocol.rawValue),
        ])
      while let row = try rows.next() {
        var flow = try StoredFlow(row)
        places.fill(&flow)
        if head.record.isContinued(by: flow.record, idleTimeout: timeout) { found.append(flow) }
      }
    }
    return found.sorted { ($0.record.firstPacket, $0.id) < ($1.record.firstPacket, $1.id) }
  }
}
