import Assessment
import Catalog
import Flows
import Packets
import TestSupport
import Testing

/// The test vectors of methodology 8.1 from frames to findings.
@Suite struct VectorTests {
  private func pipeline(_ family: Family, _ edit: (inout CatalogText) -> Void = { $0.claim() }) throws -> Pipeline {
    var text = CatalogText(family: family)
    edit(&text)
    return Pipeline(family: family, catalog: try text.load())
  }

  private func expect(
    _ finding: Finding, _ verdict: Verdict, _ reasons: [VerdictReason], likelihood: Likelihood? = nil,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    #expect(finding.verdict == verdict, sourceLocation: sourceLocation)
    #expect(finding.reasons == reasons, sourceLocation: sourceLocation)
    #expect(finding.likelihood == likelihood, sourceLocation: sourceLocation)
    for sentence in finding.wording {
      #expect(WordingTests.faults(sentence) == [], sourceLocation: sourceLocation)
    }
  }

  private func session(_ family: Family, host: UInt32 = 7, at start: Timestamp = time(2014, 11, 24, 43_200))
    -> [TimedFrame]
  {
    var talk = Conversation.fromX(family, host: host, at: start)
    talk.session()
    return talk.frames
  }

  // MARK: Evidence

  @Test(arguments: Family.allCases) func `1: a full session on good grounds`(family: Family) throws {
    var pipeline = try pipeline(family) {
      $0.claim(route: "match")
      $0.overlay("vpn", "203.0.113.0/24")
    }
    pipeline.context.sensors = twoSensors
    pipeline.context.clockOffsetIsKnown = true
    pipeline.context.interfaceDrops = 0
    pipeline.context.packets = 14
    // Each sensor has a clock and a line of its own.
    let frames = session(family).flatMap { frame in
      var other = frame
      other.timestamp = Timestamp(nanoseconds: frame.timestamp.nanoseconds + 310_000)
      return [(frame: frame, sensor: 0), (frame: other, sensor: 1)]
    }
    let findings = try pipeline.run(frames).findings
    #expect(findings.count == 1)
    let finding = try #require(findings.first)
    expect(finding, .exclusive, [.direct], likelihood: .veryLikely)
    #expect(finding.confidence.overall == .high)
    #expect(finding.addresses == [family.x(7)])
    #expect(finding.flows.first?.record.citations?.syn == 1)
  }

  @Test(arguments: Family.allCases) func `2: one sensor, route unknown`(family: Family) throws {
    let finding = try pipeline(family) {
      $0.claim()
      $0.overlay("vpn", "203.0.113.0/24")
    }.finding(session(family))
    expect(finding, .exclusive, [.direct], likelihood: .likely)
    #expect(finding.confidence.overall == .moderate)
  }

  @Test(arguments: Family.allCases) func `3: SYN only`(family: Family) throws {
    var talk = Conversation.fromX(family)
    talk.syn()
    expect(try pipeline(family).finding(talk.frames), .unverifiable, [.oneWay])
  }

  @Test(arguments: Family.allCases) func `4: SYN, SYN-ACK, RST from X`(family: Family) throws {
    var talk = Conversation.fromX(family)
    talk.syn()
    talk.synAck()
    talk.rst(from: .client)
    expect(try pipeline(family).finding(talk.frames), .unverifiable, [.halfOpen])
  }

  @Test(arguments: Family.allCases) func `5: third packet acknowledges one too many`(family: Family) throws {
    var talk = Conversation.fromX(family)
    talk.syn()
    talk.synAck()
    talk.segment(from: .client, [.ack], acknowledgement: 5_002)
    expect(try pipeline(family).finding(talk.frames), .unverifiable, [.halfOpen])
  }

  @Test(arguments: Family.allCases) func `6: sequence numbers wrap around`(family: Family) throws {
    var talk = Conversation.fromX(family, serverISN: 0xFFFF_FFFF)
    talk.session()
    expect(try pipeline(family).finding(talk.frames), .exclusive, [.direct], likelihood: .likely)
    var bare = Conversation.fromX(family, serverISN: 0xFFFF_FFFF)
    bare.handshake()
    expect(try pipeline(family).finding(bare.frames), .exclusive, [.connectOnly], likelihood: .likely)
  }

