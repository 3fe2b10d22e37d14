import Assessment
import Capture
import Catalog
import Flows
import Foundation
import Packets
import TestSupport
import Testing

/// Frames through decoder, flow table and assessment, as in `ascribe analyze`.
///
/// Every run is made from a pcap file and from a pcapng file too, which must say the same, and from captures that a seeded
/// mutator made of the frames, which may say less but never more.
struct Pipeline {
  var family: Family
  var catalog: Catalog
  var context = AssessmentContext()
  /// How long before the first frame the capture began, in seconds.
  var lead: Int64 = 3_600
  /// How many mutated captures of each kind are assessed beside.
  var mutations: UInt64 = 6

  func run(_ frames: [TimedFrame]) throws -> CaseAssessment.Result { try run(frames.map { (frame: $0, sensor: 0) }) }

  /// Frames that sensors of `context.sensors` captured.
  func run(_ captured: [(frame: TimedFrame, sensor: Int)]) throws -> CaseAssessment.Result {
    let result = try assess(captured)
    let said = Sayings(result)
    let frames = captured.map(\.frame)
    for file in [CaptureWriter.pcap(frames, resolution: .nanoseconds), CaptureWriter.pcapng(frames)] {
      let read = try Self.frames(ofFile: file)
      #expect(Sayings(try assess(zip(read, captured).map { ($0, $1.sensor) })) == said)
    }
    for change in FrameMutator.Change.allCases {
      for seed in 0..<mutations {
        let mutated = Sayings(try assess(Self.mutate(captured, by: change, seed: seed)))
        let stronger = mutated.excess(over: said)
        #expect(stronger.isEmpty, "\(change), seed \(seed): \(stronger)")
      }
    }
    return result
  }

  /// Takes a proxy for one of ours.
  mutating func trust(_ proxy: IPPrefix) {
    context.sensors = [Sensor(id: "tap", vantage: .tap, localNetworks: [], trustedProxies: [proxy])]
  }

  /// The only finding that frames give.
  func finding(_ frames: [TimedFrame]) throws -> Finding {
    let result = try run(frames)
    #expect(result.findings.count == 1)
    return try #require(result.findings.first)
  }

  /// What a line does, it does at each sensor by itself.
  private static func mutate(
    _ captured: [(frame: TimedFrame, sensor: Int)], by change: FrameMutator.Change, seed: UInt64
  ) -> [(frame: TimedFrame, sensor: Int)] {
    let bySensor = Dictionary(grouping: captured, by: \.sensor).sorted { $0.key < $1.key }
    let mutated = bySensor.map { sensor, frames in
      var mutator = FrameMutator(seed: seed)
      return mutator.mutate(frames.map(\.frame), by: change).map { (frame: $0, sensor: sensor) }
    }
    guard mutated.count > 1 else { return mutated.first ?? [] }
    return mutated.joined().enumerated()
      .sorted { ($0.element.frame.timestamp, $0.offset) < ($1.element.frame.timestamp, $1.offset) }.map(\.element)
  }

