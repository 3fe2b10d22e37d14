import Packets

/// An extension of a hello (RFC 8446 section 4.2).
public struct TLSExtension: Sendable, Equatable {
  /// The types that are read (IANA "TLS ExtensionType Values").
  enum Kind {
    static let serverName: UInt16 = 0
    static let supportedGroups: UInt16 = 10
    static let pointFormats: UInt16 = 11
    static let signatureAlgorithms: UInt16 = 13
    static let applicationProtocols: UInt16 = 16
    static let sessionTicket: UInt16 = 35
    static let preSharedKey: UInt16 = 41
    static let earlyData: UInt16 = 42
    static let supportedVersions: UInt16 = 43
    static let keyShare: UInt16 = 51
  }

  /// The type.
  public var type: UInt16
  /// Where its data stand in the message's body.
  public var data: Range<Int>

  /// Reads the extensions that end a hello.
  ///
  /// - Parameters:
  ///   - cursor: Where their length stands; advanced behind them.
  ///   - body: The message's body, as far as there is one.
  ///   - isCut: Whether the message goes on beyond the body. Then the extensions that are whole count.
  /// - Returns: The extensions, and whether they are all; nothing if the bytes are none.
  static func list(
    _ cursor: inout MessageCursor, in body: RawSpan, isCut: Bool
  ) -> (extensions: [TLSExtension], isComplete: Bool)? {
    // Messages of old clients and servers end here.
    if cursor.isAtEnd { return isCut ? ([], false) : ([], true) }
    guard let count = cursor.integer(2, in: body) else { return isCut ? ([], false) : nil }
    let isWhole = count <= cursor.rest.count
    guard isWhole || isCut, let range = cursor.skip(min(count, cursor.rest.count)) else { return nil }
    var list = MessageCursor(range)
    var extensions: [TLSExtension] = []
    while !list.isAtEnd {
      guard let type = list.integer(2, in: body), let data = list.vector(2, in: body) else {
        return isWhole ? nil : (extensions, false)
      }
      extensions.append(TLSExtension(type: UInt16(type), data: data))
    }
    return (extensions, isWhole)
  }
}

extension [TLSExtension] {
  /// The data of the first extension of a type.
  func data(_ type: UInt16) -> Range<Int>? { first { $0.type == type }?.data }

  /// The names that an ALPN extension holds (RFC 7301 section 3.1).
  func applicationProtocols(in body: RawSpan) -> [Range<Int>] {
    guard let data = data(TLSExtension.Kind.applicationProtocols) else { return [] }
    var outer = MessageCursor(data)
    guard let list = outer.vector(2, in: body) else { return [] }
    var reader = MessageCursor(list)
    var names: [Range<Int>] = []
    while let name = reader.vector(1, in: body) { names.append(name) }
    return names
  }
}
