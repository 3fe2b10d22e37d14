/// The key derivation of RFC 5869 with SHA-256.
public enum HKDF {
  /// Makes a key of a secret that is not uniformly random (RFC 5869 section 2.2).
  ///
  /// - Parameters:
  ///   - salt: A value that need not be secret.
  ///   - secret: The secret.
  /// - Returns: 32 bytes.
  public static func extract(salt: [UInt8], secret: [UInt8]) -> [UInt8] {
    MessageAuthentication.code(secret, key: salt)
  }

  /// Makes further keys of a key (RFC 5869 section 2.3).
  ///
  /// - Parameters:
  ///   - key: The key.
  ///   - info: What the new key is for.
  ///   - count: Bytes of the new key, at most 8,160.
  /// - Returns: The new key.
  /// - Complexity: O(n) in the count.
  public static func expand(_ key: [UInt8], info: [UInt8], count: Int) -> [UInt8] {
    precondition(count <= 255 * 32, "more than HKDF can make")
    var output: [UInt8] = []
    var block: [UInt8] = []
    var number: UInt8 = 0
    while output.count < count {
      number += 1
      block = MessageAuthentication.code(block + info + [number], key: key)
      output += block
    }
    return Array(output.prefix(count))
  }
}
