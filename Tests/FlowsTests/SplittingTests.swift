import Catalog
import Packets
import TestSupport
import Testing

@testable import Flows

/// When a packet belongs to a flow, and when another begins (methodology T12; Zeek's timeouts).
@Suite struct SplittingTests {
  var talk = Conversation(client: alice, server: bob)

  private func later(_ packet: Packet, _ seconds: Double) -> Packet {
    var packet = packet
    packet.timestamp = packet.timestamp.adding(Int64(seconds * 1e9))
    return packet
  }

  @Test mutating func retransmittedSYNStays() throws {
    talk.syn()
    let syn = talk.packets[0]
    let records = flows(of: [syn, later(syn, 1), later(syn, 3), later(syn, 7), later(syn, 15), later(syn, 31)])
    #expect(records.count == 1)
    #expect(records.first?.originatorCounts.packets == 6)
    #expect(records.first?.connectionState == .s0)
  }

  @Test mutating func anotherSYNBeginsAFlow() throws {
    talk.handshake()
    talk.send(100, from: .client)
    talk.ack(from: .server)
    var again = later(talk.packets[0], 2)
    again.tcp.sequence = 700_000
    let records = flows(of: talk.packets + [again])
    #expect(records.count == 2)
    #expect(records.first?.connectionState == .s1)
    #expect(records.first?.endReason == .endOfFlow)
    #expect(records.last?.connectionState == .s0)
    // A number inside the old window may be that of a host that counts numbers up with time.
    again.tcp.sequence = talk.packets[0].tcp.sequence &+ 50
    #expect(flows(of: talk.packets + [again]).count == 2)
  }

  @Test mutating func anotherSYNAckDoesNotVerifyTheOldFlow() throws {
    talk.syn()
    talk.synAck()
    let first = talk.packets
    var syn = later(first[0], 1)
    syn.tcp.sequence = 900_000
    // The old SYN-ACK, repeated, acknowledges the old SYN.
    let records = flows(of: first + [syn, later(first[1], 2)])
    #expect(records.count == 2)
    let second = try #require(records.last)
    #expect(second.originatorEvidence.grade < .e3)
    #expect(second.responderEvidence.grade < .e3)
  }

  @Test mutating func latePacketsOfAClosedConnectionStay() throws {
    talk.handshake()
    talk.close(from: .client)
    let packets = talk.packets
    let fin = try #require(packets.last { $0.tcp.flags.contains(.fin) })
    #expect(flows(of: packets + [later(fin, 5), later(fin, 59)]).count == 1)
    // After a minute without a packet the endpoints are free.
    let records = flows(of: packets + [later(fin, 61)])
    #expect(records.count == 2)
    #expect(records.first?.endReason == .endOfFlow)
    #expect(records.first?.lastPacket == packets.last?.timestamp)
  }

  @Test mutating func simultaneousOpenIsOneFlow() throws {
    talk.segment(from: .client, [.syn])
    talk.segment(from: .server, [.syn])
    let records = flows(of: talk.packets)
    #expect(records.count == 1)
    #expect(records.first?.originatorBasis == .simultaneous)
  }

  @Test mutating func idleTimeouts() {
    talk.handshake()
    let established = talk.packets
    #expect(flows(of: established + [later(established[2], 299)]).count == 1)
    #expect(flows(of: established + [later(established[2], 300)]).count == 2)
    #expect(flows(of: established + [later(established[2], 300)]).first?.endReason == .idle)
    // A handshake that came to nothing lasts a minute.
    #expect(flows(of: [established[0], later(established[0], 59.9)]).count == 1)
    #expect(flows(of: [established[0], later(established[0], 60)]).count == 2)
    for (ipProtocol, other) in [(IPProtocol.udp, bob), (.icmp, Endpoint(address: bob.address, port: 1)), (.sctp, bob)] {
      let first = datagram(alice, other, at: 0, ipProtocol)
      #expect(flows(of: [first, later(first, 59.9), later(first, 119.8)]).count == 1)
      #expect(flows(of: [first, later(first, 60)]).count == 2)
    }
    var options = FlowTableOptions()
    options.udpIdleTimeout = 1_000_000_000
    let first = datagram(alice, bob, at: 0)
    #expect(flows(of: [first, later(first, 1)], options: options).count == 2)
  }

  @Test func icmpRequestsAndReplies() throws {
    let request = datagram(
      Endpoint(address: alice.address, port: 8), Endpoint(address: bob.address, port: 0), at: 0, .icmp)
    let reply = datagram(
      Endpoint(address: bob.address, port: 0), Endpoint(address: alice.address, port: 0), at: 0.1, .icmp)
    let records = flows(of: [request, reply])
    #expect(records.count == 1)
    #expect(records.first?.originator.port == 8)
    #expect(records.first?.responder.port == 0)
    #expect(records.first?.connectionState == .oth)
    #expect(records.first?.history == "")
    // Errors have no counterpart: each direction is a flow of its own.
    let error = datagram(
      Endpoint(address: bob.address, port: 3), Endpoint(address: alice.address, port: 1), at: 0.2, .icmp)
    let other = datagram(
      Endpoint(address: alice.address, port: 3), Endpoint(address: bob.address, port: 1), at: 0.3, .icmp)
    #expect(flows(of: [error, other]).count == 2)
  }

