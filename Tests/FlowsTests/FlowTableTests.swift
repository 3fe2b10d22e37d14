import Catalog
import Packets
import TestSupport
import Testing

@testable import Flows

/// The table as a structure: beside its slow model, under any hash, growing, full, and with time that runs back.
@Suite struct FlowTableTests {
  /// A stream of packets among few endpoints, with pauses around the timeouts.
  private func stream(_ count: Int, seed: UInt64) -> [Packet] {
    var generator = SeededGenerator(seed: seed)
    var packets: [Packet] = []
    var sequence: [Endpoint: UInt32] = [:]
    var now: Double = 1_000
    for _ in 0..<count {
      switch Int.random(in: 0..<100, using: &generator) {
      case 0: now += Double.random(in: 50...400, using: &generator)
      case 1..<10: now += Double.random(in: 1...20, using: &generator)
      default: now += Double.random(in: 1e-6...0.2, using: &generator)
      }
      func endpoint() -> Endpoint {
        Endpoint(
          address: IPAddress(v4: 0x0A00_0000 + .random(in: 0..<4, using: &generator)),
          port: 50_000 + .random(in: 0..<3, using: &generator))
      }
      var source = endpoint()
      var destination = endpoint()
      let ipProtocol = [IPProtocol.tcp, .tcp, .tcp, .udp, .icmp, .sctp].randomElement(using: &generator) ?? .udp
      if ipProtocol == .icmp {
        source.port = [8, 0, 3].randomElement(using: &generator) ?? 8
        destination.port = 0
      }
      // A host that talks to itself has no direction.
      if source.address == destination.address { destination.address = IPAddress(v4: 0x0B00_0000) }
      var packet = datagram(source, destination, at: now, ipProtocol, payload: .random(in: 0...100, using: &generator))
      if Int.random(in: 0..<10, using: &generator) == 0 { packet.vlan = VLANTags(outer: 7, inner: VLANTags.absent) }
      if ipProtocol == .tcp {
        let flags: [TCPFlags] = [[.syn], [.syn], [.ack], [.ack], [.ack, .psh], [.fin, .ack], [.rst, .ack]]
        packet.tcp.flags = flags.randomElement(using: &generator) ?? [.ack]
        if packet.tcp.flags == [.syn] {
          // New, or the same again.
          if sequence[source] == nil || Bool.random(using: &generator) {
            sequence[source] = .random(in: 0...(.max), using: &generator)
          }
          packet.payloadLength = 0
        } else if packet.payloadLength == 0 {
          packet.payloadLength = 1
        }
        packet.tcp.sequence = sequence[source] ?? 5
        packet.tcp.acknowledgement = sequence[destination].map { $0 &+ 1 } ?? 77
        packet.capturedPayloadLength = packet.payloadLength
      }
      packets.append(packet)
    }
    return packets
  }

  /// What the model knows of a flow.
  private struct Summary: Hashable, Comparable {
    var first: Timestamp
    var last: Timestamp
    var low: IPAddress
    var lowPackets: UInt64
    var packets: UInt64
    var ipBytes: UInt64
    var reason: FlowEndReason

    static func < (a: Summary, b: Summary) -> Bool {
      // No two packets of the stream have the same time.
      a.first < b.first
    }
  }

  @Test(arguments: [1, 2, 3, 4, 5, 6, 7, 8] as [UInt64])
  func agreesWithTheModel(seed: UInt64) {
    let packets = stream(10_000, seed: seed)
    var model = GoldenFlowTable(options: plainOptions)
    for packet in packets { model.observe(packet) }
    model.finish()
    let expected = model.ended.map { flow in
      let low = min(flow.packets[0].source, flow.packets[0].destination)
      return Summary(
        first: flow.packets[0].timestamp, last: flow.packets[flow.packets.count - 1].timestamp,
        low: low, lowPackets: UInt64(flow.packets.count { $0.source == low }), packets: UInt64(flow.packets.count),
        ipBytes: flow.packets.reduce(0) { $0 + UInt64($1.ipLength) }, reason: flow.endReason)
    }
    let found = flows(of: packets).map { record in
      let low = min(record.originator.address, record.responder.address)
      let isOriginator = low == record.originator.address
      return Summary(
        first: record.firstPacket, last: record.lastPacket, low: low,
        lowPackets: isOriginator ? record.originatorCounts.packets : record.responderCounts.packets,
        packets: record.originatorCounts.packets + record.responderCounts.packets,
        ipBytes: record.originatorCounts.ipBytes + record.responderCounts.ipBytes,
        reason: record.endReason)
    }
    #expect(found.count > 1_000)
    #expect(found.count == expected.count)
    let difference = zip(found.sorted(), expected.sorted()).first { $0 != $1 }
    #expect(difference == nil)
  }

