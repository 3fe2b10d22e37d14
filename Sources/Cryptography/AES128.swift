import CCrypto

/// AES with a key of 128 bits (FIPS 197), as QUIC uses it for packets whose keys everybody knows (RFC 9001 section 5).
///
/// Not for secrets: nothing is done to keep the key out of memory.
public struct AES128: Sendable {
  /// Bytes of a key, of a block and of a tag.
  public static let length = 16
  /// Bytes of a nonce in GCM.
  public static let nonceLength = 12

  private let key: [UInt8]

  /// Makes a cipher.
  ///
  /// - Parameter key: 16 bytes.
  public init(key: [UInt8]) {
    precondition(key.count == Self.length, "a key of another length")
    self.key = key
  }

  /// Encrypts one block by itself.
  ///
  /// - Parameter block: 16 bytes.
  /// - Returns: 16 bytes; nothing if libcrypto fails.
  public func encrypt(_ block: [UInt8]) -> [UInt8]? {
    precondition(block.count == Self.length, "a block of another length")
    return unsafe withContext { context in
      // One block in gives one block out; with the room for a second one no call writes beyond the output.
      var output = [UInt8](repeating: 0, count: 2 * Self.length)
      var count: Int32 = 0
      guard unsafe EVP_EncryptInit_ex(context, EVP_aes_128_ecb(), nil, key, nil) == 1,
        unsafe EVP_EncryptUpdate(context, &output, &count, block, Int32(block.count)) == 1, count == Self.length
      else { return nil }
      return Array(output.prefix(Self.length))
    }
  }

  /// Decrypts what AES-128-GCM encrypted (NIST SP 800-38D).
  ///
  /// - Parameters:
  ///   - sealed: The encrypted bytes and the tag of 16 bytes behind them.
  ///   - nonce: 12 bytes.
  ///   - header: What the tag authenticates besides.
  /// - Returns: The bytes; nothing if the tag is wrong.
  /// - Complexity: O(n).
  public func open(_ sealed: [UInt8], nonce: [UInt8], header: [UInt8]) -> [UInt8]? {
    precondition(nonce.count == Self.nonceLength, "a nonce of another length")
    let count = sealed.count - Self.length
    guard count >= 0, sealed.count <= Int(Int32.max), header.count <= Int(Int32.max) else { return nil }
    var tag = Array(sealed[count...])
    return unsafe withContext { context in
      // GCM is a stream cipher: as many bytes come out as go in; a block more is kept free all the same.
      var output = [UInt8](repeating: 0, count: sealed.count)
      var (written, last) = (Int32(0), Int32(0))
      guard unsafe EVP_DecryptInit_ex(context, EVP_aes_128_gcm(), nil, key, nonce) == 1,
        unsafe EVP_DecryptUpdate(context, nil, &written, header, Int32(header.count)) == 1,
        unsafe EVP_DecryptUpdate(context, &output, &written, sealed, Int32(count)) == 1, written == count,
        unsafe EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_TAG, Int32(Self.length), &tag) == 1,
        unsafe EVP_DecryptFinal_ex(context, nil, &last) == 1
      else { return nil }
      return Array(output.prefix(count))
    }
  }

  private func withContext(_ body: (OpaquePointer) -> [UInt8]?) -> [UInt8]? {
    guard let context = unsafe EVP_CIPHER_CTX_new() else { return nil }
    defer {
      unsafe EVP_CIPHER_CTX_free(context)
      ERR_clear_error()
    }
    return unsafe body(context)
  }
}
