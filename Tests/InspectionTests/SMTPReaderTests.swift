import Testing

@testable import Inspection

/// What is read of SMTP and of the mails that it carries.
@Suite struct SMTPReaderTests {
  private static let greeting = "220 mx.example ESMTP ready\n"
  private static let envelope = "MAIL FROM:<eve@example> SIZE=99\nRCPT TO:<bob@example>\nRCPT TO: <ann@example>\nDATA\n"
  private static let mail = """
    Received: from relay.example (relay.example [198.51.100.9])
    \tby mx.example with ESMTP id 1; Mon, 24 Nov 2014 12:00:00 +0000
    Received: from [192.0.2.7] (helo=laptop) by relay.example; Mon, 24 Nov 2014 11:59:00 +0000
    X-Originating-IP: [203.0.113.5]
    From: =?utf-8?q?Ev=C3=A9?= <eve@example>
    To: "Bob, B." <bob@example>, ann@example
    Cc: x@example
    Reply-To: r@example
    Date: Mon, 24 Nov 2014 12:00:00 +0000
    Message-ID: <1@example>
    In-Reply-To: <0@example>
    Subject: =?UTF-8?B?4oKs?= =?utf-8?B?4oKs?= and
     more
    X-Mailer: Pigeon 2.1
    Content-Type: multipart/mixed; boundary="b"

    --b
    Content-Type: text/plain

    SECRETBODY
    --b
    Content-Type: application/x-y; name="plan.zip"
    Content-Transfer-Encoding: base64
    Content-Disposition: attachment; filename="plan.zip"

    QUJDREVGR0g=
    --b--
    .

    """

  private func session(_ end: String = "250 2.0.0 Ok: queued\n", text: String = mail) -> ApplicationFacts {
    TextTalk(
      "EHLO laptop\n" + Self.envelope + text + "QUIT\n",
      Self.greeting + "250-mx.example\n250 PIPELINING\n250 ok\n250 ok\n550 no such user\n354 go on\n" + end
        + "221 bye\n"
    ).facts()
  }

  @Test func `a mail says where it came from`() throws {
    let facts = session()
    #expect(facts.services == [.smtp] && facts.actions == [.smtpSend])
    let mail = try #require(facts.entries.first)
    let expected: [String: FactValue] = [
      "trans_depth": .number(1), "helo": .text("laptop"), "last_reply": .text("250 2.0.0 Ok: queued"),
      "mailfrom": .text("eve@example"), "rcptto": .texts(["bob@example", "ann@example"]),
      "date": .text("Mon, 24 Nov 2014 12:00:00 +0000"), "from": .text("Evé <eve@example>"),
      "to": .texts(["\"Bob, B.\" <bob@example>", "ann@example"]), "cc": .texts(["x@example"]),
      "reply_to": .text("r@example"), "msg_id": .text("<1@example>"), "in_reply_to": .text("<0@example>"),
      "subject": .text("€€ and more"), "user_agent": .text("Pigeon 2.1"), "x_originating_ip": .text("203.0.113.5"),
      "path": .texts(["198.51.100.9", "192.0.2.7"]), "filenames": .texts(["plan.zip"]), "file_sizes": .numbers([8]),
    ]
    for (name, value) in expected { #expect(mail[name] == value, "\(name)") }
    guard case .text(let first)? = mail["first_received"], case .text(let second)? = mail["second_received"] else {
      Issue.record("no Received")
      return
    }
    #expect(first.hasPrefix("from [192.0.2.7]") && second.contains("198.51.100.9])\tby mx"))
    #expect(
      facts.hops.map { "\($0.field) \($0.node)" } == [
        "X-Originating-IP 203.0.113.5", "Received 192.0.2.7", "Received 198.51.100.9",
      ])
    #expect(facts.software.map(\.kind) == [.helo, .mailer])
    #expect(facts.kinds == [.messageID] && facts.software.contains(SoftwareMark(kind: .mailer, value: "Pigeon 2.1")))
    #expect(!facts.written.contains("SECRETBODY") && facts.entries.count == 1)
  }

