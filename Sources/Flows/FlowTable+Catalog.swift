public import Catalog
public import Packets

/// A catalog that changes while flows go on.
extension FlowTable {
  /// Takes another catalog's prefixes: what flows are covered by is asked anew.
  ///
  /// A flow that was not watched and is covered now ends and goes on in another record: what its packets before were, nobody
  /// looked at, so that no grade may rest on them. A watched flow that nothing covers any more ends as any other that
  /// nothing covers. To be called right after `drain`, whose records still speak of the old catalog.
  ///
  /// - Parameters:
  ///   - prefixes: The prefixes of the new catalog.
  ///   - time: A time of interest.
  /// - Returns: How many flows that go on are covered now and were not, and how many of them began before the time.
  /// - Complexity: O(n) in the flows.
  @discardableResult
  public mutating func replace(
    _ prefixes: PrefixTable, comparedWith time: Timestamp? = nil
  ) -> (newlyCovered: Int, begunBefore: Int) {
    precondition(ended.isEmpty, "records of the old catalog wait to be drained")
    self.prefixes = prefixes
    var newlyCovered: [UInt32] = []
    for distance in 1...Int64(TimeWheel.turn) {
      forEach(of: wheel.slot(at: distance, isWatched: true)) { table, handle in
        let watch = table.flows[handle].watch
        table.watches[watch].source = prefixes.covers(of: table.flows[handle].source).rawValue
        table.watches[watch].destination = prefixes.covers(of: table.flows[handle].destination).rawValue
        // What was told was told of the old catalog.
        table.watches[watch].toldGrade = 0
        if table.options.tellsProgress, !table.watches[watch].hasProgress {
          table.watches[watch].hasProgress = true
          table.progressed.append(handle)
        }
      }
      forEach(of: wheel.slot(at: distance, isWatched: false)) { table, handle in
        let flow = table.flows[handle]
        if prefixes.covers(of: flow.source) != .empty || prefixes.covers(of: flow.destination) != .empty {
          newlyCovered.append(handle)
        }
      }
    }
    let begunBefore = newlyCovered.count { handle in time.map { flows[handle].start < $0 } ?? true }
    for handle in newlyCovered { end(handle, hash: flows[handle].key.hash(seed: seed), .endOfFlow) }
    return (newlyCovered.count, begunBefore)
  }

  private mutating func forEach(of slot: UInt16, _ body: (inout FlowTable, UInt32) -> Void) {
    var handle = wheel[slot]
    while handle != 0 {
      let next = flows[handle].next
      body(&self, handle)
      handle = next
    }
  }
}
