import Cryptography
public import Foundation

/// The secret of one release: pseudonyms and commitments are made with keys that are derived from it (RFC 5869).
///
/// The same key over the same report gives the same release. Two releases under one key can be joined by their pseudonyms:
/// a key is for one release.
public struct ReleaseKey: Sendable {
  /// The fewest and the most bytes that a key may have.
  public static let lengths = 32...4_096

  private let key: [UInt8]

  /// Takes a key.
  ///
  /// - Parameter secret: Bytes that nobody can guess, as `openssl rand 32` makes them; nothing comes of too few or too many.
  public init?(secret: Data) {
    guard Self.lengths.contains(secret.count) else { return nil }
    key = HKDF.extract(salt: Array("ascribe release 1".utf8), secret: Array(secret))
  }

  /// Makes a random key that nobody keeps.
  public init() {
    var generator = SystemRandomNumberGenerator()
    key = (0..<32).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
  }

  /// A key or secret value for one purpose.
  ///
  /// - Parameters:
  ///   - purpose: A name of its own for each purpose.
  ///   - item: What it is for; empty if for all.
  ///   - count: Bytes.
  /// - Returns: The bytes.
  func derive(_ purpose: String, for item: [UInt8] = [], count: Int = 32) -> [UInt8] {
    HKDF.expand(key, info: Array(purpose.utf8) + [0] + item, count: count)
  }
}
