import Catalog
import Packets
import TestSupport
import Testing

@testable import Flows

/// T10 over many flows: wrong acknowledgements from one source to one service, spread over source ports.
@Suite struct GuessTests {
  private let service = Endpoint(address: alice.address, port: 443)

  /// One flow from a port of the range's `bob`: SYN, SYN-ACK, so many wrong acknowledgements, then perhaps a session.
  private func flow(port: UInt16, at start: Double, wrong: Int, isValid: Bool, to service: Endpoint? = nil) -> [Packet]
  {
    let service = service ?? self.service
    let client = Endpoint(address: bob.address, port: port)
    var packets = [
      segment(client, service, at: start, [.syn], 100),
      segment(service, client, at: start + 0.01, [.syn, .ack], 7_000, 101),
    ]
    for guess in 0..<wrong {
      packets.append(
        segment(client, service, at: start + 0.02 + Double(guess) / 100, [.ack], 101, 0x9000_0000 + UInt32(guess)))
    }
    guard isValid else { return packets }
    packets += [
      segment(client, service, at: start + 0.5, [.ack], 101, 7_001, payload: 10),
      segment(service, client, at: start + 0.6, [.ack], 7_001, 111, payload: 10),
      segment(client, service, at: start + 0.7, [.ack], 111, 7_011),
    ]
    return packets
  }

  private func evidence(_ packets: [Packet], ofPort port: UInt16) -> SideEvidence? {
    flows(of: packets, prefixes: documentationPrefixes).first { $0.originator.port == port }?.originatorEvidence
  }

  @Test func guessesOverTenThousandPortsAreCaught() {
    var packets: [Packet] = []
    for port in 0..<UInt16(10_000) {
      packets += flow(port: 20_000 + port, at: 1_000 + Double(port) / 100, wrong: 1, isValid: port == 9_999)
    }
    packets.sort { $0.timestamp < $1.timestamp }
    #expect(evidence(packets, ofPort: 29_999) == SideEvidence(.e0, .isnGuessing))
  }

  @Test func manySoundConnectionsAreNoGuesses() {
    var packets: [Packet] = []
    for port in 0..<UInt16(3_000) {
      packets += flow(port: 20_000 + port, at: 1_000 + Double(port) / 100, wrong: 0, isValid: true)
    }
    packets.sort { $0.timestamp < $1.timestamp }
    let records = flows(of: packets, prefixes: documentationPrefixes)
    #expect(records.count == 3_000)
    #expect(records.allSatisfy { $0.originatorEvidence == SideEvidence(.e4, .twoWayVerified) })
  }

  @Test(arguments: [(7, 1.0, false), (8, 1, true), (8, 58, true), (8, 62, false)])
  func eightWithinAMinute(wrong: Int, pause: Double, isGuessing: Bool) {
    var packets: [Packet] = []
    for port in 0..<UInt16(wrong) { packets += flow(port: 20_000 + port, at: 1_000, wrong: 1, isValid: false) }
    packets += flow(port: 30_000, at: 1_000 + pause, wrong: 0, isValid: true)
    let grade: EvidenceGrade = isGuessing ? .e0 : .e4
    #expect(evidence(packets, ofPort: 30_000)?.grade == grade)
  }

  /// What was acknowledged before the guesses stands, and so does what goes to another service.
  @Test func onlyTheFirstValidOneAfterThem() {
    let other = Endpoint(address: alice.address, port: 25)
    var packets = flow(port: 30_000, at: 990, wrong: 0, isValid: true)
    for port in 0..<UInt16(20) { packets += flow(port: 20_000 + port, at: 1_000, wrong: 1, isValid: false) }
    packets += flow(port: 30_001, at: 1_010, wrong: 0, isValid: true, to: other)
    packets += flow(port: 30_002, at: 1_010, wrong: 0, isValid: true)
    #expect(evidence(packets, ofPort: 30_000)?.grade == .e4)
    #expect(evidence(packets, ofPort: 30_001)?.grade == .e4)
    #expect(evidence(packets, ofPort: 30_002)?.grade == .e0)
  }