  private func assess(_ captured: [(frame: TimedFrame, sensor: Int)]) throws -> CaseAssessment.Result {
    let first = try #require(captured.first?.frame.timestamp)
    var options = FlowTableOptions()
    options.localNetworks = [try #require(family.localNetwork)]
    options.sensors = context.sensors
    var table = FlowTable(
      options: options, prefixes: catalog.prefixes,
      captureStart: Timestamp(nanoseconds: first.nanoseconds - lead * 1_000_000_000))
    let decoder = Decoder()
    for (index, (frame, sensor)) in captured.enumerated() {
      var packet = Packet()
      #expect(frame.decode(into: &packet, decoder) == nil)
      // Bytes have no padding, the only hazard of viewing elements as raw bytes.
      let span = unsafe frame.bytes.span.bytes
      table.observe(
        &packet, frame: span, file: 0, number: UInt64(index) + 1, decoder: decoder, scope: PacketScope(sensor: sensor))
    }
    table.finish()
    var assessment = CaseAssessment(catalog: catalog, context: context)
    table.drain { _ = assessment.add($0) }
    return assessment.finish()
  }

  /// The frames that a capture file holds.
  private static func frames(ofFile bytes: [UInt8]) throws -> [TimedFrame] {
    let file = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
    try Data(bytes).write(to: file)
    defer { try? FileManager.default.removeItem(at: file) }
    var source = try CaptureSource(paths: [file.path], options: CaptureOptions())
    var frames: [TimedFrame] = []
    var more = true
    while more {
      more = try source.nextBatch { batch, content in
        for index in batch.indices {
          let frame = batch[index]
          let span = content.extracting(frame.range)
          frames.append(
            TimedFrame(
              frame.timestamp, unsafe span.withUnsafeBytes { unsafe Array($0) }, wireLength: frame.wireLength,
              linkType: frame.linkType))
        }
      }
    }
    return frames
  }
}

/// What a result says, as far as it may be weaker or stronger.
private struct Sayings: Equatable {
  /// What is said in favour of an actor of one address.
  struct Claim: Equatable {
    var actors: Set<Int?> = []
    var grade = EvidenceGrade.e0
    /// 0 without likelihood, 1 likely, 2 very likely.
    var likelihood = 0
  }

  /// Every finding with its sentences.
  var findings: [[String]]
  /// The EXCLUSIVE ones by address.
  var exclusive: [IPAddress: Claim] = [:]

  init(_ result: CaseAssessment.Result) {
    findings = result.findings.map { ["\($0.id) \($0.verdict) \($0.reasons)"] + $0.wording }
    for finding in result.findings where finding.verdict == .exclusive {
      for flow in finding.flows {
        let isOriginator = flow.assessment.speaksOfOriginator
        let address = (isOriginator ? flow.record.originator : flow.record.responder).address
        let evidence = isOriginator ? flow.record.originatorEvidence : flow.record.responderEvidence
        var claim = exclusive[address] ?? Claim()
        claim.actors.insert(finding.actor)
        claim.grade = max(claim.grade, evidence.grade)
        claim.likelihood = max(
          claim.likelihood, finding.likelihood == .veryLikely ? 2 : finding.likelihood == nil ? 0 : 1)
        exclusive[address] = claim
      }
    }
  }

  /// What these say more than others.
  func excess(over other: Sayings) -> [String] {
    exclusive.compactMap { address, mine in
      guard let theirs = other.exclusive[address] else { return "\(address) became exclusive" }
      if !mine.actors.isSubset(of: theirs.actors) { return "\(address) became another actor's" }
      if mine.grade > theirs.grade { return "\(address) rose from \(theirs.grade) to \(mine.grade)" }
      return mine.likelihood > theirs.likelihood ? "\(address) became more likely" : nil
    }
  }
}

@Suite struct PipelineTests {
  /// A comparison that found nothing stronger ever would prove nothing.
  @Test(arguments: Family.allCases) func `a stronger result is told from a weaker one`(family: Family) throws {
    var text = CatalogText(family: family)
    text.claim()
    var full = Conversation.fromX(family)
    full.session()
    var bare = Conversation.fromX(family)
    bare.handshake()
    var attempt = Conversation.fromX(family)
    attempt.syn()
    let pipeline = Pipeline(family: family, catalog: try text.load())
    let strengths = try [full, bare, attempt].map { Sayings(try pipeline.run($0.frames)) }
    for (place, weaker) in strengths.enumerated() {
      #expect(weaker.excess(over: weaker).isEmpty)
      for stronger in strengths[..<place] {
        #expect(stronger.excess(over: weaker).count == 1)
        #expect(weaker.excess(over: stronger).isEmpty)
      }
    }
  }

  @Test func `every change changes something`() throws {
    var talk = Conversation.fromX(.v4)
    talk.session()
    for change in FrameMutator.Change.allCases {
      let changed = (0..<20 as Range<UInt64>).count { seed in
        var mutator = FrameMutator(seed: seed)
        return mutator.mutate(talk.frames, by: change) != talk.frames
      }
      #expect(changed > 10, "\(change)")
    }
  }
}
