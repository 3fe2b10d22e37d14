import ArgumentParser
import Assessment
import CaseStore
import Catalog
import Flows
import Packets

/// The flows of a case on which two catalogs give different verdicts.
struct StoredFlows {
  private let match: RetroMatch
  private let changes: [FlowChange]
  private let unexamined: Set<String>

  /// Judges the flows of a case.
  ///
  /// - Parameters:
  ///   - path: The case.
  ///   - old: The old catalog.
  ///   - new: The new catalog.
  ///   - limit: How many changes are listed.
  /// - Throws: An exit code after a message on standard error.
  init(path: String, from old: Catalog, to new: Catalog, limit: Int) throws {
    do {
      match = try CaseStore(path: path, for: .reading).changes(from: old, to: new, limit: limit)
    } catch {
      throw error.refusal()
    }
    var uid = FlowUID()
    var changes: [FlowChange] = []
    var unexamined: Set<String> = []
    for change in match.changes {
      let name = uid.string(for: change.record)
      if !change.wasExamined { unexamined.insert(name) }
      changes.append(
        FlowChange(
          uid: name, time: change.record.firstPacket, originator: change.record.originator.address,
          responder: change.record.responder.address, old: CatalogComparison.Answer(change.old, in: old),
          new: CatalogComparison.Answer(change.new, in: new), oldReasons: change.old.reasons,
          newReasons: change.new.reasons))
    }
    self.changes = changes
    self.unexamined = unexamined
  }

  /// Whether a verdict changed.
  var hasChanges: Bool { match.changeCount > 0 }

  /// The changes for people.
  var lines: [String] {
    var lines = [
      "",
      "FLOWS of the case: \(match.judgedCount.grouped) in ranges that differ judged again, "
        + "\(match.changeCount.grouped) changed",
    ]
    for change in changes {
      lines += change.lines
      if unexamined.contains(change.uid) {
        lines.append("      not examined when it was read: no grade above E2 is taken over; read the capture again")
      }
    }
    let rest = match.changeCount - UInt64(changes.count)
    if rest > 0 { lines.append("  \(rest.counted("more flow")) not listed; --list-changes all lists them.") }
    return lines
  }

  /// The changes for programs.
  var json: [String: Any] {
    [
      "flows": changes.map { $0.json.merging(["examined": !unexamined.contains($0.uid)]) { $1 } },
      "flows_judged": match.judgedCount, "flows_changed": match.changeCount,
      "flows_not_listed": match.changeCount - UInt64(changes.count),
    ]
  }
}
