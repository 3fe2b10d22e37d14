package import Assessment
package import Catalog
package import Flows
import GRDB
package import Packets

/// Which flows of a case are asked for; all that is set must hold.
package struct FlowFilter: Sendable {
  /// An address of the flow lies in it.
  package var network: IPPrefix?
  /// A port of the flow.
  package var port: UInt16?
  /// The verdict on it.
  package var verdict: Verdict?
  /// The id of the actor.
  package var actor: String?
  /// The id of the finding.
  package var finding: String?
  /// It began then or later.
  package var since: Timestamp?
  /// It began then or earlier.
  package var until: Timestamp?
  /// How many flows at most.
  package var limit = 1_000

  /// Makes a filter that lets everything through.
  package init() {}

  /// The condition in SQL with its arguments.
  fileprivate var condition: (sql: String, arguments: StatementArguments) {
    var terms = ["run IN (SELECT id FROM run WHERE \(CaseSchema.visibleStates))"]
    var values: [DatabaseValue] = []
    func add(_ term: String, _ arguments: DatabaseValue...) {
      terms.append(term)
      values += arguments
    }
    if let network {
      let (first, last) = (network.address.column, network.last.column)
      add(
        "id IN (SELECT id FROM flow WHERE originator BETWEEN ? AND ? UNION SELECT id FROM flow WHERE responder "
          + "BETWEEN ? AND ?)", first, last, first, last)
    }
    if let port { add("(ports >> 16 = ? OR ports & 65535 = ?)", port.databaseValue, port.databaseValue) }
    if let since { add("first >= ?", since.nanoseconds.databaseValue) }
    if let until { add("first <= ?", until.nanoseconds.databaseValue) }
    if let verdict {
      let own = "id IN (SELECT flow FROM flow_verdict WHERE verdict = ?)"
      add(
        verdict == .none ? "(\(own) OR id NOT IN (SELECT flow FROM flow_verdict))" : own, verdict.rawValue.databaseValue
      )
    }
    if let actor { add("id IN (SELECT flow FROM flow_verdict WHERE actor = ?)", actor.databaseValue) }
    if let finding { add("id IN (SELECT flow FROM flow_verdict WHERE finding = ?)", finding.databaseValue) }
    return (terms.joined(separator: " AND "), StatementArguments(values))
  }
}

extension CaseStore {
  /// The flows that a filter lets through, in time order; of a flow that captures cut the parts, each by itself.
  ///
  /// - Parameters:
  ///   - filter: Which flows.
  ///   - catalog: The catalog that judges them.
  ///   - body: Receives each flow with the verdict on it.
  /// - Returns: Whether there are more than the filter's limit.
  /// - Throws: `CaseError`, with code `refused` if there is no such finding, or what the body throws.
  package func flows(
    _ filter: FlowFilter, catalog: Catalog, _ body: (FlowRecord, FlowAssessment) throws -> Void
  ) throws -> Bool {
    var refusal: (any Error)?
    let hasMore = try read { db in
      if let finding = filter.finding { _ = try Self.assessment(with: finding, db) }
      let runs = try StoredRuns(db)
      let sensors = try runs.sensors(in: catalog)
      let places = FlowPlaces(runs, sensors: sensors.map(\.id))
      let judge = FlowJudge(catalog: catalog, sensors: sensors)
      let (condition, arguments) = filter.condition
      let limit = filter.limit == .max ? -1 : filter.limit + 1
      let rows = try Row.fetchCursor(
        db, sql: "SELECT \(StoredFlow.columns) FROM flow WHERE \(condition) ORDER BY first, id LIMIT \(limit)",
        arguments: arguments)
      var count = 0
      while let row = try rows.next() {
        guard count < filter.limit else { return true }
        count += 1
        var flow = try StoredFlow(row)
        places.fill(&flow)
        flow = flow.covered(by: catalog)
        // What the body throws says nothing of the case.
        do { try body(flow.record, judge.assess(flow.record)) } catch {
          refusal = error
          return false
        }
      }
      return false
    }
    if let refusal { throw refusal }
    return hasMore
  }
}