  @Test func `a mail counts as sent if it was asked for and not refused`() {
    #expect(session("552 too large\n").actions == [])
    #expect(session("").actions == [.smtpSend])
    #expect(session("452 later\n").entries.first?["subject"] == .text("€€ and more"))
    let unasked = TextTalk("EHLO a\n" + Self.envelope + Self.mail).facts()
    #expect(unasked.actions == [] && unasked.text("smtp", "subject") == "€€ and more")
    let refused = TextTalk(
      "EHLO a\n" + Self.envelope + "QUIT\n", Self.greeting + "250 a\n250 ok\n550 no\n550 no\n503 no\n221 a\n"
    ).facts()
    #expect(refused.actions == [] && refused.text("smtp", "mailfrom") == "eve@example")
  }

  @Test func `several mails are several entries`() {
    let facts = TextTalk(
      "HELO a\nMAIL FROM:<1@e>\nRCPT TO:<x@e>\nDATA\nSubject: one\n\n..\n.\nMAIL FROM:<>\nRCPT TO:<y@e>\nBDAT 14\nSubject: two\n\nBDAT 3 LAST\nabcQUIT\n"
        .replacing("BDAT 14", with: "BDAT 16"),
      Self.greeting + "250 a\n250 a\n250 a\n354 a\n250 one\n250 a\n250 a\n250 a\n250 two\n221 a\n"
    ).facts()
    #expect(facts.entries.map { $0["subject"] } == [.text("one"), .text("two")])
    #expect(facts.entries.map { $0["trans_depth"] } == [.number(1), .number(2)])
    #expect(facts.entries.map { $0["last_reply"] } == [.text("250 one"), .text("250 two")])
    #expect(facts.actions == [.smtpSend])
  }

  @Test func `a mail that is cut gives its whole lines`() {
    let facts = TextTalk(
      "EHLO a\n" + Self.envelope + "Message-ID: <1@e>\nSubject: begun\n and more and m",
      Self.greeting + "250 a\n250 a\n250 a\n250 a\n354 a\n"
    ).facts()
    #expect(facts.text("smtp", "msg_id") == "<1@e>" && facts.text("smtp", "subject") == nil)
    #expect(facts.actions == [.smtpSend])
  }

  @Test func `a folded line goes on with no field but its own`() {
    #expect(session(text: "Subject: kept\nno field\n folded\n\n.\n").text("smtp", "subject") == "kept")
    let many = String(repeating: "X-Other: 1\n", count: HeaderSection.limit - 1)
    let facts = session(text: many + "Subject: kept\nTo: unread\n folded\n\n.\n")
    #expect(facts.text("smtp", "subject") == "kept" && facts.actions == [.smtpSend])
  }

  @Test func `a sender that is refused is noted, unless it stands inside another mail`() {
    let refused = TextTalk("EHLO a\nMAIL FROM:<1@e>\nQUIT\n", Self.greeting + "250 a\n550 no\n221 a\n").facts()
    #expect(refused.text("smtp", "mailfrom") == "1@e" && refused.text("smtp", "last_reply") == "550 no")
    let nested = TextTalk(
      "EHLO a\nMAIL FROM:<1@e>\nMAIL FROM:<2@e>\nRCPT TO:<x@e>\n", Self.greeting + "250 a\n250 a\n503 no\n250 a\n"
    ).facts()
    #expect(nested.entries.map { $0["mailfrom"] } == [.text("1@e")])
    #expect(nested.entries[0]["rcptto"] == .texts(["x@e"]))
  }

  // MARK: Logins

