import Packets

extension FrameBuilder {
  /// The frame.
  public var bytes: [UInt8] {
    var frame = linkHeader + ipPacket
    if case .ethernet = link, padsToMinimum, frame.count < 60 {
      frame += [UInt8](repeating: 0, count: 60 - frame.count)
    }
    return frame
  }

  private var isIPv4: Bool { source.address.isIPv4 }

  private var etherType: UInt16 { isIPv4 ? 0x0800 : 0x86DD }

  /// EtherType of the first tag or of IP, then each tag's identifier and the EtherType after it.
  private func etherTypes(last: UInt16) -> [UInt8] {
    var types = vlanTags.indices.map { $0 == vlanTags.count - 1 ? 0x8100 : outerTagType }
    types.append(last)
    return vlanTags.indices.reduce(into: TestSupport.bytes(of: types[0])) { result, index in
      result += TestSupport.bytes(of: vlanTags[index]) + TestSupport.bytes(of: types[index + 1])
    }
  }

  private var linkHeader: [UInt8] {
    let addresses: [UInt8] = [2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1]
    let snap: [UInt8] = [0xAA, 0xAA, 3, 0, 0, 0] + TestSupport.bytes(of: etherType)
    let pppNumber: UInt8 = isIPv4 ? 0x21 : 0x57
    switch link {
    case .ethernet: return addresses + etherTypes(last: etherType)
    case .ethernetSNAP: return addresses + etherTypes(last: UInt16(snap.count + ipPacket.count)) + snap
    case .linuxSLL:
      return [0, 0, 0, 1, 0, 6, 2, 0, 0, 0, 0, 1, 0, 0] + etherTypes(last: etherType)
    case .linuxSLL2:
      let types = etherTypes(last: etherType)
      return types[..<2] + [0, 0, 0, 0, 0, 1, 0, 1, 0, 6, 2, 0, 0, 0, 0, 1, 0, 0] + types[2...]
    case .raw: return []
    case .null: return [isIPv4 ? 2 : 30, 0, 0, 0]
    case .loop: return [0, 0, 0, isIPv4 ? 2 : 24]
    case .ppp, .pppHDLC: return [0xFF, 3, 0, pppNumber]
    case .pppCompressed: return [pppNumber]
    case .cHDLC: return [0x0F, 0] + TestSupport.bytes(of: etherType)
    }
  }

  /// The protocol number.
  private var number: UInt8 {
    switch transport {
    case .tcp: 6
    case .udp: 17
    case .icmp: isIPv4 ? 1 : 58
    case .sctp: 132
    case .other(let ipProtocol): ipProtocol.rawValue
    }
  }

  /// The IP packet without a link header.
  public var ipPacket: [UInt8] { isIPv4 ? ipv4Packet : ipv6Packet }

  private var ipv4Packet: [UInt8] {
    let options = padded(ipOptions)
    let body = segment
    var header: [UInt8] = [0x40 | UInt8(5 + options.count / 4), 0]
    header += TestSupport.bytes(of: overrideIPLength ?? UInt16(truncatingIfNeeded: 20 + options.count + body.count))
    header += TestSupport.bytes(of: identification) + TestSupport.bytes(of: fragmentField)
    header += [timeToLive, number, 0, 0]
    header += addressBytes(source.address) + addressBytes(destination.address) + options
    let checksum = TestSupport.bytes(of: overrideIPChecksum ?? SlowChecksum.internet(header))
    header[10] = checksum[0]
    header[11] = checksum[1]
    return header + body
  }

  private var ipv6Packet: [UInt8] {
    let numbers = extensionHeaders.map(\.number) + [number]
    var body: [UInt8] = []
    for (index, header) in extensionHeaders.enumerated() {
      body += [numbers[index + 1]] + header.bytes.dropFirst()
    }
    body += segment
    return [0x60, 0, 0, 0] + TestSupport.bytes(of: overrideIPLength ?? UInt16(truncatingIfNeeded: body.count))
      + [numbers[0], timeToLive] + addressBytes(source.address) + addressBytes(destination.address) + body
  }

