package import Assessment
package import Catalog
package import Flows
import GRDB
import Packets

/// What another catalog says of the flows of a case, without the captures.
package struct RetroMatch: Sendable {
  /// A flow on which two catalogs say different things.
  package struct Change: Sendable {
    /// The flow, as the new catalog sees it.
    package var record: FlowRecord
    /// What the old catalog says.
    package var old: FlowAssessment
    /// What the new catalog says.
    package var new: FlowAssessment
    /// Whether its packets were examined when they were read; if not, no grade above E2 is taken over.
    package var wasExamined: Bool
  }

  /// The first changes in time order.
  package private(set) var changes: [Change] = []
  /// How many flows change.
  package private(set) var changeCount: UInt64 = 0
  /// How many flows were judged: those with an address that the catalogs do not cover alike.
  package fileprivate(set) var judgedCount: UInt64 = 0
  private let limit: Int

  fileprivate init(limit: Int) { self.limit = limit }

  fileprivate mutating func add(_ change: Change) {
    changeCount += 1
    changes.append(change)
    if limit < .max / 2, changes.count > 2 * limit + 1_000 { trim() }
  }

  fileprivate mutating func trim() {
    changes.sort {
      let (one, other) = (FlowOrder($0.record), FlowOrder($1.record))
      return one == other ? $0.record.ordinal < $1.record.ordinal : one < other
    }
    changes.removeLast(max(0, changes.count - limit))
  }
}

extension CaseStore {
  /// Judges the flows whose verdicts can differ between two catalogs.
  ///
  /// - Parameters:
  ///   - old: The old catalog, with the sensors of the case.
  ///   - new: The new catalog.
  ///   - limit: How many changes are listed.
  /// - Returns: The changes.
  /// - Throws: `CaseError`.
  /// - Complexity: O(k log n) in the k flows of the ranges that differ, of n; O(n) where the sensors differ.
  package func changes(from old: Catalog, to new: Catalog, limit: Int) throws(CaseError) -> RetroMatch {
    try read { db in
      let runs = try StoredRuns(db)
      let sensors = try runs.sensors(in: old)
      // What a sensor could see does not change because a catalog leaves it out.
      let others = sensors.map { one in new.sensors.first { $0.id == one.id } ?? one }
      let judges = [FlowJudge(catalog: old, sensors: sensors), FlowJudge(catalog: new, sensors: others)]
      let places = FlowPlaces(runs, sensors: sensors.map(\.id))
      let joiner = try FlowJoiner(db, runs, places)
      var chainOf: [Int64: Int] = [:]
      for (index, chain) in joiner.chains.enumerated() { for part in chain { chainOf[part.id] = index } }

      var match = RetroMatch(limit: limit)
      var judgedChains: Set<Int> = []
      func judge(_ row: Row) throws {
        guard try runs.facts[row.value(1)] != nil else { return }
        var parts: [StoredFlow]
        if let chain = try chainOf[row.value(0)] {
          guard judgedChains.insert(chain).inserted else { return }
          parts = joiner.chains[chain]
        } else {
          parts = [try StoredFlow(row)]
          places.fill(&parts[0])
        }
        match.judgedCount += 1
        let views = [old, new].map { catalog in parts.map { $0.covered(by: catalog) }.joined.record }
        let answers = zip(judges, views).map { $0.assess($1) }
        guard CatalogComparison.Answer(answers[0], in: old) != CatalogComparison.Answer(answers[1], in: new)
        else { return }
        match.add(
          RetroMatch.Change(
            record: views[1], old: answers[0], new: answers[1],
            wasExamined: parts.allSatisfy(\.marks.isWatched)))
      }
      if sensors == others {
        try Self.visit(CatalogComparison(old: old, new: new, limit: 0).ranges, in: db, judge)
      } else {
        try Self.visitAll(in: db, judge)
      }
      match.trim()
      return match
    }
  }

  private static func visitAll(in db: Database, _ body: (Row) throws -> Void) throws {
    let rows = try Row.fetchCursor(db, sql: "SELECT \(StoredFlow.columns) FROM flow")
    while let row = try rows.next() { try body(row) }
  }

  /// Visits the flows with an address in ranges, each once, and those whose verdicts may rest on other addresses.
  private static func visit(
    _ ranges: [(first: IPAddress, last: IPAddress)], in db: Database, _ body: (Row) throws -> Void
  ) throws {
    func isInside(_ column: DatabaseValue) throws -> Bool {
      let address = try IPAddress(column: column)
      var (low, high) = (0, ordered.count)
      while low < high {
        let middle = (low + high) / 2
        if ordered[middle].last < address { low = middle + 1 } else { high = middle }
      }
      return low < ordered.count && ordered[low].first <= address
    }
    let ordered = ranges.sorted { $0.first < $1.first }
    for side in ["originator", "responder"] {
      let statement = try db.cachedStatement(
        sql: "SELECT \(StoredFlow.columns) FROM flow WHERE \(side) BETWEEN ? AND ?")
      for range in ranges {
        let rows = try Row.fetchCursor(statement, arguments: [range.first.column, range.last.column])
        while let row = try rows.next() {
          if side == "responder", try isInside(row[4]) { continue }
          try body(row)
        }
      }
    }
    let rows = try Row.fetchCursor(db, sql: "SELECT \(StoredFlow.columns) FROM flow WHERE \(FlowMarks.isIndirect)")
    while let row = try rows.next() {
      if try isInside(row[4]) || isInside(row[5]) { continue }
      try body(row)
    }
  }
}