  @Test(arguments: Family.allCases) func `7: the data packet stands in for a lost third packet`(family: Family) throws {
    var talk = Conversation.fromX(family)
    talk.syn()
    talk.synAck()
    talk.send(200, from: .client)
    talk.send(1_000, from: .server)
    talk.ack(from: .client)
    expect(try pipeline(family).finding(talk.frames), .exclusive, [.direct], likelihood: .likely)
  }

  @Test(arguments: Family.allCases) func `7b: payload from the range only`(family: Family) throws {
    var talk = Conversation.fromX(family)
    talk.syn()
    talk.synAck()
    talk.send(200, from: .client)
    talk.ack(from: .server)
    expect(try pipeline(family).finding(talk.frames), .exclusive, [.dataInOnly], likelihood: .likely)
  }

  @Test(arguments: Family.allCases) func `8: handshake and FIN, no data`(family: Family) throws {
    var talk = Conversation.fromX(family)
    talk.handshake()
    talk.close(from: .client)
    let finding = try pipeline(family).finding(talk.frames)
    expect(finding, .exclusive, [.connectOnly], likelihood: .likely)
    #expect(finding.relevance == .low)
    #expect(finding.actions == ["connect"])
  }

  @Test(arguments: Family.allCases) func `9: mid-stream, both sides advance`(family: Family) throws {
    var talk = Conversation.fromX(family)
    for _ in 0..<4 {
      talk.send(200, from: .client)
      talk.send(300, from: .server)
    }
    talk.ack(from: .client)
    let finding = try pipeline(family).finding(talk.frames)
    expect(finding, .exclusive, [.midstream], likelihood: .likely)
    #expect(finding.wording.contains("Which side contacted the other is not known."))
  }

  @Test(arguments: Family.allCases) func `10: mid-stream, the range only repeats itself`(family: Family) throws {
    var talk = Conversation.fromX(family)
    for _ in 0..<4 {
      talk.segment(from: .client, [.ack], acknowledgement: 5_000)
      talk.send(300, from: .server)
    }
    expect(try pipeline(family).finding(talk.frames), .unverifiable, [.twoWayUnverified])
  }

  @Test(arguments: Family.allCases) func `11: only one direction captured`(family: Family) throws {
    var talk = Conversation.fromX(family)
    for _ in 0..<4 {
      talk.send(200, from: .client)
      talk.server.next &+= 300
    }
    let finding = try pipeline(family).finding(talk.frames)
    expect(finding, .unverifiable, [.oneWay])
    #expect(finding.wording.contains { $0.contains("only one direction was captured") })
  }

  @Test(arguments: Family.allCases) func `12: unsolicited SYN-ACK from X`(family: Family) throws {
    var talk = Conversation(
      client: Endpoint(address: family.us, port: 40_000), server: Endpoint(address: family.x(7), port: 443),
      start: time(2014, 11, 24, 43_200))
    talk.client.next &+= 1
    talk.synAck()
    expect(try pipeline(family).finding(talk.frames), .unverifiable, [.backscatter])
    var early = try pipeline(family)
    early.lead = 60
    expect(try early.finding(talk.frames), .unverifiable, [.responseOnly])
  }

  @Test(arguments: Family.allCases) func `13: guesses before the right acknowledgement`(family: Family) throws {
    var talk = Conversation.fromX(family)
    talk.syn()
    talk.synAck()
    for guess in 0..<20 as Range<UInt32> {
      talk.segment(from: .client, [.ack], acknowledgement: 900_000 &+ guess &* 77_777)
    }
    talk.send(200, from: .client)
    talk.send(1_000, from: .server)
    talk.ack(from: .client)
    expect(try pipeline(family).finding(talk.frames), .unverifiable, [.isnGuessing])
  }

  @Test(arguments: Family.allCases) func `14: UDP from the range and our reply`(family: Family) throws {
    var talk = Conversation.fromX(family, port: 53)
    talk.datagram([UInt8](repeating: 1, count: 40), from: .client)
    talk.datagram([UInt8](repeating: 2, count: 80), from: .server)
    expect(try pipeline(family).finding(talk.frames), .unverifiable, [.twoWayUnverified])
  }

  // MARK: Time and claims

