import Packets
import TestSupport
import Testing

/// Decodes bytes and gives the packet or why there is none.
func decode(
  _ bytes: [UInt8], _ linkType: LinkType = .ethernet, wireLength: Int? = nil, _ decoder: Decoder = Decoder()
) -> Result<Packet, Rejection> {
  var packet = Packet()
  let frame = TimedFrame(
    Timestamp(nanoseconds: 0), bytes, wireLength: UInt32(wireLength ?? bytes.count), linkType: linkType)
  return frame.decode(into: &packet, decoder).map { .failure(Rejection(reason: $0)) } ?? .success(packet)
}

struct Rejection: Error, Equatable { var reason: RejectReason }

/// The reason why bytes are rejected.
func rejection(_ bytes: [UInt8], _ linkType: LinkType = .ethernet, wireLength: Int? = nil) -> RejectReason? {
  switch decode(bytes, linkType, wireLength: wireLength) {
  case .success: nil
  case .failure(let rejection): rejection.reason
  }
}

func builder(_ isIPv6: Bool, _ transport: FrameBuilder.Transport = .tcp, payload: [UInt8] = [1, 2, 3]) -> FrameBuilder {
  isIPv6
    ? FrameBuilder(from: client6, to: server6, transport: transport, payload: payload)
    : FrameBuilder(from: client4, to: server4, transport: transport, payload: payload)
}

@Suite struct LinkTests {
  @Test(arguments: FrameBuilder.Link.allCases, [false, true])
  func everyLinkType(_ link: FrameBuilder.Link, _ isIPv6: Bool) throws {
    var frame = builder(isIPv6, .udp, payload: [1, 2, 3, 4, 5])
    frame.link = link
    let packet = try decode(frame.bytes, frame.linkType).get()
    #expect(packet.source == frame.source.address && packet.destination == frame.destination.address)
    #expect(packet.sourcePort == 40_000 && packet.destinationPort == 443)
    #expect(packet.payloadLength == 5 && packet.capturedPayloadLength == 5)
    #expect(packet.payloadOffset == UInt32(frame.bytes.count - 5))
    #expect(packet.wireLength == UInt32(frame.bytes.count))
    #expect(packet.ipLength == UInt32((isIPv6 ? 40 : 20) + 13))
    #expect(packet.flags == (isIPv6 ? [.isIPv6Header] : []))
    #expect(packet.vlan == .none)
    let header = frame.bytes.count - frame.ipPacket.count
    for count in 0..<header {
      let cut = Array(frame.bytes.prefix(count))
      #expect(rejection(cut, frame.linkType, wireLength: frame.bytes.count) == .truncatedLink, "\(count) bytes")
    }
  }

  @Test(arguments: [LinkType.raw, .rawDLT, .rawOpenBSD], [false, true])
  func rawLinks(_ linkType: LinkType, _ isIPv6: Bool) throws {
    let bytes = builder(isIPv6).ipPacket
    #expect(try decode(bytes, linkType).get().payloadLength == 3)
    #expect(try decode(bytes, isIPv6 ? .ipv6 : .ipv4).get().payloadLength == 3)
    #expect(rejection(bytes, isIPv6 ? .ipv4 : .ipv6) == .malformedIP)
    #expect(rejection([0x50] + bytes.dropFirst(), linkType) == .malformedIP)
    #expect(rejection([], linkType) == .truncatedIP)
  }

  @Test(arguments: [FrameBuilder.Link.ethernet, .ethernetSNAP, .linuxSLL, .linuxSLL2], 1...9)
  func tags(_ link: FrameBuilder.Link, _ count: Int) throws {
    for outerType: UInt16 in [0x8100, 0x88A8, 0x9100, 0x9200] {
      var frame = builder(false)
      frame.link = link
      frame.outerTagType = outerType
      frame.vlanTags = (0..<count).map { UInt16(0xE000 + 10 + $0) }
      guard count <= 8 else {
        #expect(rejection(frame.bytes, frame.linkType) == .tooManyTags)
        continue
      }
      let packet = try decode(frame.bytes, frame.linkType).get()
      #expect(packet.vlan == VLANTags(outer: 10, inner: count > 1 ? 11 : VLANTags.absent))
      #expect(packet.payloadLength == 3)
    }
  }