  @Test func nothingDependsOnTheHash() {
    let packets = stream(20_000, seed: 11)
    let texts = [1, 2, 0xDEAD_BEEF].map { seed in flows(of: packets, seed: seed).map(\.text) }
    #expect(texts[0] == texts[1])
    #expect(texts[0] == texts[2])
  }

  @Test func recordsComeInOrderOfTheirFirstPackets() {
    let packets = stream(20_000, seed: 12)
    var table = FlowTable(options: plainOptions, prefixes: PrefixTable(), captureStart: packets[0].timestamp)
    var records: [FlowRecord] = []
    for (number, packet) in packets.enumerated() {
      var packet = packet
      let frame: [UInt8] = []
      unsafe table.observe(&packet, frame: frame.span.bytes, file: 0, number: UInt64(number + 1), decoder: Decoder())
    }
    table.finish()
    table.drain { records.append($0) }
    #expect(records.count > 1_000)
    #expect(zip(records, records.dropFirst()).allSatisfy { FlowOrder($0) <= FlowOrder($1) })
    // Drained after each packet they come as they end.
    #expect(records.map(\.text).sorted() == flows(of: packets).map(\.text).sorted())
  }

  @Test func grows() {
    var packets: [Packet] = []
    for index in 0..<100_000 as Range<UInt32> {
      let source = Endpoint(address: IPAddress(v4: 0x0A00_0000 + index), port: 1_024)
      packets.append(datagram(source, bob, at: Double(index) / 1e5))
    }
    for index in 0..<100_000 as Range<UInt32> {
      let source = Endpoint(address: IPAddress(v4: 0x0A00_0000 + index), port: 1_024)
      packets.append(datagram(bob, source, at: 1 + Double(index) / 1e5))
    }
    let records = flows(of: packets)
    #expect(records.count == 100_000)
    #expect(records.allSatisfy { $0.connectionState == .sf })
    #expect(Set(records.map(\.originator)).count == 100_000)
  }

  @Test func fullTableGivesUpTheIdleAndKeepsTheWatched() throws {
    var options = plainOptions
    options.maximumFlowCount = 100
    let prefix = try #require(IPPrefix(address: IPAddress(v4: 0x0A00_0000), length: 28))
    let prefixes = PrefixTable([(prefix: prefix, entry: .claim(0))])
    let packets = (0..<2_000 as Range<UInt32>).map { index in
      // The first 16 sources are watched.
      datagram(Endpoint(address: IPAddress(v4: 0x0A00_0000 + index), port: 1_024), bob, at: Double(index) / 1e3)
    }
    var table = FlowTable(
      options: options, prefixes: prefixes, captureStart: packets[0].timestamp)
    let frame: [UInt8] = []
    for (number, packet) in packets.enumerated() {
      var packet = packet
      unsafe table.observe(&packet, frame: frame.span.bytes, file: 0, number: UInt64(number + 1), decoder: Decoder())
      #expect(table.index.count <= 100)
    }
    table.finish()
    var records: [FlowRecord] = []
    table.drain { records.append($0) }
    #expect(table.counts.evictedFlows == 1_900)
    #expect(table.counts.packets == 2_000)
    #expect(table.counts.flows == 2_000)
    #expect(records.filter { $0.endReason == .lackOfResources }.count == 1_900)
    #expect(records.filter(\.isWatched).allSatisfy { $0.endReason == .endOfInput })
    // The longest idle go first: in the order in which they came.
    let given = records.filter { $0.endReason == .lackOfResources }.map(\.firstPacket)
    #expect(given == given.sorted())
    #expect(table.flows.count == 0 && table.states.count == 0 && table.watches.count == 0)
  }

