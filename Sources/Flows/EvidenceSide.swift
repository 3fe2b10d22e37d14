import Packets

/// What one side of a flow sent, and how far the other side acknowledged it.
///
/// All sequence arithmetic is modulo 2³² and relative to `low`: `high - low` never exceeds 2³⁰, the largest window that
/// RFC 7323 section 2.3 allows, so that every comparison is free of ambiguity.
struct EvidenceSide: BitwiseCopyable {
  struct Flags: OptionSet, BitwiseCopyable {
    let rawValue: UInt32

    // What the side sent.
    /// A SYN without ACK; an ICMP echo request.
    static let opened = Flags(rawValue: 1 << 0)
    /// A SYN-ACK; an ICMP echo reply; a datagram from a port that only answers.
    static let answered = Flags(rawValue: 1 << 1)
    /// A RST; an ICMP error.
    static let reset = Flags(rawValue: 1 << 2)
    /// Anything else.
    static let segment = Flags(rawValue: 1 << 3)
    /// A packet with flags that no sound host sends.
    static let malformed = Flags(rawValue: 1 << 4)
    /// A packet left out of grading for its checksum.
    static let dropped = Flags(rawValue: 1 << 5)
    /// Payload outside a SYN or RST.
    static let payload = Flags(rawValue: 1 << 6)
    /// The flow's first packet, and it was an answer.
    static let unsolicited = Flags(rawValue: 1 << 7)

    // Its sequence numbers.
    /// `low`, `high`, `acknowledged` hold.
    static let known = Flags(rawValue: 1 << 8)
    /// `low` is the initial sequence number, and no byte since was missed.
    static let startsWithSYN = Flags(rawValue: 1 << 9)
    /// `initial` holds.
    static let hasInitial = Flags(rawValue: 1 << 10)
    /// A FIN ended the stream.
    static let finished = Flags(rawValue: 1 << 11)

    // Its acknowledgements.
    /// `pendingAcknowledgement` holds.
    static let pending = Flags(rawValue: 1 << 12)
    /// The pending acknowledgement stands in a SYN-ACK.
    static let pendingAnswer = Flags(rawValue: 1 << 13)
    /// The pending acknowledgement stands in a truncated packet.
    static let pendingTruncated = Flags(rawValue: 1 << 14)
    /// The pending acknowledgement lay beyond what was seen of the other side.
    static let pendingAhead = Flags(rawValue: 1 << 15)
    /// One lay inside the other side's captured bytes.
    static let valid = Flags(rawValue: 1 << 16)
    /// One was a verifying one (T2).
    static let verified = Flags(rawValue: 1 << 17)
    /// A SYN-ACK was a verifying one (T4); an echo reply matched a request.
    static let answerVerified = Flags(rawValue: 1 << 18)
    /// One after the first verifying one was a verifying one and covered payload (T5).
    static let payloadAcknowledged = Flags(rawValue: 1 << 19)

    // For the notes.
    /// One covered bytes that were not captured (T15).
    static let ackedUnseen = Flags(rawValue: 1 << 20)
    /// A bad checksum of our own was taken for offload (T9).
    static let offload = Flags(rawValue: 1 << 21)
    /// A verifying one stood in a truncated packet (T9).
    static let checksumUnknown = Flags(rawValue: 1 << 22)
    /// A packet whose header keeps its answers from telling who holds the address.
    static let pathUnproven = Flags(rawValue: 1 << 23)
    /// Bytes of the side are missing between captured ones (T15).
    static let hole = Flags(rawValue: 1 << 24)

    // For guesses that are spread over many flows (T10).
    /// The pending acknowledgement is counted in `guesses`.
    static let pendingGuess = Flags(rawValue: 1 << 25)
    /// The side guessed in other flows before it acknowledged anything here.
    static let guessing = Flags(rawValue: 1 << 26)
    /// Acknowledgements of the side were refused in other flows before it acknowledged anything here.
    static let refused = Flags(rawValue: 1 << 27)

