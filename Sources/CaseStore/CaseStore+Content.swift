package import Capture
import Foundation
import GRDB

/// A run of a case.
package struct RunRecord: Sendable {
  package var id: Int64
  /// When it began, RFC 3339.
  package var began: String
  package var toolVersion: String
  /// `ingesting`, then `complete` or `abandoned`; of interfaces `live`, then `complete` or `cut`.
  package var state: String
  /// SHA-256 of the catalog by which its flows were watched.
  package var catalog: String
  /// What it read; nothing of one in files that is not complete.
  package var facts: RunFacts?
}

/// An entry of the custody log.
package struct CustodyRecord: Sendable {
  package var id: Int64
  package var time: String
  package var event: String
  /// JSON, keys sorted.
  package var detail: String
  package var hash: String
}

extension CaseStore {
  /// The captures in canonical order.
  package func captures() throws(CaseError) -> [(input: CaptureInput, sensor: String?)] {
    try read { try StoredRuns($0).inputs }
  }

  /// The runs, oldest first, unfinished ones included.
  package func runs() throws(CaseError) -> [RunRecord] {
    try read { db in
      try Row.fetchAll(db, sql: "SELECT id, began, tool_version, state, catalog, facts FROM run ORDER BY id").map {
        row in
        let facts: Data? = try row.value(5)
        return RunRecord(
          id: try row.value(0), began: try row.value(1), toolVersion: try row.value(2), state: try row.value(3),
          catalog: try row.value(4), facts: try facts.map { try JSONDecoder().decode(RunFacts.self, from: $0) })
      }
    }
  }

  /// Whether the case holds a capture of so many bytes: only then can a file be one that it holds.
  package func holdsCapture(ofBytes count: UInt64) throws(CaseError) -> Bool {
    try read {
      try Bool.fetchOne(
        $0, sql: "SELECT 1 FROM capture WHERE bytes = ?", arguments: [Int64(clamping: count)]) != nil
    }
  }

  /// Whether the case holds a capture.
  ///
  /// - Parameter sha256: Its digest, lower-case hex.
  /// - Returns: Whether it does.
  /// - Throws: `CaseError`.
  package func holdsCapture(_ sha256: String) throws(CaseError) -> Bool {
    try read { try Bool.fetchOne($0, sql: "SELECT 1 FROM capture WHERE sha256 = ?", arguments: [sha256]) != nil }
  }

  /// The catalogs that were used: digest, when first, and their entries as JSON, as far as any use of them knew.
  package func catalogs() throws(CaseError) -> [(sha256: String, firstUsed: String, entries: String)] {
    try read { db in
      try Row.fetchAll(db, sql: "SELECT sha256, first_used, entries FROM catalog ORDER BY first_used, sha256").map {
        (try $0.value(0), try $0.value(1), try $0.value(2))
      }
    }
  }

  /// The custody log, oldest first.
  package func custody() throws(CaseError) -> [CustodyRecord] {
    try read { db in
      try Row.fetchAll(db, sql: "SELECT id, time, event, detail, hash FROM custody ORDER BY id").map {
        try CustodyRecord(
          id: $0.value(0), time: $0.value(1), event: $0.value(2), detail: $0.value(3), hash: $0.value(4))
      }
    }
  }

  /// Follows the chain of the custody log.
  ///
  /// - Returns: How many entries there are, the last hash, and the first entry that does not fit; nothing if all do.
  package func verifyCustody() throws(CaseError) -> (entries: Int, last: String, broken: Int64?) {
    try read { try CustodyLog.verify($0) }
  }
}

extension CaseStore {
  /// What SQLite finds wrong in the file, a sentence each; nothing if it is sound.
  ///
  /// - Complexity: O(n log n) in the rows: some minutes for a case of ten million flows.
  package func faults() throws(CaseError) -> [String] {
    try read { db in
      try String.fetchAll(db, sql: "PRAGMA integrity_check").filter { $0 != "ok" }
        + Row.fetchAll(db, sql: "PRAGMA foreign_key_check").map { "row \($0[1] as Int64? ?? 0) of \($0[0] as String)" }
    }
  }
}
