/// A request of HTTP and its answer, of which either may not have been seen.
struct HTTPExchange {
  /// Bytes that a file has at least to be known again; of fewer than eight kinds they are filler.
  private static let uploadMinimum = 64

  let request: HTTPRequest?
  let answer: HTTPAnswer?

  /// Hands over what the exchange says.
  func note(in collector: inout FactCollector) {
    let credentials =
      request?.fields["authorization"].flatMap(HTTPCredentials.init)
      ?? request?.fields["proxy-authorization"].flatMap(HTTPCredentials.init)
    let form = request.map(HTTPForm.init)
    noteEntry(credentials, form, in: &collector)
    if let request {
      noteActions(of: request, form, in: &collector)
      noteLinks(of: request, form, in: &collector)
      noteSoftware(of: request, in: &collector)
    }
    noteAnswer(in: &collector)
    noteLogin(credentials, form, in: &collector)
  }

  /// Where the request went: the Host, or what stands in the target.
  private var host: String? {
    guard let request else { return nil }
    if let host = request.fields[":authority"] ?? request.fields["host"], !host.isEmpty {
      return SecretFreeURI.text(host)
    }
    let target = SecretFreeURI.text(request.target)
    if request.method == "CONNECT" { return target }
    guard target.utf8.contains(UInt8(ascii: ":")), let start = target.firstRange(of: "://") else { return nil }
    return String(target[start.upperBound...].prefix { $0 != "/" && $0 != "?" })
  }

  private func noteEntry(_ credentials: HTTPCredentials?, _ form: HTTPForm?, in collector: inout FactCollector) {
    let (fields, answered) = (request?.fields, answer?.fields)
    func text(_ name: String) -> FactValue? { (fields?.text(name)).map(FactValue.text) }
    let hasPassword = credentials?.hasPassword == true || form?.hasPassword == true
    let username = credentials?.username ?? (form?.hasPassword == true ? form?.username : nil)
    collector.note(
      "http",
      [
        ("method", request.map { .text($0.method) }), ("host", host.map(FactValue.text)),
        ("uri", request.map { .text(SecretFreeURI.text($0.target)) }),
        ("referrer", fields?["referer"].map { .text(SecretFreeURI.text($0)) }),
        ("version", (request?.version ?? answer?.version).map(FactValue.text)), ("user_agent", text("user-agent")),
        ("origin", text("origin")), ("content_type", fields?["content-type"].map { .text(ParameterList($0).value) }),
        ("request_body_len", (request?.body.length).map { .number(UInt64($0)) }),
        ("response_body_len", (answer?.body.length).map { .number(UInt64($0)) }),
        ("status_code", answer.map { .number(UInt64($0.status)) }), ("status_msg", answer.map { .text($0.reason) }),
        ("server", (answered?.text("server")).map(FactValue.text)),
        ("resp_mime_type", answered?["content-type"].map { .text(ParameterList($0).value) }),
        ("username", username.map(FactValue.text)), ("has_password", hasPassword ? .flag(true) : nil),
        ("login_form", form?.hasPassword == true ? .flag(true) : nil),
        ("orig_filenames", .texts(form?.files.map(\.name) ?? [])),
        ("resp_filenames", .texts(answer.flatMap(Self.filename).map { [$0] } ?? [])),
        ("proxied", .texts(fields.map(HTTPForwarding.names) ?? [])),
        ("cookie_names", .texts(fields.map { HTTPCookies(shownBy: $0).names } ?? [])),
      ])
  }

  /// The name that an answer gives to what it carries.
  private static func filename(_ answer: HTTPAnswer) -> String? {
    answer.fields["content-disposition"].flatMap { ParameterList($0)["filename"] }?.text
  }

  private func noteActions(of request: HTTPRequest, _ form: HTTPForm?, in collector: inout FactCollector) {
    let isRefused = answer.map { $0.status >= 300 } ?? false
    switch request.method {
    case "POST": collector.act(.httpPost)
    case "PUT":
      collector.act(.httpWrite)
      if !request.body.bytes.isEmpty { collector.act(.fileUpload) }
    case "PATCH", "DELETE", "MKCOL", "MOVE", "COPY", "PROPPATCH": collector.act(.httpWrite)
    case "CONNECT":
      guard !isRefused else { break }
      collector.act(.proxyConnect)
      collector.hops(request.method, [HTTPForwarding.node(Array(SecretFreeURI.text(request.target).utf8))])
    default: collector.act(.httpGet)
    }
    if form?.files.isEmpty == false { collector.act(.fileUpload) }
  }

  private func noteLinks(of request: HTTPRequest, _ form: HTTPForm?, in collector: inout FactCollector) {
    // What the server does not accept nobody was given: tools that try published weaknesses show the same to every server.
    if answer?.status != 401 {
      for pair in HTTPCookies(shownBy: request.fields).secrets { collector.link(.cookie, pair) }
      for value in request.fields.all("authorization") {
        if let bearer = HTTPCredentials(value)?.bearer, LikelySecret.isLong(bearer) {
          collector.link(.bearer, bearer)
        }
      }
    }
    var uploads = form?.files.compactMap(\.content) ?? []
    if request.method == "PUT", request.body.isWhole { uploads.append(request.body.bytes) }
    for upload in uploads where upload.count >= Self.uploadMinimum && Set(upload).count >= 8 {
      collector.link(.upload, upload)
    }
  }

  private func noteSoftware(of request: HTTPRequest, in collector: inout FactCollector) {
    collector.software(.userAgent, request.fields.text("user-agent") ?? "")
    // A head that was cut, or speaks to a proxy, is not what the client writes elsewhere.
    if request.isHeadWhole, request.method != "CONNECT" {
      collector.software(.headerOrder, HTTPHeaderOrder.mark(request.fields))
    }
    for chain in HTTPForwarding.chains(request.fields) { collector.hops(chain.field, chain.nodes) }
  }

  private func noteAnswer(in collector: inout FactCollector) {
    guard let answer else { return }
    for pair in HTTPCookies(issuedBy: answer.fields).secrets { collector.link(.cookie, pair, isIssued: true) }
    let disposition = answer.fields["content-disposition"].map(ParameterList.init)
    if disposition?.value == "attachment", (200...299).contains(answer.status) { collector.act(.fileDownload) }
  }

  private func noteLogin(_ credentials: HTTPCredentials?, _ form: HTTPForm?, in collector: inout FactCollector) {
    if let name = credentials?.username { note(HTTPCredentials.outcome(answer), of: name, in: &collector) }
    if let form, form.hasPassword {
      note(HTTPFormOutcome.read(request, form, answer), of: form.username, in: &collector)
    }
  }

  /// The account is one of the site: the same name elsewhere may be anybody's.
  private func note(_ outcome: LoginOutcome, of name: String?, in collector: inout FactCollector) {
    collector.act(outcome.action)
    if outcome == .accepted, let name { collector.account("\(host ?? "") \(name)", of: .http) }
  }
}