  @Test func priorityTagNamesNoNetwork() throws {
    var frame = builder(false)
    let expected: [(tags: [UInt16], vlan: VLANTags)] = [
      ([0], .none), ([0xE000], .none), ([0, 0], .none), ([0, 7], VLANTags(outer: 7, inner: VLANTags.absent)),
      ([7, 0], VLANTags(outer: 7, inner: VLANTags.absent)), ([7, 0, 8], VLANTags(outer: 7, inner: 8)),
    ]
    for (tags, vlan) in expected {
      frame.vlanTags = tags
      #expect(try decode(frame.bytes).get().vlan == vlan)
    }
  }

  @Test(arguments: [UInt32(2), 10, 24, 28, 30])
  func loopbackFamilies(_ family: UInt32) throws {
    let ip = builder(family != 2).ipPacket
    for linkType in [LinkType.null, .loop] {
      for order in ByteOrder.allCases {
        #expect(try decode(bytes(of: family, order) + ip, linkType).get().payloadLength == 3)
      }
    }
  }

  @Test func pppVariants() throws {
    let ip = builder(false).ipPacket
    for header: [UInt8] in [[0xFF, 3, 0, 0x21], [0xFF, 3, 0x21], [0, 0x21], [0x21]] {
      for linkType in [LinkType.ppp, .pppHDLC] {
        #expect(try decode(header + ip, linkType).get().payloadOffset == UInt32(header.count + 40))
      }
    }
    #expect(try decode([0x8F, 0, 8, 0] + ip, .pppHDLC).get().payloadLength == 3)
    #expect(rejection([0xFF, 3, 0xC0, 0x21, 1, 1], .ppp) == .notIP)
    #expect(rejection([0xFF, 4, 0, 0x21] + ip, .ppp) == .malformedLink)
    #expect(rejection([0, 0x22] + ip, .ppp) == .malformedLink)
  }

  @Test func notIP() {
    let addresses = [UInt8](repeating: 2, count: 12)
    let rest = [UInt8](repeating: 0, count: 46)
    for type: UInt16 in [0x0806, 0x88CC, 0x8863, 0x0600, 0xFFFF] {
      #expect(rejection(addresses + bytes(of: type) + rest) == .notIP)
      #expect(rejection(addresses + [0x81, 0, 0, 7] + bytes(of: type) + rest) == .notIP)
    }
    // Spanning tree, IPX over raw 802.3, SNAP of another organisation.
    #expect(rejection(addresses + [0, 38, 0x42, 0x42, 3] + rest) == .notIP)
    #expect(rejection(addresses + [0, 38, 0xFF, 0xFF, 0] + rest) == .notIP)
    #expect(rejection(addresses + [0, 38, 0xAA, 0xAA, 3, 0, 0, 0x0C, 0x20, 0] + rest) == .notIP)
    #expect(rejection(addresses + [0, 38, 0xAA, 0xAA, 3, 0, 0, 0, 8, 6] + rest) == .notIP)
    // Cooked: 802.3, netlink, radiotap; loopback: another family.
    #expect(rejection([0, 0, 0, 1, 0, 6, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1] + rest, .linuxSLL) == .notIP)
    #expect(rejection([0, 0, 0x03, 0x38, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 8, 0] + rest, .linuxSLL) == .notIP)
    #expect(rejection([0, 0, 0, 7] + rest, .null) == .notIP)
  }

  @Test func malformedLink() {
    let addresses = [UInt8](repeating: 2, count: 12)
    let snap: [UInt8] = [0xAA, 0xAA, 3, 0, 0, 0, 8, 0]
    let ip = builder(false).ipPacket
    // Neither a length nor a type; a length that the wire does not hold.
    #expect(rejection(addresses + bytes(of: UInt16(1501)) + snap + ip) == .malformedLink)
    #expect(rejection(addresses + bytes(of: UInt16(52)) + snap + ip) == .malformedLink)
    #expect(rejection(addresses + bytes(of: UInt16(51)) + snap + ip) == nil)
    // 802.1H bridges SNAP with its own organisation.
    #expect(rejection(addresses + bytes(of: UInt16(51)) + [0xAA, 0xAA, 3, 0, 0, 0xF8, 8, 0] + ip) == nil)
  }

  @Test func unsupported() {
    for number: UInt16 in [147, 105, 127, 65_535] {
      #expect(rejection(builder(false).bytes, LinkType(rawValue: number)) == .unsupportedLinkType)
    }
  }
}
