import Packets

/// The messages of one direction of an HTTP/2 connection (RFC 9113), by the streams that carry them.
struct HTTP2Direction {
  /// A request or an answer.
  struct Message {
    /// The fields, those that begin with a colon too.
    var fields = HTTPFields()
    /// Whether all of them were read.
    var isHeadWhole = false
    var body = HTTPBody()
  }

  /// Streams that are read.
  static let streamLimit = 128

  /// The messages by stream.
  private(set) var messages: [Int: Message] = [:]
  private var decoder = HPACKDecoder()

  private enum FrameType {
    static let data = 0
    static let headers = 1
    static let pushPromise = 5
    static let continuation = 9
  }

  private struct Flags: OptionSet {
    let rawValue: Int
    static let endStream = Flags(rawValue: 0x1)
    static let endHeaders = Flags(rawValue: 0x4)
    static let padded = Flags(rawValue: 0x8)
    static let priority = Flags(rawValue: 0x20)
  }

  /// A frame (RFC 9113 section 4.1).
  private struct Frame {
    let type: Int
    let flags: Flags
    let stream: Int
    let payload: Range<Int>
    let isWhole: Bool

    /// Reads the next frame; its payload may be cut.
    init?(_ cursor: inout MessageCursor, _ bytes: RawSpan) {
      guard let length = cursor.integer(3, in: bytes), let type = cursor.integer(1, in: bytes),
        let flags = cursor.integer(1, in: bytes), let stream = cursor.integer(4, in: bytes)
      else { return nil }
      let count = min(length, cursor.rest.count)
      (self.type, self.flags, self.stream) = (type, Flags(rawValue: flags), stream & 0x7FFF_FFFF)
      payload = cursor.skip(count) ?? 0..<0
      isWhole = count == length
    }
  }

  /// Reads frames up to the first that cannot be read.
  ///
  /// - Parameters:
  ///   - bytes: A stream.
  ///   - start: Where its frames begin.
  /// - Complexity: O(n) in the bytes and in what their fields stand for.
  init(_ bytes: RawSpan, from start: Int) {
    var cursor = MessageCursor(start..<bytes.byteCount)
    while let frame = Frame(&cursor, bytes) {
      switch frame.type {
      case FrameType.data: readData(frame, bytes)
      case FrameType.headers, FrameType.pushPromise:
        guard readHeaders(frame, bytes, &cursor) else { return }
      case FrameType.continuation: return
      default: break
      }
    }
  }

  /// What a frame holds without its padding (RFC 9113 section 6.1); nothing if that is longer than the frame.
  private func content(_ frame: Frame, _ bytes: RawSpan) -> Range<Int>? {
    guard frame.flags.contains(.padded) else { return frame.payload }
    guard let first = frame.payload.first else { return nil }
    // A frame that was cut may have lost some of its padding, or all.
    let padding = frame.isWhole ? Int(bytes.uint8(at: first)) : 0
    guard padding < frame.payload.count else { return nil }
    return first + 1..<frame.payload.upperBound - padding
  }

  private mutating func readData(_ frame: Frame, _ bytes: RawSpan) {
    guard let content = content(frame, bytes), var message = messages.removeValue(forKey: frame.stream) else { return }
    message.body.bytes += bytes.bytes(content)
    if frame.isWhole, frame.flags.contains(.endStream) { message.body.length = message.body.bytes.count }
    messages[frame.stream] = message
  }

  /// Reads a field block with the frames that continue it; whether another one can be.
  private mutating func readHeaders(_ frame: Frame, _ bytes: RawSpan, _ cursor: inout MessageCursor) -> Bool {
    guard var content = content(frame, bytes) else { return false }
    let skipped = frame.type == FrameType.pushPromise ? 4 : frame.flags.contains(.priority) ? 5 : 0
    guard skipped <= content.count else { return false }
    content = content.lowerBound + skipped..<content.upperBound
    var block = bytes.bytes(content)
    var last = frame
    while last.isWhole, !last.flags.contains(.endHeaders) {
      guard let next = Frame(&cursor, bytes), next.type == FrameType.continuation, next.stream == frame.stream else {
        break
      }
      block += bytes.bytes(next.payload)
      last = next
    }
    var fields = HTTPFields()
    let isWhole = decoder.decode(block, into: &fields) && last.isWhole && last.flags.contains(.endHeaders)
    if frame.type == FrameType.headers { take(fields, isWhole, of: frame) }
    return isWhole
  }

  /// Keeps the fields of a stream's message: not those that only say that others follow, nor trailers.
  private mutating func take(_ fields: HTTPFields, _ isWhole: Bool, of frame: Frame) {
    if fields.text(":status")?.hasPrefix("1") == true { return }
    guard var message = messages[frame.stream] ?? (messages.count < Self.streamLimit ? Message() : nil) else { return }
    if message.fields.list.isEmpty {
      (message.fields, message.isHeadWhole) = (fields, isWhole)
      message.body.length = fields.text("content-length").flatMap(Int.init).flatMap { $0 >= 0 ? $0 : nil }
    }
    if frame.flags.contains(.endStream) { message.body.length = message.body.length ?? message.body.bytes.count }
    messages[frame.stream] = message
  }
}
