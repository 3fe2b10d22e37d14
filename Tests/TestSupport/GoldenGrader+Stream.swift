import Packets

extension GoldenGrader {
  /// One side's bytes as a prefix of the flow shows them, in unwrapped positions.
  struct Stream {
    /// Index of its first packet.
    var first: Int
    /// Whether it begins with a SYN and has no hole and was never longer than the window.
    var startsWithSYN: Bool
    /// Whether bytes were missing between captured ones.
    var hasHole = false
    /// First position that counts.
    var low: Int64
    /// Position after the highest byte.
    var high: Int64
    /// The positions of each segment, with its time.
    var segments: [(positions: Range<Int64>, time: Timestamp)]
    /// The payload of each segment.
    var payloads: [Range<Int64>]
    /// Where its SYN stands.
    var syn: Int64?
    /// Where the first FIN stood that went beyond all before it.
    var finish: Int64?

    /// The position next to `high` that a sequence number stands for.
    func position(of number: UInt32) -> Int64 {
      let high32 = UInt32(truncatingIfNeeded: high)
      return high + Int64(Int32(bitPattern: number &- high32))
    }

    /// Whether an acknowledgement number lies inside of what was captured, its newest byte captured (T2).
    func covers(_ number: UInt32) -> Bool {
      let position = position(of: number)
      return low < position && position <= high && segments.contains { $0.positions.contains(position - 1) }
    }

    /// Whether a payload byte was captured in a range; no SYN is payload, nor anything after a FIN.
    func hasPayload(in range: Range<Int64>) -> Bool {
      let counted = range.clamped(to: (syn.map { $0 + 1 } ?? .min)..<(finish ?? .max))
      return payloads.contains { $0.overlaps(counted) }
    }
  }

  /// An acknowledgement with what T2 says of it.
  struct Acknowledgement {
    /// Index of its packet.
    var index: Int
    /// Index of the packet with which it was judged, or given up.
    var judgedAt: Int
    /// Whether it lies inside of the captured bytes, which were captured in time.
    var isValid = false
    /// Whether it lies inside of the captured bytes.
    var isCovered = false
    /// Whether it is verifying (T2).
    var isVerifying = false
    /// Whether it advances over payload.
    var coversPayload = false
    /// Whether it is a SYN-ACK that acknowledges a SYN (T4).
    var isSYNACKToSYN = false
    /// Whether it lies outside of a stream that begins with its SYN (T10).
    var isWrong = false
    /// Whether it lay beyond all that was captured of the other side until then.
    var isAhead = false
    /// Whether it still waits for its bytes.
    var isPending = false
    /// Where it stands in the other side's stream, if anywhere plausible.
    var position: Int64?
    /// Index of the first packet of that stream.
    var streamFirst: Int?
  }

  /// Index of the last new handshake before `end`, 0 without one.
  func handshakeStart(before end: Int) -> Int {
    (0..<end).last { roles[$0] == .newHandshake } ?? 0
  }

  /// The bytes of one side, from the packets before `end`.
  func stream(of side: Bool, before end: Int) -> Stream? { streams[side ? 0 : 1][end] }

  /// The same, from scratch.
  func wholeStream(of side: Bool, before end: Int) -> Stream? {
    let start =
      (0..<end).last {
        roles[$0] == .newHandshake || (roles[$0] == .newStream && usable[$0].fromOriginator == side)
      } ?? 0
    var stream: Stream?
    for index in start..<max(start, end)
    where usable[index].fromOriginator == side && counts(index) && !isReset(index) {
      add(index, to: &stream)
    }
    return stream
  }

  private func add(_ index: Int, to stream: inout Stream?) {
    let packet = usable[index].packet
    let tcp = packet.tcp
    let controls = (tcp.flags.contains(.syn) ? 1 : 0) + (tcp.flags.contains(.fin) ? 1 : 0)
    let length = Int64(packet.payloadLength) + Int64(controls)
    let window = Int64(1) << 30
    func payload(_ start: Int64) -> Range<Int64> {
      let first = isSYN(index) ? start + 1 : start
      return first..<(first + Int64(packet.payloadLength))
    }
    guard var known = stream else {
      let low = Int64(1) << 40 + Int64(tcp.sequence)
      stream = Stream(
        first: index, startsWithSYN: isSYN(index), low: low, high: low + length,
        segments: [(low..<(low + length), packet.timestamp)],
        payloads: [payload(low)], syn: isSYN(index) ? low : nil,
        finish: tcp.flags.contains(.fin) ? low + length - 1 : nil)
      return
    }
    let end = known.position(of: tcp.sequence &+ UInt32(truncatingIfNeeded: length))
    guard end <= known.high + window else { return }
    let start = end - length
    if length > 0, start > known.high {
      known.startsWithSYN = false
      known.hasHole = true
      if reach == .sinceLastHole { known.low = start }
    }
    known.segments.append((start..<end, packet.timestamp))
    if tcp.flags.contains(.fin), end > known.high, known.finish == nil { known.finish = end - 1 }
    if length > 0 { known.high = max(known.high, end) }
    if known.high - window > known.low {
      known.low = known.high - window
      known.startsWithSYN = false
    }
    known.payloads.append(payload(start))
    stream = known
  }