  @Test(arguments: [
    ("AUTH PLAIN \("\0eve\0S3CRET".base64)\n", "235 ok\n", ActionSet.login),
    ("AUTH PLAIN \("eve\0eve\0S3CRET".base64)\n", "535 no\n", .loginFailure),
    ("AUTH PLAIN\n\("\0eve\0S3CRET".base64)\n", "334 \n235 ok\n", .login),
    ("AUTH LOGIN\n\("eve".base64)\n\("S3CRET".base64)\n", "334 VXNlcm5hbWU6\n334 UGFzc3dvcmQ6\n235 ok\n", .login),
    ("AUTH login \("eve".base64)\n\("S3CRET".base64)\n", "334 UGFzc3dvcmQ6\n535 no\n", .loginFailure),
    ("AUTH CRAM-MD5\n\("eve 9913a602".base64)\n", "334 PDE4\n235 ok\n", .login),
    ("AUTH XOAUTH2 \("user=eve\u{1}auth=Bearer S3CRET0123456789abc\u{1}\u{1}".base64)\n", "235 ok\n", .login),
    ("AUTH SCRAM-SHA-1 \("n,,n=eve,r=fyko".base64)\n", "", .loginAttempt),
    ("AUTH PLAIN \("\0eve\0S3CRET".base64)\n", "", .loginAttempt),
    ("AUTH LOGIN\n\("eve".base64)\n\("S3CRET".base64)\n", "", .loginAttempt),
  ])
  func `a login names its account and no password`(client: String, server: String, action: ActionSet) {
    let facts = TextTalk("EHLO a\n" + client + "QUIT\n", Self.greeting + "250 a\n" + server).facts()
    #expect(facts.actions == action && facts.text("smtp", "username") == "eve")
    #expect(facts.kinds.contains(.account) == (action == .login))
    #expect(!facts.written.contains("S3CRET") && !facts.written.contains("S3CRET".base64.prefix(6)))
  }

  @Test func `a reply without an end ends where another begins`() {
    let facts = TextTalk(
      "EHLO a\nAUTH LOGIN\nZXZl\nZXZl\nMAIL FROM:<a@e>\n", Self.greeting + "250-a\n334 a\n334 b\n535 no\n250 ok\n"
    ).facts()
    #expect(facts.actions == [.loginFailure] && facts.text("smtp", "username") == "eve")
  }

  @Test func `a reply that repeats a password is not kept`() {
    let end = "500 unknown: UzNDUkVU\n"
    for client in ["AUTH LOGIN\nZXZl\nUzNDUkVU\n", "AUTH XYZ\nUzND1UkVU\nUzNDUkVU\n"] {
      let facts = TextTalk("EHLO a\n" + client, Self.greeting + "250 a\n334 a\n334 b\n" + end).facts()
      #expect(facts.services == [.smtp] && !facts.written.contains("UzND"))
    }
  }

  @Test func `a login that is taken back is none`() {
    let facts = TextTalk("EHLO a\nAUTH LOGIN\n*\nMAIL FROM:<a@e>\n", Self.greeting + "250 a\n334 x\n501 no\n250 a\n")
      .facts()
    #expect(facts.actions == [] && facts.text("smtp", "mailfrom") == "a@e")
  }

  @Test func `behind STARTTLS another protocol begins`() {
    let facts = TextTalk("EHLO a\nSTARTTLS\nGET / HTTP/1.1\n\n", Self.greeting + "250 a\n220 go\n").facts([
      .smtp, .http,
    ])
    #expect(facts.services == [.smtp, .http] && facts.all("smtp").first?["tls"] == .flag(true))
    let refused = TextTalk("EHLO a\nSTARTTLS\nMAIL FROM:<a@e>\n", Self.greeting + "250 a\n454 no\n250 a\n").facts()
    #expect(refused.text("smtp", "mailfrom") == "a@e")
  }

  @Test func `a session whose greeting is missing has its replies, one that begins later has none`() {
    let first = TextTalk("EHLO a\nAUTH PLAIN \("\0eve\0x".base64)\n", "250 a\n235 ok\n").facts()
    #expect(first.actions == .login)
    let later = TextTalk("MAIL FROM:<a@e>\nRCPT TO:<b@e>\nDATA\nSubject: x\n\n.\n", "250 a\n250 a\n354 a\n250 a\n")
      .facts()
    #expect(later.actions == [] && later.text("smtp", "subject") == "x")
  }

