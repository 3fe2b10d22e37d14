public import Packets

/// Writes pcap capture files (draft-ietf-opsawg-pcap) from frames.
public enum CaptureWriter {
  /// The unit of a pcap file's timestamps.
  public enum Resolution: Sendable, CaseIterable {
    /// Magic number 0xA1B2C3D4.
    case microseconds
    /// Magic number 0xA1B23C4D.
    case nanoseconds
  }

  /// A pcap file's 24-byte header.
  ///
  /// - Parameters:
  ///   - linkType: The link type of all frames.
  ///   - order: The byte order.
  ///   - resolution: The unit of timestamps.
  ///   - snapLength: The snap length that the header states.
  /// - Returns: The bytes.
  public static func pcapHeader(
    linkType: LinkType = .ethernet, order: ByteOrder = .little, resolution: Resolution = .microseconds,
    snapLength: UInt32 = 262_144
  ) -> [UInt8] {
    let magic: UInt32 = resolution == .microseconds ? 0xA1B2_C3D4 : 0xA1B2_3C4D
    var file = bytes(of: magic, order)
    file += bytes(of: UInt16(2), order) + bytes(of: UInt16(4), order)
    file += bytes(of: UInt32(0), order) + bytes(of: UInt32(0), order)
    file += bytes(of: snapLength, order) + bytes(of: UInt32(linkType.rawValue), order)
    return file
  }

  /// One pcap record: header and captured bytes.
  ///
  /// - Parameters:
  ///   - frame: The frame; its timestamp must not lie before 1970.
  ///   - order: The byte order.
  ///   - resolution: The unit of timestamps.
  /// - Returns: The bytes.
  public static func pcapRecord(
    _ frame: TimedFrame, order: ByteOrder = .little, resolution: Resolution = .microseconds
  ) -> [UInt8] {
    let (seconds, rest) = frame.timestamp.nanoseconds.quotientAndRemainder(dividingBy: 1_000_000_000)
    let fraction = resolution == .microseconds ? rest / 1_000 : rest
    var record = bytes(of: UInt32(truncatingIfNeeded: seconds), order)
    record += bytes(of: UInt32(truncatingIfNeeded: fraction), order)
    record += bytes(of: UInt32(frame.bytes.count), order) + bytes(of: frame.wireLength, order)
    return record + frame.bytes
  }

  /// A whole pcap file.
  ///
  /// - Parameters:
  ///   - frames: The frames, all of one link type.
  ///   - order: The byte order.
  ///   - resolution: The unit of timestamps.
  ///   - snapLength: The snap length that the header states; longer frames are cut to it.
  /// - Returns: The bytes; the link type is the first frame's, or Ethernet.
  public static func pcap(
    _ frames: [TimedFrame], order: ByteOrder = .little, resolution: Resolution = .microseconds,
    snapLength: UInt32 = 262_144
  ) -> [UInt8] {
    let header = pcapHeader(
      linkType: frames.first?.linkType ?? .ethernet, order: order, resolution: resolution, snapLength: snapLength)
    return frames.reduce(into: header) { file, frame in
      file += pcapRecord(frame.cut(to: Int(snapLength)), order: order, resolution: resolution)
    }
  }

  /// A whole pcapng file of one section, with one interface for each link type among the frames.
  ///
  /// - Parameters:
  ///   - frames: The frames.
  ///   - order: The byte order.
  /// - Returns: The bytes; timestamps are nanoseconds.
  public static func pcapng(_ frames: [TimedFrame], order: ByteOrder = .little) -> [UInt8] {
    var writer = PcapNGWriter(order: order)
    var interfaces: [LinkType: UInt32] = [:]
    for frame in frames {
      let known = interfaces[frame.linkType]
      let interface = known ?? writer.addInterface(frame.linkType, options: [.timestampResolution(9)])
      interfaces[frame.linkType] = interface
      writer.addPacket(frame, interface: interface, unitsPerSecond: 1_000_000_000)
    }
    return writer.bytes
  }
}
