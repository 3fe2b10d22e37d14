import Catalog
import Packets
import TestSupport
import Testing

@Suite struct PrefixTableTests {
  typealias Item = (prefix: IPPrefix, entry: PrefixTable.Entry)

  /// The prefix of a length that holds an address.
  static func prefix(_ address: IPAddress, _ length: Int) -> IPPrefix? {
    let mapped = length + (address.isIPv4 ? 96 : 0)
    let mask = mapped == 0 ? 0 : UInt128.max << UInt128(128 - mapped)
    return IPPrefix(address: IPAddress(bits: address.bits & mask), length: length)
  }

  @Test func anEmptyTableCoversNothing() {
    for table in [PrefixTable(), PrefixTable([])] {
      for bits in [UInt128.min, .max, 0xFFFF_0000_0000, 0xFFFF_FFFF_FFFF] {
        #expect(table.covers(of: IPAddress(bits: bits)) == .empty)
      }
      #expect(table.entries(of: .empty).isEmpty)
    }
  }

  @Test func listsEveryCoverLongestFirst() throws {
    let wide = try #require(IPPrefix(address: IPAddress(v4: 0xC633_0000), length: 16))
    let narrow = try #require(IPPrefix(address: IPAddress(v4: 0xC633_6400), length: 24))
    let host = try #require(IPPrefix(address: IPAddress(v4: 0xC633_6407), length: 32))
    let table = PrefixTable([
      (narrow, .overlay(0)), (host, .claim(9)), (wide, .claim(1)), (narrow, .claim(4)), (narrow, .claim(2)),
      (narrow, .claim(4)),
    ])
    let covers = table.entries(of: table.covers(of: IPAddress(v4: 0xC633_6407)))
    #expect(covers.map(\.entry) == [.claim(9), .claim(2), .claim(4), .overlay(0), .claim(1)])
    #expect(covers.map(\.prefix) == [host, narrow, narrow, narrow, wide])
    #expect(table.covers(of: IPAddress(v4: 0xC633_6406)) == table.covers(of: IPAddress(v4: 0xC633_6408)))
    #expect(table.covers(of: IPAddress(v4: 0xC634_0000)) == .empty)
    #expect(table.covers(of: IPAddress(v4: 0xC632_FFFF)) == .empty)
  }

  @Test func theFamiliesDoNotCoverEachOther() throws {
    let allIPv4 = try #require(IPPrefix(address: IPAddress(v4: 0), length: 0))
    let allIPv6 = try #require(IPPrefix(address: IPAddress(bits: 0), length: 0))
    let aroundMapped = try #require(IPPrefix(address: IPAddress(bits: 0), length: 64))
    let table = PrefixTable([(allIPv4, .claim(4)), (allIPv6, .claim(6)), (aroundMapped, .claim(64))])
    func entries(_ address: IPAddress) -> [PrefixTable.Entry] {
      table.entries(of: table.covers(of: address)).map(\.entry)
    }
    #expect(entries(IPAddress(v4: 0)) == [.claim(4)])
    #expect(entries(IPAddress(v4: .max)) == [.claim(4)])
    #expect(entries(IPAddress(bits: 0)) == [.claim(64), .claim(6)])
    #expect(entries(IPAddress(bits: 0x1_0000_0000_0000)) == [.claim(64), .claim(6)])
    #expect(entries(IPAddress(bits: .max)) == [.claim(6)])
  }

  @Test(arguments: 0..<60 as Range<UInt64>)
  func agreesWithTheGoldenModel(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let items = Self.items(&random)
    let table = PrefixTable(items.shuffled(using: &random))
    let golden = GoldenPrefixTable(items)
    var sets: [PrefixTable.CoverSet: [PrefixTable.Cover]] = [:]
    func check(_ address: IPAddress) {
      let set = table.covers(of: address)
      let expected = golden.entries(covering: address)
      #expect(table.entries(of: set) == expected, "seed \(seed), address \(address)")
      // One handle is one set.
      #expect(sets.updateValue(expected, forKey: set) ?? expected == expected)
    }
    for item in items {
      for end in [item.prefix.address.bits, item.prefix.last.bits] {
        for address in [end &- 1, end, end &+ 1] { check(IPAddress(bits: address)) }
      }
    }
    for _ in 0..<200 {
      check(IPAddress(v4: UInt32.random(in: 0 ... .max, using: &random)))
      check(IPAddress(high: random.next(), low: random.next()))
    }
    let distinct = Set(sets.values.map { $0.map { "\($0)" }.joined() })
    #expect(distinct.count == sets.count, "two handles for one set, seed \(seed)")
  }

