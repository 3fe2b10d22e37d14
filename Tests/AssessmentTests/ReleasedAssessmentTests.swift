import Catalog
import Flows
import Packets
import TestSupport
import Testing

@testable import Assessment

/// A case judged once more by what may be released: weaker or the same, never stronger.
@Suite struct ReleasedAssessmentTests {
  let us: IPAddress
  let host: IPAddress
  let range: IPPrefix
  let near: IPPrefix

  init() throws {
    us = try ip("192.0.2.10")
    host = try ip("198.51.100.7")
    range = try net("198.51.100.0/24")
    near = try net("198.51.100.0/26")
  }

  private func run(
    _ flows: [FlowRecord], in catalog: Catalog, at level: TLP = .green, context: AssessmentContext = AssessmentContext()
  ) -> (full: CaseAssessment.Result, released: ReleasedCase) {
    var full = CaseAssessment(catalog: catalog, context: context)
    var released = ReleasedAssessment(whole: catalog, level: level, context: context)
    for flow in flows {
      let assessed = full.judge.assessed(flow)
      full.add(assessed)
      released.add(assessed)
    }
    let result = full.finish()
    return (result, released.finish(beside: result, context: context))
  }

  private func marked(_ claim: Claim, _ tlp: TLP) -> Claim {
    var claim = claim
    claim.tlp = tlp
    return claim
  }

  private func marked(_ overlay: Overlay, _ tlp: TLP) -> Overlay {
    var overlay = overlay
    overlay.tlp = tlp
    return overlay
  }

  @Test func `a case without stricter labels is the same`() {
    let catalog = catalog([claim([range])], overlays: [overlay(.tor, [range])])
    let (full, released) = run([flow(host, us, in: catalog), flow(us, host, in: catalog, port: 80)], in: catalog)
    #expect(released.result.findings.map(\.wording) == full.findings.map(\.wording))
    #expect(released.judgments.allSatisfy { !$0.dependsOnWithheld } && released.withheldFindings.isEmpty)
  }

