import TestSupport
import Testing

@testable import Inspection

/// What is read of SOCKS and of the PROXY protocol.
@Suite struct SOCKSReaderTests {
  private let password = "correct horse"

  private func named(_ host: String, _ port: Int, _ code: UInt8 = 1) -> [UInt8] {
    [5, code, 0, 3, UInt8(host.utf8.count)] + Array(host.utf8) + BinaryTalk.big(port, 2)
  }

  private let granted: [UInt8] = [5, 0, 0, 1, 192, 0, 2, 1, 0x10, 0]
  private let hello: [UInt8] = Array("SSH-2.0-x\r\n".utf8)

  @Test func `a request of version 5 is read with its answer`() throws {
    let facts = BinaryTalk.facts([5, 2, 0, 1] + named("www.example.org", 443), [5, 0] + granted)
    let entry = try #require(facts.log("socks").first)
    #expect(facts.services == [.socks] && facts.actions == .proxyConnect)
    #expect(entry["version"] == .number(5) && entry["status"] == .text("succeeded"))
    #expect(entry["request.name"] == .text("www.example.org") && entry["request_p"] == .number(443))
    #expect(entry["bound.host"] == .text("192.0.2.1") && entry["bound_p"] == .number(4096))
    #expect(facts.hops == [ForwardedHop(field: "SOCKS", node: "www.example.org")])
  }

  @Test func `an address is told from a name`() {
    for (request, host) in [
      ([5, 1, 0, 1, 198, 51, 100, 7, 0, 80], "198.51.100.7"), (named("198.51.100.7", 80), "198.51.100.7"),
      ([5, 1, 0, 4, 0x20, 1, 0xD, 0xB8] + Array(repeating: 0, count: 11) + [7, 0, 80], "2001:db8::7"),
    ] as [([UInt8], String)] {
      let entry = BinaryTalk.facts([5, 1, 0] + request, [5, 0]).log("socks").first
      #expect(entry?["request.host"] == .text(host) && entry?["request.name"] == nil && entry?["status"] == nil)
    }
  }

  @Test func `user and password are a login, and the password stays unsaid`() {
    let login = [1, 3] + Array("bob".utf8) + [UInt8(password.utf8.count)] + Array(password.utf8)
    let client = [5, 1, 2] + login
    let accepted = BinaryTalk.facts(client + named("a.org", 22), [5, 2, 1, 0] + granted)
    #expect(accepted.actions == [.proxyConnect, .login] && accepted.hasAccount && !accepted.mentions(password))
    #expect(accepted.entries.first?["user"] == .text("bob") && accepted.entries.first?["password"] == .flag(true))
    let refused = BinaryTalk.facts(client, [5, 2, 1, 1])
    #expect(refused.actions == .loginFailure && !refused.hasAccount && !refused.mentions(password))
    let open = BinaryTalk.facts(client, [5, 2])
    #expect(open.actions == .loginAttempt && !open.hasAccount)
    // Who was refused goes no further.
    #expect(BinaryTalk.facts(client + named("a.org", 22), [5, 2, 1, 1]).isEmpty)
  }

  @Test func `a request of version 4 names user and target`() throws {
    let request: [UInt8] = [4, 1, 0, 80, 198, 51, 100, 7] + Array("bob".utf8) + [0]
    let facts = BinaryTalk.facts(request, [0, 0x5A, 0, 80, 192, 0, 2, 1])
    let entry = try #require(facts.log("socks").first)
    #expect(entry["version"] == .number(4) && entry["user"] == .text("bob"))
    #expect(entry["request.host"] == .text("198.51.100.7") && entry["status"] == .text("request granted"))
    #expect(facts.actions == .proxyConnect && !facts.hasAccount)
    let byName: [UInt8] = [4, 1, 0, 80, 0, 0, 0, 1, 0] + Array("a.org".utf8) + [0]
    let refused = BinaryTalk.facts(byName, [0, 0x5B, 0, 0, 0, 0, 0, 0]).log("socks").first
    #expect(refused?["request.name"] == .text("a.org") && refused?["status"] == .text("request rejected or failed"))
  }

  @Test func `what is forwarded is read too`() {
    let target = named("a.org", 53)
    let query = [0, 23, 0, 7, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 1, 0x61, 3, 0x6F, 0x72, 0x67, 0, 0, 1, 0, 1] as [UInt8]
    let facts = BinaryTalk.facts([5, 1, 0] + target + query, [5, 0] + granted)
    #expect(facts.services == [.socks, .dns] && facts.actions == [.proxyConnect, .dnsLookup])
    let refused = BinaryTalk.facts([5, 1, 0] + target + query, [5, 0, 5, 5, 0, 1, 0, 0, 0, 0, 0, 0])
    #expect(refused.isEmpty)
  }

