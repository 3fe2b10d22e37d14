import Packets
import TestSupport
import Testing

@testable import Flows

/// Methodology 2.4 rule by rule, for all protocols but QUIC; each with what an attacker without sight can do instead.
@Suite struct DatagramRuleTests {
  private let cookie: [UInt8] = [0x9A, 0x01, 0x5C, 0x33, 0xE0, 0x77, 0x12, 0x48]
  private let wrong: [UInt8] = [0x9A, 0x01, 0x5C, 0x33, 0xE0, 0x77, 0x12, 0x49]
  private let sip = "84a4cc6f3082121f32b42a2187831a9e"

  // MARK: DNS

  @Test(arguments: 0...1) func `a DNS answer to our question verifies the server`(family: Int) {
    var talk = DatagramTalk(port: 53, weAsk: true, family: family)
    talk.us(Message.dns(0x1234))
    talk.x(Message.dns(0x1234, isResponse: true))
    #expect(talk.evidence == .echoed)
    #expect(talk.ours == .twoWay)
  }

  @Test func `a DNS answer with another id or question, before the question, or to a fixed port does not`() {
    for answer in [Message.dns(0x1235, isResponse: true), Message.dns(0x1234, "Example.org", isResponse: true)] {
      var talk = DatagramTalk(port: 53, weAsk: true)
      talk.us(Message.dns(0x1234))
      talk.x(answer)
      #expect(talk.evidence == .twoWay)
    }
    var early = DatagramTalk(port: 53, weAsk: true)
    early.x(Message.dns(0x1234, isResponse: true))
    early.us(Message.dns(0x1234))
    #expect(early.evidence == .twoWay)
    var fixed = DatagramTalk(port: 53, asker: 53, weAsk: true)
    fixed.us(Message.dns(0x1234))
    fixed.x(Message.dns(0x1234, isResponse: true))
    #expect(fixed.evidence == .twoWay)
    var constant = DatagramTalk(port: 53, weAsk: true)
    constant.us(Message.dns(0))
    constant.x(Message.dns(0, isResponse: true))
    #expect(constant.evidence == .twoWay)
  }

  @Test(arguments: [1, 7, 8, 200, 65_535] as [UInt16]) func `a flood of all ids is guessing`(id: UInt16) {
    var talk = DatagramTalk(port: 53, weAsk: true)
    talk.us(Message.dns(id))
    for guess in 0..<600 as Range<UInt16> { talk.x(Message.dns(id &+ 300 &- guess, isResponse: true)) }
    #expect(talk.evidence == .guessed)
    // The right one first makes the flood no better.
    var lucky = DatagramTalk(port: 53, weAsk: true)
    lucky.us(Message.dns(id))
    for guess in 0..<600 as Range<UInt16> { lucky.x(Message.dns(id &+ guess, isResponse: true)) }
    #expect(lucky.evidence == .guessed)
  }

  @Test func `seven wrong ids are bad luck`() {
    var talk = DatagramTalk(port: 53, weAsk: true)
    talk.us(Message.dns(100))
    for guess in 0..<7 as Range<UInt16> { talk.x(Message.dns(guess, isResponse: true)) }
    talk.x(Message.dns(100, isResponse: true))
    #expect(talk.evidence == .echoed)
  }

  /// Our questions from one port after another, each answered with so many wrong ids, the last one then with the right one.
  private func guesses(perPort wrong: UInt16, ports: UInt16, pause: Double = 0.1) -> SideEvidence? {
    var captured: [TimedFrame] = []
    for port in 0..<ports {
      var talk = DatagramTalk(port: 53, asker: 40_000 + port, weAsk: true)
      talk.us(Message.dns(100 + port))
      for guess in 0..<wrong { talk.x(Message.dns(9_000 + guess, isResponse: true)) }
      if port + 1 == ports { talk.x(Message.dns(100 + port, isResponse: true)) }
      let delay = Int64(Double(port) * pause * 1e9)
      captured += talk.talk.frames.map { frame in
        var frame = frame
        frame.timestamp = Timestamp(nanoseconds: frame.timestamp.nanoseconds + delay)
        return frame
      }
    }
    captured.sort { $0.timestamp < $1.timestamp }
    return flows(of: captured, prefixes: DatagramTalk.prefixes)
      .first { $0.originator.port == 40_000 + ports - 1 }?.responderEvidence
  }

