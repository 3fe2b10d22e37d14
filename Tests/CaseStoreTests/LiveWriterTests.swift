import Assessment
import Capture
import Catalog
import Flows
import Foundation
import GRDB
import Packets
import Testing

@testable import CaseStore

/// Runs of interfaces: what is committed while they go on, and what is left of one that had no end.
@Suite struct LiveWriterTests {
  private static let client = Endpoint(address: IPAddress(v4: 0xC633_6407), port: 40_000)
  private static let server = Endpoint(address: IPAddress(v4: 0xC000_0250), port: 80)

  private static func flow(
    _ first: Int64, _ last: Int64, grade: EvidenceGrade = .e3, reason: GradeReason = .midstream,
    end: FlowEndReason = .endOfInput, checkpoint: UInt64 = 0
  ) -> FlowRecord {
    var record = FlowRecord(
      originator: client, responder: server, ipProtocol: .tcp, firstPacket: Timestamp(seconds: first),
      lastPacket: Timestamp(seconds: last))
    record.originatorEvidence = SideEvidence(grade, reason)
    record.responderEvidence = SideEvidence(grade, reason)
    record.originatorCounts.packets = 3
    record.responderCounts.packets = 2
    (record.endReason, record.checkpoint) = (end, checkpoint)
    return record
  }

  private let catalog: Catalog
  private let folder: TemporaryCase

  init() throws {
    (catalog, folder) = (try Recorded.catalog(), try TemporaryCase())
  }

  private var facts: RunFacts {
    var facts = RunFacts()
    facts.sensors = catalog.sensors.map(\.id)
    facts.idleTimeouts = [0: 300_000_000_000]
    facts.live = LiveFacts(
      catalog: LiveFacts.CatalogPlace(paths: ["/c"], allowsDocumentationRanges: false, knownAt: nil),
      digest: catalog.sha256, at: Timestamp(seconds: 1))
    return facts
  }

  private func figures(from first: Int64, to last: Int64, sum: UInt64 = 0) -> LiveBatch.Figures {
    var input = CaptureInput(name: "eth0")
    input.firstPacket = Timestamp(seconds: first)
    input.firstFrame = input.firstPacket
    input.lastPacket = Timestamp(seconds: last)
    var facts = facts
    facts.packets = 5
    facts.live?.written = Timestamp(seconds: last).nanoseconds
    facts.live?.unrecordedFlows = 3
    return LiveBatch.Figures(facts: facts, inputs: [input], flowsKeptAsSum: sum)
  }

  private func writer(_ store: CaseStore) throws -> LiveWriter {
    try LiveWriter(
      store, catalog: catalog, entries: "{}", toolVersion: "0",
      figures: LiveBatch.Figures(facts: facts, inputs: [CaptureInput(name: "eth0")], flowsKeptAsSum: 0),
      sensors: [catalog.sensors.first?.id])
  }

  private func batch(
    _ flows: [(record: FlowRecord, goesOn: Bool)], _ figures: LiveBatch.Figures? = nil, isLast: Bool = false
  ) -> LiveBatch {
    var batch = LiveBatch()
    batch.flows = flows.map {
      var record = $0.record
      record.cover(by: catalog.prefixes, wasWatched: true)
      return LiveBatch.Flow(record, goesOn: $0.goesOn, verdict: (.exclusive, .direct, "example-net"))
    }
    (batch.figures, batch.isLast) = (figures, isLast)
    return batch
  }

  private func assess(_ store: CaseStore, since: Timestamp? = nil) throws -> AssessedCase {
    try store.assess(catalog, context: AssessmentContext(), since: since)
  }

  @Test func readersSeeWhatIsCommittedWhileTheRunGoesOn() throws {
    let store = try CaseStore(path: folder.path, for: .making)
    let writer = try writer(store)
    let reader = try CaseStore(path: folder.path, for: .reading)
    #expect(try assess(reader).result.watchedFlows == 0)
    try writer.write(
      batch([(Self.flow(10, 20, checkpoint: 1), true), (Self.flow(400, 401), false)], figures(from: 10, to: 401))
    ) { _ in "{}" }
    let whole = try assess(reader)
    #expect(whole.result.watchedFlows == 2 && whole.facts.flows == 2 && whole.facts.packets == 5)
    #expect(whole.inputs.map(\.name) == ["eth0"] && whole.inputs.first?.sha256 == nil)
    #expect(whole.result.notShown.contains { $0.contains("1 watched flow(s) that went on") })
    #expect(try reader.runs().map(\.state) == ["live"])
    #expect(try reader.unassessedVerdicts().map(\.flowCount) == [2])
    #expect(try reader.judgingCatalog() == catalog.sha256)
    #expect(try reader.document() == nil)
    var filter = FlowFilter()
    filter.since = Timestamp(seconds: 400)
    var count = 0
    _ = try reader.flows(filter, catalog: catalog) { _, _ in count += 1 }
    #expect(count == 1)
    withExtendedLifetime(writer) {}
  }

