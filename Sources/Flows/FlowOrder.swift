import Packets

/// The order of records that are drained together: by first packet, then by what makes the flow.
///
/// The same for a flow in the table and for its record, so that the records of several tables can be merged.
public struct FlowOrder: Comparable, Sendable {
  let start: Timestamp
  let source: Endpoint
  let destination: Endpoint
  let ipProtocol: IPProtocol
  let vlan: VLANTags
  let sensor: Int
  let scope: ScopeDigest

  /// Whether a flow comes first.
  public static func < (a: FlowOrder, b: FlowOrder) -> Bool {
    if a.start != b.start { return a.start < b.start }
    if a.source != b.source { return a.source < b.source }
    if a.destination != b.destination { return a.destination < b.destination }
    if a.ipProtocol != b.ipProtocol { return a.ipProtocol.rawValue < b.ipProtocol.rawValue }
    if a.vlan.outer != b.vlan.outer { return a.vlan.outer < b.vlan.outer }
    if a.vlan.inner != b.vlan.inner { return a.vlan.inner < b.vlan.inner }
    return a.sensor != b.sensor ? a.sensor < b.sensor : a.scope < b.scope
  }
}

extension FlowOrder {
  /// The order of a record.
  ///
  /// - Parameter record: A record that a table drained.
  public init(_ record: FlowRecord) {
    self.init(
      start: record.start, source: record.responderBegan ? record.responder : record.originator,
      destination: record.responderBegan ? record.originator : record.responder, ipProtocol: record.ipProtocol,
      vlan: record.vlan, sensor: record.sensor, scope: record.scope)
  }
}

/// An order of elements by numbers of 64 bits: what orders them, cut to its 32 leading bits, above 32 bits that name them.
///
/// Sorting numbers compares no more than numbers; only runs that the leading bits do not tell apart are left to be ordered.
enum SortKeys {
  /// The keys of elements, sorted.
  static func order(of elements: [UInt32], _ value: (UInt32) -> Int64) -> [UInt64] {
    var (first, last) = (Int64.max, Int64.min)
    for element in elements { (first, last) = (min(first, value(element)), max(last, value(element))) }
    let shift = UInt64(max(0, 32 - UInt64(bitPattern: last &- first).leadingZeroBitCount))
    var keys: [UInt64] = []
    keys.reserveCapacity(elements.count)
    for element in elements {
      keys.append((UInt64(bitPattern: value(element) &- first) >> shift) << 32 | UInt64(element))
    }
    keys.sort()
    return keys
  }

  /// The element that a key names.
  static func element(_ key: UInt64) -> UInt32 { UInt32(truncatingIfNeeded: key) }

  /// Calls a function with the places in the order of each run of elements that are not told apart.
  static func forEachRun(of order: [UInt64], _ body: (Range<Int>) -> Void) {
    var start = 0
    while start < order.count {
      var end = start + 1
      while end < order.count, order[end] >> 32 == order[start] >> 32 { end += 1 }
      body(start..<end)
      start = end
    }
  }
}
