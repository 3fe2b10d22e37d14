import Packets

/// The first bytes of one direction of a TCP flow, in order and without a hole, as its receiver got them.
///
/// Counted from the byte behind the SYN. Of bytes that came twice the first copy counts; copies that differ end it: one of
/// the two was not written by the sender, and nobody can say which. A hole waits for its bytes while few enough segments
/// are held beyond it. What follows the limit is not taken.
struct StreamHead {
  /// Bytes of a direction that are kept at least: a key exchange takes no more.
  static let defaultLimit = 16_384
  /// Segments that are held beyond a hole.
  static let heldLimit = 32

  /// Whether more bytes may come.
  enum Standing: UInt8 {
    case open
    /// The limit is reached.
    case full
    /// Bytes are missing for good.
    case broken
    /// Two copies of the same bytes differ.
    case contradictory
    /// Given back.
    case released
  }

  /// Bytes that were added in order by one segment.
  struct Piece {
    /// Where they stand in `bytes`.
    var range: Range<Int>
    /// How many bytes of the other direction the segment acknowledged; nothing if it does not say.
    var acknowledged: Int?
  }

  private struct Segment {
    var offset: Int
    var bytes: [UInt8]
    var acknowledged: Int?
    var isCut: Bool
    var end: Int { offset + bytes.count }
  }

  /// The sequence number of the SYN, or what stands in for it: one less than that of the first byte.
  let initial: UInt32
  /// Bytes of the direction that are kept.
  private(set) var limit: Int
  /// The bytes so far.
  private(set) var bytes: [UInt8] = []
  private(set) var standing = Standing.open
  private var held: [Segment] = []
  private var heldBytes = 0

  /// Makes a head without bytes.
  ///
  /// - Parameters:
  ///   - initial: The sequence number of the SYN, or one less than that of the first byte.
  ///   - limit: Bytes that are kept.
  init(initial: UInt32, limit: Int = StreamHead.defaultLimit) {
    self.initial = initial
    self.limit = limit
  }

  /// Keeps more bytes than was meant; those that were passed over are gone.
  mutating func raiseLimit(to limit: Int) {
    if standing == .open { self.limit = max(limit, self.limit) }
  }

  /// Bytes of memory that the head holds.
  var footprint: Int { bytes.capacity + heldBytes }

  /// Whether segments are held beyond a hole.
  var isWaiting: Bool { !held.isEmpty }

  /// Takes a segment.
  ///
  /// - Parameters:
  ///   - payload: What the capture holds of its payload.
  ///   - sequence: The sequence number of its first payload byte.
  ///   - acknowledged: How many bytes of the other direction it acknowledges; nothing if it does not say.
  ///   - isCut: Whether its payload goes on beyond what the capture holds.
  /// - Returns: What it added in order; nothing if it repeats, or lies beyond a hole. `takeHeld` may then have more.
  /// - Complexity: O(n) in its bytes.
  mutating func take(_ payload: RawSpan, sequence: UInt32, acknowledged: Int?, isCut: Bool) -> Piece? {
    // Anything further away is of another turn of the sequence space, which the caller keeps out.
    let offset = Int(Int32(bitPattern: sequence &- initial &- 1))
    guard standing == .open, offset < limit, offset + payload.byteCount > 0 else { return nil }
    let start = max(0, -offset)
    let count = min(payload.byteCount, limit - offset)
    guard start < count else { return nil }
    let part = payload.extracting(start..<count)
    if offset > bytes.count {
      hold(Segment(offset: offset, bytes: [UInt8](copying: part), acknowledged: acknowledged, isCut: isCut))
      return nil
    }
    return append(part, at: offset + start, acknowledged, isCut: isCut && count == payload.byteCount)
  }

  /// Takes a held segment that is next in order, if there is one.
  mutating func takeHeld() -> Piece? {
    while standing == .open, let index = held.indices.min(by: { held[$0].offset < held[$1].offset }),
      held[index].offset <= bytes.count
    {
      let segment = held.remove(at: index)
      heldBytes -= segment.bytes.count
      let piece = segment.bytes.withRawSpan {
        append($0, at: segment.offset, segment.acknowledged, isCut: segment.isCut)
      }
      if let piece { return piece }
    }
    return nil
  }

  /// Gives the memory back; nothing is taken any more.
  mutating func release() {
    bytes = []
    held = []
    heldBytes = 0
    if standing == .open || standing == .full { standing = .released }
  }

  /// Adds what is new of bytes that begin at or before the end.
  private mutating func append(_ part: RawSpan, at offset: Int, _ acknowledged: Int?, isCut: Bool) -> Piece? {
    let start = bytes.count
    let known = min(start - offset, part.byteCount)
    // A keep-alive repeats one byte, and some hosts put anything into it (RFC 9293 section 3.8.4).
    if known > 0, part.byteCount > 1 {
      for index in 0..<known where part.uint8(at: index) != bytes[offset + index] {
        standing = .contradictory
        return nil
      }
    }
    guard known < part.byteCount else { return nil }
    bytes.append(copying: part.extracting(known..<part.byteCount))
    if isCut { standing = .broken } else if bytes.count >= limit { standing = .full }
    return Piece(range: start..<bytes.count, acknowledged: acknowledged)
  }

  private mutating func hold(_ segment: Segment) {
    // A retransmission of what is held already.
    if held.contains(where: { $0.offset == segment.offset && $0.bytes == segment.bytes }) { return }
    guard held.count < Self.heldLimit else {
      standing = .broken
      return
    }
    heldBytes += segment.bytes.count
    held.append(segment)
  }
}
