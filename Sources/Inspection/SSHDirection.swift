import Packets

/// What one side of an SSH connection shows without keys (RFC 4253).
struct SSHDirection {
  /// Which side it is.
  enum Role {
    case client
    case server
  }

  /// Bytes of a banner with the end of its line (RFC 4253 section 4.2).
  private static let bannerLimit = 255
  /// Lines that a server may write before its banner.
  private static let lineLimit = 1_024

  /// The banner; empty if its line is not complete.
  private(set) var banner = ""
  /// The digits of the protocol version in the banner: `2.0`, `1.99`, `1.5`.
  private(set) var version = ""
  /// The algorithms that it offers.
  private(set) var offer: SSHKeyExchange?
  /// Which side it is, if that shows.
  private(set) var role: Role?
  /// Whether lines stand before its banner.
  private(set) var hasPreface = false
  /// Whether it changed to new keys.
  private(set) var hasNewKeys = false
  /// Whether it sent something with the new keys.
  private(set) var hasEncrypted = false

  /// Reads a stream; nothing if it is surely no SSH, or too short to tell.
  ///
  /// - Complexity: O(n).
  init?(_ stream: RawSpan) {
    var lines = LineReader(0..<stream.byteCount)
    var start = 0
    for _ in 0..<Self.lineLimit {
      guard let line = lines.next(stream) else { break }
      if Self.isBanner(stream, at: start) {
        guard line.count <= Self.bannerLimit, readBanner(stream, line) else { return nil }
        readPackets(stream, from: lines.position)
        return
      }
      // Only a server may say something before.
      guard Self.isText(stream, line) else { return nil }
      role = .server
      hasPreface = true
      start = lines.position
    }
    guard Self.isBanner(stream, at: start), stream.byteCount - start <= Self.bannerLimit,
      Self.isText(stream, start..<stream.byteCount)
    else { return nil }
  }

  private static func isBanner(_ stream: RawSpan, at start: Int) -> Bool {
    stream.begins(with: "SSH-2.0-", in: start..<stream.byteCount)
      || stream.begins(with: "SSH-1.", in: start..<stream.byteCount)
  }

  private static func isText(_ stream: RawSpan, _ range: Range<Int>) -> Bool {
    range.allSatisfy { stream.uint8(at: $0) >= 0x20 || stream.uint8(at: $0) == 0x09 }
  }

  private mutating func readBanner(_ stream: RawSpan, _ line: Range<Int>) -> Bool {
    let text = stream.text(line)
    let parts = text.split(separator: "-", maxSplits: 2, omittingEmptySubsequences: false)
    guard Self.isText(stream, line), parts.count == 3,
      parts[1].utf8.allSatisfy({ $0 == 0x2E || (0x30...0x39).contains($0) })
    else { return false }
    banner = text
    version = String(parts[1])
    return true
  }

  /// Walks over the packets in the clear.
  private mutating func readPackets(_ stream: RawSpan, from start: Int) {
    guard version != "1.5", version != "1.3" else { return }
    var offset = start
    while let packet = SSHPacket(stream, at: offset) {
      let end = offset + packet.length
      let payloadEnd = end - Int(stream.uint8(at: offset + 4))
      guard end <= stream.byteCount else { return }
      switch packet.message {
      case SSHKeyExchange.message:
        offer = SSHKeyExchange(stream, in: offset + SSHPacket.headLength..<payloadEnd)
        role = offer?.role ?? role
      case SSHPacket.newKeys:
        hasNewKeys = true
        hasEncrypted = end < stream.byteCount
        return
      // Key exchange by Diffie and Hellman: who begins is the client (RFC 4253 section 8, RFC 4419 section 3).
      case 30, 32, 34: role = role ?? .client
      case 31, 33: role = role ?? .server
      default: break
      }
      offset = end
    }
  }
}
