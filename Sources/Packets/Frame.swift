/// Where one captured frame stands and what the capture file says of it.
///
/// The bytes themselves are `bytes[offset ..< offset + capturedLength]` of the buffer that comes with it; they live only as
/// long as that.
@frozen
public struct Frame: Sendable, BitwiseCopyable {
  /// When the frame was captured.
  public var timestamp: Timestamp
  /// Offset of its first byte in the buffer.
  public var offset: Int
  /// Frame number in its file, from 1, as Wireshark shows it.
  public var number: UInt64
  /// Bytes captured.
  public var capturedLength: UInt32
  /// Bytes on the wire.
  public var wireLength: UInt32
  /// Index of the file among the inputs.
  public var file: UInt32
  /// The interface's link type.
  public var linkType: LinkType

  /// Where its captured bytes stand in the buffer.
  @inlinable
  public var range: Range<Int> { offset..<offset + Int(capturedLength) }

  /// Makes a descriptor of zeros, to be overwritten.
  @inlinable
  public init() {
    self.init(
      timestamp: Timestamp(nanoseconds: 0), offset: 0, number: 0, capturedLength: 0, wireLength: 0, file: 0,
      linkType: .null)
  }

  /// Makes a frame descriptor.
  ///
  /// - Parameters:
  ///   - timestamp: When the frame was captured.
  ///   - offset: Offset of its first byte in the buffer.
  ///   - number: Frame number in its file, from 1.
  ///   - capturedLength: Bytes captured.
  ///   - wireLength: Bytes on the wire.
  ///   - file: Index of the file among the inputs.
  ///   - linkType: The interface's link type.
  @inlinable
  public init(
    timestamp: Timestamp, offset: Int, number: UInt64, capturedLength: UInt32, wireLength: UInt32, file: UInt32,
    linkType: LinkType
  ) {
    self.timestamp = timestamp
    self.offset = offset
    self.number = number
    self.capturedLength = capturedLength
    self.wireLength = wireLength
    self.file = file
    self.linkType = linkType
  }
}
