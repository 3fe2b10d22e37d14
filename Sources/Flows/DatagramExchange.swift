import Inspection
import Packets

/// What the datagrams of one watched UDP or ICMP flow prove beyond their headers: constant space, whatever is sent.
struct DatagramExchange: BitwiseCopyable {
  /// One side of the flow.
  struct Side: BitwiseCopyable {
    var ledger = NonceLedger()
    var quic = QUICSide()
  }

  /// What both sides together showed.
  fileprivate struct Common: BitwiseCopyable {
    /// Whether a QUIC packet was seen.
    var isQUIC = false
    /// Which side began the QUIC connection, if either was seen to.
    var clientIsForward: Bool?
    /// What the last echo request held behind its head.
    var lastEcho: UInt64?
    /// Whether two echo requests held the same: then it can be known beforehand.
    var repeatsEcho = false
  }

  /// The sender of the flow's first packet, and the other side.
  private var forward = Side()
  private var backward = Side()
  private var common = Common()

  /// Takes a datagram into account.
  ///
  /// - Parameters:
  ///   - packet: The datagram.
  ///   - payload: Its payload, as far as captured.
  ///   - isForward: Whether it goes the way of the flow's first packet.
  /// - Complexity: O(n) in the payload's length.
  mutating func take(_ packet: Packet, _ payload: RawSpan, isForward: Bool) {
    if isForward {
      common.take(packet, payload, isForward: true, from: &forward, to: &backward)
    } else {
      common.take(packet, payload, isForward: false, from: &backward, to: &forward)
    }
  }

  /// How the echoes of a side stand: its guesses at short values, modulo 256, and whether one was right.
  func echoing(isForward: Bool) -> (guesses: UInt8, isVerified: Bool) {
    isForward
      ? (forward.ledger.guesses, forward.ledger.isVerified) : (backward.ledger.guesses, backward.ledger.isVerified)
  }

  /// Notes that a side guessed in other flows (T10).
  mutating func markGuessing(isForward: Bool) {
    if isForward { forward.ledger.markGuessing() } else { backward.ledger.markGuessing() }
  }

  /// The evidence for one side, nonces included.
  ///
  /// - Parameters:
  ///   - evidence: What the headers prove.
  ///   - isForward: Whether the side sent the flow's first packet.
  /// - Returns: What both prove, and whether room was too little to say more.
  func judge(_ evidence: SideEvidence, isForward: Bool) -> (evidence: SideEvidence, isCut: Bool) {
    guard evidence.grade == .e1 || evidence.grade == .e2 else { return (evidence, false) }
    let (side, other) = isForward ? (forward, backward) : (backward, forward)
    guard side.ledger.isVerified, !common.repeatsEcho else {
      let isCut = side.ledger.hasDropped || other.ledger.hasDropped
      // A server answers threefold before it knows who asked (RFC 9000 section 8.1): that the client went on says more.
      guard common.clientIsForward == isForward, !side.quic.hasGoneOn else { return (evidence, isCut) }
      return (SideEvidence(.e1, .oneWay), isCut)
    }
    guard side.ledger.wrongEchoes < NonceLedger.guessLimit, !side.ledger.isGuessing else {
      let isCut = side.ledger.mayBeWronged
      return (isCut ? SideEvidence(.e2, .twoWayUnverified) : SideEvidence(.e0, .isnGuessing), isCut)
    }
    let client = common.clientIsForward == true ? forward : backward
    guard client.quic.hasCompleted else { return (SideEvidence(.e3, .nonceEcho), false) }
    return (SideEvidence(.e5, .keyExchange), false)
  }
}

extension DatagramExchange.Common {
  /// The smallest datagram that may begin a connection (RFC 9000 section 14.1).
  private static let smallestFirstDatagram = 1_200

  /// Takes a datagram of a side into account.
  fileprivate mutating func take(
    _ packet: Packet, _ payload: RawSpan, isForward: Bool, from sender: inout DatagramExchange.Side,
    to receiver: inout DatagramExchange.Side
  ) {
    let isWhole =
      packet.flags.isDisjoint(with: [.truncated, .firstFragment])
      && payload.byteCount == Int(packet.payloadLength)
    if packet.ipProtocol == .udp {
      takeDatagram(packet, payload, isWhole: isWhole, isForward: isForward, from: &sender, to: &receiver)
    } else if isWhole {
      takeEcho(packet, payload, from: &sender, to: receiver)
    }
  }