  @Test(arguments: Family.allCases) func `17 and 18: outside and across the claim's end`(family: Family) throws {
    let after = try pipeline(family).finding(session(family, at: time(2015, 1, 1)))
    expect(after, .expired, [.after])
    var talk = Conversation.fromX(family, at: time(2014, 12, 31, 86_390))
    talk.step = 2_500_000_000
    talk.session()
    expect(try pipeline(family).finding(talk.frames), .expired, [.boundary])
  }

  @Test(arguments: Family.allCases) func `19 and 20: a foreign claim contests, an override decides`(family: Family)
    throws
  {
    let contested = try pipeline(family) {
      $0.claim()
      $0.claim("b1", prefix: "198.51.100.0/25", actor: "b")
    }
    expect(try contested.finding(session(family)), .contested, [.overlap])
    let decided = try pipeline(family) {
      $0.claim()
      $0.claim("b1", prefix: "198.51.100.0/25", actor: "b", overrides: "c1")
    }
    let finding = try decided.finding(session(family))
    expect(finding, .exclusive, [.direct], likelihood: .likely)
    #expect(finding.actor.map { decided.catalog.actors[$0].id } == "b")
    #expect(finding.wording[0].contains("exclusively by Organisation B (organisation)"))
  }

  @Test(arguments: Family.allCases) func `21: the actor's own VPN`(family: Family) throws {
    let pipeline = try pipeline(family) {
      $0.claim()
      $0.claim("c2", prefix: "198.51.100.0/28", relation: "shared", kind: "vpn")
    }
    let result = try pipeline.run(session(family) + session(family, host: 200, at: time(2014, 11, 25)))
    #expect(result.findings.map(\.reason) == [.direct, .vpn])
    #expect(result.findings.map(\.addresses) == [[family.x(200)], [family.x(7)]])
  }

  @Test(arguments: Family.allCases) func `22-24: lists`(family: Family) throws {
    let tor = try pipeline(family) {
      $0.claim()
      $0.overlay("tor", "198.51.100.0/28")
    }
    expect(try tor.finding(session(family)), .shared, [.tor])
    let stale = try pipeline(family) {
      $0.claim()
      $0.overlay("tor", "198.51.100.0/28", day: "2024-11-24")
    }
    expect(try stale.finding(session(family)), .unverifiable, [.overlayStale])
    let sunk = try pipeline(family) {
      $0.claim()
      $0.claim("b1", prefix: "198.51.100.0/25", actor: "b")
      $0.overlay("sinkhole", "198.51.100.0/28")
    }
    expect(try sunk.finding(session(family)), .shared, [.sinkhole, .overlap])
  }

  @Test(arguments: ["F6", "D2", "registration"], Family.allCases)
  func `25: weak claims`(weakness: String, family: Family) throws {
    let pipeline = try pipeline(family) {
      if weakness == "registration" {
        $0.claim(basis: "rir-registration")
      } else {
        $0.claim(ratings: [weakness])
      }
    }
    expect(try pipeline.finding(session(family)), .unverifiable, [.claimQuality])
  }