  @Test(
    arguments: [
      ([5, 1, 0], []), ([5, 1, 0], [5, 2]), ([5, 1, 0], [5, 0, 1]), ([5, 1, 0, 9], [5, 0]), ([5, 0], [5, 0]),
      ([5, 2, 0, 0], [5, 0]), ([5, 1, 0, 5, 1, 0, 3, 0, 0, 80], [5, 0]),
      ([5, 1, 0, 5, 4, 0, 1, 1, 2, 3, 4, 0, 80], [5, 0]),
      ([5, 1, 0, 5, 1, 0, 1, 1, 2, 3, 4, 0, 80], [5, 0, 5, 9, 0, 1, 0, 0, 0, 0, 0, 0]),
      ([5, 1, 0, 5, 1, 0, 3, 2, 7, 7, 0, 80], [5, 0]), ([5, 1, 0], [5, 0xFF, 1]), ([4, 1, 0, 80, 1, 2, 3, 4], []),
      ([4, 1, 0, 0, 1, 2, 3, 4, 0], []), ([4, 3, 0, 80, 1, 2, 3, 4, 0], []), ([4, 1, 0, 80, 1, 2, 3, 4, 7, 0], []),
      ([4, 1, 0, 80, 1, 2, 3, 4, 0, 1], []), ([4, 1, 0, 80, 1, 2, 3, 4, 0], [4, 0x5A, 0, 0, 0, 0, 0, 0]),
      ([4, 1, 0, 80, 0, 0, 0, 1, 0, 0], []), ([5], [5, 0]), ([6, 1, 0], [5, 0]),
    ] as [([UInt8], [UInt8])])
  func `a few right bytes are not enough`(client: [UInt8], server: [UInt8]) {
    #expect(BinaryTalk.facts(client, server).services.isEmpty)
  }

  @Test func `an exchange without request is recognised when both say so and no more`() {
    #expect(BinaryTalk.facts([5, 1, 0], [5, 0]).services == [.socks])
    #expect(BinaryTalk.facts([5, 1, 0], [5, 0xFF]).services == [.socks])
    #expect(BinaryTalk.facts([5, 1, 0] + named("a.org", 80)).services == [.socks])
  }

  @Test func `any bytes are read to an end`() {
    _ = BinaryTalk.harass(
      [5, 2, 0, 2] + [1, 1, 65, 1, 66] + named("a.org", 80) + hello, [5, 2, 1, 0] + granted + hello)
    _ = BinaryTalk.harass([4, 1, 0, 80, 0, 0, 0, 1, 65, 0, 66, 0] + hello, [0, 0x5A, 0, 80, 192, 0, 2, 1] + hello)
  }

  // MARK: PROXY protocol

  @Test func `a header names whom it forwards`() throws {
    let query = [0, 23, 0, 7, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 1, 0x61, 3, 0x6F, 0x72, 0x67, 0, 0, 1, 0, 1] as [UInt8]
    let signature: [UInt8] = [0x0D, 0x0A, 0x0D, 0x0A, 0, 0x0D, 0x0A, 0x51, 0x55, 0x49, 0x54, 0x0A]
    let sixth: [UInt8] = [0x20, 1, 0xD, 0xB8] + Array(repeating: 0, count: 11)
    for (header, version, source, destination) in [
      (Array("PROXY TCP4 198.51.100.7 192.0.2.10 40000 25\r\n".utf8), 1, "198.51.100.7", "192.0.2.10"),
      (
        signature + [0x21, 0x11, 0, 12, 198, 51, 100, 7, 192, 0, 2, 10, 0x9C, 0x40, 0, 25], 2, "198.51.100.7",
        "192.0.2.10"
      ),
      (
        signature + [0x21, 0x21, 0, 36] + sixth + [7] + sixth + [8, 0x9C, 0x40, 0, 25], 2, "2001:db8::7", "2001:db8::8"
      ),
    ] as [([UInt8], UInt64, String, String)] {
      let facts = BinaryTalk.facts(header + query)
      let entry = try #require(facts.log("proxy").first)
      #expect(facts.services == [.proxy, .dns] && entry["version"] == .number(version))
      #expect(entry["source"] == .text(source) && entry["source_p"] == .number(40_000))
      #expect(entry["destination"] == .text(destination) && entry["destination_p"] == .number(25))
      #expect(facts.hops == [ForwardedHop(field: "PROXY", node: source)])
    }
    let own = BinaryTalk.facts(signature + [0x20, 0, 0, 0])
    #expect(own.log("proxy").first?["is_local"] == .flag(true) && own.hops.isEmpty)
    #expect(BinaryTalk.facts(Array("PROXY UNKNOWN\r\n".utf8)).hops.isEmpty)
    #expect(BinaryTalk.facts(Array("PROXY TCP4 198.51.100.7 192.0.2.10 40000\r\n".utf8)).isEmpty)
  }
}