    // Asked of every packet; in one piece, for a list of them is not always put together beforehand.
    /// Of these a side that goes on with its stream is `known` alone.
    static let goingOn = Flags(rawValue: known.rawValue | finished.rawValue | pending.rawValue)
    /// Of these a side whose bytes may be acknowledged is `known` alone.
    static let waiting = Flags(rawValue: known.rawValue | pending.rawValue)

    /// Every kind of packet that counts as seen.
    static let kinds: Flags = [.opened, .answered, .reset, .segment]
    /// The kinds that answer something.
    static let answers: Flags = [.answered, .reset]
    /// Every trace of a packet.
    static let traces: Flags = [.opened, .answered, .reset, .segment, .malformed, .dropped]
    /// What a new handshake on the same ports makes void (T12).
    static let perHandshake: Flags = [
      .known, .hasInitial, .startsWithSYN, .finished, .pending, .pendingAnswer, .pendingTruncated, .pendingAhead,
      .pendingGuess,
      .valid, .verified,
      .answerVerified, .payloadAcknowledged,
    ]
    /// What a new initial sequence number makes void.
    static let perStream: Flags = [.known, .hasInitial, .startsWithSYN, .finished]
  }

  /// How an acknowledgement number stands to the other side's captured bytes.
  enum Judgement {
    /// Nothing of it was captured, or it lies outside of what was.
    case outside
    /// Inside, but it advances nothing, or its bytes were captured too late.
    case idle(inTime: Bool)
    /// A verifying acknowledgement (T2).
    case verifying(coversPayload: Bool)
  }

  /// The largest distance of a TCP segment from its predecessors (RFC 7323 section 2.3).
  static let window: UInt32 = 1 << 30
  /// How far an acknowledgement may lie beyond the captured bytes and still count as sent for bytes that were lost.
  static let plausibleLoss: UInt32 = 1 << 24
  /// The reordering between capture queues that T2 tolerates, in nanoseconds.
  static let tolerance: Int64 = 1_000_000
  /// How many wrong acknowledgements before the first valid one make a guesser (T10).
  static let guessLimit: UInt8 = 8

  /// Time of the packet that set `high`.
  private(set) var newest = Timestamp(nanoseconds: 0)
  /// Time of the packet with the pending acknowledgement.
  private var pendingTime = Timestamp(nanoseconds: 0)
  /// What was seen; every other property's meaning hangs on it.
  var flags: Flags = []
  /// First sequence number of the run: the first one seen, or the first one after the last hole in the capture.
  ///
  /// Every byte between `low` and `high` was captured, so that an acknowledgement in between covers a captured byte (T2);
  /// one of bytes before the last hole proves nothing here, which is weaker than T2 and takes no room. ICMP: the sequence number of the first echo request.
  var low: UInt32 = 0
  /// End of the highest byte seen; SYN and FIN count 1.
  ///
  /// ICMP: the sequence number of the last echo request.
  var high: UInt32 = 0
  /// The other side's best acknowledgement of this side's bytes; `low` before the first.
  ///
  /// ICMP: the identifier of the echo requests.
  var acknowledged: UInt32 = 0
  /// End of the payload in the run: `high`, or where the FIN stands.
  private var payloadHigh: UInt32 = 0
  /// The initial sequence number.
  private(set) var initial: UInt32 = 0
  /// This side's last acknowledgement, while it waits for bytes that a slower capture queue may still deliver.
  private var pendingAcknowledgement: UInt32 = 0
  /// Wrong acknowledgements before the first valid one, saturating.
  private(set) var wrongAcknowledgements: UInt8 = 0
  /// Verifying acknowledgements that covered payload, saturating.
  private(set) var payloadAdvances: UInt8 = 0
  /// Acknowledgements before the first valid one that were wrong when captured, modulo 256; only its changes matter.
  private(set) var guesses: UInt8 = 0

  init() {}

  /// The side after its first packet, a SYN without payload: what `extend` would come to.
  init(afterSYN sequence: UInt32, at time: Timestamp) {
    flags = [.opened, .known, .hasInitial, .startsWithSYN]
    (low, acknowledged, initial) = (sequence, sequence, sequence)
    (high, payloadHigh) = (sequence &+ 1, sequence &+ 1)
    newest = time
  }

