import Cryptography
import Packets

/// A message of integers and its SHA-1, for identifiers: no security rests on it.
struct MessageDigest: ~Copyable {
  private var digest = Digest(.sha1)
  private var message = InlineArray<128, UInt8>(repeating: 0)
  private var count = 0

  /// Appends an integer, most significant byte first; no message is longer than 128 bytes.
  @inline(__always)
  mutating func append<Integer: FixedWidthInteger>(_ integer: Integer) {
    for shift in stride(from: Integer.bitWidth - 8, through: 0, by: -8) {
      message[count] = UInt8(truncatingIfNeeded: integer >> Integer(shift))
      count &+= 1
    }
  }

  /// Appends the 16 bytes of an address.
  @inline(__always)
  mutating func append(_ address: IPAddress) {
    append(address.high)
    append(address.low)
  }

  /// The 20 bytes of the digest of what was appended, with 0 behind them; the next message begins.
  mutating func finish() -> InlineArray<64, UInt8> {
    digest.update(message.span.extracting(0..<count))
    count = 0
    var result = InlineArray<64, UInt8>(repeating: 0)
    digest.finish(into: &result)
    return result
  }
}

extension String {
  /// A text of as many letters as there are bytes.
  init<let count: Int>(decoding text: InlineArray<count, UInt8>) {
    do { self.init(copying: try UTF8Span(validating: text.span)) } catch {
      preconditionFailure("a text that is not UTF-8")
    }
  }
}
