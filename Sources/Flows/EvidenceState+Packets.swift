import Packets

// How single packets of the protocols that have their own rules change the evidence.

extension EvidenceState {
  /// A datagram, or a packet of a protocol without rules of its own; sound, and of a proven path.
  @inline(__always)
  static func observeOther(_ packet: Packet, from sender: inout EvidenceSide, to receiver: EvidenceSide) {
    if packet.payloadLength > 0 { sender.flags.insert(.payload) }
    sender.note(ServerPorts.isReflected(packet) ? .answered : .segment, after: receiver)
  }

  static func observeTCP(
    _ packet: Packet, from sender: inout EvidenceSide, to receiver: inout EvidenceSide
  ) -> EvidenceEvents {
    let tcp = packet.tcp
    let flags = tcp.flags
    if flags.isImpossible {
      sender.flags.insert(.malformed)
      return []
    }
    if flags.contains(.rst) {
      // A RST takes its sequence number from the packet that it answers (RFC 9293 section 3.10.7): the other side chose
      // it, so it must widen nothing that the other side may acknowledge.
      sender.note(.reset, after: receiver)
      return []
    }

    var events: EvidenceEvents = []
    if flags.contains(.syn) {
      let isAnswer = flags.contains(.ack)
      guard prepareHandshake(tcp, isAnswer: isAnswer, from: &sender, to: &receiver) else { return [] }
      let kind: EvidenceSide.Flags = isAnswer ? .answered : .opened
      if !sender.flags.contains(kind) { events.insert(isAnswer ? .synAck : .syn) }
      sender.note(kind, after: receiver)
    } else {
      sender.note(.segment, after: receiver)
    }

    let isKeepAlive =
      flags.isDisjoint(with: [.syn, .fin])
      && sender.isKeepAlive(sequence: tcp.sequence, payload: packet.payloadLength)
    if packet.payloadLength > 0, !flags.contains(.syn) { sender.flags.insert(.payload) }
    sender.extend(
      sequence: tcp.sequence, payload: packet.payloadLength, control: flags, at: packet.timestamp)
    events.formUnion(receiver.resolvePending(of: &sender))

    if flags.contains(.ack), !isKeepAlive {
      events.formUnion(
        sender.acknowledge(
          tcp.acknowledgement, at: packet.timestamp, isAnswer: flags.contains(.syn),
          isTruncated: packet.flags.contains(.truncated), of: &receiver))
    }
    return events
  }

  /// Makes room for a SYN's initial sequence number where an older one stands (T12).
  ///
  /// - Returns: Whether the SYN counts; one that contradicts a verified handshake does not (RFC 5961 section 4).
  private static func prepareHandshake(
    _ tcp: Packet.TCP, isAnswer: Bool, from sender: inout EvidenceSide, to receiver: inout EvidenceSide
  ) -> Bool {
    let isRetransmission = sender.flags.contains(.hasInitial) && sender.initial == tcp.sequence
    guard sender.flags.contains(.known), !isRetransmission else { return true }
    if isAnswer {
      guard !receiver.flags.contains(.verified) else { return false }
      sender.forgetStream()
    } else {
      guard !sender.flags.contains(.verified) else { return false }
      sender.forgetHandshake()
      receiver.forgetHandshake()
    }
    return true
  }

  static func observeICMP(_ packet: Packet, from sender: inout EvidenceSide, to receiver: EvidenceSide) {
    if packet.payloadLength > 0 { sender.flags.insert(.payload) }
    let type = packet.sourcePort
    switch (packet.ipProtocol, type) {
    case (.icmp, 8), (.icmpv6, 128):
      sender.note(.opened, after: receiver)
      sender.noteRequest(identifier: packet.icmpIdentifier, sequence: packet.icmpSequence)
    case (.icmp, 0), (.icmpv6, 129):
      sender.note(.answered, after: receiver)
      if receiver.requested(identifier: packet.icmpIdentifier, sequence: packet.icmpSequence) {
        sender.flags.insert(.answerVerified)
      }
    case (.icmp, 3), (.icmp, 4), (.icmp, 5), (.icmp, 11), (.icmp, 12), (.icmpv6, 1...4):
      sender.note(.reset, after: receiver)
    default:
      sender.note(.segment, after: receiver)
    }
  }
}

extension EvidenceSide {
  /// Marks a packet of this side, and whether it is an answer that opens the flow.
  mutating func note(_ kind: Flags, after other: EvidenceSide) {
    if !isPresent, !other.isPresent, kind.isSubset(of: .answers) { flags.insert(.unsolicited) }
    flags.insert(kind)
  }

  /// Remembers an echo request: its identifier, and the run of its sequence numbers.
  mutating func noteRequest(identifier: UInt16, sequence: UInt16) {
    if !flags.contains(.known) || acknowledged != UInt32(identifier) {
      flags.insert(.known)
      acknowledged = UInt32(identifier)
      low = UInt32(sequence)
    }
    high = UInt32(sequence)
  }

  /// Whether an echo reply answers a request of this side: same identifier, and inside the run of sequence numbers.
  func requested(identifier: UInt16, sequence: UInt16) -> Bool {
    let first = UInt16(truncatingIfNeeded: low)
    let last = UInt16(truncatingIfNeeded: high)
    return flags.contains(.known) && acknowledged == UInt32(identifier) && sequence &- first <= last &- first
  }
}

extension TCPFlags {
  /// Combinations that no sound host sends (RFC 9293: every segment but the first SYN and some RSTs carries ACK).
  var isImpossible: Bool {
    if contains(.syn) { return !isDisjoint(with: [.fin, .rst]) }
    return isDisjoint(with: [.ack, .rst])
  }
}
