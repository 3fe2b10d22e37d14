import Catalog
import Flows
import Packets
import TestSupport
import Testing

@testable import Assessment

/// The matrix of competing hypotheses (methodology 4.4), row by row.
@Suite struct HypothesesTests {
  let us: IPAddress
  let x: IPAddress
  let range: IPPrefix

  init() throws {
    us = try ip("192.0.2.10")
    x = try ip("198.51.100.7")
    range = try net("198.51.100.0/24")
  }

  private func matrices(_ flows: [FlowRecord], _ catalog: Catalog) -> [HypothesisMatrix] {
    var assessment = CaseAssessment(catalog: catalog, context: AssessmentContext())
    for flow in flows { _ = assessment.add(flow) }
    return assessment.finish().hypotheses
  }

  private func presences(
    _ flows: [FlowRecord], _ catalog: Catalog
  ) throws -> [HypothesisEvidence: HypothesisMatrix.Presence] {
    let matrices = matrices(flows, catalog)
    #expect(matrices.count == 1)
    let rows = try #require(matrices.first).rows
    #expect(rows.map(\.evidence) == HypothesisEvidence.allCases)
    return Dictionary(uniqueKeysWithValues: rows.map { ($0.evidence, $0.presence) })
  }

  /// The methodology's table, word for word.
  @Test func `the cells are the methodology's`() {
    let table = [
      "C C C N C C", "C N N N I C", "C C I N N C", "C C C I C C", "C C C I C C", "N C+ N C C N", "N N N C C N",
      "N N C+ C C N", "C N C N C C",
    ]
    #expect(HypothesisEvidence.allCases.map { $0.fits.map(\.rawValue).joined(separator: " ") } == table)
    #expect(HypothesisEvidence.verifiedSession.remark?.contains("off the path is inconsistent") == true)
  }

  @Test func `a direct session with good sources and a matching route`() throws {
    let good = catalog([claim([range], routeCheck: .match)])
    let matrix = try #require(matrices([flow(x, us, in: good)], good).first)
    #expect(matrix.actor == 0)
    #expect(matrix.findings == ["F1"])
    let seen = matrix.rows.map(\.presence)
    #expect(seen == [.yes, .yes, .yes, .notAssessed, .notAssessed, .no, .no, .no, .notAssessed])
    #expect(matrix.inconsistencies == [0, 0, 1, 0, 1, 0])
    #expect(matrix.rows[0].findings == ["F1"])
    #expect(matrix.rows[3].because == "not assessed by this tool")
    #expect(matrix.rows[8].because == "not assessed by this tool")
  }

  @Test func `E3 is no session, one source is not two, an unchecked route is not assessed`() throws {
    let poor = catalog([claim([range], ratings: [("B", 2)])])
    let seen = try presences([flow(x, us, in: poor, originator: SideEvidence(.e3, .connectOnly))], poor)
    #expect(seen[.verifiedSession] == .no)
    #expect(seen[.independentSources] == .no)
    #expect(seen[.routeOrigin] == .notAssessed)
    // Two reports of one publisher are one source, and two that cannot be judged are none.
    var repeated = claim([range])
    for index in repeated.sources.indices { repeated.sources[index].independentGroup = "one" }
    for weak in [repeated, claim([range], ratings: [("F", 6), ("E", 2)])] {
      let catalog = catalog([weak])
      #expect(try presences([flow(x, us, in: catalog)], catalog)[.independentSources] == .no)
    }
  }

  @Test func `a mismatch is no match, and a claim that has ended says nothing of sole use`() throws {
    let wrong = catalog([claim([range], routeCheck: .mismatch)])
    #expect(try presences([flow(x, us, in: wrong)], wrong)[.routeOrigin] == .no)
    let ended = catalog([claim([range], until: time(2014, 2, 1), routeCheck: .match)])
    let seen = try presences([flow(x, us, in: ended)], ended)
    #expect(seen[.independentSources] == .no)
  }

  @Test func `shared and contested addresses have no sole use, and do not speak beside exclusive ones`() throws {
    let good = claim([range], routeCheck: .match)
    let shared = catalog([good], overlays: [overlay(.tor, [try net("198.51.100.64/26")])])
    let proxied = flow(try ip("198.51.100.70"), us, in: shared)
    #expect(try presences([proxied], shared)[.independentSources] == .no)
    let both = try #require(matrices([proxied, flow(x, us, in: shared)], shared).first)
    #expect(both.findings == ["F1"])
    let contested = catalog([good, claim([range], id: "b", actor: 1)])
    #expect(try presences([flow(x, us, in: contested)], contested)[.independentSources] == .no)
  }