  /// In parts a flow could prove what all of it contradicts, or end before a claim does that it crosses.
  @Test func aFlowGivenUpProvesNoMoreThanItsWhole() {
    func session(at seconds: Int64) -> Conversation {
      var talk = Conversation(client: bob, server: alice, start: Timestamp(seconds: seconds))
      talk.handshake()
      talk.send(20, from: .client)
      talk.send(20, from: .server)
      talk.ack(from: .client)
      return talk
    }
    var talk = session(at: 400)
    let first = talk.frames.count
    talk.now = Timestamp(seconds: 420)
    talk.client.timeToLive = 250
    for _ in 0..<4 {
      talk.send(10, from: .client)
      talk.send(10, from: .server)
      talk.ack(from: .client)
    }
    // Takes the only place in between.
    var stranger = Conversation(
      client: Endpoint(address: IPAddress(v4: 0xC633_6409), port: 7), server: alice, start: Timestamp(seconds: 410))
    stranger.datagram([1], from: .client)
    let frames = Array(talk.frames.prefix(first)) + stranger.frames + Array(talk.frames.dropFirst(first))
    for (room, parts) in [(2, 1), (1, 2)] {
      var options = plainOptions
      options.maximumFlowCount = room
      let records = flows(of: frames, options: options, prefixes: documentationPrefixes)
        .filter { $0.ipProtocol == .tcp }
      #expect(records.count == parts)
      #expect(records.allSatisfy { $0.originatorEvidence.grade <= .e2 && $0.responderEvidence.grade <= .e2 })
      #expect(records.allSatisfy { $0.notes.contains(.givenUp) == (parts == 2) })
      // Long after, the same endpoints begin anew.
      let last = flows(
        of: frames + session(at: 1_000).frames, options: options, prefixes: documentationPrefixes
      ).last
      #expect(last?.originatorEvidence.grade == .e4 && last?.notes.contains(.givenUp) == false)
    }
  }

  /// Guesses that the table could not tell any more count against later flows of the guesser (T10).
  @Test func guessesOfAFlowGivenUpAreNotForgotten() {
    var guesser = Conversation(client: bob, server: alice, start: Timestamp(seconds: 400))
    guesser.syn()
    guesser.synAck()
    var stranger = Conversation(
      client: Endpoint(address: IPAddress(v4: 0xC633_6409), port: 7), server: alice, start: Timestamp(seconds: 401))
    stranger.datagram([1], from: .client)
    let first = guesser.frames.count
    guesser.now = Timestamp(seconds: 402)
    for number in 0..<9 as Range<UInt32> {
      guesser.segment(from: .client, [.ack], acknowledgement: 3_000_000_000 + number * 7_919)
    }
    var talk = Conversation(
      client: Endpoint(address: bob.address, port: 8), server: alice, start: Timestamp(seconds: 410))
    talk.handshake()
    talk.send(20, from: .client)
    talk.send(20, from: .server)
    talk.ack(from: .client)
    let frames =
      Array(guesser.frames.prefix(first)) + stranger.frames + Array(guesser.frames.dropFirst(first)) + talk.frames
    for room in [100, 1] {
      var options = plainOptions
      options.maximumFlowCount = room
      let last = flows(of: frames, options: options, prefixes: documentationPrefixes).first {
        $0.originator.port == 8
      }
      #expect(last.map { $0.originatorEvidence.grade <= .e2 } == true)
    }
  }

  @Test func watchedFlowsHaveALimitOfTheirOwn() throws {
    var options = plainOptions
    options.maximumWatchedFlowCount = 4
    let prefix = try #require(IPPrefix(address: IPAddress(v4: 0x0A00_0000), length: 28))
    let packets = (0..<100 as Range<UInt32>).map { index in
      datagram(Endpoint(address: IPAddress(v4: 0x0A00_0000 + index), port: 1_024), bob, at: Double(index))
    }
    var table = FlowTable(
      options: options, prefixes: PrefixTable([(prefix: prefix, entry: .claim(0))]), captureStart: packets[0].timestamp)
    let frame: [UInt8] = []
    for (number, packet) in packets.enumerated() {
      var packet = packet
      // Flows end by their timeout from 60 on; before, room is made.
      unsafe table.observe(&packet, frame: frame.span.bytes, file: 0, number: UInt64(number + 1), decoder: Decoder())
      #expect(table.openWatches <= 4)
    }
    #expect(table.openWatches == 0)
    table.finish()
    var records: [FlowRecord] = []
    table.drain { records.append($0) }
    #expect(records.count == 100 && table.counts.evictedFlows == 12)
    let given = records.filter { $0.endReason == .lackOfResources }.map(\.firstPacket)
    #expect(given == packets.prefix(12).map(\.timestamp))
    #expect(table.watches.count == 0)
  }

