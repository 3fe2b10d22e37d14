import Packets

// Which payload bytes the capture lacks, and when a side is really closed: both rest on following, without the bytes
// themselves, what a reassembler would have delivered.
extension TCPConnection {
  /// A side of whose bytes nothing was acknowledged: how many it may send before its peer is taken for unseen.
  private static let unacknowledgedLimit: UInt64 = 16_384
  /// How many bytes may wait for an acknowledgement at all.
  private static let waitingLimit: UInt64 = 10 << 20

  /// The peer acknowledged a side's bytes up to a relative number.
  static func receiveAcknowledgement(
    _ number: UInt64, side: inout TCPSide, other: inout TCPSide, isOriginator: Bool, common: inout Common,
    pools: inout TCPPools
  ) {
    var number = number
    if side.marks.contains(.hasFIN), number >= side.finEnd {
      guard side.finEnd > 0 else { return }
      number = side.finEnd &- 1
    }
    guard number > side.trimmed else { return }
    if number > side.delivered {
      giveUp(
        to: number, side: &side, isClean: side.isClean && other.isClean, isOriginator: isOriginator, common: &common,
        pools: &pools)
    }
    deliverRanges(&side, &pools)
    side.trimmed = number
    checkEnd(side: &side, other: &other, common: &common)
  }

  /// The same where both sides are established, neither is closing, and nothing of the side lies beyond a gap.
  ///
  /// Says again what `giveUp` and `miss` say: with the loop over ranges in the short way, the mixed capture takes 12 % more
  /// time; and whether an acknowledgement passes what was captured cannot be foretold where a snap length cuts segments, so
  /// that it is reckoned.
  @inline(__always)
  static func receivePlainAcknowledgement(
    _ number: UInt64, side: inout TCPSide, isOriginator: Bool, common: inout Common, pools: inout TCPPools
  ) {
    var isNew = Bits.ifLess(max(side.trimmed, side.delivered), number)
    side.trimmed = max(side.trimmed, number)
    if isNew & Bits.ifLess(number, 3) != 0, common.isPartial { isNew = 0 }
    // All bits, unless gaps are ignored.
    let isGap = isNew & (UInt64(side.marks.bit(of: .ignoresGaps)) &- 1)
    let isCounted = isGap & Bits.ifLess(UInt64(side.gaps), UInt64(UInt32.max))
    side.missedBytes = side.missedBytes &+ (number &- side.delivered) & isGap
    side.gaps &+= UInt32(truncatingIfNeeded: isCounted & 1)
    side.delivered = Bits.choose(isNew, number, side.delivered)
    if TCPHistory.isWritten(side.gaps) & isCounted != 0 {
      common.history.append(.gap, fromOriginator: isOriginator, &pools)
    }
  }

  /// Bytes up to a relative number were acknowledged, so those not seen are missing from the capture.
  private static func giveUp(
    to number: UInt64, side: inout TCPSide, isClean: Bool, isOriginator: Bool, common: inout Common,
    pools: inout TCPPools
  ) {
    // The numbers of a connection whose beginning was not seen are guesses: its first acknowledgement says nothing.
    if number <= 2, common.isPartial { return }
    if !side.marks.contains(.ignoresGaps) {
      while side.ranges != 0 {
        let range = pools.ranges.first(of: side.ranges)
        guard range.lower < number else { break }
        miss(range.lower &- side.delivered, isClean, &side, isOriginator, &common, &pools)
        side.delivered = range.upper
        pools.ranges.removeFirst(of: &side.ranges)
        deliverRanges(&side, &pools)
      }
      if number > side.delivered { miss(number &- side.delivered, isClean, &side, isOriginator, &common, &pools) }
    }
    side.delivered = max(side.delivered, number)
  }

