import Packets

/// The body of a request as a form: whether somebody logs in with it, and which files it carries.
struct HTTPForm {
  /// A file of a form.
  struct File {
    /// Its name.
    let name: String
    /// Its content if all of it is there.
    let content: [UInt8]?
  }

  /// The name of the account that is logged into.
  private(set) var username: String?
  /// Whether a field of a password is filled in.
  private(set) var hasPassword = false
  /// Whether several are: an account is made or a password changed, rather than somebody logged in.
  private(set) var hasSeveralPasswords = false
  /// The files, in their order.
  private(set) var files: [File] = []
  private var rank = Int.max

  /// Reads the body of a request; says nothing where its type is no form.
  ///
  /// - Complexity: O(n) in the body's length.
  init(_ request: HTTPRequest) {
    guard let type = request.fields["content-type"].map(ParameterList.init), !request.body.bytes.isEmpty else { return }
    switch type.value {
    case "application/x-www-form-urlencoded": readPairs(request.body)
    case "multipart/form-data": readParts(request.body, boundary: type["boundary"] ?? [])
    case "application/json", "text/json":
      for pair in JSONPairs.read(request.body.bytes) { take(pair.name, pair.value, isWhole: true) }
    default: break
    }
  }

  private mutating func readPairs(_ body: HTTPBody) {
    let pairs = body.bytes.split(separator: UInt8(ascii: "&"), maxSplits: 256)
    for (index, pair) in pairs.enumerated() {
      guard let (name, value) = Array(pair).cut(at: UInt8(ascii: "=")) else { continue }
      take(
        PercentCoding.decode(name, isForm: true), PercentCoding.decode(value, isForm: true),
        isWhole: body.isWhole || index < pairs.count - 1)
    }
  }

  private mutating func readParts(_ body: HTTPBody, boundary: [UInt8]) {
    var found: [(name: [UInt8], value: [UInt8], isWhole: Bool)] = []
    files = body.bytes.withRawSpan { bytes in
      MultipartBody(bytes, in: 0..<bytes.byteCount, boundary: boundary).parts.compactMap { part in
        guard let disposition = part.header.value("content-disposition", in: bytes).map(ParameterList.init) else {
          return nil
        }
        if let name = disposition["filename"], !name.isEmpty {
          return File(name: name.text, content: part.isWhole ? bytes.bytes(part.content) : nil)
        }
        if let name = disposition["name"] { found.append((name, bytes.bytes(part.content), part.isWhole)) }
        return nil
      }
    }
    for field in found { take(field.name, field.value, isWhole: field.isWhole) }
  }

  private mutating func take(_ name: [UInt8], _ value: [UInt8], isWhole: Bool) {
    guard !value.isEmpty else { return }
    if SecretName.isPassword(name) {
      let name = name.lowercased
      let isOther = name.holds(oneOf: Self.wordsOfChange) || name.last == UInt8(ascii: "2")
      hasSeveralPasswords = hasSeveralPasswords || hasPassword && isOther
      hasPassword = true
    } else if isWhole, value.count <= 128, let rank = Self.rank(name), rank < self.rank, !Self.isButton(value) {
      self.rank = rank
      username = value.text.isEmpty ? nil : value.text
    }
  }

  /// How likely a field of this name holds the name of an account: the smaller, the likelier.
  private static func rank(_ name: [UInt8]) -> Int? {
    // Of names such as `session[email]` the last word counts.
    let word = name.split { $0 == UInt8(ascii: "[") || $0 == UInt8(ascii: "]") }.last.map(Array.init) ?? name
    guard !SecretName.matches(word) else { return nil }
    let name = word.lowercased
    if name.holds(Self.agent) { return nil }
    return accountWords.firstIndex { name.holds($0) } ?? accountNames.firstIndex(of: name).map { $0 + 10 }
  }

  /// Words in the name of a field for a password beside the one that is valid.
  private static let wordsOfChange = [[UInt8]](words: ["new", "old", "confirm", "repeat", "again", "verif", "retype"])
  private static let agent = [UInt8]("agent".utf8)
  /// Words in the name of a field for that of an account, and whole names, the likeliest first.
  private static let accountWords = [[UInt8]](words: ["user", "mail", "login", "account", "uname", "nick"])
  private static let accountNames = [[UInt8]](words: [
    "log", "uid", "usr", "name", "id", "phone", "mobile", "member",
  ])

  /// Whether a value is what a button of a form says rather than a name.
  private static func isButton(_ value: [UInt8]) -> Bool {
    ["login", "log in", "log+in", "sign in", "signin", "submit", "1", "true", "yes", "on", "ok"]
      .contains(value.lowercased.text)
  }
}