  /// Nothing is known of acknowledgements to a side that the capture does not show, nor of ours to the range.
  @Test func oneSidedCapturesHaveNoGuesses() {
    var packets: [Packet] = []
    for port in 0..<UInt16(50) {
      packets += flow(port: 20_000 + port, at: 1_000, wrong: 3, isValid: false).filter { $0.source == bob.address }
    }
    packets += flow(port: 30_000, at: 1_010, wrong: 0, isValid: true)
    #expect(evidence(packets, ofPort: 30_000)?.grade == .e4)
  }

  /// The service is asked without a SYN, as one is that sends SYN cookies: only its resets say which numbers were wrong.
  private func blind(refused: Int, isSYNLast: Bool = false) -> [Packet] {
    var packets: [Packet] = []
    for guess in 0..<UInt16(refused) {
      let client = Endpoint(address: bob.address, port: 20_000 + guess)
      let (time, number) = (1_000 + Double(guess) / 100, 0x9000_0000 + UInt32(guess))
      packets.append(segment(client, service, at: time, [.psh, .ack], 101, number, payload: 10))
      packets.append(segment(service, client, at: time + 0.001, [.rst], number))
    }
    guard !isSYNLast else { return packets + flow(port: 30_000, at: 1_010, wrong: 0, isValid: true) }
    let client = Endpoint(address: bob.address, port: 30_000)
    return packets + [
      segment(client, service, at: 1_010, [.psh, .ack], 101, 7_001, payload: 10),
      segment(service, client, at: 1_010.01, [.ack], 7_001, 111, payload: 100),
      segment(service, client, at: 1_010.02, [.ack], 7_101, 111, payload: 100),
      segment(client, service, at: 1_010.1, [.ack], 111, 7_101),
      segment(client, service, at: 1_010.2, [.ack], 111, 7_201),
    ]
  }

  @Test func refusedNumbersMakeNoMidstream() {
    #expect(evidence(blind(refused: 7), ofPort: 30_000) == SideEvidence(.e3, .midstream))
    #expect(evidence(blind(refused: 8), ofPort: 30_000) == SideEvidence(.e0, .isnGuessing))
  }

  /// A client of a server that restarted is refused too, and then shakes hands.
  @Test func refusedNumbersCountAgainstNoHandshake() {
    #expect(evidence(blind(refused: 20, isSYNLast: true), ofPort: 30_000)?.grade == .e4)
  }

  /// Fragments too short for the acknowledgement number hide it from the capture, not from the service.
  @Test func resetsTellGuessesInFragments() {
    let client = Endpoint(address: bob.address, port: 30_000)
    var packets = flow(port: 30_000, at: 1_000, wrong: 0, isValid: true)
    for guess in 0..<UInt32(8) {
      packets.append(segment(service, client, at: 1_000.02 + Double(guess) / 100, [.rst], 0x9000_0000 + guess))
    }
    packets.sort { $0.timestamp < $1.timestamp }
    #expect(evidence(packets, ofPort: 30_000) == SideEvidence(.e0, .isnGuessing))
    // One that returns the service's own number ends a connection and refuses nothing.
    let sound = packets.map { packet in
      var packet = packet
      if packet.tcp.flags.contains(.rst) { packet.tcp.sequence = 7_001 }
      return packet
    }
    #expect(evidence(sound, ofPort: 30_000)?.grade == .e4)
  }

