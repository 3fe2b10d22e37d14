import Packets

/// An IKE message (RFC 7296 section 3, RFC 2408 section 3.1).
enum IKEMessage {
  static let port: UInt16 = 500
  /// The port for use behind NAT, where four zero bytes tell IKE from ESP (RFC 3948).
  static let natPort: UInt16 = 4_500

  private static let exchangeSAInit = 34
  private static let flagInitiator = 0x08
  private static let flagResponse = 0x20
  private static let payloadNotify = 41
  private static let notifyCookie = 16_390

  /// Reads the SPIs and the cookie.
  ///
  /// A value counts as chosen only where the exchange says so: in IKEv2 in IKE_SA_INIT. An error answer to an unknown SA
  /// copies both SPIs from the message that it answers (RFC 7296 section 1.5).
  ///
  /// - Complexity: O(n) in the message's length.
  static func nonces(in payload: RawSpan, hasMarker: Bool, _ body: (Nonce, Nonce.Use) -> Void) {
    var cursor = MessageCursor(0..<payload.byteCount)
    if hasMarker {
      guard let marker = cursor.integer(4, in: payload), marker == 0 else { return }
    }
    guard let first = cursor.skip(8), let second = cursor.skip(8), payload.uint64(at: first.lowerBound) != 0,
      let next = cursor.integer(1, in: payload), let version = cursor.integer(1, in: payload),
      let exchange = cursor.integer(1, in: payload), let flags = cursor.integer(1, in: payload), cursor.skip(8) != nil
    else { return }
    let initiator = Nonce(.ikeInitiator, payload, first)
    let responder =
      payload.uint64(at: second.lowerBound) == 0 ? nil : Nonce(.ikeResponder, payload, second)
    switch version >> 4 {
    case 1:
      guard let responder else { return body(initiator, .chosen) }
      body(initiator, .returned)
      // The phase 1 exchanges; an informational message may copy the cookies of the one that it answers.
      body(responder, (1...4).contains(exchange) ? .chosenInAnswer : .returned)
    case 2:
      let isFirst = exchange == exchangeSAInit
      let isResponse = flags & flagResponse != 0
      if flags & flagInitiator != 0 {
        if isFirst, !isResponse { body(initiator, .chosen) }
        if let responder { body(responder, .returned) }
      } else {
        body(initiator, .returned)
        if isFirst, isResponse, let responder { body(responder, .chosen) }
      }
      guard isFirst, let cookie = cookie(&cursor, first: next, in: payload) else { return }
      body(Nonce(.ikeCookie, payload, cookie), isResponse ? .chosen : .returned)
    default: break
    }
  }

  /// The data of the first COOKIE notification, of 4 to 64 bytes.
  private static func cookie(_ cursor: inout MessageCursor, first: Int, in payload: RawSpan) -> Range<Int>? {
    var type = first
    while type != 0, let next = cursor.integer(1, in: payload), cursor.skip(1) != nil,
      let length = cursor.integer(2, in: payload), let content = cursor.skip(length &- 4)
    {
      if type == payloadNotify {
        var notification = MessageCursor(content)
        if notification.skip(1) != nil, let spi = notification.integer(1, in: payload),
          let kind = notification.integer(2, in: payload), kind == notifyCookie, notification.skip(spi) != nil
        {
          let data = notification.rest
          return data.count <= 64 && payload.mayBeSecret(data, atLeast: 4) ? data : nil
        }
      }
      type = next
    }
    return nil
  }
}
