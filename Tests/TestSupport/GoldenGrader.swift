public import Flows
public import Packets

/// A slow grader of one TCP flow, written from methodology 2.2, 2.3 and 2.5: the model that `EvidenceState` must equal.
///
/// It keeps every packet and answers each question from scratch, over whole prefixes of the flow and with unwrapped 64-bit
/// positions. Quadratic and worse; for flows of some dozens of packets.
public struct GoldenGrader: Sendable {
  /// One packet of the flow.
  public struct Observation: Sendable {
    /// The packet.
    public var packet: Packet
    /// Whether the originator sent it.
    public var fromOriginator: Bool
    /// Whether its sender is one of our own addresses.
    public var senderIsLocal: Bool

    /// Makes an observation.
    ///
    /// - Parameters:
    ///   - packet: The packet.
    ///   - fromOriginator: Whether the originator sent it.
    ///   - senderIsLocal: Whether its sender is one of our own addresses.
    public init(_ packet: Packet, fromOriginator: Bool, senderIsLocal: Bool = false) {
      self.packet = packet
      self.fromOriginator = fromOriginator
      self.senderIsLocal = senderIsLocal
    }
  }

  /// How far back the grader looks.
  public enum Reach: Sendable {
    /// As `EvidenceState` and `EvidenceChecks` do: bytes since the last hole in the capture (T2), the last 4 segments of a
    /// side (T11), the last 4 timestamps (T13).
    case sinceLastHole
    /// All, as the rules have it.
    case all
  }

  /// What became of a SYN that met an earlier sequence number of its sender.
  enum SYNRole {
    /// The first, or a retransmission.
    case plain
    /// It contradicts a verified handshake and is left out.
    case ignored
    /// A SYN-ACK with a new number: the sender's bytes begin anew.
    case newStream
    /// A SYN with a new number: everything begins anew (T12).
    case newHandshake
  }

  /// The packets that count, in file order: without damaged and impossible ones and mirror duplicates.
  let usable: [Observation]
  /// The role of each SYN among them, by index.
  private(set) var roles: [Int: SYNRole] = [:]
  /// The bytes of originator and responder for each prefix, kept only because they are asked for so often.
  private(set) var streams: [[Stream?]] = [[nil], [nil]]
  /// The notes of T11, T13 and T14.
  public private(set) var notes: EvidenceNotes = []
  let all: [Observation]
  let reach: Reach
  private let captureStart: Timestamp

  /// Reads a flow.
  ///
  /// - Parameters:
  ///   - observations: All its packets in file order.
  ///   - captureStart: Time of the first packet of the capture.
  ///   - reach: Which captured bytes an acknowledgement may cover.
  public init(_ observations: [Observation], captureStart: Timestamp, reach: Reach = .sinceLastHole) {
    self.reach = reach
    all = observations
    self.captureStart = captureStart
    usable = Self.withoutDuplicates(
      observations.filter { !Self.isDropped($0) && !Self.isImpossible($0.packet.tcp.flags) }, reach)
    for index in usable.indices {
      if isSYN(index) { roles[index] = role(ofSYN: index) }
      for (place, side) in [true, false].enumerated() {
        streams[place].append(wholeStream(of: side, before: index + 1))
      }
    }
    notes = wholeNotes()
  }

  static func isDropped(_ observation: Observation) -> Bool {
    let flags = observation.packet.flags
    return !observation.senderIsLocal && (flags.contains(.badTransportChecksum) || flags.contains(.badIPChecksum))
  }

  /// Null, xmas, SYN with FIN or RST, FIN or data without ACK.
  static func isImpossible(_ flags: TCPFlags) -> Bool {
    let syn = flags.contains(.syn)
    let ack = flags.contains(.ack)
    let rst = flags.contains(.rst)
    let fin = flags.contains(.fin)
    return (syn && fin) || (syn && rst) || (!syn && !ack && !rst)
  }

  /// Whether a SYN asked for a decision that depends on what was verified before.
  public var hasConflictingSYN: Bool { roles.values.contains { $0 != .plain } }

  func flags(_ index: Int) -> TCPFlags { usable[index].packet.tcp.flags }
  func isSYN(_ index: Int) -> Bool { flags(index).contains(.syn) }
  func isSYNACK(_ index: Int) -> Bool { isSYN(index) && flags(index).contains(.ack) }
  func isReset(_ index: Int) -> Bool { flags(index).contains(.rst) }
  func counts(_ index: Int) -> Bool { roles[index] != .ignored }

  private func role(ofSYN index: Int) -> SYNRole {
    let sender = usable[index].fromOriginator
    guard let earlier = stream(of: sender, before: index) else { return .plain }
    if isSYN(earlier.first), usable[earlier.first].packet.tcp.sequence == usable[index].packet.tcp.sequence {
      return .plain
    }
    if isSYNACK(index) {
      return verifyingAcknowledgements(of: !sender, before: index).isEmpty ? .newStream : .ignored
    }
    return verifyingAcknowledgements(of: sender, before: index).isEmpty ? .newHandshake : .ignored
  }
}

