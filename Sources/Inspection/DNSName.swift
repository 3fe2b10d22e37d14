import Packets

/// A domain name in a message, as the places of its labels (RFC 1035 sections 3.1 and 4.1.4).
struct DNSName {
  /// The longest name, the bytes of its lengths included (RFC 1035 section 2.3.4).
  private static let limit = 255

  /// Pointers that are followed; compression needs a few.
  private static let jumpLimit = 32

  /// The labels without the bytes of their lengths.
  let labels: [Range<Int>]

  /// Reads a name; nothing if it is none, or was cut.
  ///
  /// A pointer must go back behind whatever was read of the name before, so that there is an end to it.
  ///
  /// - Complexity: O(1): a name has at most 255 bytes, and few pointers are followed.
  init?(_ cursor: inout MessageCursor, in message: RawSpan) {
    var labels: [Range<Int>] = []
    var count = 1
    var start = cursor.offset
    var jump: MessageCursor?
    var jumps = 0
    while let length = jump?.integer(1, in: message) ?? (jump == nil ? cursor.integer(1, in: message) : nil) {
      switch length {
      case 0:
        self.labels = labels
        return
      case 1...63:
        guard let label = jump == nil ? cursor.skip(length) : jump?.skip(length) else { return nil }
        count += length + 1
        guard count <= Self.limit else { return nil }
        labels.append(label)
      case 0xC0...:
        let low = jump == nil ? cursor.integer(1, in: message) : jump?.integer(1, in: message)
        guard let low else { return nil }
        let target = (length & 0x3F) << 8 | low
        jumps += 1
        guard target < start, jumps <= Self.jumpLimit else { return nil }
        start = target
        jump = MessageCursor(target..<message.byteCount)
      default: return nil
      }
    }
    return nil
  }

  /// The name in lower case, which in names means nothing, without the dot at its end; `.` for the root.
  ///
  /// A dot, a backslash and a control character inside a label are written as in a zone's file (RFC 1035 section 5.1).
  func text(in message: RawSpan) -> String {
    guard !labels.isEmpty else { return "." }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(labels.reduce(0) { $0 + $1.count + 1 })
    for label in labels {
      if !bytes.isEmpty { bytes.append(UInt8(ascii: ".")) }
      for index in label { Self.append(message.uint8(at: index), to: &bytes) }
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// The NetBIOS name that the first label encodes, without its padding and type (RFC 1001 section 14.1).
  func netBIOSText(in message: RawSpan) -> String? {
    guard let label = labels.first, label.count == 32 else { return nil }
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
    case UInt8(ascii: "."), backslash: bytes += [backslash, byte]
    case 0...0x1F, 0x7F: bytes += [backslash, zero + byte / 100, zero + byte / 10 % 10, zero + byte % 10]
    default: bytes.append(byte)
    }
  }
}