  @Test func `guesses spread over the ports of many questions are guesses`() {
    #expect(guesses(perPort: 1, ports: 7) == .echoed, "seven are bad luck")
    #expect(guesses(perPort: 1, ports: 8) == .guessed)
    #expect(guesses(perPort: 7, ports: 40) == .guessed)
    #expect(guesses(perPort: 1, ports: 8, pause: 10) == .echoed, "not within a minute")
  }

  @Test func `answers to forty questions, all of them right, are none`() {
    #expect(guesses(perPort: 0, ports: 40) == .echoed)
  }

  @Test func `answers to questions that fell out are no guesses, and no proof`() {
    var talk = DatagramTalk(port: 53, weAsk: true)
    for id in 0..<40 as Range<UInt16> { talk.us(Message.dns(id)) }
    for id in 0..<40 as Range<UInt16> { talk.x(Message.dns(id, isResponse: true)) }
    #expect(talk.evidence == .twoWay)
    #expect(talk.records.first?.notes.contains(.inspectionCut) == true)
  }

  @Test func `a DNS asker is verified by our cookie alone`() {
    var talk = DatagramTalk(port: 53)
    talk.x(Message.dns(1))
    talk.us(Message.dns(1, isResponse: true, serverCookie: cookie))
    #expect(talk.evidence == .twoWay)
    var guessing = talk
    guessing.x(Message.dns(2, serverCookie: wrong))
    #expect(guessing.evidence == .twoWay)
    talk.x(Message.dns(2, serverCookie: cookie))
    #expect(talk.evidence == .echoed)
  }

  @Test func `a cookie that the asker brought along is not ours`() {
    var talk = DatagramTalk(port: 53)
    talk.x(Message.dns(1, serverCookie: cookie))
    talk.us(Message.dns(1, isResponse: true, serverCookie: cookie))
    talk.x(Message.dns(2, serverCookie: cookie))
    #expect(talk.evidence == .twoWay)
  }

  // MARK: The other protocols

  /// A conversation in which X returns what we chose, as far as the last message; then the last message wrong.
  private struct Script {
    var name: String
    var port: UInt16
    var weAsk = false
    var before: [(fromX: Bool, payload: [UInt8])]
    var right: [UInt8]
    var wrong: [UInt8]
  }

