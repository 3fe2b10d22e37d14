import Foundation
import Packets
import TestSupport
import Testing

@testable import Flows

/// The constant-space state against the slow model. `ASCRIBE_EVIDENCE_FLOWS` sets how many random flows.
@Suite struct EvidenceGoldenTests {
  static let flowCount = ProcessInfo.processInfo.environment["ASCRIBE_EVIDENCE_FLOWS"].flatMap { UInt64($0) } ?? 100_000

  @Test func equalsTheModelOnRandomFlows() {
    var reasons: [GradeReason: Int] = [:]
    for seed in 0..<Self.flowCount {
      let flow = RandomFlow(seed: seed).observations
      guard !flow.isEmpty else { continue }
      let captureStart =
        seed % 2 == 0 ? longBefore : Timestamp(nanoseconds: flow[0].packet.timestamp.nanoseconds - 1_000)
      let fast = EvidenceState.conclude(flow, captureStart: captureStart)
      let slow = GoldenGrader(flow, captureStart: captureStart)
      let originator = slow.evidence(ofOriginator: true)
      let responder = slow.evidence(ofOriginator: false)
      reasons[originator.reason, default: 0] += 1
      reasons[responder.reason, default: 0] += 1
      if fast.originator != originator || fast.responder != responder {
        Issue.record(
          "seed \(seed): \(fast.originator) \(fast.responder), model \(originator) \(responder)\n\(describe(flow))")
        return
      }
    }
    // A comparison that never met a grade would prove nothing of it.
    let met: [GradeReason] = [
      .twoWayVerified, .connectOnly, .dataInOnly, .midstream, .twoWayUnverified, .resetAnswer, .oneWay, .halfOpen,
      .responseOnly, .backscatter, .isnGuessing, .malformed, .silent,
    ]
    for reason in met { #expect(reasons[reason, default: 0] > 20, "\(reason) \(reasons[reason, default: 0])") }
  }
}
