import Packets

/// What the answers of a DNS message say, one text each, as Zeek writes them.
enum DNSAnswerText {
  /// Bytes of a TXT record that are kept.
  private static let textLimit = 128

  /// The text of a record's data; nothing for a type without one, and for data that are not of that form.
  ///
  /// - Complexity: O(n) in the data's length.
  static func text(of answer: DNSContent.Answer, in message: RawSpan) -> String? {
    let data = answer.data
    switch (answer.owner.type, data.count) {
    case (1, 4): return IPAddress(v4: message.uint32BE(at: data.lowerBound)).description
    case (28, 16):
      return IPAddress(
        high: message.uint64BE(at: data.lowerBound), low: message.uint64BE(at: data.lowerBound + 8)
      ).description
    case (2, _), (5, _), (6, _), (12, _), (39, _): return name(in: message, at: data, after: 0)
    case (15, _), (64, _), (65, _): return name(in: message, at: data, after: 2)
    case (33, _):
      return answer.owner.name.netBIOSText(in: message) == nil ? name(in: message, at: data, after: 6) : nil
    case (16, _), (99, _): return characters(in: message, at: data)
    // Flags and address (RFC 1002 section 4.2.1.3).
    case (32, 6): return IPAddress(v4: message.uint32BE(at: data.lowerBound + 2)).description
    default: return nil
    }
  }

  private static func name(in message: RawSpan, at data: Range<Int>, after count: Int) -> String? {
    var cursor = MessageCursor(data)
    guard cursor.skip(count) != nil else { return nil }
    return DNSName(&cursor, in: message)?.text(in: message)
  }

  /// The strings of a TXT record, one behind the other.
  private static func characters(in message: RawSpan, at data: Range<Int>) -> String? {
    var cursor = MessageCursor(data)
    var bytes: [UInt8] = []
    while let string = cursor.vector(1, in: message) { bytes += message.bytes(string) }
    return "TXT \(bytes.count) \(String(decoding: bytes.prefix(textLimit), as: UTF8.self))"
  }
}
