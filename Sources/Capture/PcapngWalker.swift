import Packets

/// Walks the blocks of a pcapng file (draft-ietf-opsawg-pcapng): any number of sections, each in its own byte order.
///
/// ```
/// block: type(4) length(4) body(length - 12) length(4)
/// ```
/// Packets stand in Enhanced, Simple and (obsolete) Packet Blocks. Interface Statistics Blocks give the drops. Name
/// resolution, secrets, custom and unknown blocks are passed over. The length of a section is not used: a section ends
/// where the next one begins.
///
/// A Simple Packet Block has no time; its frame gets the time of the frame before it in the file, or the epoch if there
/// is none.
struct PcapngWalker {
  /// Bytes of a Section Header Block up to its options.
  static let headerLength = 24

  private enum BlockType {
    static let interface: UInt32 = 1
    static let packet: UInt32 = 2
    static let simplePacket: UInt32 = 3
    static let statistics: UInt32 = 5
    static let enhancedPacket: UInt32 = 6
    // Reads the same in both byte orders.
    static let section: UInt32 = 0x0A0D_0D0A
  }

  private var order = PcapngByteOrder(isSwapped: false)
  private var interfaces: [PcapngInterface] = []
  // Whether all of them are alike.
  private var areAlike = true
  /// Time of the last frame consumed; to be told of those that are read elsewhere.
  var lastTime: Int64 = 0
  /// Frames consumed that have no time of their own.
  private(set) var untimedCount: UInt64 = 0
  // The interface of the last packet block that was read here.
  private var recentInterface = 0
  private var seenLinkTypes: Set<LinkType> = []
  private var endedSectionDrops: UInt64?

  /// The link types of all interfaces so far, each once, in order of appearance.
  private(set) var linkTypes: [LinkType] = []

  /// Packets that the interfaces say were dropped, or nothing if none says.
  ///
  /// The last statistics block of each interface counts, since its counters are running totals; of one that has none,
  /// what its packet blocks say was lost before them.
  ///
  /// - Complexity: O(n) in the interfaces of the current section.
  var interfaceDrops: UInt64? {
    interfaces.reduce(endedSectionDrops) { sum, interface in Self.sum(sum, interface.drops) }
  }

  /// Whether bytes begin as a pcapng file does.
  static func recognises(_ bytes: RawSpan) -> Bool {
    bytes.byteCount >= 12 && bytes.uint32(at: 0) == BlockType.section
      && PcapngByteOrder(magic: bytes.uint32(at: 8)) != nil
  }

  /// How the packet blocks of the last interface, and of those like it, are read where nothing is special about them.
  var plain: PlainRecords {
    guard !order.isSwapped, recentInterface < interfaces.count,
      let unit = interfaces[recentInterface].scale.nanosecondsPerUnit
    else { return PlainRecords() }
    return PlainRecords(
      kind: .pcapng, nanosecondsPerUnit: unit, maximumUnits: UInt64(Int64.max) / unit,
      firstInterface: areAlike ? 0 : UInt32(recentInterface), interfaceCount: areAlike ? UInt32(interfaces.count) : 1,
      linkType: interfaces[recentInterface].linkType)
  }

  /// Reads the next packet block at or behind a position.
  ///
  /// - Parameters:
  ///   - bytes: The window.
  ///   - position: Offset of a block in the window; moved past each block consumed.
  ///   - limit: The latest time, in nanoseconds, of a frame that may be consumed.
  ///   - isFull: Whether no frame may be consumed.
  ///   - pause: Receives why no frame was consumed.
  /// - Returns: The packet, or nothing if none was consumed.
  /// - Complexity: O(1) per block, O(n) in the options of an interface or statistics block.
  mutating func next(
    _ bytes: RawSpan, _ position: inout Int, limit: Int64, isFull: Bool, pause: inout WalkPause?
  ) -> CaptureRecord? {
    while true {
      // `position` never passes the end: it moves only by blocks that were seen to lie inside the window.
      let available = bytes.byteCount &- position
      guard available >= 12 else {
        pause = .needs(12)
        return nil
      }
      let type = order.uint32(bytes, position)
      var order = order
      if type == BlockType.section {
        guard let sectionOrder = PcapngByteOrder(magic: bytes.uint32(at: position &+ 8)) else {
          pause = .corrupt("its section header does not hold the byte-order magic number")
          return nil
        }
        order = sectionOrder
      }
      let length = Int(order.uint32(bytes, position &+ 4))
      guard length >= 12, length & 3 == 0, length <= RecordLimits.length else {
        pause = .corrupt("its block says that it is \(length) bytes long, which no block can be")
        return nil
      }
      guard available >= length else {
        pause = .needs(length)
        return nil
      }
      guard order.uint32(bytes, position &+ length &- 4) == UInt32(truncatingIfNeeded: length) else {
        pause = .corrupt("the two lengths of its block differ")
        return nil
      }
      let start = position
      var record: CaptureRecord?
      let problem =
        switch type {
        case BlockType.enhancedPacket, BlockType.packet, BlockType.simplePacket:
          readPacket(bytes, type: type, start: start, length: length, into: &record)
        default: takeOther(bytes, type: type, position: start, length: length, order: order)
        }
      if let problem {
        pause = .corrupt(problem)
        return nil
      }
      guard let record else {
        position &+= length
        continue
      }
      guard !isFull, record.time <= limit else {
        pause = .frame(nanoseconds: record.time)
        return nil
      }
      if type == BlockType.simplePacket {
        untimedCount &+= 1
      } else {
        takeDrops(bytes, type: type, start: start, length: length, captured: Int(record.capturedLength))
      }
      lastTime = record.time
      position &+= length
      return record
    }
  }

