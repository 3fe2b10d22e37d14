import Packets

/// How the ordinary records of a capture are read: those of a pcap file with the captured length first, or the Enhanced
/// Packet Blocks of pcapng interfaces that are alike and have no time offset; in this machine's byte order.
///
/// A record that is not ordinary, or may not be consumed, is left to the walkers.
struct PlainRecords: BitwiseCopyable {
  /// What kind of records they are.
  enum Kind { case none, pcap, pcapng }

  /// The kind.
  var kind = Kind.none
  /// Bytes in front of a packet.
  var headerLength = 0
  /// The longest captured length that is no corruption.
  var maximumCapturedLength: UInt32 = 0
  /// Nanoseconds of one unit of the timestamp, or of its fraction.
  var nanosecondsPerUnit: UInt64 = 0
  /// The latest timestamp that is in the range of `Int64` nanoseconds; pcapng only.
  var maximumUnits: UInt64 = 0
  /// Index of the first of the interfaces; pcapng only.
  var firstInterface: UInt32 = 0
  /// How many interfaces there are from it on; pcapng only.
  var interfaceCount: UInt32 = 0
  /// The link type.
  var linkType = LinkType.null

  /// Reads an ordinary record of a pcap file.
  ///
  /// - Parameters:
  ///   - bytes: The window.
  ///   - position: Offset in the window of the record; moved past it if it is ordinary and not too late.
  ///   - limit: The latest time, in nanoseconds, of a frame that may be consumed.
  /// - Returns: The record, or nothing where the walker must look.
  @inline(__always)
  func nextOfPcap(_ bytes: RawSpan, _ position: inout Int, limit: Int64) -> CaptureRecord? {
    guard bytes.byteCount &- position >= headerLength else { return nil }
    let times = bytes.uint64(at: position)
    let lengths = bytes.uint64(at: position &+ 8)
    let captured = UInt32(truncatingIfNeeded: lengths)
    // Below 2^32 × 10^9 + 2^32 × 10^3 < 2^63.
    let time = Int64(
      bitPattern: (times & 0xFFFF_FFFF) &* 1_000_000_000 &+ (times >> 32) &* nanosecondsPerUnit)
    let offset = position &+ headerLength
    guard captured <= maximumCapturedLength, bytes.byteCount &- offset >= Int(captured), time <= limit else {
      return nil
    }
    position = offset &+ Int(captured)
    return CaptureRecord(
      time: time, offset: offset, capturedLength: captured, wireLength: UInt32(truncatingIfNeeded: lengths >> 32),
      linkType: linkType)
  }

  /// The same of pcapng.
  ///
  /// ```
  /// type(4) length(4) interface(4) time, high(4) time, low(4) captured(4) wire(4) bytes(captured) options length(4)
  /// ```
  @inline(__always)
  func nextOfPcapng(_ bytes: RawSpan, _ position: inout Int, limit: Int64) -> CaptureRecord? {
    let available = bytes.byteCount &- position
    guard available >= 32 else { return nil }
    let start = bytes.uint64(at: position)
    let length = Int(start >> 32)
    guard UInt32(truncatingIfNeeded: start) == 6, length >= 32, length & 3 == 0, length <= RecordLimits.length,
      length <= available, bytes.uint32(at: position &+ length &- 4) == UInt32(truncatingIfNeeded: length)
    else { return nil }
    let source = bytes.uint64(at: position &+ 8)
    let middle = bytes.uint64(at: position &+ 16)
    let units = (source & ~0xFFFF_FFFF) | (middle & 0xFFFF_FFFF)
    let captured = UInt32(truncatingIfNeeded: middle >> 32)
    guard UInt32(truncatingIfNeeded: source) &- firstInterface < interfaceCount, units <= maximumUnits,
      Int(captured) <= length &- 32
    else { return nil }
    // A block that tells of drops is the walker's.
    if length &- 32 &- Int(captured) >= 4 {
      let options = position &+ 28 &+ ((Int(captured) &+ 3) & ~3)
      let order = PcapngByteOrder(isSwapped: false)
      guard PcapngInterface.dropCount(bytes, options: options..<position &+ length &- 4, order: order) == nil else {
        return nil
      }
    }
    let time = Int64(bitPattern: units &* nanosecondsPerUnit)
    guard time <= limit else { return nil }
    let offset = position &+ 28
    let wire = bytes.uint32(at: position &+ 24)
    position &+= length
    return CaptureRecord(time: time, offset: offset, capturedLength: captured, wireLength: wire, linkType: linkType)
  }
}
