import Packets

/// A STUN message (RFC 8489 section 5); those without the magic cookie (RFC 3489) are none.
enum STUNMessage {
  private static let magicCookie = 0x2112_A442
  private static let attributeErrorCode = 0x0009
  private static let attributeNonce = 0x0015

  /// Reads the transaction id, and the nonce of a challenge or of the request that answers it.
  ///
  /// - Complexity: O(n) in the message's length.
  static func nonces(in message: RawSpan, _ body: (Nonce, Nonce.Use) -> Void) {
    var cursor = MessageCursor(0..<message.byteCount)
    guard let type = cursor.integer(2, in: message), type < 0x4000, let length = cursor.integer(2, in: message),
      length & 3 == 0, let magic = cursor.integer(4, in: message), magic == magicCookie, let id = cursor.skip(12)
    else { return }
    // Request 0, indication 1, success 2, error 3: bits 4 and 8 of the type.
    let messageClass = (type >> 4 & 1) | (type >> 7 & 2)
    guard messageClass != 1 else { return }
    let isRequest = messageClass == 0
    body(Nonce(.stunTransaction, message, id), isRequest ? .chosen : .returned)
    var nonce: Range<Int>?
    var error = 0
    while let kind = cursor.integer(2, in: message), let value = cursor.vector(2, in: message) {
      if kind == attributeNonce, nonce == nil { nonce = value }
      if kind == attributeErrorCode, value.count >= 4 {
        error = Int(message.uint8(at: value.lowerBound + 2) & 7) * 100 + Int(message.uint8(at: value.lowerBound + 3))
      }
      guard cursor.skip(-value.count & 3) != nil else { break }
    }
    guard let nonce, message.mayBeSecret(nonce, atLeast: 8) else { return }
    if isRequest {
      body(Nonce(.stunNonce, message, nonce), .returned)
    } else if messageClass == 3, error == 401 || error == 438 {
      body(Nonce(.stunNonce, message, nonce), .chosen)
    }
  }
}
