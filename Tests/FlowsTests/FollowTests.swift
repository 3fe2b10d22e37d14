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

  @Test func `the state after a SYN is that of the long way`() {
    var random = SeededGenerator(seed: 20)
    var plain = 0
    for seed in 0..<40_000 {
      let (source, destination) = (
        Endpoint(address: IPAddress(v4: .random(in: 0 ... .max, using: &random)), port: 4_711),
        Endpoint(address: IPAddress(v4: 0x0808_0808), port: 443)
      )
      let sequence = ([0, 1, .max - 1, .max, .random(in: 0 ... .max, using: &random)] as [UInt32])[seed % 5]
      var control = TCPFlags(rawValue: .random(in: 0 ... .max, using: &random))
      if seed % 4 != 0 { control = control.subtracting([.ack, .fin, .rst]).union(.syn) }
      var packet = segment(
        source, destination, at: Double(seed), control, sequence, .random(in: 0...2, using: &random),
        payload: seed % 16 == 1 ? 5 : 0)
      packet.tcp.window = seed % 16 == 2 ? 0 : 1
      packet.flags = Packet.Flags(rawValue: .random(in: 0 ... .max, using: &random))
      if seed % 8 != 3 {
        packet.flags = packet.flags.subtracting([.badTransportChecksum, .badIPChecksum, .sourceRouted, .mappedAddress])
      }
      let marks: Flow.Marks = seed % 16 == 4 ? [.sourceIsResponder] : [.sourceIsLocal, .requestMayPrecede]
      let flow = Flow(packet, key: FlowKey(packet, scope: 0), marks: marks, watch: 0, tunnel: 0)
      guard flow.beganWithPlainSYN else { continue }
      plain += 1
      var state = FlowState(start: packet.timestamp)
      var pools = TCPPools()
      let isTaken = state.take(flow.firstPacket, fromOriginator: true, &pools)
      let (mine, model) = ("\(FlowState(afterSYNOf: flow))", "\(state)")
      guard isTaken, mine == model else {
        Issue.record("\(packet): \(mine), long way \(model)")
        return
      }
    }
    #expect(plain > 10_000, "\(plain)")
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
