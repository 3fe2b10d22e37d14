import Catalog
import Flows

/// The latest watched flows that ended, kept to be assessed again when the catalog changes.
struct FlowJournal {
  /// Flows that are kept: some tens of megabytes.
  static let capacity = 16_384

  private var records: [FlowRecord] = []
  private var oldest = 0
  /// Flows that were kept once and are not any more.
  private(set) var forgotten: UInt64 = 0

  /// Keeps a flow.
  mutating func add(_ record: FlowRecord) {
    guard records.count == Self.capacity else { return records.append(record) }
    records[oldest] = record
    oldest = (oldest + 1) % Self.capacity
    forgotten += 1
  }

  /// Asks anew which entries cover the flows.
  ///
  /// - Parameters:
  ///   - catalog: The new catalog.
  ///   - body: Receives each flow, in the order in which they ended.
  func replay(with catalog: Catalog, _ body: (FlowRecord) -> Void) {
    for offset in records.indices {
      var record = records[(oldest + offset) % records.count]
      record.cover(by: catalog.prefixes, wasWatched: true)
      body(record)
    }
  }
}