  /// A later record of a flow takes the place of the earlier one, in the same batch too.
  @Test func aFlowHasOneRowHoweverOftenItIsWritten() throws {
    let store = try CaseStore(path: folder.path, for: .making)
    let writer = try writer(store)
    for last in 20..<25 as Range<Int64> {
      try writer.write(batch([(Self.flow(10, last, checkpoint: 7), true)], figures(from: 10, to: last))) { _ in "{}" }
    }
    let ended = Self.flow(10, 30, grade: .e0, reason: .isnGuessing, end: .endOfFlow, checkpoint: 7)
    try writer.write(
      batch(
        [
          (Self.flow(10, 26, checkpoint: 7), true), (ended, false), (Self.flow(500, 501, checkpoint: 8), true),
          (Self.flow(500, 502, end: .idle, checkpoint: 8), false),
        ], figures(from: 10, to: 502, sum: 4), isLast: true)
    ) { _ in "{}" }
    var records: [FlowRecord] = []
    _ = try store.flows(FlowFilter(), catalog: catalog) { record, _ in records.append(record) }
    #expect(records.map(\.lastPacket) == [Timestamp(seconds: 30), Timestamp(seconds: 502)])
    #expect(records.first?.originatorEvidence == SideEvidence(.e0, .isnGuessing))
    #expect(try store.runs().map(\.state) == ["complete"])
    let facts = try #require(try store.runs().first?.facts)
    #expect(facts.flows == 6 && facts.live?.openFlows == 0)
    #expect(try store.custody().map(\.event).suffix(2) == ["capture began", "capture ended"])
    #expect(try store.faults().isEmpty)
  }

  /// A run that had no end keeps what was committed; what comes of its flows is joined, and is not stronger for it.
  @Test func aCutRunKeepsItsFlowsAndTheyAreJoined() throws {
    do {
      let store = try CaseStore(path: folder.path, for: .making)
      try writer(store).write(
        batch(
          [
            (Self.flow(10, 20, checkpoint: 1), true),
            (Self.flow(1, 2, end: .endOfFlow, checkpoint: 2), true),
          ], figures(from: 1, to: 20))
      ) { _ in "{}" }
    }
    let store = try CaseStore(path: folder.path, for: .making)
    #expect(store.cutRuns.map(\.openFlows) == [2] && store.cutRuns.map(\.unrecordedFlows) == [3])
    #expect(store.cutRuns.first?.written == Timestamp(seconds: 20))
    #expect(try store.runs().map(\.state) == ["cut"])
    let writer = try writer(store)
    try writer.write(batch([(Self.flow(40, 50, end: .idle), false)], figures(from: 40, to: 50), isLast: true)) { _ in
      "{}"
    }
    let whole = try assess(store)
    #expect(whole.result.watchedFlows == 2 && whole.facts.flows == 2)
    #expect(whole.result.notShown.contains { $0.hasPrefix("What came after") && $0.contains("in run 1") })
    let joined = try #require(whole.result.findings.flatMap(\.flows).first { $0.record.lastPacket.seconds == 50 })
    #expect(joined.record.firstPacket == Timestamp(seconds: 10))
    #expect(joined.record.originatorEvidence.grade == .e3 && joined.record.originatorCounts.packets == 6)
    #expect(try CaseStore(path: folder.path, for: .reading).cutRuns.isEmpty)
    #expect(try store.verifyCustody().broken == nil)
  }

  @Test func sinceLeavesOutWhatHadItsLastPacketBefore() throws {
    let store = try CaseStore(path: folder.path, for: .making)
    let writer = try writer(store)
    try writer.write(
      batch([(Self.flow(1, 2), false), (Self.flow(400, 450), false)], figures(from: 1, to: 450), isLast: true)
    ) { _ in "{}" }
    #expect(try assess(store).result.watchedFlows == 2)
    let later = try assess(store, since: Timestamp(seconds: 420))
    #expect(later.result.watchedFlows == 1 && later.facts.flows == 1)
    #expect(later.result.notShown.contains { $0.hasPrefix("What came before 1970-01-01T00:07:00") })
    #expect(try assess(store, since: Timestamp(seconds: 451)).result.watchedFlows == 0)
  }

  /// A batch that cannot be written leaves the case and the writer as they were.
  @Test func aBatchThatFailsIsWrittenLater() throws {
    let store = try CaseStore(path: folder.path, for: .making)
    let writer = try writer(store)
    try store.write {
      try $0.execute(
        sql: "CREATE TEMP TRIGGER full BEFORE UPDATE ON run BEGIN SELECT RAISE(ABORT, 'database or disk is full'); END")
    }
    let first = batch([(Self.flow(10, 20, checkpoint: 1), true)], figures(from: 10, to: 20))
    #expect(throws: CaseError.self) { try writer.write(first) { _ in "{}" } }
    #expect(try assess(store).result.watchedFlows == 0)
    try store.write { try $0.execute(sql: "DROP TRIGGER temp.full") }
    try writer.write(first) { _ in "{}" }
    try writer.write(batch([(Self.flow(10, 25, checkpoint: 1), false)], isLast: true)) { _ in "{}" }
    #expect(try assess(store).facts.flows == 1)
  }

