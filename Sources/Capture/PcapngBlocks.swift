/// Writes blocks of pcapng (draft-ietf-opsawg-pcapng) in this machine's byte order.
enum PcapngBlocks {
  /// Bytes of an Enhanced Packet Block beside the packet and its padding.
  static let packetOverhead = 32
  /// Bytes of it before the packet.
  static let packetHeader = 28

  /// A Section Header Block.
  ///
  /// - Parameter application: The program that writes (`shb_userappl`).
  /// - Returns: The block.
  static func section(application: String) -> [UInt8] {
    var body = bytes(0x1A2B_3C4D as UInt32) + bytes(1 as UInt16) + bytes(0 as UInt16) + bytes(UInt64.max)
    body += option(4, Array(application.utf8)) + bytes(0 as UInt32)
    return block(0x0A0D_0D0A, body)
  }

  /// An Interface Description Block with timestamps in nanoseconds.
  ///
  /// - Parameters:
  ///   - linkType: The link type.
  ///   - snapLength: Bytes of a packet that are captured at most.
  ///   - name: The interface's name (`if_name`).
  ///   - filter: The BPF filter (`if_filter`); empty for none.
  /// - Returns: The block.
  static func interface(linkType: UInt16, snapLength: UInt32, name: String, filter: String) -> [UInt8] {
    var body = bytes(linkType) + bytes(0 as UInt16) + bytes(snapLength)
    body += option(2, Array(name.utf8)) + option(9, [9])
    if !filter.isEmpty { body += option(11, [0] + Array(filter.utf8)) }
    return block(1, body + bytes(0 as UInt32))
  }

  /// An Interface Statistics Block.
  ///
  /// - Parameters:
  ///   - interface: Index of the interface in the section.
  ///   - time: When the counters were read, in nanoseconds since the epoch.
  ///   - counts: What the kernel counted since the capture began.
  /// - Returns: The block.
  static func statistics(interface: UInt32, time: Int64, _ counts: LiveInterface.Counts) -> [UInt8] {
    let units = UInt64(bitPattern: time)
    var body = bytes(interface) + bytes(UInt32(truncatingIfNeeded: units >> 32))
    body += bytes(UInt32(truncatingIfNeeded: units))
    // isb_ifrecv, isb_ifdrop, isb_osdrop.
    body += option(4, bytes(counts.received)) + option(5, bytes(counts.droppedByInterface))
    body += option(7, bytes(counts.dropped)) + bytes(0 as UInt32)
    return block(5, body)
  }

  /// Bytes of an Enhanced Packet Block with a packet of a length.
  static func packetLength(_ captured: Int) -> Int { packetOverhead + ((captured + 3) & ~3) }

  /// Appends an Enhanced Packet Block to a chunk, which has room for it.
  @inline(__always)
  static func append(
    _ packet: RawSpan, interface: UInt32, time: Int64, wireLength: UInt32, to chunk: Chunk
  ) {
    let length = packetLength(packet.byteCount)
    let units = UInt64(bitPattern: time)
    chunk.append { room in
      room.storeBytes(of: 6, as: UInt32.self)
      room.storeBytes(of: UInt32(truncatingIfNeeded: length), toByteOffset: 4, as: UInt32.self)
      room.storeBytes(of: interface, toByteOffset: 8, as: UInt32.self)
      room.storeBytes(of: UInt32(truncatingIfNeeded: units >> 32), toByteOffset: 12, as: UInt32.self)
      room.storeBytes(of: UInt32(truncatingIfNeeded: units), toByteOffset: 16, as: UInt32.self)
      room.storeBytes(of: UInt32(truncatingIfNeeded: packet.byteCount), toByteOffset: 20, as: UInt32.self)
      room.storeBytes(of: wireLength, toByteOffset: 24, as: UInt32.self)
      return packetHeader
    }
    chunk.append(packet)
    chunk.append { room in
      let padding = length - packetOverhead - packet.byteCount
      for offset in 0..<padding { room.storeBytes(of: 0, toByteOffset: offset, as: UInt8.self) }
      room.storeBytes(of: UInt32(truncatingIfNeeded: length), toByteOffset: padding, as: UInt32.self)
      return padding + 4
    }
  }

  private static func block(_ type: UInt32, _ body: [UInt8]) -> [UInt8] {
    let length = UInt32(truncatingIfNeeded: body.count + 12)
    return bytes(type) + bytes(length) + body + bytes(length)
  }

  private static func option(_ code: UInt16, _ value: [UInt8]) -> [UInt8] {
    let value = value.prefix(Int(UInt16.max))
    let padding = [UInt8](repeating: 0, count: -value.count & 3)
    return bytes(code) + bytes(UInt16(truncatingIfNeeded: value.count)) + value + padding
  }

  private static func bytes(_ value: some FixedWidthInteger) -> [UInt8] {
    (0..<value.bitWidth / 8).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
  }
}
