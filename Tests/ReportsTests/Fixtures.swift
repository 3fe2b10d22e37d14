import Capture
import Catalog
import Flows
import Foundation
import Packets

@testable import Assessment
@testable import Reports

/// A report with every kind of figure in it, made by hand.
enum Fixtures {
  /// 2014-11-24T08:12:01.000000123Z.
  static let start = Timestamp(nanoseconds: 1_416_816_721_000_000_123)

  static func later(_ nanoseconds: Int64) -> Timestamp { Timestamp(nanoseconds: start.nanoseconds + nanoseconds) }

  static func catalog(tlp: TLP = .green) -> Catalog {
    var catalog = Catalog()
    catalog.actors = [ThreatActor(id: "example-net", name: "Example country network", level: .countryNetwork)]
    let prefix = IPPrefix(address: IPAddress(v4: 0xC633_6400), length: 24)
    catalog.claims = [
      Claim(
        id: "example-1", rangeText: "198.51.100.0/24", prefixes: [prefix].compactMap(\.self), actor: 0,
        relation: .exclusive, kind: .dedicatedAllocation, validFrom: Timestamp(seconds: 1_388_534_400),
        validUntil: Timestamp(seconds: 1_420_070_400), asOf: nil, recordedAt: nil, maxAge: 0,
        basis: [.routing, .incidentReport],
        sources: [
          Claim.Source(reference: "A report", reliability: "B", credibility: 2, independentGroup: "a"),
          Claim.Source(reference: "Another", reliability: "B", credibility: 2, independentGroup: "b"),
        ], tlp: tlp)
    ]
    catalog.overlays = [
      Overlay(
        id: "tor-2014-11-24", kind: .tor, snapshot: Timestamp(seconds: 1_416_787_200),
        prefixes: [IPPrefix(address: IPAddress(v4: 0xCB00_7109), length: 32)].compactMap(\.self))
    ]
    catalog.sha256 = String(repeating: "c0ffee00", count: 8)
    return catalog
  }

  static func record(
    from originator: UInt32 = 0xC633_6407, sourcePort: UInt16 = 4711, at offset: Int64 = 0,
    lasting: Int64 = 1_500_000_000
  ) -> FlowRecord {
    var record = FlowRecord(
      originator: Endpoint(address: IPAddress(v4: originator), port: sourcePort),
      responder: Endpoint(address: IPAddress(v4: 0xC000_020A), port: 80), ipProtocol: .tcp,
      vlan: VLANTags(outer: 104, inner: VLANTags.absent), firstPacket: later(offset),
      lastPacket: later(offset + lasting))
    record.originatorCounts.packets = 6
    record.originatorCounts.ipBytes = 700
    record.originatorCounts.payloadBytes = 420
    record.responderCounts.packets = 5
    record.responderCounts.ipBytes = 1_400
    record.responderCounts.payloadBytes = 1_190
    record.connectionState = .sf
    record.history = "ShADadfF"
    record.endReason = .endOfFlow
    record.originatorIsLocal = false
    record.responderIsLocal = true
    record.originatorBasis = .syn
    record.originatorEvidence = SideEvidence(.e4, .twoWayVerified)
    record.responderEvidence = SideEvidence(.e4, .twoWayVerified)
    record.activity = .dataTwoWay
    var frames = FlowRecord.Citations()
    (frames.file, frames.first, frames.syn, frames.synAck, frames.ack) = (0, 1, 1, 2, 3)
    (frames.ackedData, frames.last) = (7, 11)
    record.citations = frames
    return record
  }

  static func exclusive() -> FlowAssessment {
    FlowAssessment(
      verdict: .exclusive, reason: .direct, coveredSide: .originator, actor: 0, claims: [0],
      prefix: IPPrefix(address: IPAddress(v4: 0xC633_6400), length: 24))
  }

