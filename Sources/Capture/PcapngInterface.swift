import Packets

/// The byte order of a pcapng section; reads its integers.
struct PcapngByteOrder {
  /// Whether it is the other order than this machine's.
  let isSwapped: Bool

  /// An order: swapped against this machine or not.
  init(isSwapped: Bool) { self.isSwapped = isSwapped }

  /// The order that a section header's byte-order magic number shows, if it is one.
  init?(magic: UInt32) {
    switch magic {
    case 0x1A2B_3C4D: isSwapped = false
    case 0x4D3C_2B1A: isSwapped = true
    default: return nil
    }
  }

  @inline(always)
  func uint16(_ bytes: RawSpan, _ offset: Int) -> UInt16 {
    let value = bytes.uint16(at: offset)
    return isSwapped ? value.byteSwapped : value
  }

  @inline(always)
  func uint32(_ bytes: RawSpan, _ offset: Int) -> UInt32 {
    let value = bytes.uint32(at: offset)
    return isSwapped ? value.byteSwapped : value
  }

  @inline(always)
  func uint64(_ bytes: RawSpan, _ offset: Int) -> UInt64 {
    let value = bytes.uint64(at: offset)
    return isSwapped ? value.byteSwapped : value
  }
}

/// An interface that a pcapng section describes.
struct PcapngInterface {
  /// The link type of its frames.
  let linkType: LinkType
  /// Most bytes captured of a frame; 0 for no limit.
  let snapLength: UInt32
  /// How its timestamps count.
  private(set) var scale = TimestampScale()
  /// Packets dropped by the interface and by the operating system: as its last statistics say, else as its packet
  /// blocks do.
  var drops: UInt64? { statisticsDrops ?? packetDrops }
  private var statisticsDrops: UInt64?
  private var packetDrops: UInt64?

  /// An interface without options.
  init(linkType: LinkType, snapLength: UInt32) {
    self.linkType = linkType
    self.snapLength = snapLength
  }

  /// Takes the options of its description, which stand in a range of `bytes`.
  ///
  /// - Returns: Why they are corrupt, or nothing. What cannot be read could have said how its timestamps count, so an
  ///   error is not passed over.
  mutating func takeDescription(_ bytes: RawSpan, options: Range<Int>, order: PcapngByteOrder) -> String? {
    var problem: String?
    let isWhole = forEachOption(bytes, in: options, order: order) { code, value, length in
      switch (code, length) {
      case (9, 1): scale.setResolution(bytes.uint8(at: value))
      case (14, 8): scale.setOffset(seconds: Int64(bitPattern: order.uint64(bytes, value)))
      case (9, _): problem = "its interface description has a time resolution of the wrong size"
      case (14, _): problem = "its interface description has a time offset of the wrong size"
      default: break
      }
    }
    return isWhole ? problem : "an option of its interface description is longer than the block"
  }

  /// Takes the options of its statistics, which stand in a range of `bytes`; what cannot be read is passed over.
  mutating func takeStatistics(_ bytes: RawSpan, options: Range<Int>, order: PcapngByteOrder) {
    var drops: UInt64?
    _ = forEachOption(bytes, in: options, order: order) { code, value, length in
      // isb_ifdrop and isb_osdrop.
      if code == 5 || code == 7, length == 8 { drops = PcapngWalker.sum(drops, order.uint64(bytes, value)) }
    }
    if let drops { statisticsDrops = drops }
  }

  /// What the options of an Enhanced Packet Block say was dropped before it (`epb_dropcount`), if they do.
  @inline(never)
  static func dropCount(_ bytes: RawSpan, options: Range<Int>, order: PcapngByteOrder) -> UInt64? {
    var drops: UInt64?
    _ = forEachOption(bytes, in: options, order: order) { code, value, length in
      if code == 4, length == 8 { drops = order.uint64(bytes, value) }
    }
    return drops
  }

  /// Whether the frames of another interface are read as its own are.
  func isLike(_ other: PcapngInterface) -> Bool { linkType == other.linkType && scale == other.scale }

  /// Takes what a packet block says was dropped before it.
  mutating func addDrops(_ count: UInt64?) { packetDrops = PcapngWalker.sum(packetDrops, count) }
}

/// Visits the options of a pcapng block: `code(2) length(2) value(length) padding`, up to code 0 or the block's end.
///
/// - Returns: False if an option is longer than the range; it is not visited.
private func forEachOption(
  _ bytes: RawSpan, in range: Range<Int>, order: PcapngByteOrder,
  _ visit: (_ code: UInt16, _ value: Int, _ length: Int) -> Void
) -> Bool {
  var offset = range.lowerBound
  while range.upperBound - offset >= 4 {
    let code = order.uint16(bytes, offset)
    let length = Int(order.uint16(bytes, offset + 2))
    if code == 0 { return true }
    guard range.upperBound - offset - 4 >= length else { return false }
    visit(code, offset + 4, length)
    offset += 4 + (length + 3) & ~3
  }
  return true
}
