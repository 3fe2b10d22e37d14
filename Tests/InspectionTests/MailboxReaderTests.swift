import Testing

@testable import Inspection

/// What is read of POP3 and IMAP.
@Suite struct MailboxReaderTests {
  // MARK: POP3

  private static let greeting = "+OK POP3 ready <1896.697@example>\n"

  @Test(arguments: [
    ("USER eve\nPASS S3CRET\n", "+OK\n+OK\n", ActionSet.login),
    ("USER eve\nPASS S3CRET\n", "+OK\n-ERR no\n", .loginFailure),
    ("USER eve\nPASS S3CRET\n", "+OK\n", .loginAttempt),
    ("APOP eve S3CRETc4c9334bac560ecc979e58001b3e22fb\n", "+OK\n", .login),
    ("CAPA\nAUTH PLAIN\n\("\0eve\0S3CRET".base64)\n", "+OK\nUSER\nSASL PLAIN\n.\n+ \n+OK\n", .login),
    ("AUTH PLAIN \("\0eve\0S3CRET".base64)\n", "-ERR no\n", .loginFailure),
    ("AUTH\nAUTH LOGIN\n\("eve".base64)\n\("S3CRET".base64)\n", "+OK\nLOGIN\n.\n+ VXNlcg==\n+ UGFzcw==\n+OK\n", .login),
  ])
  func `a login to POP3 names its account`(client: String, server: String, action: ActionSet) {
    let facts = TextTalk(client, Self.greeting + server).facts()
    #expect(facts.services == [.pop3] && facts.actions == action && facts.text("pop3", "username") == "eve")
    #expect(facts.kinds == (action == .login ? [.account] : []))
    #expect(facts.entries.first?["auth_success"] == (action == .loginAttempt ? nil : .flag(action == .login)))
    #expect(!facts.written.contains("S3CRET") && !facts.written.contains("S3CRET".base64.prefix(6)))
  }

  @Test func `mail is fetched with RETR and TOP`() {
    let client = "USER eve\nPASS x\nSTAT\nLIST\nRETR 1\nTOP 2 0\nRETR 3\nQUIT\n"
    let facts = TextTalk(
      client, Self.greeting + "+OK\n+OK\n+OK 2\n+OK\n1 10\n.\n+OK\nS3CRET\n-ERR no answer\n.\n+OK\n.\n-ERR none\n+OK\n"
    ).facts()
    #expect(facts.actions == [.login, .mailRead] && facts.entries[0]["messages"] == .number(2))
    #expect(!facts.written.contains("S3CRET"))
    #expect(TextTalk("RETR 1\nSTAT\n", "-ERR no\n+OK\n").facts([.pop3]).actions == [])
  }

  @Test func `behind STLS another protocol begins`() {
    let facts = TextTalk("STLS\nGET / HTTP/1.1\n\n", Self.greeting + "+OK go\n").facts([.pop3, .http])
    #expect(facts.services == [.pop3, .http] && facts.entries[0]["tls"] == .flag(true))
  }

  @Test(arguments: [
    ("AUTH S3CRET\nPING\n", "+OK\n+PONG\n"), ("USER a\nPASS b\n", "331 a\n"), ("USER a\nPASS b\n", ""), ("", "+OK\n"),
    ("PING\n", "+OK\n"), ("STAT\n", ""),
  ])
  func `other protocols are no POP3`(client: String, server: String) {
    #expect(TextTalk(client, server).facts([.pop3]).isEmpty)
  }

  @Test func `the server of POP3 alone is recognised by its name`() {
    #expect(TextTalk("", Self.greeting).facts().services == [.pop3] && TextTalk("CAPA\n").facts().services == [.pop3])
  }

  // MARK: IMAP

  private static let hello = "* OK IMAP4rev1 ready\n"