  /// Whether a packet of this side counts.
  var isSeen: Bool { !flags.isDisjoint(with: .kinds) }
  /// Whether any packet of this side was captured, counting or not.
  var isPresent: Bool { !flags.isDisjoint(with: .traces) }
  /// Whether every packet that counts is of these kinds.
  func sentOnly(_ kinds: Flags) -> Bool { flags.intersection(.kinds).isSubset(of: kinds) }

  // MARK: Sequence numbers

  /// Adds a segment to the bytes seen.
  ///
  /// - Parameters:
  ///   - sequence: Its first sequence number.
  ///   - payload: Payload bytes.
  ///   - control: Its flags; SYN takes a sequence number before the payload, FIN one after it.
  ///   - time: When it was captured.
  mutating func extend(sequence: UInt32, payload: UInt32, control: TCPFlags, at time: Timestamp) {
    let hasFIN = control.contains(.fin)
    let length = payload &+ (control.contains(.syn) ? 1 : 0) &+ (hasFIN ? 1 : 0)
    guard payload < Self.window, length <= Self.window else { return }
    let end = sequence &+ length
    if !flags.contains(.known) {
      flags.insert(.known)
      (low, high, acknowledged, payloadHigh) = (sequence, sequence, sequence, sequence)
      newest = time
      if control.contains(.syn) {
        initial = sequence
        flags.formUnion([.hasInitial, .startsWithSYN])
      }
    }
    guard Int32(bitPattern: end &- high) > 0, length > 0 else { return }
    // Further ahead than any window: not of this stream, and never a reason to widen what counts as acknowledged.
    guard end &- high <= Self.window else { return }
    let isGap = Int32(bitPattern: sequence &- high) > 0
    high = end
    newest = time
    // Nothing follows a FIN in a sound stream (RFC 9293 section 3.6), so nothing after it counts as payload.
    if !flags.contains(.finished) { payloadHigh = hasFIN ? end &- 1 : end }
    if hasFIN { flags.insert(.finished) }
    if isGap {
      flags.insert(.hole)
      startRun(at: sequence)
    }
    if high &- low > Self.window { startRun(at: high &- Self.window) }
  }

  /// Lets the run of captured bytes begin later; what lies before can no longer be acknowledged with effect.
  private mutating func startRun(at sequence: UInt32) {
    low = sequence
    // Both lie between the old `low` and the new `high`, or just beyond: less than 2³¹ away.
    if Int32(bitPattern: acknowledged &- low) < 0 { acknowledged = low }
    if Int32(bitPattern: payloadHigh &- low) < 0 { payloadHigh = low }
    flags.remove(.startsWithSYN)
  }

  /// Forgets the bytes sent, so that a new initial sequence number stands alone.
  mutating func forgetStream() { flags.subtract(.perStream) }

  /// Forgets all that an earlier handshake on the same ports proved (T12); wrong acknowledgements stay counted.
  mutating func forgetHandshake() {
    flags.subtract(.perHandshake)
    payloadAdvances = 0
  }

  // MARK: Acknowledgements

  /// Whether a segment is a keep-alive: it repeats the last sequence number to provoke an answer (T2).
  func isKeepAlive(sequence: UInt32, payload: UInt32) -> Bool {
    flags.contains(.known) && payload <= 1 && sequence &+ 1 == high
  }

