import Packets
import TestSupport
import Testing

@testable import Flows

/// Floods by methodology 2.5: more than 1,000 sources of bare SYNs to one service in one minute.
@Suite struct FloodTests {
  private let service = Endpoint(address: alice.address, port: 80)
  /// The beginning of a minute.
  private let minute = 60_000.0

  private func syn(from address: UInt32, at seconds: Double, to service: Endpoint? = nil) -> Packet {
    segment(
      Endpoint(address: IPAddress(v4: address), port: 1_025), service ?? self.service, at: seconds, [.syn], address)
  }

  /// SYNs of different sources that lie in no catalog.
  private func flood(_ count: Int, sources: Int? = nil, from start: Double, over seconds: Double) -> [Packet] {
    var generator = SeededGenerator(seed: 0xF100D)
    let pool = (0..<(sources ?? count)).map { _ in UInt32(truncatingIfNeeded: generator.next()) >> 1 | 1 }
    return (0..<count).map { syn(from: pool[$0 % pool.count], at: start + seconds * Double($0) / Double(count)) }
  }

  private func hits(_ packets: [Packet]) -> [SideEvidence] {
    flows(of: packets.sorted { $0.timestamp < $1.timestamp }, prefixes: documentationPrefixes)
      .filter(\.isWatched).sorted { $0.firstPacket < $1.firstPacket }.map(\.originatorEvidence)
  }

  /// Vector 31: spoofed SYNs, three of them in the range; one comes seconds before the flood, the last a minute later.
  @Test func hitsOfAFloodAreContraIndicated() {
    let flood = flood(100_000, from: minute + 10, over: 49)
    let hits = hits(
      flood + [
        syn(from: 0xC633_6401, at: minute + 3), syn(from: 0xC633_6402, at: minute + 30),
        syn(from: 0xC633_6403, at: minute + 59.9),
        syn(from: 0xC633_6404, at: minute + 30.5, to: Endpoint(address: alice.address, port: 81)),
        syn(from: 0xC633_6405, at: minute + 60.1),
      ])
    let one = SideEvidence(.e1, .oneWay)
    let flooded = SideEvidence(.e0, .flood)
    #expect(hits == [flooded, flooded, one, flooded, one] || hits == [flooded, flooded, flooded, one, one])
    #expect(hits.count { $0 == flooded } == 3)
  }

  /// A session that was completed in the middle of a flood is none of it.
  @Test func aSessionInAFloodStands() {
    let session = [
      segment(bob, service, at: minute + 20, [.syn], 100),
      segment(service, bob, at: minute + 20.1, [.syn, .ack], 500, 101),
      segment(bob, service, at: minute + 20.2, [.ack], 101, 501, payload: 10),
      segment(service, bob, at: minute + 20.3, [.ack], 501, 111, payload: 10),
      segment(bob, service, at: minute + 20.4, [.ack], 111, 511),
    ]
    let hits = hits(flood(5_000, from: minute + 10, over: 49) + session)
    #expect(hits == [SideEvidence(.e4, .twoWayVerified)])
  }

  /// Answered or not, the source showed nothing but a SYN; a reset from it is more than that.
  @Test func answersToAHitChangeNothing() {
    let hit = syn(from: 0xC633_6402, at: minute + 30)
    let client = Endpoint(address: hit.source, port: hit.sourcePort)
    let answer = segment(service, client, at: minute + 30.1, [.syn, .ack], 5, hit.tcp.sequence &+ 1)
    let reset = segment(client, service, at: minute + 30.2, [.rst], hit.tcp.sequence &+ 1)
    let flood = flood(5_000, from: minute + 10, over: 49)
    #expect(hits(flood + [hit, answer]) == [SideEvidence(.e0, .flood)])
    #expect(hits(flood + [hit, answer, reset]) == [SideEvidence(.e1, .halfOpen)])
  }

  @Test(arguments: [(1_000, 1_000), (100_000, 900)]) func fewSourcesAreNoFlood(syns: Int, sources: Int) {
    let flood = flood(syns, sources: sources, from: minute, over: 59)
    #expect(hits(flood + [syn(from: 0xC633_6402, at: minute + 30)]) == [SideEvidence(.e1, .oneWay)])
  }

