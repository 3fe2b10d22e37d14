/// A CIDR prefix (RFC 4632, RFC 4291): an address and how many of its leading bits count.
@frozen
public struct IPPrefix: Hashable, Sendable, BitwiseCopyable {
  /// The first address of the prefix; all bits after `length` are zero.
  public let address: IPAddress
  /// The number of leading bits that count, in the address's own family: 0–32 for IPv4, 0–128 for IPv6.
  public let length: UInt8

  /// Makes a prefix, or nothing if the length does not fit the family or bits after it are set.
  ///
  /// - Parameters:
  ///   - address: The first address.
  ///   - length: Leading bits that count, 0–32 for IPv4, 0–128 for IPv6.
  @inlinable
  public init?(address: IPAddress, length: Int) {
    guard length >= 0, length <= (address.isIPv4 ? 32 : 128) else { return nil }
    self.address = address
    self.length = UInt8(length)
    guard address.bits.trailingZeroBitCount >= 128 - mappedLength else { return nil }
  }

  /// Makes a prefix whose length fits and after whose length no bit is set.
  init(unchecked address: IPAddress, length: UInt8) {
    self.address = address
    self.length = length
  }

  /// The number of leading bits that count in the 128-bit form: for IPv4, 96 more than `length`.
  @inlinable
  public var mappedLength: Int { Int(length) + (address.isIPv4 ? 96 : 0) }

  /// The bits that do not count, all one.
  @inlinable
  var hostMask: UInt128 { mappedLength == 0 ? UInt128.max : (UInt128(1) << UInt128(128 - mappedLength)) &- 1 }

  /// The last address of the prefix.
  @inlinable
  public var last: IPAddress { IPAddress(bits: address.bits | hostMask) }

  /// Whether an address lies in this prefix.
  ///
  /// - Parameter candidate: The address.
  /// - Returns: True if its first `length` bits are those of the prefix and it is of the same family.
  /// - Complexity: O(1).
  @inlinable
  public func contains(_ candidate: IPAddress) -> Bool {
    candidate.isIPv4 == address.isIPv4 && candidate.bits & ~hostMask == address.bits
  }
}
