import Packets

/// The framing of a body in HTTP/1 (RFC 9112 section 6).
enum HTTP1Body {
  /// What a message without a length has.
  enum Otherwise {
    /// No body: a request.
    case none
    /// All that follows: an answer.
    case untilEnd
  }

  /// Reads a body.
  ///
  /// - Parameters:
  ///   - bytes: A stream.
  ///   - start: Where the body begins.
  ///   - fields: The message's fields.
  ///   - otherwise: What there is if the fields say nothing.
  /// - Returns: The body as far as it is there, and where the next message begins, if that is there.
  /// - Complexity: O(n) in the body's length.
  static func read(
    _ bytes: RawSpan, at start: Int, fields: HTTPFields, otherwise: Otherwise
  ) -> (body: HTTPBody, next: Int?) {
    if let coding = fields["transfer-encoding"] {
      let isChunked = coding.lowercased.text.hasSuffix("chunked")
      return isChunked ? chunks(bytes, at: start) : (rest(bytes, at: start), nil)
    }
    let lengths = fields.all("content-length")
    guard let first = lengths.first else {
      return otherwise == .none ? (HTTPBody(length: 0), start) : (rest(bytes, at: start), nil)
    }
    // Two lengths, or one that cannot be read: where the body ends is anybody's guess.
    guard lengths.allSatisfy({ $0 == first }), first.count <= 15, let length = Int(first.text), length >= 0 else {
      return (HTTPBody(), nil)
    }
    let end = start + min(length, bytes.byteCount - start)
    return (HTTPBody(bytes: bytes.bytes(start..<end), length: length), end - start == length ? end : nil)
  }

  private static func rest(_ bytes: RawSpan, at start: Int) -> HTTPBody {
    HTTPBody(bytes: bytes.bytes(start..<bytes.byteCount))
  }

  /// Reads chunks (RFC 9112 section 7.1).
  private static func chunks(_ bytes: RawSpan, at start: Int) -> (body: HTTPBody, next: Int?) {
    var body = HTTPBody()
    var lines = LineReader(start..<bytes.byteCount)
    while let line = lines.next(bytes), let size = size(bytes, line) {
      guard size > 0 else {
        let trailer = HeaderSection(bytes, in: lines.position..<bytes.byteCount)
        body.length = body.bytes.count
        return (body, trailer.isWhole ? trailer.end : nil)
      }
      let data = lines.skip(size)
      body.bytes += bytes.bytes(data)
      guard data.count == size, let end = lines.next(bytes), end.isEmpty else { break }
    }
    return (body, nil)
  }

  /// The size that a chunk's line says: hexadecimal digits, up to an extension.
  private static func size(_ bytes: RawSpan, _ line: Range<Int>) -> Int? {
    var size = 0
    var index = line.lowerBound
    while index < line.upperBound, let digit = PercentCoding.digit(bytes.uint8(at: index)) {
      guard index - line.lowerBound < 8 else { return nil }
      size = size << 4 | Int(digit)
      index += 1
    }
    guard index > line.lowerBound else { return nil }
    let isEnd = index == line.upperBound || bytes.isBlank(at: index) || bytes.uint8(at: index) == UInt8(ascii: ";")
    return isEnd ? size : nil
  }
}
