import Catalog
import Inspection
import Packets

/// What the streams of watched TCP flows say.
///
/// What a segment asks is inlined: the table would be copied to be asked out of line.
extension FlowTable {
  /// How far a stream may be before its sequence numbers are taken for another turn.
  private static var streamReach: UInt64 { 1 << 30 }

  /// Reads a segment with payload.
  ///
  /// Both SYNs give the start; without them nothing is proved, but the content is read from the first segment on. A SYN that
  /// changes them ends what they began.
  mutating func inspectStream(_ packet: Packet, _ payload: RawSpan, in handle: UInt32, isForward: Bool) {
    guard !packet.tcp.flags.contains(.rst) else { return }
    let watch = flows[handle].watch
    guard !watches[watch].isContentOver else { return }
    var stream = watches[watch].inspection
    let initials = initials(handle)
    // Late, but they were seen: what began without them begins again.
    if stream != 0, let initials, !streams[stream].isAnchored, !anchor(stream, at: initials, in: handle) {
      streams.close(stream) { $0.end(sourceIsOriginator: true) }
      streams.release(stream)
      stream = 0
    }
    if stream == 0 {
      guard initials != nil || reader.isOn else { return }
      stream = streams.allocate(
        makeInspection(initials, in: handle), part: FlowShare.part(flows[handle].source, flows[handle].destination))
      watches[watch].inspection = stream
    } else if initials == nil, streams[stream].isAnchored {
      return
    }
    let (trusted, prefixes) = (trustedProxies[scopes.sensor(of: flows[handle].scope)], prefixes)
    let sourceIsOriginator = !flows[handle].marks.contains(.sourceIsResponder)
    var isOver = false
    let isCut = streams.update(stream, need: payload.byteCount) { inspection in
      defer { isOver = inspection.isOver }
      if let initials, !inspection.rests(on: initials) {
        inspection.end(sourceIsOriginator: sourceIsOriginator)
        return
      }
      inspection.take(packet, payload, isForward: isForward, trust: trusted.contains) { address, header in
        let covers = prefixes.covers(of: address)
        return covers == .empty ? nil : AttestedAddress(address: address, header: header, covers: covers)
      }
    } end: {
      $0.end(sourceIsOriginator: sourceIsOriginator)
      isOver = $0.isOver
    }
    watches[watch].isContentOver = isOver
    if isCut {
      flows[handle].marks.insert(.isInspectionCut)
      counts.cutStreams &+= 1
    }
  }

  /// The sequence numbers of both SYNs; nothing unless both were seen and the streams are in their first turn.
  @inline(__always)
  private func initials(_ handle: UInt32) -> StreamInspection.Initials? {
    let state = flows[handle].state
    guard state != 0 else { return nil }
    func initial(_ side: TCPSide) -> UInt32? {
      guard side.marks.contains(.syn), max(side.last, side.acknowledged) &- UInt64(side.start) < Self.streamReach else {
        return nil
      }
      return side.start
    }
    guard let source = initial(states[state].connection.source),
      let destination = initial(states[state].connection.destination)
    else {
      return nil
    }
    return StreamInspection.Initials(source: source, destination: destination)
  }

  /// Lets a stream go on that began in the SYN.
  private mutating func anchor(_ stream: UInt32, at initials: StreamInspection.Initials, in handle: UInt32) -> Bool {
    let source = states[flows[handle].state].connection.source
    let acknowledged = max(source.acknowledged, UInt64(source.start) + 1) - UInt64(source.start) - 1
    var isAnchored = false
    _ = streams.update(stream, need: 0) { inspection in
      isAnchored = inspection.anchor(at: initials, acknowledged: acknowledged)
    } end: {
      _ in
    }
    return isAnchored
  }

  @inline(__always)
  private func makeInspection(_ initials: StreamInspection.Initials?, in handle: UInt32) -> StreamInspection {
    let marks = flows[handle].marks
    let sourceIsOriginator = !marks.contains(.sourceIsResponder)
    let address = sourceIsOriginator ? flows[handle].source : flows[handle].destination
    // Where our networks are known, only what comes to us.
    let sensor = scopes.sensor(of: flows[handle].scope)
    let isToUs =
      localNetworks[sensor].isEmpty || marks.contains(sourceIsOriginator ? .destinationIsLocal : .sourceIsLocal)
    return StreamInspection(
      initials ?? StreamInspection.Initials(source: 0, destination: 0), isAnchored: initials != nil,
      sourceIsOriginator: sourceIsOriginator,
      originatorIsTrusted: isToUs && trustedProxies[sensor].contains(address), reader: reader)
  }

  /// Raises grades by key exchanges that were completed.
  func takeStream(
    of flow: Flow, into conclusion: inout EvidenceState.Conclusion, _ record: inout FlowRecord, isFlipped: Bool
  ) {
    if flow.marks.contains(.isInspectionCut) { conclusion.notes.insert(.inspectionCut) }
    let handle = watches[flow.watch].inspection
    guard handle != 0 else { return }
    if streams[handle].isAnchored { record.stream = streams[handle].facts }
    record.content = content(streams[handle].application(sourceIsOriginator: !isFlipped), of: record)
    // Asked again: the catalog may have changed since it was read.
    record.attested = streams[handle].attested?.covered(by: prefixes)
    guard record.stream?.completedKeyExchange == true else { return }
    if conclusion.originator.grade == .e4 { conclusion.originator = SideEvidence(.e5, .keyExchange) }
    if conclusion.responder.grade == .e4 { conclusion.responder = SideEvidence(.e5, .keyExchange) }
  }

  /// Ends the inspection of a stream: others may have the room that its bytes took.
  mutating func closeStream(of flow: Flow) {
    let handle = watches[flow.watch].inspection
    let sourceIsOriginator = !flow.marks.contains(.sourceIsResponder)
    if handle != 0 { streams.close(handle) { $0.end(sourceIsOriginator: sourceIsOriginator) } }
  }

  /// Gives back what the inspection of a stream holds.
  mutating func endStream(of flow: Flow) {
    let handle = watches[flow.watch].inspection
    if handle != 0 { streams.release(handle) }
  }
}
