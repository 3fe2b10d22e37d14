import Packets

/// The head of an HTTP/1 request (RFC 9112): what it says of whom it was forwarded for, and where the next one begins.
public struct HTTPRequestHead: Sendable, Equatable {
  /// How many header fields a head may have.
  public static let fieldLimit = 128

  /// The chains of addresses that its forwarding headers name, a chain for each kind that occurs.
  public var forwarded: [ForwardedChain] = []
  /// Bytes of the body; nothing if it is not said by Content-Length, or the connection turns into something else.
  public var bodyLength: Int? = 0

  /// Whether a line begins as that of an HTTP/1 request: a method and a space.
  ///
  /// - Parameters:
  ///   - bytes: A stream.
  ///   - offset: Where the line begins.
  /// - Returns: Nothing while there are too few bytes to tell. CONNECT is none: what follows its head is another protocol.
  /// - Complexity: O(1).
  public static func begins(_ bytes: RawSpan, at offset: Int) -> Bool? {
    for method in methods {
      var index = 0
      while index < method.count, offset + index < bytes.byteCount, bytes.uint8(at: offset + index) == method[index] {
        index += 1
      }
      if index == method.count { return true }
      if offset + index == bytes.byteCount { return nil }
    }
    return false
  }

  private static let methods = ["GET ", "POST ", "HEAD ", "PUT ", "DELETE ", "OPTIONS ", "PATCH ", "TRACE "]
    .map { Array($0.utf8) }

  /// Finds the end of a head: the offset behind its empty line.
  ///
  /// - Parameters:
  ///   - bytes: A stream.
  ///   - searched: Where to go on searching; advanced, so that no byte is looked at twice.
  /// - Returns: The offset behind the empty line; nothing if it is not there yet.
  /// - Complexity: O(n) in the bytes not yet searched.
  public static func end(_ bytes: RawSpan, searched: inout Int) -> Int? {
    while searched < bytes.byteCount {
      let index = searched
      searched += 1
      guard bytes.uint8(at: index) == 0x0A, index > 0 else { continue }
      if bytes.uint8(at: index - 1) == 0x0A { return index + 1 }
      if index > 1, bytes.uint8(at: index - 1) == 0x0D, bytes.uint8(at: index - 2) == 0x0A { return index + 1 }
    }
    return nil
  }

  /// Reads a head; nothing if the bytes are none.
  ///
  /// A head that is not written as RFC 9112 wants it, or has too many fields, is none: two readers may understand it
  /// differently.
  ///
  /// - Parameters:
  ///   - bytes: A stream.
  ///   - range: The head, its empty line included; must lie inside the bytes.
  /// - Complexity: O(n).
  public init?(_ bytes: RawSpan, in range: Range<Int>) {
    var lines = LineReader(range)
    guard let request = lines.next(bytes), Self.isHTTP1(bytes, request) else { return nil }
    var count = 0
    var lengths: [[UInt8]] = []
    while let line = lines.next(bytes), !line.isEmpty {
      count += 1
      guard count <= Self.fieldLimit, let colon = Self.colon(bytes, line) else { return nil }
      let name = Self.lowercased(bytes, line.lowerBound..<colon)
      let value = Self.trimmed(bytes, colon + 1..<line.upperBound)
      switch name {
      case "content-length": lengths.append(Self.text(bytes, value))
      case "transfer-encoding", "upgrade": bodyLength = nil
      default:
        guard let field = ForwardedChain.Field(name: name) else { continue }
        var chain = forwarded.first { $0.field == field } ?? ForwardedChain(field)
        chain.append(Self.text(bytes, value))
        forwarded.removeAll { $0.field == field }
        forwarded.append(chain)
      }
    }
    forwarded.sort { $0.field.rawValue < $1.field.rawValue }
    if let length = lengths.first {
      let number = lengths.count == 1 && length.count <= 9 ? Int(String(decoding: length, as: UTF8.self)) : nil
      guard let number, number >= 0 else { return nil }
      if bodyLength != nil { bodyLength = number }
    }
  }

  /// Whether a request line ends with the version of HTTP/1.
  private static func isHTTP1(_ bytes: RawSpan, _ line: Range<Int>) -> Bool {
    let version = Array(" HTTP/1.".utf8)
    let start = line.upperBound - version.count - 1
    return start > line.lowerBound && version.indices.allSatisfy { bytes.uint8(at: start + $0) == version[$0] }
  }

  /// The colon behind a field's name, which is a token without space (RFC 9110 section 5.6.2).
  private static func colon(_ bytes: RawSpan, _ line: Range<Int>) -> Int? {
    for index in line {
      let byte = bytes.uint8(at: index)
      if byte == UInt8(ascii: ":") { return index > line.lowerBound ? index : nil }
      guard byte > 0x20, byte < 0x7F else { return nil }
    }
    return nil
  }

  private static func trimmed(_ bytes: RawSpan, _ range: Range<Int>) -> Range<Int> {
    var (start, end) = (range.lowerBound, range.upperBound)
    while start < end, [0x20, 0x09].contains(bytes.uint8(at: start)) { start += 1 }
    while start < end, [0x20, 0x09].contains(bytes.uint8(at: end - 1)) { end -= 1 }
    return start..<end
  }

  private static func text(_ bytes: RawSpan, _ range: Range<Int>) -> [UInt8] { range.map { bytes.uint8(at: $0) } }

  /// A name in lower case; empty if it is longer than any that matters.
  private static func lowercased(_ bytes: RawSpan, _ range: Range<Int>) -> String {
    guard range.count <= 32 else { return "" }
    return String(decoding: text(bytes, range).map { (0x41...0x5A).contains($0) ? $0 + 0x20 : $0 }, as: UTF8.self)
  }
}

/// Reads lines that end with LF or CRLF.
struct LineReader {
  private var position: Int
  private let end: Int

  /// Reads inside a range, which must lie inside the bytes.
  init(_ range: Range<Int>) {
    position = range.lowerBound
    end = range.upperBound
  }

  /// The next line without its end; nothing if no whole line is left.
  mutating func next(_ bytes: RawSpan) -> Range<Int>? {
    let start = position
    var index = start
    while index < end, bytes.uint8(at: index) != 0x0A { index += 1 }
    guard index < end else { return nil }
    position = index + 1
    return start..<(index > start && bytes.uint8(at: index - 1) == 0x0D ? index - 1 : index)
  }
}
