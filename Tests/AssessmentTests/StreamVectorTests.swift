import Assessment
import Catalog
import Flows
import Inspection
import Packets
import TestSupport
import Testing

/// The test vectors of methodology 8.1 that rest on what streams say, from frames to findings.
@Suite struct StreamVectorTests {
  private func pipeline(_ family: Family, _ edit: (inout CatalogText) -> Void = { $0.claim() }) throws -> Pipeline {
    var text = CatalogText(family: family)
    edit(&text)
    return Pipeline(family: family, catalog: try text.load())
  }

  /// A session from an address to us.
  private func session(
    _ family: Family, from address: IPAddress, _ script: StreamScript, port: UInt16 = 443, after seconds: Int64 = 0
  ) -> [TimedFrame] {
    var talk = Conversation(
      client: Endpoint(address: address, port: 40_000 + UInt16(seconds)),
      server: Endpoint(address: family.us, port: port), start: time(2014, 11, 24, 43_200 + seconds))
    talk.handshake()
    script.play(in: &talk)
    return talk.frames
  }

  /// A request with header fields and its answer.
  private func request(_ fields: String, before: [UInt8] = []) -> StreamScript {
    var script = StreamScript()
    script.say(.client, before, Array("GET / HTTP/1.1\r\nHost: www.example\r\n\(fields)\r\n".utf8))
    script.say(.server, Array("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok".utf8))
    return script
  }

  private func host(_ address: IPAddress) throws -> IPPrefix {
    try #require(IPPrefix(address: address, length: address.isIPv4 ? 32 : 128))
  }

  private func expectSound(_ finding: Finding, sourceLocation: SourceLocation = #_sourceLocation) {
    for sentence in finding.wording { #expect(WordingTests.faults(sentence) == [], sourceLocation: sourceLocation) }
  }

  // MARK: E5

  @Test(arguments: Family.allCases) func `a TLS or SSH session is E5 and direct`(family: Family) throws {
    for script in [StreamScript.tls13(), .tls12(), .ssh] {
      let finding = try pipeline(family).finding(session(family, from: family.x(7), script))
      #expect(finding.reason == .direct)
      #expect(finding.flows.first?.record.originatorEvidence == SideEvidence(.e5, .keyExchange))
      expectSound(finding)
    }
    // The path is as good as two sensors where routing agrees too.
    let routed = try pipeline(family) { $0.claim(route: "match") }
    #expect(try routed.finding(session(family, from: family.x(7), .tls13())).confidence.path == .high)
    #expect(try routed.finding(session(family, from: family.x(7), request(""))).confidence.path == .moderate)
  }

  // MARK: 29

  @Test(arguments: Family.allCases) func `29: a header of an untrusted peer is no match`(family: Family) throws {
    let frames = session(family, from: family.stranger, request("X-Forwarded-For: \(family.x(7))\r\n"), port: 80)
    #expect(try pipeline(family).run(frames).findings.isEmpty)
    // The PROXY protocol of anybody is no better.
    let forged = request(
      "", before: Array("PROXY \(family == .v4 ? "TCP4" : "TCP6") \(family.x(7)) \(family.us) 1 80\r\n".utf8))
    #expect(try pipeline(family).run(session(family, from: family.stranger, forged, port: 80)).findings.isEmpty)
  }

  @Test(arguments: Family.allCases) func `29: on a flow that is watched anyhow it is a note`(family: Family) throws {
    let frames = session(family, from: family.x(9), request("X-Forwarded-For: \(family.x(7))\r\n"), port: 80)
    let finding = try pipeline(family).finding(frames)
    #expect(finding.reason == .direct && finding.addresses == [family.x(9)])
    let sentences = finding.wording.filter { $0.contains("Claims in content") }
    #expect(sentences.count == 1)
    #expect(sentences.first?.contains("X-Forwarded-For: \(family.x(7))") == true)
    #expect(sentences.first?.contains("not evidence") == true)
    expectSound(finding)
  }

  @Test(arguments: Family.allCases) func `29: the word of a trusted proxy is attested`(family: Family) throws {
    var pipeline = try pipeline(family)
    pipeline.trust(try host(family.stranger))
    let bracketed = family == .v4 ? "\(family.x(7))" : "\"[\(family.x(7))]:4711\""
    let words = family == .v4 ? "TCP4" : "TCP6"
    let scripts = [
      request("X-Forwarded-For: \(family.x(7))\r\n"),
      request("x-forwarded-for: unknown, \(family.x(7)), \(family.stranger)\r\n"),
      request("Forwarded: for=\(bracketed);proto=https\r\n"), request("True-Client-IP: \(family.x(7))\r\n"),
      request("", before: Array("PROXY \(words) \(family.x(7)) \(family.us) 4711 80\r\n".utf8)),
    ]
    for script in scripts {
      let finding = try pipeline.finding(session(family, from: family.stranger, script, port: 80))
      #expect(finding.verdict == .unverifiable && finding.reason == .attested && finding.reasons == [.attested])
      #expect(finding.addresses == [family.x(7)] && finding.likelihood == nil && finding.confidence.path == nil)
      #expect(finding.wording.contains { $0.contains("Our proxy reported") })
      expectSound(finding)
    }
  }

  @Test(arguments: Family.allCases) func `29: what the client typed is not what the proxy saw`(family: Family) throws {
    var pipeline = try pipeline(family)
    pipeline.trust(try host(family.stranger))
    let other = family == .v4 ? "203.0.113.77" : "2001:db8:3::77"
    for fields in [
      "X-Forwarded-For: \(family.x(7)), \(other)\r\n", "X-Forwarded-For: \(family.x(7)), unknown\r\n",
      "X-Forwarded-For: \(family.x(7)), _hidden\r\n", "X-Originating-IP: \(family.x(7))\r\n",
      "X-Forwarded-For: \(other)\r\nForwarded: for=\(family == .v4 ? "\(family.x(7))" : "\"[\(family.x(7))]\"")\r\n",
      "Via: 1.1 \(family.x(7))\r\n",
    ] {
      let frames = session(family, from: family.stranger, request(fields), port: 80)
      #expect(try pipeline.run(frames).findings.isEmpty, "\(fields)")
    }
    // Behind the PROXY protocol stands another peer, whose header is its own.
    let words = family == .v4 ? "TCP4" : "TCP6"
    let nested = request(
      "X-Forwarded-For: \(family.x(7))\r\n", before: Array("PROXY \(words) \(other) \(family.us) 1 80\r\n".utf8))
    #expect(try pipeline.run(session(family, from: family.stranger, nested, port: 80)).findings.isEmpty)
  }