  @Test func `a withheld claim makes EXCLUSIVE, and the rest does not`() throws {
    // The wide claim is released, but says no more than that the actor is there among others.
    let catalog = catalog([
      claim([range], id: "public", relation: .associated), marked(claim([near], id: "secret"), .red),
    ])
    // The most specific claim of one actor counts.
    let (full, released) = run([flow(host, us, in: catalog)], in: catalog)
    #expect(full.findings.map(\.verdict) == [.exclusive])
    #expect(released.result.findings.map(\.reason) == [.claimQuality])
    #expect(released.judgments.map(\.dependsOnWithheld) == [true])
    #expect(released.judgments.map(\.fullFindings) == [["F1"]])
    #expect(released.result.rollUp != "EXCLUSIVE-PRESENT")
    let sentences: [String] = released.result.findings.flatMap { $0.wording }
    #expect(!sentences.contains { $0.contains("198.51.100.0/26") })
    // At the claim's own level nothing is withheld.
    #expect(
      run([flow(host, us, in: catalog)], in: catalog, at: .red).released.judgments.map(\.dependsOnWithheld) == [false])
  }

  @Test func `a finding that rests on a withheld claim alone is withheld`() {
    let catalog = catalog([marked(claim([range]), .amber)])
    let (full, released) = run([flow(host, us, in: catalog)], in: catalog)
    #expect(full.findings.map(\.verdict) == [.exclusive])
    #expect(released.result.findings.isEmpty && released.withheldFindings == ["F1"])
    #expect(released.result.watchedFlows == 0 && released.result.flowsByVerdict[Verdict.none] == 1)
    #expect(released.catalog.actors.isEmpty)
  }

  @Test func `a withheld list never makes EXCLUSIVE`() throws {
    for kind in [UseKind.tor, .vpn, .hosting, .sinkhole, .researchScanner] {
      for day in [time(2014, 11, 24), time(2014, 6, 1)] {
        let catalog = catalog([claim([range])], overlays: [marked(overlay(kind, [near], on: day), .amberStrict)])
        let other = try ip("198.51.100.200")
        let (full, released) = run([flow(host, us, in: catalog), flow(other, us, in: catalog)], in: catalog)
        #expect(Set(full.findings.map(\.verdict)).contains(.exclusive))
        // The flow from outside the list stays; that from inside is held back.
        #expect(released.result.findings.map(\.verdict) == [.exclusive])
        #expect(released.result.findings[0].flowCount == 1 && released.result.findings[0].addresses == [other])
        #expect(released.withheldFindings.count == 1)
        #expect(released.result.statistics.ranges.map(\.flows) == [1])
      }
    }
  }

  @Test func `a withheld claim of another actor leaves nothing to the first`() {
    let second = marked(claim([near], id: "second", actor: 1), .red)
    let contested = catalog([claim([range]), second])
    let (full, released) = run([flow(host, us, in: contested)], in: contested)
    #expect(full.findings.map(\.reason) == [.overlap])
    #expect(released.result.findings.isEmpty && released.withheldFindings == ["F1"])

    // The withheld claim overrides the other: EXCLUSIVE for B must not become EXCLUSIVE for A.
    var overriding = second
    overriding.overrides = [0]
    let overridden = catalog([claim([range]), overriding])
    let (whole, part) = run([flow(host, us, in: overridden)], in: overridden)
    #expect(whole.findings.map(\.verdict) == [.exclusive] && whole.findings[0].actor == 1)
    #expect(part.result.findings.isEmpty)
  }

  @Test func `a withheld parent never leaves a narrower actor`() {
    var family = catalog(
      [marked(claim([range], id: "whole", actor: 2), .red), claim([near], id: "part", actor: 0)], familyOfA: true)
    family.allowsDocumentationRanges = true
    let (full, released) = run([flow(host, us, in: family)], in: family)
    #expect(full.findings.map { $0.actor } == [2])
    #expect(released.result.findings.isEmpty)
  }

  @Test func `the other side is no stronger either`() throws {
    // Both ends are claimed; the list that makes the responder's end shared is withheld.
    let theirs = try net("203.0.113.0/24")
    let server = try ip("203.0.113.5")
    let catalog = catalog(
      [claim([range]), claim([theirs], id: "c2", actor: 0)], overlays: [marked(overlay(.vpn, [theirs]), .red)])
    let (full, released) = run([flow(host, server, in: catalog)], in: catalog)
    #expect(
      full.findings.map(\.verdict) == [.exclusive] && full.findings[0].flows[0].assessment.otherSide?.verdict == .shared
    )
    #expect(released.result.findings.isEmpty)
  }

  @Test func `no axis of confidence is higher than in the full assessment`() {
    // The withheld claim is of the same actor and range; without the stale list of another kind control would be high.
    var good = claim([range], routeCheck: .match)
    good.asOf = time(2014, 12, 19)
    let stale = marked(overlay(.hosting, [IPPrefix("203.0.113.0/24")].compactMap(\.self), on: time(2014, 8, 1)), .red)
    let fresh = overlay(.tor, [IPPrefix("203.0.113.0/24")].compactMap(\.self))
    let catalog = catalog([good], overlays: [stale, fresh])
    let (full, released) = run([flow(host, us, in: catalog)], in: catalog)
    #expect(full.findings[0].confidence.control == .moderate)
    let finding = released.result.findings[0]
    #expect(
      finding.confidence.control == .moderate && finding.confidence.overall <= full.findings[0].confidence.overall)
    #expect(released.judgments[0].dependsOnWithheld)
    // Without the bound it would be.
    let bare = catalog.released(at: .green)
    var alone = CaseAssessment(catalog: bare, context: AssessmentContext())
    alone.add(flow(host, us, in: bare))
    #expect(alone.finish().findings[0].confidence.control == .high)
  }

  @Test func `how much a catalog of the past lacks is not told`() {
    var later = marked(claim([near], id: "later"), .red)
    later.recordedAt = time(2020, 1, 1)
    let known = catalog([claim([range]), later]).asKnown(at: time(2016, 1, 1))
    let (full, released) = run([flow(host, us, in: known)], in: known)
    #expect(full.caveats.contains { $0.contains("1 claim and 0 overlays recorded later are left out") })
    #expect(!released.result.caveats.contains { $0.contains("recorded later are left out") })
    #expect(released.result.caveats.contains { $0.contains("as it was known at 2016-01-01") })
  }

  /// Any claims and lists with any labels, any grades: at no level is anything stronger than the whole.
  @Test(arguments: 0..<40) func `nothing is ever stronger`(seed: UInt64) throws {
    var random = SeededGenerator(seed: 900 + seed)
    func prefix() throws -> IPPrefix {
      let length = [24, 25, 26, 28].randomElement(using: &random) ?? 24
      let address = 0xC633_6400 | (UInt32.random(in: 0..<256, using: &random) & ~(UInt32.max >> UInt32(length)))
      return try #require(IPPrefix(address: IPAddress(v4: address), length: length))
    }
    let kinds: [UseKind] = [.dedicatedAllocation, .dedicatedAssignment, .soleNationalISP, .vpn, .unknown]
    var claims: [Claim] = []
    for index in 0..<Int.random(in: 1...6, using: &random) {
      let item = claim(
        [try prefix()], id: "c\(index)", actor: Int.random(in: 0...2, using: &random),
        relation: Claim.Relation.allCases.randomElement(using: &random) ?? .exclusive,
        kind: kinds.randomElement(using: &random) ?? .vpn,
        until: Bool.random(using: &random) ? time(2015, 1, 1) : time(2014, 6, 1),
        overrides: index > 0 && Int.random(in: 0..<4, using: &random) == 0 ? [index - 1] : [],
        routeCheck: Claim.RouteCheck.allCases.randomElement(using: &random) ?? .unknown)
      claims.append(marked(item, TLP.allCases.randomElement(using: &random) ?? .clear))
    }
    let listKinds: [UseKind] = [.tor, .vpn, .hosting, .sinkhole, .researchScanner]
    var overlays: [Overlay] = []
    for (index, kind) in listKinds.enumerated() where Bool.random(using: &random) {
      let days = [time(2014, 11, 20), time(2014, 3, 1)]
      let list = overlay(kind, [try prefix()], on: days[index % 2])
      overlays.append(marked(list, TLP.allCases.randomElement(using: &random) ?? .clear))
    }
    let catalog = catalog(claims, overlays: overlays, familyOfA: Bool.random(using: &random))
    let grades = [SideEvidence(.e4, .twoWayVerified), SideEvidence(.e3, .connectOnly), SideEvidence(.e1, .oneWay)]
    let flows = (0..<60).map { index in
      let one = IPAddress(v4: 0xC633_6400 | UInt32.random(in: 0..<256, using: &random))
      let other = index % 3 == 0 ? IPAddress(v4: 0xC633_6400 | UInt32.random(in: 0..<256, using: &random)) : us
      return flow(
        one, other, in: catalog, port: UInt16(1000 + index),
        originator: grades.randomElement(using: &random) ?? grades[0],
        responder: grades.randomElement(using: &random) ?? grades[0])
    }
    for level in TLP.allCases {
      let (full, released) = run(flows, in: catalog, at: level)
      let whole = full.findings.flatMap { finding in finding.flows.map { ($0.record.responder.port, $0, finding) } }
      for finding in released.result.findings {
        for flow in finding.flows {
          let port = flow.record.responder.port
          let (_, same, source) = try #require(whole.first { $0.0 == port })
          #expect(flow.assessment.verdict.strength >= same.assessment.verdict.strength)
          #expect(finding.confidence.overall <= source.confidence.overall)
          #expect(finding.confidence.control <= source.confidence.control)
          if finding.likelihood == .veryLikely { #expect(source.likelihood == .veryLikely) }
          if let actor = flow.assessment.actor, flow.assessment.verdict == .exclusive {
            #expect(released.catalog.actors[actor].id == same.assessment.actor.map { catalog.actors[$0].id })
          }
        }
      }
      #expect(released.result.watchedFlows <= full.watchedFlows)
      #expect(released.catalog.claims.allSatisfy { $0.tlp <= level })
      let total = full.flowsByVerdict.values.reduce(0, +)
      #expect(released.result.flowsByVerdict.values.reduce(0, +) == total)
    }
  }
}
