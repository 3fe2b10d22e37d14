import Packets
import TestSupport
import Testing

/// Packets inside packets.
@Suite struct TunnelTests {
  /// What a frame holds: the packets from the outermost in, and why there are no more.
  private func peel(
    _ bytes: [UInt8], wireLength: Int? = nil, _ decoder: Decoder = Decoder(checksums: .all)
  ) -> (packets: [Packet], headers: [TunnelHeader], reason: RejectReason?) {
    // Bytes have no padding, the only hazard of viewing elements as raw bytes.
    let span = unsafe bytes.span.bytes
    var packet = Packet()
    packet.timestamp = Timestamp(seconds: 7)
    var headers: [TunnelHeader] = []
    if let reason = decoder.decode(
      span, linkType: .ethernet, wireLength: UInt32(wireLength ?? bytes.count), into: &packet)
    {
      return ([], [], reason)
    }
    var packets = [packet]
    while packet.flags.contains(.mayBeTunnel), packets.count < 20 {
      var inner = Packet()
      var header = TunnelHeader(.ipv4)
      if let reason = decoder.decodeInner(of: packet, in: span, into: &inner, header: &header) {
        return (packets, headers, reason)
      }
      packets.append(inner)
      headers.append(header)
      packet = inner
    }
    return (packets, headers, nil)
  }

  private func inner(_ isIPv6: Bool) -> FrameBuilder {
    var frame = FrameBuilder(
      from: isIPv6 ? client6 : client4, to: isIPv6 ? server6 : server4, payload: Array(1...30))
    frame.tcp.sequence = 77
    frame.tcp.options = TCPOption.timestamps(value: 5, echo: 6)
    return frame
  }

  private let end4 = (IPAddress(v4: 0x0A00_0001), IPAddress(v4: 0x0A00_0002))
  private let end6 = (IPAddress(high: 0xFD00_0000_0000_0000, low: 1), IPAddress(high: 0xFD00_0000_0000_0000, low: 2))

  /// Every way of wrapping, of both families in both.
  private var samples: [(kind: Encapsulation, inner: FrameBuilder, outer: FrameBuilder)] {
    Encapsulation.allCases.flatMap { kind in
      [false, true].flatMap { isInnerIPv6 in
        [end4, end6].compactMap { ends in
          guard isInnerIPv6 || !kind.takesIPv6Only else { return nil }
          let inner = inner(isInnerIPv6)
          return (kind, inner, kind.wrap(inner.bytes, from: ends.0, to: ends.1, identifier: 0x2A5))
        }
      }
    }
  }

  @Test func `every encapsulation gives the packet inside`() throws {
    for (kind, inner, outer) in samples {
      let (packets, headers, reason) = peel(outer.bytes)
      try #require(packets.count == 2 && reason == nil, "\(kind) \(String(describing: reason))")
      let packet = packets[1]
      #expect(headers == [kind.header(identifier: 0x2A5, isIPv4: inner.source.address.isIPv4)], "\(kind)")
      #expect(packets[0].source == outer.source.address && packets[0].destination == outer.destination.address)
      #expect(packet.source == inner.source.address && packet.destinationPort == 443, "\(kind)")
      #expect(packet.tcp.sequence == 77 && packet.tcp.timestampValue == 5)
      #expect(packet.payloadLength == 30 && packet.capturedPayloadLength == 30)
      #expect(packet.flags.contains(.goodTransportChecksum) && !packet.flags.contains(.mayBeTunnel), "\(kind)")
      #expect(packet.timestamp == Timestamp(seconds: 7))
      #expect(Array(outer.bytes[Int(packet.payloadOffset)...].prefix(30)) == Array(1...30), "\(kind)")
    }
  }

  @Test func `bytes behind the outer packet are not inside it`() throws {
    // An outer length that ends inside the inner packet, and padding that would complete it.
    var outer = Encapsulation.ip.wrap(inner(false).bytes, from: end4.0, to: end4.1)
    let whole = outer.bytes.count - 14
    outer.overrideIPLength = UInt16(whole - 10)
    let packets = peel(outer.bytes).packets
    try #require(packets.count == 2)
    #expect(packets[1].flags.contains(.truncated))
    #expect(packets[1].capturedPayloadLength == 20)
    #expect(!packets[1].flags.contains(.goodTransportChecksum))
  }

