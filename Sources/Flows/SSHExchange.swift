import Inspection
import Packets

/// Follows an SSH key exchange until both sides have shown that they hold the keys (methodology 2.4, RFC 4253).
///
/// After the NEWKEYS of both, one side's encrypted bytes, the other's that acknowledge them, and the first one's that
/// acknowledge those: a side that cannot decrypt says so once, encrypted, and is gone.
struct SSHExchange {
  /// One direction's walk from packet to packet.
  struct Walk {
    /// Where the next packet begins; while the banner is incomplete, where it begins.
    var next: Int
    var hasBanner = false
    /// Where encryption begins.
    var encryptedFrom: Int?
  }

  private var first: Walk
  private var second: Walk
  /// How far the chain of encrypted bytes is: the end of the last link in its own direction.
  private var links: [Int] = []
  private(set) var isComplete = false
  private(set) var isOver = false

  /// Makes an exchange whose banners begin at these offsets: of the direction of the flow's first packet, of the other.
  init(first: Int, second: Int) {
    self.first = Walk(next: first)
    self.second = Walk(next: second)
  }

  /// Takes what a segment added to one direction.
  ///
  /// - Parameters:
  ///   - piece: What it added.
  ///   - bytes: The direction's bytes so far.
  ///   - isFirst: Whether it goes the way of the flow's first packet.
  mutating func take(_ piece: StreamHead.Piece, _ bytes: RawSpan, isFirst: Bool) {
    guard !isOver, !isComplete else { return }
    let isSound = isFirst ? first.advance(bytes) : second.advance(bytes)
    guard isSound else {
      isOver = true
      return
    }
    guard let own = isFirst ? first.encryptedFrom : second.encryptedFrom,
      let others = isFirst ? second.encryptedFrom : first.encryptedFrom, piece.range.upperBound > own,
      isFirst == (links.count % 2 == 0), let acknowledged = piece.acknowledged, acknowledged >= links.last ?? others
    else { return }
    links.append(piece.range.upperBound)
    isComplete = links.count == 3
  }
}

extension SSHExchange.Walk {
  /// Walks on over what is in the clear.
  ///
  /// - Returns: Whether it is SSH.
  fileprivate mutating func advance(_ bytes: RawSpan) -> Bool {
    if !hasBanner {
      // The banner is at most 255 bytes, its end of line included (RFC 4253 section 4.2).
      let end = min(next + 255, bytes.byteCount)
      var index = next
      while index < end, bytes.uint8(at: index) != 0x0A { index += 1 }
      guard index < end else { return end - next < 255 }
      next = index + 1
      hasBanner = true
    }
    while encryptedFrom == nil, next + SSHPacket.headLength <= bytes.byteCount {
      guard let packet = SSHPacket(bytes, at: next) else { return false }
      guard next + packet.length <= bytes.byteCount else { return true }
      next += packet.length
      if packet.message == SSHPacket.newKeys { encryptedFrom = next }
    }
    return true
  }
}