  /// Sources of one minute, not of two: each half of it is no flood.
  @Test func minutesAreNotAddedUp() {
    let flood = flood(1_800, from: minute + 30, over: 60)
    #expect(hits(flood + [syn(from: 0xC633_6402, at: minute + 59)]) == [SideEvidence(.e1, .oneWay)])
  }

  /// A busy service has many sources a minute, and they go on after their SYN.
  @Test func aBusyServiceIsNoFlood() {
    var packets = [syn(from: 0xC633_6402, at: minute + 30)]
    for number in 0..<4_000 as Range<UInt32> {
      let start = minute + Double(number) / 80
      let client = Endpoint(address: IPAddress(v4: 0x0B00_0000 + number), port: 2_000)
      packets.append(segment(client, service, at: start, [.syn], 1))
      packets.append(segment(service, client, at: start + 0.01, [.syn, .ack], 1, 2))
      packets.append(segment(client, service, at: start + 0.02, [.ack], 2, 2))
    }
    #expect(hits(packets) == [SideEvidence(.e1, .oneWay)])
  }

  // MARK: The sketch

  /// Against sets of all sources: 1,000 are never a flood, 1,300 always, whatever goes to other services.
  @Test(arguments: [0, 20_000, 300_000, 1_500_000]) func agreesWithSetsOfSources(others: Int) {
    var generator = SeededGenerator(seed: UInt64(others))
    func address() -> IPAddress { IPAddress(v4: UInt32(truncatingIfNeeded: generator.next())) }
    var meter = FloodMeter()
    let time = Timestamp(seconds: 60_030)
    let counts = [1, 500, 900, 990, 1_000, 1_000, 1_000, 1_300, 1_300, 1_500, 2_000, 7_000, 50_000]
    let services = counts.indices.map { Endpoint(address: IPAddress(v4: 0x0A00_0000 + UInt32($0)), port: 80) }
    for (service, count) in zip(services, counts) {
      var sources: Set<IPAddress> = []
      while sources.count < count { sources.insert(address()) }
      // Each sends twice, and as many others get further.
      for source in sources {
        meter.begin(from: source, to: service, at: time)
        meter.begin(from: source, to: service, at: time)
      }
      for _ in 0..<min(count, 300) {
        let source = address()
        meter.begin(from: source, to: service, at: time)
        meter.complete(from: source, to: service, at: time)
      }
    }
    for _ in 0..<others {
      meter.begin(from: address(), to: Endpoint(address: address(), port: 80), at: time)
    }
    for (service, count) in zip(services, counts) {
      let isFlooded = meter.isFlooded(service, at: time)
      if count <= 1_000 { #expect(!isFlooded, "\(count)") }
      // The more else there is, the more it takes.
      if count >= (others < 1_000_000 ? 2_000 : 7_000) { #expect(isFlooded, "\(count)") }
      #expect(!meter.isFlooded(service, at: Timestamp(seconds: 60_060)))
    }
    if others == 0 {
      // Its share alone, with no others that got further, is told from 1,300 on.
      var quiet = FloodMeter()
      var sources: Set<IPAddress> = []
      while sources.count < 1_300 { sources.insert(address()) }
      for source in sources { quiet.begin(from: source, to: service, at: time) }
      #expect(quiet.isFlooded(service, at: time))
    }
  }

  /// Time that runs back by more than the minutes that are kept meets nothing, and nothing breaks.
  @Test func anyTimesAreSafe() {
    var generator = SeededGenerator(seed: 0x717E)
    var meter = FloodMeter()
    for _ in 0..<20_000 {
      let time = Timestamp(nanoseconds: Int64(bitPattern: generator.next()))
      meter.begin(from: bob.address, to: service, at: time)
      meter.complete(from: bob.address, to: service, at: time)
      #expect(!meter.isFlooded(service, at: time))
    }
  }
}

extension FloodMeter {
  /// Takes a flow into account that begins with a SYN.
  fileprivate mutating func begin(from source: IPAddress, to service: Endpoint, at time: Timestamp) {
    take(Mark(from: source, to: service, at: time, frame: 0))
  }

  /// Takes a flow into account that got further.
  fileprivate mutating func complete(from source: IPAddress, to service: Endpoint, at time: Timestamp) {
    take(Mark(completed: source, to: service, at: time, frame: 0))
  }

  private mutating func take(_ mark: Mark) {
    var place = 0
    take([mark], from: &place, before: .max)
  }
}
