import Packets

// One segment's way through the connection. The order of the steps is Zeek's, and matters: the history is written before the
// states change, gaps are judged after they have.
extension TCPConnection {
  /// A jump that no SYN or RST of this connection would make (bytes).
  private static let implausibleJump: Int32 = 1 << 20

  static func observe(
    _ segment: TCPSegment, latest: Timestamp, fromOriginator: Bool, sender: inout TCPSide, peer: inout TCPSide,
    common: inout Common, pools: inout TCPPools
  ) -> Bool {
    let flags = segment.flags
    if !sender.marks.contains(.seen) {
      if fromOriginator {
        common.isPartial = !flags.contains(.syn) || flags.contains(.ack)
      } else if !common.isPartial {
        common.isPartial = !flags.contains(.syn)
      }
    }
    let end = segment.sequence &+ segment.length
    begin(segment, end: end, sender: &sender)
    let (relative, underflows) = sender.relative(segment.sequence, near: sender.last)
    write(segment, relative: relative, fromOriginator: fromOriginator, sender: &sender, common: &common, pools: &pools)
    if segment.hasZeroWindow, !flags.contains(.rst), peer.phase != .closed, sender.phase != .reset {
      common.history.count(.zeroWindow, &sender.zeroWindows, fromOriginator, &pools)
    }
    if !sender.marks.contains(.didClose) || !peer.marks.contains(.didClose) {
      common.activeUntil = max(common.activeUntil, latest)
    }
    if flags.contains(.fin) {
      sender.marks.insert(.hasFIN)
      sender.finEnd = relative &+ UInt64(segment.length)
    }

    var acknowledged: UInt64 = 0
    if flags.contains(.ack) {
      if peer.phase == .inactive {
        // Numbers the peer's bytes as though its SYN had been seen.
        peer.setStart(segment.acknowledgement &- 1, last: segment.acknowledgement &- 1)
        acknowledged = 1
      } else {
        let (value, isBefore) = peer.relative(segment.acknowledgement, near: peer.acknowledged)
        if !isBefore {
          acknowledged = value
          // The acknowledgement of a RST is not to be trusted.
          if !flags.contains(.rst) { acknowledge(segment.acknowledgement, peer: &peer) }
        }
      }
    }
    let isRetransmission = advance(segment, end: end, sender: &sender)
    if isRetransmission { common.history.count(.retransmission, &sender.retransmissions, fromOriginator, &pools) }

    let (closes, flips) = changeState(
      segment, fromOriginator: fromOriginator, sender: &sender, peer: &peer, common: &common)
    if flips { common.history.append(.flip, &pools) }
    if flags.contains(.ack) {
      let peerIsOriginator = flips ? fromOriginator : !fromOriginator
      receiveAcknowledgement(
        acknowledged, side: &peer, other: &sender, isOriginator: peerIsOriginator, common: &common, pools: &pools)
    }
    sender.marks.insert(.seen)
    if segment.payload > 0, segment.isWhole, !flags.contains(.rst), !underflows {
      let data = flags.contains(.syn) ? relative &+ 1 : relative
      receiveData(data, data &+ UInt64(segment.payload), side: &sender, peer: peer.phase, pools: &pools)
    }
    checkEnd(side: &sender, other: &peer, common: &common)
    if closes { close(side: &sender, other: &peer, common: &common) }
    return flips
  }

  /// Sets the sequence numbers of a side that sends its first packet, or another SYN.
  private static func begin(_ segment: TCPSegment, end: UInt32, sender: inout TCPSide) {
    let isSYN = segment.flags.contains(.syn)
    switch sender.phase {
    case .inactive:
      // Without a SYN, numbers count as though there had been one, so that the first byte is 1.
      sender.setStart(
        isSYN ? segment.sequence : segment.sequence &- 1, last: isSYN ? end : segment.sequence)
    case .synSent, .synAckSent, .established, .partial:
      // Perhaps the first SYN led to nothing, and this one will.
      if isSYN, segment.sequence != sender.start || sender.phase.rawValue >= TCPPhase.partial.rawValue {
        sender.setStart(segment.sequence, last: end)
      }
    case .reset:
      // The RST was the side's first packet, and may have been forged.
      if isSYN, sender.previousPhase == .inactive { sender.setStart(segment.sequence, last: end) }
    case .closed: break
    }
  }

