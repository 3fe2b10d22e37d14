import Packets

/// A SIP message over UDP (RFC 3261 section 7).
enum SIPMessage {
  /// Reads the nonces of challenges and of the requests that answer them (RFC 3261 section 22).
  ///
  /// A folded line is no header of its own, and a line without an end was cut: neither is read. A header with two
  /// nonces gives none, since one of them may have come in through a value that the server copied.
  ///
  /// - Complexity: O(n) in the message's length.
  static func nonces(in message: RawSpan, _ body: (Nonce, Nonce.Use) -> Void) {
    guard let first = line(from: 0, in: message), let use = use(of: first, in: message) else { return }
    var start = first.upperBound
    while let whole = line(from: start, in: message) {
      start = whole.upperBound
      let content = trimmed(whole, in: message)
      guard !content.isEmpty else { return }
      guard content.lowerBound == whole.lowerBound, let colon = message.offset(of: UInt8(ascii: ":"), in: content)
      else { continue }
      let name = trimmed(content.lowerBound..<colon, in: message)
      let names =
        use == .chosen ? ("www-authenticate", "proxy-authenticate") : ("authorization", "proxy-authorization")
      guard equals(name, names.0, in: message) || equals(name, names.1, in: message) else { continue }
      guard let nonce = nonceParameter(colon + 1..<content.upperBound, in: message),
        message.mayBeSecret(nonce, atLeast: 8)
      else { continue }
      body(Nonce(.sipNonce, message, nonce), use)
    }
  }

  /// What a message that begins so does with a nonce; nothing if it is no SIP or has none.
  private static func use(of first: Range<Int>, in message: RawSpan) -> Nonce.Use? {
    let first = trimmed(first, in: message)
    let version = "sip/2.0"
    let count = version.utf8.count
    guard first.count > count + 4 else { return nil }
    if equals(first.lowerBound..<first.lowerBound + count, version, in: message) {
      let status = first.lowerBound + count + 1..<first.lowerBound + count + 4
      return equals(status, "401", in: message) || equals(status, "407", in: message) ? .chosen : nil
    }
    return equals(first.upperBound - count..<first.upperBound, version, in: message) ? .returned : nil
  }

  /// The value of the only `nonce` parameter, without its quotes.
  private static func nonceParameter(_ range: Range<Int>, in message: RawSpan) -> Range<Int>? {
    var found: Range<Int>?
    var start = range.lowerBound
    while start < range.upperBound {
      // A parameter ends at a comma outside quotes.
      var end = start
      var isQuoted = false
      var equalSign: Int?
      while end < range.upperBound {
        let byte = message.uint8(at: end)
        if isQuoted, byte == UInt8(ascii: "\\") {
          end = min(end + 2, range.upperBound)
          continue
        }
        if byte == UInt8(ascii: "\"") { isQuoted.toggle() }
        if !isQuoted, byte == UInt8(ascii: ",") { break }
        if !isQuoted, byte == UInt8(ascii: "="), equalSign == nil { equalSign = end }
        end += 1
      }
      if let equalSign {
        var name = trimmed(start..<equalSign, in: message)
        // The scheme stands before the first parameter's name.
        for offset in name where isBlank(message.uint8(at: offset)) { name = offset + 1..<name.upperBound }
        let value = trimmed(equalSign + 1..<end, in: message)
        let isQuotedValue =
          value.count >= 2 && message.uint8(at: value.lowerBound) == UInt8(ascii: "\"")
          && message.uint8(at: value.upperBound - 1) == UInt8(ascii: "\"")
        if equals(name, "nonce", in: message) {
          guard found == nil, isQuotedValue else { return nil }
          found = value.lowerBound + 1..<value.upperBound - 1
        }
      }
      start = end + 1
    }
    return found
  }

  /// The line that begins at an offset, with its line feed; nothing if it has none.
  private static func line(from start: Int, in message: RawSpan) -> Range<Int>? {
    guard let end = message.offset(of: 0x0A, in: start..<message.byteCount) else { return nil }
    return start..<end + 1
  }

  private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }

  private static func trimmed(_ range: Range<Int>, in message: RawSpan) -> Range<Int> {
    var range = range
    while let first = range.first, isBlank(message.uint8(at: first)) { range = first + 1..<range.upperBound }
    while let last = range.last, isBlank(message.uint8(at: last)) { range = range.lowerBound..<last }
    return range
  }

  /// Whether bytes are a text in lower case, whatever their own case.
  private static func equals(_ range: Range<Int>, _ text: String, in message: RawSpan) -> Bool {
    guard range.count == text.utf8.count else { return false }
    for (offset, letter) in zip(range, text.utf8) {
      let byte = message.uint8(at: offset)
      let lower = (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) ? byte | 0x20 : byte
      if lower != letter { return false }
    }
    return true
  }
}
