import Cryptography

/// Makes Initial packets of QUIC as RFC 9001 protects them, with a slow and obvious GCM (NIST SP 800-38D).
struct QUICPacketBuilder {
  let version: UInt32
  let connectionID: [UInt8]

  init(version: UInt32 = 1, connectionID: [UInt8]) {
    self.version = version
    self.connectionID = connectionID
  }

  static let versionTwo: UInt32 = 0x6B33_43CF

  private var salt: [UInt8] {
    switch version {
    case Self.versionTwo: hex("0dede3def700a6db819381be6e269dcbf9bd2ed9")
    case 0xFF00_001D, 0x1A2A_3A4A: hex("afbfec289993d24c9e9786f19c6111e04390a899")
    case 0xFF00_0017, 0xFACE_B002: hex("c3eef712c72ebb5a11a7d2432bb46365bef9f502")
    case 0xFF00_0016, 0xFACE_B001: hex("7fbcdb0e7c66bbe9193a96cd21519ebd7a02644a")
    case 0x5430_3531: hex("7a4edef4e7ccee5fa4506c19124fc8ccda6e033d")
    default: hex("38762cf7f55934b34d179ae6a4c80cadccbb7f0a")
    }
  }

  private func expand(_ secret: [UInt8], _ label: String, _ count: Int) -> [UInt8] {
    let name = Array("tls13 \(label)".utf8)
    return HKDF.expand(secret, info: [0, UInt8(count), UInt8(name.count)] + name + [0], count: count)
  }

  /// A packet.
  ///
  /// - Parameters:
  ///   - frames: What it holds; filled up with padding to the length.
  ///   - number: The packet number.
  ///   - isClient: Who sends it.
  ///   - destination: The connection id that it is sent to.
  ///   - source: The connection id of its sender.
  ///   - token: The token of a Retry.
  ///   - length: Bytes of the frames at least.
  ///   - fixedBit: The second bit, which may be anything (RFC 9287).
  /// - Returns: The packet.
  func initial(
    _ frames: [UInt8], number: UInt16 = 0, isClient: Bool = true, destination: [UInt8]? = nil, source: [UInt8],
    token: [UInt8] = [], length: Int = 40, fixedBit: UInt8 = 0x40
  ) -> [UInt8] {
    let side = expand(HKDF.extract(salt: salt, secret: connectionID), isClient ? "client in" : "server in", 32)
    let prefix = version == Self.versionTwo ? "quicv2" : "quic"
    let key = expand(side, prefix + " key", 16)
    var nonce = expand(side, prefix + " iv", 12)
    let plain = frames + [UInt8](repeating: 0, count: max(0, length - frames.count))
    let destination = destination ?? connectionID
    var packet: [UInt8] =
      [(version == Self.versionTwo ? 0x91 : 0x81) | fixedBit] + (0..<4).map { UInt8(version >> (24 - 8 * $0) & 0xFF) }
    packet += [UInt8(destination.count)] + destination + [UInt8(source.count)] + source + [UInt8(token.count)] + token
    let rest = 2 + plain.count + 16
    packet += [0x40 | UInt8(rest >> 8), UInt8(rest & 0xFF)]
    let numberOffset = packet.count
    packet += [UInt8(number >> 8), UInt8(number & 0xFF)]
    nonce[10] ^= UInt8(number >> 8)
    nonce[11] ^= UInt8(number & 0xFF)
    packet += Self.seal(plain, key: AES128(key: key), nonce: nonce, header: packet)
    let sample = Array(packet[numberOffset + 4..<numberOffset + 20])
    let mask = AES128(key: expand(side, prefix + " hp", 16)).encrypt(sample) ?? []
    packet[0] ^= mask[0] & 0x0F
    packet[numberOffset] ^= mask[1]
    packet[numberOffset + 1] ^= mask[2]
    return packet
  }

  private static func seal(_ plain: [UInt8], key: AES128, nonce: [UInt8], header: [UInt8]) -> [UInt8] {
    func block(_ counter: UInt32) -> [UInt8] {
      key.encrypt(nonce + (0..<4).map { UInt8(counter >> (24 - 8 * $0) & 0xFF) }) ?? []
    }
    var sealed: [UInt8] = []
    for start in stride(from: 0, to: plain.count, by: 16) {
      let mask = block(UInt32(2 + start / 16))
      sealed += zip(plain[start..<min(plain.count, start + 16)], mask).map { $0 ^ $1 }
    }
    func padded(_ bytes: [UInt8]) -> [UInt8] { bytes + [UInt8](repeating: 0, count: (16 - bytes.count % 16) % 16) }
    func length(_ count: Int) -> [UInt8] { (0..<8).map { UInt8(truncatingIfNeeded: (count * 8) >> (56 - 8 * $0)) } }
    let input = padded(header) + padded(sealed) + length(header.count) + length(sealed.count)
    let factor = number(key.encrypt([UInt8](repeating: 0, count: 16)) ?? [])
    var hash: UInt128 = 0
    for start in stride(from: 0, to: input.count, by: 16) {
      hash = product(hash ^ number(Array(input[start..<start + 16])), factor)
    }
    let tag = zip(block(1), (0..<16).map { UInt8(truncatingIfNeeded: hash >> (120 - 8 * $0)) }).map { $0 ^ $1 }
    return sealed + tag
  }

  private static func number(_ bytes: [UInt8]) -> UInt128 { bytes.reduce(0) { $0 << 8 | UInt128($1) } }

  /// The product in the field of GCM, whose bits stand the other way round.
  private static func product(_ one: UInt128, _ other: UInt128) -> UInt128 {
    var (result, factor) = (UInt128(0), other)
    for bit in 0..<128 {
      if one >> (127 - bit) & 1 == 1 { result ^= factor }
      factor = factor & 1 == 1 ? factor >> 1 ^ (UInt128(0xE1) << 120) : factor >> 1
    }
    return result
  }
}