  /// Writes the kind of packet into the history.
  private static func write(
    _ segment: TCPSegment, relative: UInt64, fromOriginator: Bool, sender: inout TCPSide, common: inout Common,
    pools: inout TCPPools
  ) {
    let flags = segment.flags.intersection([.syn, .fin, .rst])
    let mark: TCPSide.Marks
    let letter: TCPHistory.Letter
    var isNew = false
    switch flags {
    case []:
      guard segment.payload > 0 || segment.flags.contains(.ack) else { return }
      (mark, letter) = segment.payload > 0 ? (.data, .data) : (.ack, .ack)
    case .syn:
      (mark, letter) = (.syn, segment.flags.contains(.ack) ? .synAck : .syn)
      let number = UInt32(truncatingIfNeeded: relative)
      isNew = number != sender.lastSYN
      sender.lastSYN = number
    case .fin:
      (mark, letter) = (.fin, .fin)
      let number = UInt32(truncatingIfNeeded: relative) &+ segment.payload
      isNew = number != sender.lastFIN
      sender.lastFIN = number
    case .rst:
      (mark, letter) = (.rst, .rst)
      let number = UInt32(truncatingIfNeeded: relative)
      isNew = number != sender.lastRST
      sender.lastRST = number
    default:
      (mark, letter) = flags.isSuperset(of: [.fin, .rst]) ? (.finAndRST, .finAndRST) : (.multipleFlags, .multipleFlags)
    }
    if sender.marks.contains(mark), !isNew { return }
    sender.marks.insert(mark)
    common.history.append(letter, fromOriginator: fromOriginator, &pools)
  }

  /// Notes an acknowledgement of a side's bytes.
  private static func acknowledge(_ number: UInt32, peer: inout TCPSide) {
    let delta = Int32(bitPattern: number &- UInt32(truncatingIfNeeded: peer.acknowledged))
    // A broken acknowledgement of 0 is more likely than a connection that lands there.
    if number == 0, delta > implausibleJump { return }
    if delta > 0 { TCPSide.advance(&peer.acknowledged, to: number) }
  }

  /// Notes the end of a segment.
  ///
  /// - Returns: Whether its payload was sent before.
  private static func advance(_ segment: TCPSegment, end: UInt32, sender: inout TCPSide) -> Bool {
    let last = UInt32(truncatingIfNeeded: sender.last)
    let delta = Int32(bitPattern: end &- last)
    let isControl = segment.flags.contains(.syn) || segment.flags.contains(.rst)
    if isControl, delta > implausibleJump || delta < -implausibleJump { return false }
    if segment.flags.contains(.fin), last == sender.start &+ 1 {
      // Nothing but the SYN was seen: more than half the number space may have been skipped.
      TCPSide.advance(&sender.last, to: end)
    } else if sender.phase != .reset {
      if delta > 0 {
        TCPSide.advance(&sender.last, to: end)
      } else {
        return segment.payload > 0
      }
    }
    return false
  }

  /// Changes the states of both sides.
  ///
  /// - Returns: Whether the sender closes, and whether the roles must be exchanged.
  private static func changeState(
    _ segment: TCPSegment, fromOriginator: Bool, sender: inout TCPSide, peer: inout TCPSide, common: inout Common
  ) -> (closes: Bool, flips: Bool) {
    let flags = segment.flags
    switch sender.phase {
    case .inactive:
      return wake(segment, fromOriginator: fromOriginator, sender: &sender, peer: &peer, common: &common)
    case .synSent, .synAckSent:
      if flags.contains(.fin) { sender.enter(.closed) }
      if flags.contains(.rst) { sender.enter(.reset) }
      return (flags.contains(.fin) || flags.contains(.rst), false)
    case .established, .partial:
      if flags.contains(.syn), !flags.contains(.ack), sender.phase == .partial, peer.phase == .inactive {
        sender.enter(.synSent)
      }
      if flags.contains(.rst) {
        sender.enter(.reset)
      } else if flags.contains(.fin) {
        sender.enter(.closed)
        // FIN, then RST, then FIN of the other side is a normal end.
        if peer.phase == .reset, peer.previousPhase == .closed { peer.enter(.closed) }
      }
      return (flags.contains(.fin) || flags.contains(.rst), false)
    case .closed:
      guard flags.contains(.rst), peer.phase != .closed else { return (false, false) }
      sender.enter(.reset)
      return (!sender.marks.contains(.didClose), false)
    case .reset:
      return (false, false)
    }
  }

  /// The first packet of a side.
  private static func wake(
    _ segment: TCPSegment, fromOriginator: Bool, sender: inout TCPSide, peer: inout TCPSide, common: inout Common
  ) -> (closes: Bool, flips: Bool) {
    let flags = segment.flags
    var flips = false
    if flags.contains(.syn) {
      if fromOriginator {
        sender.enter(flags.contains(.ack) ? .synAckSent : .synSent)
      } else {
        if !flags.contains(.ack), peer.phase == .synAckSent {
          // The SYN of a SYN-ACK that came first, as captures from two interfaces have it.
          flips = true
          common.isPartial = false
          peer.enter(.established)
        }
        if peer.phase == .synSent { peer.enter(.established) }
        sender.enter(.established)
      }
    }
    if flags.contains(.fin) { sender.enter(.closed) }
    if flags.contains(.rst) { sender.enter(.reset) }
    if sender.phase == .inactive {
      if !fromOriginator, segment.payload == 0, peer.phase == .synSent {
        // Some hosts acknowledge a SYN before they answer it; that is no partial connection.
      } else if flags.contains(.ack), peer.phase == .established {
        sender.enter(.established)
        common.isPartial = false
      } else {
        sender.enter(.partial)
      }
    }
    return (flags.contains(.fin) || flags.contains(.rst), flips)
  }
}