  /// Takes an acknowledgement of this side into account.
  ///
  /// - Parameters:
  ///   - number: The acknowledgement number.
  ///   - time: When its packet was captured.
  ///   - isAnswer: Whether its packet is a SYN-ACK.
  ///   - isTruncated: Whether its packet was cut, its checksum thus unknown.
  ///   - other: The side whose bytes it acknowledges.
  /// - Returns: What to cite.
  mutating func acknowledge(
    _ number: UInt32, at time: Timestamp, isAnswer: Bool, isTruncated: Bool, of other: inout EvidenceSide
  ) -> EvidenceEvents {
    if flags.contains(.pending) {
      // Nothing of the other side seen yet: only the better of the two can matter later.
      let isBetter = Int32(bitPattern: number &- pendingAcknowledgement) > 0
      guard other.flags.contains(.known) || isBetter else { return [] }
      settlePending(of: &other)
    }
    let judgement = other.judge(number, at: time)
    if case .outside = judgement {
      flags.subtract([.pendingAnswer, .pendingTruncated, .pendingAhead, .pendingGuess])
      flags.insert(.pending)
      if other.flags.contains(.known), Int32(bitPattern: number &- other.high) > 0 { flags.insert(.pendingAhead) }
      if isAnswer { flags.insert(.pendingAnswer) }
      if isTruncated { flags.insert(.pendingTruncated) }
      pendingAcknowledgement = number
      pendingTime = time
      noteGuess(of: other)
      return []
    }
    let events = accept(judgement, isAnswer: isAnswer, isTruncated: isTruncated, of: other)
    if case .verifying = judgement { return events.union(.verifying) }
    return events
  }

  /// Counts the pending acknowledgement if it misses a stream that was captured from its SYN on.
  private mutating func noteGuess(of other: EvidenceSide) {
    guard other.flags.contains(.startsWithSYN), flags.isDisjoint(with: [.valid, .pendingGuess]) else { return }
    flags.insert(.pendingGuess)
    guesses &+= 1
  }

  /// Looks again at this side's pending acknowledgement after the other side's bytes grew.
  mutating func resolvePending(of other: inout EvidenceSide) -> EvidenceEvents {
    guard flags.contains(.pending) else { return [] }
    let judgement = other.judge(pendingAcknowledgement, at: pendingTime)
    if case .outside = judgement {
      noteGuess(of: other)
      return []
    }
    flags.remove(.pending)
    if case .idle(inTime: false) = judgement, flags.contains(.pendingAhead) { flags.insert(.ackedUnseen) }
    return accept(
      judgement, isAnswer: flags.contains(.pendingAnswer), isTruncated: flags.contains(.pendingTruncated), of: other)
  }

  /// What a RST without ACK of this side says of the acknowledgement whose number it returns.
  ///
  /// - Parameters:
  ///   - number: The RST's sequence number.
  ///   - other: The side that it goes to.
  /// - Returns: Nothing if the number may be this side's own, or is one that is counted as captured.
  func refusal(returning number: UInt32, to other: EvidenceSide) -> EvidenceState.Refusal? {
    guard flags.contains(.known) else { return .ofNoConnection }
    guard flags.contains(.startsWithSYN), !other.flags.contains(.valid),
      !other.flags.contains(.pending) || other.pendingAcknowledgement != number,
      number &- low > high &- low &+ Self.plausibleLoss
    else { return nil }
    return .ofUnseen
  }

  /// Draws from a judged acknowledgement of this side what it proves.
  private mutating func accept(
    _ judgement: Judgement, isAnswer: Bool, isTruncated: Bool, of other: EvidenceSide
  ) -> EvidenceEvents {
    switch judgement {
    case .outside:
      return []
    case .idle(let inTime):
      if inTime { flags.insert(.valid) }
      return []
    case .verifying(let coversPayload):
      var events: EvidenceEvents = []
      flags.insert(.valid)
      if isTruncated { flags.insert(.checksumUnknown) }
      if isAnswer, other.flags.contains(.startsWithSYN) { flags.insert(.answerVerified) }
      if coversPayload {
        if flags.contains(.verified) { flags.insert(.payloadAcknowledged) }
        if payloadAdvances == 0 { events.insert(.ackedData) }
        if payloadAdvances < .max { payloadAdvances += 1 }
      }
      if !flags.contains(.verified) {
        flags.insert(.verified)
        if flags.contains(.opened), !other.flags.isDisjoint(with: [.answerVerified, .opened]) { events.insert(.ack) }
      }
      return events
    }
  }

  /// Gives a pending acknowledgement up: its bytes did not come.
  private mutating func settlePending(of other: inout EvidenceSide) {
    flags.remove(.pending)
    guard other.flags.contains(.known) else { return }
    if flags.contains(.pendingAhead) { flags.insert(.ackedUnseen) }
    // Sent all the same: repeating it later is a duplicate and proves nothing (T2).
    let ahead = pendingAcknowledgement &- other.high
    if ahead <= Self.plausibleLoss, pendingAcknowledgement &- other.low > other.acknowledged &- other.low {
      other.acknowledged = pendingAcknowledgement
    }
    if other.flags.contains(.startsWithSYN), !flags.contains(.valid), wrongAcknowledgements < .max {
      wrongAcknowledgements += 1
    }
  }

