import Inspection

/// What one side of a flow showed of QUIC beside its connection ids.
struct QUICSide: BitwiseCopyable {
  /// Connection ids that this side sent to and that the other side had not given to it: what a server may derive its
  /// own from.
  private var guesses = InlineArray<2, QUICConnectionID>(repeating: .none)
  private var guessCount: UInt8 = 0
  /// Whether there were more than there is room for.
  private var hasMoreGuesses = false
  /// Whether it sent a long header.
  var hasSpoken = false
  /// Whether it sent an Initial or Handshake packet.
  var hasKeyShare = false
  /// Whether it sent a Handshake or short-header packet after the other side had spoken.
  var hasGoneOn = false
  /// Whether it sent a Handshake packet to a connection id that the other side had chosen, after the other side's
  /// Initial or Handshake packet.
  var hasCompleted = false

  mutating func remember(_ id: QUICConnectionID) {
    guard id.length > 0 else { return }
    for index in 0..<Int(guessCount) where guesses[index].nonce == id.nonce { return }
    guard Int(guessCount) < guesses.count else {
      hasMoreGuesses = true
      return
    }
    guesses[Int(guessCount)] = id
    guessCount &+= 1
  }

  /// Whether an id of the other side may be nothing but an answer to what this side knew before.
  func explains(_ id: QUICConnectionID) -> Bool {
    hasMoreGuesses || (0..<Int(guessCount)).contains { id.isDerived(from: guesses[$0]) }
  }
}

extension DatagramExchange {
  /// Takes the packets of a QUIC datagram into account (RFC 9000 section 8.1, methodology 2.4).
  ///
  /// A side's own connection id counts as chosen if it does not follow from one that the other side used before; where the
  /// other side was silent so far, only if the sender's port is none that services have, for a server's answer to a
  /// packet that the capture lacks may hold what the client chose.
  static func takeQUIC(
    _ packet: QUICPacket, sourcePort: UInt16, isFromClient: Bool, from sender: inout Side, to receiver: inout Side
  ) {
    if packet.form == .short {
      if receiver.quic.hasSpoken { sender.quic.hasGoneOn = true }
      return
    }
    let toID = packet.destination
    var outcome = NonceLedger.Outcome.known
    if toID.isLong {
      outcome = NonceLedger.take(toID.nonce, .returned, from: &sender.ledger, to: receiver.ledger)
    }
    if outcome != .echo { sender.quic.remember(toID) }
    if packet.form == .handshake, receiver.quic.hasSpoken {
      sender.quic.hasGoneOn = true
      if outcome == .echo, receiver.quic.hasKeyShare, isFromClient { sender.quic.hasCompleted = true }
    }
    // A version negotiation repeats both of the client's ids.
    if packet.form != .versionNegotiation {
      let id = packet.source
      if id.isLong {
        let isFree = receiver.quic.hasSpoken ? !receiver.quic.explains(id) : sourcePort >= 1_024
        _ = NonceLedger.take(id.nonce, isFree ? .chosen : .mentioned, from: &sender.ledger, to: receiver.ledger)
      }
      if let token = packet.token {
        _ = NonceLedger.take(
          token, packet.form == .retry ? .chosen : .returned, from: &sender.ledger, to: receiver.ledger)
      }
    }
    sender.quic.hasSpoken = true
    if packet.form == .initial || packet.form == .handshake { sender.quic.hasKeyShare = true }
  }
}