  static func report(catalog: Catalog = catalog()) -> Report {
    var input = CaptureInput(name: "web.pcapng.gz")
    input.byteCount = 812_345
    input.sha256 = String(repeating: "a1b2c3d4", count: 8)
    input.format = .pcapng
    input.compression = .gzip
    input.linkTypes = [.ethernet]
    input.packetCount = 1_234_567
    input.filteredCount = 3
    input.truncatedCount = 12
    input.interfaceDrops = 42
    input.firstPacket = start
    input.lastPacket = later(3_600_000_000_000)
    var cut = CaptureInput(name: "cut.pcap")
    cut.byteCount = 0
    cut.format = .pcap
    cut.linkTypes = [.linuxSLL2, LinkType(rawValue: 147)]
    cut.damage = CaptureInput.Damage(
      frame: 1, offset: 24, reason: "the file ends inside a packet header: 9 of 16 bytes are there.")

    var totals = Report.Totals()
    totals.packets = 1_234_567
    totals.bytes = 847_221_003
    totals.flows = 617_719
    totals.packetsInFlows = 1_200_000
    totals.packetsRejected = ["not_ip": 30_000, "ip_fragment": 4_564, "filtered": 3]

    var result = CaseAssessment.Result()
    result.findings = [exclusiveFinding(), torFinding(), oneWayFinding()]
    result.flowsByVerdict = [.exclusive: 2, .shared: 1, .unverifiable: 5_195, .none: 612_521]
    result.watchedFlows = 5_198
    result.rollUp = "EXCLUSIVE-PRESENT"
    result.notShown = ["Who operated the hosts is not shown.", "Payload was not inspected."]
    result.caveats = ["A compromised host in the range or an error in the range data would look the same."]
    result.statistics = statistics()
    result.hypotheses = [matrix()]
    var report = Report(
      toolVersion: "0.1.0", inputs: [input, cut], catalog: catalog, totals: totals, result: result)
    var old = CaptureInput(name: "old.pcap")
    (old.format, old.linkTypes, old.packetCount, old.byteCount) = (.pcap, [.ethernet], 9, 999)
    (old.sha256, old.firstPacket) = (String(repeating: "0b5e55ed", count: 8), later(-20 * 86_400_000_000_000))
    old.lastPacket = later(-10 * 86_400_000_000_000)
    report.baselineInputs = [old]
    report.skippedInputs = [(name: "notes.txt", reason: "no capture file")]
    return report
  }

  /// A case of an hour, a baseline of ten days before it, and an analyst's figure.
  static func statistics() -> CaseStatistics {
    var figures = RangeFigures(claim: 0)
    (figures.flows, figures.verified, figures.unverified, figures.silent) = (5_198, 2, 5_195, 1)
    (figures.synOnly, figures.connectOnly, figures.dataBearing, figures.other) = (5_190, 1, 1, 5)
    (figures.targets, figures.targetsAreExact, figures.scannerListed) = (2_048, false, 3)
    var statistics = CaseStatistics()
    (statistics.unverifiedSources, statistics.unverifiedSourcesAreExact) = (1_000_000, false)
    figures.baseRate = BaseRate(of: catalog().claims[0], sources: statistics.unverifiedSources)
    statistics.ranges = [figures]
    (statistics.exclusive.flows, statistics.exclusive.sources) = (2, 1)
    (statistics.exclusive.days, statistics.exclusive.sensors) = (1, 1)
    (statistics.scanLikeSources, statistics.scanPatternIsWhole) = (1, true)
    let hour = InputFacts(name: "a", firstPacket: start, lastPacket: later(3_600_000_000_000))
    let next = InputFacts(
      name: "b", firstPacket: later(10_800_000_000_000), lastPacket: later(10_800_000_000_000))
    statistics.coverage = CaptureCoverage([hour, next])
    let days = InputFacts(
      name: "old", firstPacket: later(-20 * 86_400_000_000_000), lastPacket: later(-10 * 86_400_000_000_000))
    statistics.baseline = Baseline(inputs: [days], ranges: [])
    statistics.claimError = ClaimError(probability: 0.05, reason: "Foreign hosts were found inside")
    return statistics
  }

  static func matrix() -> HypothesisMatrix {
    HypothesisMatrix(
      actor: 0, findings: ["F1", "F3"],
      rows: HypothesisEvidence.allCases.map { evidence in
        switch evidence {
        case .verifiedSession:
          HypothesisMatrix.Row(evidence: evidence, presence: .yes, because: "flows reach E4", findings: ["F1"])
        case .independentSources:
          HypothesisMatrix.Row(
            evidence: evidence, presence: .yes, because: "two groups", findings: ["F1", "F2", "F3", "F4"])
        case .unverifiedOnly:
          HypothesisMatrix.Row(evidence: evidence, presence: .no, because: "flows reach E4", findings: ["F1"])
        default:
          HypothesisMatrix.Row(
            evidence: evidence, presence: .notAssessed, because: "not assessed by this tool", findings: [])
        }
      })
  }

