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
    let section = HeaderSection(bytes, in: lines.position..<range.upperBound)
    guard section.isStrict, section.fields.count <= Self.fieldLimit else { return nil }
    var lengths: [[UInt8]] = []
    for header in section.fields {
      switch header.name {
      case "content-length": lengths.append(bytes.bytes(header.value))
      case "transfer-encoding", "upgrade": bodyLength = nil
      default:
        guard let field = ForwardedChain.Field(name: header.name) else { continue }
        var chain = forwarded.first { $0.field == field } ?? ForwardedChain(field)
        chain.append(bytes.bytes(header.value))
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
  static func isHTTP1(_ bytes: RawSpan, _ line: Range<Int>) -> Bool {
    let version: StaticString = " HTTP/1."
    let start = line.upperBound - version.utf8CodeUnitCount - 1
    return start > line.lowerBound && bytes.begins(with: version, in: start..<line.upperBound)
  }
}
