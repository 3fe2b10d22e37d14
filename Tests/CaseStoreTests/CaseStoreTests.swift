import Assessment
import Capture
import Catalog
import Flows
import Foundation
import GRDB
import Packets
import Testing

@testable import CaseStore

/// The file: who may write, what stays as it is.
@Suite struct CaseStoreTests {
  @Test func onlyOneWrites() throws {
    let folder = try TemporaryCase()
    let first = try CaseStore(path: folder.path, for: .making)
    let error = #expect(throws: CaseError.self) { _ = try CaseStore(path: folder.path, for: .writing) }
    #expect(error?.code == .busy)
    #expect(try CaseStore(path: folder.path, for: .reading).custody().map(\.event) == ["created"])
    withExtendedLifetime(first) {}
  }

  @Test func aMissingFileAndAForeignDatabaseAreRefused() throws {
    let folder = try TemporaryCase()
    #expect(throws: CaseError.self) { _ = try CaseStore(path: folder.path, for: .reading) }
    let foreign = try DatabaseQueue(path: folder.path)
    try foreign.write { try $0.execute(sql: "CREATE TABLE other (a)") }
    try foreign.close()
    let error = #expect(throws: CaseError.self) { _ = try CaseStore(path: folder.path, for: .making) }
    #expect(error?.code == .notACase)
    try Data("no database at all, but long enough to be looked at as one by SQLite".utf8)
      .write(to: URL(filePath: folder.path))
    #expect(throws: CaseError.self) { _ = try CaseStore(path: folder.path, for: .reading) }
  }

  @Test func whatIsNoCaseStaysAsItIs() throws {
    let folder = try TemporaryCase()
    let file = URL(filePath: folder.path)
    func refuse(_ accesses: [CaseStore.Access]) throws {
      let bytes = try Data(contentsOf: file)
      for access in accesses {
        let error = #expect(throws: CaseError.self) { _ = try CaseStore(path: folder.path, for: access) }
        #expect(error?.code == .notACase)
        #expect(try Data(contentsOf: file) == bytes)
      }
    }
    try Data().write(to: file)
    try refuse([.reading, .annotating, .writing])
    let foreign = try DatabaseQueue(path: folder.path)
    try foreign.write { try $0.execute(sql: "CREATE TABLE other (a)") }
    try foreign.close()
    try refuse([.reading, .annotating, .writing, .making])
  }

  @Test func everyCommitIsSynced() throws {
    let folder = try TemporaryCase()
    for access in [CaseStore.Access.making, .writing, .annotating] {
      let store = try CaseStore(path: folder.path, for: access)
      // 2 is FULL.
      #expect(try store.read { try Int.fetchOne($0, sql: "PRAGMA synchronous") } == 2)
      #expect(try store.read { try String.fetchOne($0, sql: "PRAGMA journal_mode") } == "wal")
    }
  }

  @Test func aCaseThatAnotherProgramLocksIsBusy() throws {
    let folder = try TemporaryCase()
    _ = try CaseStore(path: folder.path, for: .making)
    let other = try DatabaseQueue(path: folder.path)
    try other.inTransaction(.immediate) { _ in
      // Readers are not kept out; a writer waits for ten seconds.
      let entries = try CaseStore(path: folder.path, for: .reading).custody()
      #expect(entries.count == 1)
      let error = #expect(throws: CaseError.self) { _ = try CaseStore(path: folder.path, for: .writing) }
      #expect(error?.code == .busy)
      return .rollback
    }
  }

  @Test func theFileIsItsOwnersAlone() throws {
    let folder = try TemporaryCase()
    _ = try CaseStore(path: folder.path, for: .making)
    let mode = try FileManager.default.attributesOfItem(atPath: folder.path)[.posixPermissions] as? Int
    #expect(mode == 0o600)
  }

  @Test func custodyIsAppendOnlyAndAForgedEntryBreaksTheChain() throws {
    let folder = try TemporaryCase()
    let store = try CaseStore(path: folder.path, for: .making)
    for index in 0..<5 { try store.write { try CustodyLog.append(.catalogUsed, ["n": "\(index)"], to: $0) } }
    #expect(try store.verifyCustody().broken == nil)
    #expect(throws: CaseError.self) { try store.write { try $0.execute(sql: "UPDATE custody SET time = 'x'") } }
    #expect(throws: CaseError.self) { try store.write { try $0.execute(sql: "DELETE FROM custody") } }
    try store.write {
      try $0.execute(sql: "DROP TRIGGER custody_update; UPDATE custody SET detail = '{}' WHERE id = 3")
    }
    #expect(try store.verifyCustody().broken == 3)
  }

  @Test func aRemovedEntryBreaksTheChain() throws {
    let folder = try TemporaryCase()
    let store = try CaseStore(path: folder.path, for: .making)
    for index in 0..<5 { try store.write { try CustodyLog.append(.catalogUsed, ["n": "\(index)"], to: $0) } }
    try store.write { try $0.execute(sql: "DROP TRIGGER custody_delete; DELETE FROM custody WHERE id = 2") }
    #expect(try store.verifyCustody().broken == 3)
  }

