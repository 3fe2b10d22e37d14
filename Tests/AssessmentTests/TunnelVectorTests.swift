import Assessment
import Catalog
import Flows
import Packets
import TestSupport
import Testing

/// Vector 28 of methodology 8.1 and what belongs to it (1.5, item 10; D12): addresses inside tunnels.
@Suite struct TunnelVectorTests {
  private static let kinds: [Encapsulation] = [.ip, .gre, .keyedGRE, .vxlan, .geneve]

  /// An inner family in an outer one: IP in IP of one family, 6in4, 4in6.
  struct Setting: Sendable, CustomTestStringConvertible {
    var kind: Encapsulation
    var inner: Family
    var outer: Family
    var testDescription: String { "\(kind), \(inner) in \(outer)" }
  }

  static let settings: [Setting] = kinds.flatMap { kind in
    Family.allCases.flatMap { inner in
      Family.allCases.map { Setting(kind: kind, inner: inner, outer: $0) }
    }
  }

  /// C1 in both families, so that inner and outer addresses may lie in it, and more.
  private func pipeline(_ family: Family, _ edit: (inout CatalogText) -> Void = { _ in }) throws -> Pipeline {
    var text = CatalogText(family: .v6)
    text.claim("c6")
    text.family = .v4
    text.claim("c4")
    edit(&text)
    return Pipeline(family: family, catalog: try text.load())
  }

  private func session(_ family: Family) -> [TimedFrame] {
    var talk = Conversation.fromX(family)
    talk.session()
    return talk.frames
  }

  /// The findings on inner flows, in order.
  private func inner(_ pipeline: Pipeline, _ frames: [TimedFrame]) throws -> [Finding] {
    try pipeline.run(frames).findings.filter { $0.flows.contains { $0.record.tunnel != nil } }
  }

