import Cryptography
import Inspection
import Packets
import TestSupport
import Testing

@testable import Flows

/// Tokens of Multipath TCP (RFC 8684 sections 3.1 and 3.2).
@Suite struct MultipathTests {
  private func token(_ flags: TCPFlags, options: [UInt8], cut: Int = 0) -> MultipathToken? {
    var packet = Packet()
    packet.ipProtocol = .tcp
    packet.transportOffset = 34
    packet.payloadOffset = UInt32(34 + 20 + options.count)
    packet.tcp.flags = flags
    return ([UInt8](repeating: 0, count: 54) + options.dropLast(cut)).withRawSpan { MultipathToken(packet, frame: $0) }
  }

  private let key: [UInt8] = [1, 2, 3, 4, 5, 6, 7, 8]

  @Test func `the responder's key gives the token, hashed as the version wants`() throws {
    // printf '\1\2\3\4\5\6\7\10' | sha256sum; the same with sha1sum.
    let capable = try #require(token([.syn, .ack], options: [2, 4, 5, 180, 1, 30, 12, 0x01, 0x81] + key))
    #expect(capable.value == 0x6684_0DDA && !capable.isJoin)
    let old = try #require(token([.syn, .ack], options: [30, 12, 0x00, 0x81] + key))
    #expect(old.value == 0xDD57_83BC)
  }

  @Test func `another path shows the token`() throws {
    let join = try #require(token(.syn, options: [30, 12, 0x10, 2, 0x66, 0x84, 0x0D, 0xDA, 9, 9, 9, 9]))
    #expect(join.value == 0x6684_0DDA && join.isJoin)
    let hash = KeyedHash()
    let capable = try #require(token([.syn, .ack], options: [30, 12, 0x01, 0x81] + key))
    #expect(join.link(hash).hash == capable.link(hash).hash)
    #expect(!join.link(hash).isIssued && capable.link(hash).isIssued)
  }

  @Test func `what says neither gives nothing`() {
    #expect(token(.syn, options: [30, 4, 0x01, 0x81]) == nil, "the first SYN holds no key")
    #expect(token(.syn, options: [30, 12, 0x00, 0x81] + key) == nil, "the originator's key")
    #expect(token([.syn, .ack], options: [30, 16, 0x10, 2] + key + [0, 0, 0, 0]) == nil)
    #expect(token([.syn, .ack], options: [30, 12, 0x01, 0x81] + key, cut: 3) == nil, "cut by the snap length")
    #expect(token(.syn, options: [0, 30, 12, 0x10, 2, 0, 0, 0, 1, 0, 0, 0, 0]) == nil, "behind the end of options")
    #expect(
      token(.syn, options: [30, 0]) == nil && token(.syn, options: [30]) == nil && token(.syn, options: []) == nil)
  }
}
