import Flows
import Packets

/// The first so many flows in time order, whatever the order in which they come: a heap whose root is the latest kept.
struct EarliestFlows: Sendable {
  private var heap: [AssessedFlow] = []
  private let limit: Int

  /// Makes an empty list.
  ///
  /// - Parameter limit: How many flows to keep; at least one is kept.
  init(limit: Int) { self.limit = max(1, limit) }

  /// The flows kept, in time order.
  var sorted: [AssessedFlow] { heap.sorted { $0.record.precedes($1.record) } }

  /// Offers a flow.
  ///
  /// - Complexity: O(log n) in the flows kept, O(1) for a flow later than all of them once the list is full.
  mutating func insert(_ flow: AssessedFlow) {
    if heap.count < limit {
      heap.append(flow)
      var child = heap.count - 1
      while child > 0, isLater(child, than: (child - 1) / 2) {
        heap.swapAt(child, (child - 1) / 2)
        child = (child - 1) / 2
      }
    } else if flow.record.precedes(heap[0].record) {
      heap[0] = flow
      var parent = 0
      while true {
        let children = [2 * parent + 1, 2 * parent + 2].filter { $0 < heap.count }
        guard let latest = children.max(by: { isLater($1, than: $0) }), isLater(latest, than: parent) else { return }
        heap.swapAt(parent, latest)
        parent = latest
      }
    }
  }

  private func isLater(_ one: Int, than other: Int) -> Bool {
    // Nearly always the times tell, and the flows need not be copied to be compared.
    let (time, otherTime) = (heap[one].record.firstPacket, heap[other].record.firstPacket)
    return time != otherTime ? time > otherTime : heap[other].record.precedes(heap[one].record)
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
