/// What an answer says of credentials that a form carries.
enum HTTPFormOutcome {
  /// Words in the target of a redirect that leads back to the form.
  private static let wordsOfFailure = [[UInt8]](words: [
    "login", "signin", "sign-in", "sign_in", "logon", "error", "fail", "invalid", "denied",
  ])

  /// Reads an answer.
  ///
  /// A page alone proves nothing, since it may show the form again. A redirect to somewhere else, or a new cookie that
  /// may be a session's, is what sites answer to credentials that they accept; weaker signs are unknown.
  static func read(_ request: HTTPRequest?, _ form: HTTPForm, _ answer: HTTPAnswer?) -> LoginOutcome {
    guard let request, let answer else { return .unknown }
    if answer.status == 401 || answer.status == 403 { return .refused }
    guard (200...399).contains(answer.status), !form.hasSeveralPasswords else { return .unknown }
    let shown = HTTPCookies(shownBy: request.fields).secrets
    if HTTPCookies(issuedBy: answer.fields).secrets.contains(where: { !shown.contains($0) }) { return .accepted }
    guard (300...399).contains(answer.status), let location = answer.fields["location"], !location.isEmpty else {
      return .unknown
    }
    let isBack =
      location.lowercased.holds(oneOf: wordsOfFailure) || path(location) == path(request.target)
      || request.fields["referer"].map(path) == path(location)
    return isBack ? .unknown : .accepted
  }

  /// The path of a URI or of a target.
  private static func path(_ uri: [UInt8]) -> [UInt8] {
    let whole = Array(uri.prefix { $0 != UInt8(ascii: "?") && $0 != UInt8(ascii: "#") })
    guard let colon = whole.firstIndex(of: UInt8(ascii: ":")), whole[colon...].starts(with: "://".utf8) else {
      return whole
    }
    return Array(whole[(colon + 3)...].drop { $0 != UInt8(ascii: "/") })
  }
}
