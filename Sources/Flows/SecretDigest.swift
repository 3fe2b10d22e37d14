import Cryptography
import Packets

/// The first 128 bits of the SHA-256 of a secret.
///
/// The key is none: the same input must give the same output in every run, and what is digested has 128 bits of its own.
struct SecretDigest: Equatable, BitwiseCopyable {
  /// Bytes that a secret must have at least, so that nobody guesses it.
  static let minimumLength = 16

  let high: UInt64
  let low: UInt64

  /// Digests a secret; nothing if it is too short to be one.
  init?(_ secret: RawSpan) {
    guard secret.byteCount >= Self.minimumLength else { return nil }
    var digest = Digest(.sha256)
    digest.update(secret)
    var bytes = InlineArray<64, UInt8>(repeating: 0)
    _ = digest.finish(into: &bytes)
    high = (0..<8).reduce(UInt64(0)) { $0 << 8 | UInt64(bytes[$1]) }
    low = (8..<16).reduce(UInt64(0)) { $0 << 8 | UInt64(bytes[$1]) }
  }
}
