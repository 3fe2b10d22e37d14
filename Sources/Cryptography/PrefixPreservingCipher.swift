/// Crypto-PAn: replaces addresses by others so that two of them share exactly as many leading bits after it as before.
///
/// The scheme of Xu, Fan, Ammar and Moon, "Prefix-Preserving IP Address Anonymization" (ICNP 2002), with AES-128, bit by
/// bit as its reference implementation does; an IPv6 address takes 128 steps instead of 32. Without the key nobody can
/// tell which address stands behind another one; but the structure stays, and whoever knows the address behind one
/// pseudonym knows the leading bits that others share with it.
public struct PrefixPreservingCipher: Sendable {
  /// Bytes of a key: half for AES, half for the pad.
  public static let keyLength = 32

  private let cipher: AES128
  private let pad: [UInt8]

  /// Makes a cipher.
  ///
  /// - Parameter key: 32 bytes.
  public init(key: [UInt8]) {
    precondition(key.count == Self.keyLength, "a key of another length")
    cipher = AES128(key: Array(key.prefix(16)))
    guard let pad = cipher.encrypt(Array(key.suffix(16))) else { fatalError("libcrypto failed to encrypt") }
    self.pad = pad
  }

  /// Replaces an address.
  ///
  /// - Parameter address: The address as on the wire, 4 or 16 bytes.
  /// - Returns: Another one of the same length; for each length a permutation of all addresses.
  /// - Complexity: O(n) in the bits, an encryption each.
  public func replace(_ address: [UInt8]) -> [UInt8] {
    precondition(address.count == 4 || address.count == 16, "an address of another length")
    var replaced = address
    // The bits of the address before the current one, and the pad's from there on.
    var block = pad
    for bit in 0..<8 * address.count {
      let (byte, mask) = (bit / 8, UInt8(0x80) >> UInt8(bit % 8))
      guard let random = cipher.encrypt(block) else { fatalError("libcrypto failed to encrypt") }
      if random[0] & 0x80 != 0 { replaced[byte] ^= mask }
      block[byte] = block[byte] & ~mask | address[byte] & mask
    }
    return replaced
  }
}