  /// Many prefixes in little space, so that the root of IPv6 has 16 to 24 bits, and there are nodes, buckets and pieces
  /// within one /64.
  @Test(arguments: 0..<6 as Range<UInt64>)
  func agreesWithTheGoldenModelWhereManyPrefixesMeet(seed: UInt64) {
    var random = SeededGenerator(seed: 1000 + seed)
    // The bits that vary: of IPv4 the last 12 to 22; of IPv6 ever more of the last 80.
    let ipv4Bits = UInt64(12 + 2 * seed)
    let ipv6Mask = UInt128.max >> UInt128(124 - 16 * Int(seed))
    var items: [Item] = []
    for index in 0..<1200 {
      let isIPv4 = index % 2 == 0
      let bits =
        isIPv4
        ? 0xFFFF_0A14_0000 | UInt128(random.next() & (1 << ipv4Bits - 1))
        : 0x2001_0DB8_0000_0000_0000_0000_0000_0000 | UInt128(random.next()) << 40 & ipv6Mask
          | UInt128(random.next() & 7)
      let length = isIPv4 ? Int.random(in: 18...32, using: &random) : Int.random(in: 40...128, using: &random)
      if let prefix = Self.prefix(IPAddress(bits: bits), length) { items.append((prefix, .overlay(index % 5))) }
    }
    let table = PrefixTable(items.shuffled(using: &random))
    let golden = GoldenPrefixTable(items)
    for item in items {
      for end in [item.prefix.address.bits &- 1, item.prefix.address.bits, item.prefix.last.bits &+ 1] {
        let address = IPAddress(bits: end)
        let found = table.entries(of: table.covers(of: address))
        #expect(found == golden.entries(covering: address), "\(seed), \(address)")
      }
    }
  }

  /// So many pieces that the root of IPv4 has 16 or 24 bits: one address of every so many, under one wide prefix.
  @Test(arguments: [(count: 30_000, step: 100_003), (count: 430_000, step: 9_973)] as [(count: Int, step: Int)])
  func findsSingleAddressesInAWideRoot(count: Int, step: Int) throws {
    // Ascending and the same for all, so that the expected set follows from the address alone.
    let wide = try #require(IPPrefix(address: IPAddress(v4: 0), length: 1))
    var items: [Item] = [(wide, .overlay(0))]
    for index in 0..<count {
      items.append((try #require(Self.prefix(IPAddress(v4: UInt32(index * step)), 32)), .claim(index)))
    }
    let table = PrefixTable(items)
    var random = SeededGenerator(seed: 7)
    for _ in 0..<2_000 {
      let index = Int.random(in: 0..<count, using: &random)
      for offset in [-1, 0, 1, 255, 256] where index * step + offset >= 0 {
        let address = IPAddress(v4: UInt32(index * step + offset))
        let found = table.entries(of: table.covers(of: address)).map(\.entry)
        let isWithin = address.v4 < 1 << 31
        #expect(found == (offset == 0 ? [.claim(index)] : []) + (isWithin ? [.overlay(0)] : []), "\(address)")
      }
    }
    #expect(table.covers(of: IPAddress(v4: .max)) == .empty)
  }

  /// Random prefixes of both families: scattered, nested, side by side and repeated.
  static func items(_ random: inout SeededGenerator) -> [Item] {
    var items: [Item] = []
    for index in 0..<Int.random(in: 1...120, using: &random) {
      let entry: PrefixTable.Entry = Bool.random(using: &random) ? .claim(index % 40) : .overlay(index % 40)
      var address = IPAddress(high: random.next(), low: random.next())
      if Bool.random(using: &random) { address = IPAddress(v4: UInt32(truncatingIfNeeded: address.low)) }
      if let near = items.randomElement(using: &random)?.prefix, Int.random(in: 0..<4, using: &random) > 0 {
        let neighbours = [near.address.bits, near.last.bits, near.last.bits &+ 1, near.address.bits &- 1]
        address = IPAddress(bits: neighbours[Int.random(in: 0..<4, using: &random)])
      }
      let width = address.isIPv4 ? 32 : 128
      let length = [0, 1, 15, 16, 17, 24, width - 1, width, Int.random(in: 0...width, using: &random)]
      if let prefix = prefix(address, length[Int.random(in: 0..<length.count, using: &random)]) {
        items.append((prefix, entry))
      }
    }
    return items
  }
}
