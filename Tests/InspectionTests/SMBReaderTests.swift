import TestSupport
import Testing

@testable import Inspection

/// What is read of SMB and NTLM.
@Suite struct SMBReaderTests {
  private let more = 0xC000_0016
  private let spnego: [UInt8] = [0xA1, 0x82, 1, 0, 0x30, 0x82]

  private func login(user: String = "lee", status: Int? = 0, flags: Int = 0) -> ApplicationFacts {
    let asked =
      SMBTalk.setup2(spnego + SMBTalk.negotiate(), id: 1)
      + SMBTalk.setup2(spnego + SMBTalk.authenticate(user, domain: "CORP", workstation: "PC-7"), id: 2)
    let answered =
      SMBTalk.negotiated2(0x311)
      + SMBTalk.setupAnswer2(spnego + SMBTalk.challenge("SRV", domain: "CORP"), id: 1, status: more)
    return BinaryTalk.facts(
      asked, answered + (status.map { SMBTalk.setupAnswer2(id: 2, status: $0, flags: flags) } ?? []))
  }

  @Test func `a login of SMB 2 names user and server`() throws {
    let facts = login()
    #expect(facts.services == [.smb, .ntlm] && facts.actions == .login && facts.hasAccount)
    #expect(facts.log("smb").first?["dialect"] == .text("3.1.1") && facts.log("smb").count == 1)
    let entry = try #require(facts.log("ntlm").first)
    #expect(facts.log("ntlm").count == 1 && entry["username"] == .text("lee") && entry["domainname"] == .text("CORP"))
    #expect(entry["hostname"] == .text("PC-7") && entry["server_nb_computer_name"] == .text("SRV"))
    #expect(entry["server_dns_computer_name"] == .text("srv.example") && entry["server_tree_name"] == .text("example"))
    #expect(entry["success"] == .flag(true))
  }

  @Test func `a login counts as what the server made of it`() {
    let refused = login(status: 0xC000_006D)
    #expect(refused.actions == .loginFailure && !refused.hasAccount)
    #expect(refused.log("ntlm").first?["success"] == .flag(false))
    let open = login(status: nil)
    #expect(open.actions == .loginAttempt && !open.hasAccount && open.log("ntlm").first?["success"] == nil)
    // Neither a guest nor nobody has logged in, nor has one whom another fault stopped.
    for other in [login(flags: 1), login(flags: 2), login(user: ""), login(status: 0xC000_000D)] {
      #expect(other.actions.isEmpty && !other.hasAccount)
    }
  }

  @Test func `a login without NTLM is one`() {
    let kerberos = BinaryTalk.facts(SMBTalk.setup2([0x60, 0x82, 1, 0], id: 1), SMBTalk.setupAnswer2(id: 1))
    #expect(kerberos.actions == .login && !kerberos.hasAccount && kerberos.log("ntlm").isEmpty)
    #expect(kerberos.services == [.smb])
  }

