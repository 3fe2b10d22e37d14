import Assessment
import Catalog
import Flows
import Foundation
import Packets
import TestSupport
import Testing

@testable import ascribe

/// Another catalog while flows end: a model that assesses everything at once says what must come of it.
@Suite struct CatalogChangeoverTests {
  private let (old, new): (Catalog, Catalog)
  private let folder: Scratch

  init() throws {
    folder = try Scratch()
    old = try Catalog(paths: [Program.demonstration])
    let text = """
      settings: {allow_documentation_ranges: true}
      actors: [{id: net, name: Net, level: country-network, aliases: []}]
      claims:
        - {id: c, prefix: 198.51.100.0/26, actor: net, relation: exclusive, kind: dedicated-allocation,
           valid_from: 1960-01-01, valid_until: null, as_of: 2026-11-01, recorded_at: 2026-11-02, basis: [routing],
           sources: [{ref: r, reliability: B, credibility: 2, independent_group: g}], tlp: CLEAR}

      """
    try text.write(toFile: folder.path("new.yaml"), atomically: false, encoding: .utf8)
    new = try Catalog(paths: [folder.path("new.yaml")])
  }

  private func judge(_ catalog: Catalog) -> CaseAssessment {
    var context = AssessmentContext()
    context.listLimit = 1 << 20
    return CaseAssessment(catalog: catalog, context: context)
  }

  /// A flow like no other, as it is recorded by a catalog.
  private func flow(_ number: Int, by catalog: Catalog) -> FlowRecord {
    var record = FlowRecord(
      originator: Endpoint(
        address: IPAddress(v4: 0xC633_6400 + UInt32(number % 128)), port: UInt16(truncatingIfNeeded: number)),
      responder: Endpoint(address: IPAddress(v4: 0x0101_0101), port: UInt16(number >> 16)), ipProtocol: .udp,
      firstPacket: Timestamp(nanoseconds: Int64(number)), lastPacket: Timestamp(nanoseconds: Int64(number)))
    record.cover(by: catalog.prefixes, wasWatched: true)
    return record
  }

  private func number(_ flow: AssessedFlow) -> Int { Int(flow.record.firstPacket.nanoseconds) }

  /// What is said of flows, but for their order.
  private func text(_ result: CaseAssessment.Result) -> String {
    result.findings.map { "\($0.verdict) \($0.reason) \($0.flowCount) \($0.packets) \($0.addresses) \($0.wording)" }
      .joined(separator: "\n") + "\(result.flowsByVerdict.sorted { "\($0)" < "\($1)" }) \(result.watchedFlows)"
  }

  private func wait(
    for changeover: inout CatalogChangeover, _ table: inout FlowTable, _ journal: FlowJournal
  ) -> CatalogChangeover.Arrival? {
    for _ in 0..<5_000 {
      if let arrival = changeover.goOn(&table, nil, journal) { return arrival }
      usleep(1_000)
    }
    return nil
  }

  @Test(arguments: 1...UInt64(24)) func `each flow is counted once, whatever comes between`(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let capacity = [3, 200, 1_000, 16_384][Int(seed % 4)]
    var journal = FlowJournal(capacity: capacity)
    var table = FlowTable(options: FlowTableOptions(), prefixes: old.prefixes, captureStart: nil)
    var changeover = CatalogChangeover()
    var count = 0
    func end(_ flows: Int) {
      for number in count..<count + flows { journal.add(flow(number, by: old)) }
      count += flows
    }
    end(Int.random(in: 0..<2_000, using: &random))
    let empty = judge(new)
    let hasBegun = changeover.begin { empty }
    #expect(hasBegun && changeover.isUnderway)
    end(Int.random(in: 0..<300, using: &random))
    let arrival = wait(for: &changeover, &table, journal)
    #expect(arrival == .loaded)
    var turns = 0
    while !changeover.isReady || Bool.random(using: &random) {
      if Bool.random(using: &random) { end(Int.random(in: 0..<600, using: &random)) }
      _ = changeover.goOn(&table, nil, journal)
      turns += 1
      // However fast flows end, it gets there.
      try #require(turns < 200)
    }
    // As with the last drain.
    end(Int.random(in: 0..<100, using: &random))
    let taken = changeover.take(journal)
    let reassessed: UInt64
    var assessment: CaseAssessment
    (assessment, reassessed) = try #require(taken)
    let change = table.replace()
    #expect(!changeover.isUnderway && !changeover.isReady && change == (0, 0))
    let kept = Set(assessment.finish().findings.flatMap(\.flows).map(number))
    for number in count..<count + 500 { assessment.add(flow(number, by: new)) }

    let result = assessment.finish()
    let all = result.findings.flatMap(\.flows).map(number)
    #expect(Set(all).count == all.count)
    #expect(result.flowsByVerdict.values.reduce(0, +) == reassessed + 500)
    // Whatever the journal holds is among them.
    let held = (max(0, count - capacity)..<count).filter { flow($0, by: new).isWatched }
    #expect(held.allSatisfy(kept.contains) && reassessed >= min(count, capacity) && reassessed <= count)
    guard capacity >= count else { return }
    var model = judge(new)
    for number in 0..<count + 500 { model.add(flow(number, by: new)) }
    #expect(text(result) == text(model.finish()) && reassessed == count)
  }

  @Test func `a catalog that is refused leaves everything as it was`() throws {
    var journal = FlowJournal()
    for number in 0..<10 { journal.add(flow(number, by: old)) }
    var table = FlowTable(options: FlowTableOptions(), prefixes: old.prefixes, captureStart: nil)
    var changeover = CatalogChangeover()
    let hasBegun = changeover.begin { nil }
    #expect(hasBegun)
    let refused = wait(for: &changeover, &table, journal)
    #expect(refused == .refused)
    let nothing = changeover.take(journal)
    #expect(!changeover.isUnderway && !changeover.isReady && nothing == nil)
    // The next one finds nothing of it.
    let empty = judge(new)
    let hasBegunAgain = changeover.begin { empty }
    let loaded = wait(for: &changeover, &table, journal)
    let taken = changeover.take(journal)
    #expect(hasBegunAgain && loaded == .loaded && taken?.reassessed == 10)
  }

  @Test func `a journal that forgets goes on with what it holds`() {
    var journal = FlowJournal(capacity: 4)
    func read(from number: UInt64, limit: UInt64 = .max) -> (numbers: [Int64], next: UInt64) {
      var numbers: [Int64] = []
      let next = journal.read(from: number, limit: limit) { numbers.append($0.firstPacket.nanoseconds) }
      return (numbers, next)
    }
    #expect(read(from: 0) == ([], 0))
    for number in 0..<3 { journal.add(flow(number, by: old)) }
    #expect(read(from: 0, limit: 2) == ([0, 1], 2) && read(from: 2) == ([2], 3))
    for number in 3..<10 { journal.add(flow(number, by: old)) }
    #expect(journal.end == 10 && read(from: 2) == ([6, 7, 8, 9], 10))
    #expect(read(from: 2, limit: 1) == ([6], 7) && read(from: 10) == ([], 10))
  }
}
