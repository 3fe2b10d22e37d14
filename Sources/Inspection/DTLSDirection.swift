import Packets

/// What one side of a DTLS session shows without keys (RFC 6347, RFC 9147).
struct DTLSDirection {
  /// Records read of one datagram.
  private static let recordLimit = 16
  /// Messages that are read.
  private static let messageLimit = 32

  private struct Fragmented {
    var type: UInt8
    var length: Int
    var fragments = ByteFragments()
  }

  private var messages: [Int: Fragmented] = [:]
  private var side = TLSDirection()

  /// Takes a datagram up to where it is no DTLS.
  ///
  /// - Complexity: O(n).
  mutating func take(_ datagram: RawSpan) {
    var cursor = MessageCursor(0..<datagram.byteCount)
    for _ in 0..<Self.recordLimit {
      guard let type = cursor.integer(1, in: datagram) else { return }
      // The short header of DTLS 1.3 says nothing that could be read.
      if type & 0xE0 == 0x20 {
        side.hasData = true
        return
      }
      guard (20...26).contains(type), let version = cursor.integer(2, in: datagram),
        version == 0xFEFF || version == 0xFEFD || version == 0x0100, let epoch = cursor.integer(2, in: datagram),
        cursor.skip(6) != nil, let count = cursor.integer(2, in: datagram),
        let body = cursor.skip(min(count, cursor.rest.count))
      else { return }
      record(type, epoch: epoch, datagram, body)
    }
  }

  private mutating func record(_ type: Int, epoch: Int, _ datagram: RawSpan, _ body: Range<Int>) {
    switch type {
    case 22 where epoch == 0: handshake(datagram, body)
    case 22: side.isFinished = true
    case 23 where epoch > 0: side.hasData = true
    case 21 where epoch == 0 && body.count == 2:
      side.alert = (datagram.uint8(at: body.lowerBound), datagram.uint8(at: body.lowerBound + 1))
    default: break
    }
  }

  /// Takes the fragments of messages in a record (RFC 6347 section 4.2.2).
  private mutating func handshake(_ datagram: RawSpan, _ range: Range<Int>) {
    var cursor = MessageCursor(range)
    while let type = cursor.integer(1, in: datagram), let length = cursor.integer(3, in: datagram),
      let number = cursor.integer(2, in: datagram), let offset = cursor.integer(3, in: datagram),
      let count = cursor.integer(3, in: datagram), offset + count <= length, length <= TLSMessage.longest,
      let fragment = cursor.skip(min(count, cursor.rest.count))
    {
      var message = messages[number] ?? Fragmented(type: UInt8(type), length: length)
      guard message.type == UInt8(type), message.length == length, messages.count < Self.messageLimit else { return }
      message.fragments.add(datagram.bytes(fragment), at: offset)
      messages[number] = message
    }
  }

  /// The side as it is known by now.
  var direction: TLSDirection {
    var direction = side
    direction.messages = messages.sorted { $0.key < $1.key }.map {
      TLSMessage(
        type: $0.value.type, body: Array($0.value.fragments.bytes.prefix($0.value.length)), length: $0.value.length)
    }
    return direction
  }
}
