/// Whether what bears a name is a secret by that name: in a URI, a form or a document.
enum SecretName {
  private static let words = [
    "pass", "pwd", "secret", "token", "session", "sessid", "credential", "signature", "oauth", "bearer", "jwt",
    "cookie",
    "ticket", "nonce", "otp", "saml", "assertion",
  ]
  private static let names: Set<String> = [
    "pw", "psw", "sid", "pin", "code", "sig", "hmac", "mac", "auth", "authorization", "hash", "cvv", "cvc", "access",
    "sess",
  ]
  private static let endings = ["key", "auth", "sid", "pin", "pw"]

  /// Whether a value of this name is to be kept out of facts; in doubt it is.
  ///
  /// - Parameter name: The name, percent-coded or not, in any case.
  /// - Returns: Whether it is.
  static func matches(_ name: [UInt8]) -> Bool {
    let name = PercentCoding.decode(name.prefix(128).map(\.self)).lowercased.text
    return words.contains { name.contains($0) } || names.contains(name) || endings.contains { name.hasSuffix($0) }
  }

  /// Whether the name is that of a password which somebody types in.
  ///
  /// - Parameter name: The name, decoded.
  /// - Returns: Whether it is.
  static func isPassword(_ name: [UInt8]) -> Bool {
    let name = name.lowercased.text
    return ["pass", "pwd"].contains { name.contains($0) }
      && !["passport", "passenger", "bypass"].contains { name.contains($0) }
      || ["pw", "psw"].contains(name)
  }
}
