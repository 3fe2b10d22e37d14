import Catalog
import Packets

extension FlowTable {
  /// Ends a flow: its place is free for another one of the same endpoints.
  mutating func end(_ handle: UInt32, hash: UInt32, _ reason: FlowEndReason) {
    index.remove(hash, handle)
    unlink(handle)
    setAside(handle, reason)
  }

  /// Keeps a flow that is in no list any more until its record is drained; what depends on others is judged now.
  mutating func setAside(_ handle: UInt32, _ reason: FlowEndReason) {
    if flows[handle].watch != 0 {
      openWatches &-= 1
      judgeRoom(of: handle, reason)
      askForFlood(of: handle)
      closeInspection(of: flows[handle])
    }
    flows[handle].list = Flow.noList
    ended.append(Ended(handle: handle, reason: reason))
  }

  /// Finds out whether a watched flow that ends is a part of one, or lacks what another of its addresses would have told.
  private mutating func judgeRoom(of handle: UInt32, _ reason: FlowEndReason) {
    let (key, last) = (flows[handle].key, lastPacket(handle))
    if reason == .lackOfResources { givenUp.add(key, at: last) }
    if givenUp.mayHoldMore(of: key, since: flows[handle].start, timeout: options.longestTimeout) {
      watches[flows[handle].watch].isPart = true
    }
  }

  /// Gives back what a flow holds, once its record is built or none is to be.
  mutating func release(_ handle: UInt32) {
    let state = flows[handle].state
    if state != 0 {
      if states[state].usesPools { states[state].connection.release(&pools) }
      states.release(state)
    }
    if flows[handle].watch != 0 {
      endInspection(of: flows[handle])
      watches.release(flows[handle].watch)
    }
    if flows[handle].tunnel != 0 { tunnels.release(flows[handle].tunnel) }
    flows.release(handle)
  }

  /// Writes a record of a flow that has lasted long enough and goes on: its counters start again, its evidence stays.
  mutating func splitActive(_ handle: UInt32, at time: Timestamp) {
    let state = flows[handle].state
    guard time.nanoseconds(since: states[state].first) >= options.activeTimeout else { return }
    judgePaths(of: flows[handle])
    if isReported(handle) {
      askForFlood(of: handle)
      ended.append(Ended(handle: UInt32(splits.count), reason: .active))
      splits.append(record(handle, .active))
    }
    if flows[handle].watch != 0 { watches[flows[handle].watch].checkpoint = 0 }
    states[state].sourceCounts = FlowRecord.Side()
    states[state].destinationCounts = FlowRecord.Side()
    states[state].first = time
    states[state].last = time
    if flows[handle].ipProtocol == .tcp { states[state].connection.markReported(at: time) }
  }

  /// The beginning of a flow's record: what its uid rests on, and its times.
  @inline(__always)
  func head(of flow: Flow, first: Timestamp, last: Timestamp) -> FlowRecord {
    let isFlipped = flow.marks.contains(.sourceIsResponder)
    let source = Endpoint(address: flow.source, port: flow.sourcePort)
    let destination = Endpoint(address: flow.destination, port: flow.destinationPort)
    var record = FlowRecord(
      originator: isFlipped ? destination : source, responder: isFlipped ? source : destination,
      ipProtocol: flow.ipProtocol, vlan: flow.vlan, firstPacket: first, lastPacket: last)
    // A packet captured out of order may lower the first time to that of another flow; what it was lowered by tells.
    let lowered = max(flow.start.nanoseconds(since: first), 0)
    // Spread over all bits: a nanosecond or two would make up the ordinal of another one that began at that time.
    record.ordinal = flow.ordinal &+ UInt32(truncatingIfNeeded: (UInt64(lowered) &* 0x9E37_79B9_7F4A_7C15) >> 32)
    record.start = flow.start
    record.responderBegan = isFlipped
    record.sensor = scopes.sensor(of: flow.scope)
    record.scope = scopes.digest(of: flow.scope)
    return record
  }

