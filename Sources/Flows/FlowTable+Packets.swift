import Catalog
import Packets

extension FlowTable {
  /// Finds the flow of a key.
  ///
  /// - Parameters:
  ///   - key: The key.
  ///   - hash: Its hash.
  ///   - guess: A flow that most likely is the one, for which the slots need not be gone through again; 0 for none.
  /// - Returns: The flow; 0 for none.
  @inline(__always)
  mutating func find(_ key: FlowKey, _ hash: UInt32, guess: UInt32) -> UInt32 {
    // Of the flows of a key only one is open, and the index holds it.
    if guess != 0, flows[guess].isOpen, flows[guess].matches(key) { return guess }
    let handle = index.find(hash) { flows[$0].matches(key) }
    return handle != 0 || !index.isGrowing ? handle : findOld(key, hash)
  }

  // Mutating, for the table would be copied to be asked out of line.
  @inline(never)
  private mutating func findOld(_ key: FlowKey, _ hash: UInt32) -> UInt32 {
    index.findOld(hash) { flows[$0].matches(key) }
  }

  /// Makes the flow of a first packet, which is lent, not changed; room is made if there is none.
  mutating func begin(
    _ packet: inout Packet, key: FlowKey, hash: UInt32, file: UInt32, number: UInt64, scope: PacketScope
  ) -> UInt32 {
    // Before room is made: the flow given up may be the outer one.
    let tunnel = scope.depth > 0 ? beginTunnel(scope) : 0
    if index.count >= capacity { giveUpOne() }
    var marks: Flow.Marks = []
    if ServerPorts.flips(key, flags: packet.tcp.flags) {
      marks.formUnion([.sourceIsResponder, .isHint, .beganFlipped])
    }
    if coverage.requestMayPrecede(packet.timestamp, forgotten: lastGivenUp) { marks.insert(.requestMayPrecede) }
    meterBegin(packet)
    let sensor = scopes.sensor(of: key.scope)
    if localNetworks[sensor].contains(key.source.address) { marks.insert(.sourceIsLocal) }
    if localNetworks[sensor].contains(key.destination.address) { marks.insert(.destinationIsLocal) }
    let source = prefixes.covers(of: key.source.address)
    let destination = prefixes.covers(of: key.destination.address)
    var watch: UInt32 = 0
    if source != .empty || destination != .empty || isFromTrustedProxy(key) {
      if openWatches >= watchCapacity { _ = giveUpOne(isWatched: true) }
      openWatches &+= 1
      var begun = Watch(file: file, first: number, last: number)
      begun.isPart = givenUp.mayHoldMore(of: key, since: packet.timestamp, timeout: options.longestTimeout)
      watch = watches.allocate(begun) ?? 0
    }
    let flow = Flow(packet, key: key, marks: marks, watch: watch, tunnel: tunnel)
    // Never nothing: the capacity is below the number of handles, and there is room.
    guard let handle = flows.allocate(flow) else { preconditionFailure("the flow table has more flows than handles") }
    index.insert(hash, handle)
    link(handle, deadline: packet.timestamp.adding(idleTimeout(handle)))
    if watch == 0 { coming?.begin(handle, key.source.address, key.destination.address) }
    return handle
  }

  /// Whether a flow may carry what a trusted proxy reports.
  @inline(__always)
  private func isFromTrustedProxy(_ key: FlowKey) -> Bool {
    let sensor = scopes.sensor(of: key.scope)
    guard !trustedProxies[sensor].isEmpty, key.ipProtocol == .tcp else { return false }
    return trustedProxies[sensor].contains(key.source.address)
      || trustedProxies[sensor].contains(key.destination.address)
  }

  /// Makes what a flow needs from its second packet on.
  mutating func makeState(_ handle: UInt32) {
    let start = flows[handle].start
    var state = FlowState(start: start)
    if flows[handle].ipProtocol == .tcp, flows[handle].marks.contains(.beganFlipped) {
      // The first letter of a history needs no pool.
      state.connection.common.history.append(.flip, &pools)
    }
    flows[handle].state = states.allocate(state) ?? 0
  }

  /// Makes what a flow needs from its second packet on or at its end, of whose first packet nothing was kept but itself.
  mutating func makeStateAfterFirst(_ handle: UInt32) {
    if flows[handle].beganWithPlainSYN, flows[handle].watch == 0 {
      flows[handle].state = states.allocate(FlowState(afterSYNOf: flows[handle])) ?? 0
      return
    }
    makeState(handle)
    var packet = flows[handle].firstPacket
    _ = take(&packet, into: handle, isForward: true)
  }

