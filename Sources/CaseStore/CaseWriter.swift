package import Capture
package import Catalog
package import Flows
import Foundation
import GRDB

/// Puts one run into a case: flows in pieces while they come, everything else at the end.
///
/// Until `finish` returns no reader sees anything of the run.
package final class CaseWriter {
  /// Flows that are written at once.
  private static let pieceLength = 20_000

  private let store: CaseStore
  private let run: Int64
  private var rows: [FlowRow] = []

  /// Begins a run.
  ///
  /// - Parameters:
  ///   - store: A case that is open for writing.
  ///   - catalog: The catalog by which flows are watched.
  ///   - entries: The catalog's entries as JSON.
  ///   - toolVersion: The program's version.
  /// - Throws: `CaseError`.
  package init(_ store: CaseStore, catalog: Catalog, entries: String, toolVersion: String) throws(CaseError) {
    self.store = store
    run = try store.write { db in
      try CaseStore.use(catalog, entries: entries, in: db)
      let next = try Int64.fetchOne(db, sql: "SELECT coalesce(max(id), 0) + 1 FROM flow") ?? 1
      try db.execute(
        sql: "INSERT INTO run (began, tool_version, state, catalog, first_flow) VALUES (?, ?, 'ingesting', ?, ?)",
        arguments: [CaseClock.now, toolVersion, catalog.sha256, next])
      return db.lastInsertedRowID
    }
  }

  /// Adds a flow.
  ///
  /// - Parameter record: The flow.
  /// - Throws: `CaseError`.
  /// - Complexity: O(log n) in the flows of the case.
  package func add(_ record: FlowRecord) throws(CaseError) {
    rows.append(FlowRow(record))
    if rows.count == Self.pieceLength { try writeFlows() }
  }

  private func writeFlows() throws(CaseError) {
    let rows = rows
    self.rows.removeAll(keepingCapacity: true)
    try store.write { db in
      let statement = try db.cachedStatement(sql: FlowRow.insertion)
      for row in rows { try statement.execute(arguments: StatementArguments(row.values(run: run))) }
    }
  }

  /// Completes the run: from then on it is part of the case, whatever happens.
  ///
  /// - Parameters:
  ///   - facts: What a report says of the run.
  ///   - inputs: The captures, in canonical order, each with the id of its sensor.
  /// - Throws: `CaseError`; with code `refused` if the case holds one of the captures, or one has no digest.
  package func finish(_ facts: RunFacts, inputs: [(input: CaptureInput, sensor: String?)]) throws(CaseError) {
    try writeFlows()
    try store.write { db in
      for (position, item) in inputs.enumerated() {
        guard let sha256 = item.input.sha256 else {
          throw CaseError(.refused, "'\(item.input.name)' has no SHA-256: a case holds only captures that are hashed.")
        }
        if try Bool.fetchOne(db, sql: "SELECT 1 FROM capture WHERE sha256 = ?", arguments: [sha256]) != nil {
          throw CaseError(.refused, "'\(item.input.name)' is in the case already, or among the inputs twice.")
        }
        try db.execute(
          sql: "INSERT INTO capture (run, position, sha256, bytes, sensor, facts) VALUES (?, ?, ?, ?, ?, ?)",
          arguments: [
            run, position, sha256, Int64(clamping: item.input.byteCount), item.sensor,
            try CaseStore.json(StoredCapture(item.input)),
          ])
        try CustodyLog.append(
          .captureIngested, ["name": item.input.name, "run": "\(run)", "sha256": sha256], to: db)
      }
      try db.execute(
        sql: "UPDATE run SET state = 'complete', facts = ? WHERE id = ?",
        arguments: [try CaseStore.json(facts), run])
    }
  }
}

extension CaseStore {
  /// A value as JSON, the same for the same value.
  static func json(_ value: some Encodable) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(value), as: UTF8.self)
  }

  /// Records that a catalog is used, with the entries of its fullest use: of one that is read as it was known in the past
  /// some are left out.
  static func use(_ catalog: Catalog, entries: String, in db: Database) throws {
    let isKnown = try Bool.fetchOne(db, sql: "SELECT 1 FROM catalog WHERE sha256 = ?", arguments: [catalog.sha256])
    try db.execute(
      sql: """
        INSERT INTO catalog VALUES (?, ?, ?)
        ON CONFLICT DO UPDATE SET entries = excluded.entries WHERE length(excluded.entries) > length(entries)
        """, arguments: [catalog.sha256, CaseClock.now, entries])
    if isKnown == nil { try CustodyLog.append(.catalogUsed, ["sha256": catalog.sha256], to: db) }
  }
}
