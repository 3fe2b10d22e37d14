import Cryptography
import Foundation
import Packets
import TestSupport
import Testing

@testable import Reports

/// The table of paths, pseudonyms and text: what a release holds and what not, on the reports of all committed captures.
@Suite struct ReleaseTransformTests {
  static let expected = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appending(path: "Captures/expected")

  static let reports: [String] = ((try? FileManager.default.contentsOfDirectory(atPath: expected.path)) ?? [])
    .filter { $0.hasSuffix(".json") }.sorted()

  static func report(_ name: String) throws -> DocumentValue {
    try DocumentValue(json: [UInt8](Data(contentsOf: expected.appending(path: name))))
  }

  static func key(_ byte: UInt8 = 7) throws -> ReleaseKey {
    try #require(ReleaseKey(secret: Data(repeating: byte, count: 32)))
  }

  /// Only the demonstration's first range stays.
  static func stays(_ address: IPAddress) -> Bool { address.isIPv4 && address.v4 >> 8 == 0xC633_64 }

  static func transform(_ report: DocumentValue, names: [String] = []) throws -> (
    DocumentValue, ReleaseTransform.Counts
  ) {
    let pseudonyms = Pseudonyms(try key(), addresses: ReleaseTransform.addresses(in: report), stays: stays)
    var transform = ReleaseTransform(pseudonyms: pseudonyms, names: WithheldNames(names))
    return (transform.released(report), transform.counts)
  }

