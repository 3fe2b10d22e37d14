import Packets

/// What happened to a flow's evidence with one packet, so that a watched flow can cite the frame.
///
/// An acknowledgement captured just before its bytes (T2's tolerance) counts with the packet that brought the bytes.
struct EvidenceEvents: OptionSet {
  let rawValue: UInt8
  /// The sender's first SYN without ACK.
  static let syn = EvidenceEvents(rawValue: 1 << 0)
  /// The sender's first SYN-ACK.
  static let synAck = EvidenceEvents(rawValue: 1 << 1)
  /// The third packet of the handshake, or the one that stood in for it.
  static let ack = EvidenceEvents(rawValue: 1 << 2)
  /// The first verifying acknowledgement of the other side's payload; once for each side, so that the caller can cite
  /// that of the covered one.
  static let ackedData = EvidenceEvents(rawValue: 1 << 3)
  /// The packet itself is a verifying acknowledgement of its sender (T2).
  static let verifying = EvidenceEvents(rawValue: 1 << 4)
}

/// What the packets of one flow have proved so far of both sides: constant space, one update per packet.
///
/// The flow table owns one for each flow and tells it which side a packet came from.
struct EvidenceState: BitwiseCopyable {
  /// What a flow's evidence comes to when the flow ends.
  struct Conclusion {
    var originator: SideEvidence
    var responder: SideEvidence
    var notes: EvidenceNotes
    var activity: Activity
    var basis: OriginatorBasis

    /// Lowers what facts about the whole flow do not let stand: a nonce that came back then came from whoever stands
    /// where the answers go.
    mutating func applyCaps() {
      guard !notes.isDisjoint(with: .caps) else { return }
      if originator.grade > .e2 { originator = SideEvidence(.e2, .twoWayUnverified) }
      if responder.grade > .e2 { responder = SideEvidence(.e2, .twoWayUnverified) }
    }
  }

  var originator = EvidenceSide()
  var responder = EvidenceSide()

  init() {}

  /// Takes one packet into account (methodology 2.3 for TCP, 2.4 for the rest).
  mutating func observe(_ packet: Packet, fromOriginator: Bool, senderIsLocal: Bool) -> EvidenceEvents {
    inOrder(&originator, &responder, isSwapped: !fromOriginator) { sender, receiver in
      Self.observe(packet, from: &sender, to: &receiver, senderIsLocal: senderIsLocal)
    }
  }

  private static func observe(
    _ packet: Packet, from sender: inout EvidenceSide, to receiver: inout EvidenceSide, senderIsLocal: Bool
  ) -> EvidenceEvents {
    if packet.isDamaged {
      // A damaged packet may name any address and any number; our own are only unfinished, their checksum is offloaded.
      guard senderIsLocal else {
        sender.flags.insert(.dropped)
        return []
      }
      sender.flags.insert(.offload)
    }
    if packet.leavesPathUnproven { sender.flags.insert(.pathUnproven) }
    switch packet.ipProtocol {
    case .tcp:
      return observeTCP(packet, from: &sender, to: &receiver)
    case .icmp, .icmpv6:
      observeICMP(packet, from: &sender, to: receiver)
    default:
      observeOther(packet, from: &sender, to: receiver)
    }
    return []
  }

  /// Exchanges the roles of the two sides, when the flow table learns that it had them the wrong way round.
  mutating func flip() { swap(&originator, &responder) }

  /// Draws the conclusion from headers alone, its caps not yet applied; pure, may be asked at any time.
  ///
  /// - Parameters:
  ///   - ipProtocol: The flow's protocol.
  ///   - requestMayPrecede: Whether the capture began so shortly before the flow that what it answers may lie before
  ///     (methodology 2.5).
  ///   - findings: What the packets said besides; that of unwatched flows is not kept.
  /// - Returns: Both sides' evidence, with what explains it.
  func conclude(
    ipProtocol: IPProtocol, requestMayPrecede: Bool, findings: EvidenceChecks.Findings = EvidenceChecks.Findings()
  ) -> Conclusion {
    var (originatorEvidence, responderEvidence) = evidence(ipProtocol: ipProtocol, requestMayPrecede: requestMayPrecede)
    if ipProtocol == .tcp, !hasLoss {
      if isEchoed(originator, by: responder, findings.originatorEchoes, originatorEvidence) {
        originatorEvidence = SideEvidence(.e4, .twoWayVerified)
      }
      if isEchoed(responder, by: originator, findings.responderEchoes, responderEvidence) {
        responderEvidence = SideEvidence(.e4, .twoWayVerified)
      }
    }
    var notes = notes(ipProtocol).union(findings.notes)
    if findings.hasMismatch, !hasLoss { notes.insert(.timestampMismatch) }
    return Conclusion(
      originator: originatorEvidence, responder: responderEvidence, notes: notes, activity: activity(ipProtocol),
      basis: basis)
  }

  /// The grades that `conclude` and `applyCaps` would give a flow whose packets were not looked into, in fewer steps.
  func grades(
    ipProtocol: IPProtocol, requestMayPrecede: Bool
  ) -> (originator: EvidenceGrade, responder: EvidenceGrade) {
    let (own, other) = evidence(ipProtocol: ipProtocol, requestMayPrecede: requestMayPrecede)
    guard originator.flags.union(responder.flags).contains(.pathUnproven) else { return (own.grade, other.grade) }
    return (min(own.grade, .e2), min(other.grade, .e2))
  }

