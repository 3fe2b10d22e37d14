import Catalog
import Packets
import TestSupport
import Testing

@Suite struct SpecialPurposeTests {
  static let verdicts: [(String, Bool)] = [
    ("8.8.8.8", true), ("175.45.176.1", true), ("0.0.0.0", false), ("0.1.2.3", false), ("9.255.255.255", true),
    ("10.0.0.0", false), ("10.255.255.255", false), ("11.0.0.0", true), ("100.63.255.255", true),
    ("100.64.0.0", false), ("100.127.255.255", false), ("100.128.0.0", true), ("127.0.0.1", false),
    ("169.254.1.1", false), ("172.15.255.255", true), ("172.16.0.0", false), ("172.31.255.255", false),
    ("172.32.0.0", true), ("192.0.0.7", false), ("192.0.0.8", false), ("192.0.0.9", true), ("192.0.0.10", true),
    ("192.0.0.11", false), ("192.0.0.170", false), ("192.0.1.0", true), ("192.31.196.1", true),
    ("192.52.193.1", true), ("192.88.99.1", false), ("192.88.99.2", false), ("192.168.0.1", false),
    ("192.175.48.1", true), ("198.18.0.0", false), ("198.19.255.255", false), ("198.20.0.0", true),
    ("223.255.255.255", true), ("224.0.0.1", false), ("239.255.255.255", false), ("240.0.0.1", false),
    ("255.255.255.255", false), ("::ffff:10.0.0.1", false), ("::ffff:8.8.8.8", true),
    ("::", false), ("::1", false), ("::2", false), ("64:ff9b::1", false), ("64:ff9b:1::1", false),
    ("100::1", false), ("100:0:0:1::1", false), ("1fff::1", false), ("2001::1", false), ("2001:1::1", true),
    ("2001:1::2", true), ("2001:1::3", true), ("2001:1::4", false), ("2001:2::1", false), ("2001:3::1", true),
    ("2001:4:112::1", true), ("2001:4:113::1", false), ("2001:10::1", false), ("2001:20::1", true),
    ("2001:2f:ffff::1", true), ("2001:30::1", true), ("2001:40::1", false), ("2001:200::1", true),
    ("2002:808:808::1", false), ("2003::1", true), ("2606:4700::1111", true), ("2620:4f:8000::1", true),
    ("3ffe::1", true), ("4000::1", false), ("5f00::1", false), ("fc00::1", false), ("fdff::1", false),
    ("fe80::1", false), ("fec0::1", false), ("ff02::1", false),
  ]

  @Test(arguments: verdicts)
  func onlyGloballyReachableUnicastIsAttributable(text: String, expected: Bool) throws {
    let address = try #require(TestText.address(text))
    #expect(SpecialPurpose.isAttributable(address, allowingDocumentation: false) == expected)
    #expect(SpecialPurpose.isAttributable(address, allowingDocumentation: true) == expected)
  }

  @Test func exactlyFiveRangesAreForDocumentation() throws {
    let ranges = ["192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "2001:db8::/32", "3fff::/20"]
    #expect(Set(SpecialPurpose.documentationRanges) == Set(ranges.compactMap { TestText.prefix($0) }))
    for range in SpecialPurpose.documentationRanges {
      for address in [range.address, range.last] {
        #expect(!SpecialPurpose.isAttributable(address, allowingDocumentation: false))
        #expect(SpecialPurpose.isAttributable(address, allowingDocumentation: true))
      }
      #expect(SpecialPurpose.entry(for: range.address)?.name.hasPrefix("Documentation") == true)
    }
  }

  @Test func noRowIsLost() {
    // 27 IPv4 rows (25 records of the registry, one of two addresses, and multicast); 29 IPv6 rows (24 of the 25 records,
    // the mapped range being IPv4, and five more).
    #expect(SpecialPurpose.registry.filter { $0.prefix.address.isIPv4 }.count == 27)
    #expect(SpecialPurpose.registry.filter { !$0.prefix.address.isIPv4 }.count == 29)
    #expect(Set(SpecialPurpose.registry.map(\.prefix)).count == SpecialPurpose.registry.count)
  }

  @Test func theMostSpecificRowDecides() throws {
    for row in SpecialPurpose.registry {
      for address in [row.prefix.address, row.prefix.last] {
        let expected = SpecialPurpose.registry.filter { $0.prefix.contains(address) }
          .max { $0.prefix.length < $1.prefix.length }
        #expect(SpecialPurpose.entry(for: address) == expected)
      }
    }
    #expect(try SpecialPurpose.entry(for: #require(TestText.address("8.8.8.8"))) == nil)
  }

  @Test func intersectionsAreThoseOfTheAddresses() throws {
    var random = SeededGenerator(seed: 3)
    // Against the definition, address by address, in small prefixes around the rows.
    for row in SpecialPurpose.registry {
      for end in [row.prefix.address.bits, row.prefix.last.bits] {
        for offset in [0, 1, 8] as [UInt128] {
          for base in [end &- offset, end &+ offset] {
            let address = IPAddress(bits: base)
            let width = address.isIPv4 ? 32 : 128
            let length = width - Int.random(in: 0...6, using: &random)
            guard let prefix = PrefixTableTests.prefix(address, length) else { continue }
            // Two rows side by side make up this prefix; what surrounds both bars it all the same.
            if try prefix == #require(TestText.prefix("2001:1::2/127")) { continue }
            let barred = (prefix.address.bits...prefix.last.bits).contains {
              !SpecialPurpose.isAttributable(IPAddress(bits: $0), allowingDocumentation: false)
            }
            let found = SpecialPurpose.firstIntersection(with: prefix, allowingDocumentation: false)
            #expect((found != nil) == barred, "\(prefix)")
          }
        }
      }
    }
    let wide = try #require(TestText.prefix("192.0.0.0/8"))
    #expect(SpecialPurpose.firstIntersection(with: wide, allowingDocumentation: true) != nil)
  }
}
