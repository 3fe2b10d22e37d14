import Catalog
import Foundation

/// An actor, claim, overlay or sensor that two catalogs do not have alike.
struct EntryChange {
  private let section: String
  private let id: String
  /// What changed, by key, as JSON text; nothing where the entry is only in one of the two.
  private let fields: [(key: String, old: String, new: String)]
  private let isAdded: Bool

  /// Every change, section by section, by id.
  ///
  /// - Parameters:
  ///   - old: The old catalog.
  ///   - new: The new catalog.
  /// - Returns: The changes.
  static func all(from old: Catalog, to new: Catalog) -> [EntryChange] {
    var changes: [EntryChange] = []
    func compare(_ section: String, _ before: [[String: Any]], _ after: [[String: Any]]) {
      func byID(_ entries: [[String: Any]]) -> [String: [String: Any]] {
        Dictionary(entries.map { ($0["id"] as? String ?? "", $0) }) { first, _ in first }
      }
      let (before, after) = (byID(before), byID(after))
      for id in Set(before.keys).union(after.keys).sorted() {
        guard let one = before[id], let other = after[id] else {
          changes.append(EntryChange(section: section, id: id, fields: [], isAdded: before[id] == nil))
          continue
        }
        let fields = Set(one.keys).union(other.keys).sorted().compactMap { key in
          let (a, b) = (text(one[key]), text(other[key]))
          return a == b ? nil : (key: key, old: a, new: b)
        }
        if !fields.isEmpty { changes.append(EntryChange(section: section, id: id, fields: fields, isAdded: false)) }
      }
    }
    compare("actor", old.actors.map(old.json), new.actors.map(new.json))
    compare("claim", old.claims.map(old.json), new.claims.map(new.json))
    let lists = Dictionary(new.overlays.map { ($0.id, $0) }) { first, _ in first }
    let former = Dictionary(old.overlays.map { ($0.id, $0) }) { first, _ in first }
    compare(
      "overlay",
      old.overlays.map { overlay in
        old.json(overlay).merging(["list": list(overlay, lists[overlay.id], isOld: true)]) { $1 }
      },
      new.overlays.map { overlay in
        new.json(overlay).merging(["list": list(former[overlay.id] ?? overlay, overlay, isOld: false)]) { $1 }
      })
    compare("sensor", old.sensors.map(old.json), new.sensors.map(new.json))
    if old.allowsDocumentationRanges != new.allowsDocumentationRanges {
      let field = (
        key: "allow_documentation_ranges", old: "\(old.allowsDocumentationRanges)",
        new: "\(new.allowsDocumentationRanges)"
      )
      changes.append(EntryChange(section: "settings", id: "settings", fields: [field], isAdded: false))
    }
    return changes
  }

  /// What one list has that the other has not: lists may hold millions of prefixes, so that only their number is said.
  private static func list(_ old: Overlay, _ new: Overlay?, isOld: Bool) -> String {
    guard let new, old.prefixes != new.prefixes else { return "same" }
    let (before, after) = (Set(old.prefixes), Set(new.prefixes))
    return isOld
      ? "\(before.subtracting(after).count) prefixes only here"
      : "\(after.subtracting(before).count) prefixes only here"
  }

  private static func text(_ value: Any?) -> String {
    guard let value, !(value is NSNull) else { return "null" }
    if let text = value as? String { return text }
    let data = try? JSONSerialization.data(
      withJSONObject: value, options: [.sortedKeys, .fragmentsAllowed, .withoutEscapingSlashes])
    return data.map { String(decoding: $0, as: UTF8.self) } ?? ""
  }

  /// The change for people: `+` added, `-` removed, `~` changed.
  var lines: [String] {
    guard !fields.isEmpty else { return ["  \(isAdded ? "+" : "-") \(section) \(id)"] }
    return ["  ~ \(section) \(id)"] + fields.map { "      \($0.key): \($0.old) -> \($0.new)" }
  }

  /// The change for programs.
  var json: [String: Any] {
    [
      "section": section, "id": id, "change": fields.isEmpty ? isAdded ? "added" : "removed" : "changed",
      "fields": fields.map { ["key": $0.key, "old": $0.old, "new": $0.new] },
    ]
  }
}
