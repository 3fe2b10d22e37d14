/// Whether what bears a name is a secret by that name: in a URI, a form or a document.
enum SecretName {
  private static let words = [[UInt8]](words: [
    "pass", "pwd", "secret", "token", "session", "sessid", "credential", "signature", "oauth", "bearer", "jwt",
    "cookie",
    "ticket", "nonce", "otp", "saml", "assertion",
  ])
  private static let names = Set(
    [[UInt8]](words: [
      "pw", "psw", "sid", "pin", "code", "sig", "hmac", "mac", "auth", "authorization", "hash", "cvv", "cvc", "access",
      "sess",
    ]))
  private static let endings = [[UInt8]](words: ["key", "auth", "sid", "pin", "pw"])
  private static let passwords = [[UInt8]](words: ["pass", "pwd"])
  private static let otherPasses = [[UInt8]](words: ["passport", "passenger", "bypass"])
  private static let shortPasswords = [[UInt8]](words: ["pw", "psw"])

  /// Whether a value of this name is to be kept out of facts; in doubt it is.
  ///
  /// - Parameter name: The name, percent-coded or not, in any case.
  /// - Returns: Whether it is.
  static func matches(_ name: [UInt8]) -> Bool {
    let name = PercentCoding.decode(name.prefix(128).map(\.self)).lowercased
    return name.holds(oneOf: words) || names.contains(name) || name.ends(withOneOf: endings)
  }

  /// Whether the name is that of a password which somebody types in.
  ///
  /// - Parameter name: The name, decoded.
  /// - Returns: Whether it is.
  static func isPassword(_ name: [UInt8]) -> Bool {
    let name = name.lowercased
    return name.holds(oneOf: passwords) && !name.holds(oneOf: otherPasses) || shortPasswords.contains(name)
  }
}
