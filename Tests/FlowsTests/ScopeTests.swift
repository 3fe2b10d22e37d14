import Catalog
import Packets
import TestSupport
import Testing

@testable import Flows

/// Where packets were seen is part of their flow's key.
@Suite struct ScopeTests {
  private let ends = (IPAddress(v4: 0x0A00_0001), IPAddress(v4: 0x0A00_0002))

  /// Frames of sensors through a table.
  private func run(
    _ frames: [(frame: TimedFrame, sensor: Int)], sensors: [Sensor] = [], prefixes: PrefixTable = PrefixTable(),
    edit: (inout FlowTableOptions) -> Void = { _ in }
  ) -> (records: [FlowRecord], counts: FlowTable.Counts) {
    var options = plainOptions
    options.sensors = sensors
    edit(&options)
    var table = FlowTable(
      options: options, prefixes: prefixes, captureStart: frames.first?.frame.timestamp ?? Timestamp(nanoseconds: 0))
    var records: [FlowRecord] = []
    for (number, (frame, sensor)) in frames.enumerated() {
      guard var packet = frame.packet() else { continue }
      // Bytes have no padding, the only hazard of viewing elements as raw bytes.
      unsafe table.observe(
        &packet, frame: frame.bytes.span.bytes, file: 0, number: UInt64(number + 1), decoder: Decoder(),
        scope: PacketScope(sensor: sensor))
    }
    table.finish()
    table.drain { records.append($0) }
    return (records, table.counts)
  }

  private func run(
    _ frames: [TimedFrame], prefixes: PrefixTable = PrefixTable(), edit: (inout FlowTableOptions) -> Void = { _ in }
  ) -> (records: [FlowRecord], counts: FlowTable.Counts) {
    run(frames.map { ($0, 0) }, prefixes: prefixes, edit: edit)
  }

  private func session() -> [TimedFrame] {
    var talk = Conversation(client: alice, server: bob)
    talk.handshake()
    talk.send(200, from: .client)
    talk.ack(from: .server)
    talk.send(300, from: .server)
    talk.ack(from: .client)
    return talk.frames
  }

  private func uids(_ records: [FlowRecord]) -> [String] {
    var uid = FlowUID()
    return records.map { uid.string(for: $0) }
  }

  @Test(arguments: Encapsulation.allCases.filter { !$0.takesIPv6Only })
  func `outer and inner packets are flows of their own`(kind: Encapsulation) throws {
    let plain = session()
    let (records, counts) = run(plain.inside(kind, behind: [alice.address], ends.0, ends.1, identifier: 9))
    #expect(counts.packets == UInt64(plain.count) && counts.tunnelledPackets == UInt64(plain.count))
    #expect(counts.rejectedInTunnels.isEmpty && counts.packetsInOtherTunnels == 0)
    let outer = records.filter { $0.tunnel == nil }
    let inner = try #require(records.first { $0.tunnel != nil })
    #expect(records.count - outer.count == 1)
    #expect(outer.allSatisfy { $0.notes.isDisjoint(with: .tunnelled) && $0.ipProtocol != .tcp })
    #expect(outer.map { $0.originatorCounts.packets + $0.responderCounts.packets }.reduce(0, +) == UInt64(plain.count))
    // It is the flow that it would be on the line, but for where it was seen.
    let bare = try #require(run(plain).records.first)
    #expect(inner.notes.contains(.tunnelled))
    #expect(inner.text == bare.text)
    #expect(inner.originatorEvidence.grade == .e4)
    var communityID = CommunityID()
    #expect(communityID.string(for: inner) == communityID.string(for: bare))
    #expect(uids([inner]) != uids([bare]))
    let uid = FlowUID()
    let parent = try #require(inner.tunnel).parent
    #expect(uids(outer).contains(uid.string(parent)))
    #expect(uids(run(plain).records) == uids([bare]))
  }

