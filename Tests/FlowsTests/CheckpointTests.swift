import Packets
import TestSupport
import Testing

@testable import Flows

/// Watched flows that go on, as they are kept now and then.
@Suite struct CheckpointTests {
  private static var options: FlowTableOptions {
    var options = plainOptions
    (options.tellsProgress, options.tellsCheckpoints) = (true, true)
    return options
  }

  private func table(_ options: FlowTableOptions = options) -> FlowTable {
    FlowTable(
      options: options, prefixes: documentationPrefixes, captureStart: Timestamp(nanoseconds: 0), seed: 1)
  }

  private func observe(_ packets: some Sequence<Packet>, _ table: inout FlowTable) {
    for (number, packet) in packets.enumerated() {
      var packet = packet
      let nothing: [UInt8] = []
      // No bytes are read of a frame that has none.
      unsafe table.observe(
        &packet, frame: nothing.span.bytes, file: 0, number: UInt64(number + 1), decoder: Decoder())
    }
  }

  private func checkpoints(_ table: inout FlowTable, limit: Int = .max) -> [FlowRecord] {
    var records: [FlowRecord] = []
    table.takeCheckpoints(limit: limit) { records.append($0) }
    return records
  }

  private func drained(_ table: inout FlowTable) -> [FlowRecord] {
    var records: [FlowRecord] = []
    table.drain { records.append($0) }
    return records
  }

  /// What is kept at any packet is what a capture that ends with it says: neither stronger nor weaker.
  @Test func aCheckpointSaysWhatAnEndThereSays() {
    var compared = 0
    for seed in 0..<120 as Range<UInt64> {
      var packets = RandomFlow(seed: seed).observations.map { observation in
        var packet = observation.packet
        (packet.source, packet.destination) = (bob.address, alice.address)
        (packet.sourcePort, packet.destinationPort) = (bob.port, alice.port)
        guard !observation.fromOriginator else { return packet }
        (packet.source, packet.destination) = (packet.destination, packet.source)
        (packet.sourcePort, packet.destinationPort) = (packet.destinationPort, packet.sourcePort)
        return packet
      }
      packets.sort { $0.timestamp < $1.timestamp }
      var whole = table()
      for count in packets.indices.map({ $0 + 1 }) {
        observe([packets[count - 1]], &whole)
        _ = drained(&whole)
        guard let standing = checkpoints(&whole).last else { continue }
        var cut = table()
        observe(packets[..<count], &cut)
        cut.finish()
        guard let ended = drained(&cut).last else { continue }
        #expect(standing.text == ended.text, "seed \(seed), packet \(count)")
        #expect(standing.notes == ended.notes)
        compared += 1
      }
    }
    #expect(compared > 500, "\(compared)")
  }

  @Test func recordsOfOneFlowHaveOneNumberAndOnlyChangedOnesCome() {
    var table = table()
    observe([segment(bob, alice, at: 1, [.syn], 100)], &table)
    let first = checkpoints(&table)
    #expect(first.count == 1 && first.first?.checkpoint == 1)
    #expect(checkpoints(&table).isEmpty)
    observe([segment(alice, bob, at: 1.1, [.syn, .ack], 500, 101)], &table)
    #expect(checkpoints(&table).map(\.checkpoint) == [1])
    table.finish()
    #expect(drained(&table).map(\.checkpoint) == [1])
  }

  @Test func aFlowThatEndedComesOnlyAsItEnded() {
    var table = table()
    observe([segment(bob, alice, at: 1, [.syn], 100)], &table)
    observe([segment(alice, alice, at: 1_000, [.syn], 100)], &table)
    #expect(drained(&table).map(\.checkpoint) == [0])
    #expect(checkpoints(&table).isEmpty)
  }

  @Test func theActiveTimeoutMakesNoOtherRecordOfAWatchedFlow() {
    var options = Self.options
    options.activeTimeout = 10_000_000_000
    var table = table(options)
    observe([datagram(bob, alice, at: 1)], &table)
    #expect(checkpoints(&table).map(\.checkpoint) == [1])
    observe([datagram(bob, alice, at: 12)], &table)
    #expect(drained(&table).isEmpty)
    let next = checkpoints(&table)
    #expect(next.map(\.checkpoint) == [1] && next.first?.originatorCounts.packets == 2)
  }

  @Test func theLimitLeavesTheOthersForTheNextCall() {
    var table = table()
    let packets = (0..<10).map { datagram(bob, Endpoint(address: alice.address, port: 1_000 + $0), at: 1) }
    observe(packets, &table)
    #expect(checkpoints(&table, limit: 4).map(\.checkpoint) == [1, 2, 3, 4])
    #expect(checkpoints(&table, limit: 4).map(\.checkpoint) == [5, 6, 7, 8])
    #expect(checkpoints(&table, limit: 4).map(\.checkpoint) == [9, 10])
  }

  @Test func unwatchedFlowsDoNotCome() {
    var table = table()
    observe([datagram(alice, Endpoint(address: alice.address, port: 9), at: 1)], &table)
    #expect(checkpoints(&table).isEmpty)
  }

  /// As long as a hit of a flood goes on, it is judged as at its end.
  @Test func aHitOfAFloodIsContraIndicatedWhileItGoesOn() {
    var table = table()
    let service = Endpoint(address: alice.address, port: 80)
    var generator = SeededGenerator(seed: 0xF100D)
    var packets = (0..<20_000).map { index in
      let source = Endpoint(address: IPAddress(v4: UInt32(truncatingIfNeeded: generator.next()) >> 1 | 1), port: 1_025)
      return segment(source, service, at: 60_010 + Double(index) / 1_000, [.syn], 7)
    }
    packets.append(segment(bob, service, at: 60_031, [.syn], 100))
    observe(packets, &table)
    _ = drained(&table)
    #expect(checkpoints(&table).map(\.originatorEvidence) == [SideEvidence(.e0, .flood)])
  }
}
