import Packets
import TestSupport
import Testing

@Suite struct AddressTextTests {
  @Test(arguments: [
    // RFC 5952 sections 1, 2, 4 and 5: left any spelling, right the canonical one.
    ("2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"),
    ("2001:0db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"),
    ("2001:db8::1:0:0:1", "2001:db8::1:0:0:1"),
    ("2001:db8::0:1:0:0:1", "2001:db8::1:0:0:1"),
    ("2001:DB8:0:0:1::1", "2001:db8::1:0:0:1"),
    ("2001:db8:aaaa:bbbb:cccc:dddd:eeee:0001", "2001:db8:aaaa:bbbb:cccc:dddd:eeee:1"),
    ("2001:db8:aaaa:bbbb:cccc:dddd:0:1", "2001:db8:aaaa:bbbb:cccc:dddd:0:1"),
    ("2001:db8:aaaa:bbbb:cccc:dddd::1", "2001:db8:aaaa:bbbb:cccc:dddd:0:1"),
    ("2001:0:0:1:0:0:0:1", "2001:0:0:1::1"),
    ("2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"),
    ("0:0:0:0:0:0:0:0", "::"),
    ("::1", "::1"),
    ("1::", "1::"),
    ("0:0:0:0:0:0:13.1.68.3", "::d01:4403"),
    ("64:ff9b::192.0.2.33", "64:ff9b::c000:221"),
    ("::ffff:192.0.2.1", "192.0.2.1"),
    ("0:0:0:0:0:FFFF:129.144.52.38", "129.144.52.38"),
    ("::ffff:c000:0201", "192.0.2.1"),
    ("0.0.0.0", "0.0.0.0"),
    ("255.255.255.255", "255.255.255.255"),
    ("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"),
  ])
  func known(_ text: String, _ canonical: String) throws {
    #expect(try #require(IPAddress(text)).description == canonical)
  }

  @Test(arguments: [
    "", " ", "1.2.3", "1.2.3.4.5", "1.2.3.256", "01.2.3.4", "1.2.3.00", "1.2.3.4 ", " 1.2.3.4", "1.2..4", "1.2.3.",
    "1.2.3.0004", "+1.2.3.4", "0x1.2.3.4", "1", ":", ":::", "::1::", "1:::2", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9",
    "1:2:3:4:5:6:7:8::", "::1:2:3:4:5:6:7:8", "1:2:3:4::5:6:7:8", ":1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7:8:", "12345::",
    "g::", "::1%eth0", "[::1]", "::1.2.3", "::1.2.3.4.5", "::1.2.3.4:5", "1:2:3:4:5:6:7:1.2.3.4", "::01.2.3.4",
    "::256.1.1.1", "1.2.3.4::", "::ffff:", "1:", "::1/64", "１.2.3.4",
  ])
  func refused(_ text: String) { #expect(IPAddress(text) == nil) }

  /// The text by the letter of RFC 5952, from all eight groups.
  private func golden(_ address: IPAddress) -> String {
    if address.isIPv4 {
      return [24, 16, 8, 0].map { String(address.v4 >> $0 & 0xFF) }.joined(separator: ".")
    }
    let groups = (0..<8).map { UInt16(truncatingIfNeeded: address.bits >> UInt128(112 - 16 * $0)) }
    let text = groups.map { String($0, radix: 16) }
    for length in stride(from: 8, to: 1, by: -1) {
      for start in 0...8 - length where groups[start..<start + length].allSatisfy({ $0 == 0 }) {
        return text[..<start].joined(separator: ":") + "::" + text[(start + length)...].joined(separator: ":")
      }
    }
    return text.joined(separator: ":")
  }

  @Test func roundTrips() throws {
    var random = SeededGenerator(seed: 1)
    for index in 0..<20_000 {
      // Addresses with runs of zeros, and IPv4 ones.
      var groups = (0..<8).map { _ in UInt16.random(in: 0...UInt16.max, using: &random) >> UInt16(index % 16) }
      for group in 0..<8 where Bool.random(using: &random) { groups[group] = 0 }
      let address =
        index % 5 == 0
        ? IPAddress(v4: UInt32.random(in: 0...UInt32.max, using: &random))
        : IPAddress(bits: groups.reduce(UInt128(0)) { $0 << 16 | UInt128($1) })
      let long = groups.map { String($0, radix: 16, uppercase: true) }.joined(separator: ":")
      // `#expect` costs more than what is tested; only a failure is worth it.
      guard address.description == golden(address), IPAddress(address.description) == address,
        IPAddress(long)?.bits == groups.reduce(UInt128(0), { $0 << 16 | UInt128($1) })
      else {
        Issue.record("\(address), \(long)")
        return
      }
    }
  }

  @Test func randomTextNeverTraps() {
    var random = SeededGenerator(seed: 2)
    let alphabet = Array("0123456789abfF:::::....//%-TZ+ ")
    for _ in 0..<50_000 {
      let count = Int.random(in: 0...24, using: &random)
      let text = String((0..<count).map { _ in alphabet[Int.random(in: 0..<alphabet.count, using: &random)] })
      let address = IPAddress(text)
      let prefix = IPPrefix(text)
      let moment = Timestamp(text)
      guard address == address.flatMap({ IPAddress($0.description) }),
        prefix == prefix.flatMap({ IPPrefix($0.description) }), moment == moment.flatMap({ Timestamp($0.description) })
      else {
        Issue.record("\(text)")
        return
      }
    }
  }
}

@Suite struct PrefixTextTests {
  @Test(arguments: [
    ("0.0.0.0/0", "0.0.0.0/0"), ("192.0.2.0/24", "192.0.2.0/24"), ("192.0.2.1/32", "192.0.2.1/32"), ("::/0", "::/0"),
    ("2001:DB8::/32", "2001:db8::/32"), ("2001:db8::1/128", "2001:db8::1/128"),
    ("::ffff:192.0.2.0/120", "192.0.2.0/24"), ("::ffff:0:0/96", "0.0.0.0/0"), ("::/80", "::/80"),
  ])
  func known(_ text: String, _ canonical: String) throws {
    #expect(try IPPrefix(parsing: text).description == canonical)
    #expect(IPPrefix(text) == IPPrefix(canonical))
  }

