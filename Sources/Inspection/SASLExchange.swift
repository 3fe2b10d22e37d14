/// What a client says of itself with SASL (RFC 4422): whose account it is, never its password.
struct SASLExchange {
  /// The mechanisms that a client may name.
  private static let mechanisms = [
    "PLAIN", "LOGIN", "CRAM-MD5", "DIGEST-MD5", "NTLM", "GSSAPI", "SPA", "EXTERNAL", "ANONYMOUS", "XOAUTH2",
    "OAUTHBEARER",
    "KERBEROS_V4", "MSN",
  ]

  /// The mechanism, in upper case.
  let mechanism: String
  private var responses: [[UInt8]] = []

  /// Begins with a mechanism; nothing if it is none.
  init?(_ name: [UInt8]) {
    mechanism = String(decoding: name.map { (0x61...0x7A).contains($0) ? $0 - 0x20 : $0 }, as: UTF8.self)
    guard Self.mechanisms.contains(mechanism) || mechanism.hasPrefix("SCRAM-") else { return nil }
  }

  /// Adds what the client sent, in Base64; an equals sign stands for nothing.
  mutating func append(_ response: [UInt8]) { responses.append(Base64.decode(response.trimmed) ?? []) }

  /// The name of the account.
  var username: String? {
    guard let first = responses.first(where: { !$0.isEmpty }) else { return nil }
    let name: [UInt8]? =
      switch mechanism {
      case "PLAIN": plain.count == 3 ? plain[1] : nil
      case "LOGIN": first
      case "CRAM-MD5": first.lastIndex(of: 0x20).map { Array(first[..<$0]) }
      case "DIGEST-MD5": Self.parameter("username=", of: first, separator: UInt8(ascii: ","))?.unquoted
      case "XOAUTH2": Self.parameter("user=", of: first, separator: 1)
      case "OAUTHBEARER": Self.parameter("a=", of: Array(first.prefix { $0 != 1 }), separator: UInt8(ascii: ","))
      case _ where mechanism.hasPrefix("SCRAM-"): Self.parameter("n=", of: first, separator: UInt8(ascii: ","))
      default: nil
      }
    return name.flatMap { (1...256).contains($0.count) ? $0.text : nil }
  }

  /// Whether a password is among what was sent.
  var hasPassword: Bool {
    switch mechanism {
    case "PLAIN": plain.count == 3 && !plain[2].isEmpty
    case "LOGIN": responses.count > 1 && !responses[1].isEmpty
    default: false
    }
  }

  /// The token of a bearer (RFC 7628).
  var bearer: [UInt8]? {
    guard mechanism == "XOAUTH2" || mechanism == "OAUTHBEARER", let first = responses.first else { return nil }
    return Self.parameter("auth=", of: first, separator: 1)?.cut(at: 0x20)?.tail
  }

  /// Whom one acts for, who one is, and the password (RFC 4616).
  private var plain: [[UInt8]] {
    (responses.first { !$0.isEmpty } ?? []).split(separator: 0, omittingEmptySubsequences: false).map(Array.init)
  }

  private static func parameter(_ name: String, of text: [UInt8], separator: UInt8) -> [UInt8]? {
    let begin = Array(name.utf8)
    return text.split(separator: separator).map(Array.init).map(\.trimmed).first { $0.starts(with: begin) }
      .map { Array($0.dropFirst(begin.count)) }
  }
}
