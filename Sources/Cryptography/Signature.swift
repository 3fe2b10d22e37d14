import CCrypto

/// Signatures with Ed25519 (RFC 8032), as `openssl genpkey -algorithm ed25519` makes keys for.
public enum Signature {
  /// Bytes of a signature.
  public static let length = 64

  /// A key that signs.
  public struct PrivateKey: Sendable {
    private let seed: [UInt8]

    /// Reads a key.
    ///
    /// - Parameter pem: A PEM file with a private key that no password protects; nothing if it holds no key of Ed25519.
    public init?(pem: [UInt8]) {
      guard let seed = Signature.rawKey(of: pem, isPrivate: true) else { return nil }
      self.seed = seed
    }

    /// Signs a message.
    ///
    /// - Parameter message: The message.
    /// - Returns: 64 bytes, always the same for the same message and key.
    /// - Complexity: O(n).
    public func sign(_ message: [UInt8]) -> [UInt8] {
      let signature = unsafe Signature.withKey(
        EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nil, seed, seed.count)
      ) { context, key in
        var bytes = [UInt8](repeating: 0, count: Signature.length)
        var length = bytes.count
        // The counts are of the arrays that they stand beside; a signature is 64 bytes long.
        guard unsafe EVP_DigestSignInit(context, nil, nil, nil, key) == 1,
          unsafe EVP_DigestSign(context, &bytes, &length, message, message.count) == 1, length == bytes.count
        else { return [UInt8]() }
        return bytes
      }
      guard let signature, !signature.isEmpty else { fatalError("libcrypto failed to sign") }
      return signature
    }
  }

  /// A key that checks signatures.
  public struct PublicKey: Sendable {
    private let key: [UInt8]

    /// Reads a key.
    ///
    /// - Parameter pem: A PEM file with a public key; nothing if it holds no key of Ed25519.
    public init?(pem: [UInt8]) {
      guard let key = Signature.rawKey(of: pem, isPrivate: false) else { return nil }
      self.key = key
    }

    /// Checks a signature.
    ///
    /// - Parameters:
    ///   - signature: The signature.
    ///   - message: The message.
    /// - Returns: Whether the key's owner signed this very message.
    /// - Complexity: O(n).
    public func accepts(_ signature: [UInt8], of message: [UInt8]) -> Bool {
      guard signature.count == Signature.length else { return false }
      return unsafe Signature.withKey(EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nil, key, key.count)) {
        context, key in
        // The counts are of the arrays that they stand beside.
        unsafe EVP_DigestVerifyInit(context, nil, nil, nil, key) == 1
          && EVP_DigestVerify(context, signature, signature.count, message, message.count) == 1
      } ?? false
    }
  }

  /// The 32 bytes of a key in a PEM file.
  private static func rawKey(of pem: [UInt8], isPrivate: Bool) -> [UInt8]? {
    guard !pem.isEmpty, let length = Int32(exactly: pem.count), let input = unsafe BIO_new_mem_buf(pem, length) else {
      return nil
    }
    defer {
      unsafe BIO_free(input)
      ERR_clear_error()
    }
    // Without a callback the last argument is the password: an empty one, so that nobody is asked at a terminal.
    var password: [CChar] = [0]
    guard
      let key = unsafe isPrivate
        ? PEM_read_bio_PrivateKey(input, nil, nil, &password) : PEM_read_bio_PUBKEY(input, nil, nil, &password)
    else { return nil }
    defer { unsafe EVP_PKEY_free(key) }
    var bytes = [UInt8](repeating: 0, count: 32)
    var count = bytes.count
    // libcrypto writes at most `count` bytes, which is what there is room for.
    guard unsafe EVP_PKEY_get_id(key) == EVP_PKEY_ED25519,
      unsafe (isPrivate
        ? EVP_PKEY_get_raw_private_key(key, &bytes, &count) : EVP_PKEY_get_raw_public_key(key, &bytes, &count)) == 1,
      count == bytes.count
    else { return nil }
    return bytes
  }

  private static func withKey<Result>(
    _ key: OpaquePointer?, _ body: (_ context: OpaquePointer, _ key: OpaquePointer) -> Result
  ) -> Result? {
    defer { ERR_clear_error() }
    guard let key = unsafe key else { return nil }
    defer { unsafe EVP_PKEY_free(key) }
    guard let context = unsafe EVP_MD_CTX_new() else { return nil }
    defer { unsafe EVP_MD_CTX_free(context) }
    return unsafe body(context, key)
  }
}