  /// Whether a packet is a keep-alive: at most one byte, repeating the last sequence number.
  private func isKeepAlive(_ index: Int) -> Bool {
    let packet = usable[index].packet
    guard !isSYN(index), !flags(index).contains(.fin), packet.payloadLength <= 1,
      let stream = stream(of: usable[index].fromOriginator, before: index)
    else { return false }
    return stream.position(of: packet.tcp.sequence) == stream.high - 1
  }

  /// The acknowledgements of one side since a handshake began, each with the index at which it ceases to wait.
  ///
  /// An acknowledgement waits for its bytes until its sender's next one (T2's tolerance holds for the last one). Before
  /// anything of the other side is seen, only the highest one is kept.
  private func waiting(of side: Bool, from start: Int, before end: Int) -> [(index: Int, until: Int?)] {
    var result: [(index: Int, until: Int?)] = []
    for index in start..<max(start, end) {
      guard usable[index].fromOriginator == side, counts(index), !isReset(index), flags(index).contains(.ack),
        !isKeepAlive(index)
      else { continue }
      if let last = result.last {
        if stream(of: !side, before: index) == nil {
          let distance = usable[index].packet.tcp.acknowledgement &- usable[last.index].packet.tcp.acknowledgement
          if Int32(bitPattern: distance) > 0 { result[result.count - 1].index = index }
          continue
        }
        result[result.count - 1].until = index
      }
      result.append((index, nil))
    }
    return result
  }

  /// The acknowledgements of one side since the last new handshake before `end`, judged by T2.
  func acknowledgements(of side: Bool, before end: Int) -> [Acknowledgement] {
    acknowledgements(of: side, from: handshakeStart(before: end), before: end)
  }

  private func acknowledgements(of side: Bool, from start: Int, before end: Int) -> [Acknowledgement] {
    var result: [Acknowledgement] = []
    for wait in waiting(of: side, from: start, before: end) {
      let packet = usable[wait.index].packet
      let number = packet.tcp.acknowledgement
      let last = (wait.until ?? end) - 1
      let judgedAt = (wait.index...last).first { stream(of: !side, before: $0 + 1)?.covers(number) == true }
      var acknowledgement = Acknowledgement(index: wait.index, judgedAt: judgedAt ?? last)
      acknowledgement.isPending = judgedAt == nil && wait.until == nil
      if judgedAt != wait.index, let sent = stream(of: !side, before: wait.index) {
        acknowledgement.isAhead = sent.position(of: number) > sent.high
      }
      if let stream = stream(of: !side, before: (judgedAt ?? last) + 1) {
        let position = stream.position(of: number)
        acknowledgement.streamFirst = stream.first
        if judgedAt != nil {
          acknowledgement.isCovered = true
          acknowledgement.position = position
          let latest = packet.timestamp.nanoseconds + 1_000_000
          acknowledgement.isValid = stream.segments.contains {
            $0.positions.contains(position - 1) && $0.time.nanoseconds <= latest
          }
          let best = result.filter { $0.streamFirst == stream.first }.compactMap(\.position).max() ?? stream.low
          acknowledgement.isVerifying = acknowledgement.isValid && position > best
          acknowledgement.coversPayload =
            acknowledgement.isVerifying && stream.hasPayload(in: max(best, stream.low)..<position)
          acknowledgement.isSYNACKToSYN =
            acknowledgement.isVerifying && isSYNACK(wait.index) && stream.startsWithSYN
        } else if wait.until != nil {
          acknowledgement.isWrong = stream.startsWithSYN
          let ahead = position - stream.high
          if ahead > 0, ahead <= 1 << 24 { acknowledgement.position = position }
        }
      }
      result.append(acknowledgement)
    }
    return result
  }

  /// Whether the capture is known to lack bytes of the flow (T15): bytes between captured ones, or bytes that were
  /// acknowledged and not captured, or not in time.
  var hasLoss: Bool {
    if streams.contains(where: { $0.contains { $0?.hasHole == true } }) { return true }
    let starts = [0] + usable.indices.filter { roles[$0] == .newHandshake }
    let ends = starts.dropFirst() + [usable.count]
    return zip(starts, ends).contains { start, end in
      [true, false].contains { side in
        acknowledgements(of: side, from: start, before: end).contains {
          $0.isAhead && !$0.isValid && (end == usable.count || !$0.isPending)
        }
      }
    }
  }

  /// The verifying acknowledgements of one side before `end`.
  func verifyingAcknowledgements(of side: Bool, before end: Int) -> [Acknowledgement] {
    acknowledgements(of: side, before: end).filter(\.isVerifying)
  }

  /// How many wrong acknowledgements one side sent before its first valid one, over all its handshakes (T10).
  func wrongAcknowledgements(of side: Bool) -> Int {
    let starts = [0] + usable.indices.filter { roles[$0] == .newHandshake }
    let ends = starts.dropFirst() + [usable.count]
    return zip(starts, ends).reduce(0) { sum, range in
      let acknowledgements = acknowledgements(of: side, from: range.0, before: range.1)
      return sum + acknowledgements.prefix { !$0.isValid }.count(where: \.isWrong)
    }
  }
}
