import Catalog
import Packets
import TestSupport
import Testing

@testable import Flows

/// A batch takes most packets by a shorter way; nothing that comes of it may differ.
@Suite struct BatchTests {
  static let count = UInt64(Effort.cases("ASCRIBE_BATCHES", usual: 400))

  /// Interleaved conversations as captures hold them: cut short, with losses, copies and wrong orders.
  static func frames(seed: UInt64) -> [TimedFrame] {
    var generator = SeededGenerator(seed: seed)
    func below(_ bound: UInt64) -> UInt64 { generator.next() % bound }
    var frames: [TimedFrame] = []
    for number in 0..<(3 + below(12)) {
      let isIPv6 = below(4) == 0
      let pair = endpointPairs[isIPv6 ? 1 : 0]
      let port = UInt16(40_000 + below(6))
      // One in three talks to the range that the catalog covers, by other addresses of ours.
      let far = below(3) == 0 ? pair.range : Endpoint(address: pair.us.address, port: 443)
      var talk = Conversation(
        client: Endpoint(
          address: isIPv6 ? pair.us.address : IPAddress(v4: 0x0A00_0001 + UInt32(number % 3)), port: port),
        server: far,
        start: Timestamp(nanoseconds: 1_416_800_000_000_000_000 + Int64(below(4_000_000_000))))
      talk.step = Int64(1 + below(300_000_000))
      talk.usesTimestamps = below(2) == 0
      if below(8) == 0 { talk.vlanTags = [UInt16(below(3))] }
      // Sequence numbers that wrap.
      if below(3) == 0 { talk.client.next = .max &- UInt32(below(4_000)) }
      if below(3) == 0 { talk.server.next = .max &- UInt32(below(4_000)) }
      if below(6) != 0 { talk.handshake() }
      for _ in 0..<below(40) {
        let side: Conversation.Side = below(2) == 0 ? .client : .server
        switch below(12) {
        case 0...4: talk.send(Int(1 + below(1_400)), from: side)
        case 5...7: talk.ack(from: side)
        case 8:
          talk.ack(from: side) { frame in
            frame.tcp.acknowledgement =
              frame.tcp.acknowledgement &+ UInt32(truncatingIfNeeded: Int64(below(9_000)) - 4_000)
          }
        case 9: talk.ack(from: side) { $0.tcp.window = 0 }
        case 10: talk.datagram(generator.bytes(Int(below(60))), from: side)
        default: talk.wait(nanoseconds: Int64(below(90_000_000_000)))
        }
      }
      switch below(4) {
      case 0: talk.close(from: .client)
      case 1: talk.fin(from: .server)
      case 2: talk.rst(from: .client)
      default: break
      }
      for var frame in talk.frames {
        let chance = below(20)
        if chance == 0 { continue }
        if chance == 1 { frames.append(frame) }
        if chance == 2 { frame.timestamp.nanoseconds -= Int64(below(2_000_000_000)) }
        frames.append(chance < 12 ? frame : frame.cut(to: 96))
      }
    }
    // Mostly in the order of time, sometimes as queues deliver them.
    var keyed = frames.map { ($0.timestamp.nanoseconds + Int64(below(10) == 0 ? below(3_000_000) : 0), $0) }
    keyed.sort { $0.0 < $1.0 }
    return keyed.map(\.1)
  }

  private static func table(_ frames: [TimedFrame], sequential: Bool, seed: UInt64) -> (
    texts: [String], counts: FlowTable.Counts
  ) {
    var table = FlowTable(
      options: plainOptions, prefixes: documentationPrefixes,
      captureStart: frames.first?.timestamp ?? Timestamp(nanoseconds: 0), seed: seed)
    var texts: [String] = []
    var batch = table.makeBatch(decoder: Decoder())
    let bytes = frames.flatMap(\.bytes)
    var offset = 0
    var waiting: [Frame] = []
    func flush() {
      // As below.
      let rejected = unsafe batch.fill(waiting, from: bytes.span.bytes)
      #expect(rejected.isEmpty)
      unsafe table.observe(batch, bytes: bytes.span.bytes)
      waiting = []
    }
    for (number, frame) in frames.enumerated() {
      if sequential {
        guard var packet = frame.packet() else { continue }
        // Bytes have no padding, the only hazard of viewing elements as raw bytes.
        unsafe table.observe(
          &packet, frame: frame.bytes.span.bytes, file: 0, number: UInt64(number + 1), decoder: Decoder())
      } else {
        waiting.append(frame.descriptor(at: offset, number: UInt64(number + 1)))
        offset += frame.bytes.count
        if waiting.count == PacketBatch.capacity || number % 50 == 49 {
          flush()
          table.drain { texts.append($0.text) }
        }
      }
    }
    flush()
    table.finish()
    table.drain { texts.append($0.text) }
    // They end at different times, and were drained at others.
    return (texts.sorted(), table.counts)
  }

  @Test func batchesDoWhatSinglePacketsDo() {
    var flows = 0
    for seed in 0..<Self.count {
      let frames = Self.frames(seed: seed)
      let one = Self.table(frames, sequential: true, seed: 1)
      let many = Self.table(frames, sequential: false, seed: seed)
      flows += one.texts.count
      guard one.texts == many.texts, one.counts == many.counts else {
        let pair = zip(one.texts, many.texts).first { $0 != $1 }
        Issue.record("seed \(seed): \(pair.map { "\($0)\n\($1)" } ?? "\(one.counts) \(many.counts)")")
        return
      }
    }
    #expect(flows > Int(Self.count) * 5)
  }
}

extension PacketBatch {
  /// Fills the batch with frames that are known.
  ///
  /// - Returns: Why some are no packets.
  mutating func fill(_ frames: [Frame], from bytes: RawSpan, sensor: Int = 0) -> [RejectReason] {
    let count = fill(from: bytes, sensor: sensor) { $0.take(frames) }
    #expect(count == frames.count)
    var reasons: [RejectReason] = []
    forEachRejected { reasons.append($0) }
    return reasons
  }
}

extension MutableSpan<Frame> {
  /// Writes frames to the first places.
  mutating func take(_ frames: [Frame]) -> Int {
    for (place, frame) in frames.enumerated() { self[place] = frame }
    return frames.count
  }
}

extension TimedFrame {
  /// Where the frame stands in a buffer.
  func descriptor(at offset: Int, file: UInt32 = 0, number: UInt64) -> Frame {
    Frame(
      timestamp: timestamp, offset: offset, number: number, capturedLength: UInt32(bytes.count),
      wireLength: wireLength, file: file, linkType: linkType)
  }
}