// MARK: Grades

extension GoldenGrader {
  /// The evidence for one side.
  ///
  /// - Parameter side: True for the originator.
  /// - Returns: Grade and reason.
  public func evidence(ofOriginator side: Bool) -> SideEvidence {
    let evidence = evidenceOfNumbers(ofOriginator: side)
    let isRouted = all.contains { !Self.isDropped($0) && $0.packet.flags.contains(.sourceRouted) }
    let isCapped = isRouted || notes.contains(.timestampMismatch) || notes.contains(.ttlClassChange)
    return isCapped && evidence.grade >= .e3 ? SideEvidence(.e2, .twoWayUnverified) : evidence
  }

  /// Whether a side has E4 by its echo of a timestamp alone (T5).
  public func isSecondWay(originator side: Bool) -> Bool {
    !verifyingAcknowledgements(of: side, before: usable.count).dropFirst().contains(where: \.coversPayload)
  }

  /// The same, wherever the packets went.
  private func evidenceOfNumbers(ofOriginator side: Bool) -> SideEvidence {
    let mine = usable.indices.filter { usable[$0].fromOriginator == side && counts($0) }
    let theirs = usable.indices.filter { usable[$0].fromOriginator != side && counts($0) }
    if mine.isEmpty {
      let left = all.filter { $0.fromOriginator == side }
      if left.contains(where: { !Self.isDropped($0) }) { return SideEvidence(.e0, .malformed) }
      return SideEvidence(.e1, left.isEmpty ? .silent : .oneWay)
    }

    let acks = acknowledgements(of: side, before: usable.count)
    let wrong = wrongAcknowledgements(of: side)
    if acks.contains(where: \.isValid), wrong >= 8 { return SideEvidence(.e0, .isnGuessing) }

    let verifying = acks.filter(\.isVerifying)
    let theirVerifying = verifyingAcknowledgements(of: !side, before: usable.count)
    let iOpened = mine.contains { isSYN($0) && !isSYNACK($0) }
    let theyOpened = theirs.contains { isSYN($0) && !isSYNACK($0) }
    let iAnswered = verifying.contains(where: \.isSYNACKToSYN)
    let theyAnswered = theirVerifying.contains(where: \.isSYNACKToSYN)

    // T1, T3, T4: who must have acknowledged what.
    let third = !verifying.isEmpty && !theirVerifying.isEmpty
    let complete = third && ((iOpened && theyOpened) || (iOpened && theyAnswered) || (theyOpened && iAnswered))
    let proved =
      complete || (iOpened && theyOpened && !verifying.isEmpty) || (!iOpened && theyOpened && iAnswered)
    if complete, verifying.dropFirst().contains(where: \.coversPayload) { return SideEvidence(.e4, .twoWayVerified) }
    if proved {
      let sentPayload = mine.contains { usable[$0].packet.payloadLength > 0 && !isSYN($0) && !isReset($0) }
      // T5, the second way: our acknowledgement of their payload, and the echo of a timestamp that was negotiated.
      if complete, sentPayload, theirVerifying.dropFirst().contains(where: \.coversPayload), echoes(ofOriginator: side),
        clock(of: true, before: usable.count).knowsBeginning, clock(of: false, before: usable.count).knowsBeginning,
        !hasLoss
      {
        return SideEvidence(.e4, .twoWayVerified)
      }
      return SideEvidence(.e3, sentPayload ? .dataInOnly : .connectOnly)
    }
    if third, verifying.count(where: \.coversPayload) >= 2 { return SideEvidence(.e3, .midstream) }

    // 2.5.
    let opensFlow =
      all[0].fromOriginator == side && !Self.isDropped(all[0]) && !Self.isImpossible(all[0].packet.tcp.flags)
    let answersOnly = mine.allSatisfy { isReset($0) || isSYNACK($0) }
    if opensFlow, answersOnly, theirs.allSatisfy(isReset) {
      let sinceStart = all[0].packet.timestamp.nanoseconds(since: captureStart)
      return sinceStart < 120_000_000_000 ? SideEvidence(.e1, .responseOnly) : SideEvidence(.e0, .backscatter)
    }
    if theirs.isEmpty { return SideEvidence(.e1, .oneWay) }
    // T8.
    if iOpened, verifying.isEmpty,
      theirs.contains(where: isSYN) || theirs.allSatisfy(isReset)
        || mine.allSatisfy({ isReset($0) || (isSYN($0) && !isSYNACK($0)) })
    {
      return SideEvidence(.e1, .halfOpen)
    }
    return SideEvidence(.e2, mine.allSatisfy(isReset) ? .resetAnswer : .twoWayUnverified)
  }
}
