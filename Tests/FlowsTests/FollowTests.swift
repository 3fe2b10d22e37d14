import Packets
import TestSupport
import Testing

@testable import Flows

/// The short way of packets that only go on, against the long way that every packet may take.
@Suite struct FollowTests {
  @Test func theShortWayLeavesTheSameState() {
    var (followed, first) = (0, 0)
    for seed in 0..<20_000 as Range<UInt64> {
      let flow = RandomFlow(seed: seed).observations
      guard let start = flow.first?.packet.timestamp else { continue }
      var state = FlowState(start: start)
      var pools = TCPPools()
      for observation in flow {
        var packet = observation.packet
        packet.tcp.window = 1
        packet.capturedPayloadLength = seed % 2 == 0 ? packet.payloadLength : 0
        var short = state
        // What stands in the pools cannot be copied.
        let isFollowed =
          !state.connection.usesPools && packet.mayGoOn
          && short.follow(
            packet, isForward: observation.fromOriginator, fromOriginator: observation.fromOriginator,
            within: 60_000_000_000, pools: &pools)
        let before = state.connection.common.history.count
        guard state.take(packet, fromOriginator: observation.fromOriginator, &pools) else { break }
        guard isFollowed, !state.connection.usesPools, !short.connection.usesPools else { continue }
        followed += 1
        if state.connection.common.history.count > before { first += 1 }
        // Behind as long as one side has not closed.
        short.connection.common.activeUntil = state.connection.common.activeUntil
        let (mine, model) = ("\(short)", "\(state)")
        guard mine == model else {
          Issue.record("seed \(seed): \(mine), long way \(model)\n\(describe(flow))")
          return
        }
      }
    }
    #expect(followed > 1_000, "\(followed)")
    #expect(first > 100, "\(first)")
  }

  @Test func gradesAreThoseOfTheConclusion() {
    for seed in 0..<5_000 as Range<UInt64> {
      let flow = RandomFlow(seed: seed).observations
      var state = EvidenceState()
      for observation in flow {
        _ = state.observe(observation.packet, fromOriginator: observation.fromOriginator, senderIsLocal: false)
      }
      if seed % 3 == 0 { state.originator.flags.insert(.pathUnproven) }
      for ipProtocol in [.tcp, .udp, .icmp, .sctp] as [IPProtocol] {
        var conclusion = state.conclude(ipProtocol: ipProtocol, requestMayPrecede: seed % 2 == 0)
        conclusion.applyCaps()
        let grades = state.grades(ipProtocol: ipProtocol, requestMayPrecede: seed % 2 == 0)
        #expect(grades == (conclusion.originator.grade, conclusion.responder.grade))
      }
    }
  }
}

extension FlowState {
  /// What `FlowTable.take` does with the state of an unwatched flow.
  ///
  /// - Returns: False if the roles would be exchanged.
  fileprivate mutating func take(_ packet: Packet, fromOriginator: Bool, _ pools: inout TCPPools) -> Bool {
    count(packet, isForward: fromOriginator)
    let segment = TCPSegment(packet)
    if packet.ipProtocol == .tcp {
      guard !connection.revealsMissedSYN(segment),
        !connection.observe(
          segment, latest: last, fromSource: fromOriginator, fromOriginator: fromOriginator, pools: &pools)
      else { return false }
      standing = connection.standing
      if connection.usesPools { usesPools = true }
    }
    _ = evidence.observe(packet, fromOriginator: fromOriginator, senderIsLocal: false)
    return true
  }
}
