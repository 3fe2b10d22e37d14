/// An IPv4 or IPv6 address.
///
/// An IPv4 address is held in its IPv4-mapped form `::ffff:a.b.c.d` (RFC 4291 section 2.5.5.2), so that a mapped address
/// that occurs in IPv6 *is* the IPv4 address (methodology 1.4), and both families order and compare as 128-bit integers.
@frozen
public struct IPAddress: Hashable, Comparable, Sendable, BitwiseCopyable {
  /// The first eight bytes of the address as an integer.
  public let high: UInt64
  /// The last eight bytes of the address as an integer.
  public let low: UInt64

  /// Makes an address from its two halves.
  ///
  /// - Parameters:
  ///   - high: The first eight bytes, most significant first.
  ///   - low: The last eight bytes, most significant first.
  @inlinable
  public init(high: UInt64, low: UInt64) {
    self.high = high
    self.low = low
  }

  /// Makes an IPv4 address.
  ///
  /// - Parameter v4: The four bytes as an integer, most significant first: `0xC000_0201` is 192.0.2.1.
  @inlinable
  public init(v4: UInt32) {
    self.high = 0
    self.low = 0xFFFF_0000_0000 | UInt64(v4)
  }

  /// Whether this is an IPv4 address, or an IPv6 address that maps one.
  @inlinable
  public var isIPv4: Bool { high | (low >> 32 ^ 0xFFFF) == 0 }

  /// The IPv4 address as an integer; meaningful only where `isIPv4`.
  @inlinable
  public var v4: UInt32 { UInt32(truncatingIfNeeded: low) }

  /// The whole address as one 128-bit integer, most significant byte first.
  @inlinable
  public var bits: UInt128 { UInt128(high) << 64 | UInt128(low) }

  /// Makes an address from a 128-bit integer.
  ///
  /// - Parameter bits: The sixteen bytes as an integer, most significant first; IPv4 in mapped form.
  @inlinable
  public init(bits: UInt128) {
    self.init(high: UInt64(truncatingIfNeeded: bits >> 64), low: UInt64(truncatingIfNeeded: bits))
  }

  /// Orders addresses as 128-bit integers, that is byte by byte as on the wire.
  @inlinable
  public static func < (lhs: IPAddress, rhs: IPAddress) -> Bool {
    lhs.high != rhs.high ? lhs.high < rhs.high : lhs.low < rhs.low
  }
}