  static func exclusiveFinding() -> Finding {
    var responding = record(sourcePort: 4712, at: 60_000_000_000, lasting: 2_000)
    responding.citations?.ackedData = nil
    responding.originatorEvidence = SideEvidence(.e3, .connectOnly)
    responding.notes = [.offload, .mirrorDuplicates]
    return Finding(
      id: "F1", verdict: .exclusive, reason: .direct, reasons: [.direct, .connectOnly], actor: 0, claims: [0],
      overlays: [], prefix: IPPrefix(address: IPAddress(v4: 0xC633_6400), length: 24), likelihood: .likely,
      confidence: Confidence(
        overall: .moderate, path: .moderate, control: .moderate, handling: .high,
        because: ["the handshake was seen whole", "two independent sources rate B2", "inputs are hashed"]),
      wording: [
        """
        2 sessions were completed between 192.0.2.10 and 198.51.100.7, an address in 198.51.100.0/24, recorded as used \
        exclusively by Example country network from 2014-01-01 until 2015-01-01 (sources: B2, B2).
        """,
        "It is likely that this traffic came from that network.",
        "Confidence in this judgment is moderate because the handshake was seen whole.",
      ], relevance: .moderate, actions: ["http-post", "login"], addresses: [IPAddress(v4: 0xC633_6407)],
      addressCount: 1, flowCount: 2, packets: 22, bytes: 4_200, firstSeen: start, lastSeen: later(61_500_000_000),
      flows: [
        AssessedFlow(record: record(), assessment: exclusive()),
        AssessedFlow(record: responding, assessment: exclusive()),
      ], notes: ["mirror_duplicates": 1, "offload": 2],
      sessions: SessionSummary(
        count: 2, isMinimum: false, days: 1, firstSeen: start, lastSeen: later(61_500_000_000)), scanLikeSources: 1)
  }

  static func torFinding() -> Finding {
    var flow = record(from: 0xCB00_7109, sourcePort: 50_000, at: 1_000_000_000)
    flow.originatorIsLocal = nil
    let assessment = FlowAssessment(
      verdict: .shared, reason: .tor, coveredSide: .originator, overlays: [0],
      prefix: IPPrefix(address: IPAddress(v4: 0xCB00_7109), length: 32))
    return Finding(
      id: "F2", verdict: .shared, reason: .tor, reasons: [.tor], actor: nil, claims: [], overlays: [0],
      prefix: assessment.prefix, likelihood: nil,
      confidence: Confidence(overall: .low, path: .moderate, control: .low, handling: .high, because: []),
      wording: ["Shared infrastructure (tor); it cannot single out an actor."], relevance: .low, actions: [],
      addresses: [IPAddress(v4: 0xCB00_7109)], addressCount: 1, flowCount: 1, packets: 11, bytes: 2_100,
      firstSeen: flow.firstPacket, lastSeen: flow.lastPacket,
      flows: [AssessedFlow(record: flow, assessment: assessment)])
  }

  static func oneWayFinding() -> Finding {
    var flow = record(from: 0xC633_64C8, sourcePort: 53, at: 2_000_000_000, lasting: 0)
    flow.ipProtocol = .udp
    flow.responderCounts = FlowRecord.Side()
    flow.connectionState = .s0
    flow.history = "D"
    flow.originatorEvidence = SideEvidence(.e1, .oneWay)
    flow.responderEvidence = SideEvidence(.e1, .silent)
    flow.activity = .probe
    flow.citations = FlowRecord.Citations()
    flow.citations?.first = 900
    flow.citations?.last = 900
    let assessment = FlowAssessment(
      verdict: .unverifiable, reason: .oneWay, coveredSide: .originator, actor: 0, claims: [0],
      prefix: IPPrefix(address: IPAddress(v4: 0xC633_6400), length: 24))
    return Finding(
      id: "F3", verdict: .unverifiable, reason: .oneWay, reasons: [.oneWay], actor: 0, claims: [0], overlays: [],
      prefix: assessment.prefix, likelihood: nil,
      confidence: Confidence(overall: .low, path: nil, control: .moderate, handling: .high, because: []),
      wording: ["The source address is claimed by the sender and not verified."], relevance: .low, actions: [],
      addresses: (0..<9).map { IPAddress(v4: 0xC633_64C8 + $0) }, addressCount: 5_195, flowCount: 5_195,
      packets: 5_195, bytes: 311_700, firstSeen: later(2_000_000_000), lastSeen: later(3_600_000_000_000),
      flows: [AssessedFlow(record: flow, assessment: assessment)])
  }
}

/// Collects what a renderer or a log writes.
final class Collector {
  private(set) var bytes: [UInt8] = []
  private(set) var pieces = 0
  func take(_ piece: [UInt8]) {
    bytes += piece
    pieces += 1
  }
  var text: String { String(decoding: bytes, as: UTF8.self) }
}

extension Report {
  func rendered(as format: ReportFormat, layout: TextLayout = TextLayout()) throws -> String {
    let collector = Collector()
    try render(as: format, layout: layout, to: collector.take)
    return collector.text
  }
}
