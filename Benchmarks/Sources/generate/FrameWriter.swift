/// Builds Ethernet frames with valid checksums into a reusable buffer and appends them to a pcap file image.
///
/// Payload is zeros after an optional head, so that its checksum costs nothing and any snap length is exact.
struct FrameWriter {
  /// The addresses and tags of a flow; the client is side 0.
  struct Flow {
    var isIPv6: Bool
    var vlan: UInt16?
    var clientAddress: [UInt8]
    var serverAddress: [UInt8]
    var clientPort: UInt16
    var serverPort: UInt16
  }

  private(set) var output: [UInt8] = []
  private let snapLength: Int
  private var frame: [UInt8] = []

  init(snapLength: Int) {
    self.snapLength = snapLength
    output.reserveCapacity(1 << 22)
    append32(0xA1B2_C3D4)
    append32(4 << 16 | 2)
    append32(0)
    append32(0)
    append32(UInt32(snapLength))
    append32(1)
  }

  /// Hands over what is written so far and starts anew.
  mutating func take() -> [UInt8] {
    defer { output.removeAll(keepingCapacity: true) }
    return output
  }

  /// Appends a TCP segment.
  mutating func tcp(
    _ flow: Flow, fromClient: Bool, microseconds: UInt64, sequence: UInt32, acknowledgement: UInt32, flags: UInt8,
    isSYN: Bool, payload: Int, head: [UInt8] = []
  ) {
    var segment = ports(flow, fromClient)
    segment += bytes(sequence) + bytes(acknowledgement)
    let options: [UInt8] = isSYN ? [2, 4, 5, 0xB4, 4, 2, 1, 1, 1, 3, 3, 7] : []
    segment += [UInt8((20 + options.count) / 4) << 4, flags, 0xFA, 0xF0, 0, 0, 0, 0] + options
    write(flow, fromClient, microseconds, transport: 6, segment, checksumAt: 16, payload: payload, head: head)
  }

  /// Appends a UDP datagram.
  mutating func udp(_ flow: Flow, fromClient: Bool, microseconds: UInt64, payload: Int, head: [UInt8] = []) {
    let length = UInt16(8 + max(payload, head.count))
    let header = ports(flow, fromClient) + [UInt8(length >> 8), UInt8(length & 255), 0, 0]
    write(flow, fromClient, microseconds, transport: 17, header, checksumAt: 6, payload: payload, head: head)
  }

  private func ports(_ flow: Flow, _ fromClient: Bool) -> [UInt8] {
    let source = fromClient ? flow.clientPort : flow.serverPort
    let destination = fromClient ? flow.serverPort : flow.clientPort
    return [UInt8(source >> 8), UInt8(source & 255), UInt8(destination >> 8), UInt8(destination & 255)]
  }

  private mutating func write(
    _ flow: Flow, _ fromClient: Bool, _ microseconds: UInt64, transport: UInt8, _ header: [UInt8], checksumAt: Int,
    payload: Int, head: [UInt8]
  ) {
    let source = fromClient ? flow.clientAddress : flow.serverAddress
    let destination = fromClient ? flow.serverAddress : flow.clientAddress
    let payload = max(payload, head.count)
    let length = header.count + payload
    var header = header
    let pseudo = sum(source) + sum(destination) + UInt64(transport) + UInt64(length)
    let checksum = fold(pseudo + sum(header) + sum(head))
    header[checksumAt] = UInt8(checksum >> 8)
    header[checksumAt + 1] = UInt8(checksum & 255)

    frame.removeAll(keepingCapacity: true)
    frame += fromClient ? [2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2] : [2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1]
    if let vlan = flow.vlan { frame += [0x81, 0, UInt8(vlan >> 8), UInt8(vlan & 255)] }
    if flow.isIPv6 {
      frame += [0x86, 0xDD, 0x60, 0, 0, 0, UInt8(length >> 8), UInt8(length & 255), transport, 64]
      frame += source + destination
    } else {
      let total = 20 + length
      var ip: [UInt8] = [0x45, 0, UInt8(total >> 8), UInt8(total & 255), 0, 1, 0x40, 0, 64, transport, 0, 0]
      ip += source + destination
      let ipChecksum = fold(sum(ip))
      ip[10] = UInt8(ipChecksum >> 8)
      ip[11] = UInt8(ipChecksum & 255)
      frame += [0x08, 0] + ip
    }
    frame += header
    let wireLength = frame.count + payload
    let captured = min(wireLength, snapLength)
    if captured > frame.count {
      frame += head.prefix(captured - frame.count)
      frame += repeatElement(0, count: captured - frame.count)
    }
    append32(UInt32(microseconds / 1_000_000))
    append32(UInt32(microseconds % 1_000_000))
    append32(UInt32(captured))
    append32(UInt32(wireLength))
    output += frame.prefix(captured)
  }

  private mutating func append32(_ value: UInt32) {
    output += [UInt8(value & 255), UInt8(value >> 8 & 255), UInt8(value >> 16 & 255), UInt8(value >> 24)]
  }

  private func bytes(_ value: UInt32) -> [UInt8] {
    [UInt8(value >> 24), UInt8(value >> 16 & 255), UInt8(value >> 8 & 255), UInt8(value & 255)]
  }

  private func sum(_ bytes: [UInt8]) -> UInt64 {
    var sum: UInt64 = 0
    for index in bytes.indices { sum += UInt64(bytes[index]) << (index & 1 == 0 ? 8 : 0) }
    return sum
  }

  private func fold(_ sum: UInt64) -> UInt16 {
    var sum = sum
    while sum > 0xFFFF { sum = (sum & 0xFFFF) + sum >> 16 }
    let checksum = ~UInt16(sum)
    return checksum == 0 ? 0xFFFF : checksum
  }
}
