import Packets
import TestSupport
import Testing

@Suite struct IPv4Tests {
  @Test func fields() throws {
    var frame = builder(false, .tcp, payload: [])
    frame.padsToMinimum = true
    frame.timeToLive = 51
    frame.identification = 0xBEEF
    let packet = try decode(frame.bytes).get()
    #expect(frame.bytes.count == 60)
    // Six bytes of padding are no payload.
    #expect(packet.ipLength == 40 && packet.payloadLength == 0 && packet.capturedPayloadLength == 0)
    #expect(packet.payloadOffset == 54 && packet.ipOffset == 14 && packet.transportOffset == 34)
    #expect(packet.timeToLive == 51 && packet.ipIdentification == 0xBEEF)
    #expect(packet.ipProtocol == .tcp && packet.flags == [])
  }

  @Test func options() throws {
    var frame = builder(false)
    frame.ipOptions = [1, 1, 7, 7, 4, 0, 0, 0, 0]
    let packet = try decode(frame.bytes).get()
    #expect(packet.payloadLength == 3 && packet.payloadOffset == 14 + 32 + 20)
    #expect(!packet.flags.contains(.sourceRouted))
    for kind: UInt8 in [131, 137] {
      frame.ipOptions = [1, kind, 7, 4, 192, 0, 2, 9]
      #expect(try decode(frame.bytes).get().flags.contains(.sourceRouted))
    }
    for options: [UInt8] in [[7, 0, 131, 7], [7, 1, 131, 7], [7, 255, 131, 7], [0, 131, 7, 4], [1, 1, 1, 7]] {
      frame.ipOptions = options
      #expect(try decode(frame.bytes).get().flags == [])
    }
  }

  @Test func malformed() {
    let good = builder(false).bytes
    for (offset, value): (Int, UInt8) in [(14, 0x44), (14, 0x55), (14, 0x65), (14, 0x40), (17, 19), (17, 1)] {
      var bytes = good
      bytes[offset] = value
      #expect(rejection(bytes) == .malformedIP, "byte \(offset) = \(value)")
    }
    // Header length within the packet but not within the capture.
    var bytes = good
    bytes[14] = 0x4F
    bytes[16] = 4
    #expect(rejection(Array(bytes.prefix(60)), wireLength: 1_000) == .truncatedIP)
  }

  @Test func lengthBeyondTheWire() throws {
    var frame = builder(false)
    frame.overrideIPLength = 1_500
    let packet = try decode(frame.bytes).get()
    #expect(packet.flags == [.truncated])
    #expect(packet.ipLength == 1_500 && packet.payloadLength == 1_460 && packet.capturedPayloadLength == 3)
  }

  @Test func segmentationOffload() throws {
    var frame = builder(false)
    frame.overrideIPLength = 0
    let packet = try decode(frame.bytes, wireLength: 70_000).get()
    #expect(packet.flags == [.lengthFromWire, .truncated])
    #expect(packet.ipLength == 70_000 - 14 && packet.payloadLength == 70_000 - 54)
    #expect(packet.capturedPayloadLength == 3)
    let whole = try decode(frame.bytes, .ethernet, Decoder(checksums: .all)).get()
    #expect(whole.flags.isDisjoint(with: [.goodTransportChecksum, .badTransportChecksum, .truncated]))
  }

  @Test func fragments() throws {
    var frame = builder(false, .udp, payload: [UInt8](repeating: 9, count: 16))
    frame.overrideUDPLength = 4_000
    frame.fragmentField = 0x2000
    let first = try decode(frame.bytes, .ethernet, Decoder(checksums: .all)).get()
    #expect(first.flags == [.firstFragment] && first.payloadLength == 16)
    for field: UInt16 in [0x2001, 0x0001, 0x1FFF, 0x4001] {
      frame.fragmentField = field
      #expect(rejection(frame.bytes) == .fragment)
    }
    // A first fragment too small for its transport header.
    var tiny = builder(false, .other(.tcp), payload: [UInt8](repeating: 0, count: 8))
    tiny.fragmentField = 0x2000
    #expect(rejection(tiny.bytes) == .malformedTransport)
  }
}

@Suite struct IPv6Tests {
  private let hopByHop = FrameBuilder.ExtensionHeader(number: 0, bytes: [0, 0, 1, 4, 0, 0, 0, 0])
  private let routing = FrameBuilder.ExtensionHeader(number: 43, bytes: [0, 0, 4, 0, 0, 0, 0, 0])
  private let authentication = FrameBuilder.ExtensionHeader(
    number: 51, bytes: [0, 4] + [UInt8](repeating: 0, count: 22))
  private let options = FrameBuilder.ExtensionHeader(number: 60, bytes: [0, 1] + [UInt8](repeating: 1, count: 14))

