import Packets

/// One direction of an HTTP/1 connection: messages one after the other (RFC 9112).
struct HTTP1Stream {
  /// Where the next message begins; nothing where that is not known.
  private(set) var offset: Int? = 0
  /// Where the head of the last message ends.
  private(set) var headEnd = 0

  /// Reads the next request.
  ///
  /// - Parameter bytes: The client's bytes.
  /// - Returns: Nothing if no whole request line is left.
  /// - Complexity: O(n) in the request's length.
  mutating func request(_ bytes: RawSpan) -> HTTPRequest? {
    guard let start = offset else { return nil }
    offset = nil
    var lines = LineReader(start..<bytes.byteCount)
    guard let line = Self.startLine(&lines, bytes), let words = Self.requestLine(bytes, line) else { return nil }
    let section = HeaderSection(bytes, in: lines.position..<bytes.byteCount)
    var request = HTTPRequest(
      method: bytes.text(words.method), target: bytes.bytes(words.target).trimmed,
      version: bytes.text(line.upperBound - 3..<line.upperBound))
    request.fields = Self.fields(bytes, section)
    request.isHeadWhole = section.isWhole
    headEnd = section.end
    guard section.isWhole, request.method != "CONNECT" else {
      // What follows CONNECT is no body; the next request follows if it is refused.
      offset = section.isWhole ? section.end : nil
      return request
    }
    (request.body, offset) = HTTP1Body.read(
      bytes, at: section.end, fields: request.fields, otherwise: .none)
    return request
  }

  /// Reads the next final answer: those that only say that another one follows are passed over.
  ///
  /// - Parameters:
  ///   - bytes: The server's bytes.
  ///   - method: The method of the request that is answered, if it was seen.
  /// - Returns: Nothing if no whole status line is left.
  /// - Complexity: O(n) in the bytes up to the answer's end.
  mutating func answer(_ bytes: RawSpan, to method: String?) -> HTTPAnswer? {
    while let start = offset {
      offset = nil
      var lines = LineReader(start..<bytes.byteCount)
      guard let line = Self.startLine(&lines, bytes), let status = Self.status(bytes, line) else { return nil }
      let section = HeaderSection(bytes, in: lines.position..<bytes.byteCount)
      headEnd = section.end
      if (100...199).contains(status), status != 101 {
        offset = section.isWhole ? section.end : nil
        continue
      }
      var answer = HTTPAnswer(
        status: status, reason: line.count > 13 ? bytes.text(line.lowerBound + 13..<line.upperBound) : "",
        version: bytes.text(line.lowerBound + 5..<line.lowerBound + 8))
      answer.fields = Self.fields(bytes, section)
      guard section.isWhole else { return answer }
      let hasBody = method != "HEAD" && answer.status != 101 && answer.status != 204 && answer.status != 304
      if method == "CONNECT" && (200...299).contains(answer.status) || !hasBody {
        answer.body.length = 0
        offset = section.end
      } else {
        (answer.body, offset) = HTTP1Body.read(bytes, at: section.end, fields: answer.fields, otherwise: .untilEnd)
      }
      return answer
    }
    return nil
  }

  /// The first line that is not empty, of a few (RFC 9112 section 2.2).
  private static func startLine(_ lines: inout LineReader, _ bytes: RawSpan) -> Range<Int>? {
    for _ in 0..<4 {
      guard let line = lines.next(bytes) else { return nil }
      if !line.isEmpty { return line }
    }
    return nil
  }

  private static func fields(_ bytes: RawSpan, _ section: HeaderSection) -> HTTPFields {
    var fields = HTTPFields()
    for field in section.fields { fields.append(field.name, bytes.unfolded(field.value)) }
    return fields
  }

  /// Whether a stream begins with a request line (RFC 9112 section 3).
  static func beginsWithRequest(_ bytes: RawSpan) -> Bool {
    var lines = LineReader(0..<bytes.byteCount)
    return startLine(&lines, bytes).flatMap { requestLine(bytes, $0) } != nil
  }

  /// Whether a stream begins with a status line (RFC 9112 section 4).
  static func beginsWithAnswer(_ bytes: RawSpan) -> Bool {
    var lines = LineReader(0..<bytes.byteCount)
    return lines.next(bytes).flatMap { status(bytes, $0) } != nil
  }

  /// Where method and target of a request line stand; the target may hold blanks, as careless clients write it.
  private static func requestLine(
    _ bytes: RawSpan, _ line: Range<Int>
  ) -> (method: Range<Int>, target: Range<Int>)? {
    guard HTTPRequestHead.isHTTP1(bytes, line) else { return nil }
    var end = line.lowerBound
    while end < line.upperBound, (0x41...0x5A).contains(bytes.uint8(at: end) & 0xDF) || bytes.uint8(at: end) == 0x2D {
      end += 1
    }
    guard (3...24).contains(end - line.lowerBound), end + 1 < line.upperBound - 9, bytes.uint8(at: end) == 0x20,
      (0x30...0x39).contains(bytes.uint8(at: line.upperBound - 1))
    else { return nil }
    let target = end + 1..<line.upperBound - 9
    guard !target.contains(where: { bytes.uint8(at: $0) < 0x20 }) else { return nil }
    return (line.lowerBound..<end, target)
  }

  /// The status of a status line.
  private static func status(_ bytes: RawSpan, _ line: Range<Int>) -> Int? {
    guard line.count >= 12, bytes.begins(with: "HTTP/1.", in: line),
      (0x30...0x39).contains(bytes.uint8(at: line.lowerBound + 7)), bytes.uint8(at: line.lowerBound + 8) == 0x20,
      let status = bytes.threeDigits(at: line.lowerBound + 9), status >= 100,
      line.count == 12 || bytes.uint8(at: line.lowerBound + 12) == 0x20
    else { return nil }
    return status
  }
}
