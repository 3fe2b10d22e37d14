import Catalog
import Packets
import TestSupport
import Testing

@testable import Flows

/// Several tables that share the work say together what one table says.
@Suite struct ShareTests {
  static let count = UInt64(Effort.cases("ASCRIBE_SHARES", usual: 60))

  /// What tables report of frames, and the figures of flows that nothing covers, if they are not wanted whole.
  private struct Outcome {
    var records: [FlowRecord] = []
    var counts = FlowTable.Counts()
    var unwatched: [String] = []
    var rejected = 0
    /// Tables that had anything to report.
    var busyTables = 0
  }

  private static func run(
    _ frames: [TimedFrame], tables count: Int, stretch: Int, all: Bool = true, localNetworks: [IPPrefix] = [],
    file: (Int) -> UInt32 = { _ in 0 }
  ) -> Outcome {
    let bytes = frames.flatMap(\.bytes)
    var outcome = Outcome()
    var options = plainOptions
    options.localNetworks = localNetworks
    options.maximumTunnelCount = 3
    options.seed = UInt64(count)
    let start = frames.first?.timestamp ?? Timestamp(nanoseconds: 0)
    let tables = (0..<count).map { index in
      var own = options
      own.share = FlowShare(index: index, of: count)
      return Member(own, start: start)
    }
    var batch = tables[0].table.makeBatch(decoder: Decoder())
    var shared = SharedBatch(tables[0].table.makeBatch(decoder: Decoder()), tables: count)
    var sequence = batch.sequence
    var (next, offset) = (0, 0)
    while true {
      let end = min(next + stretch, frames.count)
      var (place, waiting) = (offset, [Frame]())
      for number in next..<end {
        waiting.append(frames[number].descriptor(at: place, file: file(number), number: UInt64(number + 1)))
        place += frames[number].bytes.count
        // A batch has frames of one file.
        let isWhole = waiting.count == PacketBatch.capacity || number == end - 1 || file(number + 1) != file(number)
        guard isWhole else { continue }
        // Bytes have no padding, the only hazard of viewing elements as raw bytes.
        let span = unsafe bytes.span.bytes
        if count == 1 {
          outcome.rejected += batch.fill(waiting, from: span).count
          tables[0].table.observe(batch, bytes: span)
        } else {
          let found = shared.find(in: &sequence) { $0.take(waiting) }
          #expect(found == waiting.count)
          shared.decode(from: span, sensor: 0)
          shared.batch.forEachRejected { _ in outcome.rejected += 1 }
          for table in tables { table.table.observe(shared, bytes: span) }
        }
        waiting = []
      }
      for table in tables where end == frames.count {
        table.table.finish(ofAll: all) { outcome.unwatched.append("\($0)") }
      }
      offset += frames[next..<end].reduce(0) { $0 + $1.bytes.count }
      var records: [FlowRecord] = []
      let marks = tables.map { $0.table.takeFloodMarks() }
      for (index, table) in tables.enumerated() {
        var merged = marks[index]
        merged.merge(marks.indices.filter { $0 != index }.map { marks[$0] })
        table.table.drain(merged, ofAll: all, unwatched: { outcome.unwatched.append("\($0)") }) { records.append($0) }
      }
      // Stable: what one table gave in its order stays so.
      outcome.records += records.enumerated()
        .sorted { (FlowOrder($0.element), $0.offset) < (FlowOrder($1.element), $1.offset) }.map(\.element)
      next = end
      if end == frames.count { break }
    }
    for table in tables { outcome.counts.add(table.table.counts) }
    outcome.busyTables = tables.count { $0.table.counts.flows > 0 }
    outcome.unwatched.sort()
    return outcome
  }

  private final class Member {
    var table: FlowTable

    init(_ options: FlowTableOptions, start: Timestamp) {
      table = FlowTable(options: options, prefixes: documentationPrefixes, captureStart: start)
    }
  }

