/// How much a flow's packets prove of the address of one side (methodology 2.2).
public enum EvidenceGrade: UInt8, Comparable, Sendable, CaseIterable {
  /// Contra-indicated: backscatter, malformed, suspected guessing, impossible address.
  case e0 = 0
  /// One-way: the address is claimed by the sender.
  case e1
  /// Two-way, but no nonce echo is visible.
  case e2
  /// The return path is verified, but not the whole story.
  case e3
  /// Two-way verified: full handshake, then the other side's payload acknowledged.
  case e4
  /// Cryptographically confirmed two-way.
  case e5

  /// The grade's name, `E0` to `E5`.
  public var name: String {
    switch self {
    case .e0: "E0"
    case .e1: "E1"
    case .e2: "E2"
    case .e3: "E3"
    case .e4: "E4"
    case .e5: "E5"
    }
  }

  /// Orders grades by strength.
  public static func < (lhs: EvidenceGrade, rhs: EvidenceGrade) -> Bool { lhs.rawValue < rhs.rawValue }
}

/// Why a side has its grade; the raw value is the reason's name in every report (methodology 2.2–2.5).
public enum GradeReason: String, Sendable, CaseIterable {
  /// E5: a key exchange was completed (methodology 2.4).
  case keyExchange = "key_exchange"
  /// E4: handshake seen, then the other side's payload acknowledged (T5).
  case twoWayVerified = "two_way_verified"
  /// E3: handshake verified, no payload acknowledged (T6).
  case connectOnly = "connect_only"
  /// E3: handshake verified, payload only from the graded side (T5).
  case dataInOnly = "data_in_only"
  /// E3: no handshake captured, both sides acknowledge each other's new bytes (T7).
  case midstream
  /// E3: a nonce of the other side was echoed (methodology 2.4).
  case nonceEcho = "nonce_echo"
  /// E2: packets both ways, no verifying acknowledgement.
  case twoWayUnverified = "two_way_unverified"
  /// E2: only a reset answered (T4): something on the path may have forged it.
  case resetAnswer = "reset_answer"
  /// E1: only this side was seen.
  case oneWay = "one_way"
  /// E1: SYN and SYN-ACK without a valid third packet (T8).
  case halfOpen = "half_open"
  /// E1: an answer whose request may lie before the capture (methodology 2.5).
  case responseOnly = "response_only"
  /// E0: an answer without a request: somebody forged our address to this side (methodology 2.5).
  case backscatter
  /// E0: many wrong acknowledgements before a right one (T10).
  case isnGuessing = "isn_guessing"
  /// E0: one of a flood of forged sources (methodology 2.5).
  case flood
  /// E0: packets that no sound host sends.
  case malformed
  /// E1: nothing was seen of this side.
  case silent
}

/// What one side of a flow has shown.
public struct SideEvidence: Sendable, Equatable {
  /// The grade of the side's address.
  public var grade: EvidenceGrade
  /// Why.
  public var reason: GradeReason

  /// Makes a side's evidence.
  ///
  /// - Parameters:
  ///   - grade: The grade of the side's address.
  ///   - reason: Why.
  public init(_ grade: EvidenceGrade, _ reason: GradeReason) {
    self.grade = grade
    self.reason = reason
  }
}

/// What a flow did, apart from what it proves (methodology 2.2).
public enum Activity: String, Sendable, CaseIterable {
  /// Payload both ways.
  case dataTwoWay = "data-two-way"
  /// Payload from the originator only.
  case dataIn = "data-in"
  /// Payload from the responder only.
  case dataOut = "data-out"
  /// A handshake without payload.
  case connectOnly = "connect-only"
  /// A request without an answer.
  case probe
  /// An answer without a request.
  case responseOnly = "response-only"
}

/// How the originator of a flow is known (methodology T1).
public enum OriginatorBasis: String, Sendable, CaseIterable {
  /// It sent the first SYN without ACK.
  case syn
  /// Both sides sent a SYN without ACK first.
  case simultaneous
  /// It sent the first packet; nothing better was seen.
  case firstPacket = "first_packet"
  /// The responder's SYN-ACK, or a well-known port, says so; a hint, no proof.
  case hint
}

/// Facts about a flow that weaken or explain its grades.
public struct EvidenceNotes: OptionSet, Sendable, BitwiseCopyable, Hashable {
  /// The bits.
  public let rawValue: UInt16
  /// Makes a set from its bits.
  public init(rawValue: UInt16) { self.rawValue = rawValue }

  /// An acknowledgement covered bytes that the capture does not hold (T15).
  public static let ackedUnseen = EvidenceNotes(rawValue: 1 << 0)
  /// Only one direction was captured although the flow carried data (T15).
  public static let asymmetric = EvidenceNotes(rawValue: 1 << 1)
  /// A packet that fixes a grade was cut by the snap length; its checksum is unknown (T9).
  public static let checksumUnknown = EvidenceNotes(rawValue: 1 << 2)
  /// Packets with a bad checksum were left out of grading (T9).
  public static let badChecksums = EvidenceNotes(rawValue: 1 << 3)
  /// Bad checksums of our own side were taken for offload (T9).
  public static let offload = EvidenceNotes(rawValue: 1 << 4)
  /// Packets prescribed their route, or held an IPv4 address in an IPv6 header: no grade of the flow exceeds E2.
  public static let pathUnproven = EvidenceNotes(rawValue: 1 << 5)
  /// Packets that the capture holds twice, as mirror ports make them, were left out of grading (T11).
  public static let mirrorDuplicates = EvidenceNotes(rawValue: 1 << 6)
  /// A verifying acknowledgement also returned the other side's timestamp, a second nonce (T13).
  public static let timestampEchoed = EvidenceNotes(rawValue: 1 << 7)
  /// A timestamp came back that the other side never sent: no grade of the flow exceeds E2 (T13).
  public static let timestampMismatch = EvidenceNotes(rawValue: 1 << 8)
  /// The initial TTL of a side changed within the flow: no grade of the flow exceeds E2 (T14).
  public static let ttlClassChange = EvidenceNotes(rawValue: 1 << 9)
  /// The flow ran inside a tunnel, where routing does not vouch for its addresses (methodology 1.5, item 10).
  public static let tunnelled = EvidenceNotes(rawValue: 1 << 10)
  /// More was to be inspected than there was room for: grades that rest on content may be too low, never too high.
  public static let inspectionCut = EvidenceNotes(rawValue: 1 << 11)
  /// The same endpoints exchanged datagrams with another tag or in a tunnel: what one path returns may have come by the
  /// other, so that no returned value counts.
  public static let severalPaths = EvidenceNotes(rawValue: 1 << 12)
  /// The flow, or another of the same addresses about that time, was given up for lack of room: no grade of it exceeds E2,
  /// for its packets are not judged together with all that could contradict them.
  public static let givenUp = EvidenceNotes(rawValue: 1 << 13)

  /// Facts that keep every grade of the flow at E2 or below.
  static let caps: EvidenceNotes = [.pathUnproven, .timestampMismatch, .ttlClassChange, .givenUp]
}
