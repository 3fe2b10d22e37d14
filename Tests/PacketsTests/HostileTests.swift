import TestSupport
import Testing

@testable import Packets

@Suite struct HostileTests {
  /// What must hold of any packet, however its frame came about.
  private func isSane(_ packet: Packet, _ count: Int, wireLength: Int) -> Bool {
    let end = Int(packet.payloadOffset) + Int(packet.capturedPayloadLength)
    return end <= count && packet.capturedPayloadLength <= packet.payloadLength
      && packet.payloadLength + 20 <= packet.ipLength && Int(packet.wireLength) == max(wireLength, count)
      && packet.ipOffset + 20 <= packet.transportOffset && packet.transportOffset <= packet.payloadOffset
      && packet.flags.contains(.truncated) == (Int(packet.ipOffset) + Int(packet.ipLength) > count)
      && (packet.flags.contains(.truncated) || packet.capturedPayloadLength == packet.payloadLength)
  }

  private var samples: [FrameBuilder] {
    var samples: [FrameBuilder] = []
    for link in FrameBuilder.Link.allCases {
      for isIPv6 in [false, true] {
        for transport: FrameBuilder.Transport in [.tcp, .udp, .icmp(type: 8, code: 0), .sctp(verificationTag: 1)] {
          var frame = builder(isIPv6, transport, payload: Array(1...30))
          frame.link = link
          frame.tcp.options = TCPOption.timestamps(value: 1, echo: 2) + TCPOption.sackPermitted
          samples.append(frame)
          frame.vlanTags = [7, 8]
          frame.ipOptions = [7, 7, 4, 0, 0, 0, 0]
          frame.extensionHeaders = [
            FrameBuilder.ExtensionHeader(number: 0, bytes: [0, 0, 1, 4, 0, 0, 0, 0]), .fragment(offset: 0, more: false),
          ]
          samples.append(frame)
        }
      }
    }
    return samples
  }

  /// Where each header of a sample ends, and the least of the transport header that makes a packet.
  private func ends(_ frame: FrameBuilder) -> (link: Int, ip: Int, extensions: Int, transport: Int) {
    let link = frame.bytes.count - frame.ipPacket.count
    let isIPv6 = !frame.source.address.isIPv4
    let ip = link + (isIPv6 ? 40 : 20 + (frame.ipOptions.count + 3) / 4 * 4)
    let extensions = ip + (isIPv6 ? frame.extensionHeaders.reduce(0) { $0 + $1.bytes.count } : 0)
    switch frame.transport {
    case .tcp: return (link, ip, extensions, extensions + 20)
    case .udp: return (link, ip, extensions, extensions + 8)
    case .icmp: return (link, ip, extensions, extensions + 4)
    case .sctp: return (link, ip, extensions, extensions + 12)
    case .other: return (link, ip, extensions, extensions)
    }
  }

  @Test func snapLengthAtEveryByte() throws {
    for frame in samples {
      let bytes = frame.bytes
      let whole = try decode(bytes, frame.linkType).get()
      let ends = ends(frame)
      for count in 0...bytes.count {
        let result = decode(Array(bytes.prefix(count)), frame.linkType, wireLength: bytes.count)
        let expected: RejectReason? =
          count < ends.link
          ? .truncatedLink
          : count < ends.ip
            ? .truncatedIP
            : count < ends.extensions ? .truncatedExtension : count < ends.transport ? .truncatedTransport : nil
        switch result {
        case .failure(let rejection): #expect(rejection.reason == expected, "\(frame.link) \(count)")
        case .success(let packet):
          #expect(expected == nil, "\(frame.link) \(count)")
          #expect(packet.flags.contains(.truncated) == (count < bytes.count))
          #expect(packet.payloadLength == whole.payloadLength && packet.ipLength == whole.ipLength)
          #expect(packet.source == whole.source && packet.sourcePort == whole.sourcePort)
          #expect(packet.vlan == whole.vlan && packet.tcp.sequence == whole.tcp.sequence)
          #expect(Int(packet.capturedPayloadLength) == max(0, count - Int(whole.payloadOffset)))
          #expect(Int(packet.payloadOffset) == min(count, Int(whole.payloadOffset)))
        }
      }
    }
  }

  private let linkTypes: [LinkType] = [
    .ethernet, .linuxSLL, .linuxSLL2, .raw, .ipv4, .ipv6, .null, .loop, .ppp, .pppHDLC, .cHDLC,
  ]

