import Packets

/// What stands in the table while flows go on.
extension FlowTable {
  /// Flows that go on, those that ended and were not drained too.
  public var standingFlowCount: UInt64 { UInt64(flows.count) }

  /// Those of them that are watched.
  public var watchedFlowCount: UInt64 { UInt64(watches.count) }

  /// Shows watched flows that go on, as they stand now.
  ///
  /// - Parameters:
  ///   - limit: How many are shown at most: those whose time comes last are left out.
  ///   - body: Receives each record; its `endReason` says nothing.
  /// - Complexity: O(n) in the flows that are shown.
  public mutating func showWatched(limit: Int, _ body: (FlowRecord) -> Void) {
    var left = limit
    for distance in 1...Int64(TimeWheel.turn) {
      for list in wheel.slot(at: distance, isWatched: true) {
        var handle = wheel[list]
        while handle != 0, left > 0 {
          if isReported(handle) {
            body(record(handle, .endOfInput))
            left -= 1
          }
          handle = flows[handle].next
        }
      }
    }
  }
}