  /// What the headers prove of both sides.
  private func evidence(
    ipProtocol: IPProtocol, requestMayPrecede: Bool
  ) -> (originator: SideEvidence, responder: SideEvidence) {
    let unasked = requestMayPrecede ? SideEvidence(.e1, .responseOnly) : SideEvidence(.e0, .backscatter)
    return switch ipProtocol {
    case .tcp:
      (
        originator.tcpEvidence(against: responder, unasked: unasked),
        responder.tcpEvidence(against: originator, unasked: unasked)
      )
    case .udp:
      (
        originator.udpEvidence(against: responder, unasked: unasked),
        responder.udpEvidence(against: originator, unasked: unasked)
      )
    case .icmp, .icmpv6:
      (
        originator.icmpEvidence(against: responder, unasked: unasked),
        responder.icmpEvidence(against: originator, unasked: unasked)
      )
    default:
      (originator.datagramEvidence(against: responder), responder.datagramEvidence(against: originator))
    }
  }

  /// Whether T5's second way holds: the side's payload was acknowledged, and its own acknowledgement, which holds by
  /// T3 or T4 as it stands, returned a timestamp.
  private func isEchoed(
    _ side: EvidenceSide, by other: EvidenceSide, _ hasEchoed: Bool, _ evidence: SideEvidence
  ) -> Bool {
    hasEchoed && evidence.reason == .dataInOnly && side.isEstablished(with: other)
      && other.flags.contains(.payloadAcknowledged)
  }

  /// Whether bytes of either side are known to be missing in the capture (T15).
  private var hasLoss: Bool {
    originator.ackedUnseenBytes || responder.ackedUnseenBytes
      || originator.flags.union(responder.flags).contains(.hole)
  }

  /// How a side's acknowledgements stand, for guesses that are spread over many flows (T10).
  struct Acknowledging: Equatable {
    /// Wrong ones, modulo 256.
    var guesses: UInt8
    /// Whether one was valid.
    var isValid: Bool
  }

  /// How both sides' acknowledgements stand.
  var acknowledging: (originator: Acknowledging, responder: Acknowledging) {
    (
      Acknowledging(guesses: originator.guesses, isValid: originator.flags.contains(.valid)),
      Acknowledging(guesses: responder.guesses, isValid: responder.flags.contains(.valid))
    )
  }

  /// Notes that a side guessed in other flows before its first valid acknowledgement here.
  mutating func markGuessing(originator side: Bool) {
    if side { originator.flags.insert(.guessing) } else { responder.flags.insert(.guessing) }
  }

  /// An acknowledgement that its receiver refused: a RST without ACK returns its number (RFC 9293 section 3.10.7).
  enum Refusal {
    /// Nothing else of the receiver was captured.
    case ofNoConnection
    /// It misses the receiver's stream, and was not captured: a fragment too short for the number hides it.
    case ofUnseen
  }

  /// What a packet refuses, if it is such a RST.
  func refusal(by packet: Packet, fromOriginator: Bool) -> Refusal? {
    guard packet.tcp.flags.contains(.rst), packet.tcp.flags.isDisjoint(with: [.ack, .syn]) else { return nil }
    let (sender, receiver) = fromOriginator ? (originator, responder) : (responder, originator)
    return sender.refusal(returning: packet.tcp.sequence, to: receiver)
  }

  /// Notes that a side's acknowledgements were refused in other flows before its first valid one here.
  mutating func markRefused(originator side: Bool) {
    if side { originator.flags.insert(.refused) } else { responder.flags.insert(.refused) }
  }

  /// Whether a side has a verifying acknowledgement, of the handshake that stands.
  func isVerified(originator side: Bool) -> Bool { (side ? originator : responder).flags.contains(.verified) }

  /// Whether the originator sent nothing but SYNs.
  var originatorSentOnlySYNs: Bool { originator.isSeen && originator.sentOnly(.opened) }

  /// How the originator is known (T1); the table knows better where it took a hint.
  private var basis: OriginatorBasis {
    guard originator.flags.contains(.opened) else { return .firstPacket }
    return responder.flags.contains(.opened) ? .simultaneous : .syn
  }

  private func notes(_ ipProtocol: IPProtocol) -> EvidenceNotes {
    let flags = originator.flags.union(responder.flags)
    var notes: EvidenceNotes = []
    if originator.ackedUnseenBytes || responder.ackedUnseenBytes { notes.insert(.ackedUnseen) }
    if flags.contains(.checksumUnknown) { notes.insert(.checksumUnknown) }
    if flags.contains(.dropped) { notes.insert(.badChecksums) }
    if flags.contains(.offload) { notes.insert(.offload) }
    if flags.contains(.pathUnproven) { notes.insert(.pathUnproven) }
    // TCP carries no data without acknowledgements from the other side.
    if ipProtocol == .tcp, flags.contains(.payload), originator.isPresent != responder.isPresent {
      notes.insert(.asymmetric)
    }
    return notes
  }

  private func activity(_ ipProtocol: IPProtocol) -> Activity {
    if originator.isUnasked(by: responder) || responder.isUnasked(by: originator) { return .responseOnly }
    switch (originator.flags.contains(.payload), responder.flags.contains(.payload)) {
    case (true, true): return .dataTwoWay
    case (true, false): return ipProtocol == .tcp || responder.isSeen ? .dataIn : .probe
    case (false, true): return .dataOut
    case (false, false):
      return ipProtocol == .tcp && originator.isEstablished(with: responder) ? .connectOnly : .probe
    }
  }
}

extension Packet {
  /// Whether answers to this packet need not reach the address that it names as its source.
  ///
  /// Answers follow a source route back through the stops that the sender chose (RFC 1122 section 3.2.1.8); and whoever
  /// answers to an IPv4 address inside an IPv6 header is not the one to whom IPv4 routes that address.
  @inline(__always)
  var leavesPathUnproven: Bool { !flags.isDisjoint(with: .pathUnproven) }
}
