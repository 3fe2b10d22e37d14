import CCrypto

/// Digests of whole messages.
extension Digest {
  /// The SHA-256 of a message.
  ///
  /// - Parameter message: The message.
  /// - Returns: 32 bytes.
  /// - Complexity: O(n).
  public static func sha256(of message: [UInt8]) -> [UInt8] {
    var digest = Digest(.sha256)
    digest.update(message.span)
    return digest.finish()
  }

  /// The MD5 of a message (RFC 1321), which names fingerprints that are older than better functions.
  ///
  /// - Parameter message: The message.
  /// - Returns: 16 bytes; nothing where the system does not allow the function.
  /// - Complexity: O(n).
  public static func md5(of message: [UInt8]) -> [UInt8]? {
    var bytes = [UInt8](repeating: 0, count: 64)
    var length = 0
    // The output has room for the longest digest that libcrypto knows (`EVP_MAX_MD_SIZE`).
    guard unsafe EVP_Q_digest(nil, "MD5", nil, message, message.count, &bytes, &length) == 1, length == 16 else {
      ERR_clear_error()
      return nil
    }
    return Array(bytes.prefix(length))
  }
}