  @Test func datagramsBothWays() throws {
    let record = try #require(flows(of: [datagram(alice, bob, at: 0), datagram(bob, alice, at: 1)]).first)
    #expect(record.connectionState == .sf)
    #expect(record.history == "Dd")
    #expect(record.originatorCounts.payloadBytes == 10)
    #expect(record.duration == 1_000_000_000)
    // The answer alone, from a server's port.
    let server = Endpoint(address: bob.address, port: 53)
    let answer = try #require(flows(of: [datagram(server, alice, at: 0)]).first)
    #expect(answer.originator == alice)
    #expect(answer.history == "^d")
    #expect(answer.connectionState == .shr)
    #expect(answer.originatorBasis == .hint)
  }

  @Test func tagsArePartOfTheKey() {
    var tagged = datagram(alice, bob, at: 0)
    tagged.vlan = VLANTags(outer: 5, inner: VLANTags.absent)
    #expect(flows(of: [datagram(alice, bob, at: 0), tagged]).count == 2)
  }

  @Test mutating func activeTimeout() throws {
    talk.handshake()
    talk.send(100, from: .client)
    talk.ack(from: .server)
    talk.now = talk.now.adding(100_000_000_000)
    talk.send(50, from: .client)
    talk.ack(from: .server)
    var options = FlowTableOptions()
    options.activeTimeout = 60_000_000_000
    let records = flows(of: talk.packets, options: options)
    #expect(records.map(\.endReason) == [.active, .endOfInput])
    #expect(records.map(\.originatorCounts.payloadBytes) == [100, 50])
    #expect(records.map(\.originatorCounts.packets) == [3, 1])
    #expect(records.last?.firstPacket == talk.packets[5].timestamp)
    #expect(records.map(\.continuedFrom) == [nil, talk.packets[0].timestamp])
    // The evidence of the handshake carries over.
    #expect(records.last?.originatorEvidence == flows(of: talk.packets).first?.originatorEvidence)
    // Not of a watched flow: a part that ends before a claim does would say more than the flow (methodology 1.5, case 6).
    let watched = flows(of: talk.packets, options: options, prefixes: documentationPrefixes)
    #expect(watched.map(\.endReason) == [.endOfInput])
    #expect(watched.first?.firstPacket == talk.packets[0].timestamp)
  }

  /// Another catalog covers the other side: its acknowledgement is the one that proves something.
  @Test mutating func theSideThatAnotherCatalogCoversIsCited() throws {
    talk.handshake()
    talk.send(10, from: .client)
    talk.send(10, from: .server)
    talk.ack(from: .client)
    func prefixes(_ endpoint: Endpoint) throws -> PrefixTable {
      PrefixTable([(prefix: try #require(IPPrefix(address: endpoint.address, length: 32)), entry: .claim(0))])
    }
    for (first, then) in [(alice, bob), (bob, alice)] {
      let fresh = try #require(flows(of: talk.frames, prefixes: try prefixes(then)).first)
      var record = try #require(flows(of: talk.frames, prefixes: try prefixes(first)).first)
      #expect(record.citations?.ackedData != fresh.citations?.ackedData)
      record.cover(by: try prefixes(then), wasWatched: true)
      #expect(record.citations?.ackedData == fresh.citations?.ackedData)
    }
  }

  /// A frame number means nothing in another file than its own.
  @Test mutating func framesOfAnotherFileAreNotCited() throws {
    talk.handshake()
    let prefix = try #require(IPPrefix(address: alice.address, length: 32))
    var table = FlowTable(
      options: FlowTableOptions(), prefixes: PrefixTable([(prefix: prefix, entry: .claim(0))]),
      captureStart: talk.frames[0].timestamp)
    // The first file ends after the SYN-ACK.
    for (frame, place) in zip(talk.frames, [(0, 8), (0, 9), (1, 1)] as [(UInt32, UInt64)]) {
      var packet = try #require(frame.packet())
      unsafe table.observe(
        &packet, frame: frame.bytes.span.bytes, file: place.0, number: place.1, decoder: Decoder())
    }
    table.finish()
    var records: [FlowRecord] = []
    table.drain { records.append($0) }
    var expected = FlowRecord.Citations()
    (expected.first, expected.syn, expected.synAck, expected.last) = (8, 8, 9, 9)
    #expect(records.map(\.citations) == [expected])
    #expect(records.first?.originatorEvidence == SideEvidence(.e3, .connectOnly))
  }

  @Test mutating func watchedFlowsCiteTheirFrames() throws {
    talk.handshake()
    talk.send(100, from: .client)
    talk.ack(from: .server)
    talk.send(100, from: .server)
    talk.ack(from: .client)
    let prefix = try #require(IPPrefix(address: alice.address, length: 32))
    let watched = PrefixTable([(prefix: prefix, entry: .claim(0))])
    let record = try #require(flows(of: talk.frames, prefixes: watched).first)
    #expect(record.isWatched)
    #expect(record.originatorCovers != .empty)
    #expect(record.responderCovers == .empty)
    var expected = FlowRecord.Citations()
    expected.first = 1
    expected.syn = 1
    expected.synAck = 2
    expected.ack = 3
    expected.ackedData = 7
    expected.otherAckedData = 5
    expected.last = 7
    #expect(record.citations == expected)
    // The same flow unwatched is graded alike.
    let other = try #require(flows(of: talk.packets).first)
    #expect(other.citations == nil)
    #expect(other.originatorEvidence == record.originatorEvidence)
    #expect(other.responderEvidence == record.responderEvidence)
  }
}
