import CCrypto

/// HMAC-SHA-256 (RFC 2104).
enum MessageAuthentication {
  /// The code of a message: 32 bytes.
  ///
  /// - Complexity: O(n).
  static func code(_ message: [UInt8], key: [UInt8]) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: 64)
    var length: UInt32 = 0
    let isDone = unsafe bytes.withUnsafeMutableBufferPointer { output in
      // Every count goes with its pointer; the output has room for the longest digest that libcrypto knows.
      unsafe HMAC(
        EVP_sha256(), key, Int32(key.count), message, message.count, output.baseAddress, &length) != nil
    }
    guard isDone, length == 32 else { fatalError("libcrypto failed to hash") }
    return Array(bytes.prefix(32))
  }
}
