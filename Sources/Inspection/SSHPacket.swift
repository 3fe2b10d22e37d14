import Packets

/// A packet of SSH's binary protocol before keys are in use (RFC 4253 section 6).
public struct SSHPacket: Sendable, Equatable, BitwiseCopyable {
  /// SSH_MSG_NEWKEYS: what the sender sends next is encrypted (RFC 4253 section 7.3).
  public static let newKeys: UInt8 = 21

  /// The message number: the first byte of the payload.
  public var message: UInt8
  /// Bytes of the whole packet.
  public var length: Int

  /// Reads a packet's beginning; nothing if the six bytes that are looked at are none, or are not all there.
  ///
  /// - Parameters:
  ///   - bytes: A stream.
  ///   - offset: Where the packet begins.
  /// - Complexity: O(1).
  public init?(_ bytes: RawSpan, at offset: Int) {
    guard offset >= 0, offset <= bytes.byteCount - Self.headLength else { return nil }
    let length = bytes.uint32BE(at: offset)
    let padding = bytes.uint8(at: offset + 4)
    // A payload has one byte at least, padding four; the whole is a multiple of eight (RFC 4253 sections 6 and 6.1).
    guard length >= 12, length <= 35_000, (length + 4) % 8 == 0, padding >= 4, UInt32(padding) + 2 <= length else {
      return nil
    }
    message = bytes.uint8(at: offset + 5)
    self.length = Int(length) + 4
  }

  /// Bytes that are looked at.
  public static let headLength = 6
}
