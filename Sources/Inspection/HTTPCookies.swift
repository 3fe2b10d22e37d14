/// The cookies of a request or an answer (RFC 6265).
struct HTTPCookies {
  /// How many cookies of a message are read.
  static let limit = 64
  /// The longest name of a cookie that is asked whether it tells a client: a compressed header may repeat them without end.
  private static let nameLimit = 128

  /// The pairs of name and value, as they stand.
  private(set) var pairs: [(name: [UInt8], value: [UInt8])] = []

  /// Reads the Cookie fields of a request.
  init(shownBy fields: HTTPFields) {
    for value in fields.all("cookie") {
      for part in value.split(separator: UInt8(ascii: ";")) { append(Array(part)) }
    }
  }

  /// Reads the Set-Cookie fields of an answer.
  init(issuedBy fields: HTTPFields) {
    for value in fields.all("set-cookie") { append(Array(value.prefix { $0 != UInt8(ascii: ";") })) }
  }

  private mutating func append(_ text: [UInt8]) {
    guard pairs.count < Self.limit, let (name, value) = text.cut(at: UInt8(ascii: "=")) else { return }
    let pair = (name: name.trimmed, value: value.trimmed.unquoted)
    if !pair.name.isEmpty { pairs.append(pair) }
  }

  /// The names.
  var names: [String] { pairs.map(\.name.text) }

  /// The pairs that tell one client from all others, if anything does.
  var secrets: [[UInt8]] {
    pairs.filter { name, value in
      name.count <= Self.nameLimit
        && (LikelySecret.matches(value) || LikelySecret.isLong(value) && Self.isOfSession(name))
        && Self.mayTellClient(name)
    }
    .map { $0.name + [UInt8(ascii: "=")] + $0.value }
  }

  /// Whether a cookie of this name is one for each client: not what a load balancer writes for all that it sends to one
  /// server, nor what a visitor chose or where one came from, nor a hash of a password that others may have too.
  private static func mayTellClient(_ name: [UInt8]) -> Bool {
    let text = name.lowercased.text
    return !SecretName.isPassword(name) && !sharedBeginnings.contains { text.hasPrefix($0) }
  }

  /// Whether a cookie is called as those are that hold a session, so that a value without digits may be a secret.
  private static func isOfSession(_ name: [UInt8]) -> Bool {
    name.lowercased.holds(oneOf: sessionNames)
  }

  private static let sessionNames = [[UInt8]](words: ["sess", "sid", "auth", "token", "jwt", "login", "remember"])

  private static let sharedBeginnings = [
    "__utmb", "__utmc", "__utmv", "__utmz", "arraffinity", "awselb", "bigip", "cookieconsent", "euconsent", "gclb",
    "lb", "nsc_", "optanonconsent", "route", "serverid", "srv", "sticky", "x-mapping",
  ]
}