  @Test func anotherCatalogIsNoted() throws {
    let store = try CaseStore(path: folder.path, for: .making)
    let writer = try writer(store)
    var batch = batch([], figures(from: 1, to: 2))
    let new = try Catalog(paths: [Recorded.root.appending(path: "Config/north-korea.yaml").path])
    let replacement = CatalogReplacement(
      time: Timestamp(nanoseconds: 1_500_000_000), old: catalog.sha256, new: new.sha256, reassessedFlows: 2,
      otherFlows: 3)
    batch.catalog = (new, replacement)
    try writer.write(batch) { _ in "{}" }
    let entry = try #require(try store.custody().last)
    #expect(entry.event == "catalog replaced" && entry.detail.contains(new.sha256))
    #expect(try assess(store).catalogReplacements == [replacement])
    #expect(try store.catalogs().count == 2)
  }

  @Test func whenAnInterfaceWasDownIsKept() throws {
    let store = try CaseStore(path: folder.path, for: .making)
    var figures = figures(from: 1, to: 90)
    figures.inputs[0].absences = [Timestamp(seconds: 20)...Timestamp(seconds: 40)]
    figures.inputs[0].untimedCount = 7
    try writer(store).write(batch([], figures)) { _ in "{}" }
    let whole = try assess(store)
    #expect(whole.inputs.first?.absences == figures.inputs[0].absences && whole.inputs.first?.untimedCount == 7)
    #expect(whole.result.notShown.contains { $0.contains("from 1970-01-01T00:00:20Z to 1970-01-01T00:00:40Z") })
  }

  @Test func theEntriesOfACatalogAreThoseOfItsFullestUse() throws {
    let store = try CaseStore(path: folder.path, for: .making)
    // As it was known in the past, then whole, then in the past again.
    for entries in ["[]", "[1, 2]", "[1]"] {
      _ = try CaseWriter(store, catalog: catalog, entries: entries, toolVersion: "0")
    }
    #expect(try store.catalogs().map(\.entries) == ["[1, 2]"])
    #expect(try store.custody().count { $0.event == "catalog used" } == 1)
  }

  @Test func aCatalogWithoutTheSensorsOfTheCaseIsRefusedBeforePacketsAreRead() throws {
    let store = try CaseStore(path: folder.path, for: .making)
    try writer(store).write(batch([], figures(from: 1, to: 2), isLast: true)) { _ in "{}" }
    var other = catalog
    other.sensors = []
    let error = #expect(throws: CaseError.self) {
      _ = try LiveWriter(
        store, catalog: other, entries: "{}", toolVersion: "0", figures: figures(from: 1, to: 2), sensors: [nil])
    }
    #expect(error?.code == .refused)
  }

  /// Notes may be written beside a capture that goes on for months.
  @Test func notesAreTakenBesideTheWriter() throws {
    let store = try CaseStore(path: folder.path, for: .making)
    let writer = try writer(store)
    try writer.write(batch([(Self.flow(1, 2), false)], figures(from: 1, to: 2))) { _ in "{}" }
    try store.keep(try assess(store), catalog: catalog, entries: "{}", options: "", document: [1])
    let beside = try CaseStore(path: folder.path, for: .annotating)
    _ = try beside.addNote("So it was.", on: "F1", analyst: "A", level: "P1")
    try writer.write(batch([(Self.flow(400, 410), false)], figures(from: 1, to: 410), isLast: true)) { _ in "{}" }
    #expect(try store.notes().count == 1 && store.verifyCustody().broken == nil)
  }

  /// A case of the first version is taken over with everything in it.
  @Test func aCaseOfTheFirstVersionIsMigrated() throws {
    do {
      let old = try DatabaseQueue(path: folder.path)
      try CaseSchema.migrator.migrate(old, upTo: "1")
      try old.write { db in
        try db.execute(sql: "INSERT INTO catalog VALUES ('c', 't', '{}')")
        try db.execute(sql: "INSERT INTO run VALUES (1, 't', '0', 'complete', 'c', 1, '{}')")
        try db.execute(sql: "UPDATE run SET facts = ?", arguments: [try CaseStore.json(RunFacts())])
        try db.execute(
          sql: "INSERT INTO capture VALUES (1, 1, 0, 'd', 5, NULL, ?)",
          arguments: [try CaseStore.json(StoredCapture(CaptureInput(name: "a")))])
        try db.execute(sql: "INSERT INTO assessment VALUES (1, 't', 'c', 1, '', x'01')")
      }
      try old.close()
    }
    #expect(try CaseStore(path: folder.path, for: .reading).captures().count == 1)
    let store = try CaseStore(path: folder.path, for: .writing)
    #expect(try store.runs().map(\.state) == ["complete"] && store.holdsCapture("d"))
    #expect(try store.document() == Data([1]))
    #expect(try store.faults().isEmpty)
    _ = try writer(store)
    #expect(try store.runs().map(\.state) == ["complete", "live"])
  }
}

extension Timestamp {
  fileprivate var seconds: Int64 { nanoseconds / 1_000_000_000 }
}
