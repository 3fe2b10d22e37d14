import Foundation
import GRDB
package import Packets

/// A catalog that took the place of another while a capture went on; at rest an entry of custody.
package struct CatalogReplacement: Sendable, Equatable {
  /// When.
  package var time: Timestamp
  /// SHA-256 of the catalog before.
  package var old: String
  /// SHA-256 of the catalog after.
  package var new: String
  /// Flows that had ended and were assessed again at once.
  package var reassessedFlows: UInt64
  /// Flows that had ended and were not.
  package var otherFlows: UInt64

  /// Makes a replacement.
  package init(time: Timestamp, old: String, new: String, reassessedFlows: UInt64, otherFlows: UInt64) {
    (self.time, self.old, self.new) = (time, old, new)
    (self.reassessedFlows, self.otherFlows) = (reassessedFlows, otherFlows)
  }

  /// Records it.
  func append(run: Int64, to db: Database) throws {
    try CustodyLog.append(
      .catalogReplaced,
      [
        "new": new, "old": old, "other_flows": "\(otherFlows)", "reassessed_flows": "\(reassessedFlows)",
        "run": "\(run)", "time": time.description,
      ], to: db)
  }

  /// Those of a case, oldest first.
  static func all(_ db: Database) throws -> [CatalogReplacement] {
    let decoder = JSONDecoder()
    return try String.fetchAll(
      db, sql: "SELECT detail FROM custody WHERE event = ? ORDER BY id",
      arguments: [CustodyLog.Event.catalogReplaced.rawValue]
    ).compactMap { text in
      let detail = try decoder.decode([String: String].self, from: Data(text.utf8))
      guard let time = detail["time"].flatMap(Timestamp.init), let old = detail["old"], let new = detail["new"],
        let reassessed = detail["reassessed_flows"].flatMap({ UInt64($0) }),
        let others = detail["other_flows"].flatMap({ UInt64($0) })
      else { return nil }
      return CatalogReplacement(time: time, old: old, new: new, reassessedFlows: reassessed, otherFlows: others)
    }
  }
}
