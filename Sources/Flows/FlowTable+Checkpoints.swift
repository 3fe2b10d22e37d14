import Packets

/// What is kept of watched flows while these go on.
extension FlowTable {
  /// Hands over the watched flows to which packets came since it gave them last, as they stand now; floods and other paths
  /// are judged by what is known of them by now.
  ///
  /// Only with `FlowTableOptions.tellsCheckpoints`, and right after `drain`. All records of one flow have the same
  /// `FlowRecord.checkpoint`, so that each takes the place of the one before: the last of them is the one that `drain` gives.
  ///
  /// - Parameters:
  ///   - limit: How many records are built at most; the others come with the next call.
  ///   - body: Receives each record, as `finish` would give it.
  /// - Complexity: O(n) in the watched flows that packets came to, of which no more than `limit` take more than a look.
  public mutating func takeCheckpoints(limit: Int, _ body: (FlowRecord) -> Void) {
    var (place, left) = (0, limit)
    while place < changed.count, left > 0 {
      let handle = changed[place]
      place += 1
      // A flow that ended meanwhile has told all in its record, and its place may be another's.
      guard flows[handle].isOpen, flows[handle].watch != 0, watches[flows[handle].watch].hasChanged else { continue }
      let watch = flows[handle].watch
      watches[watch].hasChanged = false
      guard isReported(handle) else { continue }
      if watches[watch].checkpoint == 0 {
        checkpointCount += 1
        watches[watch].checkpoint = checkpointCount
      }
      judgePaths(of: flows[handle])
      var record = record(handle, isOver(handle) ? .endOfFlow : .endOfInput)
      if isFlooded(handle) { record.markFlood() }
      body(record)
      left -= 1
    }
    changed.removeFirst(place)
  }

  /// Whether a flow whose originator sent SYNs only goes to a service that is flooded by now.
  private mutating func isFlooded(_ handle: UInt32) -> Bool {
    let flow = flows[handle]
    guard flow.ipProtocol == .tcp, flow.tcp.flags.isBareSYN, flow.state != 0,
      states[flow.state].evidence.originatorSentOnlySYNs
    else { return false }
    return floods.isFlooded(Endpoint(address: flow.destination, port: flow.destinationPort), at: flow.start)
  }

  /// Notes a watched flow to which a packet came.
  @inline(__always)
  mutating func noteChange(of handle: UInt32) {
    let watch = flows[handle].watch
    guard !watches[watch].hasChanged else { return }
    watches[watch].hasChanged = true
    changed.append(handle)
  }
}
