import Catalog
import Packets
import TestSupport
import Testing

@testable import Flows

/// Flows that go on while the catalog changes.
@Suite struct CatalogChangeTests {
  /// Networks of which a catalog covers none, the first, the second, or both.
  private static let networks: [UInt32] = [0x0808_0800, 0xC633_6400, 0xCB00_7100, 0x0909_0900]

  private static func prefixes(_ networks: [UInt32], _ entry: PrefixTable.Entry) -> PrefixTable {
    PrefixTable(networks.compactMap { IPPrefix(address: IPAddress(v4: $0), length: 24).map { ($0, entry) } })
  }

  private static let old = prefixes([networks[1], networks[3]], .claim(0))
  private static let new = prefixes([networks[2], networks[3]], .claim(1))

  private func table(_ options: FlowTableOptions = plainOptions) -> FlowTable {
    FlowTable(options: options, prefixes: Self.old, captureStart: Timestamp(nanoseconds: 0), seed: 1)
  }

  private func observe(_ packet: Packet, _ number: Int, _ table: inout FlowTable) {
    var packet = packet
    let nothing: [UInt8] = []
    // No bytes are read of a frame that has none.
    unsafe table.observe(&packet, frame: nothing.span.bytes, file: 0, number: UInt64(number), decoder: Decoder())
  }

  private func drain(_ table: inout FlowTable, into texts: inout [String]) {
    table.drain { record in
      let covers = (record.originatorCovers.rawValue, record.responderCovers.rawValue)
      texts.append("\(record.text) \(covers) \(record.citations.map { "\($0)" } ?? "-")")
    }
  }

  /// Looking at flows a piece at a time, while others begin and end, gives what looking at all at once gives.
  @Test(arguments: 1...UInt64(40)) func `a change in pieces is one at once`(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    let count = 3_000
    var seconds = 1.0
    let packets = (0..<count).map { _ in
      // Now and then all flows end, and others have their places.
      seconds += Int.random(in: 0..<400, using: &random) == 0 ? 90 : 0.01
      let network = Self.networks.randomElement(using: &random) ?? 0
      let far = Endpoint(
        address: IPAddress(v4: network + UInt32.random(in: 1...40, using: &random)),
        port: UInt16.random(in: 1_000..<1_004, using: &random))
      return Bool.random(using: &random) ? datagram(far, alice, at: seconds) : datagram(alice, far, at: seconds)
    }
    let begin = Int.random(in: 0..<2_000, using: &random)
    let exchange = begin + Int.random(in: 0..<900, using: &random)
    let since = packets[exchange].timestamp.adding(-3_000_000_000)
    var pieces = table()
    var whole = table()
    var (inPieces, atOnce): ([String], [String]) = ([], [])
    for (number, packet) in packets.enumerated() {
      if number == begin { pieces.prepare(Self.new) }
      if (begin..<exchange).contains(number) { _ = pieces.lookOn(limit: Int.random(in: 0..<12, using: &random)) }
      if number == exchange {
        drain(&pieces, into: &inPieces)
        drain(&whole, into: &atOnce)
        whole.prepare(Self.new)
        let (one, other) = (pieces.replace(comparedWith: since), whole.replace(comparedWith: since))
        #expect(one == other)
        if seed == 1 { #expect(one.newlyCovered > 0) }
        #expect(inPieces == atOnce)
      }
      observe(packet, number + 1, &pieces)
      observe(packet, number + 1, &whole)
    }
    pieces.finish()
    whole.finish()
    drain(&pieces, into: &inPieces)
    drain(&whole, into: &atOnce)
    #expect(inPieces == atOnce && pieces.counts == whole.counts)
    #expect(pieces.counts.packets == UInt64(count))
  }

  /// What no model beside the table says: which flows are whose.
  @Test func `flows are covered by the new catalog from the exchange on`() {
    var table = table()
    let far = Self.networks.map { Endpoint(address: IPAddress(v4: $0 + 7), port: 9_999) }
    for (number, far) in far.enumerated() { observe(datagram(far, alice, at: 1), number + 1, &table) }
    var early: [FlowRecord] = []
    table.drain { early.append($0) }
    table.prepare(Self.new)
    // Without a look beforehand, and beside a flow that begins meanwhile.
    let late = Endpoint(address: far[2].address, port: 8_888)
    observe(datagram(late, alice, at: 1.5), 5, &table)
    let change = table.replace(comparedWith: Timestamp(nanoseconds: 1_200_000_000))
    #expect(early.isEmpty && change == (2, 1))
    for (number, far) in far.enumerated() { observe(datagram(far, alice, at: 2), number + 6, &table) }
    table.finish()
    var records: [FlowRecord] = []
    table.drain { records.append($0) }
    func covers(of far: Endpoint) -> [PrefixTable.CoverSet] {
      records.filter { $0.originator == far || $0.responder == far }.map {
        $0.originator == far ? $0.originatorCovers : $0.responderCovers
      }
    }
    #expect(covers(of: far[0]) == [.empty] && covers(of: far[1]) == [.empty])
    #expect(covers(of: far[2]) == [.empty, Self.new.covers(of: far[2].address)])
    #expect(covers(of: far[3]) == [Self.new.covers(of: far[3].address)])
    #expect(covers(of: late) == [.empty])
    #expect(table.replace() == (0, 0))
  }

  @Test func `what was told of flows is told once more, a piece at a time`() {
    var options = plainOptions
    options.tellsProgress = true
    var table = table(options)
    let count = 3 * FlowTable.pieceOfTellingAnew / 2
    for flow in 0..<count {
      let far = Endpoint(
        address: IPAddress(v4: Self.networks[3] + UInt32(flow % 200)), port: UInt16(1_000 + flow / 200))
      observe(segment(far, alice, at: 1, [.syn], 100), 3 * flow + 1, &table)
      observe(segment(alice, far, at: 1.1, [.syn, .ack], 500, 101), 3 * flow + 2, &table)
      observe(segment(far, alice, at: 1.2, [.ack], 101, 501), 3 * flow + 3, &table)
    }
    func told() -> [FlowRecord] {
      var records: [FlowRecord] = []
      table.takeProgress { records.append($0) }
      return records
    }
    #expect(told().count == count && told().isEmpty)
    table.prepare(Self.new)
    table.replace()
    let (first, second) = (told(), told())
    #expect(first.count == FlowTable.pieceOfTellingAnew && first.count + second.count == count)
    #expect(Set((first + second).map(\.originator)).count == count)
    #expect((first + second).allSatisfy { $0.originatorCovers == Self.new.covers(of: $0.originator.address) })
    #expect(told().isEmpty)
  }
}
