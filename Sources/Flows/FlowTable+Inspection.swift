import Inspection
import Packets

/// What a watched flow's payload adds to what its headers prove: nonces echoed in datagrams, key exchanges in streams.
extension FlowTable {
  /// Reads the payload of a watched flow's packet, after headers and counters were taken into account.
  ///
  /// A damaged packet of the other side is not read: it may hold anything (T9).
  ///
  /// - Parameters:
  ///   - packet: The packet, its transport checksum verified where the capture holds all of it.
  ///   - frame: The frame it came from.
  ///   - handle: Its flow.
  ///   - isForward: Whether it goes the way of the flow's first packet.
  mutating func inspect(_ packet: Packet, frame: RawSpan, in handle: UInt32, isForward: Bool) {
    // Of a datagram that was cut, even the lack of payload says something: that there was more.
    let isCut = packet.ipProtocol == .udp && !packet.flags.isDisjoint(with: [.truncated, .firstFragment])
    guard packet.capturedPayloadLength > 0 || isCut else { return }
    let isOurs = flows[handle].marks.contains(isForward ? .sourceIsLocal : .destinationIsLocal)
    guard !packet.isDamaged || isOurs else { return }
    let payload = frame.extracting(packet.payloadRange(in: frame))
    switch packet.ipProtocol {
    case .tcp: inspectStream(packet, payload, in: handle, isForward: isForward)
    case .udp, .icmp, .icmpv6: inspectDatagram(packet, payload, in: handle, isForward: isForward)
    default: break
    }
  }

  /// Raises a flow's grades, and fills its record in, by what inspection found.
  ///
  /// - Parameters:
  ///   - flow: The flow.
  ///   - conclusion: What its headers prove, caps not yet applied.
  ///   - record: The flow's record.
  ///   - isFlipped: Whether the sender of the first packet is the responder.
  func takeInspection(
    of flow: Flow, into conclusion: inout EvidenceState.Conclusion, _ record: inout FlowRecord, isFlipped: Bool
  ) {
    switch flow.ipProtocol {
    case .tcp: takeStream(of: flow, into: &conclusion, &record, isFlipped: isFlipped)
    case .udp, .icmp, .icmpv6: takeDatagrams(of: flow, into: &conclusion, &record, isFlipped: isFlipped)
    default: break
    }
  }

  /// Ends the inspection of a flow that ends: what depends on others is judged now.
  mutating func closeInspection(of flow: Flow) {
    switch flow.ipProtocol {
    case .tcp: closeStream(of: flow)
    case .udp, .icmp, .icmpv6: closeDatagrams(of: flow)
    default: break
    }
  }

  /// Gives back what the inspection of a flow that ended held.
  mutating func endInspection(of flow: Flow) {
    switch flow.ipProtocol {
    case .tcp: endStream(of: flow)
    case .udp, .icmp, .icmpv6: endDatagrams(of: flow)
    default: break
    }
  }

  /// The content of a flow for its record; nothing if it says nothing.
  func content(_ facts: consuming ApplicationFacts, of record: FlowRecord) -> FlowContent? {
    guard !facts.isEmpty else { return nil }
    let trusted = trustedProxies[record.sensor]
    let isToUs = localNetworks[record.sensor].isEmpty || record.responderIsLocal == true
    return FlowContent(
      facts, senderIsTrusted: isToUs && trusted.contains(record.originator.address), trust: trusted.contains)
  }
}