  @Test(arguments: reports) func `a released report is a report`(name: String) throws {
    let (released, counts) = try Self.transform(Self.report(name))
    let document = try ReportDocument(json: Data(released.indentedJSON))
    #expect(document.inputs.allSatisfy { $0.name.hasPrefix("capture-") && $0.sha256?.hasPrefix("withheld-") ?? true })
    #expect(
      document.catalog.sha256.hasPrefix("withheld-") && document.sensors.allSatisfy { $0.id.hasPrefix("sensor-") })
    let flows = document.findings.flatMap(\.flows)
    #expect(flows.allSatisfy { $0.communityId == nil && $0.inspection == .null || $0.inspection == nil })
    #expect(flows.isEmpty || counts.addresses > 0 && counts.uids > 0 && counts.withheld > 0)
    // Nothing but what the table says is left out: the other leaves are all there.
    #expect(
      Self.leaves(released).count + Int(counts.withheld) >= Self.leaves(try Self.report(name)).count - flows.count * 80)
  }

  /// Every address that does not stay, in text, as bytes in hexadecimal and base64, and as a number.
  @Test(arguments: reports) func `no replaced address is left in any form`(name: String) throws {
    let report = try Self.report(name)
    let text = String(decoding: try Self.transform(report).0.indentedJSON, as: UTF8.self)
    let words = Set(text.split { !"0123456789abcdefABCDEF.:".contains($0) }.map(String.init))
    for address in ReleaseTransform.addresses(in: report) where !Self.stays(address) {
      #expect(!words.contains(address.description))
      guard address.isIPv4 else { continue }
      let bytes = (0..<4).map { UInt8(truncatingIfNeeded: address.v4 >> UInt32(24 - 8 * $0)) }
      #expect(!text.contains(Digest.hex(bytes)))
      #expect(!text.contains(Data(bytes).base64EncodedString().prefix(5)))
    }
  }

  @Test(arguments: reports) func `no uid, Community ID or content is left`(name: String) throws {
    let report = try Self.report(name)
    let text = String(decoding: try Self.transform(report).0.indentedJSON, as: UTF8.self)
    for flow in (report["findings"]?.elements ?? []).flatMap({ $0["flows"]?.elements ?? [] }) {
      #expect(!text.contains(try #require(flow["uid"]?.text)))
      if let id = flow["community_id"]?.text { #expect(!text.contains(id)) }
      for leaf in Self.leaves(flow["inspection"] ?? .null)
      where leaf.utf8.count > 12 && leaf.contains(".") && IPAddress(leaf) == nil {
        #expect(!text.contains(leaf))
      }
    }
  }

  private static func leaves(_ value: DocumentValue) -> [String] {
    switch value {
    case .string(let text): [text]
    case .array(let elements): elements.flatMap(leaves)
    case .object(let members): members.values.flatMap(leaves)
    case .null, .bool, .count, .number: []
    }
  }

  /// A key that the table does not name, in every object that has names of its own.
  @Test func `what the table does not name is withheld`() throws {
    func planted(_ value: DocumentValue) -> DocumentValue {
      switch value {
      case .array(let elements): .array(elements.map(planted))
      case .object(let members):
        .object(
          members.mapValues(planted).merging([
            "planted": .string("PLANTED"), "planted_list": .array([.string("PLANTED")]),
            "planted_object": .object(["id": .string("PLANTED")]),
          ]) { $1 })
      default: value
      }
    }
    let released = try Self.transform(planted(Self.report("story.pcapng.json"))).0
    /// Where names are data, a word stays; it never is one of the traffic's.
    let open = ["packets_rejected", "tunnels_rejected", "flows_by_verdict", "notes", "inconsistencies", "cells"]
    func check(_ value: DocumentValue, _ path: [String]) {
      switch value {
      case .string(let text) where text == "PLANTED":
        #expect(
          path.dropLast().last.map(open.contains) == true || path.dropLast() == ["hypotheses", "hypotheses"]
            || path.first == "corroboration", "\(path)")
      case .array(let elements): for element in elements { check(element, path) }
      case .object(let members): for (name, member) in members { check(member, path + [name]) }
      default: break
      }
    }
    check(released, [])
  }

  @Test func `a value of another kind than its path has is withheld`() throws {
    var report = try Self.report("story.pcapng.json")
    report.set("roll_up", .object(["name": .string("PLANTED")]))
    report.set("not_shown", .array([.object(["name": .string("PLANTED")]), .count(1), .string("kept")]))
    report.set("marking", .array([.string("PLANTED")]))
    let released = try Self.transform(report).0
    #expect(!String(decoding: released.canonicalJSON, as: UTF8.self).contains("PLANTED"))
    #expect(released["not_shown"] == .array([.string("kept")]))
  }

  @Test func `a sentence with a withheld name is withheld`() throws {
    var report = try Self.report("story.pcapng.json")
    report.set(
      "caveats", .array(["seen at hq-tap.", "seen at hq-tapestry.", "in vault.pcap, twice"].map(DocumentValue.string)))
    let released = try Self.transform(report, names: ["hq-tap", "vault.pcap", ""]).0
    let sentence = DocumentValue.string(ReleaseTransform.withheldSentence)
    #expect(released["caveats"] == .array([sentence, .string("seen at hq-tapestry."), sentence]))
  }

  @Test(arguments: [
    ("to 192.0.2.80.", "to X."), ("192.0.2.80:443", "X:443"), ("(192.0.2.80)", "(X)"), ("x192.0.2.80y", "xXy"),
    ("ab192.0.2.80", "abX"), ("1192.0.2.80", "1X"), ("192.0.2.80192.0.2.81", "XX"),
    ("2001:db8::1,", "X,"), ("[2001:db8::1]:443", "[X]:443"), ("::ffff:192.0.2.80", "X"),
    ("192.0.2.0/24", "P"), ("192.0.2.80/24", "X/24"), ("2001:db8::/48.", "P."),
    ("at 13:29:55.517504266Z", "at 13:29:55.517504266Z"),
    ("2014-01-01T00:00:00Z", "2014-01-01T00:00:00Z"), ("1.2.3", "1.2.3"), ("0.05, 0.01", "0.05, 0.01"), ("", ""),
  ]) func `addresses are found in text`(text: String, expected: String) throws {
    let mark = try #require(IPAddress("9.9.9.9"))
    let prefix = try #require(IPPrefix("8.0.0.0/8"))
    let replaced = AddressText.replacing(in: text, address: { _ in mark }, prefix: { _ in prefix })
      .replacing("9.9.9.9", with: "X").replacing("8.0.0.0/8", with: "P")
    #expect(replaced == expected)
  }

  @Test func `uids are found in text`() {
    let text = "session C12GmfquWTmQOgw7CH of F1; Characteristically, C12GmfquWTmQOgw7CHx (C0tWv6BKL0simDDrL9)"
    #expect(
      UIDText.replacing(in: text) { _ in "U" } == "session U of F1; Characteristically, C12GmfquWTmQOgw7CHx (U)")
  }

  @Test func `pseudonyms keep prefixes, and never fall on what stays`() throws {
    var random = SeededGenerator(seed: 5)
    var addresses: Set<IPAddress> = []
    for _ in 0..<400 { addresses.insert(IPAddress(v4: UInt32.random(in: .min ... .max, using: &random))) }
    for low in 0..<20 as Range<UInt32> { addresses.insert(IPAddress(v4: 0xC000_0200 | low)) }
    // A sixteenth of all addresses stays: the first key that fits is far from the first.
    let pseudonyms = Pseudonyms(try Self.key(), addresses: addresses) { $0.v4 >> 24 == 0xC6 }
    var seen: Set<IPAddress> = []
    for address in addresses {
      let pseudonym = pseudonyms.address(address)
      #expect(seen.insert(pseudonym).inserted)
      if address.v4 >> 24 == 0xC6 {
        #expect(pseudonym == address)
      } else {
        #expect(pseudonym != address && pseudonym.v4 >> 24 != 0xC6)
      }
    }
    let plain = addresses.filter { $0.v4 >> 24 != 0xC6 }
    for one in plain.prefix(40) {
      for other in plain.prefix(40) {
        let shared = (one.v4 ^ other.v4).leadingZeroBitCount
        #expect((pseudonyms.address(one).v4 ^ pseudonyms.address(other).v4).leadingZeroBitCount == shared)
      }
    }
    let network = try #require(IPPrefix("192.0.2.0/28"))
    #expect(pseudonyms.prefix(network).contains(pseudonyms.address(try #require(IPAddress("192.0.2.9")))))
    #expect(!pseudonyms.prefix(network).contains(pseudonyms.address(try #require(IPAddress("192.0.2.19")))))
  }

  @Test func `if no key fits, nothing stays`() throws {
    let addresses = Set((0..<256 as Range<UInt32>).map { IPAddress(v4: $0 << 24 | 1) })
    let pseudonyms = Pseudonyms(try Self.key(), addresses: addresses) { $0.v4 >> 24 & 1 == 0 }
    #expect(Set(addresses.map(pseudonyms.address)).count == 256)
    #expect(addresses.count { pseudonyms.address($0) == $0 } < 3)
  }

  /// Over many keys every bit is turned as often as not, and order tells nothing.
  ///
  /// Crypto-PAn turns two neighbouring bits alike where the address agrees with the padding, so that a whole byte stays with
  /// one key of 15: (3/4)^7 / 2.
  @Test func `without the key a pseudonym says nothing of its address`() throws {
    let (one, other) = (try #require(IPAddress("192.0.2.80")), try #require(IPAddress("192.0.2.25")))
    var random = SeededGenerator(seed: 9)
    let rounds = 512
    var (turned, ordered, kept) = ([Int](repeating: 0, count: 32), 0, 0)
    for _ in 0..<rounds {
      let secret = Data((0..<32).map { _ in UInt8.random(in: .min ... .max, using: &random) })
      let pseudonyms = Pseudonyms(try #require(ReleaseKey(secret: secret)), addresses: [one, other]) { _ in false }
      let difference = pseudonyms.address(one).v4 ^ one.v4
      for bit in turned.indices { turned[bit] += Int(difference >> UInt32(bit) & 1) }
      if pseudonyms.address(one) < pseudonyms.address(other) { ordered += 1 }
      if difference & 0xFF == 0 { kept += 1 }
    }
    // Within six standard deviations.
    for count in turned + [ordered] { #expect(abs(count - rounds / 2) < 68) }
    #expect(abs(kept - rounds / 15) < 34)
  }

  @Test func `another key gives other pseudonyms, the same key the same`() throws {
    let report = try Self.report("story.pcapng.json")
    let addresses = ReleaseTransform.addresses(in: report)
    let (one, again) = (
      Pseudonyms(try Self.key(), addresses: addresses, stays: Self.stays),
      Pseudonyms(try Self.key(), addresses: addresses, stays: Self.stays)
    )
    let other = Pseudonyms(try Self.key(8), addresses: addresses, stays: Self.stays)
    for address in addresses where !Self.stays(address) {
      #expect(one.address(address) == again.address(address) && one.address(address) != other.address(address))
    }
    #expect(one.uid("C0tWv6BKL0simDDrL9") == again.uid("C0tWv6BKL0simDDrL9"))
    #expect(one.uid("C0tWv6BKL0simDDrL9") != other.uid("C0tWv6BKL0simDDrL9"))
    #expect(ReleaseKey(secret: Data(repeating: 1, count: 31)) == nil && ReleaseKey(secret: Data(count: 4_097)) == nil)
  }
}