  @Test(arguments: [
    ("", IPPrefix.ParseError.malformedAddress), ("x/8", .malformedAddress), ("10.0.0/8", .malformedAddress),
    ("10.0.0.0", .malformedLength), ("10.0.0.0/", .malformedLength), ("10.0.0.0/33", .malformedLength),
    ("10.0.0.0/08", .malformedLength), ("10.0.0.0/8 ", .malformedLength), ("10.0.0.0/-1", .malformedLength),
    ("10.0.0.0/255.0.0.0", .malformedLength), ("2001:db8::/129", .malformedLength), ("::/00", .malformedLength),
    ("10.0.0.0/1000", .malformedLength),
  ])
  func refused(_ text: String, _ error: IPPrefix.ParseError) {
    #expect(throws: error) { try IPPrefix(parsing: text) }
    #expect(IPPrefix(text) == nil)
  }

  @Test(arguments: [
    ("10.1.2.3/8", "10.0.0.0/8"), ("192.0.2.1/0", "0.0.0.0/0"), ("2001:db8::1/64", "2001:db8::/64"),
    ("::ffff:192.0.2.1/120", "192.0.2.0/24"), ("::ffff:0:0/90", "::ffc0:0:0/90"),
  ])
  func hostBits(_ text: String, _ prefix: String) throws {
    let prefix = try #require(IPPrefix(prefix))
    #expect(throws: IPPrefix.ParseError.hostBitsSet(prefix)) { try IPPrefix(parsing: text) }
  }