  private func addressBytes(_ address: IPAddress) -> [UInt8] {
    address.isIPv4 ? TestSupport.bytes(of: address.v4) : TestSupport.bytes(of: address.bits)
  }

  private func padded(_ options: [UInt8]) -> [UInt8] {
    options + [UInt8](repeating: 0, count: (4 - options.count % 4) % 4)
  }

  /// Transport header and payload.
  private var segment: [UInt8] {
    let ports = TestSupport.bytes(of: source.port) + TestSupport.bytes(of: destination.port)
    switch transport {
    case .tcp:
      let options = padded(tcp.options)
      var header = ports + TestSupport.bytes(of: tcp.sequence) + TestSupport.bytes(of: tcp.acknowledgement)
      header += [(tcp.overrideDataOffset ?? UInt8(5 + options.count / 4)) << 4, tcp.flags.rawValue]
      header += TestSupport.bytes(of: tcp.window) + [0, 0, 0, 0] + options
      return withChecksum(header + payload, at: 16, pseudoHeader: true)
    case .udp:
      let length = overrideUDPLength ?? UInt16(truncatingIfNeeded: 8 + payload.count)
      return withChecksum(ports + TestSupport.bytes(of: length) + [0, 0] + payload, at: 6, pseudoHeader: true)
    case .icmp(let type, let code, let identifier, let sequence):
      let header = [type, code, 0, 0] + TestSupport.bytes(of: identifier) + TestSupport.bytes(of: sequence)
      return withChecksum(header + payload, at: 2, pseudoHeader: !isIPv4)
    case .sctp(let verificationTag):
      var packet = ports + TestSupport.bytes(of: verificationTag) + [0, 0, 0, 0] + payload
      let override = overrideTransportChecksum.map { UInt32($0) << 16 | UInt32($0) }
      packet.replaceSubrange(8..<12, with: TestSupport.bytes(of: override ?? SlowChecksum.crc32c(packet), .little))
      return packet
    case .other:
      return payload
    }
  }

  private func withChecksum(_ segment: [UInt8], at offset: Int, pseudoHeader: Bool) -> [UInt8] {
    var covered = segment
    if pseudoHeader {
      covered += segment.count % 2 == 1 ? [0] : []
      covered += addressBytes(source.address) + addressBytes(destination.address)
      covered += TestSupport.bytes(of: UInt32(segment.count)) + [0, 0, 0, number]
    }
    var checksum = SlowChecksum.internet(covered)
    // RFC 768: a UDP checksum that comes out as zero is sent as all ones.
    if case .udp = transport, checksum == 0 { checksum = 0xFFFF }
    var result = segment
    result.replaceSubrange(
      offset..<offset + 2, with: TestSupport.bytes(of: overrideTransportChecksum ?? checksum))
    return result
  }
}

/// Checksums by the letter of their definitions, to compare fast ones with.
public enum SlowChecksum {
  /// The Internet checksum (RFC 1071): the complement of the one's-complement sum of the 16-bit words.
  ///
  /// - Parameter bytes: The bytes, the checksum field among them zero.
  /// - Returns: The checksum.
  public static func internet(_ bytes: [UInt8]) -> UInt16 {
    var sum = 0
    for index in stride(from: 0, to: bytes.count, by: 2) {
      sum += Int(bytes[index]) << 8 + (index + 1 < bytes.count ? Int(bytes[index + 1]) : 0)
      if sum > 0xFFFF { sum -= 0xFFFF }
    }
    return UInt16(0xFFFF - sum)
  }

  /// CRC32c (RFC 9260 appendix A), bit by bit.
  ///
  /// - Parameter bytes: The bytes, the checksum field among them zero.
  /// - Returns: The checksum.
  public static func crc32c(_ bytes: [UInt8]) -> UInt32 {
    var crc = UInt32.max
    for byte in bytes {
      crc ^= UInt32(byte)
      for _ in 0..<8 { crc = crc & 1 == 1 ? crc >> 1 ^ 0x82F6_3B78 : crc >> 1 }
    }
    return ~crc
  }
}