  @Test func extensions() throws {
    var frame = builder(true)
    frame.extensionHeaders = [hopByHop, options, routing, authentication, .fragment(offset: 0, more: false)]
    for number: UInt8 in [135, 139, 140] {
      frame.extensionHeaders.append(FrameBuilder.ExtensionHeader(number: number, bytes: [0, 0, 0, 0, 0, 0, 0, 0]))
    }
    let packet = try decode(frame.bytes, .ethernet, Decoder(checksums: .all)).get()
    #expect(packet.flags == [.isIPv6Header, .goodTransportChecksum])
    #expect(packet.ipProtocol == .tcp && packet.payloadLength == 3 && packet.sourcePort == 40_000)
    #expect(packet.ipLength == 40 + 8 + 16 + 8 + 24 + 8 + 24 + 23)
    #expect(packet.transportOffset == 14 + 40 + 88 && packet.payloadOffset == 14 + 40 + 88 + 20)
  }

  @Test func count() throws {
    var frame = builder(true)
    frame.extensionHeaders = Array(repeating: hopByHop, count: 16)
    #expect(try decode(frame.bytes).get().payloadLength == 3)
    frame.extensionHeaders.append(hopByHop)
    #expect(rejection(frame.bytes) == .malformedExtension)
  }

  @Test func fragments() throws {
    var frame = builder(true, .udp)
    frame.extensionHeaders = [hopByHop, .fragment(offset: 0, more: true)]
    #expect(try decode(frame.bytes).get().flags == [.isIPv6Header, .firstFragment])
    for more in [false, true] {
      frame.extensionHeaders = [.fragment(offset: 1, more: more)]
      #expect(rejection(frame.bytes) == .fragment)
    }
  }

  @Test func routingWithSegmentsLeft() throws {
    var frame = builder(true)
    frame.extensionHeaders = [routing]
    frame.extensionHeaders[0].bytes[3] = 1
    #expect(
      try decode(frame.bytes, .ethernet, Decoder(checksums: .all)).get().flags == [.isIPv6Header, .sourceRouted])
  }

  @Test func lengths() throws {
    var frame = builder(true)
    // Longer than the packet, then shorter than what the capture should hold.
    frame.extensionHeaders = [hopByHop]
    frame.extensionHeaders[0].bytes[1] = 200
    #expect(rejection(frame.bytes) == .malformedExtension)
    frame.extensionHeaders[0].bytes[1] = 0
    frame.overrideIPLength = 7
    #expect(rejection(frame.bytes) == .malformedExtension)
    frame.overrideIPLength = 8 + 19
    #expect(rejection(frame.bytes) == .malformedTransport)
    // No payload at all, offload, jumbogram.
    frame.extensionHeaders = []
    frame.overrideIPLength = 0
    let offload = try decode(frame.bytes).get()
    #expect(offload.flags == [.isIPv6Header, .lengthFromWire] && offload.payloadLength == 3)
    var nothing = builder(true, .other(IPProtocol(rawValue: 59)), payload: [])
    nothing.padsToMinimum = true
    let empty = try decode(nothing.bytes).get()
    #expect(empty.ipLength == 40 && empty.payloadLength == 0 && empty.flags == [.isIPv6Header])
    var jumbo = builder(true, .udp)
    jumbo.extensionHeaders = [FrameBuilder.ExtensionHeader(number: 0, bytes: [0, 0, 0xC2, 4, 0, 1, 0, 0])]
    jumbo.overrideIPLength = 0
    jumbo.overrideUDPLength = 0
    let packet = try decode(jumbo.bytes, wireLength: 100_000).get()
    #expect(packet.payloadLength == UInt32(100_000 - 14 - 40 - 8 - 8))
    #expect(packet.flags == [.isIPv6Header, .lengthFromWire, .truncated])
  }

  @Test func mappedAddressIsIPv4() throws {
    var bytes = builder(true, .udp).bytes
    let mapped: [UInt8] = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF]
    bytes.replaceSubrange(22..<38, with: mapped + [198, 51, 100, 7])
    let packet = try decode(bytes).get()
    #expect(packet.source == client4.address && packet.flags == [.isIPv6Header, .mappedAddress])
  }
}
