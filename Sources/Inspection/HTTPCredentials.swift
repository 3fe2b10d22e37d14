/// The credentials of a request's Authorization or Proxy-Authorization (RFC 9110 section 11).
struct HTTPCredentials {
  /// Whose credentials they are, where that can be read.
  private(set) var username: String?
  /// Whether a password is part of them, or was used to make them.
  private(set) var hasPassword = false
  /// The token of a bearer (RFC 6750).
  private(set) var bearer: [UInt8]?

  /// Reads the value of a field; nothing if it holds no credentials that can be read.
  init?(_ value: [UInt8]) {
    guard let (scheme, rest) = value.cut(at: 0x20) else { return nil }
    let text = rest.trimmed
    switch scheme.lowercased.text {
    case "basic":
      guard let decoded = Base64.decode(text), let (name, password) = decoded.cut(at: UInt8(ascii: ":")) else {
        return nil
      }
      if LikelySecret.matches(name), password.isEmpty || password == Array("x-oauth-basic".utf8) {
        // Some services take a token for a name, and no password.
        bearer = name
      } else {
        username = name.text
        hasPassword = !password.isEmpty
      }
    case "digest":
      let pairs = text.split(outsideQuotes: UInt8(ascii: ",")) ?? []
      username = Self.parameter("username", of: pairs)?.text
      hasPassword = Self.parameter("response", of: pairs) != nil
    case "bearer", "token": bearer = text
    default: return nil
    }
  }

  /// The value of a parameter of the Digest scheme (RFC 7616 section 3.4).
  private static func parameter(_ name: String, of pairs: [[UInt8]]) -> [UInt8]? {
    for pair in pairs {
      guard let (key, value) = pair.cut(at: UInt8(ascii: "=")), key.trimmed.lowercased == Array(name.utf8) else {
        continue
      }
      return value.trimmed.unquoted
    }
    return nil
  }

  /// What an answer says of credentials that the scheme of HTTP carries.
  ///
  /// A redirect says nothing: that to HTTPS comes before they are read, that to a form after they were not believed.
  static func outcome(_ answer: HTTPAnswer?) -> LoginOutcome {
    guard let answer else { return .unknown }
    return switch answer.status {
    case 200...299, 304: .accepted
    case 401, 403, 407: .refused
    default: .unknown
    }
  }
}