  @Test func `replies that are out of step prove nothing`() {
    let facts = TextTalk(
      "EHLO a\nMAIL FROM:<a@e>\nRCPT TO:<b@e>\nDATA\nSubject: x\n\n.\n",
      Self.greeting + "250-a\n250 ok\n250 ok\n354 a\n250 a\n"
    ).facts()
    #expect(facts.text("smtp", "subject") == "x" && facts.text("smtp", "mailfrom") == "a@e")
    #expect(facts.actions == [])
  }

  // MARK: What is SMTP

  @Test(arguments: [
    ("USER a\nPASS b\n", "220 ftp ready\n331 a\n"), ("QUIT\n", "220 ready\n221 bye\n"), ("EHLO", ""),
    ("GET / HTTP/1.1\n\n", ""),
    ("EHLO a\n", "+OK ready\n"), ("", "220 FTP ready\n"), ("MAIL me\n", ""), ("HELO\n", ""), ("", "250 ok\n"),
  ])
  func `other protocols are none`(client: String, server: String) {
    #expect(TextTalk(client, server).facts([.smtp]).isEmpty)
  }

  @Test(arguments: [
    ("EHLO a\n", ""), ("", "220 mx ESMTP Postfix\n"), ("QUIT\n", "220 mx SMTP\n221 a\n"), ("MAIL FROM:<a@e>\n", ""),
    ("RCPT TO:<a@e>\nDATA\n", "250 ok\n354 a\n"), ("EHLO\nNOOP\n", "250 a\n"),
  ])
  func `parts of a session are recognised`(client: String, server: String) {
    #expect(TextTalk(client, server).facts().services == [.smtp])
    #expect(TextTalk(client, server).turned.facts().services == [.smtp])
  }

  @Test func `any cut is read`() {
    TextTalk(
      "EHLO a\nAUTH LOGIN\nZXZl\nZXZl\n" + Self.envelope + Self.mail + "BDAT 5 LAST\nabc",
      Self.greeting + "250-a\n250 b\n334 a\n334 b\n235 c\n250 a\n250 a\n250 a\n354 a\n250 a\n"
    ).cuts { _ = $0.facts() }
    let many = TextTalk("EHLO a\n" + String(repeating: "MAIL FROM:<a@e>\n", count: 3_000), "").facts()
    #expect(many.entries.count == ApplicationFacts.entryLimit)
    _ = TextTalk("EHLO a\nMAIL FROM:<a@e>\n" + String(repeating: "BDAT 0\n", count: 3_000) + "BDAT 999999999999\n")
      .facts()
  }

  @Test(arguments: [
    ("=?utf-8?q?a_b=3D?=", "a b="), ("=?ISO-8859-1?Q?=E9?= x", "é x"), ("=?koi8-r?B?8tU=?=", "=?koi8-r?B?8tU=?="),
    ("a=b =? =?utf-8?x?y?= ?=", "a=b =? =?utf-8?x?y?= ?="), ("=?utf-8?b?YQ==?=  =?utf-8?b?Yg?=c", "abc"), ("", ""),
    ("=", "="),
  ])
  func `encoded words are read`(coded: String, text: String) { #expect(EncodedWord.decode(Array(coded.utf8)) == text) }

  @Test(arguments: [
    ("", ""), ("Zg==", "f"), ("Zm8=", "fo"), ("Zm9v", "foo"), ("Zm9vYg", "foob"), ("_-", "\u{FFFD}"), ("A", nil),
    ("Zg=a", nil),
    ("Zm9v!", nil), ("Zg===", nil),
  ])
  func `Base64 is read`(coded: String, text: String?) { #expect(Base64.decode(Array(coded.utf8))?.text == text) }
}
