public import Catalog
public import Flows

/// Says what flows are, one at a time: a pure function of flow, catalog and sensors.
///
/// Safe to use from any thread.
public struct FlowJudge: Sendable {
  private let table: DecisionTable
  private let sensors: [Sensor]

  /// The catalog.
  public var catalog: Catalog { table.catalog }

  /// Makes a judge.
  ///
  /// - Parameters:
  ///   - catalog: The catalog.
  ///   - sensors: The sensors, as `FlowRecord.sensor` counts them; empty if not known.
  public init(catalog: Catalog, sensors: [Sensor]) { self.init(DecisionTable(catalog: catalog), sensors) }

  init(_ table: DecisionTable, _ sensors: [Sensor]) {
    self.table = table
    self.sensors = sensors
  }

  /// Assesses one finished flow.
  ///
  /// - Parameter record: The flow.
  /// - Returns: The verdict on it.
  /// - Complexity: O(1) and no allocation for a flow that nothing covers, else O(k²) in the entries that cover it.
  public func assess(_ record: FlowRecord) -> FlowAssessment {
    let isProxied =
      sensors.indices.contains(record.sensor)
      ? sensors[record.sensor].vantage == .proxied : sensors.contains { $0.vantage == .proxied }
    return table.assess(inUTC(record), limits: isProxied ? [.vantage] : [])
  }

  /// The flow with the times that a sound clock would have given: claims and lists are dated in UTC (methodology 1.2).
  private func inUTC(_ record: FlowRecord) -> FlowRecord {
    guard sensors.indices.contains(record.sensor), let offset = sensors[record.sensor].clock?.offset, offset != 0
    else { return record }
    var record = record
    record.firstPacket = record.firstPacket.advanced(by: 0 &- offset)
    record.lastPacket = record.lastPacket.advanced(by: 0 &- offset)
    record.continuedFrom = record.continuedFrom?.advanced(by: 0 &- offset)
    return record
  }

  /// Assesses one finished flow, and joins it and the verdict.
  ///
  /// - Parameter record: The flow.
  /// - Returns: The flow with the verdict on it.
  /// - Complexity: As that of `assess`, and an allocation.
  public func assessed(_ record: FlowRecord) -> AssessedFlow {
    AssessedFlow(record: record, assessment: assess(record))
  }
}
