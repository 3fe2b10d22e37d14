import Cryptography
import Foundation
import Packets
import TestSupport
import Testing

@testable import Flows

@Suite struct IdentifierTests {
  private func communityID(
    _ source: UInt32, _ sourcePort: UInt16, _ destination: UInt32, _ destinationPort: UInt16, _ ipProtocol: IPProtocol
  ) -> String {
    var communityID = CommunityID()
    return communityID.string(
      originator: Endpoint(address: IPAddress(v4: source), port: sourcePort),
      responder: Endpoint(address: IPAddress(v4: destination), port: destinationPort), ipProtocol: ipProtocol)
  }

  /// Values that the specification's reference implementation gives.
  @Test func knownCommunityIDs() {
    let known = "1:LQU9qZlK+B5F3KDmev6m5PMibrg="
    #expect(communityID(0x80E8_6E78, 34_855, 0x4223_FACC, 80, .tcp) == known)
    #expect(communityID(0x4223_FACC, 80, 0x80E8_6E78, 34_855, .tcp) == known)
    // 192.168.0.89 and .1: echo request and reply (8, 0).
    let echo = "1:X0snYXpgwiv9TZtqg64sgzUn6Dk="
    #expect(communityID(0xC0A8_0059, 8, 0xC0A8_0001, 0, .icmp) == echo)
    #expect(communityID(0xC0A8_0001, 0, 0xC0A8_0059, 8, .icmp) == echo)
  }

  /// The baseline of the specification, where the shared collection is there.
  @Test func baseline() throws {
    var package = URL(fileURLWithPath: #filePath)
    for _ in 0..<3 { package.deleteLastPathComponent() }
    let environment = ProcessInfo.processInfo.environment
    let shared = environment["ASCRIBE_SHARED"] ?? package.appendingPathComponent("../shared").path
    let path = shared + "/data/oracles/community-id-spec/baseline/baseline_deflt.json"
    guard let data = FileManager.default.contents(atPath: path) else {
      print("skipped: the shared captures are not there")
      return
    }
    struct Entry: Decodable {
      var proto: UInt8
      var saddr: String
      var daddr: String
      var sport: UInt16?
      var dport: UInt16?
      var communityid: String
    }
    let entries = try JSONDecoder().decode([Entry].self, from: data)
    #expect(entries.count > 10)
    var communityID = CommunityID()
    for entry in entries {
      let source = try #require(Self.address(entry.saddr))
      let destination = try #require(Self.address(entry.daddr))
      #expect(
        communityID.string(
          originator: Endpoint(address: source, port: entry.sport ?? 0),
          responder: Endpoint(address: destination, port: entry.dport ?? 0),
          ipProtocol: IPProtocol(rawValue: entry.proto)) == entry.communityid)
    }
  }

  private static func address(_ text: String) -> IPAddress? {
    var four = in_addr()
    var six = in6_addr()
    if unsafe inet_pton(AF_INET, text, &four) == 1 { return IPAddress(v4: UInt32(bigEndian: four.s_addr)) }
    guard unsafe inet_pton(AF_INET6, text, &six) == 1 else { return nil }
    let bits = unsafe withUnsafeBytes(of: &six) { unsafe $0.reduce(UInt128(0)) { $0 << 8 | UInt128($1) } }
    return IPAddress(bits: bits)
  }

  /// Beside the definition: 96 bits of the SHA-1 of the flow, to base 62 by plain division.
  @Test func uidsAreTheDigestToBase62() {
    var generator = SeededGenerator(seed: 7)
    var uid = FlowUID()
    for round in 0..<500 {
      func endpoint() -> Endpoint {
        let v4 = IPAddress(v4: .random(in: 0...(.max), using: &generator))
        let v6 = IPAddress(high: .random(in: 0...(.max), using: &generator), low: .random(in: 0...9, using: &generator))
        return Endpoint(address: round % 2 == 0 ? v4 : v6, port: .random(in: 0...(.max), using: &generator))
      }
      let time = Timestamp(nanoseconds: .random(in: (.min)...(.max), using: &generator))
      var record = FlowRecord(
        originator: endpoint(), responder: endpoint(), ipProtocol: .udp, firstPacket: time, lastPacket: time)
      record.ordinal = .random(in: 0...3, using: &generator)
      var message: [UInt8] = []
      func append(_ integer: some FixedWidthInteger) {
        for shift in stride(from: type(of: integer).bitWidth - 8, through: 0, by: -8) {
          message.append(UInt8(truncatingIfNeeded: integer >> shift))
        }
      }
      for end in [record.originator, record.responder] {
        append(end.address.bits)
        append(end.port)
      }
      append(UInt8(17))
      append(record.vlan.outer)
      append(record.vlan.inner)
      append(time.nanoseconds)
      append(record.ordinal)
      var digest = Digest(.sha1)
      digest.update(message.span)
      var number = digest.finish().prefix(12).reduce(UInt128(0)) { $0 << 8 | UInt128($1) }
      let digits = Array("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")
      var text: [Character] = []
      for _ in 0..<17 {
        text.append(digits[Int(number % 62)])
        number /= 62
      }
      #expect(uid.string(for: record) == "C" + String(text.reversed()))
    }
  }

  /// Connections of the same endpoints whose SYNs were captured at a few moments, back and forth.
  @Test func flowsThatBeginAtTheSameMomentHaveUIDsOfTheirOwn() {
    var generator = SeededGenerator(seed: 11)
    for _ in 0..<200 {
      let moments = (0..<8).map { _ in Double.random(in: 0..<3, using: &generator).rounded(.down) / 100 }
      let records = flows(
        of: moments.enumerated().map { segment(alice, bob, at: 1_000 + $1, [.syn], UInt32($0 + 1) * 10_000) })
      var uid = FlowUID()
      #expect(Set(records.map { uid.string(for: $0) }).count == moments.count, "\(moments)")
    }
  }

  /// The first two begin together; a packet of the third is stamped with their time, which is a nanosecond earlier.
  @Test func aFlowWhoseFirstTimeIsLoweredHasAUIDOfItsOwn() {
    var packets = (0..<3).map { segment(alice, bob, at: 1_000, [.syn], UInt32($0 + 1) * 10_000) }
    packets[2].timestamp.nanoseconds += 1
    packets.append(segment(bob, alice, at: 1_000, [.syn, .ack], 5, 30_001))
    let records = flows(of: packets)
    var uid = FlowUID()
    #expect(Set(records.map(\.firstPacket)).count == 1)
    #expect(Set(records.map { uid.string(for: $0) }).count == 3)
  }

  @Test func uidsDependOnTheFlowAlone() {
    var uid = FlowUID()
    let time = Timestamp(seconds: 1_416_816_000)
    var record = FlowRecord(
      originator: alice, responder: bob, ipProtocol: .tcp, firstPacket: time, lastPacket: time)
    let first = uid.string(for: record)
    #expect(first.count == 18)
    #expect(first.first == "C")
    #expect(first.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber) })
    record.history = "ShADad"
    record.lastPacket = Timestamp(seconds: 1_416_816_100)
    record.citations = FlowRecord.Citations()
    #expect(uid.string(for: record) == first)
    record.ordinal = 1
    #expect(uid.string(for: record) != first)
    record.ordinal = 0
    record.vlan = VLANTags(outer: 1, inner: VLANTags.absent)
    #expect(uid.string(for: record) != first)
  }
}
