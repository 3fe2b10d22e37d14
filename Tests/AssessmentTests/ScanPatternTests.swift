import Catalog
import Flows
import Packets
import TestSupport
import Testing

@testable import Assessment

/// The modifier `scan_like` (methodology 2.5, 8): relevance, never the verdict.
@Suite struct ScanPatternTests {
  let us: IPAddress
  let x: IPAddress
  let plain: Catalog

  init() throws {
    us = try ip("192.0.2.10")
    x = try ip("198.51.100.7")
    plain = catalog([claim([try net("198.51.100.0/24")])])
  }

  private func result(_ flows: [FlowRecord], _ catalog: Catalog? = nil) -> CaseAssessment.Result {
    var assessment = CaseAssessment(catalog: catalog ?? plain, context: AssessmentContext())
    for flow in flows { _ = assessment.add(flow) }
    return assessment.finish()
  }

  /// Bare SYNs to so many ports, `step` seconds apart.
  private func probes(_ count: Int, step: Int64 = 1, from source: IPAddress? = nil) -> [FlowRecord] {
    (0..<count).map { index in
      flow(
        source ?? x, us, in: plain, port: UInt16(100 + index),
        at: time(2014, 11, 24, 43_200 + Int64(index) * step), originator: SideEvidence(.e1, .oneWay),
        responder: SideEvidence(.e1, .silent), activity: .probe)
    }
  }

  private func session(_ port: UInt16 = 25, at second: Int64 = 43_201) -> FlowRecord {
    flow(x, us, in: plain, port: port, at: time(2014, 11, 24, second))
  }

  private static let sentence =
    "The source shows a pattern consistent with scanning; relevance low: 10 or more targets within an hour, less than a "
    + "tenth of the flows with data. That does not make it untargeted."

  @Test func `ten targets in an hour make a source scan-like, nine do not`() {
    #expect(result(probes(10)).findings[0].wording.contains(Self.sentence))
    #expect(result(probes(10)).statistics.scanLikeSources == 1)
    #expect(!result(probes(9)).findings[0].wording.contains { $0.contains("scanning") })
    // One target over and over is no scan.
    var same = probes(30)
    for index in same.indices { same[index].responder.port = 80 }
    #expect(result(same).findings[0].scanLikeSources == 0)
  }

  @Test func `the targets must lie within an hour`() {
    #expect(result(probes(10, step: 400)).findings[0].scanLikeSources == 1, "exactly an hour")
    #expect(result(probes(10, step: 401)).findings[0].scanLikeSources == 0, "ten in more than an hour")
    #expect(result(probes(40, step: 401)).findings[0].scanLikeSources == 0, "never ten in an hour")
    // In the middle of a long quiet time, where no clock hour begins or ends.
    let late = probes(10, step: 390).map { probe in
      var probe = probe
      probe.firstPacket = Timestamp(nanoseconds: probe.firstPacket.nanoseconds + 1_790_000_000_000)
      probe.lastPacket = probe.firstPacket
      return probe
    }
    #expect(result(probes(1) + late).findings[0].scanLikeSources == 1)
  }

  @Test func `a tenth of the flows with data is no scan, and relevance stays`() throws {
    let scan = result(probes(19) + [session()])
    let direct = try #require(scan.findings.first { $0.reason == .direct })
    #expect(direct.verdict == .exclusive, "the verdict never changes")
    #expect(direct.relevance == .low)
    #expect(direct.wording.contains(Self.sentence))
    #expect(direct.likelihood == .likely)

    let mixed = result(probes(9) + [session()])
    let other = try #require(mixed.findings.first { $0.reason == .direct })
    #expect(other.relevance == .moderate)
    #expect(other.scanLikeSources == 0)
  }

  /// Payload that is only sent at us may be forged, so it does not hide a scan.
  @Test func `payload one way only does not count as data`() {
    var flows = probes(12)
    for index in flows.indices { flows[index].activity = .dataIn }
    #expect(result(flows).findings[0].scanLikeSources == 1)
  }