  @Test(arguments: Family.allCases) func `29: a later request of the same connection counts`(family: Family) throws {
    var pipeline = try pipeline(family)
    pipeline.trust(try host(family.stranger))
    let other = family == .v4 ? "203.0.113.77" : "2001:db8:3::77"
    var script = StreamScript()
    script.say(.client, Array("POST / HTTP/1.1\r\nX-Forwarded-For: \(other)\r\nContent-Length: 3\r\n\r\nabc".utf8))
    script.say(.server, Array("HTTP/1.1 204 No Content\r\n\r\n".utf8))
    script.messages += request("X-Forwarded-For: \(family.x(7))\r\n").messages
    #expect(try pipeline.finding(session(family, from: family.stranger, script, port: 80)).reason == .attested)
  }

  @Test(arguments: Family.allCases) func `an attested address obeys the table above it`(family: Family) throws {
    var pipeline = try pipeline(family) {
      $0.claim()
      $0.overlay("vpn", "198.51.100.0/28")
    }
    pipeline.trust(try host(family.stranger))
    let frames = session(family, from: family.stranger, request("X-Forwarded-For: \(family.x(7))\r\n"), port: 80)
    let finding = try pipeline.finding(frames)
    #expect(finding.reason == .vpn && finding.reasons == [.vpn, .attested])
  }

  @Test(arguments: Family.allCases) func `a flow that is watched itself stays in one finding`(family: Family) throws {
    var pipeline = try pipeline(family) {
      $0.claim()
      $0.overlay("proxy", "203.0.113.0/24")
    }
    pipeline.trust(try host(family.stranger))
    let frames = session(family, from: family.stranger, request("X-Forwarded-For: \(family.x(7))\r\n"), port: 80)
    let finding = try pipeline.finding(frames)
    #expect(finding.reason == .proxy && finding.addresses == [family.stranger] && finding.flowCount == 1)
    #expect(finding.wording.contains { $0.contains("our proxy reported another address") })
    expectSound(finding)
  }

  // MARK: 32