  private mutating func takeDatagram(
    _ packet: Packet, _ payload: RawSpan, isWhole: Bool, isForward: Bool, from sender: inout DatagramExchange.Side,
    to receiver: inout DatagramExchange.Side
  ) {
    let (source, destination) = (packet.sourcePort, packet.destinationPort)
    var isRead = isWhole
    if isQUIC || DatagramNonces.mayBeQUIC(payload, sourcePort: source, destinationPort: destination) {
      QUICPacket.walk(payload, isWhole: isWhole) { quic in
        guard recognises(quic, of: payload.byteCount, isForward: isForward) else {
          // If it was QUIC all the same, the other side knows these ids from now on.
          Self.mention(quic.destination, from: &sender.ledger, to: receiver.ledger)
          Self.mention(quic.source, from: &sender.ledger, to: receiver.ledger)
          return
        }
        // The receiver ignores whatever stands behind the first header but is meant for another connection.
        if !packet.flags.contains(.firstFragment), quic.form != .short { isRead = true }
        DatagramExchange.takeQUIC(
          quic, sourcePort: source, isFromClient: clientIsForward == isForward, from: &sender, to: &receiver)
      }
    }
    if !isQUIC {
      var lastOutcome = NonceLedger.Outcome.known
      var isDoubtful = false
      let receiverLedger = receiver.ledger
      DatagramNonces.read(payload, sourcePort: source, destinationPort: destination) { nonce, use in
        var meaning = use
        if use == .chosenInAnswer {
          meaning = lastOutcome == .echo ? .chosen : lastOutcome == .own && !isDoubtful ? .returned : .mentioned
        }
        let mayBeReturned = use == .chosenInAnswer && lastOutcome != .echo && isDoubtful
        lastOutcome = NonceLedger.take(nonce, meaning, from: &sender.ledger, to: receiverLedger)
        // Who had the initiator's cookie first cannot be known once either side's fell out: then the value that goes with
        // it counts if it is wrong, and does not if it is right.
        if mayBeReturned, lastOutcome == .new {
          sender.ledger.countWrongEcho(of: nonce.kind, to: receiverLedger, isDoubtful: true)
        }
        isDoubtful =
          receiverLedger.hasDropped(nonce.kind) || lastOutcome != .own && sender.ledger.hasDropped(nonce.kind)
      }
    }
    if !isRead { sender.ledger.markUnread() }
  }

  private static func mention(_ id: QUICConnectionID, from sender: inout NonceLedger, to receiver: NonceLedger) {
    if id.isLong { _ = NonceLedger.take(id.nonce, .mentioned, from: &sender, to: receiver) }
  }

  /// Whether a packet belongs to QUIC: of a version known, or of any once one was seen; else only a first datagram as long
  /// as a client's must be, between two ids of the lengths that they have.
  private mutating func recognises(_ packet: QUICPacket, of byteCount: Int, isForward: Bool) -> Bool {
    if isQUIC { return true }
    switch packet.form {
    case .short, .versionNegotiation: return false
    case .unknown:
      guard byteCount >= Self.smallestFirstDatagram, packet.destination.isLong else { return false }
      clientIsForward = isForward
    case .initial, .zeroRTT: clientIsForward = isForward
    case .handshake, .retry: break
    }
    isQUIC = true
    return true
  }

  /// Takes an echo request or reply: id, sequence number and payload are the nonce (methodology 2.4).
  private mutating func takeEcho(
    _ packet: Packet, _ payload: RawSpan, from sender: inout DatagramExchange.Side, to receiver: DatagramExchange.Side
  ) {
    let isRequest = packet.sourcePort == 8 || packet.sourcePort == 128
    guard packet.destinationPort == 0, EchoPayload.isUnpredictable(payload) else { return }
    let number = UInt64(packet.icmpIdentifier) << 16 | UInt64(packet.icmpSequence)
    let nonce = Nonce(.icmpEcho, payload, 0..<payload.byteCount, number: number)
    let outcome = NonceLedger.take(nonce, isRequest ? .chosen : .returned, from: &sender.ledger, to: receiver.ledger)
    guard isRequest, outcome == .new else { return }
    let fixed = EchoPayload.fixedPart(of: payload)
    if fixed == lastEcho { repeatsEcho = true }
    lastEcho = fixed
  }
}