  private static func miss(
    _ count: UInt64, _ isClean: Bool, _ side: inout TCPSide, _ isOriginator: Bool, _ common: inout Common,
    _ pools: inout TCPPools
  ) {
    guard isClean else { return }
    common.history.count(.gap, &side.gaps, isOriginator, &pools)
    side.missedBytes = side.missedBytes &+ count
  }

  /// A side sent the bytes from one relative number up to another.
  static func receiveData(
    _ from: UInt64, _ upper: UInt64, side: inout TCPSide, peer: TCPPhase, pools: inout TCPPools
  ) {
    guard !side.marks.contains(.ignoresGaps) else { return }
    let acknowledged = side.acknowledged &- UInt64(side.start)
    var lower = from
    if lower < acknowledged { lower = acknowledged }
    if lower < side.trimmed { lower = side.trimmed }
    guard upper > lower else { return }
    if lower <= side.delivered {
      if upper > side.delivered {
        side.delivered = upper
        deliverRanges(&side, &pools)
        if side.hasNothingAcknowledged, side.payloadBytes(peer: peer) > unacknowledgedLimit {
          // The peer's acknowledgements are not in this capture: wait for none.
          side.trimmed = side.delivered
        }
      }
    } else if !pools.ranges.insert(lower, upper, into: &side.ranges) {
      ignoreGaps(&side, &pools)
      return
    }
    var waiting = side.delivered > side.trimmed ? side.delivered &- side.trimmed : 0
    var highest = side.delivered
    if side.ranges != 0 {
      let held = pools.ranges.extent(of: side.ranges)
      waiting = waiting &+ held.byteCount
      highest = held.end
    }
    if side.hasNothingAcknowledged && highest &- side.delivered > unacknowledgedLimit || waiting > waitingLimit {
      ignoreGaps(&side, &pools)
    }
  }

  /// Delivers the ranges that the gap before them no longer holds back.
  private static func deliverRanges(_ side: inout TCPSide, _ pools: inout TCPPools) {
    while side.ranges != 0 {
      let range = pools.ranges.first(of: side.ranges)
      guard range.lower <= side.delivered else { return }
      side.delivered = max(side.delivered, range.upper)
      pools.ranges.removeFirst(of: &side.ranges)
    }
  }

  private static func ignoreGaps(_ side: inout TCPSide, _ pools: inout TCPPools) {
    pools.ranges.release(&side.ranges)
    side.marks.insert(.ignoresGaps)
  }

  /// Whether bytes of a side wait for an acknowledgement or beyond a gap.
  private static func hasWaiting(_ side: TCPSide) -> Bool {
    !side.marks.contains(.ignoresGaps) && (side.delivered > side.trimmed || side.ranges != 0)
  }

  /// Whether a side that closes still has data to come.
  private static func isPending(_ side: TCPSide, other: TCPSide) -> Bool {
    guard !side.marks.contains(.ignoresGaps) else { return false }
    let delivered = UInt64(side.start) &+ side.delivered
    guard side.last >= delivered else { return false }
    // A FIN takes one number, a RST none.
    if delivered != side.last &- 1, delivered != side.last { return true }
    return side.phase != .reset && hasWaiting(other)
  }

  /// Notes that a closing side has no more data to come, and makes up for a close that waited for it.
  static func checkEnd(side: inout TCPSide, other: inout TCPSide, common: inout Common) {
    guard !side.marks.contains(.didEnd),
      side.marks.contains(.hasFIN) || side.phase == .closed || side.phase == .reset, !isPending(side, other: other)
    else { return }
    side.marks.insert(.didEnd)
    guard common.isCloseDeferred else { return }
    close(side: &side, other: &other, common: &common)
    common.isCloseDeferred = false
  }

  /// Takes the close of a side into account, once its data is complete.
  static func close(side: inout TCPSide, other: inout TCPSide, common: inout Common) {
    common.isCloseDeferred = isPending(side, other: other)
    if !common.isCloseDeferred { side.marks.insert(.didClose) }
  }
}
