import Catalog
import Cryptography
import Packets
import TestSupport
import Testing

@testable import Assessment
@testable import Flows
@testable import Inspection

/// Links of grades K2 to K4, candidate slips and the timeline (methodology 3).
@Suite struct SlipTests {
  let us: IPAddress
  let x: IPAddress
  let exit: IPAddress
  let otherExit: IPAddress
  let plain: Catalog
  private let noon: Int64 = 43_200

  init() throws {
    us = try ip("192.0.2.10")
    x = try ip("198.51.100.7")
    exit = try ip("203.0.113.9")
    otherExit = try ip("203.0.113.77")
    plain = catalog([claim([try net("198.51.100.0/24")])], overlays: [overlay(.vpn, [try net("203.0.113.0/24")])])
  }

  private func result(_ flows: [FlowRecord]) -> CaseAssessment.Result {
    var assessment = CaseAssessment(catalog: plain, context: AssessmentContext())
    for flow in flows { _ = assessment.add(flow) }
    return assessment.finish()
  }

  private func token(_ kind: LinkToken.Kind, _ value: UInt64 = 1, isIssued: Bool = false) -> LinkToken {
    LinkToken(
      kind: kind, hash: KeyedHash.Value(high: 0, low: value), isIssued: isIssued, clientIsOriginator: true)
  }

  private func session(
    _ client: IPAddress, at second: Int64 = 0, lasting: Int64 = 3, port: UInt16 = 80, grade: EvidenceGrade = .e4,
    _ tokens: [LinkToken], software: [SoftwareMark] = [], actions: ActionSet = []
  ) -> FlowRecord {
    let evidence = SideEvidence(grade, grade == .e5 ? .keyExchange : grade == .e2 ? .twoWayUnverified : .twoWayVerified)
    var record = flow(
      client, us, in: plain, port: port, at: time(2014, 11, 24, noon + second), lasting: lasting,
      originator: evidence, responder: evidence)
    var facts = ApplicationFacts()
    facts.tokens = tokens
    facts.software = software
    facts.actions = actions
    record.content = FlowContent(facts)
    return record
  }

  private let agent = [SoftwareMark(kind: .userAgent, value: "curl/8")]
  private let otherAgent = [SoftwareMark(kind: .userAgent, value: "python")]

  /// The stretches that are listed are so many, however many slips there are.
  @Test func `many slips take time that grows with them`() {
    func time(_ count: UInt64) -> Duration {
      let flows = (0..<count).flatMap { number in
        let (host, second) = (UInt32(number % 250), Int64(number / 250 * 4_000))
        return [
          session(IPAddress(v4: 0xC633_6400 + host), at: second, [token(.cookie, number)]),
          session(IPAddress(v4: 0xCB00_7100 + host), at: second + 600, [token(.cookie, number)]),
        ]
      }
      return Effort.time {
        var assessment = CaseAssessment(catalog: plain, context: AssessmentContext())
        for flow in flows { _ = assessment.add(flow) }
        let found = assessment.finish()
        #expect(found.slips.count == Int(count) && found.timeline.count == min(2 * Int(count), 1_000))
        #expect(found.omittedStretches == 2 * count - UInt64(found.timeline.count))
        #expect(found.timeline.allSatisfy { $0.slips.count == 1 && $0.findings.count == 1 })
      }
    }
    let (few, many) = (time(500), time(5_000))
    #expect(many < few * 30, "\(few) for 500, \(many) for 5,000")
  }

  // MARK: K4

