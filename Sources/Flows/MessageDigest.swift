import Digests

/// A message of integers and its SHA-1, for identifiers: no security rests on it.
struct MessageDigest: ~Copyable {
  private var digest = Digest(.sha1)
  private var message: [UInt8] = []

  /// Appends an integer, most significant byte first.
  mutating func append<Integer: FixedWidthInteger>(_ integer: Integer) {
    for shift in stride(from: Integer.bitWidth - 8, through: 0, by: -8) {
      message.append(UInt8(truncatingIfNeeded: integer >> Integer(shift)))
    }
  }

  /// The digest of what was appended; the next message begins.
  mutating func finish() -> [UInt8] {
    var bytes: [UInt8] = []
    swap(&bytes, &message)
    // Bytes have no padding, the only hazard of viewing elements as raw bytes.
    unsafe digest.update(bytes.span.bytes)
    bytes.removeAll(keepingCapacity: true)
    swap(&bytes, &message)
    return digest.finish()
  }
}
