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

  /// Walks records from the cursor on until the batch is full, a frame is later than the limit, or the bytes end.
  ///
  /// - Parameters:
  ///   - bytes: The window.
  ///   - cursor: Offset of the next record in the window; moved past each record consumed.
  ///   - frames: Receives the frames.
  ///   - count: Receives how many.
  ///   - origin: File and number of the next frame.
  ///   - limit: The latest time, in nanoseconds, of a frame that may be consumed.
  /// - Returns: Why the walk stopped.
  /// - Complexity: O(1) per frame.
  func walk(
    _ bytes: RawSpan, _ cursor: inout Int, into frames: inout MutableSpan<Frame>, count: inout Int,
    origin: FrameOrigin, limit: Int64
  ) -> WalkPause {
    let (isSwapped, headerLength, unit) = (isSwapped, recordHeaderLength, nanosecondsPerUnit)
    let (maximum, order, linkType) = (maximumCapturedLength, lengthOrder, linkType)
    let capacity = frames.count
    var position = cursor
    var filled = 0
    defer {
      cursor = position
      count = filled
    }
    while true {
      // `position` never passes the end: it moves only by records that were seen to lie inside the window.
      let available = bytes.byteCount &- position
      guard available >= headerLength else { return .needs(headerLength) }
      var seconds = bytes.uint32(at: position)
      var fraction = bytes.uint32(at: position &+ 4)
      var captured = bytes.uint32(at: position &+ 8)
      var wire = bytes.uint32(at: position &+ 12)
      if isSwapped {
        seconds = seconds.byteSwapped
        fraction = fraction.byteSwapped
        captured = captured.byteSwapped
        wire = wire.byteSwapped
      }
      if order != .capturedFirst, order == .wireFirst || captured > wire { swap(&captured, &wire) }
      let length = Int(captured)
      guard length <= maximum else {
        return .corrupt("its record says that \(length) bytes were captured, and at most \(maximum) are possible")
      }
      guard available >= headerLength &+ length else { return .needs(headerLength &+ length) }
      // Below 2^32 × 10^9 + 2^32 × 10^3 < 2^63.
      let time = Int64(seconds) &* 1_000_000_000 &+ Int64(fraction) &* unit
      guard filled < capacity, time <= limit else { return .frame(nanoseconds: time) }
      frames[filled] = Frame(
        timestamp: Timestamp(nanoseconds: time), offset: position &+ headerLength,
        number: origin.number &+ UInt64(filled), capturedLength: captured, wireLength: wire, file: origin.file,
        linkType: linkType)
      filled &+= 1
      position &+= headerLength &+ length
    }
  }
}

/// What frames of one walk have in common, and where their numbers begin.
package struct FrameOrigin {
  /// Index of the file.
  package var file: UInt32
  /// Number of the first frame.
  package var number: UInt64

  /// Makes an origin.
  package init(file: UInt32, number: UInt64) {
    self.file = file
    self.number = number
  }
}