  @Test(arguments: settings) func `28: the outer address is a stranger's`(_ setting: Setting) throws {
    let pipeline = try pipeline(setting.inner)
    let frames = session(setting.inner).inside(
      setting.kind, behind: [setting.inner.x(7)], setting.outer.stranger, setting.outer.us, identifier: 5)
    let findings = try pipeline.run(frames).findings
    #expect(findings.count == 1)
    let finding = try #require(findings.first)
    #expect(finding.verdict == .unverifiable)
    #expect(finding.reasons == [.tunnel])
    #expect(finding.likelihood == nil)
    #expect(finding.confidence.path == nil)
    #expect(finding.flows.first?.record.originatorEvidence.grade == .e4, "the packets are what they are")
    for sentence in finding.wording { #expect(WordingTests.faults(sentence) == []) }
  }

  @Test(arguments: settings) func `28: its twin, the outer address is the actor's too`(_ setting: Setting) throws {
    let pipeline = try pipeline(setting.inner)
    let frames = session(setting.inner).inside(
      setting.kind, behind: [setting.inner.x(7)], setting.outer.x(1), setting.outer.us, identifier: 5)
    let finding = try #require(try inner(pipeline, frames).first)
    #expect(finding.verdict == .exclusive)
    #expect(finding.reasons == [.direct])
    #expect(finding.addresses == [setting.inner.x(7)])
  }

  @Test(arguments: settings) func `the outer flow is judged as any other`(_ setting: Setting) throws {
    let pipeline = try pipeline(setting.inner)
    let frames = session(setting.inner).inside(
      setting.kind, behind: [setting.inner.x(7)], setting.outer.x(1), setting.outer.us)
    let outer = try pipeline.run(frames).findings.filter { $0.addresses == [setting.outer.x(1)] }
    #expect(!outer.isEmpty)
    // Nothing in GRE, IP or UDP headers verifies an address.
    #expect(outer.allSatisfy { $0.verdict == .unverifiable })
  }

  @Test(arguments: Family.allCases) func `the actor's end must be that of the covered side`(_ family: Family) throws {
    let pipeline = try pipeline(family)
    // Our end lies in the range, X's packets come from a stranger's.
    let frames = session(family).inside(.gre, behind: [family.x(7)], family.stranger, family.x(1))
    let finding = try #require(try inner(pipeline, frames).first)
    #expect(finding.reasons == [.tunnel])
  }

  @Test(arguments: Family.allCases) func `the outer address must be the actor's alone, then`(_ family: Family) throws {
    func reason(_ edit: (inout CatalogText) -> Void) throws -> [VerdictReason] {
      let pipeline = try pipeline(family, edit)
      let frames = session(family).inside(.gre, behind: [family.x(7)], family.stranger, family.us)
      let findings = try inner(pipeline, frames)
      return findings.first?.reasons ?? []
    }
    let strangers = "203.0.113.0/24"
    #expect(
      try reason {
        $0.family = family; $0.claim("own", prefix: strangers)
      } == [.direct])
    #expect(
      try reason {
        $0.family = family; $0.claim("b", prefix: strangers, actor: "b")
      } == [.tunnel])
    #expect(
      try reason {
        $0.family = family; $0.claim("weak", prefix: strangers, ratings: ["F6"])
      } == [.tunnel])
    #expect(
      try reason {
        $0.family = family
        $0.claim("loose", prefix: strangers, relation: "associated")
      } == [.tunnel])
    #expect(
      try reason {
        $0.family = family
        $0.claim("own", prefix: strangers)
        $0.claim("theirs", prefix: strangers, actor: "b")
      } == [.tunnel])
    #expect(
      try reason {
        $0.family = family
        $0.claim("own", prefix: strangers)
        $0.overlay("vpn", strangers)
      } == [.tunnel])
    // Also a list whose day is too far away to say either way.
    #expect(
      try reason {
        $0.family = family
        $0.claim("own", prefix: strangers)
        $0.overlay("vpn", strangers, day: "2010-01-01")
      } == [.tunnel])
  }

  @Test(arguments: Family.allCases) func `every tunnel must end in the actor's range`(_ family: Family) throws {
    let pipeline = try pipeline(family)
    func reason(_ middle: IPAddress, _ outermost: IPAddress) throws -> [VerdictReason] {
      let frames = session(family).inside(.gre, behind: [family.x(7)], middle, family.us)
        .inside(.ip, behind: [middle], outermost, family.us)
      let findings = try pipeline.run(frames).findings
      return findings.first { $0.addresses == [family.x(7)] }?.reasons ?? []
    }
    #expect(try reason(family.x(1), family.x(2)) == [.direct])
    #expect(try reason(family.x(1), family.stranger) == [.tunnel])
    #expect(try reason(family.stranger, family.x(2)) == [.tunnel])
  }

  @Test(arguments: Family.allCases) func `ends that are mixed vouch for nobody`(_ family: Family) throws {
    let pipeline = try pipeline(family)
    // A mirror sends both sides from one end, here the actor's.
    let mirrored = session(family).inside(.erspan2, behind: [family.x(7), family.us], family.x(1), family.us)
    #expect(try inner(pipeline, mirrored).first?.reasons == [.tunnel])
    // One packet of X from the other end.
    let usual = session(family).inside(.gre, behind: [family.x(7)], family.x(1), family.us)
    let turned = session(family).inside(.gre, behind: [family.us], family.x(1), family.us)
    #expect(try inner(pipeline, Array(usual.dropLast()) + [turned[turned.count - 1]]).first?.reasons == [.tunnel])
    // GTP-U does not tell one tunnel from another.
    let mobile = session(family).inside(.gtp, behind: [family.x(7)], family.x(1), family.us)
    #expect(try inner(pipeline, mobile).first?.reasons == [.tunnel])
  }

  @Test(arguments: Family.allCases) func `tunnel and line do not strengthen each other`(_ family: Family) throws {
    let pipeline = try pipeline(family)
    let plain = session(family)
    let inside = plain.inside(.gre, behind: [family.x(7)], family.x(1), family.us)
    // Somebody sends the missing halves of a handshake inside a tunnel, or the other way round.
    for insideFirst in [true, false] {
      let mixed = plain.indices.map { ($0 % 2 == 0) == insideFirst ? inside[$0] : plain[$0] }
      #expect(try pipeline.run(mixed).findings.allSatisfy { $0.verdict == .unverifiable })
    }
    // A whole session on the line stays what it is beside one in a stranger's tunnel, and the other way round.
    let strange = plain.inside(.gre, behind: [family.x(7)], family.stranger, family.us)
    let both = zip(plain, strange).flatMap { [$0, $1] }
    let findings = try pipeline.run(both).findings
    #expect(findings.map(\.reason) == [.direct, .tunnel])
    #expect(findings.allSatisfy { $0.flowCount == 1 })
    let lone = try pipeline.finding(plain)
    #expect(findings.first?.wording == lone.wording)
  }

  @Test(arguments: Family.allCases) func `a forged outer header gives a grade to nobody`(_ family: Family) throws {
    let pipeline = try pipeline(family)
    // From the actor's end as written, but only one way: nobody answered there.
    let forged = session(family).filter { $0.packet()?.source == family.x(7) }
      .inside(.gre, behind: [family.x(7)], family.x(1), family.us)
    for finding in try pipeline.run(forged).findings {
      #expect(finding.verdict == .unverifiable)
      #expect(finding.flows.allSatisfy { $0.record.originatorEvidence.grade <= .e1 })
    }
  }

  @Test func `an IPv4 address written into an IPv6 address is no match`() throws {
    let pipeline = try pipeline(.v6)
    let embedded = [
      IPAddress(high: 0x2002_C633_6407_0000, low: 1),  // 6to4
      IPAddress(high: 0x0064_FF9B_0000_0000, low: 0xC633_6407),  // NAT64
      IPAddress(high: 0x2001_0000_C633_6401, low: 0x0000_BEEF_39CC_9BF8),  // Teredo: server, client
    ]
    for address in embedded {
      var talk = Conversation(
        client: Endpoint(address: address, port: 40_000), server: Endpoint(address: Family.v6.us, port: 25),
        start: time(2014, 11, 24, 43_200))
      talk.session()
      #expect(try pipeline.run(talk.frames).watchedFlows == 0)
      let teredo = talk.frames.inside(.teredo, behind: [address], Family.v4.stranger, Family.v4.us)
      #expect(try pipeline.run(teredo).watchedFlows == 0)
    }
  }
}
