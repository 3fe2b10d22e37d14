import Packets

/// A connection id of a QUIC long header (RFC 8999 section 5.1), with what tells whether another was derived from it.
public struct QUICConnectionID: Sendable, BitwiseCopyable {
  /// Its value.
  public let nonce: Nonce
  /// Bytes, 0 to 20.
  public let length: Int
  /// Its first bytes, at most eight, from the most significant byte down.
  private let head: UInt64
  /// Its last bytes, at most eight, down to the least significant byte.
  private let tail: UInt64
  /// Its 64-bit FNV-1a hash, which some servers take for their own connection id.
  private let hash: UInt64

  /// No connection id.
  public static let none = QUICConnectionID()

  private init() {
    nonce = Nonce(kind: .quicConnectionID, digest: 0)
    length = 0
    (head, tail, hash) = (0, 0, 0)
  }

  init(_ datagram: RawSpan, _ range: Range<Int>) {
    nonce = Nonce(.quicConnectionID, datagram, range)
    length = range.count
    var (head, tail, hash): (UInt64, UInt64, UInt64) = (0, 0, 0xCBF2_9CE4_8422_2325)
    for (index, offset) in range.enumerated() {
      let byte = UInt64(datagram.uint8(at: offset))
      if index < 8 { head |= byte << UInt64(56 - 8 * index) }
      tail = tail << 8 | byte
      hash = (hash ^ byte) &* 0x100_0000_01B3
    }
    (self.head, self.tail, self.hash) = (head, tail, hash)
  }

  /// Whether it holds the 64 bits that validate an address (RFC 9000 section 8.1).
  public var isLong: Bool { length >= 8 }

  /// Whether somebody who knows another id could have known this one: equal to it, in half of its first or last eight
  /// bytes, or its hash.
  ///
  /// Servers may keep the id that the client chose, or overwrite a few bytes of it, or hash it without a key. By chance
  /// it happens once in 2²⁶.
  ///
  /// - Parameter other: The other id.
  /// - Returns: Whether this one may follow from it.
  public func isDerived(from other: QUICConnectionID) -> Bool {
    guard other.length > 0 else { return false }
    if nonce == other.nonce || head == other.hash || head == other.hash.byteSwapped { return true }
    let shared = min(length, other.length, 8)
    return Self.equalBytes(head, other.head, first: shared) >= 4
      || Self.equalBytes(tail.byteSwapped, other.tail.byteSwapped, first: shared) >= 4
  }

  private static func equalBytes(_ a: UInt64, _ b: UInt64, first count: Int) -> Int {
    let difference = a ^ b
    return (0..<count).count { difference >> UInt64(56 - 8 * $0) & 0xFF == 0 }
  }
}
