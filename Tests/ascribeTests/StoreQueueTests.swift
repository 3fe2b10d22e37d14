import ArgumentParser
import Assessment
import Capture
import CaseStore
import Catalog
import Flows
import Foundation
import Packets
import Testing

@testable import ascribe

/// What becomes of flows that the disk does not take as fast as they come.
@Suite struct StoreQueueTests {
  private let catalog: Catalog
  private let folder: Scratch
  private let path: String

  init() throws {
    catalog = try Catalog(paths: [Program.demonstration])
    folder = try Scratch()
    path = folder.path("case.db")
  }

  /// A case into which no flow can be written until it is mended.
  private func brokenStore() throws -> LiveStore {
    var limits = LiveStore.Limits()
    (limits.piece, limits.room, limits.watchedRoom) = (5, 20, 40)
    let store = try LiveStore(
      path: path, options: try LiveStoreArguments.parse(["--store-interval", "0.1"]), catalog: catalog,
      place: LiveFacts.CatalogPlace(paths: [], allowsDocumentationRanges: false, knownAt: nil),
      inputs: [(CaptureInput(name: "near"), nil)], facts: RunFacts(), report: AssessmentOptions(), limits: limits)
    try execute("CREATE TRIGGER full BEFORE INSERT ON flow BEGIN SELECT RAISE(ABORT, 'full'); END")
    return store
  }

  private func execute(_ sql: String) throws {
    let script = "import sqlite3, sys; sqlite3.connect(sys.argv[1], isolation_level=None).execute(sys.argv[2])"
    let run = try Program.run(URL(filePath: "/usr/bin/env"), ["python3", "-c", script, path, sql])
    try #require(run.exitCode == 0, "\(run.errors)")
  }

  private func add(_ count: Int, isWatched: Bool, to store: LiveStore) {
    let judge = FlowJudge(catalog: catalog, sensors: [])
    for index in 0..<count {
      var record = FlowRecord(
        originator: Endpoint(address: IPAddress(v4: isWatched ? 0xC633_6407 : 0x0808_0808), port: UInt16(index)),
        responder: Endpoint(address: IPAddress(v4: 0x0101_0101), port: 53), ipProtocol: .udp,
        firstPacket: Timestamp(nanoseconds: Int64(index)), lastPacket: Timestamp(nanoseconds: Int64(index)))
      record.cover(by: catalog.prefixes, wasWatched: true)
      store.end(record, judge.assess(record))
    }
  }

  /// The run as the case knows it.
  private func facts() throws -> RunFacts {
    try #require(try CaseStore(path: path, for: .reading).runs().last?.facts)
  }

  @Test func unwatchedFlowsAreCountedAloneAndWatchedOnesKept() throws {
    let store = try brokenStore()
    add(30, isWatched: false, to: store)
    add(10, isWatched: true, to: store)
    #expect(store.checkpointLimit == 0)
    try execute("DROP TRIGGER full")
    store.beginEnding()
    #expect(try store.finish(RunFacts(), [CaptureInput(name: "near")]) != nil && store.failure == nil)
    // Whoever still holds it, the file alone is the whole case.
    withExtendedLifetime(store) { #expect(!FileManager.default.fileExists(atPath: path + "-wal")) }
    let facts = try facts()
    #expect(facts.flows == 40 && facts.live?.summedFlows == 10 && facts.live?.lostFlows == 0)
    let whole = try CaseStore(path: path, for: .reading).assess(catalog, context: AssessmentContext())
    #expect(whole.result.watchedFlows == 10 && whole.facts.flows == 40)
    #expect(whole.result.notShown.contains { $0.hasPrefix("What 10 flow(s) of run 1 were that no entry covered") })
  }

  @Test func whatIsGivenUpIsCountedAndSaid() throws {
    let store = try brokenStore()
    add(60, isWatched: true, to: store)
    try execute("DROP TRIGGER full")
    store.beginEnding()
    #expect(try store.finish(RunFacts(), [CaptureInput(name: "near")]) != nil)
    let facts = try facts()
    #expect(facts.flows == 60 && facts.live?.lostFlows == 20 && facts.live?.summedFlows == 0)
    let whole = try CaseStore(path: path, for: .reading).assess(catalog, context: AssessmentContext())
    #expect(whole.result.notShown.contains { $0.hasPrefix("What 20 watched flow(s) of run 1 were") })
  }

  @Test func aCaseThatIsNeverWrittenEndsWithACode() throws {
    let store = try brokenStore()
    add(5, isWatched: true, to: store)
    store.beginEnding()
    #expect(try store.finish(RunFacts(), [CaptureInput(name: "near")]) == nil)
    #expect(store.failure == .cannotWrite)
  }
}
