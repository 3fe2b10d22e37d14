import Packets

/// The cleartext part of a DTLS handshake (RFC 6347 section 4.2.1, RFC 9147 section 5.1).
enum DTLSMessage {
  /// The content type of handshake records.
  static let handshake: UInt8 = 22
  /// Records read of one datagram.
  private static let recordLimit = 8

  /// The `random` that makes a ServerHello a HelloRetryRequest (RFC 8446 section 4.1.3).
  private static let retryRandom: (UInt64, UInt64, UInt64, UInt64) = (
    0xCF21_AD74_E59A_6111, 0xBE1D_8C02_1E65_B891, 0xC2A2_1116_7ABB_8C5E, 0x079E_09E2_C8A8_339C
  )

  /// Reads the cookies that a server chose and those that a client returns.
  ///
  /// - Complexity: O(n) in the datagram's length.
  static func nonces(in datagram: RawSpan, _ body: (Nonce, Nonce.Use) -> Void) {
    var cursor = MessageCursor(0..<datagram.byteCount)
    for _ in 0..<recordLimit {
      guard let type = cursor.integer(1, in: datagram), type == handshake,
        let version = cursor.integer(2, in: datagram), version == 0xFEFF || version == 0xFEFD,
        let epoch = cursor.integer(2, in: datagram), epoch == 0, cursor.skip(6) != nil,
        let record = cursor.vector(2, in: datagram)
      else { return }
      var messages = MessageCursor(record)
      while let message = messages.integer(1, in: datagram), messages.skip(5) != nil,
        let offset = messages.integer(3, in: datagram), let fragment = messages.vector(3, in: datagram)
      {
        // Only the beginning of a message that was split says what it is.
        if offset == 0 { readMessage(message, in: datagram, fragment, body) }
      }
    }
  }

  private static func readMessage(
    _ type: Int, in datagram: RawSpan, _ range: Range<Int>, _ body: (Nonce, Nonce.Use) -> Void
  ) {
    var cursor = MessageCursor(range)
    guard cursor.skip(2) != nil else { return }
    func report(_ cookie: Range<Int>, _ use: Nonce.Use) {
      if datagram.mayBeSecret(cookie, atLeast: 4) { body(Nonce(.dtlsCookie, datagram, cookie), use) }
    }
    switch type {
    case 1:
      guard cursor.skip(32) != nil, cursor.vector(1, in: datagram) != nil,
        let cookie = cursor.vector(1, in: datagram)
      else { return }
      report(cookie, .returned)
      guard cursor.vector(2, in: datagram) != nil, cursor.vector(1, in: datagram) != nil else { return }
      if let cookie = cookieExtension(&cursor, in: datagram) { report(cookie, .returned) }
    case 2:
      guard let random = cursor.skip(32), isRetry(datagram, random), cursor.vector(1, in: datagram) != nil,
        cursor.skip(3) != nil, let cookie = cookieExtension(&cursor, in: datagram)
      else { return }
      report(cookie, .chosen)
    case 3:
      if let cookie = cursor.vector(1, in: datagram) { report(cookie, .chosen) }
    default: break
    }
  }

  private static func isRetry(_ datagram: RawSpan, _ range: Range<Int>) -> Bool {
    let start = range.lowerBound
    return datagram.uint64BE(at: start) == retryRandom.0 && datagram.uint64BE(at: start &+ 8) == retryRandom.1
      && datagram.uint64BE(at: start &+ 16) == retryRandom.2 && datagram.uint64BE(at: start &+ 24) == retryRandom.3
  }

  /// The cookie extension (RFC 8446 section 4.2.2), read as far as the extensions were not split.
  private static func cookieExtension(_ cursor: inout MessageCursor, in datagram: RawSpan) -> Range<Int>? {
    guard cursor.skip(2) != nil else { return nil }
    while let type = cursor.integer(2, in: datagram), let value = cursor.vector(2, in: datagram) {
      guard type == 44 else { continue }
      var content = MessageCursor(value)
      return content.vector(2, in: datagram)
    }
    return nil
  }
}
