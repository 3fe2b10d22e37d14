import Packets

/// Walks the records of a classic pcap file (draft-ietf-opsawg-pcap), with every magic number found in the wild.
///
/// ```
/// file:   magic(4) major(2) minor(2) zone(4) sigfigs(4) snaplen(4) linktype(4)  record*
/// record: seconds(4) fraction(4) captured(4) wire(4) [extra(8)] bytes(captured)
/// ```
/// The byte order is that of the magic number. The time zone field is not applied: no tool in use writes it.
struct PcapWalker {
  /// Which of the two lengths of a record stands first.
  private enum LengthOrder { case capturedFirst, wireFirst, smallerIsCaptured }

  /// Bytes of the file header.
  static let headerLength = 24

  /// The link type of all frames.
  let linkType: LinkType
  private let isSwapped: Bool
  private let nanosecondsPerUnit: Int64
  private let recordHeaderLength: Int
  private let lengthOrder: LengthOrder
  private let maximumCapturedLength: Int

  /// Whether bytes begin with a magic number of pcap.
  static func recognises(_ bytes: RawSpan) -> Bool {
    bytes.byteCount >= 4 && Variant(magic: bytes.uint32(at: 0)) != nil
  }

  /// What a magic number says.
  private struct Variant {
    var isSwapped = false
    var nanosecondsPerUnit: Int64 = 1000
    var recordHeaderLength = 16

    init?(magic: UInt32) {
      if let variant = Variant(nativeMagic: magic) {
        self = variant
      } else if let variant = Variant(nativeMagic: magic.byteSwapped) {
        self = variant
        isSwapped = true
      } else {
        return nil
      }
    }

    private init?(nativeMagic: UInt32) {
      switch nativeMagic {
      // Microseconds, as tcpdump has written since 1987.
      case 0xA1B2_C3D4: break
      // Nanoseconds.
      case 0xA1B2_3C4D: nanosecondsPerUnit = 1
      // Kuznetsov's "modified" pcap: interface index, protocol and packet type follow the lengths, padded to 8 bytes.
      case 0xA1B2_CD34: recordHeaderLength = 24
      // netsniff-ng's own: nanoseconds; time source, interface, protocol, hardware and packet type follow the lengths.
      case 0xA1E2_CB12:
        nanosecondsPerUnit = 1
        recordHeaderLength = 24
      default: return nil
      }
    }
  }

  /// Reads the file header; `bytes` holds at least `headerLength` bytes and is recognised.
  ///
  /// - Parameters:
  ///   - bytes: The start of the file.
  ///   - problem: Receives a clause that says why the header cannot be used, if it cannot.
  init?(header bytes: RawSpan, problem: inout String) {
    guard let variant = Variant(magic: bytes.uint32(at: 0)) else { return nil }
    isSwapped = variant.isSwapped
    nanosecondsPerUnit = variant.nanosecondsPerUnit
    recordHeaderLength = variant.recordHeaderLength
    func field16(_ offset: Int) -> UInt16 {
      variant.isSwapped ? bytes.uint16(at: offset).byteSwapped : bytes.uint16(at: offset)
    }
    func field32(_ offset: Int) -> UInt32 {
      variant.isSwapped ? bytes.uint32(at: offset).byteSwapped : bytes.uint32(at: offset)
    }
    let (major, minor) = (field16(4), field16(6))
    switch (major, minor) {
    // Before version 2.3 the wire length stood first; both kinds were written as 2.3. (543.0 was a misprint of 2.2.)
    case (2, 0...2), (543, 0): lengthOrder = .wireFirst
    case (2, 3): lengthOrder = .smallerIsCaptured
    case (2, 4): lengthOrder = .capturedFirst
    default:
      problem = "its header says version \(major).\(minor) of the pcap format, and only 2.0 to 2.4 are known"
      return nil
    }
    // The upper six bits tell the length of frame check sequences; the ten below them must be zero.
    let network = field32(20) & 0x03FF_FFFF
    guard let number = UInt16(exactly: network) else {
      problem = "its header gives the link type \(network), which does not exist"
      return nil
    }
    linkType = LinkType(rawValue: number)
    let snapLength = Int(field32(16))
    maximumCapturedLength = min(max(snapLength, RecordLimits.ordinaryCapturedLength), RecordLimits.length)
  }

  /// How records are read where nothing is special about them; not with swapped bytes or lengths.
  var plain: PlainRecords {
    guard !isSwapped, lengthOrder == .capturedFirst else { return PlainRecords() }
    return PlainRecords(
      kind: .pcap, headerLength: recordHeaderLength, maximumCapturedLength: UInt32(maximumCapturedLength),
      nanosecondsPerUnit: UInt64(nanosecondsPerUnit), linkType: linkType)
  }

  /// Reads the record at a position.
  ///
  /// - Parameters:
  ///   - bytes: The window.
  ///   - position: Offset of the record in the window; moved past it if it is consumed.
  ///   - limit: The latest time, in nanoseconds, of a frame that may be consumed.
  ///   - isFull: Whether no frame may be consumed.
  ///   - pause: Receives why nothing was consumed.
  /// - Returns: The record, or nothing if it was not consumed.
  /// - Complexity: O(1).
  func next(
    _ bytes: RawSpan, _ position: inout Int, limit: Int64, isFull: Bool, pause: inout WalkPause?
  ) -> CaptureRecord? {
    // `position` never passes the end: it moves only by records that were seen to lie inside the window.
    let available = bytes.byteCount &- position
    guard available >= recordHeaderLength else {
      pause = .needs(recordHeaderLength)
      return nil
    }
    let (seconds, fraction) = halves(bytes.uint64(at: position))
    var (captured, wire) = halves(bytes.uint64(at: position &+ 8))
    if lengthOrder != .capturedFirst, lengthOrder == .wireFirst || captured > wire { swap(&captured, &wire) }
    let length = Int(captured)
    guard length <= maximumCapturedLength else {
      pause = Self.tooLong(length, maximum: maximumCapturedLength)
      return nil
    }
    guard available &- recordHeaderLength >= length else {
      pause = .needs(recordHeaderLength &+ length)
      return nil
    }
    // Below 2^32 × 10^9 + 2^32 × 10^3 < 2^63.
    let time = Int64(seconds) &* 1_000_000_000 &+ Int64(fraction) &* nanosecondsPerUnit
    guard !isFull, time <= limit else {
      pause = .frame(nanoseconds: time)
      return nil
    }
    let offset = position &+ recordHeaderLength
    position = offset &+ length
    return CaptureRecord(time: time, offset: offset, capturedLength: captured, wireLength: wire, linkType: linkType)
  }

  /// The two integers of four bytes in eight bytes of the file, in their order.
  @inline(__always)
  private func halves(_ word: UInt64) -> (UInt32, UInt32) {
    let (first, second) = (UInt32(truncatingIfNeeded: word), UInt32(truncatingIfNeeded: word >> 32))
    return isSwapped ? (first.byteSwapped, second.byteSwapped) : (first, second)
  }

  @inline(never)
  private static func tooLong(_ length: Int, maximum: Int) -> WalkPause {
    .corrupt("its record says that \(length) bytes were captured, and at most \(maximum) are possible")
  }
}