  @Test func `tunnels inside tunnels`() {
    var frame = inner(true).bytes
    for kind in [Encapsulation.vxlan, .ip, .keyedGRE, .geneve] {
      frame = kind.wrap(frame, from: end4.0, to: end6.1.isIPv4 ? end6.1 : end4.1, identifier: 3).bytes
    }
    let (packets, headers, reason) = peel(frame)
    #expect(reason == nil)
    #expect(headers.map(\.kind) == [.geneve, .keyedGRE, .ipv4, .vxlan])
    #expect(packets.last?.source == client6.address)
  }

  @Test func `what is no tunnel says so`() {
    func reason(_ outer: FrameBuilder, _ edit: (inout [UInt8]) -> Void) -> RejectReason? {
      var outer = outer
      edit(&outer.payload)
      return peel(outer.bytes).reason
    }
    func wrap(_ kind: Encapsulation) -> FrameBuilder {
      kind.wrap(inner(kind.takesIPv6Only).bytes, from: end4.0, to: end4.1)
    }
    #expect(reason(wrap(.vxlan)) { $0[0] = 0 } == .noTunnel)
    #expect(reason(wrap(.vxlan)) { $0 = [8, 0, 0] } == .noTunnel)
    #expect(reason(wrap(.geneve)) { $0[0] = 0x41 } == .noTunnel, "another version")
    #expect(reason(wrap(.geneve)) { $0[1] = 0x80 } == .noTunnel, "a control packet")
    #expect(reason(wrap(.geneve)) { $0[0] = 0x3F } == .malformedTunnel)
    #expect(reason(wrap(.gtp)) { $0[1] = 1 } == .noTunnel, "an echo request")
    #expect(reason(wrap(.gtp)) { $0[8] = 0x15 } == .noTunnel)
    #expect(reason(wrap(.extendedGTP)) { $0[12] = 0 } == .malformedTunnel, "an extension of no length")
    #expect(reason(wrap(.teredo)) { $0.append(0) } == .noTunnel, "the IPv6 packet does not fill the datagram")
    #expect(reason(wrap(.teredo)) { $0 = [1, 2, 3] } == .noTunnel)
    #expect(reason(wrap(.gre)) { $0[0] = 0x40 } == .unsupportedTunnel)
    #expect(reason(wrap(.gre)) { $0[1] = 1 } == .unsupportedTunnel)
    #expect(reason(wrap(.gre)) { $0[2...3] = [0, 0] } == .notIP)
    #expect(reason(wrap(.gre)) { $0 = [0, 0] } == .malformedTunnel)
    #expect(reason(wrap(.keyedGRE)) { $0 = Array($0.prefix(8)) } == .malformedTunnel)
    #expect(reason(wrap(.ip)) { $0[0] = 0x65 } == .malformedIP)
    // Other protocols and ports may hold anything.
    var datagram = wrap(.vxlan)
    datagram.destination.port = 4790
    #expect(peel(datagram.bytes).packets.count == 1)
  }

  @Test func `snap length at every byte`() {
    for (kind, _, outer) in samples {
      let bytes = outer.bytes
      let whole = peel(bytes)
      for count in 0..<bytes.count {
        let cut = peel(Array(bytes.prefix(count)), wireLength: bytes.count)
        guard cut.packets.count == 2 else {
          // A packet cut short is never called malformed.
          let allowed: [RejectReason] = [
            .truncatedLink, .truncatedIP, .truncatedTransport, .truncatedTunnel, .truncatedExtension,
          ]
          #expect(cut.reason.map(allowed.contains) == true, "\(kind) \(count) \(String(describing: cut.reason))")
          continue
        }
        #expect(cut.packets[1].flags.contains(.truncated) && cut.headers == whole.headers)
        #expect(cut.packets[1].source == whole.packets[1].source)
        #expect(Int(cut.packets[1].payloadOffset) <= count)
      }
    }
  }

  @Test func `mutations and noise do not trap`() {
    var random = SeededGenerator(seed: 9)
    let samples = samples.map(\.outer.bytes)
    var found = 0
    for index in 0..<60_000 {
      var bytes = samples[index % samples.count]
      for _ in 0..<Int.random(in: 1...4, using: &random) {
        let offset = Int.random(in: 12..<min(bytes.count, 90), using: &random)
        bytes[offset] = [0, 1, 0xFF, 0x7F, UInt8.random(in: 0...255, using: &random)][index % 5]
      }
      let full = bytes.count
      if index % 3 == 0 { bytes.removeLast(Int.random(in: 0...full, using: &random)) }
      if index % 4 == 0 {
        for offset in bytes.indices.dropFirst(42) { bytes[offset] = UInt8.random(in: 0...255, using: &random) }
      }
      let packets = peel(bytes, wireLength: full).packets
      #expect(packets.count < 20)
      for packet in packets.dropFirst() {
        found += 1
        let end = Int(packet.payloadOffset) + Int(packet.capturedPayloadLength)
        let isSane =
          end <= bytes.count && packet.capturedPayloadLength <= packet.payloadLength
          && packet.ipOffset + 20 <= packet.transportOffset && packet.transportOffset <= packet.payloadOffset
        if !isSane {
          Issue.record("\(bytes) \(packet)")
          return
        }
      }
    }
    #expect(found > 10_000)
  }

