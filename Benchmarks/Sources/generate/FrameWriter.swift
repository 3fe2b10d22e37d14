/// Builds Ethernet frames with valid checksums and appends them to a pcap file image; counts what it wrote.
struct FrameWriter {
  private(set) var output: [UInt8] = []
  private(set) var truth = Truth()
  private let snapLength: Int
  private let pool = PayloadPool()
  private var frame = [UInt8](repeating: 0, count: 128)
  private var length = 0

  init(snapLength: Int) {
    self.snapLength = snapLength
    output.reserveCapacity(1 << 22 + 1 << 16)
    for value in [0xA1B2_C3D4, 4 << 16 | 2, 0, 0, UInt32(snapLength), 1] as [UInt32] { appendLittle(value) }
  }

  /// Hands over what is written so far and starts anew.
  mutating func take() -> [UInt8] {
    defer { output.removeAll(keepingCapacity: true) }
    return output
  }

  mutating func count(_ change: (inout Truth) -> Void) { change(&truth) }

  /// The fields of a TCP header that are not of the flow.
  struct Segment {
    var sequence: UInt32
    var acknowledgement: UInt32
    var flags: UInt8
  }

  /// Appends a TCP segment; 20 bytes of options with SYN (MSS, SACK, timestamps, window scale), 12 (timestamps) without.
  mutating func tcp(_ flow: Flow, fromClient: Bool, microseconds: UInt64, _ segment: Segment, _ payload: Payload) {
    let isSYN = segment.flags & 2 != 0
    let header = isSYN ? 40 : 32
    let start = beginPacket(flow, fromClient, transport: 6, length: header + payload.count)
    put16(fromClient ? flow.clientPort : flow.serverPort)
    put16(fromClient ? flow.serverPort : flow.clientPort)
    put32(segment.sequence)
    put32(segment.acknowledgement)
    put16(UInt16(header / 4) << 12 | UInt16(segment.flags))
    put16(0xFAF0)
    put32(0)
    if isSYN { put32(0x0204_05B4) }
    put16(isSYN ? 0x0402 : 0x0101)
    put16(0x080A)
    put32(UInt32(truncatingIfNeeded: microseconds / 1_000))
    put32(segment.acknowledgement == 0 ? 0 : UInt32(truncatingIfNeeded: microseconds / 1_000 - 20))
    if isSYN { put32(0x0103_0307) }
    finish(flow, fromClient, microseconds, transport: 6, start: start, checksumAt: 16, payload)
  }

  /// Appends a UDP datagram.
  mutating func udp(_ flow: Flow, fromClient: Bool, microseconds: UInt64, _ payload: Payload) {
    let start = beginPacket(flow, fromClient, transport: 17, length: 8 + payload.count)
    put16(fromClient ? flow.clientPort : flow.serverPort)
    put16(fromClient ? flow.serverPort : flow.clientPort)
    put16(UInt16(8 + payload.count))
    put16(0)
    finish(flow, fromClient, microseconds, transport: 17, start: start, checksumAt: 6, payload)
  }

  /// Writes the headers below the transport's; gives the offset of the transport header.
  private mutating func beginPacket(_ flow: Flow, _ fromClient: Bool, transport: UInt8, length: Int) -> Int {
    self.length = 0
    put32(0x0200_0000)
    put32(fromClient ? 0x0001_0200 : 0x0002_0200)
    put32(fromClient ? 0x0000_0002 : 0x0000_0001)
    if flow.vlan != 0 {
      put16(0x8100)
      put16(flow.vlan)
    }
    let source = fromClient ? flow.client : flow.server
    let destination = fromClient ? flow.server : flow.client
    if flow.isIPv6 {
      put16(0x86DD)
      put32(0x6000_0000)
      put16(UInt16(length))
      put16(UInt16(transport) << 8 | 64)
      for half in [source.high, source.low, destination.high, destination.low] {
        put32(UInt32(half >> 32))
        put32(UInt32(half & 0xFFFF_FFFF))
      }
    } else {
      put16(0x0800)
      let start = self.length
      put32(0x4500_0000 | UInt32(20 + length))
      put32(UInt32(truth.packets & 0xFFFF) << 16 | 0x4000)
      put32(0x4000_0000 | UInt32(transport) << 16)
      put32(UInt32(source.low))
      put32(UInt32(destination.low))
      store16(fold(sum(start..<self.length)), at: start + 10)
    }
    return self.length
  }

  /// Sums up, and appends the record.
  ///
  /// The addresses stand right before the transport header in both families.
  private mutating func finish(
    _ flow: Flow, _ fromClient: Bool, _ microseconds: UInt64, transport: UInt8, start: Int, checksumAt: Int,
    _ payload: Payload
  ) {
    let covered = start - (flow.isIPv6 ? 32 : 8)..<length
    let total = sum(covered) + pool.sum(payload) + UInt64(transport) + UInt64(length - start + payload.count)
    let checksum = fold(total)
    // RFC 768: an all-zero UDP checksum would say that there is none.
    store16(checksum == 0 && transport == 17 ? 0xFFFF : checksum, at: start + checksumAt)

    let wireLength = length + payload.count
    let captured = min(wireLength, snapLength)
    appendLittle(UInt32(microseconds / 1_000_000))
    appendLittle(UInt32(microseconds % 1_000_000))
    appendLittle(UInt32(captured))
    appendLittle(UInt32(wireLength))
    output += frame[..<min(length, captured)]
    var left = captured - min(length, captured)
    let head = min(left, payload.head.count)
    if head > 0 { output += payload.head[..<head] }
    left -= head
    if left > 0 { output += pool.bytes[payload.offset..<payload.offset + left] }

    truth.packets += 1
    truth.fileBytes += 16 + captured
    truth.wireBytes += wireLength
    if captured < wireLength { truth.truncatedPackets += 1 }
    if captured < length { truth.headerCutPackets += 1 }
    if flow.isIPv6 { truth.ipv6Packets += 1 }
    if flow.vlan != 0 { truth.vlanPackets += 1 }
    if !flow.isTCP { truth.udpPackets += 1 }
    if flow.isListed && fromClient {
      truth.listedSourcePackets += 1
      if flow.vlan != 0 { truth.listedSourceVlanPackets += 1 }
    }
  }

  private mutating func appendLittle(_ value: UInt32) {
    for shift in [0, 8, 16, 24] as [UInt32] { output.append(UInt8(truncatingIfNeeded: value >> shift)) }
  }

  private mutating func put16(_ value: UInt16) {
    store16(value, at: length)
    length += 2
  }

  private mutating func put32(_ value: UInt32) {
    put16(UInt16(value >> 16))
    put16(UInt16(value & 0xFFFF))
  }

  private mutating func store16(_ value: UInt16, at offset: Int) {
    frame[offset] = UInt8(value >> 8)
    frame[offset + 1] = UInt8(value & 255)
  }

  private func sum(_ range: Range<Int>) -> UInt64 {
    var sum: UInt64 = 0
    for offset in stride(from: range.lowerBound, to: range.upperBound, by: 2) {
      sum += UInt64(frame[offset]) << 8 | UInt64(frame[offset + 1])
    }
    return sum
  }

  private func fold(_ sum: UInt64) -> UInt16 {
    var sum = sum
    while sum > 0xFFFF { sum = (sum & 0xFFFF) + sum >> 16 }
    return ~UInt16(sum)
  }
}