  /// What a table is told to fit into is not more than it takes.
  @Test func flowsFitTheMemoryThatTheyAreGiven() {
    // Slots of eight bytes, at least five in sixteen taken, and half as many while an index grows.
    let slots = 8 * 16 / 5 * 3 / 2
    #expect(
      MemoryLayout<Flow>.stride + MemoryLayout<FlowState>.stride + slots <= FlowTableOptions.flowBytes)
    #expect(
      MemoryLayout<Watch>.stride
        + max(MemoryLayout<StreamInspection>.stride, MemoryLayout<DatagramExchange>.stride)
        + MemoryLayout<DatagramContent>.stride <= FlowTableOptions.watchBytes)
    var options = FlowTableOptions()
    options.fit(memory: 3 << 30)
    let bytes =
      options.maximumFlowCount * FlowTableOptions.flowBytes
      + options.maximumWatchedFlowCount * FlowTableOptions.watchBytes
    #expect(bytes <= 3 << 30 && bytes > 3 << 30 - 4_096)
  }

  /// Most slots of the wheel are empty, and are not looked at one by one.
  @Test func jumpsInTimeCostLittle() {
    func time(pause: Double, limit: Int) -> Duration {
      var options = plainOptions
      options.maximumFlowCount = limit
      let packets = (0..<4_000 as Range<UInt32>).map { index in
        datagram(
          Endpoint(address: IPAddress(v4: 0x0A00_0000 + index), port: 1_024), bob, at: Double(index) * pause)
      }
      return Effort.time { #expect(flows(of: packets, options: options).count == packets.count) }
    }
    let steady = time(pause: 0.01, limit: 100_000)
    let jumping = time(pause: 600, limit: 100_000)
    #expect(jumping < steady * 8, "\(steady) for steady time, \(jumping) for jumps")
    let full = time(pause: 0.01, limit: 1)
    #expect(full < steady * 8, "\(steady) with room, \(full) without")
  }

  @Test func timeMayRunBack() {
    var generator = SeededGenerator(seed: 3)
    var packets = stream(5_000, seed: 4)
    for index in packets.indices {
      switch Int.random(in: 0..<50, using: &generator) {
      case 0: packets[index].timestamp = Timestamp(nanoseconds: .max)
      case 1: packets[index].timestamp = Timestamp(nanoseconds: .min)
      case 2: packets[index].timestamp = Timestamp(nanoseconds: .random(in: .min ... .max, using: &generator))
      default: break
      }
    }
    let records = flows(of: packets)
    #expect(records.reduce(0) { $0 + $1.originatorCounts.packets + $1.responderCounts.packets } == 5_000)
    #expect(records.allSatisfy { $0.firstPacket <= $0.lastPacket })
    #expect(flows(of: packets, seed: 99).map(\.text) == records.map(\.text))
  }

  @Test func aTimeThatIsNoneStopsNoTimeouts() {
    // One packet of the far future, then a second of traffic for each of ten minutes.
    var packets = [datagram(alice, bob, at: 1e9)]
    for minute in 0..<10 {
      for index in 0..<100 as Range<UInt32> {
        let source = Endpoint(address: IPAddress(v4: 0x0A00_0000 + index), port: UInt16(1_024 + minute))
        packets.append(datagram(source, bob, at: Double(minute * 60)))
      }
    }
    var table = FlowTable(options: plainOptions, prefixes: PrefixTable(), captureStart: packets[0].timestamp)
    let frame: [UInt8] = []
    for packet in packets {
      var packet = packet
      unsafe table.observe(&packet, frame: frame.span.bytes, file: 0, number: 1, decoder: Decoder())
    }
    #expect(table.index.count <= 301)
  }

  /// Payload of protocols without ports is not counted, as in Zeek; what the packets prove does not depend on that.
  @Test(arguments: [IPProtocol.udp, .icmp, .icmpv6, .sctp, IPProtocol(rawValue: 47)])
  func payloadOfProtocols(_ ipProtocol: IPProtocol) throws {
    let ends = [Endpoint(address: alice.address, port: 8), Endpoint(address: bob.address, port: 0)]
    let answered = ipProtocol == .udp || ipProtocol == .sctp || ipProtocol.rawValue == 47
    var packets = [datagram(ends[0], ends[1], at: 1, ipProtocol, payload: 30)]
    if answered { packets.append(datagram(ends[1], ends[0], at: 2, ipProtocol, payload: 50)) }
    let records = flows(of: packets)
    let record = try #require(records.first)
    #expect(records.count == 1)
    let counts = ipProtocol.rawValue != 47
    #expect(record.originatorCounts.payloadBytes == (counts ? 30 : 0))
    #expect(record.responderCounts.payloadBytes == (counts && answered ? 50 : 0))
    #expect(record.originatorCounts.ipBytes == 58)
    #expect(record.activity == (answered ? .dataTwoWay : .probe))
  }

  @Test func identifiersAreUnique() {
    // Every packet at the same moment; each SYN begins another flow of the same endpoints.
    var generator = SeededGenerator(seed: 5)
    let packets = (0..<1_000).map { _ in
      var packet = datagram(alice, bob, at: 5, .tcp, payload: 0)
      packet.tcp.flags = [.syn]
      packet.tcp.sequence = .random(in: 0...(.max), using: &generator)
      return packet
    }
    let records = flows(of: packets)
    var uid = FlowUID()
    #expect(records.count == 1_000)
    #expect(Set(records.map { uid.string(for: $0) }).count == 1_000)
    // Other flows of the same moment, or packets a little out of order, change no identifier.
    let once = packets.prefix(2).map { $0 } + [datagram(alice, bob, at: 6)]
    let crowd = (1...50).map { datagram(Endpoint(address: alice.address, port: $0), bob, at: 5) }
    let alone = flows(of: once).map { uid.string(for: $0) }
    #expect(Set(flows(of: crowd + once).map { uid.string(for: $0) }).isSuperset(of: alone))
    #expect(
      Set(flows(of: [datagram(bob, alice, at: 5.1, .sctp)] + once).map { uid.string(for: $0) }).isSuperset(of: alone))
    // The same capture twice over in one file.
    let twice = [datagram(alice, bob, at: 5), datagram(alice, bob, at: 500), datagram(alice, bob, at: 1_000)]
    #expect(Set(flows(of: twice + twice).map { uid.string(for: $0) }).count == 6)
    var options = plainOptions
    options.maximumFlowCount = 1
    let others = flows(of: packets.flatMap { [$0, datagram(bob, alice, at: 5)] }, options: options)
    #expect(others.count == 2_000)
    #expect(Set(others.map { uid.string(for: $0) }).count == 2_000)
  }

  /// Without a limit each fall would have the next turn visit all flows that lie ahead.
  @Test func timeThatFallsBackAgainAndAgainCostsFlows() {
    let packets = (0..<2_000 as Range<Int>).map { index in
      datagram(
        Endpoint(address: alice.address, port: UInt16(1_024 + index)), bob,
        at: Double(index % 2) * 1e6 + Double(index) / 1e6
      )
    }
    for (count, evicted) in [(128, 0), (2_000, 999)] {
      var table = FlowTable(
        options: plainOptions, prefixes: documentationPrefixes, captureStart: packets[0].timestamp)
      let frame: [UInt8] = []
      for (number, packet) in packets.prefix(count).enumerated() {
        var packet = packet
        unsafe table.observe(&packet, frame: frame.span.bytes, file: 0, number: UInt64(number + 1), decoder: Decoder())
        #expect(table.index.count <= 130)
      }
      table.finish()
      var packetCount: UInt64 = 0
      table.drain { packetCount += $0.originatorCounts.packets + $0.responderCounts.packets }
      #expect(packetCount == UInt64(count))
      #expect(Int(table.counts.evictedFlows) == evicted)
    }
  }

  /// Each turn of the wheel visits all flows that lie ahead, after one fall too.
  @Test func timeThatGoesOnFarBehindCostsFlows() {
    let ahead = (0..<100 as Range<Int>).map {
      datagram(Endpoint(address: alice.address, port: UInt16(1_024 + $0)), bob, at: 1e9)
    }
    for (count, left) in [(32, 101), (200, 1)] {
      let behind = (0..<count).map { datagram(alice, bob, at: Double($0) * 600) }
      var table = FlowTable(
        options: plainOptions, prefixes: documentationPrefixes, captureStart: ahead[0].timestamp)
      let frame: [UInt8] = []
      for (number, packet) in (ahead + behind).enumerated() {
        var packet = packet
        unsafe table.observe(&packet, frame: frame.span.bytes, file: 0, number: UInt64(number + 1), decoder: Decoder())
      }
      #expect(table.index.count == left)
      table.finish()
      var packetCount: UInt64 = 0
      table.drain { packetCount += $0.originatorCounts.packets + $0.responderCounts.packets }
      #expect(packetCount == UInt64(100 + count))
      #expect(table.counts.evictedFlows >= (left == 1 ? 100 : 0))
    }
  }
}
