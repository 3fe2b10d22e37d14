import Foundation
import GRDB
package import Packets

/// A run of interfaces whose process ended without an end of the capture.
package struct CutRun: Sendable, Equatable {
  /// The run.
  package var id: Int64
  /// When it began, RFC 3339.
  package var began: String
  /// When it was committed last.
  package var written: Timestamp
  /// Watched flows that went on then, and are recorded as they stood.
  package var openFlows: UInt64
  /// Flows that went on then and that nothing covered: they are not recorded.
  package var unrecordedFlows: UInt64
}

extension CaseStore {
  /// Makes a case ready to be written to, which no other process does.
  ///
  /// - Parameter database: The case.
  /// - Returns: The runs of interfaces that had no end.
  /// - Throws: What SQLite says.
  static func prepare(_ database: DatabaseQueue) throws -> [CutRun] {
    // Only once it is known to be a case, and not by GRDB's own setting, which lets commits go without being synced.
    let mode = try database.writeWithoutTransaction { try String.fetchOne($0, sql: "PRAGMA journal_mode = WAL") }
    guard mode == "wal" else {
      throw CaseError(
        .cannotWrite, "'\(database.path)' lies where SQLite can keep no log; name a file on a local disk.")
    }
    try CaseSchema.migrator.migrate(database)
    return try database.write { db in
      if try Int.fetchOne(db, sql: "SELECT count(*) FROM secret") == 0 {
        var generator = SystemRandomNumberGenerator()
        let key = (0..<32).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
        try db.execute(sql: "INSERT INTO secret VALUES (1, ?)", arguments: [Data(key)])
        try CustodyLog.append(.created, [:], to: db)
      }
      for row in try Row.fetchAll(db, sql: "SELECT id, first_flow FROM run WHERE state = 'ingesting'") {
        // No other process writes, so all rows from here on are of that run.
        let (run, first): (Int64, Int64) = (try row.value(0), try row.value(1))
        try db.execute(sql: "DELETE FROM flow WHERE id >= ?", arguments: [first])
        try db.execute(sql: "UPDATE run SET state = 'abandoned' WHERE id = ?", arguments: [run])
        try CustodyLog.append(.runAbandoned, ["run": "\(run)"], to: db)
      }
      return try cutLiveRuns(db)
    }
  }

  private static func cutLiveRuns(_ db: Database) throws -> [CutRun] {
    try Row.fetchAll(db, sql: "SELECT id, began, facts FROM run WHERE state = 'live'").map { row in
      let live = try JSONDecoder().decode(RunFacts.self, from: try row.value(2) as Data).live
      let run = CutRun(
        id: try row.value(0), began: try row.value(1), written: Timestamp(nanoseconds: live?.written ?? 0),
        openFlows: live?.openFlows ?? 0, unrecordedFlows: live?.unrecordedFlows ?? 0)
      try db.execute(sql: "UPDATE run SET state = 'cut' WHERE id = ?", arguments: [run.id])
      try CustodyLog.append(
        .captureCut,
        ["last_written": run.written.description, "open_flows": "\(run.openFlows)", "run": "\(run.id)"], to: db)
      return run
    }
  }
}
