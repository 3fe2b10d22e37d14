import Packets

/// Where one side of a TCP connection stands.
enum TCPPhase: UInt8 {
  /// Nothing seen from this side.
  case inactive
  /// The originator's SYN was seen.
  case synSent
  /// The originator's first packet was a SYN-ACK.
  case synAckSent
  /// Packets, but no SYN.
  case partial
  /// The handshake's part of this side was seen.
  case established
  /// A FIN was seen.
  case closed
  /// A RST was seen.
  case reset

  /// Whether this side may still be in its handshake.
  var isHandshake: Bool { rawValue <= TCPPhase.synAckSent.rawValue }
}

/// What one TCP packet says, as the connection needs it.
struct TCPSegment: BitwiseCopyable {
  var sequence: UInt32
  var acknowledgement: UInt32
  var payload: UInt32
  var flags: TCPFlags
  var hasZeroWindow: Bool
  /// Whether the capture holds the whole payload.
  var isWhole: Bool

  @inline(__always)
  init(_ packet: borrowing Packet) {
    sequence = packet.tcp.sequence
    acknowledgement = packet.tcp.acknowledgement
    payload = packet.payloadLength
    flags = packet.tcp.flags
    hasZeroWindow = packet.tcp.window == 0
    isWhole = packet.capturedPayloadLength >= packet.payloadLength
  }

  /// Sequence numbers that the segment takes; the payload of a RST is no part of the stream.
  var length: UInt32 {
    (flags.contains(.rst) ? 0 : payload) &+ (flags.contains(.syn) ? 1 : 0) &+ (flags.contains(.fin) ? 1 : 0)
  }
}

/// One side of a TCP connection, with the sequence numbers that it has used.
///
/// Sequence numbers are kept as 64-bit integers whose upper half counts the wraps. "Relative" ones count from the side's
/// initial sequence number: 0 is the SYN, 1 the first payload byte.
struct TCPSide: BitwiseCopyable {
  struct Marks: OptionSet, BitwiseCopyable {
    let rawValue: UInt16
    // Kinds of packet seen, each written once into the history unless its sequence number changes.
    static let syn = Marks(rawValue: 1 << 0)
    static let fin = Marks(rawValue: 1 << 1)
    static let rst = Marks(rawValue: 1 << 2)
    static let finAndRST = Marks(rawValue: 1 << 3)
    static let data = Marks(rawValue: 1 << 4)
    static let ack = Marks(rawValue: 1 << 5)
    static let multipleFlags = Marks(rawValue: 1 << 6)
    /// A packet of this side was seen.
    static let seen = Marks(rawValue: 1 << 7)
    /// `start` was set: by a packet of this side, or by an acknowledgement of the other.
    static let hasStart = Marks(rawValue: 1 << 8)
    /// A packet with FIN was seen, whatever other flags it had.
    static let hasFIN = Marks(rawValue: 1 << 9)
    /// The close of this side has been taken into account.
    static let didClose = Marks(rawValue: 1 << 10)
    /// All data up to the close was seen or given up.
    static let didEnd = Marks(rawValue: 1 << 11)
    /// Gaps of this side are no longer followed.
    static let ignoresGaps = Marks(rawValue: 1 << 12)
  }

  /// The initial sequence number, seen or inferred.
  var start: UInt32 = 0
  var phase = TCPPhase.inactive
  var previousPhase = TCPPhase.inactive
  var marks: Marks = []
  /// One past the highest sequence number sent.
  var last: UInt64 = 0
  /// The highest acknowledgement of it by the other side.
  var acknowledged: UInt64 = 0
  /// Relative: everything below was seen or counted as missed.
  var delivered: UInt64 = 1
  /// Relative: everything below was acknowledged, or is no longer waited for.
  var trimmed: UInt64 = 1
  /// Handle of the ranges seen beyond gaps.
  var ranges: UInt32 = 0
  var gaps: UInt32 = 0
  /// Payload bytes that were acknowledged but not captured.
  var missedBytes: UInt64 = 0
  // What follows is not touched by segments that only go on.
  /// Relative: one past the FIN.
  var finEnd: UInt64 = 0
  /// Payload bytes written into earlier records (active timeout).
  var reportedBytes: UInt64 = 0
  var lastSYN: UInt32 = 0
  var lastFIN: UInt32 = 0
  var lastRST: UInt32 = 0
  var retransmissions: UInt32 = 0
  var zeroWindows: UInt32 = 0

