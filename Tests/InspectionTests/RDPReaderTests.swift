import TestSupport
import Testing

@testable import Inspection

/// What is read of RDP.
@Suite struct RDPReaderTests {
  private func connection(_ code: UInt8, _ body: [UInt8]) -> [UInt8] {
    [3, 0] + BinaryTalk.big(11 + body.count, 2) + [UInt8(6 + body.count), code, 0, 0, 0, 0, 0] + body
  }

  private func request(_ text: String = "", protocols: Int? = nil) -> [UInt8] {
    connection(0xE0, Array(text.utf8) + (protocols.map { [1, 0, 8, 0] + BinaryTalk.little($0, 4) } ?? []))
  }

  private func confirm(_ kind: UInt8, _ number: Int) -> [UInt8] {
    connection(0xD0, [kind, 0, 8, 0] + BinaryTalk.little(number, 4))
  }

  /// The connect-initial of MCS with the client's core data behind another block.
  private func initial(_ name: String) -> [UInt8] {
    var core =
      BinaryTalk.little(0x80004, 4) + BinaryTalk.little(1280, 2) + BinaryTalk.little(1024, 2) + [1, 0xCA, 3, 0xAA]
    core += BinaryTalk.little(0x412, 4) + BinaryTalk.little(7601, 4)
    let units = BinaryTalk.utf16(name)
    core += units + Array(repeating: 0, count: 32 - units.count) + Array(repeating: 0, count: 12)
    let blocks = [4, 0xC0, 8, 0, 1, 2, 3, 4] + [1, 0xC0] + BinaryTalk.little(core.count + 4, 2) + core
    let body = Array("Duca".utf8) + [0x80, UInt8(blocks.count)] + blocks
    let content: [UInt8] = [2, 0xF0, 0x80, 0x7F, 0x65, 0x82] + BinaryTalk.big(body.count, 2) + body
    return [3, 0] + BinaryTalk.big(content.count + 4, 2) + content
  }

  private let cookie = "Cookie: mstshash=lee\r\n"

  @Test func `a negotiation tells user and security`() throws {
    let facts = BinaryTalk.facts(request(cookie, protocols: 11), confirm(2, 2))
    let entry = try #require(facts.log("rdp").first)
    #expect(facts.services == [.rdp] && facts.actions.isEmpty && !facts.hasAccount)
    #expect(entry["cookie"] == .text("lee") && entry["security_protocol"] == .text("HYBRID"))
    #expect(entry["requested_protocols"] == .texts(["RDP", "SSL", "HYBRID", "HYBRID_EX"]))
    #expect(entry["result"] == .text("encrypted"))
  }

  @Test func `a desktop is opened when both sides go on`() {
    let (asked, answered) = (request(cookie, protocols: 1), confirm(2, 1))
    #expect(BinaryTalk.facts(asked + [22], answered + [22]).actions == .remoteDesktop)
    #expect(BinaryTalk.facts(asked + [22], answered).actions.isEmpty)
    #expect(BinaryTalk.facts(asked, answered + [22]).actions.isEmpty)
    let refused = BinaryTalk.facts(asked + [22], confirm(3, 5) + [22])
    #expect(refused.actions.isEmpty && refused.entries.first?["result"] == .text("HYBRID_REQUIRED_BY_SERVER"))
    #expect(refused.entries.first?["security_protocol"] == nil)
  }

  @Test func `a client in the clear says what it is`() throws {
    let facts = BinaryTalk.facts(request() + initial("PC-7"), connection(0xD0, []) + [3])
    let entry = try #require(facts.log("rdp").first)
    #expect(entry["client_name"] == .text("PC-7") && entry["client_build"] == .text("RDP 7.1"))
    #expect(entry["keyboard_layout"] == .text("Korean") && entry["desktop_width"] == .number(1280))
    #expect(entry["desktop_height"] == .number(1024) && facts.actions == .remoteDesktop)
  }

  @Test func `a server in the clear says how it encrypts`() throws {
    let blocks: [UInt8] = [1, 0x0C, 8, 0, 4, 0, 8, 0] + [2, 0x0C, 12, 0, 2, 0, 0, 0, 3, 0, 0, 0]
    let body = Array("McDn".utf8) + [UInt8(blocks.count)] + blocks
    let content: [UInt8] = [2, 0xF0, 0x80, 0x7F, 0x66, 0x30] + body
    let response = [3, 0] + BinaryTalk.big(content.count + 4, 2) + content
    let facts = BinaryTalk.facts(request(cookie) + initial("PC-7"), connection(0xD0, []) + response)
    let entry = try #require(facts.log("rdp").first)
    #expect(entry["encryption_level"] == .text("High") && entry["encryption_method"] == .text("128bit"))
  }

  @Test func `one side alone is recognised`() {
    #expect(BinaryTalk.facts(request(cookie)).services == [.rdp])
    #expect(
      BinaryTalk.facts(request("Cookie: msts=3640205228.15629.0000\r\n")).log("rdp").first?["routing_token"]
        == .flag(true))
    #expect(BinaryTalk.facts(request("token\r\n", protocols: 3)).log("rdp").first?["routing_token"] == .flag(true))
    #expect(BinaryTalk.facts([], confirm(2, 0)).log("rdp").first?["security_protocol"] == .text("RDP"))
  }

  @Test func `what others ask in the same frame is no RDP`() {
    let plain = connection(0xD0, [])
    for asked in [
      request(), request("token\r\n"), connection(0xE0, [0xC1, 2, 1, 0, 0xC2, 2, 1, 2, 0xC0, 1, 10]),
      Array(request(cookie).dropLast()), request(cookie).map { $0 == 0xE0 ? 0xF0 : $0 },
      [2] + request(cookie).dropFirst(),
    ] {
      #expect(BinaryTalk.facts(asked, plain).isEmpty)
    }
    #expect(BinaryTalk.facts(request(cookie), Array("HTTP/1.1 400 Bad Request\r\n\r\n".utf8)).log("rdp").isEmpty)
  }

  @Test func `any bytes are read to an end`() {
    _ = BinaryTalk.harass(request(cookie, protocols: 3) + initial("PC"), confirm(2, 0) + [3])
  }
}
