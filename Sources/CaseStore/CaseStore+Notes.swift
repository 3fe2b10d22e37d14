import Foundation
import GRDB

/// A sentence of an analyst on a finding; a draft until somebody else accepts it (methodology 7 c).
package struct CaseNote: Sendable {
  /// Its number.
  package var id: Int64
  /// When it was written, RFC 3339.
  package var time: String
  /// Who wrote it.
  package var analyst: String
  /// The assessment that was the latest then.
  package var assessment: Int64
  /// The finding, as that assessment numbers it.
  package var finding: String
  /// How far the sentence goes: `P1`, `P2` or `P3`.
  package var level: String
  /// The sentence.
  package var text: String
  /// Who reviewed it last, and whether it was accepted.
  package var review: (reviewer: String, isAccepted: Bool)?

  /// `DRAFT`, `ACCEPTED` or `REJECTED`.
  package var state: String { review.map { $0.isAccepted ? "ACCEPTED" : "REJECTED" } ?? "DRAFT" }
}

extension CaseStore {
  /// Adds a note on a finding of the latest assessment.
  ///
  /// - Parameters:
  ///   - text: The sentence.
  ///   - finding: The finding's id.
  ///   - analyst: Who writes it.
  ///   - level: `P1`, `P2` or `P3`.
  /// - Returns: Its number.
  /// - Throws: `CaseError`; with code `refused` if there is no such finding, or a name or the text is blank.
  package func addNote(_ text: String, on finding: String, analyst: String, level: String) throws(CaseError) -> Int64 {
    guard !Self.person(analyst).isEmpty, !text.allSatisfy(\.isWhitespace) else {
      throw CaseError(.refused, "A note needs an analyst and a text, not blanks.")
    }
    return try write { db in
      let assessment = try Self.assessment(with: finding, db)
      try db.execute(
        sql: "INSERT INTO note (time, analyst, assessment, finding, level, text) VALUES (?, ?, ?, ?, ?, ?)",
        arguments: [CaseClock.now, analyst, assessment, finding, level, text])
      let id = db.lastInsertedRowID
      try CustodyLog.append(
        .note, ["analyst": analyst, "finding": finding, "level": level, "note": "\(id)", "text": text], to: db)
      return id
    }
  }

  /// The latest assessment, which must have a finding.
  ///
  /// - Throws: `CaseError` with code `refused` if it has none of that id.
  static func assessment(with finding: String, _ db: Database) throws -> Int64? {
    let assessment = try Int64.fetchOne(db, sql: "SELECT max(id) FROM assessment")
    let exists = try Bool.fetchOne(
      db, sql: "SELECT 1 FROM finding WHERE assessment = ? AND id = ?", arguments: [assessment, finding])
    guard exists != nil else {
      throw CaseError(.refused, "The case has no finding '\(finding)'; 'ascribe case show' lists them.")
    }
    return assessment
  }

  /// Accepts or rejects a note.
  ///
  /// - Parameters:
  ///   - note: Its number.
  ///   - reviewer: Who reviews it: not its analyst, however the name is spelt.
  ///   - isAccepted: Whether it is accepted.
  /// - Throws: `CaseError`; with code `refused` if there is no such note, or its analyst would review it.
  package func review(_ note: Int64, reviewer: String, isAccepted: Bool) throws(CaseError) {
    guard !Self.person(reviewer).isEmpty else { throw CaseError(.refused, "A review needs a reviewer, not blanks.") }
    try write { db in
      guard let analyst = try String.fetchOne(db, sql: "SELECT analyst FROM note WHERE id = ?", arguments: [note])
      else { throw CaseError(.refused, "The case has no note \(note); 'ascribe case show' lists them.") }
      guard Self.person(analyst) != Self.person(reviewer) else {
        throw CaseError(.refused, "Note \(note) is by '\(analyst)': somebody else must review it.")
      }
      try db.execute(
        sql: "INSERT INTO review (time, note, reviewer, is_accepted) VALUES (?, ?, ?, ?)",
        arguments: [CaseClock.now, note, reviewer, isAccepted])
      try CustodyLog.append(
        .review, ["note": "\(note)", "outcome": isAccepted ? "accepted" : "rejected", "reviewer": reviewer], to: db)
    }
  }

  /// The notes, oldest first.
  package func notes() throws(CaseError) -> [CaseNote] {
    try read { db in
      try Row.fetchAll(
        db,
        sql: """
          SELECT note.id, note.time, analyst, assessment, finding, level, text, reviewer, is_accepted FROM note
          LEFT JOIN review ON review.id = (SELECT max(id) FROM review WHERE note = note.id) ORDER BY note.id
          """
      ).map { row in
        let reviewer: String? = try row.value(7)
        return try CaseNote(
          id: row.value(0), time: row.value(1), analyst: row.value(2), assessment: row.value(3), finding: row.value(4),
          level: row.value(5), text: row.value(6), review: reviewer.map { ($0, try row.value(8)) })
      }
    }
  }

  /// A name as far as it tells people apart: neither case, accents nor blanks do.
  private static func person(_ name: String) -> String {
    name.folding(options: [.caseInsensitive, .diacriticInsensitive, .widthInsensitive], locale: nil)
      .filter { !$0.isWhitespace }
  }
}
