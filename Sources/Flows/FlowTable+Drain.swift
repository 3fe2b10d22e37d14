import Catalog
import Packets

extension FlowTable {
  /// What the floods of several tables rest on: marks of the flows of one, to be shown to all.
  public struct FloodMarks: Sendable {
    var marks: [FloodMeter.Mark]

    /// Adds those of other tables, so that they stand in the order of their frames.
    ///
    /// - Parameter others: Marks of the same frames.
    /// - Complexity: O(n k) in marks and tables.
    public mutating func merge(_ others: [FloodMarks]) {
      for other in others where !other.marks.isEmpty { merge(other.marks) }
    }

    private mutating func merge(_ other: [FloodMeter.Mark]) {
      var merged: [FloodMeter.Mark] = []
      merged.reserveCapacity(marks.count + other.count)
      var (left, right) = (0, 0)
      while left < marks.count, right < other.count {
        // Which comes next cannot be foretold, and is chosen.
        let isLeft = marks[left].frame <= other[right].frame ? 1 : 0
        merged.append(FloodMeter.Mark(isLeft, marks[left], other[right]))
        left &+= isLeft
        right &+= 1 &- isLeft
      }
      merged += marks[left...]
      merged += other[right...]
      marks = merged
    }
  }

  /// What this table's flows have to say of floods since the last call; other tables' `drain` needs it too.
  public mutating func takeFloodMarks() -> FloodMarks {
    defer { floodMarks.removeAll(keepingCapacity: true) }
    return FloodMarks(marks: floodMarks)
  }

  /// Hands over the flows that ended since the last call, by their first packets.
  ///
  /// - Parameter body: Receives each record.
  public mutating func drain(_ body: (FlowRecord) -> Void) {
    drain(takeFloodMarks(), ofAll: true, unwatched: { _ in }, body)
  }

  /// Hands over the flows that ended since the last call: those of the table's share, by their first packets.
  ///
  /// Records are built here, one at a time; what they say does not depend on when this is called.
  ///
  /// - Parameters:
  ///   - marks: The flood marks of all tables since the last call.
  ///   - all: Whether records are built of flows that nothing covers, too.
  ///   - unwatched: Receives such flows if not, in no order.
  ///   - body: Receives each record.
  /// - Complexity: O(n log n) in the records, O(n) in other flows.
  public mutating func drain(
    _ marks: consuming FloodMarks, ofAll all: Bool, unwatched: (UnwatchedFlow) -> Void,
    _ body: (FlowRecord) -> Void
  ) {
    judgeFloods(marks.marks)
    var places: [UInt32] = []
    if all { places.reserveCapacity(ended.count) }
    for place in ended.indices {
      // What a flow holds was touched long ago: it is asked for some records ahead.
      if place + 12 < ended.count { flows.prefetch(ended[place + 12].handle, lines: 2) }
      if place + 6 < ended.count, !ended[place + 6].isSplit {
        let handle = ended[place + 6].handle
        states.prefetch(flows[handle].state, lines: all || flows[handle].ipProtocol == .tcp ? 6 : 3)
      }
      let flow = ended[place]
      if flow.isSplit {
        places.append(UInt32(place))
      } else if !isReported(flow.handle) {
        release(flow.handle)
      } else if !all, flows[flow.handle].watch == 0 {
        unwatched(unwatchedFlow(flow.handle))
        counts.flows &+= 1
        release(flow.handle)
      } else {
        places.append(UInt32(place))
      }
    }
    counts.flows &+= UInt64(places.count)
    let order = SortKeys.order(of: places) { start(of: ended[Int($0)]).nanoseconds }
    SortKeys.forEachRun(of: order) { run in
      if run.count == 1 { return handOver(ended[Int(SortKeys.element(order[run.lowerBound]))], body) }
      var alike = order[run].map { place in
        (order: self.order(of: ended[Int(SortKeys.element(place))]), place: Int(SortKeys.element(place)))
      }
      alike.sort { $0.order == $1.order ? $0.place < $1.place : $0.order < $1.order }
      for flow in alike { handOver(ended[flow.place], body) }
    }
    ended.removeAll(keepingCapacity: true)
    splits.removeAll(keepingCapacity: true)
  }

  /// Whether a flow's record is this table's to give.
  @inline(__always)
  func isReported(_ handle: UInt32) -> Bool { share.owns(flows[handle].source, flows[handle].destination) }