  init() {}

  /// The originator after its first packet, a SYN without payload: what `TCPConnection.observe` would come to.
  init(afterSYN sequence: UInt32) {
    phase = .synSent
    marks = [.syn, .seen]
    setStart(sequence, last: sequence &+ 1)
  }

  mutating func enter(_ phase: TCPPhase) {
    guard phase != self.phase else { return }
    previousPhase = self.phase
    self.phase = phase
  }

  /// A number with the upper half of another, that is in the same turn of the sequence space.
  static func sameTurn(_ old: UInt64, _ number: UInt32) -> UInt64 { old & ~0xFFFF_FFFF | UInt64(number) }

  mutating func setStart(_ number: UInt32, last lastNumber: UInt32) {
    start = number
    acknowledged = Self.sameTurn(acknowledged, number)
    last = Self.sameTurn(last, lastNumber)
    marks.insert(.hasStart)
  }

  /// Advances a 64-bit number to a 32-bit one, counting the wrap.
  static func advance(_ old: inout UInt64, to number: UInt32) {
    if number < UInt32(truncatingIfNeeded: old) { old = old &+ (1 << 32) }
    old = sameTurn(old, number)
  }

  /// The relative sequence number of a 32-bit one that lies near a 64-bit one of this side.
  ///
  /// It lies before the start (`underflows`) if the numbers have not wrapped yet.
  func relative(_ number: UInt32, near reference: UInt64) -> (value: UInt64, underflows: Bool) {
    let low = UInt32(truncatingIfNeeded: reference)
    var turn = reference >> 32
    let delta = Int32(bitPattern: number &- low)
    if delta < 0, turn > 0, number > low {
      turn &-= 1
    } else if delta > 0, number < low {
      turn &+= 1
    }
    guard turn > 0 else {
      let distance = Int64(Int32(bitPattern: number &- start))
      return (UInt64(bitPattern: distance), distance < 0)
    }
    return ((turn << 32 | UInt64(number)) &- UInt64(start), false)
  }

  /// Whether none of this side's payload was acknowledged.
  var hasNothingAcknowledged: Bool { acknowledged &- UInt64(start) <= 1 }

  /// Whether the gaps of this side can be told from sequence numbers that mean nothing.
  var isClean: Bool { phase == .established || phase == .closed && previousPhase == .established }

  /// Payload bytes by sequence numbers, as Zeek counts: the SYN and one FIN are no payload.
  ///
  /// Numbers that contradict each other (a start beyond the last) count nothing.
  func payloadBytes(peer: TCPPhase) -> UInt64 {
    if previousPhase == .synSent, phase == .reset, peer == .inactive, !hasNothingAcknowledged { return 0 }
    let size = max(last, acknowledged) &- UInt64(start)
    guard size > 1, size < 1 << 63 else { return 0 }
    return size &- (marks.contains(.hasFIN) ? 2 : 1)
  }
}

/// A TCP connection as Zeek sees it: the states of both sides, the history, and the payload that the capture lacks.
///
/// ```
///   inactive ─SYN─► synSent ─SYN-ACK of the peer─► established ─FIN─► closed
///      │  └────SYN-ACK first─► synAckSent                │  └───RST─► reset
///      └──────anything else─► partial ───────────────────┘
/// ```
/// One instance follows one flow from its first packet. It holds no reference: ranges seen beyond gaps and long histories
/// stand in pools that the flow table owns.
struct TCPConnection: BitwiseCopyable {
  /// What belongs to both sides.
  struct Common: BitwiseCopyable {
    var history = TCPHistory()
    /// Whether the beginning of the connection was not seen.
    var isPartial = false
    /// Whether a close waits for data.
    var isCloseDeferred = false
    /// Time of the latest packet before both sides had closed; behind as long as they have not.
    var activeUntil: Timestamp
  }

  var source = TCPSide()
  var destination = TCPSide()
  var common: Common

