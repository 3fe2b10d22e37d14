import Packets

/// What the fields of a ClientHello say; each takes the message's body.
extension ClientHello {
  /// The cipher suites in their order.
  func suites(in body: RawSpan) -> [UInt16] { body.integers(cipherSuites) }

  /// The name of the host that the client wants to talk to (RFC 6066 section 3).
  func serverName(in body: RawSpan) -> String? {
    guard let data = extensions.data(TLSExtension.Kind.serverName) else { return nil }
    var outer = MessageCursor(data)
    guard let list = outer.vector(2, in: body) else { return nil }
    var reader = MessageCursor(list)
    while let type = reader.integer(1, in: body), let name = reader.vector(2, in: body) {
      if type == 0 { return body.text(name) }
    }
    return nil
  }

  /// The versions of the extension for them (RFC 8446 section 4.2.1); empty if there is none.
  func supportedVersions(in body: RawSpan) -> [UInt16] {
    list(TLSExtension.Kind.supportedVersions, lengthWidth: 1, in: body)
  }

  /// The groups, once called curves (RFC 8446 section 4.2.7).
  func groups(in body: RawSpan) -> [UInt16] { list(TLSExtension.Kind.supportedGroups, lengthWidth: 2, in: body) }

  /// The signature algorithms (RFC 8446 section 4.2.3).
  func signatureAlgorithms(in body: RawSpan) -> [UInt16] {
    list(TLSExtension.Kind.signatureAlgorithms, lengthWidth: 2, in: body)
  }

  /// The formats of points on curves (RFC 8422 section 5.1.2).
  func pointFormats(in body: RawSpan) -> [UInt8] {
    guard let data = extensions.data(TLSExtension.Kind.pointFormats) else { return [] }
    var reader = MessageCursor(data)
    return reader.vector(1, in: body).map { body.bytes($0) } ?? []
  }

  private func list(_ type: UInt16, lengthWidth: Int, in body: RawSpan) -> [UInt16] {
    guard let data = extensions.data(type) else { return [] }
    var reader = MessageCursor(data)
    return reader.vector(lengthWidth, in: body).map { body.integers($0) } ?? []
  }
}

extension RawSpan {
  /// The integers of two bytes in a range, which must lie inside; a last single byte is left out.
  fileprivate func integers(_ range: Range<Int>) -> [UInt16] {
    stride(from: range.lowerBound, to: range.upperBound - 1, by: 2).map { uint16BE(at: $0) }
  }
}
