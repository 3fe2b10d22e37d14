import Packets
import TestSupport
import Testing

@testable import Flows

/// States, histories and bytes of TCP, as Zeek has them.
@Suite struct TCPConnectionTests {
  var talk = Conversation(client: alice, server: bob)

  private func only(_ talk: Conversation) throws -> FlowRecord {
    let records = flows(of: talk.packets)
    #expect(records.count == 1)
    return try #require(records.first)
  }

  @Test mutating func normalConnection() throws {
    talk.handshake()
    talk.send(200, from: .client)
    talk.ack(from: .server)
    talk.send(1_000, from: .server)
    talk.ack(from: .client)
    talk.close(from: .client)
    let record = try only(talk)
    #expect(record.connectionState == .sf)
    #expect(record.history == "ShADadFf")
    #expect(record.originator == alice)
    #expect(record.originatorBasis == .syn)
    #expect(record.originatorCounts.payloadBytes == 200)
    #expect(record.responderCounts.payloadBytes == 1_000)
    #expect(record.originatorCounts.packets + record.responderCounts.packets == UInt64(talk.packets.count))
    #expect(record.missedBytes == 0)
    #expect(record.endReason == .endOfFlow)
  }

  @Test mutating func attemptsAndRefusals() throws {
    talk.syn()
    #expect(try only(talk).connectionState == .s0)
    #expect(try only(talk).history == "S")
    #expect(try only(talk).duration == nil)
    var aborted = talk
    aborted.rst(from: .client)
    #expect(try only(aborted).connectionState == .rstos0)
    #expect(try only(aborted).history == "SR")
    var refused = talk
    refused.rst(from: .server, acknowledging: true)
    #expect(try only(refused).connectionState == .rej)
    #expect(try only(refused).history == "Sr")
    var halfClosed = talk
    halfClosed.fin(from: .client)
    #expect(try only(halfClosed).connectionState == .sh)
    #expect(try only(halfClosed).history == "SF")
  }

  @Test mutating func establishedStates() throws {
    talk.handshake()
    #expect(try only(talk).connectionState == .s1)
    var closing = talk
    closing.fin(from: .client)
    #expect(try only(closing).connectionState == .s2)
    closing = talk
    closing.fin(from: .server)
    #expect(try only(closing).connectionState == .s3)
    var reset = talk
    reset.rst(from: .client)
    #expect(try only(reset).connectionState == .rsto)
    reset = talk
    reset.rst(from: .server)
    #expect(try only(reset).connectionState == .rstr)
    #expect(try only(reset).history == "ShAr")
  }

  @Test mutating func synAckFirst() throws {
    talk.syn()
    talk.synAck()
    talk.ack(from: .client)
    talk.send(10, from: .server)
    var packets = talk.packets
    packets.removeFirst()
    // An acknowledgement follows, so the SYN was missed: the SYN-ACK's sender is the responder.
    var record = try #require(flows(of: packets).first)
    #expect(record.originator == alice)
    #expect(record.history == "^hAd")
    #expect(record.originatorBasis == .hint)
    // Alone, it may be an answer to somebody who used our address: nobody flips it.
    record = try #require(flows(of: [packets[0]]).first)
    #expect(record.originator == bob)
    #expect(record.history == "H")
    #expect(record.connectionState == .oth)
  }

  @Test mutating func synCapturedAfterItsAnswer() throws {
    talk.handshake()
    talk.send(10, from: .client)
    talk.ack(from: .server)
    var packets = talk.packets
    packets.swapAt(0, 1)
    let record = try #require(flows(of: packets).first)
    #expect(record.originator == alice)
    #expect(record.originatorBasis == .syn)
    #expect(record.connectionState == .s1)
    #expect(record.originatorCounts.packets == 3)
    #expect(record.responderCounts.packets == 2)
  }

  @Test mutating func midstream() throws {
    talk.handshake()
    talk.send(100, from: .client)
    talk.ack(from: .server)
    let record = try #require(flows(of: [Packet](talk.packets.dropFirst(3))).first)
    #expect(record.connectionState == .oth)
    #expect(record.history == "Da")
    #expect(record.originatorCounts.payloadBytes == 100)
    #expect(record.originatorBasis == .firstPacket)
  }

  @Test mutating func gap() throws {
    talk.handshake()
    talk.send(100, from: .client)
    talk.ack(from: .server)
    talk.send(500, from: .client)
    talk.send(50, from: .client)
    talk.ack(from: .server)
    var packets = talk.packets
    packets.remove(at: 5)
    let record = try #require(flows(of: packets).first)
    #expect(record.missedBytes == 500)
    #expect(record.history == "ShADaG")
    #expect(record.originatorCounts.payloadBytes == 650)
  }

