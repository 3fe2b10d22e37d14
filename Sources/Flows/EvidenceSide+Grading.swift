import Packets

// From what a side showed to its grade: methodology 2.2 to 2.5, evaluated in order, first match wins, in doubt the weaker.

extension EvidenceSide {
  /// The evidence for this side of a TCP flow.
  ///
  /// - Parameters:
  ///   - other: The other side.
  ///   - unasked: The evidence for a side that only answered what was never asked.
  /// - Returns: Grade and reason.
  func tcpEvidence(against other: EvidenceSide, unasked: SideEvidence) -> SideEvidence {
    guard isSeen else { return unseenEvidence }
    if flags.contains(.valid), wrongAcknowledgements >= Self.guessLimit || flags.contains(.guessing) {
      return SideEvidence(.e0, .isnGuessing)
    }

    if isEstablished(with: other), flags.contains(.payloadAcknowledged) { return SideEvidence(.e4, .twoWayVerified) }
    if handshakeProves(against: other) {
      return SideEvidence(.e3, flags.contains(.payload) ? .dataInOnly : .connectOnly)
    }
    if flags.contains(.verified), other.flags.contains(.verified), payloadAdvances >= 2 {
      // No SYN of the other side says which acknowledgements were wrong; its resets do.
      return flags.contains(.refused) ? SideEvidence(.e0, .isnGuessing) : SideEvidence(.e3, .midstream)
    }

    if isUnasked(by: other) { return unasked }
    guard other.isSeen else { return SideEvidence(.e1, .oneWay) }
    if isHalfOpen(against: other) { return SideEvidence(.e1, .halfOpen) }
    return SideEvidence(.e2, sentOnly(.reset) ? .resetAnswer : .twoWayUnverified)
  }

  /// The evidence for this side of an ICMP or ICMPv6 flow (methodology 2.4).
  func icmpEvidence(against other: EvidenceSide, unasked: SideEvidence) -> SideEvidence {
    guard isSeen else { return unseenEvidence }
    // What an error answers flows elsewhere, so it stays a claim.
    if sentOnly(.reset) { return SideEvidence(.e1, .responseOnly) }
    if sentOnly(.opened) { return SideEvidence(.e1, .oneWay) }
    if flags.contains(.answerVerified) { return SideEvidence(.e2, .twoWayUnverified) }
    if sentOnly(.answers) { return other.isSeen ? SideEvidence(.e1, .responseOnly) : unasked }
    return datagramEvidence(against: other)
  }

  /// The evidence for this side of a UDP flow.
  ///
  /// - Parameters:
  ///   - other: The other side.
  ///   - unasked: The evidence for a side that only answered what was never asked.
  /// - Returns: Grade and reason.
  func udpEvidence(against other: EvidenceSide, unasked: SideEvidence) -> SideEvidence {
    isUnasked(by: other) ? unasked : datagramEvidence(against: other)
  }

  /// The evidence for this side of a flow whose protocol shows no nonce.
  func datagramEvidence(against other: EvidenceSide) -> SideEvidence {
    guard isSeen else { return unseenEvidence }
    return other.isSeen ? SideEvidence(.e2, .twoWayUnverified) : SideEvidence(.e1, .oneWay)
  }

  private var unseenEvidence: SideEvidence {
    if flags.contains(.malformed) { return SideEvidence(.e0, .malformed) }
    return SideEvidence(.e1, flags.contains(.dropped) ? .oneWay : .silent)
  }

  /// Whether both sides' handshake packets were captured and each holds the other's number (T3 to T5); symmetric.
  func isEstablished(with other: EvidenceSide) -> Bool {
    guard flags.contains(.verified), other.flags.contains(.verified) else { return false }
    return switch (flags.contains(.opened), other.flags.contains(.opened)) {
    case (true, true): true
    case (true, false): other.flags.contains(.answerVerified)
    case (false, true): flags.contains(.answerVerified)
    case (false, false): false
    }
  }

  /// Whether this side's own part of the handshake verifies it: as initiator T3, as responder T4, both by T1.
  private func handshakeProves(against other: EvidenceSide) -> Bool {
    switch (flags.contains(.opened), other.flags.contains(.opened)) {
    case (true, true): flags.contains(.verified)
    case (true, false): isEstablished(with: other)
    case (false, true): flags.contains(.answerVerified)
    case (false, false): false
    }
  }

  /// Whether this side opened and never showed that an answer reached it (T8).
  private func isHalfOpen(against other: EvidenceSide) -> Bool {
    guard flags.contains(.opened), !flags.contains(.verified) else { return false }
    return !other.flags.isDisjoint(with: [.opened, .answered]) || other.sentOnly(.reset)
      || sentOnly([.opened, .reset])
  }

  /// Whether this side only answered, first and to nothing that the capture holds (methodology 2.5).
  func isUnasked(by other: EvidenceSide) -> Bool {
    flags.contains(.unsolicited) && sentOnly(.answers) && other.sentOnly(.reset)
  }
}
