import Packets
import TestSupport
import Testing

@testable import Flows

/// The constant-space state against the slow model.
///
/// `ASCRIBE_EVIDENCE_FLOWS` sets how many random flows.
@Suite struct EvidenceGoldenTests {
  static let flowCount = UInt64(Effort.cases("ASCRIBE_EVIDENCE_FLOWS", usual: 100_000))

  static let notes: [(bit: EvidenceNotes, name: String)] = [
    (.mirrorDuplicates, "T11"), (.timestampEchoed, "T13"), (.timestampMismatch, "T13"), (.ttlClassChange, "T14"),
  ]

  @Test func equalsTheModelOnRandomFlows() {
    var reasons: [GradeReason: Int] = [:]
    var notes: [EvidenceNotes: Int] = [:]
    var secondWays = 0
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
      for (bit, _) in Self.notes where slow.notes.contains(bit) { notes[bit, default: 0] += 1 }
      if originator == SideEvidence(.e4, .twoWayVerified), slow.isSecondWay(originator: true) { secondWays += 1 }
      let compared = fast.notes.intersection(EvidenceNotes(Self.notes.map(\.bit)))
      if fast.originator != originator || fast.responder != responder || compared != slow.notes {
        let mine = "\(fast.originator) \(fast.responder) \(compared)"
        Issue.record("seed \(seed): \(mine), model \(originator) \(responder) \(slow.notes)\n\(describe(flow))")
        return
      }
    }
    // A comparison that never met a grade would prove nothing of it.
    let met: [GradeReason] = [
      .twoWayVerified, .connectOnly, .dataInOnly, .midstream, .twoWayUnverified, .resetAnswer, .oneWay, .halfOpen,
      .responseOnly, .backscatter, .isnGuessing, .malformed, .silent,
    ]
    for reason in met { #expect(reasons[reason, default: 0] > 20, "\(reason) \(reasons[reason, default: 0])") }
    for (bit, name) in Self.notes { #expect(notes[bit, default: 0] > 100, "\(name) \(notes[bit, default: 0])") }
    #expect(secondWays > 20)
  }

  /// T2 lets an acknowledgement cover any captured byte, the state only those since the last hole: never stronger.
  @Test func neverExceedsTheTextOfT2() {
    var weaker = 0
    for seed in 0..<(Self.flowCount / 4) {
      let flow = RandomFlow(seed: seed &+ 0x7E87_0000).observations
      let slow = GoldenGrader(flow, captureStart: longBefore, reach: .all)
      // What was verified decides what a second SYN means; such flows part ways for other reasons.
      guard !slow.hasConflictingSYN else { continue }
      let fast = EvidenceState.conclude(flow)
      for (mine, text) in [
        (fast.originator, slow.evidence(ofOriginator: true)), (fast.responder, slow.evidence(ofOriginator: false)),
      ] {
        weaker += mine.grade < text.grade ? 1 : 0
        if mine.grade >= .e3, mine.grade > text.grade {
          Issue.record("seed \(seed): \(mine), text \(text)\n\(describe(flow))")
          return
        }
      }
    }
    #expect(weaker > 0)
  }
}
