import Packets
import TestSupport
import Testing

@testable import Flows

/// What a SYN tells of the host that sent it.
@Suite struct SYNTupleTests {
  private func tuple(
    options: [UInt8], ttl: UInt8 = 57, edit: (inout Packet) -> Void = { _ in }, cut: Int = 0
  ) -> SYNTuple {
    var packet = Packet()
    packet.ipProtocol = .tcp
    packet.timeToLive = ttl
    packet.tcp.window = 64_240
    packet.transportOffset = 34
    packet.payloadOffset = UInt32(54 + options.count)
    edit(&packet)
    return ([UInt8](repeating: 0, count: 54) + options.dropLast(cut)).withRawSpan { SYNTuple(packet, frame: $0) }
  }

  private let linux: [UInt8] = [2, 4, 5, 180, 4, 2, 8, 10, 0, 0, 0, 1, 0, 0, 0, 0, 1, 3, 3, 7]

  @Test func `the text names initial TTL, window, scale, segment size and the order of options`() {
    let full = tuple(options: linux) {
      $0.tcp.maximumSegmentSize = 1_460
      $0.tcp.windowScale = 7
      $0.flags.insert(.tcpWindowScale)
    }
    #expect(full.text == "64:64240,7:1460:2-4-8-1-3")
    #expect(tuple(options: []).text == "64:64240,-:-:-")
    #expect(tuple(options: [], ttl: 200).initialTTL == 255 && tuple(options: [], ttl: 128).initialTTL == 128)
  }

  @Test func `the order of options tells hosts apart`() {
    let other: [UInt8] = [2, 4, 5, 180, 1, 3, 3, 7, 4, 2, 8, 10, 0, 0, 0, 1, 0, 0, 0, 0]
    #expect(tuple(options: linux) != tuple(options: other))
    #expect(tuple(options: linux) == tuple(options: linux, ttl: 33))
  }

  @Test func `options that make no sense end the list`() {
    #expect(tuple(options: [2, 1, 5, 180]).text.hasSuffix(":2"))
    #expect(tuple(options: [2, 0, 5, 180]).text.hasSuffix(":2"))
    #expect(tuple(options: [254, 4, 0, 0, 4, 2]).text.hasSuffix(":15-4"), "an experiment")
    #expect(tuple(options: linux, cut: 18).text.hasSuffix(":2"), "cut by the snap length")
    #expect(
      tuple(options: [UInt8](repeating: 1, count: 40)).text.hasSuffix(
        ":" + [String](repeating: "1", count: 16).joined(separator: "-")))
  }
}
