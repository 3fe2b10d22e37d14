import Testing

@testable import Inspection

/// What is read of FTP's control connection.
@Suite struct FTPReaderTests {
  private static let greeting = "220-Welcome\n to here\n220 ready\n"

  @Test(arguments: [("230 in\n", ActionSet.login), ("530 no\n", .loginFailure), ("", .loginAttempt)])
  func `a login names its account`(reply: String, action: ActionSet) {
    let facts = TextTalk("USER eve\nPASS S3CRET\nSYST\n", Self.greeting + "331 password\n" + reply).facts()
    #expect(facts.services == [.ftp] && facts.actions == action && facts.text("ftp", "user") == "eve")
    #expect(facts.kinds == (action == .login ? [.account] : []) && facts.entries[0]["has_password"] == .flag(true))
    #expect(!facts.written.contains("S3CRET"))
  }

  @Test func `a reply that repeats a password is not kept`() {
    let facts = TextTalk("USER eve\nPASS S3CRET\n", Self.greeting + "331 a\n500 'PASS S3CRET': not understood\n")
      .facts()
    #expect(facts.actions == .loginFailure && !facts.written.contains("S3CRET"))
  }

  @Test(arguments: ["anonymous", "ftp", "Anonymous"])
  func `what anybody may say is no account`(name: String) {
    let facts = TextTalk("USER \(name)\nPASS me@example\n", Self.greeting + "331 a\n230 in\n").facts()
    #expect(facts.actions == [] && facts.tokens.isEmpty && facts.text("ftp", "user") == name)
  }

  @Test func `files go up and down`() {
    let client =
      "USER eve\nPASS x\nCWD /in\nPASV\nRETR a.txt\nPORT 192,0,2,7,19,137\nSTOR b.txt\nRETR c\nEPSV\nEPRT |2|2001:db8::7|5000|\n"
    let server = """
      331 a
      230 b
      250 c
      227 Entering Passive Mode (198,51,100,7,4,1).
      150 opening
      226 done
      200 ok
      125 opening
      226 done
      550 none
      229 Entering (|||6446|)
      200 ok

      """
    let facts = TextTalk(client, Self.greeting + server).facts()
    #expect(facts.actions == [.login, .fileDownload, .fileUpload])
    let entries = facts.all("ftp")
    #expect(
      entries.map { $0["command"] }
        == ["PASS", "PASV", "RETR", "PORT", "STOR", "RETR", "EPSV", "EPRT"].map { .text($0) })
    #expect(
      entries[2]["arg"] == .text("a.txt") && entries[2]["cwd"] == .text("/in")
        && entries[2]["reply_code"] == .number(226))
    #expect(
      entries[1]["data_channel.resp_h"] == .text("198.51.100.7") && entries[1]["data_channel.resp_p"] == .number(1025))
    #expect(entries[1]["data_channel.passive"] == .flag(true) && entries[3]["data_channel.passive"] == .flag(false))
    #expect(
      entries[3]["data_channel.resp_h"] == .text("192.0.2.7") && entries[3]["data_channel.resp_p"] == .number(5001))
    #expect(entries[6]["data_channel.resp_p"] == .number(6446) && entries[6]["data_channel.resp_h"] == nil)
    #expect(
      entries[7]["data_channel.resp_h"] == .text("2001:db8::7") && entries[7]["data_channel.resp_p"] == .number(5000))
  }

  @Test func `a transfer that is refused or not answered is none`() {
    #expect(TextTalk("USER e\nSTOR a\n", Self.greeting + "331 a\n550 no\n").facts().actions == [])
    #expect(TextTalk("USER e\nSTOR a\nSYST\n").facts([.ftp]).actions == [])
    let midstream = TextTalk("PASV\nSTOR a\n", "227 (1,2,3,4,5,6)\n150 a\n").facts()
    #expect(midstream.services == [.ftp] && midstream.actions == [])
  }

  @Test func `behind AUTH another protocol begins`() {
    let facts = TextTalk("AUTH TLS\nGET / HTTP/1.1\n\n", Self.greeting + "234 go\n").facts([.ftp, .http])
    #expect(facts.services == [.ftp, .http] && facts.entries[0]["tls"] == .flag(true))
  }

  @Test(arguments: [
    ("EHLO a\n", "220 ready\n"), ("USER a\nPASS b\n", "+OK\n"), ("USER a\nPASS b\n", ""),
    ("MODE READER\n", "200 news\n"), ("", "220 mx ESMTP\n"),
    ("PASV\n", ""),
  ])
  func `other protocols are none`(client: String, server: String) {
    #expect(TextTalk(client, server).facts([.ftp]).isEmpty)
  }

  @Test(arguments: [("USER a\nSYST\nPASV\n", ""), ("", "220 ProFTPD FTP server ready\n"), ("PASV\n", "227 a\n")])
  func `parts of a session are recognised`(client: String, server: String) {
    #expect(TextTalk(client, server).facts().services == [.ftp])
  }

  @Test func `any cut is read`() {
    TextTalk(
      "USER e\nPORT 1,2,3,4,5,999\nEPRT |\nPASV\nEPSV\n", Self.greeting + "331 a\n500 b\n500 c\n227 (1,2)\n229 (|||\n"
    )
    .cuts { _ = $0.facts() }
  }
}