  /// Sessions from the exclusive range and from a VPN.
  private func linked(_ family: Family, _ one: StreamScript, _ other: StreamScript) throws -> CaseAssessment.Result {
    let pipeline = try pipeline(family) {
      $0.claim()
      $0.overlay("vpn", "203.0.113.0/24")
    }
    return try pipeline.run(
      session(family, from: family.x(7), one) + session(family, from: family.stranger, other, after: 60))
  }

  @Test(arguments: Family.allCases) func `32: a resumed session is linked and stays shared`(family: Family) throws {
    let ticket = [UInt8](repeating: 0, count: 100) + TLSBytes.secret(9)
    let cases: [(LinkToken.Kind, StreamScript, StreamScript)] = [
      (.ticket, .tls12(ticket: ticket), .tls12Resumed(ticket: ticket)),
      (.sessionID, .tls12(sessionID: TLSBytes.secret(5)), .tls12Resumed(sessionID: TLSBytes.secret(5))),
      (.identity, .tls13(identity: ticket), .tls13(identity: ticket)),
    ]
    for (method, issuing, resuming) in cases {
      let result = try linked(family, issuing, resuming)
      #expect(result.findings.map(\.reason) == [.direct, .vpn])
      let link = try #require(result.links.first)
      #expect(result.links.count == 1 && link.grade == .k4 && link.method == method)
      #expect(link.from.address == family.x(7) && link.to.address == family.stranger)
      #expect(link.from.finding == "F1" && link.to.finding == "F2")
      let w3 = try #require(result.findings[1].wording.last)
      #expect(w3.hasPrefix("A session from \(family.stranger) (SHARED: vpn) carries "))
      #expect(w3.hasSuffix("This links client software or account, not a person."))
      #expect(!result.findings[0].wording.contains { $0.contains("also seen") })
      for finding in result.findings { expectSound(finding) }
    }
  }

  @Test(arguments: Family.allCases) func `32: who only shows a ticket is not linked`(family: Family) throws {
    let (ticket, other) = (TLSBytes.secret(9), TLSBytes.secret(10))
    // The server issues it, but does not take it from the other.
    #expect(try linked(family, .tls12(ticket: ticket), .tls12Resumed(ticket: ticket, isAccepted: false)).links.isEmpty)
    #expect(try linked(family, .tls13(identity: ticket), .tls13(identity: ticket, isAccepted: false)).links.isEmpty)
    // Another ticket.
    #expect(try linked(family, .tls12(ticket: ticket), .tls12Resumed(ticket: other)).links.isEmpty)
    // Taken, but the client never shows the key.
    var silent = StreamScript.tls12Resumed(ticket: ticket)
    silent.messages.removeLast(2)
    silent.say(.client, TLSBytes.encrypted(TLSBytes.secret(1).count))
    #expect(try linked(family, .tls12(ticket: ticket), silent).links.isEmpty)
    // Too short to be a secret.
    let short = Array(ticket.prefix(8))
    #expect(try linked(family, .tls12(ticket: short), .tls12Resumed(ticket: short)).links.isEmpty)
    // A session without a resumption names no link.
    #expect(try linked(family, .tls13(), .tls13()).links.isEmpty)
  }

  @Test(arguments: Family.allCases) func `32: our own client links nobody`(family: Family) throws {
    let ticket = TLSBytes.secret(9)
    let pipeline = try pipeline(family)
    func visit(_ host: UInt32, _ script: StreamScript, after seconds: Int64) -> [TimedFrame] {
      var talk = Conversation(
        client: Endpoint(address: family.us, port: 50_000 + UInt16(seconds)),
        server: Endpoint(address: family.x(host), port: 443), start: time(2014, 11, 24, 43_200 + seconds))
      talk.handshake()
      script.play(in: &talk)
      return talk.frames
    }
    let result = try pipeline.run(
      visit(7, .tls12(ticket: ticket), after: 0) + visit(8, .tls12Resumed(ticket: ticket), after: 60))
    #expect(result.findings.map(\.reason) == [.contacted] && result.links.isEmpty)
  }

  @Test func `32: the same address again is no link`() throws {
    let ticket = TLSBytes.secret(9)
    let pipeline = try pipeline(.v4)
    let result = try pipeline.run(
      session(.v4, from: Family.v4.x(7), .tls12(ticket: ticket))
        + session(.v4, from: Family.v4.x(7), .tls12Resumed(ticket: ticket), after: 60))
    #expect(result.links.isEmpty && result.findings.first?.flowCount == 2)
  }
}
