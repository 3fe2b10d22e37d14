import Cryptography
import Inspection
import Packets

/// The token by which a host knows a Multipath TCP connection (RFC 8684 section 3.2), from the options of a SYN.
///
/// The SYN-ACK of the first path holds the responder's key, whose hash is the token; the SYN of another path shows that token.
/// Whoever joins must also show a code made with both keys, or the responder resets the path: so a path that carried data
/// belongs to the same connection.
struct MultipathToken: BitwiseCopyable {
  let value: UInt32
  /// Whether the path is another one of a connection that began elsewhere.
  let isJoin: Bool

  /// Reads a SYN or SYN-ACK; nothing if it says neither.
  ///
  /// - Parameters:
  ///   - packet: The packet, whose transport header is TCP's.
  ///   - frame: The frame it came from.
  init?(_ packet: Packet, frame: RawSpan) {
    let end = min(Int(packet.payloadOffset), frame.byteCount)
    var offset = Int(packet.transportOffset) + 20
    while offset + 1 < end {
      let (kind, length) = (frame.uint8(at: offset), Int(frame.uint8(at: offset + 1)))
      if kind == 0 { return nil }
      if kind == 1 {
        offset += 1
        continue
      }
      guard length >= 2, offset + length <= end else { return nil }
      if kind == 30, length >= 12 {
        let (subtype, version) = (frame.uint8(at: offset + 2) >> 4, frame.uint8(at: offset + 2) & 15)
        switch (subtype, packet.tcp.flags.contains(.ack)) {
        case (0, true):
          // Keys are hashed by SHA-1 in version 0 (RFC 6824), by SHA-256 since.
          var digest = Digest(version == 0 ? .sha1 : .sha256)
          digest.update(frame.extracting(offset + 4..<offset + 12))
          value = digest.finish().prefix(4).reduce(0) { $0 << 8 | UInt32($1) }
          isJoin = false
          return
        case (1, false):
          value = frame.uint32BE(at: offset + 4)
          isJoin = true
          return
        default: return nil
        }
      }
      offset += length
    }
    return nil
  }

  /// The token as what may link flows.
  func link(_ hash: KeyedHash) -> LinkToken {
    LinkToken(
      kind: .multipath, hash: hash((0..<4).map { UInt8(truncatingIfNeeded: value >> (24 - 8 * $0)) }),
      isIssued: !isJoin,
      clientIsOriginator: true)
  }
}
