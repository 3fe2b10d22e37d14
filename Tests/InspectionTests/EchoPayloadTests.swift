import TestSupport
import Testing

@testable import Inspection

/// What pings send, and that only random payloads count.
@Suite struct EchoPayloadTests {
  private func isUnpredictable(_ payload: [UInt8]) -> Bool {
    // Bytes have no padding, the only hazard of viewing elements as raw bytes.
    let span = unsafe payload.span.bytes
    return EchoPayload.isUnpredictable(span)
  }

  /// The payloads that common tools send, by their documentation and sources.
  static let predictable: [(tool: String, payload: [UInt8])] = {
    var generator = SeededGenerator(seed: 4)
    let time = generator.bytes(16)
    let small = generator.bytes(8)
    let counter = (0..<250).flatMap { bytes(of: UInt32($0 * 7 + 0x8182_8384), .little) }
    return [
      ("iputils: timeval, then bytes that count up", time + (0x10...0x37)),
      ("iputils, large", time + (0..<1_400).map { UInt8(truncatingIfNeeded: $0 + 16) }),
      ("BSD: timeval of 8 bytes, then bytes that count up", small + (8...55)),
      ("OpenBSD: timeval and a code of 8 bytes, then bytes that count up", time + small + (24...55)),
      ("Windows", Array("abcdefghijklmnopqrstuvwabcdefghi".utf8)),
      ("Windows, large", Array(repeating: Array("abcdefghijklmnopqrstuvw".utf8), count: 50).flatMap(\.self)),
      ("fping: zeros", [UInt8](repeating: 0, count: 56)), ("nping: none", []),
      ("hping: one letter", [UInt8](repeating: UInt8(ascii: "X"), count: 120)),
      ("busybox: four bytes of time, then one byte", small.prefix(4) + [UInt8](repeating: 0x99, count: 52)),
      ("routers: a pattern of two bytes", Array(repeating: [0xAB, 0xCD], count: 36).flatMap(\.self)),
      ("-p: a pattern of 16 bytes", time + Array(repeating: time.map { $0 | 0x80 }, count: 30).flatMap(\.self)),
      ("counters of four bytes", counter), ("text", Array(String(repeating: "Data Buffer #17; ", count: 20).utf8)),
      ("time at the head only", time),
    ]
  }()

  @Test(arguments: predictable.indices) func `payloads of common tools do not count`(index: Int) {
    let (tool, payload) = Self.predictable[index]
    #expect(!isUnpredictable(payload), "\(tool)")
  }

  @Test func `random payloads count, the head of them does not`() {
    var generator = SeededGenerator(seed: 5)
    var counted = 0
    for _ in 0..<1_000 {
      counted += isUnpredictable(generator.bytes(72)) ? 1 : 0
      #expect(!isUnpredictable(generator.bytes(31)))
    }
    #expect(counted > 990)
  }
}