  /// Builds the record of a flow.
  mutating func record(_ handle: UInt32, _ reason: FlowEndReason) -> FlowRecord {
    if flows[handle].state == 0 {
      makeStateAfterFirst(handle)
    }
    let state = flows[handle].state
    var record = head(of: flows[handle], first: states[state].first, last: states[state].last)
    fill(&record, of: flows[handle], reason)
    return record
  }

  /// Fills the record of a flow in; apart from its beginning, so that it is made where it is needed.
  private func fill(_ record: inout FlowRecord, of flow: Flow, _ reason: FlowEndReason) {
    let state = flow.state
    let isFlipped = flow.marks.contains(.sourceIsResponder)
    record.originatorCounts = isFlipped ? states[state].destinationCounts : states[state].sourceCounts
    record.responderCounts = isFlipped ? states[state].sourceCounts : states[state].destinationCounts
    record.continuedFrom = flow.start < record.firstPacket ? flow.start : nil
    record.activeUntil = record.lastPacket
    record.endReason = reason
    if !localNetworks[record.sensor].isEmpty {
      record.originatorIsLocal = flow.marks.contains(isFlipped ? .destinationIsLocal : .sourceIsLocal)
      record.responderIsLocal = flow.marks.contains(isFlipped ? .sourceIsLocal : .destinationIsLocal)
    }
    if flow.ipProtocol == .tcp {
      states[state].connection.describe(&record, isFlipped: isFlipped, pools)
    } else if flow.ipProtocol == .udp {
      record.describeUDP(beganFlipped: flow.marks.contains(.beganFlipped), isFlipped: isFlipped)
    }
    var conclusion = states[state].evidence.conclude(
      ipProtocol: flow.ipProtocol, requestMayPrecede: flow.marks.contains(.requestMayPrecede),
      findings: flow.watch == 0 ? EvidenceChecks.Findings() : watches[flow.watch].checks.findings)
    if flow.watch != 0 {
      takeFlood(of: flow, into: &conclusion)
      takeInspection(of: flow, into: &conclusion, &record, isFlipped: isFlipped)
      if watches[flow.watch].isPart { conclusion.notes.insert(.givenUp) }
    }
    conclusion.applyCaps()
    record.originatorEvidence = conclusion.originator
    record.responderEvidence = conclusion.responder
    record.notes = conclusion.notes
    if flow.tunnel != 0 {
      record.tunnel = tunnel(of: flow, isFlipped: isFlipped)
      record.notes.insert(.tunnelled)
    }
    record.activity = conclusion.activity
    record.originatorBasis = conclusion.basis
    if conclusion.basis == .firstPacket, flow.marks.contains(.isHint) { record.originatorBasis = .hint }
    if flow.watch != 0 {
      record.checkpoint = watches[flow.watch].checkpoint
      (record.originatorHops, record.responderHops) = watches[flow.watch].checks.hops
      // Asked again: the catalog may have changed since the flow began.
      record.originatorCovers = prefixes.covers(of: record.originator.address)
      record.responderCovers = prefixes.covers(of: record.responder.address)
      watches[flow.watch].describe(&record, isFlipped: isFlipped)
      record.multipath = watches[flow.watch].multipath?.link(reader.hash)
    }
    // A trusted proxy's flow that carried nothing of a covered address is a flow like any other.
    if !record.isWatched { (record.citations, record.stream, record.content) = (nil, nil, nil) }
  }
}

extension FlowRecord {
  /// State and history of a UDP flow follow from who sent anything, and who first.
  fileprivate mutating func describeUDP(beganFlipped: Bool, isFlipped: Bool) {
    let (sent, answered) = (originatorCounts.packets > 0, responderCounts.packets > 0)
    switch (sent, answered) {
    case (true, true): connectionState = .sf
    case (true, false): connectionState = .s0
    case (false, true): connectionState = .shr
    case (false, false): connectionState = .oth
    }
    history =
      switch (sent, answered, isFlipped) {
      case (true, true, false): beganFlipped ? "^Dd" : "Dd"
      case (true, true, true): beganFlipped ? "^dD" : "dD"
      case (true, false, _): beganFlipped ? "^D" : "D"
      case (false, true, _): beganFlipped ? "^d" : "d"
      case (false, false, _): beganFlipped ? "^" : ""
      }
  }
}