  @Test func `one scanner among several sources does not lower the others`() throws {
    let other = flow(try ip("198.51.100.8"), us, in: plain)
    let finding = try #require(result(probes(19) + [session(), other]).findings.first { $0.reason == .direct })
    #expect(finding.relevance == .moderate)
    #expect(finding.scanLikeSources == 1)
    #expect(finding.wording.contains { $0.hasPrefix("1 of 2 sources shows a pattern consistent with scanning;") })
  }

  @Test func `what we contact, answers and hosts that are not ours are no targets`() {
    let contacted = (0..<20).map { flow(us, x, in: plain, port: UInt16(100 + $0), activity: .connectOnly) }
    #expect(result(contacted).findings[0].scanLikeSources == 0)
    var answers = probes(20)
    for index in answers.indices { answers[index].activity = .responseOnly }
    #expect(result(answers).findings[0].scanLikeSources == 0)
    var foreign = probes(20)
    for index in foreign.indices { foreign[index].responderIsLocal = false }
    #expect(result(foreign).findings[0].scanLikeSources == 0)
    var parts = probes(20)
    for index in parts.indices { parts[index].continuedFrom = time(2014, 11, 24) }
    #expect(result(parts).findings[0].scanLikeSources == 0, "parts of one flow are no visits")
  }

  @Test func `an IPv6 scan is seen across the addresses of a network of 64 bits`() throws {
    let wide = try #require(IPPrefix(address: ip6(0, 0), length: 48))
    let six = catalog([claim([wide])])
    func probe(_ subnet: UInt64, _ host: UInt64) -> FlowRecord {
      flow(
        ip6(subnet, host), ip6(0x1_0000, 1), in: six, port: UInt16(100 + host), originator: SideEvidence(.e1, .oneWay),
        responder: SideEvidence(.e1, .silent), activity: .probe)
    }
    let one = result((0..<10).map { probe(0, $0) }, six)
    #expect(one.findings[0].addressCount == 10)
    #expect(one.findings[0].wording.contains(Self.sentence), "one source")
    #expect(result((0..<10).map { probe($0, $0) }, six).findings[0].scanLikeSources == 0)
  }

  /// Against a slow model: every set of flows that lie within an hour of one that ends it.
  @Test(arguments: 0..<8) func `no difference from the slow model, in any order`(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    var seen: Set<Bool> = []
    for _ in 0..<150 {
      let spread = Int64([2_000, 5_000, 12_000][Int.random(in: 0..<3, using: &random)])
      var flows = probes(Int.random(in: 8...40, using: &random)).map { probe in
        var probe = probe
        probe.firstPacket = time(2014, 11, 24, .random(in: 0...spread, using: &random))
        probe.lastPacket = probe.firstPacket
        probe.responder.port = .random(in: 1...25, using: &random)
        if Int.random(in: 0..<12, using: &random) == 0 {
          probe.activity = .dataTwoWay
          probe.responderCounts.packets = 1
        }
        return probe
      }
      let expected = flows.contains { end in
        let hour = flows.filter {
          $0.firstPacket <= end.firstPacket && end.firstPacket.nanoseconds(since: $0.firstPacket) <= 3_600_000_000_000
        }
        return Set(hour.map(\.responder.port)).count >= 10
          && hour.count { $0.activity == .dataTwoWay } * 10 < hour.count
      }
      seen.insert(expected)
      #expect((result(flows).statistics.scanLikeSources == 1) == expected)
      flows.shuffle(using: &random)
      #expect((result(flows).statistics.scanLikeSources == 1) == expected)
    }
    #expect(seen.count == 2, "the flows try both")
  }

  @Test func `more sources than can be looked at are said to be a sample`() {
    var pattern = ScanPattern()
    var probe = probes(1)[0]
    for host in 0..<140_000 as Range<UInt32> {
      probe.originator.address = IPAddress(v4: host)
      pattern.add(AssessedFlow(record: probe, assessment: FlowAssessment(verdict: .unverifiable, reason: .oneWay)))
    }
    #expect(!pattern.sources.isWhole)
    #expect(result(probes(12)).notShown.contains(ScanPattern.sampleSentence) == false)
    #expect(result(probes(600)).notShown.contains(ScanPattern.sampleSentence))
    #expect(result(probes(600)).statistics.scanLikeSources == 1)
  }
}
