import Cryptography
import Foundation
import GRDB

/// What was done to a case and when, in a chain: each entry's hash covers the entry and the hash before it.
///
/// Entries can be added alone; a changed or removed one breaks the chain, unless all after it are forged too. Who must rule
/// that out keeps the last hash elsewhere.
enum CustodyLog {
  /// What happened.
  enum Event: String {
    case created, captureIngested = "capture ingested", runAbandoned = "run abandoned", catalogUsed = "catalog used"
    case reportMade = "report made", note, review
    case captureBegan = "capture began", captureEnded = "capture ended", captureCut = "capture cut"
    case catalogReplaced = "catalog replaced"
  }

  /// Adds an entry.
  ///
  /// - Parameters:
  ///   - event: What happened.
  ///   - detail: To what; keys in order make the entry the same for the same things.
  ///   - db: The case, in a transaction.
  /// - Throws: What SQLite says.
  static func append(_ event: Event, _ detail: [String: String], to db: Database) throws {
    let previous = try String.fetchOne(db, sql: "SELECT hash FROM custody ORDER BY id DESC LIMIT 1") ?? ""
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let (time, text) = (CaseClock.now, String(decoding: try encoder.encode(detail), as: UTF8.self))
    try db.execute(
      sql: "INSERT INTO custody (time, event, detail, hash) VALUES (?, ?, ?, ?)",
      arguments: [time, event.rawValue, text, hash(previous, time, event.rawValue, text)])
  }

  /// Follows the chain.
  ///
  /// - Parameter db: The case.
  /// - Returns: How many entries there are, the last hash, and the first entry that does not fit the chain, or else the
  ///   notes and reviews of the case; nothing if all do.
  /// - Throws: What SQLite says.
  static func verify(_ db: Database) throws -> (entries: Int, last: String, broken: Int64?) {
    var (count, previous) = (0, "")
    let rows = try Row.fetchCursor(db, sql: "SELECT id, time, event, detail, hash FROM custody ORDER BY id")
    while let row = try rows.next() {
      let id: Int64 = try row.value(0)
      count += 1
      let expected = try hash(previous, row.value(1), row.value(2), row.value(3))
      guard id == Int64(count), try row.value(4) as String == expected else { return (count, previous, id) }
      previous = expected
    }
    return (count, previous, try unlike(db, count))
  }

  /// The first entry that says otherwise of a note or review than the case does, or the one that is missing after the last.
  private static func unlike(_ db: Database, _ count: Int) throws -> Int64? {
    let notes = try Row.fetchAll(db, sql: "SELECT analyst, finding, level, id, text FROM note ORDER BY id").map { row in
      [
        "analyst": try row.value(0) as String, "finding": try row.value(1), "level": try row.value(2),
        "note": "\(try row.value(3) as Int64)", "text": try row.value(4),
      ]
    }
    let reviews = try Row.fetchAll(db, sql: "SELECT note, is_accepted, reviewer FROM review ORDER BY id").map { row in
      [
        "note": "\(try row.value(0) as Int64)", "outcome": try row.value(1) ? "accepted" : "rejected",
        "reviewer": try row.value(2),
      ]
    }
    for (event, held) in [(Event.note, notes), (Event.review, reviews)] {
      let entries = try Row.fetchAll(
        db, sql: "SELECT id, detail FROM custody WHERE event = ? ORDER BY id", arguments: [event.rawValue])
      for (place, entry) in entries.enumerated() {
        let said = try? JSONDecoder().decode([String: String].self, from: Data((try entry.value(1) as String).utf8))
        guard place < held.count, said == held[place] else { return try entry.value(0) }
      }
      if held.count > entries.count { return Int64(count) + 1 }
    }
    return nil
  }

  /// Lengths stand before the parts, so that no two entries are the same bytes.
  private static func hash(_ parts: String...) -> String {
    let message = parts.flatMap { Array("\($0.utf8.count):".utf8) + Array($0.utf8) }
    return Digest.hex(Digest.sha256(of: message))
  }
}

/// The wall clock, which the custody of a case alone may read.
enum CaseClock {
  /// The time, RFC 3339 in UTC.
  static var now: String { Date().formatted(.iso8601) }
}
