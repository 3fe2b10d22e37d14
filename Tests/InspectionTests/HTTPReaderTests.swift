import Testing

@testable import Inspection

/// What is read of HTTP/1.
@Suite struct HTTPReaderTests {
  private static let secret = "f3a9c0d17be24486a5d2"

  private func talk(_ request: String, _ answer: String = "") -> ApplicationFacts { TextTalk(request, answer).facts() }

  private func post(_ body: String, type: String = "application/x-www-form-urlencoded", fields: String = "") -> String {
    "POST /session HTTP/1.1\nHost: www.example\nContent-Type: \(type)\n\(fields)Content-Length: "
      + "\(TextTalk.wire(body).count)\n\n\(body)"
  }

  @Test func `requests and answers go together in order`() throws {
    let facts = talk(
      """
      GET /a?x=1 HTTP/1.1
      Host: www.example
      User-Agent: Probe/1.0
      Referer: http://www.example/from

      HEAD /b HTTP/1.1
      Host: www.example

      PUT /c HTTP/1.0
      Content-Length: 4

      data
      """,
      """
      HTTP/1.1 200 OK
      Server: s/1
      Content-Type: text/html; charset=utf-8
      Transfer-Encoding: chunked

      5;x=y
      hello
      0

      HTTP/1.1 304 Not Modified
      Content-Length: 99

      HTTP/1.1 100 Continue

      HTTP/1.0 204 No Content


      """)
    #expect(facts.services == [.http])
    let entries = facts.all("http")
    #expect(entries.map { $0["method"] } == [.text("GET"), .text("HEAD"), .text("PUT")])
    #expect(entries.map { $0["status_code"] } == [.number(200), .number(304), .number(204)])
    let first = try #require(entries.first)
    #expect(
      first["host"] == .text("www.example") && first["uri"] == .text("/a?x=1") && first["version"] == .text("1.1"))
    #expect(first["user_agent"] == .text("Probe/1.0") && first["referrer"] == .text("http://www.example/from"))
    #expect(first["server"] == .text("s/1") && first["resp_mime_type"] == .text("text/html"))
    #expect(first["response_body_len"] == .number(5) && first["status_msg"] == .text("OK"))
    #expect(entries.last?["request_body_len"] == .number(4))
    #expect(facts.actions == [.httpGet, .httpWrite, .fileUpload])
  }

  @Test func `a client that answers is the responder`() {
    let facts = TextTalk("GET / HTTP/1.1\nHost: a\nCookie: s=\(Self.secret)\n\n", "HTTP/1.1 200 OK\n\n").turned.facts()
    #expect(facts.text("http", "host") == "a" && facts.tokens.map(\.clientIsOriginator) == [false])
  }

  @Test(arguments: [
    "GET / HTTP/2.0\n\n", "GET /\n", "GET HTTP/1.1\n\n", " / HTTP/1.1\n\n", "G3T / HTTP/1.1\n\n", "220 smtp\n",
    "SSH-2.0-x\n",
    "GET / HTTP/1.1",
  ])
  func `what is no request line is no HTTP`(text: String) {
    #expect(TextTalk(text).facts([.http]).isEmpty)
  }

  @Test func `one side alone is enough`() {
    #expect(talk("GET / HTTP/1.1\nHost: a\n\n").text("http", "host") == "a")
    let answer = talk("", "HTTP/1.1 404 Not Found\nServer: s\n\n")
    #expect(answer.services == [.http] && answer.text("http", "server") == "s" && answer.actions == [])
  }

  @Test func `many short requests hold little`() {
    let facts = talk(String(repeating: "GET / HTTP/1.1\n\n", count: 100))
    #expect(facts.entries.count == ApplicationFacts.entryLimit && facts.omitted == 36)
    #expect(facts.entries.allSatisfy { $0.fields.capacity < 2 * $0.fields.count }, "\(facts.entries[0])")
  }

  @Test func `a head that is cut gives its whole lines`() {
    let facts = talk("GET / HTTP/1.1\nHost: a\nUser-Agent: Pro")
    #expect(facts.text("http", "host") == "a" && facts.text("http", "user_agent") == nil && facts.software.isEmpty)
  }

  // MARK: Secrets

  @Test(arguments: [
    ("/a?user=x&password=S3CRET", "/a?user=x&password=…"), ("/a?token=S3CRET/b?c", "/a?token=…"),
    ("/a;jsessionid=S3CRET?x=1", "/a;jsessionid=…?x=1"),
    ("/a?api_key=S3CRET#access_token=S3CRET", "/a?api_key=…#access_token=…"),
    ("http://u:S3CRET@host/p@q", "http://host/p@q"), ("/a?p%61ssword=S3CRET", "/a?p%61ssword=…"),
    ("/a?next=%2Fb%3Ftoken%3DS3CRET", "/a?next=…"), ("/a?next=%252Fb%253Ftoken%253DS3CRET", "/a?next=…"),
    ("/a?x=1;pwd=S3CRET;y", "/a?x=…"), ("/a?q={\"pass\":\"S3CRET\"}", "/a?q=…"),
    ("/a?x=1&amp;sid=S3CRET", "/a?x=1&amp;sid=…"),
    ("/a#/b?code=S3CRET", "/a#/b?code=…"), ("/a?q=plain+words&page=2", "/a?q=plain+words&page=2"),
    ("/a?password", "/a?password"), ("*", "*"),
    // A mark that combines with the letter before it hides nothing.
    ("/a?pass%CC%81=S3CRET", "/a?pass%CC%81=…"), ("/a?pass\u{301}=S3CRET", "/a?pass\u{301}=…"),
    ("www.example:443", "www.example:443"), ("u:S3CRET@www.example:443", "www.example:443"), ("a@b/c@d", "a@b/c@d"),
  ])
  func `a URI loses what its names call secret`(uri: String, expected: String) {
    #expect(SecretFreeURI.text(Array(uri.utf8)) == expected)
  }

  @Test func `no secret is written`() {
    let facts = talk(
      """
      POST /x?token=S3CRET HTTP/1.1
      Host: www.example
      Authorization: Basic \("bob:S3CRET-S3CRET-1".base64)
      Proxy-Authorization: Bearer S3CRET0123456789abcdef
      Cookie: sid=S3CRET1a2b3c4d5e6f7a8b; other=S3CRET
      Referer: http://bob:S3CRET@www.example/?password=S3CRET
      Content-Type: application/x-www-form-urlencoded
      Content-Length: 31

      user=eve&password=S3CRET&x=S3CRET
      """,
      "HTTP/1.1 302 Found\nLocation: /in?token=S3CRET\nSet-Cookie: sid=S3CRETx0y1z2a3b4c5d6; Path=/\n\n")
    #expect(!facts.written.contains("S3CRET"))
    #expect(facts.text("http", "username") == "bob")
    #expect(facts.all("http").first?["cookie_names"] == .texts(["sid", "other"]))
  }

  // MARK: Logins

  @Test(arguments: [
    (200, ActionSet.login), (301, .loginAttempt), (302, .loginAttempt), (401, .loginFailure), (407, .loginFailure),
    (500, .loginAttempt),
  ])
  func `Basic credentials are accepted or refused by status`(status: Int, action: ActionSet) {
    let request = "GET / HTTP/1.1\nHost: a\nAuthorization: Basic \("bob:pw".base64)\n\n"
    let facts = talk(request, "HTTP/1.1 \(status) x\nContent-Length: 0\n\n")
    #expect(facts.actions == [.httpGet, action])
    #expect(facts.text("http", "username") == "bob" && facts.all("http")[0]["has_password"] == .flag(true))
    #expect(facts.kinds == (action == .login ? [.account] : []))
    #expect(talk(request).actions == [.httpGet, .loginAttempt])
  }

  @Test func `Digest names an account`() {
    let facts = talk(
      "GET / HTTP/1.1\nHost: a\nAuthorization: Digest username=\"Mu\\\"fasa\", realm=\"r, x\", response=\"6629\"\n\n",
      "HTTP/1.1 200 OK\n\n")
    #expect(facts.text("http", "username") == "Mu\"fasa" && facts.kinds == [.account])
  }

  @Test func `an account belongs to its site`() {
    func account(_ host: String, _ name: String) -> [LinkToken] {
      talk("GET / HTTP/1.1\nHost: \(host)\nAuthorization: Basic \("\(name):pw".base64)\n\n", "HTTP/1.1 200 OK\n\n")
        .tokens
    }
    #expect(account("a", "bob") == account("a", "BOB") && account("a", "bob") != account("b", "bob"))
  }

  @Test(arguments: [
    ("HTTP/1.1 200 OK\nContent-Length: 0\n\n", ActionSet.loginAttempt),
    ("HTTP/1.1 403 No\nContent-Length: 0\n\n", .loginFailure),
    ("HTTP/1.1 302 Found\nLocation: /home\n\n", .login),
    ("HTTP/1.1 302 Found\nLocation: /login?again\n\n", .loginAttempt),
    ("HTTP/1.1 302 Found\nLocation: http://www.example/session?e=1\n\n", .loginAttempt),
    ("HTTP/1.1 302 Found\n\n", .loginAttempt), ("", .loginAttempt), ("HTTP/1.1 500 x\n\n", .loginAttempt),
    ("HTTP/1.1 200 OK\nSet-Cookie: sid=f3a9c0d17be24486a5d2; Path=/\n\n", .login),
    ("HTTP/1.1 200 OK\nSet-Cookie: lang=en\n\n", .loginAttempt),
  ])
  func `a form's login is proven by redirect or cookie`(answer: String, action: ActionSet) {
    let facts = talk(post("user=eve&password=pw&go=Login"), answer)
    #expect(facts.actions == [.httpPost, action])
    #expect(facts.text("http", "username") == "eve" && facts.all("http")[0]["login_form"] == .flag(true))
    #expect(facts.kinds.contains(.account) == (action == .login))
  }

  @Test func `a cookie that was shown is not new`() {
    let facts = talk(
      post("user=eve&password=pw", fields: "Cookie: sid=\(Self.secret)\n"),
      "HTTP/1.1 200 OK\nSet-Cookie: sid=\(Self.secret)\n\n")
    #expect(facts.actions.contains(.loginAttempt))
  }

  @Test(arguments: [
    (
      "application/json; charset=utf-8", "{\"a\": {\"email\" : \"e\\\"ve@example\"}, \"Password\":\"pw\"}",
      "e\"ve@example"
    ),
    ("application/x-www-form-urlencoded", "login=Login&j_username=e%76e&j_password=p", "eve"),
    ("application/x-www-form-urlencoded", "session[email]=eve@example&session[password]=p", "eve@example"),
    ("application/x-www-form-urlencoded", "log=eve&pwd=p&wp-submit=Log+In", "eve"),
    (
      "multipart/form-data; boundary=b",
      "--b\nContent-Disposition: form-data; name=\"user\"\n\neve\n--b\nContent-Disposition: form-data; name=\"pass\"\n\np\n--b--\n",
      "eve"
    ),
  ])
  func `forms of any type name the account`(type: String, body: String, name: String) {
    let facts = talk(post(body, type: type))
    #expect(facts.text("http", "username") == name && facts.actions == [.httpPost, .loginAttempt])
  }

  @Test(arguments: ["user=eve&passport=p", "user=eve&password=", "q=password", "user=eve"])
  func `a form without a password is no login`(body: String) {
    #expect(talk(post(body)).actions == [.httpPost])
    #expect(talk(post(body)).text("http", "username") == nil)
  }

  @Test func `a new password is no proven login`() {
    let facts = talk(post("user=eve&password=a&password_confirm=a"), "HTTP/1.1 302 Found\nLocation: /home\n\n")
    #expect(facts.actions == [.httpPost, .loginAttempt])
  }

  @Test func `the last field of a form that was cut is not a name`() {
    let whole = post("password=p&user=evelyn")
    #expect(talk(String(whole.dropLast(3))).text("http", "username") == nil)
  }

  // MARK: Links

  @Test func `a cookie links where it is a secret`() {
    func tokens(_ cookie: String) -> [LinkToken] { talk("GET / HTTP/1.1\nHost: a\nCookie: \(cookie)\n\n").tokens }
    #expect(tokens("a=1; sid=\(Self.secret)") == tokens("sid=\(Self.secret); b=2"))
    #expect(tokens("sid=\(Self.secret)") != tokens("other=\(Self.secret)"))
    let issued = talk("", "HTTP/1.1 200 OK\nSet-Cookie: sid=\(Self.secret); HttpOnly\n\n").tokens
    #expect(issued.map(\.hash) == tokens("sid=\(Self.secret)").map(\.hash) && issued.map(\.isIssued) == [true])
    for cookie in [
      "d=2014-11-24T12:00:00Z", "d=Mon,%2024-Nov-2014%2012:00:00%20GMT", "n=123456789012345678901",
      "lang=en-US,en;q=0.8",
      "tz=America/Argentina/Buenos_Aires", "__utmz=\(Self.secret)", "ARRAffinity=\(Self.secret)",
      "md5_password=\(Self.secret)",
      "x=aaaaaaaaaaaaaaaaaaaaaaaa",
      "t=thequickbrownfoxjumpsover", "u=http%3A%2F%2Fwww.example%2Fpath%2Findex.html", "s=\(Self.secret.prefix(15))",
    ] {
      #expect(tokens(cookie).isEmpty, "\(cookie)")
    }
    for cookie in [
      "PHPSESSID=k8jqf1n2v4o5t6b7h8c9d0e1f2", "JSESSIONID=0000aBcD1eFgH2iJkL3mN:1a2b",
      "id=550e8400-e29b-41d4-a716-446655440000",
    ] {
      #expect(tokens(cookie).count == 1, "\(cookie)")
    }
  }

  @Test func `a bearer's token links`() {
    func tokens(_ token: String) -> [LinkToken.Kind] {
      talk("GET / HTTP/1.1\nHost: a\nAuthorization: Bearer \(token)\n\n").kinds
    }
    let named = talk("GET / HTTP/1.1\nHost: a\nAuthorization: Basic \("\(Self.secret):".base64)\n\n")
    #expect(named.kinds == [.bearer] && !named.written.contains(Self.secret))
    #expect(tokens("eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.e30.x9Y8") == [.bearer] && tokens("short1") == [])
  }

  @Test func `a secret that the server refuses links nobody`() {
    func tokens(_ status: String) -> [LinkToken.Kind] {
      talk(
        "GET / HTTP/1.1\nHost: a\nCookie: sid=\(Self.secret)\nAuthorization: Bearer \(Self.secret)\n\n",
        "HTTP/1.1 \(status)\nContent-Length: 0\n\n"
      ).kinds
    }
    #expect(tokens("401 Unauthorized") == [])
    #expect(tokens("200 OK") == [.cookie, .bearer] && tokens("403 Forbidden") == [.cookie, .bearer])
  }

  @Test func `a file links if all of it is there`() {
    let content = String(repeating: "abcdefgh", count: 8)
    func part(_ content: String) -> String {
      post(
        "--b\nContent-Disposition: form-data; name=\"f\"; filename=\"plan.doc\"\nContent-Type: x/y\n\n\(content)\n--b--\n",
        type: "multipart/form-data; boundary=\"b\"")
    }
    let facts = talk(part(content))
    #expect(facts.kinds == [.upload] && facts.actions == [.httpPost, .fileUpload])
    #expect(facts.all("http")[0]["orig_filenames"] == .texts(["plan.doc"]))
    let put = talk("PUT /plan HTTP/1.1\nContent-Length: 64\n\n\(content)")
    #expect(put.tokens == facts.tokens)
    #expect(talk("PUT /plan HTTP/1.1\nContent-Length: 65\n\n\(content)").tokens.isEmpty)
    #expect(talk(String(part(content).dropLast(8))).tokens.isEmpty)
    #expect(talk(part(String(content.dropLast()))).tokens.isEmpty)
    #expect(talk(part(String(repeating: "ab", count: 40))).tokens.isEmpty)
    #expect(!facts.written.contains("abcdefgh"))
  }

  @Test func `an attachment is a download`() {
    let answer =
      "HTTP/1.1 200 OK\nContent-Disposition: attachment; filename=\"a b.zip\"; filename*=UTF-8''%e2%82%ac.zip\n\n"
    let facts = talk("GET /f HTTP/1.1\nHost: a\n\n", answer)
    #expect(facts.actions == [.httpGet, .fileDownload] && facts.all("http")[0]["resp_filenames"] == .texts(["€.zip"]))
    #expect(talk("GET /f HTTP/1.1\nHost: a\n\n", answer.replacing("200", with: "404")).actions == [.httpGet])
  }

  // MARK: Software and hops

  @Test func `the order of fields is a mark of the client`() {
    func order(_ fields: String) -> String? {
      talk("GET / HTTP/1.1\n\(fields)\n").software.first { $0.kind == .headerOrder }?.value
    }
    #expect(order("Host: a\nUser-Agent: b\nAccept: c\n") == "host,user-agent,accept")
    #expect(
      order(
        "Host: a\nCookie: x=1\nReferer: y\nUser-Agent: b\nX-Forwarded-For: 192.0.2.1\nAuthorization: z\nAccept: c\nContent-Length: 0\n"
      )
        == "host,user-agent,accept")
  }

  @Test func `hops stand as the request writes them`() {
    let facts = talk(
      """
      GET / HTTP/1.1
      Host: a
      Via: 1.1 proxy.example (squid/3), 1.0 fred
      X-Forwarded-For: 198.51.100.7, unknown, [2001:db8::7]:80
      Forwarded: for="[2001:db8::8]:4711";by=x, for=_hidden
      X-Originating-IP: [203.0.113.5]
      CF-Connecting-IP: 203.0.113.6
      X-Real-IP: 203.0.113.7


      """)
    #expect(
      facts.hops.map { "\($0.field) \($0.node)" } == [
        "Via proxy.example", "Via fred", "X-Forwarded-For 198.51.100.7", "X-Forwarded-For unknown",
        "X-Forwarded-For 2001:db8::7", "Forwarded 2001:db8::8", "Forwarded _hidden", "X-Originating-IP 203.0.113.5",
        "CF-Connecting-IP 203.0.113.6", "X-Real-IP 203.0.113.7",
      ])
    #expect(
      facts.all("http")[0]["proxied"]
        == .texts(["Via", "X-Forwarded-For", "Forwarded", "X-Originating-IP", "CF-Connecting-IP", "X-Real-IP"]))
  }

  // MARK: Other protocols

  @Test func `behind CONNECT another protocol begins`() {
    let ask = "CONNECT 198.51.100.7:25 HTTP/1.1\nHost: 198.51.100.7:25\n\n"
    let inner = TextTalk(ask + "EHLO me\n", "HTTP/1.1 200 OK\n\n220 mx ESMTP\n250 hello\n").facts([.http, .smtp])
    #expect(inner.services == [.http, .smtp] && inner.text("smtp", "helo") == "me" && inner.actions == [.proxyConnect])
    #expect(inner.hops == [ForwardedHop(field: "CONNECT", node: "198.51.100.7")])
    let refused = TextTalk(
      ask + "GET / HTTP/1.1\nHost: b\n\n", "HTTP/1.1 407 No\nContent-Length: 0\n\nHTTP/1.1 200 OK\n\n"
    ).facts()
    #expect(refused.actions == [.httpGet] && refused.hops.isEmpty && refused.all("http").count == 2)
    #expect(TextTalk(ask).facts().services == [.http])
  }

  @Test func `an upgrade to WebSocket is recognised`() {
    let facts = talk(
      "GET /chat HTTP/1.1\nHost: a\nUpgrade: websocket\nSec-WebSocket-Protocol: chat, bearer.f3a9c0d17be24486a5d2\n\n",
      "HTTP/1.1 101 Switching\nUpgrade: WebSocket\nSec-WebSocket-Protocol: chat\n\n")
    #expect(facts.services == [.http, .websocket] && facts.text("websocket", "subprotocol") == "chat")
    #expect(facts.all("websocket")[0]["client_protocols"] == .texts(["chat"]))
  }

  @Test func `nothing is read beyond what a length leaves open`() {
    // Two lengths, a chunk that is none, an answer without a length: what follows may be anything.
    for request in [
      "POST / HTTP/1.1\nContent-Length: 1\nContent-Length: 2\n\nGET /no HTTP/1.1\n\n",
      "POST / HTTP/1.1\nTransfer-Encoding: chunked\n\nzz\nGET /no HTTP/1.1\n\n",
      "POST / HTTP/1.1\nTransfer-Encoding: chunked\n\n3\nabcd\n0\n\nGET /no HTTP/1.1\n\n",
      "POST / HTTP/1.1\nContent-Length: 99999999999999999999\n\nGET /no HTTP/1.1\n\n",
      "POST / HTTP/1.1\nContent-Length: -1\n\nGET /no HTTP/1.1\n\n",
    ] {
      #expect(talk(request).all("http").count == 1)
    }
    #expect(talk("", "HTTP/1.1 200 OK\n\nHTTP/1.1 404 No\n\n").all("http").count == 1)
  }

  @Test func `any cut is read`() {
    let talk = TextTalk(
      post(
        "--b\nContent-Disposition: form-data; name=\"f\"; filename=\"p\"\n\nx\n--b--",
        type: "multipart/form-data; boundary=b")
        + "POST /x HTTP/1.1\nTransfer-Encoding: chunked\n\n3\nabc\n0\n\n",
      "HTTP/1.1 302 Found\nContent-Length: 2\n\nabHTTP/1.1 200 OK\nTransfer-Encoding: chunked\n\n1\na\n0\n\n")
    talk.cuts { _ = $0.facts() }
    let many = TextTalk(String(repeating: "GET /?a=1 HTTP/1.1\nCookie: sid=\(Self.secret)\n\n", count: 300)).facts()
    #expect(many.entries.count == ApplicationFacts.entryLimit && many.omitted > 0)
  }
}

extension String {
  /// The text in Base64, made the slow and obvious way.
  var base64: String {
    let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
    let bits = utf8.flatMap { byte in (0..<8).map { byte >> (7 - $0) & 1 } }
    var text = ""
    for start in stride(from: 0, to: bits.count, by: 6) {
      let index = (0..<6).reduce(0) { $0 << 1 | Int(start + $1 < bits.count ? bits[start + $1] : 0) }
      text.append(alphabet[index])
    }
    return text + String(repeating: "=", count: (3 - utf8.count % 3) % 3)
  }
}