  /// Whether a segment of this side goes on with its stream, and acknowledges captured bytes of the other; nearly every
  /// segment does.
  ///
  /// - Parameters:
  ///   - packet: A packet with ACK, and without SYN, FIN and RST.
  ///   - other: The side whose bytes it acknowledges.
  /// - Returns: Whether `follow` may take it.
  @inline(always)
  func isFollowed(by packet: borrowing Packet, of other: EvidenceSide) -> Bool {
    let (payload, sequence) = (packet.payloadLength, packet.tcp.sequence)
    let reach = packet.tcp.acknowledgement &- other.low
    return flags.intersection(.goingOn) == .known && other.flags.intersection(.waiting) == .known
      && sequence == high && payload < Self.window
      && high &- low &+ payload <= Self.window && reach != 0 && reach <= other.high &- other.low
  }

  /// Takes such a segment into account: in a few steps what `note`, `extend` and `acknowledge` would do.
  @inline(always)
  mutating func follow(_ packet: borrowing Packet, of other: inout EvidenceSide) {
    let reach = packet.tcp.acknowledgement &- other.low
    let hasPayload = Bits.ifAny(packet.payloadLength)
    flags.formUnion(Flags(rawValue: Flags.segment.rawValue | Flags.payload.rawValue & hasPayload))
    high = high &+ packet.payloadLength
    payloadHigh = Bits.choose(hasPayload, high, payloadHigh)
    newest = Timestamp(
      nanoseconds: Bits.choose(
        Int64(Int32(bitPattern: hasPayload)), packet.timestamp.nanoseconds, newest.nanoseconds))
    let before = other.acknowledged &- other.low
    let isVerifying = Bits.ifLess(before, reach)
    other.acknowledged = Bits.choose(isVerifying, packet.tcp.acknowledgement, other.acknowledged)
    guard other.newest.nanoseconds(since: packet.timestamp) <= Self.tolerance else { return }
    let payloadStart = max(before, other.flags.bit(of: .startsWithSYN))
    let coversPayload = isVerifying & Bits.ifLess(payloadStart, min(reach, other.payloadHigh &- other.low))
    let unknown = UInt32(packet.flags.bit(of: .truncated)) &* Flags.checksumUnknown.rawValue
    let acknowledged = flags.bit(of: .verified) &* Flags.payloadAcknowledged.rawValue
    flags.formUnion(
      Flags(
        rawValue: Flags.valid.rawValue | (Flags.verified.rawValue | unknown) & isVerifying
          | acknowledged & coversPayload))
    let canAdvance = Bits.ifLess(UInt32(payloadAdvances), UInt32(UInt8.max))
    payloadAdvances &+= UInt8(truncatingIfNeeded: coversPayload & canAdvance & 1)
  }

  /// Whether an acknowledgement of this side covered bytes that were not captured (T15).
  var ackedUnseenBytes: Bool {
    flags.contains(.ackedUnseen) || flags.isSuperset(of: [.pending, .pendingAhead])
  }

  /// Judges the other side's acknowledgement of this side's bytes by T2, and remembers it.
  private mutating func judge(_ number: UInt32, at time: Timestamp) -> Judgement {
    let reach = number &- low
    guard flags.contains(.known), reach != 0, reach <= high &- low else { return .outside }
    let before = acknowledged &- low
    let isInTime = newest.nanoseconds(since: time) <= Self.tolerance
    if reach > before { acknowledged = number }
    guard isInTime, reach > before else { return .idle(inTime: isInTime) }
    // Between SYN and FIN every byte of the run is payload.
    let payloadStart = max(before, flags.contains(.startsWithSYN) ? 1 : 0)
    return .verifying(coversPayload: payloadStart < min(reach, payloadHigh &- low))
  }
}