  /// A case of the committed captures' flows in one run, but unfinished where asked for.
  private func assessed(_ folder: TemporaryCase, _ catalog: Catalog) throws -> CaseStore {
    let store = try CaseStore(path: folder.path, for: .making)
    try fill(store, catalog)
    let whole = try store.assess(catalog, context: AssessmentContext())
    try store.keep(whole, catalog: catalog, entries: "{}", options: "", document: [1])
    return store
  }

  private func fill(_ store: CaseStore, _ catalog: Catalog, finish: Bool = true) throws {
    let writer = try CaseWriter(store, catalog: catalog, entries: "{}", toolVersion: "0")
    var count: UInt64 = 0
    for record in try Recorded.flows(catalog) {
      try writer.add(record)
      count += 1
    }
    var facts = RunFacts()
    facts.flows = count
    facts.sensors = catalog.sensors.map(\.id)
    var input = CaptureInput(name: "a")
    input.sha256 = String(repeating: "a", count: 64)
    if finish { try writer.finish(facts, inputs: [(input, nil)]) }
  }

  @Test func anUnfinishedRunIsSeenByNobodyAndGoes() throws {
    let folder = try TemporaryCase()
    let catalog = try Recorded.catalog()
    do {
      let store = try CaseStore(path: folder.path, for: .making)
      try fill(store, catalog)
      let whole = try store.assess(catalog, context: AssessmentContext())
      #expect(whole.result.watchedFlows > 100)
      let writer = try CaseWriter(store, catalog: catalog, entries: "{}", toolVersion: "0")
      for record in try Recorded.flows(catalog) { for _ in 0..<70 { try writer.add(record) } }
      #expect(try store.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM flow") } ?? 0 > 20_000)
      #expect(try store.assess(catalog, context: AssessmentContext()).result.watchedFlows == whole.result.watchedFlows)
    }
    let store = try CaseStore(path: folder.path, for: .writing)
    #expect(try store.runs().map(\.state) == ["complete", "abandoned"])
    #expect(try store.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM flow WHERE run = 2") } == 0)
    #expect(try store.faults().isEmpty)
  }

  @Test func notesAreDraftsUntilSomebodyElseAccepts() throws {
    let folder = try TemporaryCase()
    let catalog = try Recorded.catalog()
    let store = try CaseStore(path: folder.path, for: .making)
    try fill(store, catalog)
    let whole = try store.assess(catalog, context: AssessmentContext())
    try store.keep(whole, catalog: catalog, entries: "{}", options: "", document: [1, 2])
    #expect(try store.document() == Data([1, 2]))
    #expect(try store.document(catalog: "other") == nil)
    let note = try store.addNote("So it was.", on: "F1", analyst: "Anna B", level: "P3")
    #expect(try store.notes().map(\.state) == ["DRAFT"])
    for same in ["Anna B", "anna b", "ANNAB ", "Ánna B"] {
      #expect(throws: CaseError.self) { try store.review(note, reviewer: same, isAccepted: true) }
    }
    try store.review(note, reviewer: "Carl D", isAccepted: true)
    #expect(try store.notes().map(\.state) == ["ACCEPTED"])
    try store.review(note, reviewer: "Carl D", isAccepted: false)
    #expect(try store.notes().map(\.state) == ["REJECTED"])
    #expect(throws: CaseError.self) { _ = try store.addNote(" ", on: "F1", analyst: "A", level: "P1") }
    #expect(throws: CaseError.self) { _ = try store.addNote("x", on: "F999", analyst: "A", level: "P1") }
    #expect(throws: CaseError.self) { try store.write { try $0.execute(sql: "UPDATE note SET text = 'y'") } }
    #expect(try store.verifyCustody().broken == nil)
  }

  /// A case to which captures come one by one would else keep the square of them.
  @Test func ofAnEarlierReportByTheSameCatalogFindingsAndDigestStay() throws {
    let folder = try TemporaryCase()
    let catalog = try Recorded.catalog()
    let store = try CaseStore(path: folder.path, for: .making)
    try fill(store, catalog)
    let whole = try store.assess(catalog, context: AssessmentContext())
    for document: [UInt8] in [[1, 2], [3, 4, 5]] {
      try store.keep(whole, catalog: catalog, entries: "{}", options: "", document: document)
    }
    let lengths = try store.read { try Int.fetchAll($0, sql: "SELECT length(document) FROM assessment ORDER BY id") }
    #expect(lengths == [0, 3])
    #expect(try store.document() == Data([3, 4, 5]))
    #expect(try !store.findings(of: 1).isEmpty)
    // SHA-256 of the bytes 1 and 2.
    let digest = "a12871fee210fb8619291eaea194581cbd2531e4b23759d225f6806923f63222"
    #expect(try store.custody().contains { $0.detail.contains(digest) })
  }