  /// Bytes that come from back to front, each beyond a gap of its own.
  @Test func manyGapsCostNoMoreThanFew() throws {
    func time(_ count: UInt32) throws -> Duration {
      var talk = Conversation(client: alice, server: bob)
      talk.handshake()
      talk.send(8, from: .client)
      talk.ack(from: .server)
      talk.send(1, from: .client)
      var packets = talk.packets
      let last = packets.removeLast()
      for place in 1...count {
        var packet = last
        packet.tcp.sequence = last.tcp.sequence &+ 2 &* (count - place + 1)
        packets.append(packet)
      }
      return try Effort.time {
        let record = try #require(flows(of: packets).first)
        #expect(record.originatorCounts.packets + record.responderCounts.packets == UInt64(packets.count))
      }
    }
    let (few, many) = (try time(2_000), try time(20_000))
    #expect(many < few * 30, "\(few) for 2,000, \(many) for 20,000")
  }

  @Test mutating func outOfOrderIsNoGap() throws {
    talk.handshake()
    for _ in 0..<5 { talk.send(100, from: .client) }
    talk.ack(from: .server)
    var packets = talk.packets
    packets.swapAt(3, 7)
    packets.swapAt(4, 6)
    for index in packets.indices { packets[index].timestamp = talk.packets[index].timestamp }
    let record = try #require(flows(of: packets).first)
    #expect(record.missedBytes == 0)
    #expect(!record.history.contains("G"))
    #expect(record.originatorCounts.payloadBytes == 500)
  }

  @Test mutating func repeatedEventsAreWrittenByPowersOfTen() throws {
    talk.handshake()
    talk.send(100, from: .client)
    let resent = talk.packets[3]
    for count in [1, 9, 10, 99, 100] {
      let again = (0..<count).map { step in
        var packet = resent
        packet.timestamp = resent.timestamp.adding(Int64(step + 1) * 1_000)
        return packet
      }
      let record = try #require(flows(of: talk.packets + again).first)
      #expect(record.history == "ShAD" + String(repeating: "T", count: "\(count)".count))
    }
  }

  @Test mutating func zeroWindow() throws {
    talk.handshake()
    talk.ack(from: .server) { $0.tcp.window = 0 }
    #expect(try only(talk).history == "ShAaw")
  }

  @Test mutating func contradictoryFlags() throws {
    talk.syn()
    talk.segment(from: .client, [.syn, .fin], sequence: talk.packets[0].tcp.sequence)
    talk.segment(from: .client, [.fin, .rst])
    #expect(try only(talk).history == "SQI")
  }

  @Test mutating func sequenceNumbersWrap() throws {
    talk = Conversation(client: alice, server: bob, clientISN: .max - 10, serverISN: .max)
    talk.handshake()
    for _ in 0..<3 {
      talk.send(1_000, from: .client)
      talk.ack(from: .server)
      talk.send(2_000, from: .server)
      talk.ack(from: .client)
    }
    talk.close(from: .server)
    let record = try only(talk)
    #expect(record.originatorCounts.payloadBytes == 3_000)
    #expect(record.responderCounts.payloadBytes == 6_000)
    #expect(record.missedBytes == 0)
    #expect(record.connectionState == .sf)
  }

  /// Numbers of any value never trap, and what is kept for a flow stays bounded.
  @Test func hostileNumbers() {
    var generator = SeededGenerator(seed: 7)
    var packets: [Packet] = []
    for step in 0..<20_000 {
      let forward = Bool.random(using: &generator)
      var packet = datagram(forward ? alice : bob, forward ? bob : alice, at: Double(step) / 1_000, .tcp)
      let numbers: [UInt32] = [0, 1, .max, .random(in: 0...(.max), using: &generator)]
      packet.tcp.sequence = numbers.randomElement(using: &generator) ?? 0
      packet.tcp.acknowledgement = numbers.randomElement(using: &generator) ?? 0
      packet.tcp.flags = TCPFlags(rawValue: .random(in: 0...255, using: &generator))
      packet.tcp.window = Bool.random(using: &generator) ? 0 : 100
      packet.payloadLength = [0, 1, 1_460, .max].randomElement(using: &generator) ?? 0
      packet.capturedPayloadLength = packet.payloadLength
      packets.append(packet)
    }
    let records = flows(of: packets)
    #expect(records.reduce(0) { $0 + $1.originatorCounts.packets + $1.responderCounts.packets } == 20_000)
    #expect(records.allSatisfy { $0.history.utf8.count <= 4_096 })
  }
}