  @Test func `nested to the end of the longest frame`() {
    // 20 bytes a level: IP in IP as deep as a frame holds.
    var bytes: [UInt8] = [2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1, 8, 0]
    let depth = 3_000
    for level in 0..<depth {
      let length = TestSupport.bytes(of: UInt16((depth - level) * 20))
      bytes += [0x45, 0] + length + [0, 0, 0, 0, 64, 4, 0, 0, 10, 0, 0, 1, 10, 0, 0, 2]
    }
    #expect(peel(bytes).packets.count == 20)
    // Source routes in IPv6 would carry offsets beyond 16 bits; the walk ends before.
    var packet = Packet()
    packet.ipProtocol = .ipv4
    packet.payloadOffset = 1 << 14 + 1
    packet.payloadLength = 100
    packet.capturedPayloadLength = 100
    let frame = [UInt8](repeating: 0x45, count: 20_000)
    var inner = Packet()
    var header = TunnelHeader(.ipv4)
    // Bytes have no padding, the only hazard of viewing elements as raw bytes.
    let span = unsafe frame.span.bytes
    #expect(Decoder().decodeInner(of: packet, in: span, into: &inner, header: &header) == .malformedTunnel)
  }

  @Test func `MPLS labels and PPPoE sessions belong to the line`() throws {
    for isIPv6 in [false, true] {
      let frame = inner(isIPv6)
      let (addresses, packet) = (Array(frame.bytes[..<12]), frame.ipPacket)
      func labels(_ count: Int) -> [UInt8] {
        (0..<count).flatMap { [0, 0x06, $0 == count - 1 ? 0x41 : 0x40, 64] as [UInt8] }
      }
      for type in [[0x88, 0x47], [0x88, 0x48]] as [[UInt8]] {
        for count in [1, 3, 16] {
          let bytes = addresses + type + labels(count) + packet
          let found = peel(bytes).packets
          try #require(found.count == 1)
          #expect(found[0].tcp.sequence == 77 && found[0].flags.contains(.goodTransportChecksum))
          for size in 14..<(14 + count * 4 + 1) {
            #expect(peel(Array(bytes.prefix(size)), wireLength: bytes.count).reason == .truncatedLink)
          }
        }
      }
      #expect(peel(addresses + [0x88, 0x47] + labels(17) + packet).reason == .tooManyTags)
      #expect(peel(addresses + [0x88, 0x47] + labels(1) + [0, 0, 0, 0] + packet).reason == .notIP, "a pseudowire")
      let ppp: [UInt8] = isIPv6 ? [0, 0x57] : [0, 0x21]
      let length = TestSupport.bytes(of: UInt16(packet.count + 2))
      let session = addresses + [0x81, 0, 0, 7, 0x88, 0x64, 0x11, 0, 0, 1] + length + ppp + packet
      let found = peel(session).packets
      try #require(found.count == 1)
      #expect(found[0].vlan.outer == 7 && found[0].source == frame.source.address)
      // The protocol's first byte may be left out if it is zero (RFC 1661 section 6.5).
      let compressed = addresses + [0x88, 0x64, 0x11, 0, 0, 1, 0, UInt8(packet.count + 1), ppp[1]] + packet
      #expect(peel(compressed).packets.first?.tcp.sequence == 77)
      #expect(peel(Array(compressed.prefix(20)), wireLength: compressed.count).reason == .truncatedLink)
      #expect(peel(addresses + [0x88, 0x64, 0x21, 0, 0, 1] + length + ppp + packet).reason == .malformedLink)
      #expect(peel(addresses + [0x88, 0x64, 0x11, 0, 0, 1] + length + [0xC0, 0x21] + packet).reason == .notIP)
      #expect(peel(addresses + [0x88, 0x63, 0x11, 9, 0, 1, 0, 0]).reason == .notIP, "discovery")
    }
  }
}