  /// Reads a packet block, which lies inside the window.
  ///
  /// - Returns: Why the block is corrupt, or nothing.
  @inline(__always)
  private mutating func readPacket(
    _ bytes: RawSpan, type: UInt32, start: Int, length: Int, into record: inout CaptureRecord?
  ) -> String? {
    let (time, linkType, headerLength, captured, wire): (Int64, LinkType, Int, UInt32, UInt32)
    if type == BlockType.simplePacket {
      guard length >= 16 else { return "its packet block is too short" }
      guard let interface = interfaces.first else {
        return "its packet block stands in a section that describes no interface"
      }
      (time, linkType, headerLength) = (lastTime, interface.linkType, 12)
      wire = order.uint32(bytes, start &+ 8)
      captured = interface.snapLength == 0 ? wire : min(wire, interface.snapLength)
    } else {
      guard length >= 32 else { return "its packet block is too short" }
      // The obsolete block has 16 bits of interface and 16 of drops where the enhanced one has 32 of interface.
      let index =
        type == BlockType.enhancedPacket
        ? Int(order.uint32(bytes, start &+ 8)) : Int(order.uint16(bytes, start &+ 8))
      guard index < interfaces.count else {
        return "its packet block names interface \(index), which the section does not describe"
      }
      recentInterface = index
      let units = UInt64(order.uint32(bytes, start &+ 12)) << 32 | UInt64(order.uint32(bytes, start &+ 16))
      (time, linkType, headerLength) = (interfaces[index].scale.nanoseconds(units), interfaces[index].linkType, 28)
      captured = order.uint32(bytes, start &+ 20)
      wire = order.uint32(bytes, start &+ 24)
    }
    guard Int(captured) <= length &- headerLength &- 4 else {
      return "its packet block says that \(captured) bytes were captured, and holds fewer"
    }
    record = CaptureRecord(
      time: time, offset: start &+ headerLength, capturedLength: captured, wireLength: wire, linkType: linkType)
    return nil
  }

  /// Takes what a packet block that is consumed says was lost before it; the block lies inside the window.
  private mutating func takeDrops(_ bytes: RawSpan, type: UInt32, start: Int, length: Int, captured: Int) {
    guard type == BlockType.packet else {
      let options = start + 28 + ((captured + 3) & ~3)
      let drops = PcapngInterface.dropCount(bytes, options: options..<start + length - 4, order: order)
      return interfaces[recentInterface].addDrops(drops)
    }
    // All bits set: not known. What never counts writes 0.
    let drops = order.uint16(bytes, start + 10)
    if drops > 0, drops < .max { interfaces[recentInterface].addDrops(UInt64(drops)) }
  }

  /// Takes a block that holds no packet; the block lies inside the window.
  ///
  /// - Returns: Why the block is corrupt, or nothing.
  private mutating func takeOther(
    _ bytes: RawSpan, type: UInt32, position: Int, length: Int, order: PcapngByteOrder
  ) -> String? {
    let end = position + length - 4
    switch type {
    case BlockType.section:
      guard length >= 28 else { return "its section header is too short" }
      let version = order.uint16(bytes, position + 12)
      guard version == 1 else { return "its section header says version \(version), and only 1 is known" }
      endedSectionDrops = interfaceDrops
      interfaces.removeAll(keepingCapacity: true)
      areAlike = true
      self.order = order
    case BlockType.interface:
      guard length >= 20 else { return "its interface description is too short" }
      guard interfaces.count < RecordLimits.interfaces else {
        return "its section describes more than \(RecordLimits.interfaces) interfaces"
      }
      var interface = PcapngInterface(
        linkType: LinkType(rawValue: order.uint16(bytes, position + 8)),
        snapLength: order.uint32(bytes, position + 12))
      if let problem = interface.takeDescription(bytes, options: position + 16..<end, order: order) {
        return problem
      }
      if let last = interfaces.last, !last.isLike(interface) { areAlike = false }
      interfaces.append(interface)
      if seenLinkTypes.insert(interface.linkType).inserted { linkTypes.append(interface.linkType) }
    case BlockType.statistics:
      guard length >= 24 else { return "its statistics block is too short" }
      let interface = Int(order.uint32(bytes, position + 8))
      // Statistics of no known interface say nothing about the packets: they are passed over.
      guard interface < interfaces.count else { return nil }
      interfaces[interface].takeStatistics(bytes, options: position + 20..<end, order: order)
    default: break
    }
    return nil
  }

  /// Adds counts of which either may be unknown, held to the end of `UInt64`.
  static func sum(_ first: UInt64?, _ second: UInt64?) -> UInt64? {
    guard let first else { return second }
    guard let second else { return first }
    let (sum, overflow) = first.addingReportingOverflow(second)
    return overflow ? .max : sum
  }
}
