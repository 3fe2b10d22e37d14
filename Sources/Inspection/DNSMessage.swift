import Packets

/// A DNS message over UDP (RFC 1035 section 4).
enum DNSMessage {
  static let port: UInt16 = 53

  /// Reads the id with its question, and the server's cookie.
  ///
  /// Only an asker that chose its port counts: mDNS, LLMNR and resolvers that ask from a fixed port leave 16 bits to
  /// guess. So does the id 0, which clients send whose questions are to be alike (RFC 8484 section 4.1), and other ones by
  /// one chance in 65,536. The question is compared as it stands, so that mixed case (0x20) adds to the secret.
  ///
  /// - Complexity: O(n) in the message's length.
  static func nonces(
    in message: RawSpan, sourcePort: UInt16, destinationPort: UInt16, _ body: (Nonce, Nonce.Use) -> Void
  ) {
    var cursor = MessageCursor(0..<message.byteCount)
    guard let id = cursor.integer(2, in: message), let flags = cursor.integer(2, in: message),
      let questions = cursor.integer(2, in: message), questions == 1,
      let answers = cursor.integer(2, in: message), let authorities = cursor.integer(2, in: message),
      let additional = cursor.integer(2, in: message)
    else { return }
    let isResponse = flags & 0x8000 != 0
    let (serverPort, askerPort) = isResponse ? (sourcePort, destinationPort) : (destinationPort, sourcePort)
    // What stands between other ports was still said: an echo service would repeat it with the ports exchanged.
    let isExchange = serverPort == port
    let start = cursor.offset
    guard skipName(&cursor, in: message, followsPointers: false), cursor.skip(4) != nil else { return }
    let question = Nonce(.dnsQuery, message, start..<cursor.offset, number: UInt64(id))
    let isNonce = isExchange && id != 0 && isChosen(askerPort)
    body(question, !isNonce ? .mentioned : isResponse ? .returned : .chosen)
    guard additional > 0 else { return }
    guard let cookie = serverCookie(&cursor, in: message, before: answers + authorities, count: additional)
    else { return }
    body(Nonce(.dnsServerCookie, message, cookie), !isExchange ? .mentioned : isResponse ? .chosen : .returned)
  }

  /// Whether a port was chosen for the question, as far as its number tells.
  private static func isChosen(_ port: UInt16) -> Bool { port >= 1_024 && port != 5_353 && port != 5_355 }

  /// Moves over a name; one that a pointer ends is whole.
  private static func skipName(
    _ cursor: inout MessageCursor, in message: RawSpan, followsPointers: Bool
  ) -> Bool {
    while let length = cursor.integer(1, in: message) {
      switch length {
      case 0: return true
      case 1...63: guard cursor.skip(length) != nil else { return false }
      case 0xC0...: return followsPointers && cursor.skip(1) != nil
      default: return false
      }
    }
    return false
  }

  /// Finds the server's part of the COOKIE option: 8 to 32 bytes behind the client's 8 (RFC 7873 section 4).
  private static func serverCookie(
    _ cursor: inout MessageCursor, in message: RawSpan, before skipped: Int, count: Int
  ) -> Range<Int>? {
    for index in 0..<(skipped + count) {
      guard skipName(&cursor, in: message, followsPointers: true), let type = cursor.integer(2, in: message),
        cursor.skip(6) != nil, let data = cursor.vector(2, in: message)
      else { return nil }
      guard index >= skipped, type == 41 else { continue }
      var options = MessageCursor(data)
      while let code = options.integer(2, in: message), let value = options.vector(2, in: message) {
        if code == 10 {
          let cookie = value.lowerBound + min(8, value.count)..<value.upperBound
          return (8...32).contains(cookie.count) && message.mayBeSecret(cookie, atLeast: 8) ? cookie : nil
        }
      }
      return nil
    }
    return nil
  }
}
