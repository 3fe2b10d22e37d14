import Inspection
import Packets

/// What the datagrams of watched UDP and ICMP flows say (methodology 2.4).
extension FlowTable {
  /// Reads a datagram.
  mutating func inspectDatagram(_ packet: Packet, _ payload: RawSpan, in handle: UInt32, isForward: Bool) {
    if packet.ipProtocol != .udp, !packet.isEcho { return }
    let watch = flows[handle].watch
    if packet.ipProtocol == .udp, reader.isOn, !watches[watch].isContentOver {
      keepContent(payload, in: handle, isForward: isForward)
    }
    if watches[watch].inspection == 0 {
      // Never nothing: there are as many handles as flows.
      watches[watch].inspection = exchanges.allocate(DatagramExchange()) ?? 0
      paths.enter(pathKey(of: flows[handle]))
    }
    let exchange = watches[watch].inspection
    let before = exchanges[exchange].echoing(isForward: isForward)
    exchanges[exchange].take(packet, payload, isForward: isForward)
    let after = exchanges[exchange].echoing(isForward: isForward)
    guard before != after else { return }
    // Whoever guesses at 16 bits needs not do it in one flow: each question comes from another port. Those have no number
    // here, which no connection shares.
    let key = GuessLedger.Key(
      source: packet.source, destination: Endpoint(address: packet.destination, port: 0))
    if before.guesses != after.guesses, !guesses.add(key, at: packet.timestamp), isReported(handle) {
      counts.unrecordedGuesses &+= 1
    }
    if !before.isVerified, after.isVerified, guesses.isGuessing(key, at: packet.timestamp) {
      exchanges[exchange].markGuessing(isForward: isForward)
    }
  }

  /// Keeps the first datagrams of a flow, and reads them once they are there.
  private mutating func keepContent(_ payload: RawSpan, in handle: UInt32, isForward: Bool) {
    let watch = flows[handle].watch
    var content = watches[watch].datagrams
    if content == 0 {
      content = datagrams.allocate(
        DatagramContent(), part: FlowShare.part(flows[handle].source, flows[handle].destination))
      watches[watch].datagrams = content
    }
    let (reader, sourceIsOriginator) = (reader, !flows[handle].marks.contains(.sourceIsResponder))
    let isCut = datagrams.update(content, need: payload.byteCount) {
      if $0.take(payload, isForward: isForward, reader: reader) {
        $0.end(sourceIsOriginator: sourceIsOriginator, reader: reader)
      }
    } end: {
      $0.end(sourceIsOriginator: sourceIsOriginator, reader: reader)
    }
    watches[watch].isContentOver = datagrams[content].isOver
    // Flows of tunnels are in every table.
    if isCut, isReported(handle) { counts.cutStreams &+= 1 }
  }

  /// What a flow shares with those of the same endpoints on another path, seen at the same sensor.
  ///
  /// Inlined: the table would be copied to be asked out of line.
  @inline(__always)
  private func pathKey(of flow: Flow) -> PathLedger.Key {
    PathLedger.Key(
      Endpoint(address: flow.source, port: flow.sourcePort),
      Endpoint(address: flow.destination, port: flow.destinationPort), flow.ipProtocol,
      sensor: scopes.sensor(of: flow.scope))
  }

  /// Notes whether the endpoints of a flow that ends had another path.
  mutating func closeDatagrams(of flow: Flow) {
    let (content, reader) = (watches[flow.watch].datagrams, reader)
    let sourceIsOriginator = !flow.marks.contains(.sourceIsResponder)
    if content != 0 { datagrams.close(content) { $0.end(sourceIsOriginator: sourceIsOriginator, reader: reader) } }
    guard watches[flow.watch].inspection != 0 else { return }
    watches[flow.watch].hasOtherPath = paths.leave(pathKey(of: flow))
  }

  /// The same for a flow that goes on in a new record.
  mutating func judgePaths(of flow: Flow) {
    guard flow.watch != 0, flow.ipProtocol != .tcp, watches[flow.watch].inspection != 0 else { return }
    watches[flow.watch].hasOtherPath = paths.isShared(pathKey(of: flow))
  }

  /// Raises grades by nonces that were echoed.
  func takeDatagrams(
    of flow: Flow, into conclusion: inout EvidenceState.Conclusion, _ record: inout FlowRecord, isFlipped: Bool
  ) {
    let content = watches[flow.watch].datagrams
    if content != 0 {
      record.content = self.content(
        datagrams[content].application(sourceIsOriginator: !isFlipped, reader: reader), of: record)
    }
    let handle = watches[flow.watch].inspection
    guard handle != 0 else { return }
    guard !watches[flow.watch].hasOtherPath else {
      conclusion.notes.insert(.severalPaths)
      return
    }
    let originator = exchanges[handle].judge(conclusion.originator, isForward: !isFlipped)
    let responder = exchanges[handle].judge(conclusion.responder, isForward: isFlipped)
    conclusion.originator = originator.evidence
    conclusion.responder = responder.evidence
    if originator.isCut || responder.isCut { conclusion.notes.insert(.inspectionCut) }
  }

  /// Gives back what the inspection of datagrams holds.
  mutating func endDatagrams(of flow: Flow) {
    let (handle, content) = (watches[flow.watch].inspection, watches[flow.watch].datagrams)
    if handle != 0 { exchanges.release(handle) }
    if content != 0 { datagrams.release(content) }
  }
}

extension Packet {
  /// Whether this is an ICMP or ICMPv6 echo request or reply.
  fileprivate var isEcho: Bool {
    ipProtocol == .icmp ? sourcePort == 8 || sourcePort == 0 : sourcePort == 128 || sourcePort == 129
  }
}