  @Test func `the same endpoints on the line, and in other tunnels, are other flows`() {
    let plain = session()
    let tunnels = [
      plain,
      plain.inside(.vxlan, behind: [alice.address], ends.0, ends.1, identifier: 1),
      plain.inside(.vxlan, behind: [alice.address], ends.0, ends.1, identifier: 2),
      plain.inside(.keyedGRE, behind: [alice.address], ends.0, ends.1, identifier: 1),
      plain.inside(.gre, behind: [alice.address], ends.0, ends.1),
      plain.inside(.gre, behind: [alice.address], ends.0, IPAddress(v4: 0x0A00_0003)),
      plain.inside(.gre, behind: [alice.address], ends.0, ends.1) { $0.vlanTags = [5] },
      plain.inside(.gre, behind: [alice.address], ends.0, ends.1)
        .inside(.ip, behind: [ends.0], IPAddress(v4: 0x0A00_0004), ends.1),
    ]
    // Round robin, so that every flow is open while the others are.
    let mixed = plain.indices.flatMap { index in tunnels.map { $0[index] } }
    let inner = run(mixed).records.filter { $0.ipProtocol == .tcp }
    #expect(inner.count == tunnels.count)
    #expect(inner.allSatisfy { $0.originatorCounts.packets == 4 && $0.originatorEvidence.grade == .e4 })
    #expect(Set(uids(inner)).count == tunnels.count)
    // The numbers of scopes depend on which came first; what comes out does not.
    let other = plain.indices.flatMap { index in tunnels.reversed().map { $0[index] } }
    #expect(Set(uids(run(other).records)) == Set(uids(run(mixed).records)))
  }

  @Test func `records of one moment come in an order that rests on tunnels, not on their numbers`() {
    let plain = session()
    let tunnels = (1...6 as ClosedRange<UInt32>).map {
      plain.inside(.vxlan, behind: [alice.address], ends.0, ends.1, identifier: $0)
    }
    func order(_ tunnels: [[TimedFrame]]) -> [String] {
      let mixed = plain.indices.flatMap { index in tunnels.map { $0[index] } }
      return uids(run(mixed).records.filter { $0.tunnel != nil })
    }
    #expect(order(tunnels) == order(tunnels.reversed()))
  }

  @Test func `half a handshake in a tunnel does not complete one on the line`() {
    let plain = session()
    let inside = plain.inside(.gre, behind: [alice.address], ends.0, ends.1)
    for split in [[true, false, true, true, false, false, true], [false, true, false, false, true, true, false]] {
      let mixed = plain.indices.map { split[$0] ? inside[$0] : plain[$0] }
      for record in run(mixed).records where record.ipProtocol == .tcp {
        #expect(record.originatorEvidence.grade < .e3 && record.responderEvidence.grade < .e3)
      }
    }
  }