  /// A catalog of tomorrow may cover the other side of a flow that is watched today.
  @Test func guessesOfTheSideThatNothingCoversCount() throws {
    let prefix = try #require(IPPrefix(address: alice.address, length: 32))
    var packets: [Packet] = []
    for port in 0..<UInt16(8) { packets += flow(port: 20_000 + port, at: 1_000, wrong: 1, isValid: false) }
    packets += flow(port: 30_000, at: 1_001, wrong: 0, isValid: true)
    let records = flows(of: packets, prefixes: PrefixTable([(prefix: prefix, entry: .claim(0))]))
    var record = try #require(records.first { $0.originator.port == 30_000 })
    #expect(record.originatorEvidence == SideEvidence(.e0, .isnGuessing))
    record.cover(by: documentationPrefixes, wasWatched: record.isWatched)
    #expect(record.originatorEvidence == SideEvidence(.e0, .isnGuessing))
  }

  /// Random flows over few sources and services against a list of all wrong acknowledgements.
  @Test func equalsAListOfAllGuesses() {
    var generator = SeededGenerator(seed: 0x6E55)
    func below(_ bound: Int) -> Int { Int(generator.next() % UInt64(bound)) }
    var guilty = 0
    for _ in 0..<60 {
      var packets: [Packet] = []
      var wrong: [(service: UInt16, time: Double)] = []
      var expected: [UInt16: Bool] = [:]
      var now = 1_000.0
      for port in 20_000..<UInt16(20_120) {
        now += [0.8, 2, 5, 30, 61][below(port % 3 == 0 ? 5 : 3)]
        let service = Endpoint(address: alice.address, port: UInt16(80 + below(2)))
        let (guesses, isValid) = (below(3) == 0 ? 0 : 1 + below(2), below(3) == 0)
        packets += flow(port: port, at: now, wrong: guesses, isValid: isValid, to: service)
        for guess in 0..<guesses { wrong.append((service.port, now + 0.02 + Double(guess) / 100)) }
        let before = wrong.count { $0.service == service.port && now + 0.5 - $0.time <= 60 }
        if isValid { expected[port] = before >= 8 }
      }
      for record in flows(of: packets, prefixes: documentationPrefixes) {
        guard let isGuessing = expected[record.originator.port] else { continue }
        guilty += isGuessing ? 1 : 0
        let expected = isGuessing ? SideEvidence(.e0, .isnGuessing) : SideEvidence(.e4, .twoWayVerified)
        #expect(record.originatorEvidence == expected)
      }
    }
    #expect(guilty > 100)
  }

  // MARK: A full ledger

  /// One of the keys of a part of the ledger.
  private func key(_ number: Int, part: Int = 0) -> GuessLedger.Key {
    let sources = (0..<10_000).lazy.map { IPAddress(v4: $0) }
      .filter { FlowShare.part(service.address, $0) == part }
    return GuessLedger.Key(source: sources.dropFirst(number).first ?? service.address, destination: service)
  }

  /// Who has no record when none is free counts as a guesser, until a minute later.
  @Test func aFullLedgerMakesGradesWeaker() {
    var ledger = GuessLedger(capacity: 4)
    func add(_ number: Int, at seconds: Int64) -> Bool { ledger.add(key(number), at: Timestamp(seconds: seconds)) }
    #expect((0..<4).allSatisfy { add($0, at: 100) })
    #expect(!ledger.isGuessing(key(9), at: Timestamp(seconds: 100)))
    #expect(!add(4, at: 101))
    #expect(ledger.isGuessing(key(9), at: Timestamp(seconds: 161)))
    #expect(!ledger.isGuessing(key(9, part: 1), at: Timestamp(seconds: 161)))
    #expect(!ledger.isGuessing(key(0), at: Timestamp(seconds: 161)))
    #expect(!ledger.isGuessing(key(9), at: Timestamp(seconds: 162)))
    // Old records make room; what lay before them is unknown, should time run back.
    #expect(add(5, at: 300))
    #expect(!ledger.isGuessing(key(9), at: Timestamp(seconds: 300)))
    #expect(ledger.isGuessing(key(9), at: Timestamp(seconds: 200)))
  }
}