  @Test(arguments: [
    ("192.0.2.0", "192.0.2.255", "192.0.2.0/24"),
    ("0.0.0.0", "255.255.255.255", "0.0.0.0/0"),
    ("175.45.176.0", "175.45.179.255", "175.45.176.0/22"),
    ("10.0.0.1", "10.0.0.6", "10.0.0.1/32 10.0.0.2/31 10.0.0.4/31 10.0.0.6/32"),
    ("10.0.0.5", "10.0.0.5", "10.0.0.5/32"),
    ("255.255.255.254", "255.255.255.255", "255.255.255.254/31"),
    ("::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "::/0"),
    ("2001:db8::", "2001:db8:2:ffff:ffff:ffff:ffff:ffff", "2001:db8::/47 2001:db8:2::/48"),
  ])
  func covering(_ first: String, _ last: String, _ expected: String) throws {
    let prefixes = IPPrefix.covering(first: try #require(IPAddress(first)), last: try #require(IPAddress(last)))
    #expect(try #require(prefixes).map(\.description).joined(separator: " ") == expected)
  }

  @Test func coveringNothing() throws {
    let low = IPAddress(v4: 1)
    let high = IPAddress(v4: 2)
    #expect(IPPrefix.covering(first: high, last: low) == nil)
    #expect(IPPrefix.covering(first: low, last: client6.address) == nil)
    let widest4 = IPPrefix.covering(first: IPAddress(v4: 1), last: IPAddress(v4: .max - 1))
    #expect(widest4?.count == 62)
    let widest6 = IPPrefix.covering(first: IPAddress(bits: 1), last: IPAddress(bits: .max - 1))
    #expect(widest6?.count == 254)
  }

  /// Exact (adjacent, nothing over) and fewest (no two neighbours make one prefix).
  @Test func coveringIsExactAndMinimal() throws {
    var random = SeededGenerator(seed: 3)
    for index in 0..<5_000 {
      let shift = UInt128(index % 40)
      let base: UInt128 = index % 2 == 0 ? 0xFFFF_0000_0000 : UInt128(0x2001_0DB8) << 96
      let mask: UInt128 = index % 2 == 0 ? 0xFFFF_FFFF : (UInt128(1) << 90) - 1
      let one = base | UInt128.random(in: 0...UInt128.max, using: &random) >> shift & mask
      let two = base | UInt128.random(in: 0...UInt128.max, using: &random) >> shift & mask
      let (first, last) = (min(one, two), max(one, two))
      let prefixes = try #require(IPPrefix.covering(first: IPAddress(bits: first), last: IPAddress(bits: last)))
      let isExact = zip(prefixes, prefixes.dropFirst()).allSatisfy { $0.last.bits + 1 == $1.address.bits }
      let isMinimal = zip(prefixes, prefixes.dropFirst()).allSatisfy {
        $0.length != $1.length || IPPrefix(address: $0.address, length: Int($0.length) - 1) == nil
      }
      guard prefixes.first?.address.bits == first, prefixes.last?.last.bits == last, isExact, isMinimal else {
        Issue.record("\(prefixes)")
        return
      }
    }
  }
}

@Suite struct TimestampTextTests {
  @Test(arguments: [
    ("2014-01-01", 1_388_534_400_000_000_000, "2014-01-01T00:00:00.000000000Z"),
    ("2014-11-24T08:00:00Z", 1_416_816_000_000_000_000, "2014-11-24T08:00:00.000000000Z"),
    ("2014-11-24t08:00:00.123456789z", 1_416_816_000_123_456_789, "2014-11-24T08:00:00.123456789Z"),
    ("2014-11-24T17:00:00.5+09:00", 1_416_816_000_500_000_000, "2014-11-24T08:00:00.500000000Z"),
    ("2014-11-24T00:30:00-07:30", 1_416_816_000_000_000_000, "2014-11-24T08:00:00.000000000Z"),
    ("2014-11-24T08:00:00", 1_416_816_000_000_000_000, "2014-11-24T08:00:00.000000000Z"),
    ("2016-12-31T23:59:60Z", 1_483_228_800_000_000_000, "2017-01-01T00:00:00.000000000Z"),
    ("2000-02-29T00:00:00.1234567899999Z", 951_782_400_123_456_789, "2000-02-29T00:00:00.123456789Z"),
    ("1969-12-31T23:59:59.999999999Z", -1, "1969-12-31T23:59:59.999999999Z"),
    ("1970-01-01", 0, "1970-01-01T00:00:00.000000000Z"),
    ("1677-09-21T00:12:43.145224192Z", Int64.min, "1677-09-21T00:12:43.145224192Z"),
    ("2262-04-11T23:47:16.854775807Z", Int64.max, "2262-04-11T23:47:16.854775807Z"),
  ])
  func known(_ text: String, _ nanoseconds: Int64, _ canonical: String) throws {
    let moment = try #require(Timestamp(text))
    #expect(moment.nanoseconds == nanoseconds)
    #expect(moment.description == canonical)
  }

  @Test(arguments: [
    "", "2014", "2014-1-1", "2014-13-01", "2014-00-01", "2014-02-29", "1900-02-29", "2014-04-31", "2014-01-00",
    "2014-01-01T", "2014-01-01T24:00:00Z", "2014-01-01T00:60:00Z", "2014-01-01T00:00:61Z", "2014-01-01T00:00Z",
    "2014-01-01T00:00:00.Z", "2014-01-01T00:00:00+0900", "2014-01-01T00:00:00+24:00", "2014-01-01T00:00:00Zx",
    "2014-01-01 ", "2014-01-01Z", "-014-01-01", "1677-09-21T00:12:43.145224191Z", "2262-04-11T23:47:16.854775808Z",
    "9999-12-31", "0000-01-01",
  ])
  func refused(_ text: String) { #expect(Timestamp(text) == nil) }

  @Test(arguments: [
    (1_523_241_953_739_049_000, "1523241953.739049"), (1_523_241_953_739_049_499, "1523241953.739049"),
    (1_523_241_953_739_049_500, "1523241953.739050"), (0, "0.000000"), (70_397_000, "0.070397"),
    (999_999_999, "1.000000"), (-1_500_000_000, "-1.500000"), (-1, "0.000000"), (Int64.max, "9223372036.854776"),
    (Int64.min, "-9223372036.854776"),
  ])
  func epoch(_ nanoseconds: Int64, _ text: String) {
    #expect(Timestamp(nanoseconds: nanoseconds).epochDescription == text)
  }

  /// Every day of the range against a calendar that only counts.
  @Test func everyDay() throws {
    var (year, month, day) = (1678, 1, 1)
    for number in Int64(-106_650)...106_650 {
      let text = Timestamp(seconds: number * 86_400).description
      let expected = [(year, 4), (month, 2), (day, 2)].map { value, digits in
        String(repeating: "0", count: digits - String(value).count) + String(value)
      }.joined(separator: "-")
      guard text.hasPrefix(expected), Timestamp(expected)?.nanoseconds == number * 86_400_000_000_000 else {
        Issue.record("day \(number): \(text), expected \(expected)")
        return
      }
      let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
      let lengths = [31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
      day += 1
      if day > lengths[month - 1] { (month, day) = (month + 1, 1) }
      if month > 12 { (year, month) = (year + 1, 1) }
    }
  }

  @Test func linkTypeNames() {
    #expect(LinkType.ethernet.name == "EN10MB")
    #expect(LinkType.linuxSLL.name == "LINUX_SLL")
    #expect(LinkType(rawValue: 147).name == "LINKTYPE_147")
  }
}
