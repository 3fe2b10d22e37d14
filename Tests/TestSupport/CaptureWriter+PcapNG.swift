public import Packets

/// Writes pcapng files (draft-ietf-opsawg-pcapng) block by block, right ones and, with `addBlock`, wrong ones.
///
/// For a plain file use `CaptureWriter.pcapng`.
public struct PcapNGWriter: Sendable {
  /// An option of a block.
  public struct Option: Sendable {
    /// The option's code.
    public var code: UInt16
    /// The value's bytes, not padded; integers in the section's order must be laid out by the caller.
    public var value: [UInt8]

    /// Makes an option.
    ///
    /// - Parameters:
    ///   - code: The option's code.
    ///   - value: The value's bytes.
    public init(_ code: UInt16, _ value: [UInt8]) {
      self.code = code
      self.value = value
    }

    /// `opt_comment`, on any block.
    ///
    /// - Parameter text: The comment.
    /// - Returns: The option.
    public static func comment(_ text: String) -> Option { Option(1, Array(text.utf8)) }

    /// `if_name` of an interface.
    ///
    /// - Parameter name: The name.
    /// - Returns: The option.
    public static func interfaceName(_ name: String) -> Option { Option(2, Array(name.utf8)) }

    /// `if_tsresol` of an interface.
    ///
    /// - Parameter value: A negative power of 10, or of 2 with the highest bit set.
    /// - Returns: The option.
    public static func timestampResolution(_ value: UInt8) -> Option { Option(9, [value]) }
  }

  /// The file so far.
  public private(set) var bytes: [UInt8] = []
  /// Byte order of the present section.
  public private(set) var order: ByteOrder
  /// Interfaces of the present section.
  public private(set) var interfaceCount: UInt32 = 0

  /// Starts a file with a section header block.
  ///
  /// - Parameters:
  ///   - order: The byte order.
  ///   - options: The section's options.
  public init(order: ByteOrder = .little, options: [Option] = []) {
    self.order = order
    addSection(order: order, options: options)
  }

  /// Starts a new section of unknown length; interfaces count from 0 again.
  ///
  /// - Parameters:
  ///   - order: The byte order.
  ///   - options: The section's options.
  public mutating func addSection(order: ByteOrder = .little, options: [Option] = []) {
    self.order = order
    interfaceCount = 0
    let body = field(UInt32(0x1A2B_3C4D)) + field(UInt16(1)) + field(UInt16(0)) + field(UInt64.max)
    addBlock(0x0A0D_0D0A, body + encode(options))
  }

  /// Adds an interface description block.
  ///
  /// - Parameters:
  ///   - linkType: The link type.
  ///   - snapLength: The snap length, 0 for none.
  ///   - options: The interface's options.
  /// - Returns: The interface's number in this section.
  @discardableResult
  public mutating func addInterface(
    _ linkType: LinkType = .ethernet, snapLength: UInt32 = 0, options: [Option] = []
  ) -> UInt32 {
    addBlock(1, field(linkType.rawValue) + field(UInt16(0)) + field(snapLength) + encode(options))
    interfaceCount += 1
    return interfaceCount - 1
  }

  /// Adds an enhanced packet block.
  ///
  /// - Parameters:
  ///   - frame: The frame.
  ///   - interface: Its interface.
  ///   - unitsPerSecond: The interface's timestamp resolution; microseconds if it states none.
  ///   - offsetSeconds: The interface's `if_tsoffset`, taken off the timestamp.
  ///   - options: The packet's options.
  public mutating func addPacket(
    _ frame: TimedFrame, interface: UInt32 = 0, unitsPerSecond: UInt64 = 1_000_000, offsetSeconds: Int64 = 0,
    options: [Option] = []
  ) {
    let nanoseconds = frame.timestamp.nanoseconds - offsetSeconds * 1_000_000_000
    let units = Int128(nanoseconds) * Int128(unitsPerSecond) / 1_000_000_000
    let time = UInt64(truncatingIfNeeded: units)
    let body =
      field(interface) + field(UInt32(time >> 32)) + field(UInt32(truncatingIfNeeded: time))
      + field(UInt32(frame.bytes.count)) + field(frame.wireLength) + padded(frame.bytes)
    addBlock(6, body + encode(options))
  }

  /// Adds a simple packet block: interface 0, no timestamp.
  ///
  /// - Parameter frame: The frame; captured bytes are what the interface's snap length leaves of `wireLength`.
  public mutating func addSimplePacket(_ frame: TimedFrame) {
    addBlock(3, field(frame.wireLength) + padded(frame.bytes))
  }

  /// Adds an obsolete packet block.
  ///
  /// - Parameters:
  ///   - frame: The frame.
  ///   - interface: Its interface, whose timestamps are microseconds.
  ///   - drops: Packets dropped before this one, 0xFFFF for unknown.
  public mutating func addObsoletePacket(_ frame: TimedFrame, interface: UInt16 = 0, drops: UInt16 = 0xFFFF) {
    let time = UInt64(truncatingIfNeeded: frame.timestamp.nanoseconds / 1_000)
    addBlock(
      2,
      field(interface) + field(drops) + field(UInt32(time >> 32)) + field(UInt32(truncatingIfNeeded: time))
        + field(UInt32(frame.bytes.count)) + field(frame.wireLength) + padded(frame.bytes))
  }

  /// Adds an interface statistics block.
  ///
  /// - Parameters:
  ///   - interface: The interface.
  ///   - timestamp: When the counters were read; the interface's unit must be microseconds.
  ///   - received: `isb_ifrecv`.
  ///   - dropped: `isb_ifdrop`.
  public mutating func addStatistics(
    interface: UInt32 = 0, timestamp: Timestamp, received: UInt64? = nil, dropped: UInt64? = nil
  ) {
    let time = UInt64(truncatingIfNeeded: timestamp.nanoseconds / 1_000)
    var options: [Option] = []
    if let received { options.append(Option(4, field(received))) }
    if let dropped { options.append(Option(5, field(dropped))) }
    addBlock(
      5, field(interface) + field(UInt32(time >> 32)) + field(UInt32(truncatingIfNeeded: time)) + encode(options))
  }

  /// Adds any block.
  ///
  /// - Parameters:
  ///   - type: The block type.
  ///   - body: The body; padded here to a multiple of four.
  ///   - overrideLength: The total length to state at both ends, if not the right one.
  ///   - overrideTrailer: The total length to state at the end, if another.
  public mutating func addBlock(
    _ type: UInt32, _ body: [UInt8], overrideLength: UInt32? = nil, overrideTrailer: UInt32? = nil
  ) {
    let content = padded(body)
    let length = overrideLength ?? UInt32(content.count + 12)
    bytes += field(type) + field(length) + content + field(overrideTrailer ?? length)
  }

  /// The bytes of an integer in the section's order, for option values and block bodies.
  ///
  /// - Parameter value: The integer.
  /// - Returns: The bytes.
  public func field<T: FixedWidthInteger>(_ value: T) -> [UInt8] { TestSupport.bytes(of: value, order) }

  private func padded(_ bytes: [UInt8]) -> [UInt8] {
    bytes + [UInt8](repeating: 0, count: (4 - bytes.count % 4) % 4)
  }

  private func encode(_ options: [Option]) -> [UInt8] {
    guard !options.isEmpty else { return [] }
    let encoded = options.flatMap { field($0.code) + field(UInt16($0.value.count)) + padded($0.value) }
    return encoded + field(UInt32(0))
  }
}