  /// What the tables forbid stands in a file of which a byte was changed.
  @Test(arguments: [
    "UPDATE run SET facts = NULL", "UPDATE capture SET position = -5", "UPDATE capture SET position = 1 << 60",
  ])
  func aDamagedCaseIsRefused(damage: String) throws {
    let folder = try TemporaryCase()
    let catalog = try Recorded.catalog()
    let store = try CaseStore(path: folder.path, for: .making)
    try fill(store, catalog)
    try store.write { try $0.execute(sql: damage) }
    let error = #expect(throws: CaseError.self) { _ = try store.captures() }
    #expect(error?.code == .notACase)
  }

  @Test func flowsThatCannotBeReadAreAFaultOfTheCase() throws {
    let folder = try TemporaryCase()
    let catalog = try Recorded.catalog()
    let store = try CaseStore(path: folder.path, for: .making)
    try fill(store, catalog)
    try store.write { try $0.execute(sql: "UPDATE flow SET fields = x'ff'") }
    let error = #expect(throws: CaseError.self) { _ = try store.flows(FlowFilter(), catalog: catalog) { _, _ in } }
    #expect(error?.code == .notACase)
  }

  /// A field that its table forbids to be empty, as in a file of which a byte was changed.
  @Test(arguments: [
    "custody SET detail", "catalog SET first_used", "assessment SET options", "finding SET reason", "note SET text",
    "flow SET first", "flow_verdict SET verdict",
  ])
  func aMissingValueIsAFaultOfTheCase(damage: String) throws {
    let folder = try TemporaryCase()
    let catalog = try Recorded.catalog()
    let store = try assessed(folder, catalog)
    _ = try store.addNote("So it was.", on: "F1", analyst: "Anna B", level: "P1")
    let table = damage.prefix { $0 != " " }
    try store.write {
      try $0.execute(
        sql: "ALTER TABLE \(table) RENAME TO sound; CREATE TABLE \(table) AS SELECT * FROM sound; "
          + "UPDATE \(damage) = NULL; UPDATE flow_verdict SET finding = NULL")
    }
    let error = #expect(throws: CaseError.self) {
      _ = (try store.custody(), try store.verifyCustody(), try store.catalogs(), try store.assessments())
      _ = (try store.findings(of: 1), try store.unassessedVerdicts(), try store.notes())
      _ = try store.flows(FlowFilter(), catalog: catalog) { _, _ in }
    }
    #expect(error?.code == .notACase)
  }

  @Test func whatTheReaderOfFlowsThrowsIsThrown() throws {
    let folder = try TemporaryCase()
    let catalog = try Recorded.catalog()
    let store = try CaseStore(path: folder.path, for: .making)
    try fill(store, catalog)
    #expect(throws: CancellationError.self) {
      _ = try store.flows(FlowFilter(), catalog: catalog) { _, _ in throw CancellationError() }
    }
  }

  @Test(arguments: [
    "UPDATE note SET text = 'It was they.'", "UPDATE note SET level = 'P3'", "DELETE FROM review",
    "UPDATE review SET is_accepted = 1", "INSERT INTO review VALUES (9, '2026-12-01T00:00:00Z', 1, 'Erna F', 1)",
  ])
  func aForgedNoteOrReviewDoesNotFitTheLog(forgery: String) throws {
    let folder = try TemporaryCase()
    let catalog = try Recorded.catalog()
    let store = try assessed(folder, catalog)
    let note = try store.addNote("So it was.", on: "F1", analyst: "Anna B", level: "P1")
    try store.review(note, reviewer: "Carl D", isAccepted: false)
    #expect(try store.verifyCustody().broken == nil)
    try store.write { try $0.execute(sql: "DROP TRIGGER note_update; " + forgery) }
    #expect(try store.verifyCustody().broken != nil)
  }

  /// Matching the flows in ranges that differ finds what judging all of them finds.
  @Test func matchingFindsEveryChange() throws {
    let folder = try TemporaryCase()
    let old = try Recorded.catalog()
    let store = try CaseStore(path: folder.path, for: .making)
    try fill(store, old)
    var new = old
    for index in new.claims.indices where new.claims[index].id == "example-net-ipv4" {
      new.claims[index].validUntil = new.claims[index].validFrom.map { Timestamp(nanoseconds: $0.nanoseconds + 1) }
    }
    let match = try store.changes(from: old, to: new, limit: .max)
    #expect(match.changeCount > 50)
    let judges = (FlowJudge(catalog: old, sensors: old.sensors), FlowJudge(catalog: new, sensors: new.sensors))
    var all: UInt64 = 0
    for record in try Recorded.flows(old) {
      var other = record
      other.cover(by: new.prefixes, wasWatched: record.isWatched)
      let answers = (
        CatalogComparison.Answer(judges.0.assess(record), in: old),
        CatalogComparison.Answer(judges.1.assess(other), in: new)
      )
      if answers.0 != answers.1 { all += 1 }
    }
    #expect(match.changeCount == all)
    #expect(match.judgedCount < UInt64(try Recorded.flows(old).count))
    #expect(try store.changes(from: old, to: old, limit: .max).changeCount == 0)
  }
}
