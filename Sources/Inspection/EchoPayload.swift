import Packets

/// The payload of an ICMP echo request, of which only what nobody can guess counts (methodology 2.4).
public enum EchoPayload {
  /// Bytes at the head that do not count: the time of day, which most senders put there.
  static let head = 16
  /// Bytes that do not follow from the others, each taken for two bits.
  static let threshold = 16
  /// Bytes looked at.
  private static let limit = 1_024

  /// What a payload holds behind its head, to notice one that a sender repeats.
  ///
  /// - Parameter payload: The payload, as far as captured.
  /// - Returns: A digest.
  /// - Complexity: O(n) in the payload's length.
  public static func fixedPart(of payload: RawSpan) -> UInt64 {
    Nonce(.icmpEcho, payload, min(head, payload.byteCount)..<payload.byteCount).digest
  }

  /// Whether a payload holds 32 bits that nobody can guess, by a low estimate.
  ///
  /// A byte counts if it is not in the head, is no printable character, neither 0 nor 255, equals none of the sixteen
  /// bytes before it, and does not continue a constant step between bytes up to eight apart: that leaves nothing of
  /// patterns, counters, texts and times.
  ///
  /// - Parameter payload: The payload, as far as captured.
  /// - Returns: Whether 16 bytes count.
  /// - Complexity: O(n) in the payload's length, of which 1,024 bytes are looked at.
  public static func isUnpredictable(_ payload: RawSpan) -> Bool {
    var count = 0
    var offset = head
    while offset < min(payload.byteCount, limit), count < threshold {
      if isSurprising(payload, offset) { count += 1 }
      offset += 1
    }
    return count >= threshold
  }

  private static func isSurprising(_ payload: RawSpan, _ offset: Int) -> Bool {
    let byte = payload.uint8(at: offset)
    if byte == 0 || byte == 0xFF || (0x20...0x7E).contains(byte) { return false }
    for distance in 1...16 {
      let before = payload.uint8(at: offset - distance)
      if byte == before { return false }
      guard distance <= 8, offset >= 2 * distance else { continue }
      if byte &- before == before &- payload.uint8(at: offset - 2 * distance) { return false }
    }
    return true
  }
}