  @Test func `the ends of each side, and when they are not known`() throws {
    let plain = session()
    let prefixes = PrefixTable([(try #require(IPPrefix(address: alice.address, length: 32)), .claim(0))])
    func tunnel(_ frames: [TimedFrame]) throws -> FlowRecord.Tunnel {
      let tunnels = run(frames, prefixes: prefixes).records.compactMap(\.tunnel)
      #expect(tunnels.count == 1)
      return try #require(tunnels.first)
    }
    let usual = try tunnel(plain.inside(.gre, behind: [alice.address], ends.0, ends.1))
    #expect(usual.originatorEnds == [ends.0] && usual.responderEnds == [ends.1])
    let turned = try tunnel(plain.inside(.gre, behind: [alice.address], ends.1, ends.0))
    #expect(turned.originatorEnds == [ends.1] && turned.responderEnds == [ends.0])
    let far = IPAddress(v4: 0x0A00_0009)
    let nested = run(
      plain.inside(.gre, behind: [alice.address], ends.0, ends.1).inside(.ip, behind: [ends.0], far, ends.1),
      prefixes: prefixes
    ).records.first { $0.ipProtocol == .tcp }?.tunnel
    #expect(nested?.originatorEnds == [far, ends.0])
    #expect(nested?.responderEnds == [ends.1, ends.1])

    // Everything from one end, as a mirror sends it; one packet from the wrong end; equal ends; GTP-U.
    let mirrored = try tunnel(plain.inside(.erspan2, behind: [alice.address, bob.address], ends.0, ends.1))
    let wrong = plain.inside(.gre, behind: [alice.address], ends.0, ends.1)
    let lie = plain.inside(.gre, behind: [bob.address], ends.0, ends.1)
    let mixed = try tunnel(Array(wrong.dropLast()) + [lie[lie.count - 1]])
    let equal = try tunnel(plain.inside(.gre, behind: [alice.address], ends.0, ends.0))
    let mobile = try tunnel(plain.inside(.gtp, behind: [alice.address], ends.0, ends.1))
    for tunnel in [mirrored, mixed, equal, mobile] {
      #expect(tunnel.originatorEnds.isEmpty && tunnel.responderEnds.isEmpty)
    }
    // Nobody asks for those of an unwatched flow.
    #expect(run(wrong).records.compactMap(\.tunnel).allSatisfy { $0.originatorEnds.isEmpty })
  }

  @Test func `tunnels beyond the bound share a scope and are counted`() throws {
    let plain = session()
    let frames = (0..<8 as Range<UInt32>).flatMap { tunnel in
      plain.inside(.vxlan, behind: [alice.address], ends.0, ends.1, identifier: tunnel)
    }.sorted { $0.timestamp < $1.timestamp }
    let prefixes = PrefixTable([(try #require(IPPrefix(address: alice.address, length: 32)), .claim(0))])
    let (records, counts) = run(frames, prefixes: prefixes) { $0.maximumTunnelCount = 3 }
    #expect(counts.tunnelledPackets == 56)
    #expect(counts.packetsInOtherTunnels == 35)
    let inner = records.filter { $0.tunnel != nil }
    #expect(inner.count { $0.tunnel?.originatorEnds.isEmpty == false } == 3)
    #expect(inner.filter { $0.tunnel?.originatorEnds.isEmpty == true }.allSatisfy { $0.notes.contains(.tunnelled) })
    // Without any room, and with all there is.
    #expect(run(frames) { $0.maximumTunnelCount = 0 }.counts.packetsInOtherTunnels == 56)
    #expect(run(frames).counts.packetsInOtherTunnels == 0)
  }

  @Test func `at most four tunnels deep`() {
    var frames = session()
    for level in 0..<6 as Range<UInt32> {
      frames = frames.inside(
        .gre, behind: [alice.address, IPAddress(v4: 0x0A00_0000 | level)], IPAddress(v4: 0x0A00_0001 | level << 8),
        IPAddress(v4: 0x0A00_0002 | level << 8))
    }
    let counts = run(frames).counts
    #expect(counts.packets == 7 && counts.tunnelledPackets == 28)
    #expect(counts.rejectedInTunnels == [.tooManyTunnels: 7])
  }

  @Test func `a full table that gives up the outer flow for the inner one`() {
    let frames = session().inside(.gre, behind: [alice.address], ends.0, ends.1)
    let (records, counts) = run(frames) { $0.maximumFlowCount = 1 }
    #expect(counts.evictedFlows > 0)
    let packets = records.map { $0.originatorCounts.packets + $0.responderCounts.packets }.reduce(0, +)
    #expect(packets == counts.packets + counts.tunnelledPackets)
  }

  @Test func `two sensors see two flows, each with its own networks`() throws {
    let home = try #require(IPPrefix(address: bob.address, length: 32))
    let sensors = [
      Sensor(id: "east", vantage: .tap, localNetworks: [home], trustedProxies: []),
      Sensor(id: "west", vantage: .tap, localNetworks: [], trustedProxies: []),
    ]
    let frames = session().flatMap { frame in [(frame: frame, sensor: 0), (frame: frame, sensor: 1)] }
    let records = run(frames, sensors: sensors).records.sorted { $0.sensor < $1.sensor }
    try #require(records.count == 2)
    #expect(records.map(\.sensor) == [0, 1])
    #expect(records.allSatisfy { $0.originatorEvidence.grade == .e4 && $0.tunnel == nil && $0.notes.isEmpty })
    #expect(records[0].responderIsLocal == true && records[1].responderIsLocal == nil)
    #expect(Set(uids(records)).count == 2)
    // Which place a sensor has in a list does not tell.
    let turned = frames.map { (frame: $0.frame, sensor: 1 - $0.sensor) }
    #expect(Set(uids(run(turned, sensors: sensors.reversed()).records)) == Set(uids(records)))
    // One sensor is as none: the uid rests on the flow alone.
    let single = run(session().map { ($0, 0) }, sensors: [sensors[0]]).records
    #expect(uids(single) == uids(run(session()).records))
    // Sides seen at different sensors do not make a handshake.
    let split = session().map { (frame: $0, sensor: $0.packet()?.source == alice.address ? 0 : 1) }
    #expect(run(split, sensors: sensors).records.allSatisfy { $0.originatorEvidence.grade < .e3 })
  }
}