  @Test func `26 and 27b: what loading refuses`() throws {
    for family in Family.allCases {
      #expect(throws: CatalogError.self) { try pipeline(family) { $0.claim(kind: "satellite") } }
      let error = #expect(throws: CatalogError.self) {
        try pipeline(family) {
          $0.claim()
          $0.allowsDocumentation = false
        }
      }
      #expect(error?.problems.contains { $0.entry == "c1" } == true)
    }
  }

  @Test func `27: special-purpose, unclaimed, and mapped addresses`() throws {
    let pipeline = try pipeline(.v4)
    for (address, isSpecial) in [(0x0A00_0005, true), (0x6440_0101, true), (0xCB00_7109, false)] as [(UInt32, Bool)] {
      var talk = Conversation(
        client: Endpoint(address: IPAddress(v4: address), port: 40_000),
        server: Endpoint(address: Family.v4.us, port: 25), start: time(2014, 11, 24))
      talk.session()
      let result = try pipeline.run(talk.frames)
      #expect(result.findings.isEmpty)
      #expect(result.flowsByVerdict[Verdict.none] == 1)
      #expect(result.rollUp == (isSpecial ? "special_purpose" : "no_claim"))
    }
    let locals: [(UInt64, Bool)] = [
      (0xFD00_0000_0000_0000, true), (0xFE80_0000_0000_0000, true), (0x2A00_0000_0000_0000, false),
    ]
    for (high, isSpecial) in locals {
      var talk = Conversation(
        client: Endpoint(address: IPAddress(high: high, low: 5), port: 40_000),
        server: Endpoint(address: Family.v6.us, port: 25), start: time(2014, 11, 24))
      talk.session()
      var six = try self.pipeline(.v6)
      six.mutations = 2
      #expect(try six.run(talk.frames).rollUp == (isSpecial ? "special_purpose" : "no_claim"))
    }
    // ::ffff:198.51.100.7 is 198.51.100.7 by construction.
    #expect(IPAddress(high: 0, low: 0xFFFF_C633_6407) == Family.v4.x(7))
  }

  @Test(arguments: Family.allCases) func `30: we contact a web server in the range`(family: Family) throws {
    var talk = Conversation(
      client: Endpoint(address: family.us, port: 40_000), server: Endpoint(address: family.x(7), port: 80),
      start: time(2014, 11, 24))
    talk.session()
    talk.send(200, from: .client)
    talk.ack(from: .server)
    let finding = try pipeline(family).finding(talk.frames)
    expect(finding, .exclusive, [.contacted], likelihood: .likely)
    #expect(finding.relevance == .low)
    #expect(finding.wording[0].hasPrefix("A host in the monitored network"))
  }

  @Test(arguments: Family.allCases) func `33: of part and whole the whole is named`(family: Family) throws {
    let pipeline = try pipeline(family) {
      $0.claim()
      $0.claim("z1", actor: "z")
      $0.familyOfA = true
    }
    let finding = try pipeline.finding(session(family))
    expect(finding, .exclusive, [.direct], likelihood: .likely)
    #expect(finding.actor.map { pipeline.catalog.actors[$0].id } == "z")
  }

  @Test(arguments: Family.allCases) func `31: a flood of forged sources, three of them in the range`(family: Family)
    throws
  {
    var generator = SeededGenerator(seed: 31)
    let target = Endpoint(address: family.us, port: 80)
    var frames: [TimedFrame] = []
    for index in 0..<2_500 as Range<UInt32> {
      let isInRange = index % 1_000 == 400
      let forged =
        family == .v4
        ? IPAddress(v4: 0x1400_0000 | UInt32(truncatingIfNeeded: generator.next() >> 40))
        : IPAddress(high: 0x2A00_0000_0000_0000 | generator.next() >> 16, low: generator.next())
      var attempt = Conversation(
        client: Endpoint(address: isInRange ? family.x(7 + index / 1_000) : forged, port: 40_000), server: target,
        start: Timestamp(nanoseconds: time(2014, 11, 24, 43_200).nanoseconds + Int64(index) * 10_000_000))
      attempt.syn()
      frames += attempt.frames
    }
    var pipeline = try pipeline(family)
    pipeline.mutations = 1
    let finding = try pipeline.finding(frames)
    expect(finding, .unverifiable, [.flood])
    #expect(finding.flowCount == 3)
    #expect(finding.wording.contains { family == .v4 ? $0.contains("n*p = ") : $0.contains("No base rate is stated") })
  }

  @Test(arguments: Family.allCases) func `34: the same inputs give the same sentences`(family: Family) throws {
    func once() throws -> [String] {
      let pipeline = try pipeline(family) {
        $0.claim()
        $0.claim("b1", prefix: "198.51.100.0/25", actor: "b")
        $0.overlay("tor", "198.51.100.0/28")
      }
      let frames = (0..<40 as Range<UInt32>).flatMap { session(family, host: $0 * 6) }
      return try pipeline.run(frames).findings.flatMap { finding in
        ["\(finding.id) \(finding.reasons) \(finding.claims)"] + finding.wording
          + finding.flows.map { "\($0.record.originator) \($0.record.firstPacket)" }
      }
    }
    let first = try once()
    #expect(first.count > 40)
    #expect(try once() == first)
  }

  @Test(arguments: Family.allCases) func `a sensor behind our proxy verifies nothing`(family: Family) throws {
    var pipeline = try pipeline(family)
    pipeline.context.sensors = [Sensor(id: "lb", vantage: .proxied, localNetworks: [], trustedProxies: [])]
    expect(try pipeline.finding(session(family)), .unverifiable, [.vantage])
  }
}
