import Packets

/// What the packets of one flow say besides their sequence numbers: repetition (T11), timestamps (T13), TTLs (T14).
///
/// Watched flows own one each. It stands before the `EvidenceState`, so that a mirror duplicate never reaches it.
struct EvidenceChecks: BitwiseCopyable {
  /// What is kept of one side's packets.
  private struct Side: BitwiseCopyable {
    var trail = SegmentTrail()
    var clock = TimestampClock()
    var hops = HopRange()
    /// A verifying acknowledgement of this side, of the handshake that stands, returned a timestamp of the other's.
    var hasEchoed = false
    /// This side returned a timestamp that the other never sent.
    var hasMismatch = false
  }

  private var originator = Side()
  private var responder = Side()
  private var hasDuplicates = false

  init() {}

  /// Takes one packet into account, and hands it on to the state unless it is a mirror duplicate.
  ///
  /// - Parameters:
  ///   - packet: The packet.
  ///   - fromOriginator: Whether the originator sent it.
  ///   - senderIsLocal: Whether its sender is one of our own addresses.
  ///   - state: What the flow's packets have proved so far.
  /// - Returns: What to cite.
  mutating func observe(
    _ packet: Packet, fromOriginator: Bool, senderIsLocal: Bool, into state: inout EvidenceState
  ) -> EvidenceEvents {
    let counts = (senderIsLocal || !packet.isDamaged) && (packet.ipProtocol != .tcp || !packet.tcp.flags.isImpossible)
    guard counts else {
      return state.observe(packet, fromOriginator: fromOriginator, senderIsLocal: senderIsLocal)
    }
    // One that may change the path of the answers is never left out.
    if packet.ipProtocol == .tcp, !packet.leavesPathUnproven {
      let isDuplicate =
        fromOriginator ? originator.trail.holdsOrAdds(packet) : responder.trail.holdsOrAdds(packet)
      if isDuplicate {
        hasDuplicates = true
        return []
      }
    }
    let events = state.observe(packet, fromOriginator: fromOriginator, senderIsLocal: senderIsLocal)
    if fromOriginator {
      Self.observe(packet, events, from: &originator, to: responder)
    } else {
      Self.observe(packet, events, from: &responder, to: originator)
    }
    // A new handshake makes the echoes of the one before void (T12).
    if !state.isVerified(originator: true) { originator.hasEchoed = false }
    if !state.isVerified(originator: false) { responder.hasEchoed = false }
    return events
  }

  private static func observe(
    _ packet: Packet, _ events: EvidenceEvents, from sender: inout Side, to receiver: Side
  ) {
    sender.hops.add(packet.timeToLive)
    guard packet.flags.contains(.tcpTimestamps), !packet.tcp.flags.contains(.rst) else { return }
    if packet.tcp.flags.contains(.ack) {
      let echo = packet.tcp.timestampEcho
      if receiver.clock.excludes(echo, at: packet.timestamp) { sender.hasMismatch = true }
      if events.contains(.verifying), receiver.clock.lately(sent: echo) { sender.hasEchoed = true }
    }
    sender.clock.add(packet)
  }

  /// Exchanges the roles of the two sides.
  mutating func flip() { swap(&originator, &responder) }

  /// What came of it, without what it was drawn from.
  struct Findings {
    /// Whether the originator returned a timestamp of a handshake that negotiated timestamps (T13).
    var originatorEchoes = false
    /// Whether the responder did.
    var responderEchoes = false
    /// A timestamp came back that was not captured; it may have been sent all the same if the capture lost packets.
    var hasMismatch = false
    /// What else a report is to say.
    var notes: EvidenceNotes = []
  }

  /// The TTLs of both sides.
  var hops: (originator: HopRange, responder: HopRange) { (originator.hops, responder.hops) }

  /// What came of the packets so far.
  var findings: Findings {
    var findings = Findings()
    if hasDuplicates { findings.notes.insert(.mirrorDuplicates) }
    if originator.hasEchoed || responder.hasEchoed { findings.notes.insert(.timestampEchoed) }
    if originator.hops.changesClass || responder.hops.changesClass { findings.notes.insert(.ttlClassChange) }
    findings.hasMismatch = originator.hasMismatch || responder.hasMismatch
    if originator.clock.startsWithSYN, responder.clock.startsWithSYN {
      (findings.originatorEchoes, findings.responderEchoes) = (originator.hasEchoed, responder.hasEchoed)
    }
    return findings
  }
}

/// The TTLs, or hop limits, of one side's packets (T14).
struct HopRange: BitwiseCopyable {
  private(set) var lowest = UInt8.max
  private(set) var highest: UInt8 = 0

  /// The range of no packet.
  init() {}

  /// Whether it is that.
  var isEmpty: Bool { lowest > highest }

  /// The range of packets that were seen before.
  init(lowest: UInt8, highest: UInt8) { (self.lowest, self.highest) = (lowest, highest) }

  /// Takes the packets of another range into account.
  mutating func formUnion(_ other: HopRange) {
    lowest = min(lowest, other.lowest)
    highest = max(highest, other.highest)
  }

  /// Takes one packet's TTL into account.
  mutating func add(_ timeToLive: UInt8) {
    lowest = min(lowest, timeToLive)
    highest = max(highest, timeToLive)
  }

  /// Whether packets began with different TTLs: the classes are intervals, so that the ends tell.
  ///
  /// A path that changes by up to three hops is normal, even where it crosses from one class into another.
  var changesClass: Bool {
    lowest <= highest && highest &- lowest > 3 && Self.initial(lowest) != Self.initial(highest)
  }

  /// The initial TTL that a host most likely used: 64, 128 or 255.
  ///
  /// 32 is none of them: hosts behind more than 32 hops exist, and would change class with every change of their path.
  static func initial(_ timeToLive: UInt8) -> UInt8 { timeToLive <= 64 ? 64 : timeToLive <= 128 ? 128 : 255 }
}

extension Packet {
  /// Whether a checksum was verified and is wrong.
  var isDamaged: Bool { !flags.isDisjoint(with: .damaged) }
}

extension Packet.Flags {
  /// Those of a packet with a checksum that was verified and is wrong.
  @inline(__always)
  static var damaged: Packet.Flags { [.badTransportChecksum, .badIPChecksum] }
  /// Those of a packet whose answers need not reach the address that it names as its source.
  @inline(__always)
  static var pathUnproven: Packet.Flags { [.sourceRouted, .mappedAddress] }
}
