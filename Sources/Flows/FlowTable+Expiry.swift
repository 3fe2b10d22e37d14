import Packets

// All of this is mutating or inlined: the table would be copied to be asked out of line.
extension FlowTable {
  /// How long a TCP flow lasts without a packet once it is reset or closed, or while it is no more than a handshake:
  /// methodology T12; Zeek's `tcp_inactivity_timeout` does not apply before a handshake either.
  static var shortTCPTimeout: Int64 { 60_000_000_000 }

  /// How far a flow is.
  @inline(__always)
  mutating func standing(_ handle: UInt32) -> FlowState.Standing {
    let state = flows[handle].state
    if state != 0 { return states[state].standing }
    guard flows[handle].ipProtocol == .tcp else { return .open }
    let flags = flows[handle].tcp.flags
    if !flags.isDisjoint(with: [.fin, .rst]) { return .over }
    return flags.contains(.syn) && !flows[handle].marks.contains(.sourceIsResponder) ? .handshake : .open
  }

  /// Nanoseconds without a packet after which a flow ends.
  @inline(__always)
  mutating func idleTimeout(_ handle: UInt32) -> Int64 {
    switch flows[handle].ipProtocol {
    case .tcp:
      standing(handle) == .open ? options.tcpIdleTimeout : min(options.tcpIdleTimeout, Self.shortTCPTimeout)
    case .udp: options.udpIdleTimeout
    case .icmp, .icmpv6: options.icmpIdleTimeout
    default: options.otherIdleTimeout
    }
  }

  /// Whether a flow's end was seen.
  @inline(__always)
  mutating func isOver(_ handle: UInt32) -> Bool { standing(handle) == .over }

  /// Time of a flow's latest packet.
  @inline(__always)
  mutating func lastPacket(_ handle: UInt32) -> Timestamp {
    let state = flows[handle].state
    return state == 0 ? flows[handle].start : states[state].last
  }

  @inline(__always)
  mutating func deadline(_ handle: UInt32) -> Timestamp { lastPacket(handle).adding(idleTimeout(handle)) }

  /// Whether a flow may end before a packet of the same endpoints: after a pause, if time fell back, or with a SYN.
  @inline(__always)
  mutating func mayEnd(_ handle: UInt32, before packet: borrowing Packet) -> Bool {
    let (time, last, isSYN) = (packet.timestamp, lastPacket(handle), packet.tcp.flags.contains(.syn))
    return isSYN || time < last
      || UInt64(bitPattern: time.nanoseconds &- last.nanoseconds) >= UInt64(max(shortestTimeout, 0))
  }

  /// Why a flow ends before a packet of the same endpoints; nothing if the packet belongs to it.
  mutating func reasonToEnd(_ handle: UInt32, before packet: borrowing Packet, key: FlowKey) -> FlowEndReason? {
    let time = packet.timestamp
    let last = lastPacket(handle)
    let timeout = idleTimeout(handle)
    // Time that fell back so far is another time, not a packet out of order.
    if time >= last.adding(timeout) || time.adding(timeout) <= last {
      return isOver(handle) ? .endOfFlow : .idle
    }
    guard packet.ipProtocol == .tcp, packet.tcp.flags.contains(.syn) else { return nil }
    let segment = TCPSegment(packet)
    let isForward = flows[handle].isForward(key)
    let state = flows[handle].state
    let isReuse =
      state == 0
      ? TCPConnection.isReuse(segment, after: flows[handle].tcp, fromSource: isForward)
      : states[state].connection.isReuse(segment, fromSource: isForward)
    return isReuse ? .endOfFlow : nil
  }

  /// Turns the wheel to a packet's time and ends the flows whose time has come.
  mutating func advance(to time: Timestamp) {
    let passed = wheel.advance(to: time)
    guard passed > 0 else {
      if passed < 0 {
        aheadUntil = latest
        noteFall()
      }
      return
    }
    if time < aheadUntil { notePassed(passed) }
    var distance = Int64(1 - passed)
    while distance <= 0, let next = wheel.firstFilled(in: distance...0, watched: true, unwatched: true) {
      for isWatched in [false, true] { visit(wheel.slot(at: next, isWatched: isWatched)) }
      distance = next &+ 1
    }
  }

  /// How often time may fall back by more than a turn of the wheel before flows pay for it.
  static var fallLimit: UInt32 { 64 }

  /// Notes that time fell back by more than a turn of the wheel; beyond the limit all flows are given up.
  ///
  /// The next turn visits every flow that lies ahead, so that time that falls back and forth would make the run quadratic.
  @inline(never)
  private mutating func noteFall() {
    guard falls >= Self.fallLimit else {
      falls += 1
      return
    }
    // Also in a table that has no flows: in others there may be some, and all tables must know the same.
    lastGivenUp = latest
    while index.count > 0 { giveUpOne() }
    aheadUntil = Timestamp(nanoseconds: .min)
    passedBehind = 0
  }

