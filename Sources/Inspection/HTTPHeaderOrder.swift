/// The order in which a client writes the fields of a request: a mark of its software.
enum HTTPHeaderOrder {
  /// Fields that a client writes for some requests only: by what is asked for, and by what it was told before.
  private static let occasional: Set<String> = [
    "authorization", "cache-control", "cookie", "cookie2", "expect", "if-match", "if-modified-since", "if-none-match",
    "if-range", "if-unmodified-since", "origin", "pragma", "proxy-authorization", "range", "referer", "sec-fetch-user",
    "trailer", "transfer-encoding", "upgrade", "upgrade-insecure-requests", "x-requested-with",
  ]
  private static let occasionalBeginnings = ["content-", "sec-websocket-", "x-csrf", "x-xsrf"]

  /// The names of the fields that a client always writes, in their order.
  ///
  /// Those that proxies add are left out too: they are not the client's.
  ///
  /// - Parameter fields: All fields of a request.
  /// - Returns: The names in lower case with commas between them.
  static func mark(_ fields: HTTPFields) -> String {
    let added = Set(HTTPForwarding.names(fields).map { Array($0.utf8).lowercased.text })
    let names = fields.list.map(\.name).filter { name in
      !occasional.contains(name) && !added.contains(name) && !name.hasPrefix("x-forwarded-")
        && !occasionalBeginnings.contains { name.hasPrefix($0) }
    }
    return names.joined(separator: ",")
  }
}