extension Watch {
  fileprivate func describe(_ record: inout FlowRecord, isFlipped: Bool) {
    var citations = FlowRecord.Citations()
    citations.file = file
    citations.first = first
    citations.syn = syn == 0 ? nil : syn
    citations.synAck = synAck == 0 ? nil : synAck
    citations.ack = ack == 0 ? nil : ack
    citations.ackedData = ackedData == 0 ? nil : ackedData
    citations.otherAckedData = otherAckedData == 0 ? nil : otherAckedData
    citations.otherIsOriginator = ackedData != 0 && isAckedDataForward == isFlipped
    citations.last = last
    record.citations = citations
    record.syn = synTuple
  }
}

extension TCPConnection {
  /// Fills a record in.
  fileprivate func describe(_ record: inout FlowRecord, isFlipped: Bool, _ pools: borrowing TCPPools) {
    let originator = isFlipped ? destination : source
    let responder = isFlipped ? source : destination
    let sent = originator.payloadBytes(peer: responder.phase)
    let answered = responder.payloadBytes(peer: originator.phase)
    record.originatorCounts.payloadBytes = sent > originator.reportedBytes ? sent &- originator.reportedBytes : 0
    record.responderCounts.payloadBytes = answered > responder.reportedBytes ? answered &- responder.reportedBytes : 0
    record.missedBytes = source.missedBytes &+ destination.missedBytes
    if isClosed { record.activeUntil = common.activeUntil }
    record.history = common.history.text(pools)
    record.connectionState = Self.state(
      originator.phase, responder.phase, isEmpty: sent == 0 && answered == 0, history: record.history)
  }

  /// Zeek's `conn_state`.
  private static func state(
    _ originator: TCPPhase, _ responder: TCPPhase, isEmpty: Bool, history: String
  ) -> ConnectionState {
    let isUnseen = { (phase: TCPPhase) in phase == .inactive || phase == .partial }
    switch (originator, responder) {
    case (.synSent, .reset), (.synAckSent, .reset): return .rej
    case (.reset, .reset) where isEmpty: return .rej
    case (_, .reset): return isUnseen(originator) ? .rstrh : .rstr
    case (.reset, _):
      guard isUnseen(responder) else { return .rsto }
      return isAbortedAttempt(history) ? .rstos0 : .oth
    case (.closed, .closed): return .sf
    case (.closed, _): return isUnseen(responder) ? .sh : .s2
    case (_, .closed): return isUnseen(originator) ? .shr : .s3
    case (.synSent, .inactive): return .s0
    case (.established, .established): return .s1
    default: return .oth
    }
  }

  /// Whether the originator's history is a SYN and then a RST, with nothing that makes a connection between them.
  private static func isAbortedAttempt(_ history: String) -> Bool {
    var letters = history.utf8.makeIterator()
    var letter = letters.next()
    if letter == UInt8(ascii: "^") { letter = letters.next() }
    guard letter == UInt8(ascii: "S") else { return false }
    while let letter = letters.next() {
      switch letter {
      case UInt8(ascii: "R"): return true
      case UInt8(ascii: "H"), UInt8(ascii: "A"), UInt8(ascii: "F"), UInt8(ascii: "G"), UInt8(ascii: "I"),
        UInt8(ascii: "Q"):
        return false
      default: break
      }
    }
    return false
  }

  /// Lets the next record of a flow that goes on begin with nothing sent.
  fileprivate mutating func markReported(at time: Timestamp) {
    source.reportedBytes = source.payloadBytes(peer: destination.phase)
    destination.reportedBytes = destination.payloadBytes(peer: source.phase)
    source.missedBytes = 0
    destination.missedBytes = 0
    common.activeUntil = time
  }
}