  @Test(arguments: [
    ("a1 LOGIN eve S3CRET\n", "a1 OK in\n", ActionSet.login),
    ("a1 login \"eve\" \"S3\\\"CRET\"\n", "* BAD x\na1 NO no\n", .loginFailure),
    ("a1 LOGIN {3}\neve {6+}\nS3CRET\n", "+ go\n+ go\na1 OK in\n", .login),
    ("a1 LOGIN eve S3CRET\n", "", .loginAttempt),
    ("a1 AUTHENTICATE PLAIN\n\("\0eve\0S3CRET".base64)\n", "+ \na1 OK in\n", .login),
    ("a1 AUTHENTICATE PLAIN \("\0eve\0S3CRET".base64)\na2 NOOP\n", "a1 NO no\n", .loginFailure),
    ("a1 AUTHENTICATE LOGIN\n\("eve".base64)\n\("S3CRET".base64)\na2 NOOP\n", "+ a\n+ b\na1 OK in\na2 OK\n", .login),
    (". LOGIN eve S3CRET\n", ". OK in\n", .login),
  ])
  func `a login to IMAP names its account`(client: String, server: String, action: ActionSet) {
    let facts = TextTalk(client, Self.hello + server).facts()
    #expect(facts.services == [.imap] && facts.actions == action && facts.text("imap", "username") == "eve")
    #expect(facts.kinds == (action == .login ? [.account] : []))
    #expect(facts.entries[0]["has_password"] == .flag(true))
    #expect(!facts.written.contains("CRET") && !facts.written.contains("S3CRET".base64.prefix(6)))
  }

  @Test(arguments: [
    ("FETCH 1 (FLAGS BODY[TEXT])", true), ("UID FETCH 1:* (BODY.PEEK[HEADER.FIELDS (FROM)])", true),
    ("FETCH 1 RFC822", true),
    ("FETCH 1 (FLAGS RFC822.SIZE)", false), ("UID FETCH 1:* FLAGS", false), ("FETCH 1 (BODYSTRUCTURE)", false),
    ("SELECT INBOX", false),
  ])
  func `mail is read where its text is fetched`(command: String, isRead: Bool) {
    let facts = TextTalk("a1 NOOP\na2 \(command)\n", Self.hello + "a1 OK\n* 1 FETCH (X {9}\na2 NO xx\n)\na2 OK done\n")
      .facts()
    #expect(facts.actions.contains(.mailRead) == isRead)
    #expect(TextTalk("a2 \(command)\n", Self.hello + "a2 NO none\n").facts().actions == [])
  }

  @Test func `behind STARTTLS of IMAP another protocol begins`() {
    let facts = TextTalk("a1 STARTTLS\nGET / HTTP/1.1\n\n", Self.hello + "a1 OK go\n").facts([.imap, .http])
    #expect(facts.services == [.imap, .http] && facts.entries[0]["tls"] == .flag(true))
  }

  @Test(arguments: [
    ("GET / HTTP/1.1\n", ""), ("HELO login\n", ""), ("a1 DANCE\n", "* OK\n"), ("a1 NOOP\n", "220 x\n"),
    ("NOOP\n", "* OK\n"),
    ("", "* OK ready\n"), ("a NOOP\n", ""),
  ])
  func `other protocols are no IMAP`(client: String, server: String) {
    #expect(TextTalk(client, server).facts([.imap]).isEmpty)
  }

  @Test func `any cut is read`() {
    TextTalk("USER eve\nAUTH LOGIN\nZXZl\nRETR 1\n", Self.greeting + "+OK\n+ \n+ \n+OK\nx\n.\n").cuts { _ = $0.facts() }
    TextTalk("a1 LOGIN {3}\neve \"x\\\"\"\na2 APPEND x {4}\nabcd\n", Self.hello + "* x {3}\nabc\na1 OK\n").cuts {
      _ = $0.facts()
    }
    _ = TextTalk(String(repeating: "a1 LOGIN {999999999}\n", count: 700), Self.hello).facts()
  }
}
