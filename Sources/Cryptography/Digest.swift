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

  /// Adds bytes to the message.
  ///
  /// - Parameter bytes: The next bytes of the message.
  /// - Complexity: O(n).
  @inlinable
  public mutating func update(_ bytes: Span<UInt8>) {
    // Bytes have no padding, the only hazard of viewing elements as raw bytes.
    unsafe update(bytes.bytes)
  }

  /// Ends the message and makes the instance ready for the next.
  ///
  /// - Returns: The digest: 20 bytes for SHA-1, 32 for SHA-256.
  public mutating func finish() -> [UInt8] {
    var bytes = InlineArray<64, UInt8>(repeating: 0)
    let length = finish(into: &bytes)
    return (0..<length).map { bytes[$0] }
  }

  /// Ends the message without allocation and makes the instance ready for the next.
  ///
  /// - Parameter bytes: Receives the digest in its first bytes; the others stay as they are.
  /// - Returns: The digest's length: 20 for SHA-1, 32 for SHA-256.
  @discardableResult
  public mutating func finish(into bytes: inout InlineArray<64, UInt8>) -> Int {
    var length: UInt32 = 0
    var span = bytes.mutableSpan
    unsafe span.withUnsafeMutableBufferPointer { buffer in
      // 64 bytes are room for the longest digest that libcrypto knows (`EVP_MAX_MD_SIZE`).
      guard unsafe EVP_DigestFinal_ex(context, buffer.baseAddress, &length) == 1,
        unsafe EVP_DigestInit_ex(context, nil, nil) == 1
      else { fatalError("libcrypto failed to hash") }
    }
    return Int(length)
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
