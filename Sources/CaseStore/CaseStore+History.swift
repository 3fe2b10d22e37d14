import Assessment
package import Catalog
import Cryptography
package import Foundation
import GRDB

/// An assessment of a case.
package struct CaseRecord: Sendable {
  /// Its number.
  package var id: Int64
  /// When it was made, RFC 3339.
  package var time: String
  /// SHA-256 of the catalog.
  package var catalog: String
  /// The run that was the latest.
  package var run: Int64
  /// The options that shape the document.
  package var options: String
}

/// A finding of an assessment.
package struct FindingRecord: Sendable, Equatable {
  package var id: String
  package var verdict: String
  package var reason: String
  package var actor: String?
  /// The id of the primary claim or overlay.
  package var entry: String?
  package var flowCount: Int64

  /// Whether a finding of another assessment says the same of the same.
  package func isSame(as other: FindingRecord) -> Bool {
    verdict == other.verdict && reason == other.reason && actor == other.actor && entry == other.entry
  }
}

extension CaseStore {
  /// Keeps an assessment: its document, its findings, and the verdict on each watched flow.
  ///
  /// Of an earlier one by the same catalog only the findings stay, and the digest of its document in custody: nobody reads
  /// that document again, and a case of many captures would consist of little else.
  ///
  /// - Parameters:
  ///   - whole: The case as it was assessed.
  ///   - catalog: The catalog.
  ///   - entries: The catalog's entries as JSON.
  ///   - options: The options that shape the document.
  ///   - document: report.json.
  /// - Throws: `CaseError`.
  package func keep(
    _ whole: AssessedCase, catalog: Catalog, entries: String, options: String, document: [UInt8]
  ) throws(CaseError) {
    try write { db in
      try Self.use(catalog, entries: entries, in: db)
      try db.execute(sql: "UPDATE assessment SET document = x'' WHERE catalog = ?", arguments: [catalog.sha256])
      try db.execute(
        sql: "INSERT INTO assessment (time, catalog, run, options, document) VALUES (?, ?, ?, ?, ?)",
        arguments: [CaseClock.now, catalog.sha256, whole.latestRun, options, Data(document)])
      let id = db.lastInsertedRowID
      for finding in whole.result.findings {
        let entry =
          finding.claims.first.map { catalog.claims[$0].id } ?? finding.overlays.first.map { catalog.overlays[$0].id }
        try db.execute(
          sql: "INSERT INTO finding VALUES (?, ?, ?, ?, ?, ?, ?)",
          arguments: [
            id, finding.id, finding.verdict.rawValue, finding.reason.rawValue,
            finding.actor.map { catalog.actors[$0].id }, entry, Int64(clamping: finding.flowCount),
          ])
      }
      try db.execute(sql: "DELETE FROM flow_verdict")
      let statement = try db.cachedStatement(sql: "INSERT INTO flow_verdict VALUES (?, ?, ?, ?, ?)")
      for (flow, verdict) in whole.verdicts {
        try statement.execute(arguments: [
          flow, verdict.verdict.rawValue, verdict.reason.rawValue, verdict.actor.map { catalog.actors[$0].id },
          whole.result.findingID(of: verdict),
        ])
      }
      try CustodyLog.append(
        .reportMade,
        [
          "assessment": "\(id)", "catalog": catalog.sha256, "run": "\(whole.latestRun)",
          "sha256": Digest.hex(Digest.sha256(of: document)),
        ], to: db)
    }
  }

  /// The assessments, oldest first.
  package func assessments() throws(CaseError) -> [CaseRecord] {
    try read { db in
      try Row.fetchAll(db, sql: "SELECT id, time, catalog, run, options FROM assessment ORDER BY id").map {
        try CaseRecord(
          id: $0.value(0), time: $0.value(1), catalog: $0.value(2), run: $0.value(3), options: $0.value(4))
      }
    }
  }

  /// Whether a catalog that claims documentation prefixes made an assessment.
  package func hasDemonstrationData() throws(CaseError) -> Bool {
    try read { db in
      // Of report.json as it was written; inside its texts quotation marks are escaped.
      try Bool.fetchOne(
        db,
        sql: """
          SELECT EXISTS (
            SELECT 1 FROM assessment WHERE instr(document, CAST('"demonstration_data": true' AS BLOB)) > 0)
          """) ?? false
    }
  }

  /// The findings of an assessment, in its order.
  package func findings(of assessment: Int64) throws(CaseError) -> [FindingRecord] {
    try read { db in
      try Row.fetchAll(
        db,
        sql: """
          SELECT id, verdict, reason, actor, entry, flow_count FROM finding WHERE assessment = ?
          ORDER BY length(id), id
          """, arguments: [assessment]
      ).map {
        try FindingRecord(
          id: $0.value(0), verdict: $0.value(1), reason: $0.value(2), actor: $0.value(3), entry: $0.value(4),
          flowCount: $0.value(5))
      }
    }
  }

  /// What was said of watched flows while captures went on, and is part of no assessment yet: verdict, reason, actor, flows.
  package func unassessedVerdicts() throws(CaseError) -> [FindingRecord] {
    try read { db in
      try Row.fetchAll(
        db,
        sql: """
          SELECT verdict, reason, actor, count(*) FROM flow_verdict WHERE finding IS NULL
          GROUP BY verdict, reason, actor ORDER BY verdict, reason, actor
          """
      ).map {
        try FindingRecord(
          id: "", verdict: $0.value(0), reason: $0.value(1), actor: $0.value(2), entry: nil, flowCount: $0.value(3))
      }
    }
  }

  /// SHA-256 of the catalog by which verdicts on flows were said last: by an assessment, or a capture since.
  package func judgingCatalog() throws(CaseError) -> String? {
    let (assessment, run) = (try assessments().last, try runs().last { $0.facts != nil })
    guard let run, let live = run.facts?.live, run.state == "live" || run.id > assessment?.run ?? 0 else {
      return assessment?.catalog
    }
    return live.catalogDigest
  }

  /// The document of the latest assessment, if the case has not changed since.
  ///
  /// - Parameters:
  ///   - catalog: SHA-256 of the catalog that it must have been made with; nothing for any.
  ///   - options: The options that it must have been made with; nothing for any.
  /// - Returns: report.json; nothing where the case must be assessed anew.
  /// - Throws: `CaseError`.
  package func document(catalog: String? = nil, options: String? = nil) throws(CaseError) -> Data? {
    try read { db in
      let row = try Row.fetchOne(
        db,
        sql: """
          SELECT document, catalog, options FROM assessment
          WHERE run = (SELECT max(id) FROM run WHERE \(CaseSchema.visibleStates))
          AND NOT EXISTS (SELECT 1 FROM run WHERE state = 'live') ORDER BY id DESC LIMIT 1
          """)
      guard let row else { return nil }
      let made: (catalog: String, options: String) = (try row.value(1), try row.value(2))
      guard catalog ?? made.catalog == made.catalog, options ?? made.options == made.options else { return nil }
      return try row.value(0) as Data
    }
  }
}
