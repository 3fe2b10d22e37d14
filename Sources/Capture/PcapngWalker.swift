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
  private var lastTime: Int64 = 0
  private var seenLinkTypes: Set<LinkType> = []
  private var endedSectionDrops: UInt64?

  /// The link types of all interfaces so far, each once, in order of appearance.
  private(set) var linkTypes: [LinkType] = []

  /// Packets that the interfaces say were dropped, or nothing if none says.
  ///
  /// The last statistics block of each interface counts, since its counters are running totals.
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

  /// Walks blocks from the cursor on until the batch is full, a frame is later than the limit, or the bytes end.
  ///
  /// - Parameters:
  ///   - bytes: The window.
  ///   - cursor: Offset of the next block in the window; moved past each block consumed.
  ///   - frames: Receives the frames.
  ///   - count: Receives how many.
  ///   - origin: File and number of the next frame.
  ///   - limit: The latest time, in nanoseconds, of a frame that may be consumed.
  /// - Returns: Why the walk stopped.
  /// - Complexity: O(1) per block, O(n) in the options of an interface or statistics block.
  mutating func walk(
    _ bytes: RawSpan, _ cursor: inout Int, into frames: inout MutableSpan<Frame>, count: inout Int,
    origin: FrameOrigin, limit: Int64
  ) -> WalkPause {
    let capacity = frames.count
    var position = cursor
    var filled = 0
    var order = order
    defer {
      cursor = position
      count = filled
    }
    while true {
      // `position` never passes the end: it moves only by blocks that were seen to lie inside the window.
      let available = bytes.byteCount &- position
      guard available >= 12 else { return .needs(12) }
      let type = order.uint32(bytes, position)
      if type == BlockType.section {
        guard let sectionOrder = PcapngByteOrder(magic: bytes.uint32(at: position &+ 8)) else {
          return .corrupt("its section header does not hold the byte-order magic number")
        }
        order = sectionOrder
      }
      let length = Int(order.uint32(bytes, position &+ 4))
      guard length >= 12, length & 3 == 0, length <= RecordLimits.length else {
        return .corrupt("its block says that it is \(length) bytes long, which no block can be")
      }
      guard available >= length else { return .needs(length) }
      guard order.uint32(bytes, position &+ length &- 4) == UInt32(truncatingIfNeeded: length) else {
        return .corrupt("the two lengths of its block differ")
      }

      let packet: PcapngPacket
      switch type {
      case BlockType.enhancedPacket, BlockType.packet:
        guard length >= 32 else { return .corrupt("its packet block is too short") }
        // The obsolete block has 16 bits of interface and 16 of drops where the enhanced one has 32 of interface.
        let interface =
          type == BlockType.enhancedPacket
          ? Int(order.uint32(bytes, position &+ 8)) : Int(order.uint16(bytes, position &+ 8))
        guard interface < interfaces.count else {
          return .corrupt("its packet block names interface \(interface), which the section does not describe")
        }
        let units = UInt64(order.uint32(bytes, position &+ 12)) << 32 | UInt64(order.uint32(bytes, position &+ 16))
        packet = PcapngPacket(
          time: interfaces[interface].scale.nanoseconds(units), offset: 28,
          captured: order.uint32(bytes, position &+ 20), wire: order.uint32(bytes, position &+ 24),
          linkType: interfaces[interface].linkType)
      case BlockType.simplePacket:
        guard length >= 16 else { return .corrupt("its packet block is too short") }
        guard let interface = interfaces.first else {
          return .corrupt("its packet block stands in a section that describes no interface")
        }
        let wire = order.uint32(bytes, position &+ 8)
        let captured = interface.snapLength == 0 ? wire : min(wire, interface.snapLength)
        packet = PcapngPacket(
          time: lastTime, offset: 12, captured: captured, wire: wire, linkType: interface.linkType)
      default:
        if let problem = takeOther(bytes, type: type, position: position, length: length, order: order) {
          return .corrupt(problem)
        }
        position &+= length
        continue
      }

      guard Int(packet.captured) <= length &- packet.offset &- 4 else {
        return .corrupt("its packet block says that \(packet.captured) bytes were captured, and holds fewer")
      }
      guard filled < capacity, packet.time <= limit else { return .frame(nanoseconds: packet.time) }
      frames[filled] = Frame(
        timestamp: Timestamp(nanoseconds: packet.time), offset: position &+ packet.offset,
        number: origin.number &+ UInt64(filled), capturedLength: packet.captured, wireLength: packet.wire,
        file: origin.file, linkType: packet.linkType)
      lastTime = packet.time
      filled &+= 1
      position &+= length
    }
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

/// What the walk needs of a packet block.
private struct PcapngPacket {
  var time: Int64
  var offset: Int
  var captured: UInt32
  var wire: UInt32
  var linkType: LinkType
}