  init(firstPacket: Timestamp) { common = Common(activeUntil: firstPacket) }

  /// How far the connection is: over if reset, closed by both sides, or closed by the only side seen.
  @inline(__always)
  var standing: FlowState.Standing {
    if source.phase == .reset || destination.phase == .reset { return .over }
    if source.phase.isHandshake, destination.phase.isHandshake { return .handshake }
    let isSourceDone = source.phase == .closed || source.phase == .inactive
    return isSourceDone && (destination.phase == .closed || destination.phase == .inactive) ? .over : .open
  }

  /// Whether the flow began with a SYN-ACK of a handshake that a segment goes on with.
  ///
  /// Then the sender of the SYN-ACK is the responder. A scan by SYN-ACKs looks different: it meets RSTs, or nothing.
  @inline(__always)
  func revealsMissedSYN(_ segment: TCPSegment) -> Bool {
    common.history.isOnlySYNACK && segment.flags.isDisjoint(with: [.syn, .fin, .rst])
      && (segment.payload > 0 || segment.flags.contains(.ack))
  }

  /// Exchanges the roles when a missed SYN is revealed, as if they had been so from the start.
  mutating func exchangeRoles() {
    common.history.flipSYNACK()
    common.isPartial = false
    source.marks.insert(.seen)
    destination.marks.insert(.seen)
  }

  /// Whether ranges beyond gaps stand in the pools.
  @inline(__always)
  var hasRanges: Bool { source.ranges | destination.ranges != 0 }

  /// Whether anything stands in the pools.
  @inline(__always)
  var usesPools: Bool { hasRanges || common.history.isLong }

  /// Gives the pools' elements back.
  mutating func release(_ pools: inout TCPPools) {
    pools.ranges.release(&source.ranges)
    pools.ranges.release(&destination.ranges)
    common.history.release(&pools)
  }

  /// Whether both sides have closed.
  var isClosed: Bool { source.marks.contains(.didClose) && destination.marks.contains(.didClose) }

  /// Takes a segment into account.
  ///
  /// - Parameters:
  ///   - segment: The segment.
  ///   - latest: Time of the flow's latest packet, this one included.
  ///   - fromSource: Whether the sender of the first packet sent it.
  ///   - fromOriginator: Whether the originator did.
  ///   - pools: The table's.
  /// - Returns: Whether the roles must be exchanged: the SYN of a SYN-ACK that was captured before it.
  mutating func observe(
    _ segment: TCPSegment, latest: Timestamp, fromSource: Bool, fromOriginator: Bool, pools: inout TCPPools
  ) -> Bool {
    inOrder(&source, &destination, isSwapped: !fromSource) { sender, peer in
      Self.observe(
        segment, latest: latest, fromOriginator: fromOriginator, sender: &sender, peer: &peer, common: &common,
        pools: &pools)
    }
  }

  /// Whether a SYN begins a new connection between the same endpoints (methodology T12).
  ///
  /// A SYN that repeats the old number is a retransmission. Any other is taken for a new connection, even if its number
  /// lies inside the old window: hosts that count numbers up with time (RFC 6528) reuse endpoints that way after a fast
  /// transfer, and a flow cut in two proves less, never more.
  func isReuse(_ segment: TCPSegment, fromSource: Bool) -> Bool {
    let peer = fromSource ? destination.phase : source.phase
    // A SYN-ACK answers a SYN; without one in sight, a new one answers one that was not captured.
    guard segment.flags.contains(.syn), !segment.flags.contains(.ack) || peer == .inactive else { return false }
    let marks = fromSource ? source.marks : destination.marks
    return marks.contains(.hasStart) && segment.sequence != (fromSource ? source.start : destination.start)
  }

  /// The same, for a flow of which there is only the first packet.
  static func isReuse(_ segment: TCPSegment, after first: Packet.TCP, fromSource: Bool) -> Bool {
    guard segment.flags.contains(.syn) else { return false }
    if fromSource { return segment.sequence != (first.flags.contains(.syn) ? first.sequence : first.sequence &- 1) }
    return first.flags.contains(.ack) && !segment.flags.contains(.ack)
      && segment.sequence != first.acknowledgement &- 1
  }
}
