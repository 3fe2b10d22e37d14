import TestSupport
import Testing

@testable import Inspection

/// What is read of Kerberos.
@Suite struct KerberosReaderTests {
  private func element(_ tag: UInt8, _ content: [UInt8]) -> [UInt8] {
    content.count < 0x80
      ? [tag, UInt8(content.count)] + content : [tag, 0x82] + BinaryTalk.big(content.count, 2) + content
  }

  private func number(_ value: UInt8) -> [UInt8] { [2, 1, value] }
  private func field(_ number: UInt8, _ content: [UInt8]) -> [UInt8] { element(0xA0 | number, content) }
  private func text(_ value: String) -> [UInt8] { element(0x1B, Array(value.utf8)) }

  private func name(_ parts: String...) -> [UInt8] {
    element(0x30, field(0, number(1)) + field(1, element(0x30, parts.flatMap { text($0) })))
  }

  private func request(_ type: UInt8 = 10, proof: UInt8? = nil, client: String? = "lee") -> [UInt8] {
    let shown = proof.map {
      field(3, element(0x30, element(0x30, field(1, number($0)) + field(2, element(4, [9, 9])))))
    }
    let body =
      field(0, element(3, [0, 0, 0, 0, 0])) + (client.map { field(1, name($0)) } ?? []) + field(2, text("CORP"))
      + field(3, name("krbtgt", "CORP"))
    return element(
      0x60 | type,
      element(0x30, field(1, number(5)) + field(2, number(type)) + (shown ?? []) + field(4, element(0x30, body))))
  }

  private func reply(_ type: UInt8 = 11) -> [UInt8] {
    let ticket = element(
      0x61, element(0x30, field(0, number(5)) + field(1, text("CORP")) + field(2, name("krbtgt", "CORP"))))
    let fields = field(0, number(5)) + field(1, number(type)) + field(3, text("CORP")) + field(4, name("lee"))
    return element(0x60 | type, element(0x30, fields + field(5, ticket) + field(6, element(0x30, [1, 2, 3]))))
  }

  private func error(_ code: UInt8) -> [UInt8] {
    let fields = field(0, number(5)) + field(1, number(30)) + field(6, number(code)) + field(9, text("CORP"))
    return element(0x7E, element(0x30, fields + field(10, name("krbtgt", "CORP"))))
  }

  private func facts(_ asked: [UInt8], _ answered: [UInt8]? = nil) -> ApplicationFacts {
    BinaryTalk.facts(
      [(bytes: asked, isFromOriginator: true)] + (answered.map { [(bytes: $0, isFromOriginator: false)] } ?? []))
  }

  @Test func `a request stands with its reply`() throws {
    let found = facts(request(proof: 2), reply())
    let entry = try #require(found.log("kerberos").first)
    #expect(found.services == [.krb] && found.entries.count == 1 && found.actions == .login && found.hasAccount)
    #expect(entry["request_type"] == .text("AS") && entry["client"] == .text("lee/CORP"))
    #expect(entry["service"] == .text("krbtgt/CORP") && entry["success"] == .flag(true) && entry["error_msg"] == nil)
  }

  @Test func `only what was proven is a login`() {
    // A reply to one who showed nothing proves nothing.
    #expect(facts(request(), reply()).actions.isEmpty && !facts(request(), reply()).hasAccount)
    #expect(facts(request(proof: 128), reply()).actions.isEmpty)
    #expect(facts(reply()).actions == .login && facts(reply()).hasAccount)
    #expect(facts(request(proof: 2)).actions == .loginAttempt)
    let ticket = facts(request(12, proof: 1, client: nil), reply(13))
    #expect(ticket.actions.isEmpty && !ticket.hasAccount)
    #expect(
      ticket.entries.first?["request_type"] == .text("TGS") && ticket.entries.first?["client"] == .text("lee/CORP"))
  }

  @Test func `an error is named`() {
    let wrong = facts(request(proof: 2), error(24))
    #expect(wrong.actions == .loginFailure && !wrong.hasAccount)
    #expect(wrong.entries.first?["error_msg"] == .text("KDC_ERR_PREAUTH_FAILED"))
    #expect(wrong.entries.first?["success"] == .flag(false) && wrong.entries.first?["client"] == .text("lee/CORP"))
    #expect(facts(request(), error(25)).actions.isEmpty)
    #expect(facts(request(), error(99)).entries.first?["error_msg"] == .text("KRB_ERR_99"))
  }

  @Test func `a stream has messages behind their lengths`() {
    func framed(_ messages: [UInt8]...) -> [UInt8] { messages.flatMap { BinaryTalk.big($0.count, 4) + $0 } }
    let asked = framed(request(), request(proof: 2))
    let found = BinaryTalk.facts(asked, framed(error(25), reply()))
    #expect(found.services == [.krbTCP] && found.actions == .login && found.entries.count == 2)
    #expect(BinaryTalk.facts(Array(asked.dropLast(9))).entries.count == 2)
    #expect(BinaryTalk.facts([7, 7, 7, 7, 7, 7], framed(reply())).entries.count == 1)
    #expect(BinaryTalk.facts(framed(reply()), framed(reply())).isEmpty)
    _ = BinaryTalk.harass(asked, framed(error(24), reply()))
  }

  @Test func `a few right bytes are not enough`() {
    let good = request()
    let cases: [[UInt8]] = [
      good + [0], [0x6B] + Array(good.dropFirst()), [0x4A] + Array(good.dropFirst()),
      [good[0], good[1] &- 1] + Array(good.dropFirst(2)), Array(good.prefix(8)),
      element(0x6A, element(0x30, field(1, number(4)) + field(2, number(10)))),
      element(0x6A, element(0x31, field(1, number(5)) + field(2, number(10)))), Array(repeating: 0x6A, count: 99),
    ]
    for bad in cases {
      #expect(facts(bad).isEmpty)
    }
    #expect(facts(Array(good.dropLast(4))).entries.count == 1)
  }
}
