import Packets

/// What happened to a flow's evidence with one packet, so that a watched flow can cite the frame.
struct EvidenceEvents: OptionSet {
  let rawValue: UInt8
  /// The first SYN without ACK.
  static let syn = EvidenceEvents(rawValue: 1 << 0)
  /// The first SYN-ACK.
  static let synAck = EvidenceEvents(rawValue: 1 << 1)
  /// The third packet of the handshake, or the one that stood in for it.
  static let ack = EvidenceEvents(rawValue: 1 << 2)
  /// The first verifying acknowledgement of payload.
  static let ackedData = EvidenceEvents(rawValue: 1 << 3)
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
  }

  init() {}

  /// Takes one packet into account (methodology 2.3 for TCP, 2.4 for the rest).
  mutating func observe(_ packet: Packet, fromOriginator: Bool, senderIsLocal: Bool) -> EvidenceEvents {
    []
  }

  /// Exchanges the roles of the two sides, when the flow table learns that it had them the wrong way round.
  mutating func flip() {
  }

  /// Draws the conclusion; pure, may be asked at any time.
  func conclude(ipProtocol: IPProtocol, firstPacket: Timestamp, captureStart: Timestamp) -> Conclusion {
    Conclusion(
      originator: SideEvidence(.e1, .oneWay), responder: SideEvidence(.e1, .silent), notes: [], activity: .probe,
      basis: .firstPacket)
  }
}
