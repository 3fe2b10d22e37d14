import Flows
import Packets

/// The first so many flows in time order, whatever the order in which they come: a heap whose root is the latest kept.
struct EarliestFlows: Sendable {
  /// When a flow kept began, and where it stands in `flows`: what the heap moves about instead of the flows themselves.
  private struct Entry: Sendable {
    let start: Timestamp
    let place: Int
  }

  private var flows: [AssessedFlow] = []
  private var heap: [Entry] = []
  private let limit: Int

  /// Makes an empty list.
  ///
  /// - Parameter limit: How many flows to keep; at least one is kept.
  init(limit: Int) { self.limit = max(1, limit) }

  /// The flows kept, in time order.
  var sorted: [AssessedFlow] { heap.sorted { isLater($1, than: $0) }.map { flows[$0.place] } }

  /// Offers a flow.
  ///
  /// - Complexity: O(log n) in the flows kept, O(1) for a flow later than all of them once the list is full.
  mutating func insert(_ flow: AssessedFlow) {
    let start = flow.record.firstPacket
    if heap.count < limit {
      heap.append(Entry(start: start, place: flows.count))
      flows.append(flow)
      var child = heap.count - 1
      while child > 0, isLater(heap[child], than: heap[(child - 1) / 2]) {
        heap.swapAt(child, (child - 1) / 2)
        child = (child - 1) / 2
      }
    } else if start <= heap[0].start, flow.record.precedes(flows[heap[0].place].record) {
      flows[heap[0].place] = flow
      heap[0] = Entry(start: start, place: heap[0].place)
      var parent = 0
      while true {
        let children = [2 * parent + 1, 2 * parent + 2].filter { $0 < heap.count }
        guard let latest = children.max(by: { isLater(heap[$1], than: heap[$0]) }),
          isLater(heap[latest], than: heap[parent])
        else { return }
        heap.swapAt(parent, latest)
        parent = latest
      }
    }
  }

  private func isLater(_ one: Entry, than other: Entry) -> Bool {
    one.start != other.start
      ? one.start > other.start : flows[other.place].record.precedes(flows[one.place].record)
  }
}

extension FlowRecord {
  /// Orders flows by time; of flows at the same time by what tells them apart, so that the order is always the same.
  func precedes(_ other: FlowRecord) -> Bool {
    if firstPacket != other.firstPacket { return firstPacket < other.firstPacket }
    if lastPacket != other.lastPacket { return lastPacket < other.lastPacket }
    if originator != other.originator { return originator < other.originator }
    if responder != other.responder { return responder < other.responder }
    if sensor != other.sensor { return sensor < other.sensor }
    if scope != other.scope { return scope < other.scope }
    return (ipProtocol.rawValue, vlan.outer, vlan.inner, citations?.file ?? 0, citations?.first ?? 0)
      < (
        other.ipProtocol.rawValue, other.vlan.outer, other.vlan.inner, other.citations?.file ?? 0,
        other.citations?.first ?? 0
      )
  }
}
