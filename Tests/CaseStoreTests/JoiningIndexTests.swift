import GRDB
import Testing

@testable import CaseStore

/// How SQLite looks for the parts of flows.
@Suite struct JoiningIndexTests {
  /// By one address and the time alone, the flows of a busy server would cost the square of their number.
  @Test func `what goes on with a flow is found by both of its endpoints`() throws {
    let queue = try DatabaseQueue()
    try CaseSchema.migrator.migrate(queue)
    let plan = try queue.read { db in
      try Row.fetchAll(
        db,
        sql: """
          EXPLAIN QUERY PLAN SELECT * FROM flow
          WHERE originator = 1 AND first > 2 AND first <= 3 AND responder = 4 AND ports = 5 AND protocol = 6
          """
      ).map { $0["detail"] as String }.joined()
    }
    #expect(plan.contains("originator=? AND responder=? AND ports=? AND protocol=? AND first>?"))
  }
}
