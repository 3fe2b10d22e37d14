import Capture
import Catalog
import Foundation
import GRDB
import Packets

/// The runs of a case that readers see, with what their flows count by.
struct StoredRuns {
  /// The captures of all runs in canonical order, each with the id of its sensor.
  private(set) var inputs: [(input: CaptureInput, sensor: String?)] = []
  /// What each run says, by its id.
  private(set) var facts: [Int64: RunFacts] = [:]
  /// The run that came last; 0 in an empty case.
  private(set) var latest: Int64 = 0
  /// The runs of interfaces that go on, or were cut.
  private(set) var withoutEnd: Set<Int64> = []
  /// The time from the first to the last packet of each run.
  private var spans = RunSpans([:])
  /// The place in `inputs` of each capture of a run.
  private var files: [Int64: [UInt32]] = [:]

  /// Reads the runs.
  ///
  /// - Parameter db: The case.
  /// - Throws: What SQLite says, or what reading a row does.
  init(_ db: Database) throws {
    let decoder = JSONDecoder()
    for row in try Row.fetchAll(
      db, sql: "SELECT id, facts, state FROM run WHERE \(CaseSchema.visibleStates) ORDER BY id")
    {
      latest = try row.value(0)
      if try row.value(2) != "complete" { withoutEnd.insert(latest) }
      facts[latest] = try decoder.decode(RunFacts.self, from: try row.value(1) as Data)
    }
    var captures: [(run: Int64, position: Int, input: CaptureInput, sensor: String?)] = []
    let rows = try Row.fetchAll(db, sql: "SELECT run, position, sensor, facts FROM capture ORDER BY run, position")
    for row in rows {
      let (run, position): (Int64, Int) = (try row.value(0), try row.value(1))
      let capture = try decoder.decode(StoredCapture.self, from: try row.value(3) as Data)
      // Places are counted from 0 in each run.
      guard rows.indices.contains(position) else {
        throw CaseError(.notACase, "The case is damaged: '\(capture.input.name)' has no place in its run.")
      }
      captures.append((run, position, capture.input, try row.value(2)))
    }
    // As `CaptureSource` orders them; the sort is stable in what follows the names.
    let order = captures.indices.sorted { a, b in
      let (one, other) = (captures[a].input, captures[b].input)
      if one.firstFrame != other.firstFrame {
        return one.firstFrame != nil && (other.firstFrame.map { one.firstFrame ?? $0 < $0 } ?? true)
      }
      if one.name != other.name { return one.name.utf8.lexicographicallyPrecedes(other.name.utf8) }
      return (one.sha256 ?? "") < (other.sha256 ?? "")
    }
    var spans: [Int64: ClosedRange<Timestamp>] = [:]
    for (place, index) in order.enumerated() {
      let capture = captures[index]
      inputs.append((capture.input, capture.sensor))
      if let first = capture.input.firstPacket, let last = capture.input.lastPacket, first <= last {
        let known = spans[capture.run] ?? first...last
        spans[capture.run] = min(known.lowerBound, first)...max(known.upperBound, last)
      }
      var own = files[capture.run] ?? []
      while own.count <= capture.position { own.append(0) }
      own[capture.position] = UInt32(place)
      files[capture.run] = own
    }
    self.spans = RunSpans(spans)
  }

  /// Whether another run has packets at a time at which a flow of a run may go on.
  ///
  /// - Parameters:
  ///   - run: The run.
  ///   - last: The flow's last packet.
  ///   - timeout: Nanoseconds without a packet that end it.
  /// - Returns: Whether any other run can hold the rest of the flow.
  /// - Complexity: O(log n) in the runs.
  func mayGoOn(_ run: Int64, after last: Timestamp, _ timeout: Int64) -> Bool {
    spans.hasOther(than: run, after: last, within: timeout)
  }

  /// The place of a run's capture in `inputs`.
  func file(_ position: UInt32, of run: Int64) -> UInt32 {
    let own = files[run] ?? []
    return Int(position) < own.count ? own[Int(position)] : 0
  }

  /// The sensors of the case in the catalog's order.
  ///
  /// - Parameter catalog: The catalog.
  /// - Returns: The sensors.
  /// - Throws: `CaseError` with code `refused` if it lacks one: what a sensor could see must be known.
  func sensors(in catalog: Catalog) throws -> [Sensor] {
    let ids = Set(facts.values.flatMap(\.sensors))
    let sensors = catalog.sensors.filter { ids.contains($0.id) }
    if let missing = ids.subtracting(sensors.map(\.id)).sorted().first {
      throw CaseError(
        .refused, "The catalog has no sensor '\(missing)', at which captures of the case were taken; add it.")
    }
    return sensors
  }
}
