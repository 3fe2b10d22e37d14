import Packets

extension FlowTable {
  /// How long a TCP flow lasts without a packet once it is reset or closed, or while it is no more than a handshake:
  /// methodology T12; Zeek's `tcp_inactivity_timeout` does not apply before a handshake either.
  static var shortTCPTimeout: Int64 { 60_000_000_000 }

  /// Nanoseconds without a packet after which a flow ends.
  func idleTimeout(_ handle: UInt32) -> Int64 {
    switch flows[handle].first.ipProtocol {
    case .tcp: isShortLived(handle) ? min(options.tcpIdleTimeout, Self.shortTCPTimeout) : options.tcpIdleTimeout
    case .udp: options.udpIdleTimeout
    case .icmp, .icmpv6: options.icmpIdleTimeout
    default: options.otherIdleTimeout
    }
  }

  private func isShortLived(_ handle: UInt32) -> Bool {
    guard let tcp = connection(handle) else {
      return !flows[handle].first.tcp.flags.isDisjoint(with: [.syn, .fin, .rst])
    }
    return connections[tcp].isOver || connections[tcp].isEmbryonic
  }

  /// Whether a flow's end was seen.
  func isOver(_ handle: UInt32) -> Bool {
    guard flows[handle].first.ipProtocol == .tcp else { return false }
    guard let tcp = connection(handle) else {
      return !flows[handle].first.tcp.flags.isDisjoint(with: [.fin, .rst])
    }
    return connections[tcp].isOver
  }

  private func connection(_ handle: UInt32) -> UInt32? {
    let state = flows[handle].state
    guard state != 0, states[state].tcp != 0 else { return nil }
    return states[state].tcp
  }

  /// Time of a flow's latest packet.
  func lastPacket(_ handle: UInt32) -> Timestamp {
    let state = flows[handle].state
    return state == 0 ? flows[handle].first.timestamp : states[state].last
  }

  func deadline(_ handle: UInt32) -> Timestamp { lastPacket(handle).adding(idleTimeout(handle)) }

  /// Why a flow ends before a packet of the same endpoints; nothing if the packet belongs to it.
  func reasonToEnd(_ handle: UInt32, before packet: borrowing Packet, key: FlowKey) -> FlowEndReason? {
    if packet.timestamp >= deadline(handle) { return isOver(handle) ? .endOfFlow : .idle }
    guard packet.ipProtocol == .tcp, packet.tcp.flags.contains(.syn) else { return nil }
    let isForward = flows[handle].isForward(key)
    if let tcp = connection(handle) {
      return connections[tcp].isReuse(TCPSegment(packet), fromSource: isForward) ? .endOfFlow : nil
    }
    return TCPConnection.isReuse(TCPSegment(packet), after: TCPSegment(flows[handle].first), fromSource: isForward)
      ? .endOfFlow : nil
  }

  /// Turns the wheel to a packet's time and ends the flows whose time has come, in the order of their deadlines.
  mutating func advance(to time: Timestamp) {
    let passed = wheel.advance(to: time)
    guard passed > 0 else { return }
    for distance in Int64(1 - passed)...0 {
      for isWatched in [false, true] { visit(wheel.slot(at: distance, isWatched: isWatched)) }
    }
    endDue()
  }

  /// Ends the collected flows in the order of their deadlines; those that lie ahead, at the input's end, are one moment.
  mutating func endDue() {
    guard !due.isEmpty else { return }
    var batch: [(deadline: Timestamp, handle: UInt32)] = []
    swap(&batch, &due)
    let now = wheel.now
    batch.sort {
      flows[$0.handle].isIdleLonger(min($0.deadline, now), than: flows[$1.handle], min($1.deadline, now))
    }
    for (deadline, handle) in batch {
      let reason = isOver(handle) ? FlowEndReason.endOfFlow : deadline <= now ? .idle : .endOfInput
      end(handle, hash: flows[handle].key.hash(seed: seed), reason)
    }
    batch.removeAll(keepingCapacity: true)
    swap(&batch, &due)
  }

  private mutating func visit(_ slot: UInt16) {
    var handle = wheel[slot]
    wheel[slot] = 0
    while handle != 0 {
      let next = flows[handle].next
      let deadline = deadline(handle)
      link(handle, deadline: deadline)
      if deadline <= wheel.now { due.append((deadline: deadline, handle: handle)) }
      handle = next
    }
  }

  /// Puts a flow into the slot of its deadline.
  mutating func link(_ handle: UInt32, deadline: Timestamp) {
    let slot = wheel.slot(of: deadline, isWatched: flows[handle].watch != 0)
    let head = wheel[slot]
    flows[handle].slot = slot
    flows[handle].next = head
    flows[handle].previous = 0
    if head != 0 { flows[head].previous = handle }
    wheel[slot] = handle
  }

  mutating func unlink(_ handle: UInt32) {
    let (next, previous) = (flows[handle].next, flows[handle].previous)
    if next != 0 { flows[next].previous = previous }
    if previous != 0 { flows[previous].next = next } else { wheel[flows[handle].slot] = next }
  }

  /// Gives up the flow whose time would come next, an unwatched one if there is any: about the one idle longest.
  mutating func giveUpOne() {
    for isWatched in [false, true] {
      for distance in 1...Int64(TimeWheel.turn) {
        let slot = wheel.slot(at: distance, isWatched: isWatched)
        var victim: UInt32 = 0
        var handle = wheel[slot]
        while handle != 0 {
          let next = flows[handle].next
          let deadline = deadline(handle)
          if wheel.slot(of: deadline, isWatched: isWatched) == slot {
            if victim == 0 || flows[handle].isIdleLonger(deadline, than: flows[victim], self.deadline(victim)) {
              victim = handle
            }
          } else {
            unlink(handle)
            link(handle, deadline: deadline)
          }
          handle = next
        }
        guard victim != 0 else { continue }
        counts.evictedFlows &+= 1
        end(victim, hash: flows[victim].key.hash(seed: seed), .lackOfResources)
        return
      }
    }
  }
}

extension Flow {
  /// An order of flows that depends on nothing but them: by first packet, then by endpoints.
  func precedes(_ other: Flow) -> Bool {
    if first.timestamp != other.first.timestamp { return first.timestamp < other.first.timestamp }
    let (a, b) = (key, other.key)
    if a.source != b.source { return a.source < b.source }
    if a.destination != b.destination { return a.destination < b.destination }
    if a.ipProtocol != b.ipProtocol { return a.ipProtocol.rawValue < b.ipProtocol.rawValue }
    if a.vlan.outer != b.vlan.outer { return a.vlan.outer < b.vlan.outer }
    return a.vlan.inner < b.vlan.inner
  }

  func isIdleLonger(_ deadline: Timestamp, than other: Flow, _ otherDeadline: Timestamp) -> Bool {
    deadline != otherDeadline ? deadline < otherDeadline : precedes(other)
  }
}