  private var scripts: [Script] {
    let (a, b): (UInt64, UInt64) = (0xA1B2_C3D4_E5F6_0718, 0x1827_3645_5463_7281)
    let id: [UInt8] = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]
    let other: [UInt8] = [2, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]
    return [
      Script(
        name: "DTLS HelloVerifyRequest", port: 4_433,
        before: [(true, Message.clientHello()), (false, Message.helloVerify(cookie: cookie))],
        right: Message.clientHello(cookie: cookie), wrong: Message.clientHello(cookie: wrong)),
      Script(
        name: "DTLS 1.3 HelloRetryRequest", port: 4_433,
        before: [(true, Message.clientHello()), (false, Message.helloRetry(cookie: cookie))],
        right: Message.clientHello(later: cookie), wrong: Message.clientHello(later: wrong)),
      Script(
        name: "IKEv2 responder SPI", port: 500,
        before: [(true, Message.ike(a, 0, flags: 0x08)), (false, Message.ike(a, b, flags: 0x20))],
        right: Message.ike(a, b, exchange: 35, flags: 0x08), wrong: Message.ike(a, b ^ 1, exchange: 35, flags: 0x08)),
      Script(
        name: "IKEv2 behind NAT", port: 4_500,
        before: [
          (true, [0, 0, 0, 0] + Message.ike(a, 0, flags: 0x08)),
          (false, [0, 0, 0, 0] + Message.ike(a, b, flags: 0x20)),
        ],
        right: [0, 0, 0, 0] + Message.ike(a, b, exchange: 35, flags: 0x08),
        wrong: [0, 0, 0, 1] + Message.ike(a, b, exchange: 35, flags: 0x08)),
      Script(
        name: "IKEv2 cookie", port: 500,
        before: [(true, Message.ike(a, 0, flags: 0x08)), (false, Message.ike(a, 0, flags: 0x20, cookie: cookie))],
        right: Message.ike(a, 0, flags: 0x08, cookie: cookie), wrong: Message.ike(a, 0, flags: 0x08, cookie: wrong)),
      Script(
        name: "IKEv2 responder in range", port: 500, weAsk: true, before: [(false, Message.ike(a, 0, flags: 0x08))],
        right: Message.ike(a, b, flags: 0x20), wrong: Message.ike(a ^ 1, b, flags: 0x20)),
      Script(
        name: "IKEv1 responder cookie", port: 500,
        before: [
          (true, Message.ike(a, 0, version: 1, exchange: 2, flags: 0)),
          (false, Message.ike(a, b, version: 1, exchange: 2, flags: 0)),
        ],
        right: Message.ike(a, b, version: 1, exchange: 2, flags: 0),
        wrong: Message.ike(a, b ^ 1, version: 1, exchange: 2, flags: 0)),
      Script(
        name: "SIP", port: 5_060, before: [(true, Message.sipRequest(nil)), (false, Message.sipChallenge(sip))],
        right: Message.sipRequest(sip), wrong: Message.sipRequest(sip + "0")),
      Script(
        name: "SIP proxy", port: 5_060,
        before: [(true, Message.sipRequest(nil)), (false, Message.sipChallenge(sip, status: 407))],
        right: Message.sipRequest(sip, isProxy: true), wrong: Message.sipRequest("0" + sip, isProxy: true)),
      Script(
        name: "STUN id", port: 3_478, weAsk: true, before: [(false, Message.stun(0x0001, id))],
        right: Message.stun(0x0101, id), wrong: Message.stun(0x0101, other)),
      Script(
        name: "STUN nonce", port: 3_478,
        before: [
          (true, Message.stun(0x0003, id)), (false, Message.stun(0x0113, id, nonce: cookie, error: 401)),
        ],
        right: Message.stun(0x0003, other, nonce: cookie), wrong: Message.stun(0x0003, other, nonce: wrong)),
    ]
  }

  private func run(_ script: Script, last: [UInt8]?, family: Int = 0) -> DatagramTalk {
    var talk = DatagramTalk(port: script.port, weAsk: script.weAsk, family: family)
    for (fromX, payload) in script.before { if fromX { talk.x(payload) } else { talk.us(payload) } }
    if let last { talk.x(last) }
    return talk
  }

  @Test(arguments: 0...1) func `returning what we chose verifies, anything else does not`(family: Int) {
    for script in scripts {
      #expect(run(script, last: script.right, family: family).evidence == .echoed, "\(script.name)")
      #expect(run(script, last: script.wrong, family: family).evidence == .twoWay, "\(script.name)")
    }
  }

  @Test func `the echo must come after what it echoes`() {
    for script in scripts {
      var talk = DatagramTalk(port: script.port, weAsk: script.weAsk)
      talk.x(script.right)
      for (fromX, payload) in script.before { if fromX { talk.x(payload) } else { talk.us(payload) } }
      #expect((talk.evidence?.grade ?? .e5) <= .e2, "\(script.name)")
      // And having guessed before, X learns nothing from hearing it.
      talk.x(script.right)
      #expect((talk.evidence?.grade ?? .e5) <= .e2, "\(script.name)")
    }
  }

  @Test func `without our message in the capture there is nothing to return`() {
    for script in scripts {
      var talk = DatagramTalk(port: script.port, weAsk: script.weAsk)
      for (fromX, payload) in script.before where fromX { talk.x(payload) }
      talk.x(script.right)
      #expect((talk.evidence?.grade ?? .e5) <= .e1, "\(script.name)")
    }
  }

  @Test func `an echo that the snap length cut does not verify, and neither does a damaged one`() {
    for script in scripts {
      var cut = run(script, last: script.right)
      let frames = cut.talk.frames
      let shorter = frames.dropLast() + frames.suffix(1).map { $0.cut(to: 54) }
      let record = flows(of: Array(shorter), prefixes: DatagramTalk.prefixes).first
      #expect(record?.evidence(of: DatagramTalk.ranges[0]) == .twoWay, "\(script.name)")
      cut.talk.drop()
      cut.x(script.right) { $0.overrideTransportChecksum = 0x1234 }
      #expect(cut.evidence?.grade != .e3, "\(script.name)")
    }
  }

  /// X sends a first fragment that ends before the message begins: the rest of it comes in a packet without ports.
  @Test func `what X sent in fragments may be what we answer with`() {
    for script in scripts where !script.weAsk {
      var talk = DatagramTalk(port: script.port)
      talk.x([]) { frame in
        frame.fragmentField = 0x2000
        frame.overrideUDPLength = 200
      }
      for (fromX, payload) in script.before { if fromX { talk.x(payload) } else { talk.us(payload) } }
      talk.x(script.right)
      #expect((talk.evidence?.grade ?? .e5) <= .e2, "\(script.name)")
    }
  }

  @Test func `eight wrong echoes before the right one are guessing`() {
    var talk = DatagramTalk(port: 4_433)
    talk.x(Message.clientHello())
    talk.us(Message.helloVerify(cookie: cookie))
    for guess in 0..<8 as Range<UInt8> { talk.x(Message.clientHello(cookie: [guess, 1, 2, 3, 4])) }
    talk.x(Message.clientHello(cookie: cookie))
    #expect(talk.evidence == .guessed)
  }

  @Test func `what X told us and we forgot is not taken for ours`() {
    // X names a nonce, then many others; our challenge repeats the first, as a careless server might.
    var talk = DatagramTalk(port: 5_060)
    talk.x(Message.sipRequest(sip))
    for other in 0..<40 { talk.x(Message.sipRequest("abcdefgh\(other)")) }
    talk.us(Message.sipChallenge(sip))
    talk.x(Message.sipRequest(sip))
    #expect(talk.evidence == .twoWay)
    #expect(talk.records.first?.notes.contains(.inspectionCut) == true)
  }

  @Test func `the answer to an unknown SPI proves nothing`() {
    var talk = DatagramTalk(port: 500)
    // As if X's first message had been missed: our error repeats both of its SPIs (RFC 7296 section 1.5).
    talk.us(Message.ike(5, 6, exchange: 37, flags: 0x20))
    talk.x(Message.ike(5, 6, exchange: 37, flags: 0x08))
    #expect(talk.evidence == .twoWay)
  }

  @Test func `an echo service on our side gives nothing away`() {
    for (xPort, port) in [(53, 7_777), (53, 53), (40_000, 53)] as [(UInt16, UInt16)] {
      var talk = DatagramTalk(port: port, asker: xPort)
      for isResponse in [false, true] {
        for _ in 0..<2 {
          let payload = Message.dns(0x77, isResponse: isResponse, serverCookie: cookie)
          talk.x(payload)
          talk.us(payload)
        }
      }
      #expect(talk.evidence == .twoWay)
    }
    // A packet that is not known for QUIC yet comes back when the flow is.
    var quic = DatagramTalk(port: 7_777, asker: 443)
    let (a, b): ([UInt8], [UInt8]) = ([1, 2, 3, 4, 5, 6, 7, 8], [0x55, 0x21, 0x13, 0x99, 0x72, 0xA1, 0xBB, 0x41])
    let unknown = Message.quic(.handshake, version: 0x1A2A_3A4A, to: a, from: b)
    quic.x(unknown)
    quic.x(Message.quic(.initial, to: a, from: a))
    quic.us(unknown)
    quic.x(Message.quic(.handshake, to: b, from: a))
    #expect((quic.evidence?.grade ?? .e5) <= .e2)
  }

  @Test func `NTP proves nothing, whatever its timestamps`() {
    var generator = SeededGenerator(seed: 9)
    let transmit = generator.bytes(8)
    var talk = DatagramTalk(port: 123, weAsk: true)
    talk.us([0x23] + [UInt8](repeating: 0, count: 39) + transmit)
    talk.x([0x24] + [UInt8](repeating: 1, count: 23) + transmit + [UInt8](repeating: 2, count: 16))
    #expect(talk.evidence == .twoWay)
  }

  /// A careless service of ours repeats what it is told; the request that told it came by another path than the answer.
  @Test(arguments: [true, false]) func `what another path brought is no secret`(isTunnelled: Bool) throws {
    func talk(hides: Bool) -> [FlowRecord] {
      var talk = DatagramTalk(port: 53)
      talk.x(Message.dns(1))
      if hides {
        talk.x(Message.dns(1, serverCookie: cookie)) { if !isTunnelled { $0.vlanTags = [7] } }
      }
      talk.us(Message.dns(1, isResponse: true, serverCookie: cookie))
      talk.x(Message.dns(2, serverCookie: cookie))
      var frames = talk.talk.frames
      if hides, isTunnelled {
        let ends = (IPAddress(v4: 0xC000_0251), IPAddress(v4: 0xC000_0252))
        frames.replaceSubrange(
          1...1, with: [frames[1]].inside(.ip, behind: [frames[1].packet()!.source], ends.0, ends.1, identifier: 9))
      }
      return flows(of: frames, prefixes: DatagramTalk.prefixes)
    }
    #expect(talk(hides: false).map(\.originatorEvidence) == [.echoed])
    let records = talk(hides: true).filter { $0.responder.port == 53 }
    #expect(records.count == 2)
    #expect(records.allSatisfy { $0.originatorEvidence.grade <= .e2 && $0.notes.contains(.severalPaths) })
  }

  @Test func `a source route caps what an echo proves`() {
    for script in scripts {
      var talk = run(script, last: nil)
      talk.x(script.right) { $0.ipOptions = [131, 7, 4, 192, 0, 2, 9, 0] }
      #expect(talk.evidence == .twoWay, "\(script.name)")
    }
  }

  // MARK: ICMP

  private func ping(_ payloads: [(UInt16, [UInt8])], family: Int = 0, answer: ([UInt8]) -> [UInt8] = { $0 })
    -> SideEvidence?
  {
    var talk = DatagramTalk(port: 0, weAsk: true, family: family)
    for (sequence, payload) in payloads {
      talk.talk.echo(from: .client, identifier: 7, sequence: sequence, payload: payload)
      talk.talk.echo(from: .server, identifier: 7, sequence: sequence, payload: answer(payload))
    }
    return talk.evidence
  }

  @Test(arguments: 0...1) func `an echo reply with our random payload verifies`(family: Int) {
    var generator = SeededGenerator(seed: 6)
    let payload = generator.bytes(120)
    #expect(ping([(1, payload)], family: family) == .echoed)
    #expect(ping([(1, payload)], family: family) { $0.dropLast() + [$0[119] ^ 1] } == .twoWay)
    #expect(ping([(1, payload)], family: family) { _ in [] } == .twoWay)
    #expect(ping([(1, generator.bytes(16) + (0x10...0x37))], family: family) == .twoWay)
    #expect(ping([(1, [])], family: family) == .twoWay)
  }

  @Test func `a payload that is sent again can be known`() {
    var generator = SeededGenerator(seed: 7)
    let (head, fixed) = (generator.bytes(16), generator.bytes(100))
    #expect(ping([(1, generator.bytes(100)), (2, generator.bytes(100))]) == .echoed)
    #expect(ping([(1, head + fixed), (2, generator.bytes(16) + fixed)]) == .twoWay)
  }

  @Test func `echo requests from X stay a claim`() {
    var generator = SeededGenerator(seed: 8)
    let payload = generator.bytes(120)
    var talk = DatagramTalk(port: 0)
    for sequence in 1...3 as ClosedRange<UInt16> {
      talk.talk.echo(from: .client, identifier: 7, sequence: sequence, payload: payload)
      talk.talk.echo(from: .server, identifier: 7, sequence: sequence, payload: payload)
    }
    #expect(talk.evidence == .claimed)
  }
}
