import Packets

/// A domain name in a message, as the place where it begins (RFC 1035 sections 3.1 and 4.1.4).
struct DNSName {
  /// The longest name, the bytes of its lengths included (RFC 1035 section 2.3.4).
  private static let limit = 255

  /// Pointers that are followed; compression needs a few.
  private static let jumpLimit = 32

  /// Goes from label to label, and follows pointers.
  ///
  /// A pointer must go back behind whatever was read of the name before, so that there is an end to it.
  private struct Walk {
    /// Where the next label stands.
    private(set) var cursor: MessageCursor
    /// Behind the first pointer, where the name ends for whoever reads on; nothing without one.
    private(set) var end: MessageCursor?
    private var start: Int
    private var jumps = 0

    init(_ cursor: MessageCursor) {
      self.cursor = cursor
      start = cursor.offset
    }

    /// The next label without the byte of its length; an empty one at the end, nothing where there is none.
    mutating func next(in message: RawSpan) -> Range<Int>? {
      while let length = cursor.integer(1, in: message) {
        switch length {
        case 0...63: return cursor.skip(length)
        case 0xC0...:
          guard let low = cursor.integer(1, in: message) else { return nil }
          let target = (length & 0x3F) << 8 | low
          jumps += 1
          guard target < start, jumps <= DNSName.jumpLimit else { return nil }
          if end == nil { end = cursor }
          start = target
          cursor = MessageCursor(target..<message.byteCount)
        default: return nil
        }
      }
      return nil
    }
  }

  /// Where its first label or pointer stands.
  private let start: Int
  /// Bytes of its labels and of the dots behind them.
  private let length: Int

  /// Reads a name; nothing if it is none, or was cut.
  ///
  /// - Complexity: O(1): a name has at most 255 bytes, and few pointers are followed.
  init?(_ cursor: inout MessageCursor, in message: RawSpan) {
    start = cursor.offset
    var walk = Walk(cursor)
    var length = 0
    while let label = walk.next(in: message) {
      guard !label.isEmpty else {
        self.length = length
        cursor = walk.end ?? walk.cursor
        return
      }
      length += label.count + 1
      guard length < Self.limit else { return nil }
    }
    return nil
  }

  /// The name in lower case, which in names means nothing, without the dot at its end; `.` for the root.
  ///
  /// A dot, a backslash and a control character inside a label are written as in a zone's file (RFC 1035 section 5.1).
  func text(in message: RawSpan) -> String {
    guard length > 0 else { return "." }
    var walk = Walk(MessageCursor(start..<message.byteCount))
    var bytes: [UInt8] = []
    bytes.reserveCapacity(length)
    while let label = walk.next(in: message), !label.isEmpty {
      if !bytes.isEmpty { bytes.append(UInt8(ascii: ".")) }
      for index in label { Self.append(message.uint8(at: index), to: &bytes) }
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// The NetBIOS name that the first label encodes, without its padding and type (RFC 1001 section 14.1).
  func netBIOSText(in message: RawSpan) -> String? {
    var walk = Walk(MessageCursor(start..<message.byteCount))
    guard let label = walk.next(in: message), label.count == 32 else { return nil }
    var bytes: [UInt8] = []
    for index in stride(from: label.lowerBound, to: label.upperBound, by: 2) {
      let (high, low) = (message.uint8(at: index), message.uint8(at: index + 1))
      let letters = UInt8(ascii: "A")...UInt8(ascii: "P")
      guard letters.contains(high), letters.contains(low) else { return nil }
      bytes.append((high - letters.lowerBound) << 4 | (low - letters.lowerBound))
    }
    bytes.removeLast()
    while let last = bytes.last, last == 0x20 || last == 0 { bytes.removeLast() }
    return String(decoding: bytes, as: UTF8.self)
  }

  @inline(__always)
  private static func append(_ byte: UInt8, to bytes: inout [UInt8]) {
    let (backslash, zero) = (UInt8(ascii: "\\"), UInt8(ascii: "0"))
    switch byte {
    case UInt8(ascii: "A")...UInt8(ascii: "Z"): bytes.append(byte | 0x20)
    case UInt8(ascii: "."), backslash:
      bytes.append(backslash)
      bytes.append(byte)
    case 0...0x1F, 0x7F:
      // One by one: an array of them would be allocated for each byte.
      bytes.append(backslash)
      bytes.append(zero + byte / 100)
      bytes.append(zero + byte / 10 % 10)
      bytes.append(zero + byte % 10)
    default: bytes.append(byte)
    }
  }
}
