public import Catalog
public import Packets

/// A catalog that changes while flows go on.
///
/// ```
///   prepare ─► lookOn, lookOn, … ─► replace ─► takeProgress, takeProgress, …
///       (the catalog before)             (the new one)
/// ```
/// Most flows are not watched. Those that the new catalog covers are looked for beforehand, a piece at a time, so that
/// `replace` takes no longer than these are many. What covers watched flows is asked whenever it is wanted.
extension FlowTable {
  /// Begins to take another catalog's prefixes: until `replace` they change nothing.
  ///
  /// - Parameter prefixes: The prefixes of the new catalog; they take the place of others that were prepared.
  public mutating func prepare(_ prefixes: PrefixTable) {
    coming = ComingPrefixes(prefixes: prefixes, unseen: 1..<UInt64(flows.top) + 1)
  }

  /// Looks at more of the flows that go on.
  ///
  /// - Parameter limit: How many are looked at, at most.
  /// - Returns: Whether all have been, or nothing is prepared.
  /// - Complexity: O(`limit`); 16,384 take about a millisecond.
  public mutating func lookOn(limit: Int) -> Bool {
    guard var coming = self.coming.take() else { return true }
    for place in coming.unseen.prefix(limit) {
      let handle = UInt32(place)
      guard flows[handle].isOpen, flows[handle].watch == 0 else { continue }
      if coming.cover(flows[handle].source, flows[handle].destination) { coming.covered.append(handle) }
    }
    coming.unseen = coming.unseen.dropFirst(limit)
    defer { self.coming = coming }
    return coming.unseen.isEmpty
  }

  /// Takes the prefixes that were prepared.
  ///
  /// A flow that was not watched and is covered now ends and goes on in another record: what its packets before were, nobody
  /// looked at, so that no grade may rest on them. A watched flow that nothing covers any more ends as any other that
  /// nothing covers. To be called right after `drain`, whose records still speak of the old catalog; without prepared prefixes
  /// it does nothing.
  ///
  /// - Parameter time: A time of interest.
  /// - Returns: How many flows that go on are covered now and were not, and how many of them began before the time.
  /// - Complexity: O(n) in these flows, and in those that `lookOn` has not looked at.
  @discardableResult
  public mutating func replace(comparedWith time: Timestamp? = nil) -> (newlyCovered: Int, begunBefore: Int) {
    precondition(ended.isEmpty, "records of the old catalog wait to be drained")
    _ = lookOn(limit: .max)
    guard let coming = self.coming.take() else { return (0, 0) }
    prefixes = coming.prefixes
    toldBefore = 1..<UInt64(flows.top) + 1
    var (newlyCovered, begunBefore) = (0, 0)
    // A place may have become another flow's since, which may stand here too.
    for handle in coming.covered where flows[handle].isOpen && flows[handle].watch == 0 {
      guard coming.cover(flows[handle].source, flows[handle].destination) else { continue }
      newlyCovered += 1
      if time.map({ flows[handle].start < $0 }) ?? true { begunBefore += 1 }
      end(handle, hash: flows[handle].key.hash(seed: seed), .endOfFlow)
    }
    return (newlyCovered, begunBefore)
  }
}

/// The prefixes of another catalog, and the flows that they will cover.
struct ComingPrefixes {
  let prefixes: PrefixTable
  /// Handles of flows that were there before and are yet to be looked at.
  var unseen: Range<UInt64>
  /// Flows that were not watched and were covered when they were looked at; they may have ended since.
  var covered: [UInt32] = []

  /// Whether either address is covered.
  @inline(__always)
  func cover(_ source: IPAddress, _ destination: IPAddress) -> Bool {
    prefixes.covers(of: source) != .empty || prefixes.covers(of: destination) != .empty
  }

  /// Takes note of a flow that begins and is not watched.
  @inline(never)
  mutating func begin(_ handle: UInt32, _ source: IPAddress, _ destination: IPAddress) {
    if !unseen.contains(UInt64(handle)), cover(source, destination) { covered.append(handle) }
  }
}
