package import Assessment
package import Capture
package import Catalog
import Flows
import Foundation
import GRDB
package import Packets

/// A case as a catalog sees it: what a report says of it.
package struct AssessedCase: Sendable {
  /// The captures in canonical order.
  package var inputs: [CaptureInput] = []
  /// The sensors, each with indexes into `inputs`; empty where none is known.
  package var sensors: [(sensor: Sensor, inputs: [Int])] = []
  /// The sums of the runs.
  package var facts = RunFacts()
  /// Catalogs that took the place of others while captures went on.
  package var catalogReplacements: [CatalogReplacement] = []
  /// Findings and figures.
  package var result: CaseAssessment.Result
  /// The run that was completed last.
  package var latestRun: Int64 = 0
  /// What is said of each watched flow, by its id in the store.
  var verdicts: [(flow: Int64, assessment: FlowAssessment)] = []
}

extension CaseStore {
  /// Assesses every flow of the case.
  ///
  /// - Parameters:
  ///   - catalog: The catalog; any, not only that with which captures were read.
  ///   - context: What the case is held against and how much is listed; what follows from the case is filled in.
  ///   - since: Only flows with a packet of then or later; nothing for all. Inputs and packets are those of the whole case.
  /// - Returns: The case.
  /// - Throws: `CaseError`; with code `refused` if the catalog lacks a sensor of the case.
  /// - Complexity: O(n) in the flows, without reading more of unwatched ones than their columns.
  package func assess(
    _ catalog: Catalog, context: AssessmentContext, since: Timestamp? = nil
  ) throws(CaseError) -> AssessedCase {
    try read { try Self.assess($0, catalog, context, since) }
  }

  private static func assess(
    _ db: Database, _ catalog: Catalog, _ context: AssessmentContext, _ since: Timestamp?
  ) throws -> AssessedCase {
    let runs = try StoredRuns(db)
    let sensors = try runs.sensors(in: catalog)
    var whole = AssessedCase(result: CaseAssessment.Result())
    for facts in runs.facts.values { whole.facts.add(facts) }
    whole.catalogReplacements = try CatalogReplacement.all(db)
    let begin = since?.nanoseconds ?? .min
    whole.inputs = runs.inputs.map(\.input)
    whole.latestRun = runs.latest
    whole.sensors = sensors.map { sensor in
      (sensor, runs.inputs.indices.filter { runs.inputs[$0].sensor == sensor.id })
    }

    var assessment = CaseAssessment(
      catalog: catalog, context: complete(context, whole, sensors))
    let places = FlowPlaces(runs, sensors: sensors.map(\.id))
    var unexamined: UInt64 = 0
    let joiner = try FlowJoiner(db, runs, places)
    let parts = Set(joiner.chains.flatMap { $0.map(\.id) })
    func add(_ flow: StoredFlow, parts: [StoredFlow]) {
      let verdict = assessment.add(flow.record)
      guard flow.record.isWatched else { return }
      if !parts.allSatisfy(\.marks.isWatched) { unexamined += 1 }
      for part in parts { whole.verdicts.append((part.id, verdict)) }
    }
    var tally = UnwatchedTally(catalog: catalog)
    let rows = try Row.fetchCursor(db, sql: "SELECT \(StoredFlow.columns) FROM flow")
    while let row = try rows.next() {
      guard try runs.facts[row.value(1)] != nil, try !parts.contains(row.value(0)) else { continue }
      guard try row.value(3) as Int64 >= begin else {
        whole.facts.flows -= 1
        continue
      }
      let marks = FlowMarks(rawValue: try row.value(8))
      let (originator, responder) = (try IPAddress(column: row[4]), try IPAddress(column: row[5]))
      guard
        marks.isWatched || catalog.prefixes.covers(of: originator) != .empty
          || catalog.prefixes.covers(of: responder) != .empty
      else {
        tally.add(marks.flow(originator, responder))
        continue
      }
      var flow = try StoredFlow(row)
      places.fill(&flow)
      add(flow.covered(by: catalog), parts: [flow])
    }
    for chain in joiner.chains {
      let isWanted = chain.last?.record.lastPacket.nanoseconds ?? .min >= begin
      if isWanted { add(chain.map { $0.covered(by: catalog) }.joined, parts: chain) }
      whole.facts.flows -= UInt64(chain.count - (isWanted ? 1 : 0))
    }
    assessment.add(tally)
    for facts in runs.facts.values {
      if let fields = facts.unwatched { assessment.add(try UnwatchedTally(fields: fields, catalog: catalog)) }
    }
    whole.result = assessment.finish()
    for (run, facts) in runs.facts.sorted(by: { $0.key < $1.key }) {
      whole.result.notShown += facts.live?.limits(of: run, isOver: !runs.withoutEnd.contains(run)) ?? []
    }
    if let since {
      whole.result.notShown.append(
        "What came before \(since): flows whose last packet is older are left out. Inputs, packets and flows that are "
          + "kept as a sum are those of the whole case.")
    }
    if unexamined > 0 {
      whole.result.notShown.append(
        "What \(unexamined) flow(s) prove beyond E2: no entry covered them when their captures were read, so that their "
          + "packets were not examined as those of watched flows are. Analyze the captures in a new case to see it.")
    }
    return whole
  }

  private static func complete(
    _ context: AssessmentContext, _ whole: AssessedCase, _ sensors: [Sensor]
  ) -> AssessmentContext {
    var context = context
    context.sensors = sensors
    context.clockOffsetIsKnown = !sensors.isEmpty && sensors.allSatisfy { $0.clock != nil }
    context.inputsAreHashed = whole.inputs.allSatisfy { $0.sha256 != nil }
    context.inputsAreDamaged = whole.inputs.contains { $0.damage != nil }
    context.packets = whole.facts.packets
    context.evictedFlows = whole.facts.evictedFlows
    context.cutStreams = whole.facts.cutStreams
    context.unrecordedGuesses = whole.facts.unrecordedGuesses
    context.interfaceDrops = AssessmentContext.drops(of: whole.inputs.map(\.interfaceDrops))
    context.inputs = whole.inputs.map {
      InputFacts(
        name: $0.name, interfaceDrops: $0.interfaceDrops, untimedPackets: $0.untimedCount, absences: $0.absences,
        firstPacket: $0.firstPacket, lastPacket: $0.lastPacket)
    }
    return context
  }
}

extension [StoredFlow] {
  /// The flow of which these are the parts; it was examined only as far as every part was.
  var joined: StoredFlow {
    var whole = self[0]
    for part in dropFirst() { whole.record = whole.record.joined(with: part.record) }
    return whole
  }
}