  @Test func mutations() {
    var random = SeededGenerator(seed: 5)
    let samples = samples.map { ($0.bytes, $0.linkType) }
    let decoder = Decoder(checksums: .all)
    var packetCount = 0
    for index in 0..<300_000 {
      var (bytes, linkType) = samples[index % samples.count]
      for _ in 0..<Int.random(in: 1...4, using: &random) {
        // Headers matter more than payload.
        let offset = Int.random(in: 0..<bytes.count, using: &random)
        bytes[offset] = [0, 1, 0xFF, 0x7F, UInt8.random(in: 0...255, using: &random)][index % 5]
      }
      let full = bytes.count
      if index % 3 == 0 { bytes.removeLast(Int.random(in: 0...full, using: &random)) }
      guard case .success(let packet) = decode(bytes, linkType, wireLength: full, decoder) else { continue }
      packetCount += 1
      if !isSane(packet, bytes.count, wireLength: full) {
        Issue.record("\(linkType.name) \(bytes) \(packet)")
        return
      }
    }
    // Enough of them got through to have tested something.
    #expect(packetCount > 100_000)
  }

  @Test func noise() {
    var random = SeededGenerator(seed: 6)
    let decoder = Decoder(checksums: .all)
    var reasons: Set<RejectReason> = []
    for index in 0..<100_000 {
      let linkType = linkTypes[index % linkTypes.count]
      var bytes = (0..<Int.random(in: 0...90, using: &random)).map { _ in UInt8.random(in: 0...255, using: &random) }
      // Half of them with a link header that leads to IP.
      if index % 2 == 0, linkType == .ethernet {
        bytes = [UInt8](repeating: 2, count: 12) + [8, 0, 0x45, 0, 0] + bytes
      }
      let wireLength = Int(UInt32.random(in: 0...UInt32.max, using: &random) >> UInt32(index % 32))
      switch decode(bytes, linkType, wireLength: wireLength, decoder) {
      case .failure(let rejection): reasons.insert(rejection.reason)
      case .success(let packet):
        if !isSane(packet, bytes.count, wireLength: wireLength) {
          Issue.record("\(linkType.name) \(bytes) \(packet)")
          return
        }
      }
    }
    #expect(reasons.isSuperset(of: [.truncatedLink, .malformedLink, .notIP, .truncatedIP, .malformedIP, .fragment]))
  }

  @Test func verifyingWithAnotherFrameDoesNotTrap() throws {
    var packet = try decode(builder(true).bytes).get()
    let decoder = Decoder()
    for count in 0..<80 {
      let bytes = [UInt8](repeating: 0xFF, count: count)
      // Bytes have no padding, the only hazard of viewing elements as raw bytes.
      unsafe decoder.verifyTransportChecksum(of: &packet, in: bytes.span.bytes)
      #expect(!packet.flags.contains(.goodTransportChecksum))
    }
  }
}

/// The short way through the headers that most frames have must lead where the long one does.
@Suite struct PlainFrameTests {
  @Test(arguments: [false, true]) func shortAndLongWayLeadToTheSame(isTagged: Bool) {
    var generator = SeededGenerator(seed: 4)
    var taken = 0
    for round in 0..<40_000 {
      var builder = builder(false, .tcp, payload: generator.bytes(round % 40))
      if round % 3 == 0 { builder.tcp.options = TCPOption.timestamps(value: 7, echo: 9) }
      if round % 7 == 0 { builder.tcp.options = TCPOption.sackPermitted }
      var bytes = builder.bytes
      // Now and then the null identifier, which is none.
      if isTagged { bytes.insert(contentsOf: [0x81, 0x00, 0x60, UInt8(round % 3)], at: 12) }
      let count = bytes.count
      if round % 4 == 0 { bytes = Array(bytes.prefix(Int(generator.next() % UInt64(count + 1)))) }
      for _ in 0..<(round % 5) where !bytes.isEmpty {
        bytes[Int(generator.next() % UInt64(bytes.count))] ^= UInt8(truncatingIfNeeded: 1 << (generator.next() % 8))
      }
      var short = Packet()
      (short.wireLength, short.vlan) = (UInt32(count), .none)
      var long = short
      // Bytes have no padding, the only hazard of viewing elements as raw bytes.
      guard
        unsafe isTagged
          ? Decoder.decodeTagged(bytes.span.bytes, &short)
          : bytes.count >= 14 && Decoder.decodePlain(bytes.span.bytes, at: 14, &short)
      else { continue }
      taken += 1
      // As above.
      let reason = unsafe Decoder.decodeEthernet(bytes.span.bytes, &long)
      #expect(reason == nil)
      #expect("\(short)" == "\(long)")
    }
    #expect(taken > 10_000)
  }
}