  @Test func `a cookie through a VPN and then directly is a candidate slip`() throws {
    let found = result([
      session(exit, [token(.cookie, isIssued: true)], actions: [.httpGet]),
      session(x, at: 600, lasting: 30, [token(.cookie)], actions: [.httpPost, .login]),
      session(x, at: 700, lasting: 20, [], actions: [.httpGet]),
      session(exit, at: 1_200, [token(.cookie)]),
    ])
    #expect(found.findings.map(\.reason) == [.direct, .vpn], "no verdict changes")
    #expect(found.links.count == 2 && found.links.allSatisfy { $0.grade == .k4 && $0.method == .cookie })
    let slip = try #require(found.slips.first)
    #expect(found.slips.count == 1 && slip.id == "S1" && slip.grade == .k4 && slip.methods == [.cookie])
    #expect(slip.address == x && slip.host == us && slip.finding == "F1" && slip.flowCount == 2)
    #expect(slip.window == 120_000_000_000, "the other flow of the session belongs to the window")
    #expect(slip.actions == ["http-post", "login", "http-get"])
    #expect(slip.proxied.map(\.place) == [.before, .after] && slip.proxied.allSatisfy { $0.end.address == exit })
    #expect(slip.proxied.map { $0.gap / 1_000_000_000 } == [597, 480] && slip.gap == 480_000_000_000)
    #expect(
      found.findings[0].wording.contains { $0.hasPrefix("Candidate slip: 198.51.100.7 connected to 192.0.2.10 ") })
    #expect(found.findings[0].actions.starts(with: ["http-post", "login", "http-get"]))
    #expect(found.statistics.ranges.map(\.acting) == [1], "one of the two direct flows wrote something")
    #expect(found.timeline.map(\.way) == [.proxied, .direct])
    #expect(found.timeline.allSatisfy { $0.slips == ["S1"] } && found.timeline.map(\.flowCount) == [2, 2])
  }

  @Test func `the order of arrival changes nothing`() {
    let flows = [
      session(exit, [token(.cookie, isIssued: true)]), session(x, at: 600, [token(.cookie), token(.bearer, 7)]),
      session(otherExit, at: 900, [token(.bearer, 7)]), session(exit, at: 1_200, [token(.cookie)]),
    ]
    let one = result(flows)
    var generator = SeededGenerator(seed: 5)
    for _ in 0..<20 {
      let other = result(flows.shuffled(using: &generator))
      #expect(one.slips == other.slips && one.links == other.links && one.timeline == other.timeline)
    }
    #expect(one.slips.first?.methods == [.cookie, .bearer] && one.slips.first?.proxied.count == 3)
  }

  @Test(arguments: [(1_803, true), (1_804, false)]) func `it lies within half an hour`(second: Int64, isFound: Bool) {
    let found = result([session(exit, [token(.cookie)]), session(x, at: second, [token(.cookie)])])
    #expect(found.links.count == 1 && found.slips.isEmpty != isFound)
  }

  @Test func `what a server gives to several clients links nobody`() {
    let both = result([
      session(exit, [token(.cookie, isIssued: true)]), session(x, at: 60, [token(.cookie, isIssued: true)]),
    ])
    #expect(both.links.isEmpty && both.slips.isEmpty)
    // Shown before it was issued again: he had it already.
    let again = result([
      session(exit, [token(.cookie, isIssued: true)]),
      session(x, at: 60, [token(.cookie), token(.cookie, isIssued: true)]),
    ])
    #expect(again.links.count == 1 && again.slips.count == 1)
  }

  @Test func `an address that is not verified is not linked`() {
    let found = result([
      session(exit, [token(.cookie)]), session(x, at: 60, grade: .e2, [token(.cookie)]),
    ])
    #expect(found.links.isEmpty && found.slips.isEmpty)
  }

  @Test func `a ticket counts in completed key exchanges alone`() {
    func found(_ grade: EvidenceGrade) -> CaseAssessment.Result {
      result([
        session(exit, grade: .e5, [token(.ticket, isIssued: true)]), session(x, at: 60, grade: grade, [token(.ticket)]),
      ])
    }
    #expect(found(.e5).slips.count == 1)
    #expect(found(.e4).links.isEmpty)
  }

  @Test func `two shared addresses are linked and are no slip`() {
    let found = result([session(exit, [token(.cookie)]), session(otherExit, at: 60, [token(.cookie)])])
    #expect(found.links.count == 1 && found.slips.isEmpty && found.timeline.isEmpty)
  }

  @Test(arguments: [LinkToken.Kind.cookie, .bearer])
  func `what different software shows links nobody`(kind: LinkToken.Kind) {
    func found(_ third: [SoftwareMark]) -> CaseAssessment.Result {
      result([
        session(x, [token(kind)], software: agent), session(exit, at: 60, [token(kind)], software: agent),
        session(otherExit, at: 90, [token(kind)], software: third),
      ])
    }
    #expect(found(otherAgent).links.isEmpty && found(otherAgent).slips.isEmpty)
    #expect(found(agent).links.count == 3 && found(agent).slips.count == 1)
    #expect(found([]).links.count == 3, "nothing says that it is other software")
  }

  // MARK: K3

  @Test func `an account is a slip only where the software agrees`() {
    func slips(_ one: [SoftwareMark], _ other: [SoftwareMark], third: [SoftwareMark]? = nil) -> CaseAssessment.Result {
      var flows = [
        session(exit, [token(.account)], software: one), session(x, at: 60, [token(.account)], software: other),
      ]
      if let third { flows.append(session(otherExit, at: 90, [token(.account)], software: third)) }
      return result(flows)
    }
    let agreeing = slips(agent, agent)
    #expect(agreeing.links.map(\.grade) == [.k3] && agreeing.slips.map(\.grade) == [.k3])
    #expect(slips(agent, otherAgent).slips.isEmpty && slips(agent, otherAgent).links.count == 1)
    #expect(slips([], []).slips.isEmpty, "nothing says that it is the same software")
    #expect(slips(agent, []).slips.isEmpty)
    #expect(slips(agent, agent, third: otherAgent).slips.isEmpty, "several programs use the account")
    #expect(slips(agent, agent, third: agent).slips.first?.proxied.count == 2)
  }

  @Test func `the same name at another host is another account`() throws {
    var elsewhere = session(x, at: 60, [token(.account)], software: agent)
    elsewhere.responder.address = try ip("192.0.2.11")
    #expect(result([session(exit, [token(.account)], software: agent), elsewhere]).links.isEmpty)
  }

  @Test func `an account that two clients use at the same time, or with cookies of their own, is no slip`() {
    func slips(at second: Int64, _ one: LinkToken, _ other: LinkToken) -> Int {
      result([
        session(exit, lasting: 30, [token(.account), one], software: agent),
        session(x, at: second, [token(.account), other], software: agent),
      ]).slips.count
    }
    let (cookie, another) = (token(.cookie, 8), token(.cookie, 9))
    #expect(slips(at: 60, token(.upload, 8), token(.upload, 9)) == 1)
    #expect(slips(at: 20, token(.upload, 8), token(.upload, 9)) == 0, "at the same time")
    #expect(slips(at: 60, cookie, another) == 0, "two sessions of the service")
    #expect(slips(at: 20, cookie, cookie) == 1, "K4")
  }

  @Test(arguments: [LinkToken.Kind.messageID, .upload])
  func `content alone links and is no slip`(kind: LinkToken.Kind) {
    let found = result([
      session(exit, grade: .e5, [token(kind)], software: agent),
      session(x, at: 60, grade: .e5, [token(kind)], software: agent),
    ])
    #expect(found.links.map(\.grade) == [.k3] && found.slips.isEmpty)
  }

  @Test func `an interface identifier made of a hardware address links networks`() throws {
    let identifier: UInt64 = 0x0211_22FF_FE33_4455
    func linked(_ host: UInt64) throws -> [Link] {
      let six = catalog([
        claim([try #require(IPPrefix(address: ip6(1, 0), length: 64))]),
        claim([try #require(IPPrefix(address: ip6(2, 0), length: 64))], id: "c2", actor: 1),
      ])
      var assessment = CaseAssessment(catalog: six, context: AssessmentContext())
      _ = assessment.add(flow(ip6(1, host), ip6(9, 1), in: six))
      _ = assessment.add(flow(ip6(2, host), ip6(9, 1), in: six, at: time(2014, 11, 24, noon + 60)))
      return assessment.finish().links
    }
    #expect(try linked(identifier).map(\.method) == [.interfaceID])
    #expect(try linked(0x1234_5678_9ABC_DEF0).isEmpty)
  }

  // MARK: K2

  private func syn(window: UInt16) throws -> SYNTuple {
    var packet = Packet()
    packet.ipProtocol = .tcp
    packet.timeToLive = 60
    packet.tcp.window = window
    return [UInt8](repeating: 0, count: 64).withRawSpan { SYNTuple(packet, frame: $0) }
  }

  /// Sessions of two clients with one fingerprint, and of so many others with another.
  private func crowd(_ others: Int, ports: (UInt16, UInt16) = (443, 443), window: UInt16 = 1) throws
    -> CaseAssessment.Result
  {
    let rare = [SoftwareMark(kind: .ja4, value: "t13d0000")]
    var flows = [
      session(exit, port: ports.0, [], software: rare), session(x, at: 60, port: ports.1, [], software: rare),
    ]
    flows[0].syn = try syn(window: 1)
    flows[1].syn = try syn(window: window)
    for number in 0..<others {
      var other = session(
        IPAddress(v4: 0xCB00_7100 + UInt32(number % 256)), [],
        software: [SoftwareMark(kind: .ja4, value: "t13d1111")])
      // Beyond the 256 addresses of the list, those of our own network stand in.
      if number >= 200 { other.originator.address = IPAddress(v4: 0x0A00_0000 + UInt32(number)) }
      other.syn = try syn(window: 1)
      flows.append(other)
    }
    return result(flows)
  }

  @Test func `a joint fingerprint links where it is rare, and to one service`() throws {
    let rare = try crowd(210)
    #expect(rare.links.map(\.method) == [.fingerprint] && rare.links.first?.grade == .k2)
    #expect(rare.slips.map(\.grade) == [.k2])
    #expect(try crowd(190).links.isEmpty, "two in 193 is not rare enough")
    #expect(try crowd(210, window: 2).links.isEmpty, "another SYN")
    let elsewhere = try crowd(210, ports: (443, 8_443))
    #expect(elsewhere.links.count == 1 && elsewhere.slips.isEmpty)
  }

  // MARK: Bounds

  @Test func `very many sessions are bounded, and the direct ones are not crowded out`() {
    var flows = (0..<1_000).map { session(exit, at: Int64($0), lasting: 0, [token(.cookie)]) }
    flows.append(session(x, at: 1_100, [token(.cookie)]))
    let found = result(flows)
    #expect(found.slips.count == 1 && found.slips[0].proxied.count == Linkage.sessionLimit)
    #expect(found.omittedLinks == 984)
    #expect(found.notShown.contains { $0.contains("984 sessions or links did not fit") })
  }

  @Test func `of more sessions than are kept the earliest are, in any order of arrival`() throws {
    let judge = CaseAssessment(catalog: plain, context: AssessmentContext()).judge
    let sessions = try (0..<200).map { number in
      let record = session(number % 2 == 0 ? exit : x, at: Int64(number), [token(.cookie, UInt64(number / 2))])
      return try #require(LinkedSession(judge.assessed(record)))
    }
    let earliest = sessions.prefix(20).map(\.first)
    var generator = SeededGenerator(seed: 7)
    for _ in 0..<20 {
      var linkage = Linkage(limit: 20)
      for session in sessions.shuffled(using: &generator) { linkage.add(session) }
      let kept = linkage.kept
      let times = kept.shared.flatMap { $0.holders.map(\.session.first) }.sorted()
      #expect(times == earliest && kept.omitted == 180)
    }
  }

  /// So many sessions as are kept of one token, each of a VPN client of its own, and a direct one before them.
  private func full(_ held: LinkToken, direct: [LinkToken], software: [SoftwareMark] = []) -> [FlowRecord] {
    [session(x, direct, software: software)]
      + (0..<Linkage.sessionLimit).map {
        session(IPAddress(v4: 0xCB00_7100 + UInt32($0)), at: Int64($0 + 1) * 10, [held], software: software)
      }
  }

  @Test func `what does not fit still says that a server issued the token to several clients`() {
    let flows = full(token(.cookie), direct: [token(.cookie, isIssued: true)])
    #expect(result(flows).slips.count == 1)
    let all = flows + [session(otherExit, at: 1_000, [token(.cookie, isIssued: true)])]
    #expect(result(all).links.isEmpty && result(all).slips.isEmpty && result(all).omittedLinks == 1)
  }

  @Test func `what does not fit still says that different software uses the account`() {
    let flows = full(token(.account), direct: [token(.account)], software: agent)
    #expect(result(flows).slips.count == 1)
    #expect(result(flows + [session(otherExit, at: 1_000, [token(.account)], software: agent)]).slips.count == 1)
    let all = flows + [session(otherExit, at: 1_000, [token(.account)], software: otherAgent)]
    #expect(!result(all).links.isEmpty && result(all).slips.isEmpty)
  }

  @Test func `of more sessions than are kept of a token the earliest are, in any order of arrival`() {
    let flows = (0..<100).map { number in
      session(
        IPAddress(v4: (number % 2 == 0 ? 0xC633_6400 : 0xCB00_7100) + UInt32(number)), at: Int64(number), lasting: 0,
        [token(.cookie)])
    }
    let one = result(flows)
    #expect(one.omittedLinks == 68 && one.slips.first?.proxied.last?.end.address == IPAddress(v4: 0xCB00_711F))
    var generator = SeededGenerator(seed: 6)
    for _ in 0..<20 {
      let other = result(flows.shuffled(using: &generator))
      #expect(one.slips == other.slips && one.links == other.links && one.timeline == other.timeline)
      #expect(one.findings.map(\.wording) == other.findings.map(\.wording) && one.omittedLinks == other.omittedLinks)
    }
  }
}