  /// Takes a packet of a flow into account, which is lent, not changed.
  mutating func take(_ packet: inout Packet, into handle: UInt32, isForward: Bool) -> EvidenceEvents {
    let state = flows[handle].state
    states[state].count(packet, isForward: isForward)
    if packet.ipProtocol == .tcp {
      let segment = TCPSegment(packet)
      if states[state].connection.revealsMissedSYN(segment) {
        states[state].connection.exchangeRoles()
        flipRoles(handle)
        flows[handle].marks.insert(.isHint)
      }
      let fromOriginator = isForward != flows[handle].marks.contains(.sourceIsResponder)
      let flips = states[state].connection.observe(
        segment, latest: states[state].last, fromSource: isForward, fromOriginator: fromOriginator, pools: &pools)
      if flips { flipRoles(handle) }
      let standing = states[state].connection.standing
      if standing == .open, states[state].standing == .handshake { meterCompletion(of: handle) }
      states[state].standing = standing
      if states[state].connection.usesPools { states[state].usesPools = true }
    }
    let marks = flows[handle].marks
    let fromOriginator = isForward != marks.contains(.sourceIsResponder)
    let senderIsLocal = marks.contains(isForward ? .sourceIsLocal : .destinationIsLocal)
    guard flows[handle].watch == 0 else {
      return takeWatched(
        packet, into: handle, isForward: isForward, fromOriginator: fromOriginator, senderIsLocal: senderIsLocal)
    }
    return states[state].evidence.observe(packet, fromOriginator: fromOriginator, senderIsLocal: senderIsLocal)
  }

  private mutating func flipRoles(_ handle: UInt32) {
    flows[handle].marks.formSymmetricDifference(.sourceIsResponder)
    flows[handle].marks.remove(.isHint)
    states[flows[handle].state].evidence.flip()
    let watch = flows[handle].watch
    if watch != 0 { watches[watch].checks.flip() }
  }

  /// Notes the frames that fix a watched flow's grade, of the file of its first frame: frame numbers of another would
  /// name frames that have nothing to do with the flow.
  mutating func cite(_ events: EvidenceEvents, of handle: UInt32, isForward: Bool, file: UInt32, number: UInt64) {
    let watch = flows[handle].watch
    guard watches[watch].file == file else { return }
    watches[watch].last = number
    guard !events.isEmpty else { return }
    let isCovered =
      events.contains(.ackedData)
      && prefixes.covers(of: isForward ? flows[handle].source : flows[handle].destination) != .empty
    watches[watch].cite(events, isCovered: isCovered, isForward: isForward, number: number)
  }
}

extension Watch {
  fileprivate mutating func cite(_ events: EvidenceEvents, isCovered: Bool, isForward: Bool, number: UInt64) {
    if events.contains(.syn), syn == 0 { syn = number }
    if events.contains(.synAck), synAck == 0 { synAck = number }
    if events.contains(.ack), ack == 0 { ack = number }
    // The covered side's acknowledgement is the one that proves something of it.
    guard events.contains(.ackedData) else { return }
    if ackedData == 0 || isCovered && !isAckedDataCovered {
      if ackedData != 0, isForward != isAckedDataForward { otherAckedData = ackedData }
      (ackedData, isAckedDataCovered, isAckedDataForward) = (number, isCovered, isForward)
    } else if isForward != isAckedDataForward, otherAckedData == 0 {
      otherAckedData = number
    }
  }
}

extension FlowState {
  /// Counts a packet.
  @inline(__always)
  mutating func count(_ packet: Packet, isForward: Bool) {
    if packet.timestamp < last {
      first = min(first, packet.timestamp)
    } else {
      last = packet.timestamp
    }
    let payload =
      switch packet.ipProtocol {
      case .udp, .icmp, .icmpv6, .sctp: packet.payloadLength
      default: UInt32(0)
      }
    count(ipLength: packet.ipLength, payloadLength: payload, isForward: isForward)
  }

  /// Counts a packet; the payload of TCP is counted by sequence number instead, that of other protocols not (see
  /// `FlowRecord.Side.payloadBytes`), and is 0 here.
  @inline(__always)
  mutating func count(ipLength: UInt32, payloadLength: UInt32, isForward: Bool) {
    inOrder(&sourceCounts, &destinationCounts, isSwapped: !isForward) { counts, _ in
      counts.packets &+= 1
      counts.ipBytes &+= UInt64(ipLength)
      counts.payloadBytes &+= UInt64(payloadLength)
    }
  }
}

extension Timestamp {
  /// The moment some nanoseconds later; saturates at the ends of `Int64`.
  func adding(_ nanoseconds: Int64) -> Timestamp {
    let (sum, overflow) = self.nanoseconds.addingReportingOverflow(nanoseconds)
    return Timestamp(nanoseconds: overflow ? (nanoseconds < 0 ? .min : .max) : sum)
  }
}
