import Catalog
import Flows

/// How the case counts the sensors and files that the flows of each run count by themselves.
struct FlowPlaces {
  private let runs: StoredRuns
  private let sensors: [Int64: [Int]]
  private let sensorCount: Int

  /// Lays the runs' sensors beside those of the case.
  ///
  /// - Parameters:
  ///   - runs: The runs.
  ///   - sensors: The ids of the sensors of the case.
  init(_ runs: StoredRuns, sensors: [String]) {
    self.runs = runs
    sensorCount = sensors.count
    self.sensors = runs.facts.mapValues { facts in facts.sensors.map { sensors.firstIndex(of: $0) ?? sensors.count } }
  }

  /// Counts sensor and file of a flow by the case.
  func fill(_ flow: inout StoredFlow) {
    let own = sensors[flow.run] ?? []
    // A flow of a run without sensors, in a case with some, has none of them.
    flow.record.sensor = flow.record.sensor < own.count ? own[flow.record.sensor] : sensorCount
    if let file = flow.record.citations?.file { flow.record.citations?.file = runs.file(file, of: flow.run) }
  }
}

extension StoredFlow {
  /// The flow as a catalog sees it.
  func covered(by catalog: Catalog) -> StoredFlow {
    var flow = self
    flow.record.cover(by: catalog.prefixes, wasWatched: marks.isWatched)
    return flow
  }
}
