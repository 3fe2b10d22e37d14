import TestSupport
import Testing

@testable import Packets

@Suite struct ChecksumTests {
  @Test func sumAgainstSlowModel() {
    var random = SeededGenerator(seed: 4)
    for index in 0..<3_000 {
      let count = index % 200 + (index % 50 == 0 ? 1_500 : 0)
      let bytes = (0..<count).map { _ in index % 7 == 0 ? 0xFF : UInt8.random(in: 0...255, using: &random) }
      // Bytes have no padding, the only hazard of viewing elements as raw bytes.
      let sum = unsafe InternetChecksum.sum(bytes.span.bytes)
      guard ~sum == SlowChecksum.internet(bytes) || sum == 0 && bytes.allSatisfy({ $0 == 0 }) else {
        Issue.record("\(bytes)")
        return
      }
    }
  }

  @Test func castagnoli() {
    // The check value of the CRC catalogues for "123456789".
    #expect(SlowChecksum.crc32c(Array("123456789".utf8)) == 0xE306_9283)
  }

  @Test(arguments: [false, true])
  func goodAndBad(_ isIPv6: Bool) throws {
    let decoder = Decoder(checksums: .all)
    for transport: FrameBuilder.Transport in [
      .tcp, .udp, .icmp(type: isIPv6 ? 128 : 8, code: 0), .sctp(verificationTag: 1),
    ] {
      for count in 0..<20 {
        var frame = builder(isIPv6, transport, payload: (0..<count).map { UInt8(truncatingIfNeeded: $0 * 37) })
        frame.padsToMinimum = true
        frame.ipOptions = count % 2 == 0 ? [] : [1, 1, 1, 1]
        let good = try decode(frame.bytes, .ethernet, decoder).get()
        #expect(good.flags.subtracting(.isIPv6Header) == [.goodTransportChecksum])
        // Any one bit of what is covered.
        let header = isIPv6 ? 54 : 34 + frame.ipOptions.count
        for offset in [header + 6, header + 7] + (header + 8..<header + 8 + count) {
          var bytes = frame.bytes
          if case .udp = transport, offset < header + 8 {
            bytes[offset] = ~bytes[offset]
          } else {
            bytes[offset] ^= 0x10
          }
          guard case .success(let bad) = decode(bytes, .ethernet, decoder) else { continue }
          #expect(bad.flags.subtracting(.isIPv6Header) == [.badTransportChecksum], "\(transport) byte \(offset)")
        }
      }
    }
  }

  @Test func ipHeader() throws {
    var frame = builder(false)
    frame.overrideIPChecksum = 0x1234
    let packet = try decode(frame.bytes, .ethernet, Decoder(checksums: .all)).get()
    #expect(packet.flags == [.badIPChecksum, .goodTransportChecksum])
    #expect(try decode(frame.bytes).get().flags == [])
    // The header is whole even where the packet is cut.
    let cut = try decode(Array(frame.bytes.prefix(54)), .ethernet, wireLength: 57, Decoder(checksums: .all)).get()
    #expect(cut.flags == [.badIPChecksum, .truncated])
  }

  @Test func noChecksum() throws {
    for isIPv6 in [false, true] {
      var frame = builder(isIPv6, .udp)
      frame.overrideTransportChecksum = 0
      let flags = try decode(frame.bytes, .ethernet, Decoder(checksums: .all)).get().flags
      #expect(flags == (isIPv6 ? [.isIPv6Header, .badTransportChecksum] : []))
    }
    var sctp = builder(false, .sctp(verificationTag: 1))
    sctp.overrideTransportChecksum = 0
    #expect(try decode(sctp.bytes, .ethernet, Decoder(checksums: .all)).get().flags == [])
    let other = builder(false, .other(IPProtocol(rawValue: 50)))
    #expect(try decode(other.bytes, .ethernet, Decoder(checksums: .all)).get().flags == [])
  }

  @Test func truncatedStaysUnknown() throws {
    let bytes = builder(false).bytes
    let packet = try decode(Array(bytes.dropLast()), wireLength: bytes.count, Decoder(checksums: .all)).get()
    #expect(packet.flags == [.truncated])
  }
}
