import Catalog
import Packets

/// The rules that look beyond one packet's numbers, for watched flows only: no verdict rests on the grades of others.
extension FlowTable {
  /// Takes a packet of a watched flow into account (T11, T13, T14), and the guesses of both its sides (T10).
  ///
  /// - Parameters:
  ///   - packet: The packet.
  ///   - handle: Its flow.
  ///   - isForward: Whether it goes the way of the flow's first packet.
  ///   - fromOriginator: Whether the originator sent it.
  ///   - senderIsLocal: Whether its sender is one of our own addresses.
  /// - Returns: What to cite.
  mutating func takeWatched(
    _ packet: Packet, into handle: UInt32, isForward: Bool, fromOriginator: Bool, senderIsLocal: Bool
  ) -> EvidenceEvents {
    let (state, watch) = (flows[handle].state, flows[handle].watch)
    if watches[watch].isPart { givenUp.add(flows[handle].key, at: packet.timestamp) }
    let before = states[state].evidence.acknowledging
    let events = watches[watch].checks.observe(
      packet, fromOriginator: fromOriginator, senderIsLocal: senderIsLocal, into: &states[state].evidence)
    guard packet.ipProtocol == .tcp else { return events }
    if !packet.isDamaged || senderIsLocal,
      let refusal = states[state].evidence.refusal(by: packet, fromOriginator: fromOriginator)
    {
      note(refusal, by: packet)
    }
    let after = states[state].evidence.acknowledging
    // Whose acknowledgements they are, in terms of the flow's first packet.
    let originatorIsSource = isForward == fromOriginator
    if before.originator != after.originator {
      noteGuesses(before.originator, after.originator, in: handle, ofSource: originatorIsSource, at: packet.timestamp)
    }
    if before.responder != after.responder {
      noteGuesses(before.responder, after.responder, in: handle, ofSource: !originatorIsSource, at: packet.timestamp)
    }
    return events
  }

  /// Records an acknowledgement that a RST refused.
  private mutating func note(_ refusal: EvidenceState.Refusal, by packet: Packet) {
    let key = GuessLedger.Key(
      source: packet.destination, destination: Endpoint(address: packet.source, port: packet.sourcePort))
    let isRecorded =
      switch refusal {
      case .ofNoConnection: refusals.add(key, at: packet.timestamp)
      case .ofUnseen: guesses.add(key, at: packet.timestamp)
      }
    if !isRecorded { counts.unrecordedGuesses &+= 1 }
  }

  /// Records what became of a side's acknowledgements: one more wrong one, or the first valid one.
  ///
  /// Of either side, covered or not: another catalog may cover tomorrow the one that nothing covers today, and takes the
  /// grades of a watched flow over as they are (`FlowRecord.cover(by:wasWatched:)`).
  private mutating func noteGuesses(
    _ before: EvidenceState.Acknowledging, _ after: EvidenceState.Acknowledging, in handle: UInt32,
    ofSource: Bool, at time: Timestamp
  ) {
    let flow = flows[handle]
    let source = ofSource ? flow.source : flow.destination
    let key = GuessLedger.Key(
      source: source,
      destination: ofSource
        ? Endpoint(address: flow.destination, port: flow.destinationPort)
        : Endpoint(address: flow.source, port: flow.sourcePort))
    if before.guesses != after.guesses, !guesses.add(key, at: time) { counts.unrecordedGuesses &+= 1 }
    guard !before.isValid, after.isValid else { return }
    let isOriginator = ofSource != flow.marks.contains(.sourceIsResponder)
    if guesses.isGuessing(key, at: time) { states[flow.state].evidence.markGuessing(originator: isOriginator) }
    if refusals.isGuessing(key, at: time) { states[flow.state].evidence.markRefused(originator: isOriginator) }
  }

  /// Keeps what the first SYN, and the options of any, tell of hosts and paths.
  @inline(never)
  mutating func readSYN(_ packet: Packet, frame: RawSpan, in watch: UInt32) {
    if packet.tcp.flags.isBareSYN, watches[watch].synTuple == nil {
      watches[watch].synTuple = SYNTuple(packet, frame: frame)
    }
    if watches[watch].multipath == nil { watches[watch].multipath = MultipathToken(packet, frame: frame) }
  }

  /// Counts a flow for the floods if it begins with a SYN.
  @inline(__always)
  mutating func meterBegin(_ packet: Packet) {
    guard packet.ipProtocol == .tcp, packet.tcp.flags.isBareSYN else { return }
    floodMarks.append(
      FloodMeter.Mark(
        from: packet.source, to: Endpoint(address: packet.destination, port: packet.destinationPort),
        at: packet.timestamp, frame: frame))
  }

  /// Counts a flow that began with a SYN as one that got further.
  @inline(never)
  mutating func meterCompletion(of handle: UInt32) {
    guard flows[handle].tcp.flags.isBareSYN else { return }
    let service = Endpoint(address: flows[handle].destination, port: flows[handle].destinationPort)
    floodMarks.append(
      FloodMeter.Mark(completed: flows[handle].source, to: service, at: flows[handle].start, frame: frame))
  }

  /// Asks whether a watched flow whose originator sent SYNs only went to a service that is flooded by now; `drain` answers.
  ///
  /// To be called right before the flow, or its record, is added to `ended`.
  mutating func askForFlood(of handle: UInt32) {
    let flow = flows[handle]
    guard flow.watch != 0, flow.ipProtocol == .tcp, flow.tcp.flags.isBareSYN,
      states[flow.state].evidence.originatorSentOnlySYNs
    else { return }
    floodQuestions.append((frame: frame, place: ended.count))
  }

  /// Calls the originator of a watched flow part of a flood, if it was found to be when the flow ended.
  func takeFlood(of flow: Flow, into conclusion: inout EvidenceState.Conclusion) {
    guard watches[flow.watch].isFlood, conclusion.originator.mayBeFlood else { return }
    conclusion.originator = SideEvidence(.e0, .flood)
  }
}

extension FlowRecord {
  /// The same for the record of a flow that goes on.
  mutating func markFlood() {
    if originatorEvidence.mayBeFlood { originatorEvidence = SideEvidence(.e0, .flood) }
  }
}

extension SideEvidence {
  /// Whether a flood may have left no more than this.
  fileprivate var mayBeFlood: Bool { reason == .oneWay || reason == .halfOpen }
}

extension TCPFlags {
  /// Whether they are those of a SYN that asks for a connection.
  var isBareSYN: Bool { contains(.syn) && isDisjoint(with: [.ack, .rst, .fin]) }
}