  private mutating func handOver(_ flow: Ended, _ body: (FlowRecord) -> Void) {
    if flow.isSplit {
      body(splits[Int(flow.handle)])
    } else {
      body(record(flow.handle, flow.reason))
      release(flow.handle)
    }
  }

  private func start(of flow: Ended) -> Timestamp {
    flow.isSplit ? splits[Int(flow.handle)].start : flows[flow.handle].start
  }

  private func order(of flow: Ended) -> FlowOrder {
    guard !flow.isSplit else { return FlowOrder(splits[Int(flow.handle)]) }
    let flow = flows[flow.handle]
    return FlowOrder(
      start: flow.start, source: Endpoint(address: flow.source, port: flow.sourcePort),
      destination: Endpoint(address: flow.destination, port: flow.destinationPort), ipProtocol: flow.ipProtocol,
      vlan: flow.vlan, sensor: scopes.sensor(of: flow.scope), scope: scopes.digest(of: flow.scope))
  }

  /// Finds out which of the flows that ended were part of a flood then, and takes the rest of the marks into account.
  private mutating func judgeFloods(_ marks: [FloodMeter.Mark]) {
    var place = 0
    for question in floodQuestions {
      floods.take(marks, from: &place, before: question.frame)
      let flow = ended[question.place]
      if flow.isSplit {
        let order = FlowOrder(splits[Int(flow.handle)])
        if floods.isFlooded(order.destination, at: order.start) { splits[Int(flow.handle)].markFlood() }
      } else {
        let service = Endpoint(
          address: flows[flow.handle].destination, port: flows[flow.handle].destinationPort)
        watches[flows[flow.handle].watch].isFlood = floods.isFlooded(service, at: flows[flow.handle].start)
      }
    }
    floodQuestions.removeAll(keepingCapacity: true)
    floods.take(marks, from: &place, before: .max)
  }

  /// Hands over the flows of a slot of unwatched ones at the input's end; what they hold is not given back any more.
  mutating func count(_ slot: Range<UInt16>, _ body: (UnwatchedFlow) -> Void) {
    var heads = wheel.takeOut(slot)
    while collect(&heads, lines: 3) {
      for handle in passed where isReported(handle) {
        counts.flows &+= 1
        body(unwatchedFlow(handle))
      }
    }
  }

  /// What the figures need of a flow that nothing covers, and that ended.
  ///
  /// Mutating, for the table would be copied to be asked out of line.
  private mutating func unwatchedFlow(_ handle: UInt32) -> UnwatchedFlow {
    let (state, marks) = (flows[handle].state, flows[handle].marks)
    let (ipProtocol, mayPrecede) = (flows[handle].ipProtocol, marks.contains(.requestMayPrecede))
    let isFlipped = marks.contains(.sourceIsResponder)
    var (hasSent, hasAnswer) = (true, false)
    let grades: (originator: EvidenceGrade, responder: EvidenceGrade)
    if state != 0 {
      grades = states[state].evidence.grades(ipProtocol: ipProtocol, requestMayPrecede: mayPrecede)
      hasSent = states[state].sourceCounts.packets > 0
      hasAnswer = states[state].destinationCounts.packets > 0
    } else {
      // One packet: no second one has exchanged the roles that it began with.
      var evidence = EvidenceState()
      _ = evidence.observe(
        flows[handle].firstPacket, fromOriginator: !isFlipped, senderIsLocal: marks.contains(.sourceIsLocal))
      grades = evidence.grades(ipProtocol: ipProtocol, requestMayPrecede: mayPrecede)
    }
    let (own, other) =
      isFlipped ? (grades.responder, grades.originator) : (grades.originator, grades.responder)
    let source = UnwatchedFlow.Side(
      address: flows[handle].source, grade: own, hasSent: hasSent, isLocal: marks.contains(.sourceIsLocal))
    let destination = UnwatchedFlow.Side(
      address: flows[handle].destination, grade: other, hasSent: hasAnswer,
      isLocal: marks.contains(.destinationIsLocal))
    return UnwatchedFlow(
      originator: isFlipped ? destination : source, responder: isFlipped ? source : destination)
  }
}

/// A flow that ended and waits to be drained, or the record of one that goes on.
struct Ended {
  /// The flow; of one that goes on, the place of its record in `splits`.
  var handle: UInt32
  var reason: FlowEndReason
  /// Whether the flow goes on.
  var isSplit: Bool { reason == .active }
}
