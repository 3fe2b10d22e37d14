import Assessment
import Capture
package import Catalog
import Flows
import Foundation
import GRDB

/// Puts a run of interfaces into a case, batch by batch: readers see it as it was committed last.
///
/// Not thread-safe: one thread writes.
package final class LiveWriter {
  private let store: CaseStore
  private let run: Int64
  private var figures: LiveBatch.Figures
  /// Flows that are kept one by one.
  private var flowCount: UInt64 = 0
  /// The rows of flows that go on, by `FlowRecord.checkpoint`.
  private var open: [UInt64: Int64] = [:]

  /// Begins a run.
  ///
  /// - Parameters:
  ///   - store: A case that is open for writing.
  ///   - catalog: The catalog by which flows are watched; it must have the sensors of the case.
  ///   - entries: The catalog's entries as JSON.
  ///   - toolVersion: The program's version.
  ///   - figures: What is known at the beginning.
  ///   - sensors: The id of the sensor of each interface.
  /// - Throws: `CaseError`; with code `refused` if the catalog lacks a sensor of the case.
  package init(
    _ store: CaseStore, catalog: Catalog, entries: String, toolVersion: String, figures: LiveBatch.Figures,
    sensors: [String?]
  ) throws(CaseError) {
    self.store = store
    self.figures = figures
    run = try store.write { db in
      _ = try StoredRuns(db).sensors(in: catalog)
      try CaseStore.use(catalog, entries: entries, in: db)
      let next = try Int64.fetchOne(db, sql: "SELECT coalesce(max(id), 0) + 1 FROM flow") ?? 1
      try db.execute(
        sql: "INSERT INTO run (began, tool_version, state, catalog, first_flow, facts) VALUES (?, ?, 'live', ?, ?, ?)",
        arguments: [CaseClock.now, toolVersion, catalog.sha256, next, try CaseStore.json(figures.facts)])
      let run = db.lastInsertedRowID
      for (position, input) in figures.inputs.enumerated() {
        try db.execute(
          sql: "INSERT INTO capture (run, position, bytes, sensor, facts) VALUES (?, ?, 0, ?, ?)",
          arguments: [run, position, sensors[position], try CaseStore.json(StoredCapture(input))])
      }
      try CustodyLog.append(
        .captureBegan,
        ["catalog": catalog.sha256, "interfaces": figures.inputs.map(\.name).joined(separator: " "), "run": "\(run)"],
        to: db)
      return run
    }
  }

  /// Commits a batch, all or nothing.
  ///
  /// - Parameters:
  ///   - batch: The batch.
  ///   - entries: Gives a catalog's entries as JSON.
  /// - Throws: `CaseError`; the same batch can be committed later.
  /// - Complexity: O(n log m) in the flows of the batch, and of the case.
  package func write(_ batch: LiveBatch, entries: (Catalog) throws -> String) throws(CaseError) {
    var (figures, count) = (batch.figures ?? figures, flowCount)
    var changes: [UInt64: Int64?] = [:]
    try store.write { db in
      for flow in batch.flows { try write(flow, &changes, &count, to: db) }
      let ended = changes.reduce(0) { $0 + ($1.value == nil && open[$1.key] != nil ? 1 : 0) }
      let begun = changes.reduce(0) { $0 + ($1.value != nil && open[$1.key] == nil ? 1 : 0) }
      figures.facts.flows = count + figures.flowsKeptAsSum
      figures.facts.live?.openFlows = UInt64(open.count + begun - ended)
      if let (new, replacement) = batch.catalog {
        try CaseStore.use(new, entries: try entries(new), in: db)
        try replacement.append(run: run, to: db)
      }
      try write(figures, isLast: batch.isLast, to: db)
    }
    (self.figures, flowCount) = (figures, count)
    for (checkpoint, row) in changes { open[checkpoint] = row }
  }

  /// Writes a flow over the row in which it stood before, or in a new one.
  private func write(
    _ flow: LiveBatch.Flow, _ changes: inout [UInt64: Int64?], _ count: inout UInt64, to db: Database
  ) throws {
    let (checkpoint, values) = (flow.checkpoint, flow.row.values(run: run))
    let known = checkpoint == 0 ? nil : changes[checkpoint] ?? open[checkpoint]
    var row = known
    if let known {
      let statement = try db.cachedStatement(
        sql: """
          UPDATE flow SET run = ?, first = ?, last = ?, originator = ?, responder = ?, ports = ?, protocol = ?, marks = ?,
          fields = ? WHERE id = ?
          """)
      try statement.execute(arguments: StatementArguments(values + [known.databaseValue]))
    } else {
      try db.cachedStatement(sql: FlowRow.insertion).execute(arguments: StatementArguments(values))
      row = db.lastInsertedRowID
      count += 1
    }
    if checkpoint != 0 { changes[checkpoint] = .some(flow.goesOn ? row : nil) }
    guard let verdict = flow.verdict else {
      if known != nil { try db.execute(sql: "DELETE FROM flow_verdict WHERE flow = ?", arguments: [row]) }
      return
    }
    let statement = try db.cachedStatement(
      sql: "INSERT OR REPLACE INTO flow_verdict (flow, verdict, reason, actor) VALUES (?, ?, ?, ?)")
    try statement.execute(arguments: [row, verdict.verdict.rawValue, verdict.reason.rawValue, verdict.actor])
  }

  private func write(_ figures: LiveBatch.Figures, isLast: Bool, to db: Database) throws {
    for (position, input) in figures.inputs.enumerated() {
      try db.execute(
        sql: "UPDATE capture SET bytes = ?, facts = ? WHERE run = ? AND position = ?",
        arguments: [Int64(clamping: input.byteCount), try CaseStore.json(StoredCapture(input)), run, position])
    }
    try db.execute(
      sql: "UPDATE run SET state = ?, facts = ? WHERE id = ?",
      arguments: [isLast ? "complete" : "live", try CaseStore.json(figures.facts), run])
    guard isLast else { return }
    let drops = figures.inputs.compactMap(\.interfaceDrops).reduce(0, +)
    try CustodyLog.append(
      .captureEnded, ["dropped": "\(drops)", "packets": "\(figures.facts.packets)", "run": "\(run)"], to: db)
  }
}