  @Test func `an associated claim is none of sole use`() throws {
    let associated = catalog([claim([range], relation: .associated)])
    #expect(try presences([flow(x, us, in: associated)], associated)[.independentSources] == .no)
  }

  @Test func `only contacted`() throws {
    let plain = catalog([claim([range])])
    #expect(try presences([flow(us, x, in: plain, port: 80)], plain)[.destinationOnly] == .yes)
    #expect(try presences([flow(us, x, in: plain, port: 80), flow(x, us, in: plain)], plain)[.destinationOnly] == .no)
    let unknown = flow(
      us, x, in: plain, originator: SideEvidence(.e3, .midstream), responder: SideEvidence(.e3, .midstream),
      basis: .firstPacket)
    #expect(try presences([unknown], plain)[.destinationOnly] == .notAssessed)
    // A forged SYN from the address opens nothing that is verified.
    let forged = flow(x, us, in: plain, originator: SideEvidence(.e1, .oneWay), activity: .probe)
    #expect(try presences([flow(us, x, in: plain, port: 80), forged], plain)[.destinationOnly] == .yes)
    #expect(try presences([forged], plain)[.destinationOnly] == .notAssessed)
  }

  @Test func `unverified flows only`() throws {
    let plain = catalog([claim([range])])
    let weak = flow(x, us, in: plain, originator: SideEvidence(.e2, .twoWayUnverified))
    #expect(try presences([weak], plain)[.unverifiedOnly] == .yes)
    #expect(try presences([weak, flow(x, us, in: plain)], plain)[.unverifiedOnly] == .no)
    // A proxy in front of the sensor: what the packets verify is the proxy's peer.
    var context = AssessmentContext()
    context.sensors = [Sensor(id: "lb", vantage: .proxied, localNetworks: [], trustedProxies: [])]
    var assessment = CaseAssessment(catalog: plain, context: context)
    _ = assessment.add(flow(x, us, in: plain))
    let rows = try #require(assessment.finish().hypotheses.first).rows
    #expect(rows.first { $0.evidence == .unverifiedOnly }?.presence == .yes)
    #expect(rows.first { $0.evidence == .verifiedSession }?.presence == .no)
  }

  @Test func `a scan speaks for a third party inside`() throws {
    let plain = catalog([claim([range])])
    let probes = (0..<12).map {
      flow(x, us, in: plain, port: UInt16(100 + $0), originator: SideEvidence(.e1, .oneWay), activity: .probe)
    }
    let matrix = try #require(matrices(probes, plain).first)
    let row = try #require(matrix.rows.first { $0.evidence == .noise })
    #expect(row.presence == .yes)
    #expect(row.evidence.fits[1] == .strong)
    #expect(try presences([flow(x, us, in: plain)], plain)[.noise] == .no)
  }

  @Test func `each actor with exclusive findings has a matrix, and a case without findings has one`() throws {
    let other = try net("203.0.113.0/24")
    let two = catalog([claim([range]), claim([other], id: "b", actor: 1, ratings: [("B", 2)])])
    let both = matrices([flow(x, us, in: two), flow(try ip("203.0.113.9"), us, in: two)], two)
    #expect(both.map(\.actor) == [0, 1])
    #expect(both.map { $0.rows[1].presence } == [.yes, .no], "one actor's sources do not speak for another")
    let empty = matrices([], two)
    #expect(empty.count == 1)
    #expect(empty[0].actor == nil)
    #expect(empty[0].rows.allSatisfy { $0.presence != .yes })
    #expect(empty[0].inconsistencies == [0, 0, 0, 0, 0, 0])
  }

  @Test func `no row can count against the actor, and the text says so`() {
    #expect(HypothesisEvidence.allCases.allSatisfy { $0.fits[0] != .inconsistent })
    #expect(HypothesisMatrix.reading.contains("rarely separates H1 from H2/H6"))
    #expect(HypothesisMatrix.reading.contains("no row can speak against H1"))
    #expect(HypothesisMatrix.ladder.map(\.level) == ["P0", "P1", "P2", "P3", "P4"])
  }
}