  @Test func `shares and files are named`() throws {
    let asked =
      SMBTalk.tree2("\\\\srv\\IPC$", id: 3) + SMBTalk.tree2("\\\\srv\\c$", id: 4)
      + SMBTalk.framed(
        SMBTalk.create2("plan.doc", id: 5, access: 0x8000_0000, next: 136)
          + SMBTalk.create2("b", id: 6, access: 0x4001_0000))
    let pipe = SMBTalk.treeAnswer2(id: 3, kind: 2)
    let facts = BinaryTalk.facts(asked, pipe + SMBTalk.treeAnswer2(id: 4, kind: 1))
    #expect(facts.actions == .fileShare)
    let entries = facts.log("smb").dropFirst()
    #expect(entries.compactMap { $0["path"] } == [.text("\\\\srv\\IPC$"), .text("\\\\srv\\c$")])
    #expect(entries.compactMap { $0["share_type"] } == [.text("PIPE"), .text("DISK")])
    #expect(entries.compactMap { $0["name"] } == [.text("plan.doc"), .text("b")])
    #expect(entries.compactMap { $0["access"] } == [.texts(["read"]), .texts(["write", "delete"])])
    #expect(BinaryTalk.facts(asked, pipe).actions.isEmpty)
    #expect(
      BinaryTalk.facts(SMBTalk.tree2("\\\\srv\\ipc$", id: 3), SMBTalk.treeAnswer2(id: 3, kind: 0)).actions.isEmpty)
    let refused = BinaryTalk.facts(asked, SMBTalk.treeAnswer2(id: 4, kind: 1, status: 0xC000_0022))
    #expect(refused.actions.isEmpty && refused.entries.contains { $0["status"] == .text("ACCESS_DENIED") })
    // An answer that says that another one follows is none.
    let pending = SMBTalk.treeAnswer2(id: 4, kind: 1, status: 0x103) + SMBTalk.treeAnswer2(id: 4, kind: 1)
    #expect(BinaryTalk.facts(asked, pending).actions == .fileShare)
  }

  @Test func `SMB 1 is read through its chains`() throws {
    let password = "correct horse"
    let secrets = Array(password.utf8) + [0]
    // Of odd length up to here, so that a byte of padding precedes the text.
    var data = secrets + [0]
    for text in ["lee", "CORP", "Unix", "Samba"] { data += BinaryTalk.utf16(text) + [0, 0] }
    let chain = [0x75, 0] + BinaryTalk.little(32 + 29 + data.count, 2)
    var words: [UInt8] = chain + Array(repeating: 0, count: 10)
    words += BinaryTalk.little(secrets.count, 2) + [0, 0] + Array(repeating: 0, count: 8)
    let setup = SMBTalk.block(words, data)
    var path = BinaryTalk.utf16("\\\\SRV\\C$") + [0, 0] + Array("?????\0".utf8)
    if (32 + setup.count + 11) % 2 == 1 { path = [0] + path }
    let tree = SMBTalk.block([0xFF, 0, 0, 0, 0, 0, 0, 0], path)
    let offer = SMBTalk.smb1(0x72, id: 1, SMBTalk.block([], Array("\u{2}LANMAN1.0\0\u{2}NT LM 0.12\0".utf8)))
    let chosen = SMBTalk.smb1(0x72, id: 1, isResponse: true, SMBTalk.block(BinaryTalk.little(1, 2), []))
    let answer = SMBTalk.block([0x75, 0] + BinaryTalk.little(32 + 9, 2) + [0, 0], [])
    let mapped = SMBTalk.block([0xFF, 0, 0, 0, 0, 0], Array("A:\0NTFS".utf8))
    let facts = BinaryTalk.facts(
      offer + SMBTalk.smb1(0x73, id: 2, setup + tree),
      chosen + SMBTalk.smb1(0x73, id: 2, isResponse: true, answer + mapped))
    #expect(facts.actions == [.login, .fileShare] && facts.hasAccount && !facts.mentions(password))
    let first = try #require(facts.log("smb").first)
    #expect(first["version"] == .text("SMB1") && first["dialect"] == .text("NT LM 0.12"))
    #expect(first["native_os"] == .text("Unix") && first["native_lan_manager"] == .text("Samba"))
    #expect(facts.entries.contains { $0["username"] == .text("lee") && $0["domainname"] == .text("CORP") })
    #expect(facts.entries.contains { $0["path"] == .text("\\\\SRV\\C$") && $0["share_type"] == .text("DISK") })
    let refused = SMBTalk.smb1(0x73, id: 2, status: 0xC000_006D, isResponse: true, SMBTalk.block([], []))
    #expect(BinaryTalk.facts(SMBTalk.smb1(0x73, id: 2, setup + tree), refused).actions == .loginFailure)
    _ = BinaryTalk.harass(SMBTalk.smb1(0x73, id: 2, setup + tree), chosen + refused)
  }

  @Test func `a side that began before is left out`() {
    let tree = SMBTalk.tree2("\\\\srv\\c$", id: 4)
    #expect(BinaryTalk.facts(tree, [7, 7, 7, 7, 7, 7, 7, 7]).log("smb").count == 2)
    #expect(BinaryTalk.facts([7, 7, 7, 7], SMBTalk.negotiated2(0x202)).log("smb").first?["dialect"] == .text("2.0.2"))
    // What the server says cannot come from the client.
    #expect(BinaryTalk.facts(SMBTalk.negotiated2(0x202), SMBTalk.negotiated2(0x202)).isEmpty)
  }

  @Test func `a few right bytes are not enough`() {
    let tree = SMBTalk.tree2("\\\\srv\\c$", id: 4)
    let cases: [[UInt8]] = [
      Array(tree.prefix(20)), Array(tree.dropFirst()), [1] + Array(tree.dropFirst()),
      [0, 0, 0, 9, 0xFF] + Array("SMB".utf8), [0x81, 0, 0, 68] + Array(repeating: 0x20, count: 68), [0x85, 0, 0, 0],
      Array(repeating: 0, count: 80),
    ]
    for bad in cases {
      #expect(BinaryTalk.facts(bad).isEmpty)
    }
    let session = [0x81, 0, 0, 68] + Array(repeating: 0x20, count: 68) as [UInt8]
    #expect(BinaryTalk.facts(session + tree, [0x82, 0, 0, 0]).services == [.smb])
  }

  @Test func `any bytes are read to an end`() {
    let asked =
      SMBTalk.setup2(SMBTalk.authenticate("lee", domain: "CORP", workstation: "PC"), id: 2)
      + SMBTalk.tree2("\\\\srv\\c$", id: 4) + SMBTalk.framed(SMBTalk.create2("a", id: 5, access: 3))
    _ = BinaryTalk.harass(asked, SMBTalk.setupAnswer2(SMBTalk.challenge("SRV", domain: "D"), id: 2, status: more))
  }

  // MARK: NTLM

  private func message(_ bytes: [UInt8]) -> NTLMMessage? {
    // Bytes have no padding, the only hazard of viewing elements as raw bytes.
    unsafe NTLMMessage.find(in: bytes.span.bytes, 0..<bytes.count)
  }

  @Test func `NTLM is found inside other bytes`() {
    let found = message([0x60, 0x48] + SMBTalk.authenticate("lee", domain: "CORP", workstation: "PC") + [7])
    #expect(found?.kind == .authenticate && found?.user == "lee" && found?.isAnonymous == false)
    #expect(message(SMBTalk.authenticate("", domain: "", workstation: "PC"))?.isAnonymous == true)
    #expect(message(SMBTalk.negotiate())?.kind == .negotiate)
    #expect(message(Array("NTLMSSP\0".utf8) + [4, 0, 0, 0]) == nil && message(Array("NTLMSSP".utf8)) == nil)
  }

  @Test func `fields that lie outside are left out`() {
    var bytes = SMBTalk.authenticate("lee", domain: "CORP", workstation: "PC")
    bytes.replaceSubrange(40..<44, with: [0xFF, 0xFF, 0xFF, 0xFF])
    #expect(message(bytes)?.user.isEmpty == true && message(bytes)?.domain == "CORP")
  }
}
