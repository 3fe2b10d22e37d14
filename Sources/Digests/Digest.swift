import CCrypto

/// A message digest computed piece by piece with the system's libcrypto.
///
/// One instance may be used for many messages one after the other: `finish` starts the next one. Not thread-safe.
@safe
public struct Digest: ~Copyable {
  /// The hash functions in use.
  public enum Algorithm: Sendable {
    /// SHA-1 (FIPS 180-4), for Community ID only: no security rests on it.
    case sha1
    /// SHA-256 (FIPS 180-4).
    case sha256
  }

  /// Keeps libcrypto from tearing itself down at exit, when a thread may still be hashing with it.
  private static let isReady: Bool = OPENSSL_init_crypto(UInt64(OPENSSL_INIT_NO_ATEXIT), nil) == 1

  private let context: OpaquePointer
  private let function: OpaquePointer

  /// Makes a digest ready for its first message.
  ///
  /// - Parameter algorithm: The hash function.
  public init(_ algorithm: Algorithm) {
    guard Self.isReady, let context = unsafe EVP_MD_CTX_new(),
      let function = unsafe EVP_MD_fetch(nil, algorithm == .sha1 ? "SHA1" : "SHA256", nil),
      unsafe EVP_DigestInit_ex(context, function, nil) == 1
    else { fatalError("libcrypto does not offer \(algorithm)") }
    unsafe self.context = context
    unsafe self.function = function
  }

  deinit {
    unsafe EVP_MD_CTX_free(context)
    unsafe EVP_MD_free(function)
  }

  /// Adds bytes to the message.
  ///
  /// - Parameter bytes: The next bytes of the message.
  /// - Complexity: O(n).
  public mutating func update(_ bytes: RawSpan) {
    unsafe bytes.withUnsafeBytes { buffer in
      // The pointer and its count come from one buffer that lives through the call.
      guard unsafe EVP_DigestUpdate(context, buffer.baseAddress, buffer.count) == 1 else {
        fatalError("libcrypto failed to hash")
      }
    }
  }

  /// Ends the message and makes the instance ready for the next.
  ///
  /// - Returns: The digest: 20 bytes for SHA-1, 32 for SHA-256.
  public mutating func finish() -> [UInt8] {
    var length: UInt32 = 0
    let digest = unsafe [UInt8](unsafeUninitializedCapacity: Int(EVP_MAX_MD_SIZE)) { buffer, count in
      // The buffer has room for the longest digest that libcrypto knows.
      guard unsafe EVP_DigestFinal_ex(context, buffer.baseAddress, &length) == 1,
        unsafe EVP_DigestInit_ex(context, function, nil) == 1
      else { fatalError("libcrypto failed to hash") }
      count = Int(length)
    }
    return digest
  }

  /// Lower-case hexadecimal of bytes.
  ///
  /// - Parameter bytes: The bytes.
  /// - Returns: Two digits for each byte.
  public static func hex(_ bytes: [UInt8]) -> String {
    let digits = Array("0123456789abcdef".utf8)
    return String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
  }
}
