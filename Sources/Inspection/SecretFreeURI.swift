/// A URI or the target of a request without what is secret in it: no userinfo, and no value whose name says that it is one.
enum SecretFreeURI {
  /// Writes a URI; each secret value as `name=…`.
  ///
  /// - Parameter uri: The URI as it stands, percent-coded or not.
  /// - Returns: Its text.
  /// - Complexity: O(n).
  static func text(_ uri: [UInt8]) -> String {
    // Userinfo, a value, something coded: without these signs there is nothing to look for.
    guard uri.contains(where: { $0 == UInt8(ascii: "@") || $0 == UInt8(ascii: "=") || $0 == UInt8(ascii: "%") }) else {
      return uri.text
    }
    // Of no text more is kept than this, whatever secrets take out of it; a name stands before its value.
    let uri = Array(withoutUserinfo(uri).prefix(2 * ApplicationFacts.textLimit))
    let queryStart = uri.firstIndex { $0 == UInt8(ascii: "?") || $0 == UInt8(ascii: "#") } ?? uri.count
    var text = pieces(uri[..<queryStart], separators: [UInt8(ascii: "/"), UInt8(ascii: ";"), UInt8(ascii: "&")])
    text += uri[queryStart...].prefix(1)
    text += pieces(uri[queryStart...].dropFirst(), separators: [UInt8(ascii: "&"), UInt8(ascii: "#")])
    return text.text
  }

  /// The URI without the userinfo of its authority (RFC 3986 section 3.2), which may stand alone as in CONNECT.
  private static func withoutUserinfo(_ uri: [UInt8]) -> [UInt8] {
    let slash = UInt8(ascii: "/")
    var start = 0
    if let first = uri.firstIndex(of: slash) {
      guard first + 1 < uri.count, uri[first + 1] == slash, first == 0 || uri[first - 1] == UInt8(ascii: ":") else {
        return uri
      }
      start = first + 2
    }
    let end = uri[start...].firstIndex { [slash, UInt8(ascii: "?"), UInt8(ascii: "#")].contains($0) } ?? uri.count
    guard let at = uri[start..<end].lastIndex(of: UInt8(ascii: "@")) else { return uri }
    return Array(uri[..<start] + uri[(at + 1)...])
  }

  private static func pieces(_ text: ArraySlice<UInt8>, separators: [UInt8]) -> [UInt8] {
    var result: [UInt8] = []
    var start = text.startIndex
    for index in text.startIndex...text.endIndex where index == text.endIndex || separators.contains(text[index]) {
      result += piece(Array(text[start..<index]))
      if index < text.endIndex { result.append(text[index]) }
      start = index + 1
    }
    return result
  }

  /// One piece, its value replaced if that, or anything that is coded inside it, has the name of a secret.
  private static func piece(_ piece: [UInt8]) -> [UInt8] {
    guard let (name, value) = piece.cut(at: UInt8(ascii: "=")), !value.isEmpty else {
      return piece.contains(UInt8(ascii: "%")) && holdsSecret(piece) ? Array("…".utf8) : piece
    }
    // Documents write `&amp;` for what stands between two pairs; a fragment may have a query of its own.
    let word = name.split { $0 == UInt8(ascii: ";") || $0 == UInt8(ascii: "?") }.last.map(Array.init) ?? name
    return SecretName.matches(word) || holdsSecret(value) ? name + Array("=…".utf8) : piece
  }

  /// Whether something coded inside a value, at most three times, has the name of a secret.
  private static func holdsSecret(_ value: [UInt8]) -> Bool {
    // Without one of these nothing in it has a name.
    guard value.contains(where: { "%=\"".utf8.contains($0) }) else { return false }
    var value = value
    for _ in 0..<3 {
      value = PercentCoding.decode(value)
      let parts = value.split { "?&;#/ ".utf8.contains($0) }
      let names = parts.compactMap { Array($0).cut(at: UInt8(ascii: "="))?.head } + JSONPairs.read(value).map(\.name)
      if names.contains(where: SecretName.matches) { return true }
      guard value.contains(UInt8(ascii: "%")) else { return false }
    }
    return false
  }
}