  /// Counts each turn of the wheel under flows that lie ahead as one more fall, for it visits them all likewise: a time years
  /// behind theirs that goes on by a turn with each packet would make the run quadratic.
  @inline(never)
  private mutating func notePassed(_ slots: Int) {
    passedBehind += slots
    guard passedBehind >= TimeWheel.turn else { return }
    passedBehind -= TimeWheel.turn
    noteFall()
  }

  /// Ends the flows of a slot whose time has come, and puts the others into the slots of their new deadlines.
  private mutating func visit(_ slot: Range<UInt16>) {
    var heads = wheel.takeOut(slot)
    while collect(&heads, lines: 1) {
      due.removeAll(keepingCapacity: true)
      for handle in passed {
        let deadline = deadline(handle)
        if deadline <= wheel.now {
          let hash = flows[handle].key.hash(seed: seed)
          index.prefetch(hash)
          due.append((handle, hash))
        } else {
          link(handle, deadline: deadline)
        }
      }
      for (handle, hash) in due {
        index.remove(hash, handle)
        setAside(handle, isOver(handle) ? .endOfFlow : .idle)
      }
    }
  }

  /// How many flows are collected before they are looked at, so that what was asked for of them stays in the cache.
  private static var collected: Int { 256 }

  /// Takes the next flows out of lists, and asks for the first cache lines of their states.
  ///
  /// - Parameters:
  ///   - heads: The first flows of the lists, which are in no slot.
  ///   - lines: How many cache lines; with more than one, for the second one of the flow too.
  /// - Returns: Whether there were any; they stand in `passed`.
  mutating func collect(_ heads: inout TimeWheel.Heads, lines: Int) -> Bool {
    passed.removeAll(keepingCapacity: true)
    var isFound = true
    while isFound, passed.count < Self.collected {
      isFound = false
      for place in heads.indices where heads[place] != 0 {
        isFound = true
        let handle = heads[place]
        passed.append(handle)
        states.prefetch(flows[handle].state, lines: lines)
        if lines > 1 { flows.prefetch(handle, lines: 2) }
        heads[place] = flows[handle].next
        flows.prefetch(heads[place], lines: 1)
      }
    }
    return !passed.isEmpty
  }

  /// Ends all flows of a slot at the input's end.
  mutating func endAll(of slot: Range<UInt16>) {
    var heads = wheel.takeOut(slot)
    while collect(&heads, lines: 1) {
      for handle in passed {
        setAside(handle, isOver(handle) ? .endOfFlow : deadline(handle) <= wheel.now ? .idle : .endOfInput)
      }
    }
  }

  /// Puts a flow at the head of a list of the slot of its deadline; `previous` of a head is the list's last flow.
  mutating func link(_ handle: UInt32, deadline: Timestamp) {
    let list = wheel.list(of: deadline, isWatched: flows[handle].watch != 0, handle: handle)
    let head = wheel[list]
    flows[handle].list = list
    flows[handle].next = head
    flows[handle].previous = head == 0 ? handle : flows[head].previous
    if head != 0 { flows[head].previous = handle }
    wheel[list] = handle
  }

  mutating func unlink(_ handle: UInt32) {
    let (next, previous, list) = (flows[handle].next, flows[handle].previous, flows[handle].list)
    let head = wheel[list]
    if handle == head { wheel[list] = next } else { flows[previous].next = next }
    let following = next != 0 ? next : handle == head ? 0 : head
    if following != 0 { flows[following].previous = previous }
  }

  /// Gives up a flow whose time would come next, an unwatched one if there is any: of those of one slot, which is about
  /// a second, the one that has been longest in one of its lists.
  ///
  /// - Complexity: O(1) amortised: a flow looked at is given up, or moved on to the slot of its new deadline.
  mutating func giveUpOne() {
    if !giveUpOne(isWatched: false) { _ = giveUpOne(isWatched: true) }
  }

  /// Gives up a watched or an unwatched flow likewise.
  ///
  /// - Returns: Whether there was any.
  mutating func giveUpOne(isWatched: Bool) -> Bool {
    while let distance = wheel.firstFilled(
      in: 1...Int64(TimeWheel.turn), watched: isWatched, unwatched: !isWatched)
    {
      let slot = wheel.slot(at: distance, isWatched: isWatched)
      for list in slot {
        while wheel[list] != 0 {
          let last = flows[wheel[list]].previous
          let deadline = deadline(last)
          guard wheel.list(of: deadline, isWatched: isWatched, handle: last) == list else {
            unlink(last)
            link(last, deadline: deadline)
            continue
          }
          if isReported(last) { counts.evictedFlows &+= 1 }
          lastGivenUp = latest
          end(last, hash: flows[last].key.hash(seed: seed), .lackOfResources)
          return true
        }
      }
      wheel.clear(slot)
    }
    return false
  }
}