  /// Frames of one seed: conversations, tunnels that carry them or others, frames that are no packets, times that fall back.
  private static func frames(seed: UInt64) -> [TimedFrame] {
    var generator = SeededGenerator(seed: seed ^ 0x5A5A)
    func below(_ bound: UInt64) -> UInt64 { generator.next() % bound }
    var frames = BatchTests.frames(seed: seed)
    for (number, frame) in BatchTests.frames(seed: seed + 1_000_000).enumerated() where below(3) == 0 {
      guard frame.packet() != nil, frame.bytes.count < 1_000, frame.bytes[12...13] == [8, 0] else { continue }
      let kind = Encapsulation.allCases.filter { !$0.takesIPv6Only }[Int(below(13))]
      let end = IPAddress(v4: 0x0A09_0000 + UInt32(below(3)))
      // The other end may be a covered address, and what is inside may be the same as outside.
      let other = below(2) == 0 ? bob.address : IPAddress(v4: 0x0A09_0009)
      let inner = below(2) == 0 ? frame : frames[number % frames.count]
      guard inner.bytes.count > 34, inner.bytes[12...13] == [8, 0] else { continue }
      let outer = kind.wrap(inner.bytes, from: end, to: other, identifier: UInt32(below(2)))
      frames.append(TimedFrame(frame.timestamp, outer.bytes))
    }
    frames.sort { $0.timestamp < $1.timestamp }
    for _ in 0..<below(6) {
      frames.insert(
        TimedFrame(
          Timestamp(nanoseconds: frames[0].timestamp.nanoseconds + Int64(below(7_200_000_000_000)) - 3_600_000_000_000),
          generator.bytes(Int(below(80)))), at: Int(below(UInt64(frames.count))))
    }
    if below(3) == 0 {
      // The whole again, from a while before: endpoints begin again at times at which they began before.
      let shift = Int64(below(3)) * 90_000_000_000
      frames += frames.map { frame in
        var frame = frame
        frame.timestamp.nanoseconds -= shift
        return frame
      }
    }
    return frames
  }

  @Test func tablesSayTogetherWhatOneSays() {
    var (flows, tunnelled, busy, rejected) = (0, 0, 0, 0)
    for seed in 0..<Self.count {
      let frames = Self.frames(seed: seed)
      let stretch = 1 + Int(seed * 37 % 400)
      let networks = seed % 2 == 0 ? [] : [IPPrefix(address: IPAddress(v4: 0x0A00_0000), length: 16)].compactMap(\.self)
      func run(_ count: Int) -> Outcome {
        Self.run(frames, tables: count, stretch: stretch, localNetworks: networks) { UInt32($0 * 3 / frames.count) }
      }
      let one = run(1)
      flows += one.records.count
      tunnelled += one.records.count { $0.tunnel != nil }
      rejected += one.rejected
      for count in [2, 3, 7, 32] {
        let many = run(count)
        busy = max(busy, many.busyTables)
        let pair = zip(one.records, many.records).lazy.map { ("\($0)", "\($1)") }.first { $0.0 != $0.1 }
        guard pair == nil, one.records.count == many.records.count, one.counts == many.counts,
          one.rejected == many.rejected
        else {
          Issue.record(
            "seed \(seed), \(count): \(pair.map { "\n\($0.0)\n\($0.1)" } ?? "\(one.records.count) \(many.records.count)\n\(one.counts)\n\(many.counts)")"
          )
          return
        }
      }
    }
    #expect(flows > Int(Self.count) * 20 && tunnelled > Int(Self.count) && rejected > 0 && busy > 6)
  }

  /// One file goes on where another ended, and begins with packets that only go on with their flow.
  @Test(arguments: [1, 2]) func aRotatedFileBeginsWithItsFirstPacket(tables: Int) {
    // The first moment of a slot of the time wheel; it lasts 1.07 seconds.
    let moment = Timestamp(nanoseconds: TimeWheel.moment(Timestamp(seconds: 1_416_816_000)) << 30)
    var talk = Conversation(
      client: Endpoint(address: IPAddress(v4: 0x0808_0808), port: 5_000), server: alice, start: moment)
    for (number, milliseconds) in [-200_000, -2_000, -1_000, 10, 500, 1_050].enumerated() {
      talk.now = moment.adding(Int64(milliseconds) * 1_000_000)
      talk.datagram([1], from: number % 2 == 0 ? .client : .server)
    }
    var answer = Conversation(client: alice, server: bob, start: moment.adding(20_000_000_000))
    answer.synAck()
    let outcome = Self.run(talk.frames + answer.frames, tables: tables, stretch: 10) { $0 < 4 ? 0 : 1 }
    let reasons = outcome.records.filter(\.isWatched).map(\.originatorEvidence.reason)
    // A capture that was shorter than two minutes might lack the SYN.
    #expect(reasons == [.backscatter])
  }

