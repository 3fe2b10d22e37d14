import Packets

// The short way of packets that only go on with what was seen before. `FlowTable.take` is the long way, which every packet
// may take, with the same result.
extension FlowState {
  /// Takes a packet of an open flow that nothing covers into account, if it changes nothing but figures.
  ///
  /// - Parameters:
  ///   - packet: A packet that `Packet.mayGoOn`.
  ///   - isForward: Whether the sender of the first packet sent it.
  ///   - fromOriginator: Whether the originator did.
  ///   - timeout: Nanoseconds without a packet within which no flow ends.
  ///   - pools: The table's.
  /// - Returns: False, and nothing changed, if it may do more.
  @inline(always)
  mutating func follow(
    _ packet: Packet, isForward: Bool, fromOriginator: Bool, within timeout: Int64, pools: inout TCPPools
  ) -> Bool {
    let time = packet.timestamp
    guard standing == .open, time >= last, time.nanoseconds &- last.nanoseconds < timeout else { return false }
    var datagramLength: UInt32 = 0
    if packet.ipProtocol == .tcp {
      let held = pools.count
      // Roles are seldom exchanged in such a connection: its SYN-ACK was captured before its SYN.
      guard isForward == fromOriginator else { return false }
      let isFollowed = inOrder(&connection.source, &connection.destination, isSwapped: !isForward) { sender, peer in
        inOrder(&evidence.originator, &evidence.responder, isSwapped: !isForward) { evidence, peerEvidence in
          Self.follow(
            packet, fromOriginator: isForward, &sender, &peer, &connection.common, &evidence, &peerEvidence, &pools)
        }
      }
      guard isFollowed else { return false }
      // That the connection has something in the pools is told by them: the rest of it need not be looked at.
      if pools.count != held { usesPools = true }
    } else {
      inOrder(&evidence.originator, &evidence.responder, isSwapped: !fromOriginator) { sender, receiver in
        EvidenceState.observeOther(packet, from: &sender, to: receiver)
      }
      datagramLength = packet.payloadLength
    }
    last = time
    count(ipLength: packet.ipLength, payloadLength: datagramLength, isForward: isForward)
    return true
  }

  /// Takes a segment into account that is in order, of a connection in which both sides are established.
  @inline(always)
  private static func follow(
    _ packet: Packet, fromOriginator: Bool, _ sender: inout TCPSide, _ peer: inout TCPSide,
    _ common: inout TCPConnection.Common, _ evidence: inout EvidenceSide, _ peerEvidence: inout EvidenceSide,
    _ pools: inout TCPPools
  ) -> Bool {
    guard evidence.isFollowed(by: packet, of: peerEvidence),
      TCPConnection.follow(
        packet, fromOriginator: fromOriginator, sender: &sender, peer: &peer, common: &common, pools: &pools)
    else { return false }
    evidence.follow(packet, of: &peerEvidence)
    return true
  }
}

extension TCPConnection {
  /// Takes a segment into account that changes no state, in a few steps what `observe` would do.
  ///
  /// - Parameters:
  ///   - packet: A packet with ACK, and without SYN, FIN and RST.
  ///   - fromOriginator: Whether the originator sent it.
  ///   - sender: The side that sent it.
  ///   - peer: The other side.
  ///   - common: What belongs to both.
  ///   - pools: The table's.
  /// - Returns: False, and nothing changed, if the segment is out of order, or the connection not established or closing.
  @inline(always)
  fileprivate static func follow(
    _ packet: borrowing Packet, fromOriginator: Bool, sender: inout TCPSide, peer: inout TCPSide, common: inout Common,
    pools: inout TCPPools
  ) -> Bool {
    let payload = packet.payloadLength
    let ends = TCPSide.Marks.hasFIN.union(.didClose).union(.didEnd)
    guard sender.phase == .established, peer.phase == .established,
      sender.marks.contains(.seen), sender.marks.union(peer.marks).isDisjoint(with: ends),
      packet.tcp.window != 0, payload < 1 << 30,
      packet.tcp.sequence == UInt32(truncatingIfNeeded: sender.last)
    else { return false }
    // Neither number goes back, nor on into the next turn of the sequence space.
    let number = packet.tcp.acknowledgement
    let before = UInt32(truncatingIfNeeded: peer.acknowledged)
    guard number >= before, number &- before < 1 << 30, number != 0 else { return false }
    let acknowledgement = TCPSide.sameTurn(peer.acknowledged, number)
    let relative =
      sender.last >> 32 == 0 ? UInt64(packet.tcp.sequence &- sender.start) : sender.last &- UInt64(sender.start)
    let acknowledged =
      peer.acknowledged >> 32 == 0 ? UInt64(number &- peer.start) : acknowledgement &- UInt64(peer.start)
    guard max(relative, acknowledged) >> 31 == 0 || (sender.last & peer.acknowledged) >> 32 != 0 else { return false }

    // Reckoned, for whether there is payload cannot be foretold: its difference from 1 is negative only without.
    let mark = TCPSide.Marks(rawValue: TCPSide.Marks.data.rawValue << UInt16(truncatingIfNeeded: (payload &- 1) >> 31))
    if !sender.marks.contains(mark) {
      sender.marks.insert(mark)
      common.history.append(payload > 0 ? .data : .ack, fromOriginator: fromOriginator, &pools)
    }
    peer.acknowledged = acknowledgement
    sender.last = sender.last &+ UInt64(payload)
    if peer.ranges == 0 {
      receivePlainAcknowledgement(
        acknowledged, side: &peer, isOriginator: !fromOriginator, common: &common, pools: &pools)
    } else {
      receiveAcknowledgement(
        acknowledged, side: &peer, other: &sender, isOriginator: !fromOriginator, common: &common, pools: &pools)
    }
    // One comparison: that there is payload, and that the capture holds all of it.
    if payload &- 1 < packet.capturedPayloadLength {
      receiveData(relative, relative &+ UInt64(payload), side: &sender, peer: .established, pools: &pools)
    }
    return true
  }
}

extension Packet {
  /// Whether it may be one that only goes on with its flow: a segment with ACK and without SYN, FIN and RST, or a datagram;
  /// undamaged, of a proven path, and with no packet inside.
  @inline(__always)
  var mayGoOn: Bool {
    let isKind =
      ipProtocol == .tcp
      ? tcp.flags.intersection([.syn, .fin, .rst, .ack]) == .ack
      : ipProtocol == .udp
    return isKind && flags.isDisjoint(with: .damaged.union(.pathUnproven).union(.mayBeTunnel))
  }
}
