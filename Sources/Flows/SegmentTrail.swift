import Packets

/// The last segments of one side, to know those that a mirror port delivered twice (T11).
///
/// A duplicate is identical in sequence and acknowledgement number, payload length, flags, timestamps option and IPv4
/// identification, and was captured within 5 ms of the original. TTL, window and link header may differ: ports on both
/// sides of a router show the same packet.
///
/// IPv6 has no identification, and hosts may leave that of IPv4 at 0 (RFC 6864). Then a segment without payload, SYN or
/// FIN is never called a duplicate: TCP itself repeats bare acknowledgements when segments are lost (RFC 5681).
struct SegmentTrail: BitwiseCopyable {
  /// What makes two segments the same.
  private struct Segment: BitwiseCopyable {
    let time: Timestamp
    let sequence: UInt32
    let acknowledgement: UInt32
    let length: UInt32
    let timestampValue: UInt32
    let timestampEcho: UInt32
    let identification: UInt16
    let flags: TCPFlags
    let hasTimestamps: Bool

    init(_ packet: Packet) {
      time = packet.timestamp
      sequence = packet.tcp.sequence
      acknowledgement = packet.tcp.acknowledgement
      length = packet.payloadLength
      timestampValue = packet.tcp.timestampValue
      timestampEcho = packet.tcp.timestampEcho
      identification = packet.ipIdentification
      flags = packet.tcp.flags
      hasTimestamps = packet.flags.contains(.tcpTimestamps)
    }

    /// Whether the segment is not one that a sound host sends twice in a row.
    var isUnique: Bool { identification != 0 || length > 0 || !flags.isDisjoint(with: [.syn, .fin]) }

    func isDuplicate(of other: Segment) -> Bool {
      sequence == other.sequence && acknowledgement == other.acknowledgement && length == other.length
        && identification == other.identification && flags == other.flags && hasTimestamps == other.hasTimestamps
        && timestampValue == other.timestampValue && timestampEcho == other.timestampEcho
        && SegmentTrail.reach.contains(time.nanoseconds(since: other.time))
    }
  }

  /// How many segments of a side are kept; a duplicate further behind is a retransmission, which advances nothing.
  static let length = 4
  /// How far apart the copies may be, in nanoseconds.
  static let reach: ClosedRange<Int64> = -5_000_000...5_000_000

  private var segments = InlineArray<4, Segment>(repeating: Segment(Packet()))
  private var count: UInt8 = 0
  private var next: UInt8 = 0

  init() {}

  /// Whether a segment is a duplicate; if not, it is kept.
  mutating func holdsOrAdds(_ packet: Packet) -> Bool {
    let segment = Segment(packet)
    if segment.isUnique {
      for index in 0..<Int(count) where segments[index].isDuplicate(of: segment) { return true }
    }
    segments[Int(next)] = segment
    next = (next &+ 1) & UInt8(Self.length - 1)
    if count < Self.length { count &+= 1 }
    return false
  }
}