  /// Beyond the limit of falls flows are given up, and a table that has none knows of it too.
  @Test func whatIsGivenUpAsTimeFallsIsTheSameForAll() {
    let start = Timestamp(seconds: 1_416_816_000)
    var busy = Conversation(
      client: Endpoint(address: IPAddress(v4: 0x0808_0808), port: 5_000), server: alice, start: start)
    for number in 0..<2 * Int64(FlowTable.fallLimit) + 5 {
      busy.now = start.adding(number % 2 * 1_000_000_000_000)
      busy.datagram([1], from: .client)
    }
    var frames = busy.frames
    for number in 1...32 as ClosedRange<UInt32> {
      var answer = Conversation(
        client: Endpoint(address: IPAddress(v4: 0x0909_0900 + number), port: 5_000), server: bob,
        start: start.adding(200_000_000_000))
      answer.synAck()
      frames += answer.frames
    }
    let one = Self.run(frames, tables: 1, stretch: 1_000)
    #expect(one.records.contains { $0.endReason == .lackOfResources })
    for tables in [2, 5, 32] {
      let many = Self.run(frames, tables: tables, stretch: 1_000)
      #expect(many.records.map { "\($0)" } == one.records.map { "\($0)" }, "\(tables)")
      #expect(many.counts == one.counts)
    }
  }

  /// Flows of tunnels are in every table, and what is not read of them counts once.
  @Test func contentThatHasNoRoomCountsOnce() {
    var frames: [TimedFrame] = []
    for _ in 0..<10 {
      for port in 0..<600 as Range<UInt16> {
        var talk = Conversation(
          client: Endpoint(address: bob.address, port: 10_000 + port),
          server: Endpoint(address: alice.address, port: 4_789))
        talk.datagram([UInt8](repeating: 0, count: 1_000), from: .client)
        frames += talk.frames
      }
    }
    let one = Self.run(frames, tables: 1, stretch: 500)
    #expect(one.counts.cutStreams > 0)
    #expect(Self.run(frames, tables: 3, stretch: 500).counts == one.counts)
  }

  /// What is not made a record of counts as the record would.
  @Test func figuresOfUnwatchedFlowsAreThoseOfTheirRecords() {
    for seed in 0..<Self.count {
      let frames = Self.frames(seed: seed)
      let whole = Self.run(frames, tables: 1, stretch: 100)
      let few = Self.run(frames, tables: 3, stretch: 100, all: false)
      let unwatched = whole.records.filter { $0.citations == nil }.map { "\(UnwatchedFlow($0))" }.sorted()
      #expect(few.unwatched == unwatched)
      #expect(few.records.map(\.text) == whole.records.filter { $0.citations != nil }.map(\.text))
      #expect(few.counts == whole.counts)
    }
  }

  /// A flood whose sources fall to all tables is one flood; and a busy service is none for any of them.
  @Test(arguments: [false, true]) func floodsAreOne(isBusy: Bool) {
    let service = Endpoint(address: alice.address, port: 80)
    var frames: [TimedFrame] = []
    for number in 0..<3_000 as Range<UInt32> {
      // One source in fifty is covered.
      let source = number % 50 == 7 ? 0xC633_6400 + number / 50 : 0x0B00_0000 + number
      var talk = Conversation(
        client: Endpoint(address: IPAddress(v4: source), port: 2_000), server: service,
        start: Timestamp(nanoseconds: 60_000_000_000_000 + Int64(number) * 15_000_000))
      if isBusy, number % 50 != 7 { talk.handshake() } else { talk.syn() }
      frames += talk.frames
    }
    frames.sort { $0.timestamp < $1.timestamp }
    for tables in [1, 2, 5] {
      let hits = Self.run(frames, tables: tables, stretch: 500).records.filter(\.isWatched)
      #expect(hits.count == 60)
      let expected = isBusy ? SideEvidence(.e1, .oneWay) : SideEvidence(.e0, .flood)
      #expect(hits.allSatisfy { $0.originatorEvidence == expected }, "\(tables)")
    }
  }

  @Test func everyPairFallsToOneTable() {
    var generator = SeededGenerator(seed: 5)
    var loads = [Int](repeating: 0, count: 7)
    for _ in 0..<10_000 {
      let one = IPAddress(v4: UInt32(truncatingIfNeeded: generator.next()))
      let other = IPAddress(high: generator.next(), low: generator.next())
      let owners = (0..<7).filter { FlowShare(index: $0, of: 7).owns(one, other) }
      #expect(owners == (0..<7).filter { FlowShare(index: $0, of: 7).owns(other, one) })
      #expect(owners.count == 1)
      if let owner = owners.first { loads[owner] += 1 }
    }
    #expect(loads.allSatisfy { (1_000...2_000).contains($0) })
    // Addresses that follow on each other spread as well.
    let parts = (0..<4_096).map { FlowShare.part(IPAddress(v4: 0x0A00_0000 + $0), bob.address) }
    let sizes = Dictionary(grouping: parts, by: \.self).mapValues(\.count)
    #expect(sizes.count == FlowShare.parts && sizes.values.allSatisfy { (64...256).contains($0) })
  }
}
