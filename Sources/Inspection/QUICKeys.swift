import Cryptography

/// The keys of one side's Initial packets, which follow from a connection id that everybody can read (RFC 9001 section 5.2,
/// RFC 9369 section 3.3): they guard against changes, not against readers.
struct QUICKeys {
  private let cipher: AES128
  private let initializationVector: [UInt8]
  private let headerCipher: AES128

  /// Makes the keys; nothing for a version whose salt is not known.
  ///
  /// - Parameters:
  ///   - version: The version of the packets.
  ///   - connectionID: The id that the client's first packet was sent to, or that a Retry gave it.
  ///   - isClient: Whether they are the client's.
  init?(version: Int, connectionID: [UInt8], isClient: Bool) {
    guard let salt = Self.salt(version) else { return nil }
    let secret = HKDF.extract(salt: salt, secret: connectionID)
    let side = Self.expand(secret, isClient ? "client in" : "server in", 32)
    let prefix = version == 0x6B33_43CF ? "quicv2" : "quic"
    cipher = AES128(key: Self.expand(side, prefix + " key", AES128.length))
    initializationVector = Self.expand(side, prefix + " iv", AES128.nonceLength)
    headerCipher = AES128(key: Self.expand(side, prefix + " hp", AES128.length))
  }

  /// The frames of a packet; nothing if these are not its keys.
  ///
  /// - Complexity: O(n).
  func open(_ packet: QUICInitial) -> [UInt8]? {
    // The sample begins where a packet number of four bytes would end (RFC 9001 section 5.4.2).
    let sampleStart = packet.numberOffset + 4
    guard sampleStart + AES128.length <= packet.bytes.count,
      let mask = headerCipher.encrypt(Array(packet.bytes[sampleStart..<sampleStart + AES128.length]))
    else { return nil }
    let first = packet.bytes[0] ^ (mask[0] & 0x0F)
    let numberEnd = packet.numberOffset + Int(first & 3) + 1
    var header = Array(packet.bytes[..<numberEnd])
    header[0] = first
    var nonce = initializationVector
    for offset in packet.numberOffset..<numberEnd {
      header[offset] ^= mask[1 + offset - packet.numberOffset]
      nonce[nonce.count - (numberEnd - offset)] ^= header[offset]
    }
    return cipher.open(Array(packet.bytes[numberEnd...]), nonce: nonce, header: header)
  }

  /// The salt of a version's Initial packets; a wrong one opens nothing.
  ///
  /// Of RFC 9001, of RFC 9369, of the drafts of both, and of versions that companies made of a draft (mvfst, Google's T050
  /// and T051). A client that only tries whether a server negotiates names a reserved version (RFC 9000 section 15) and
  /// protects as the drafts from 29 on.
  private static func salt(_ version: Int) -> [UInt8]? {
    switch version {
    case 1, 0xFF00_0021...0xFF00_0022:
      [
        0x38, 0x76, 0x2C, 0xF7, 0xF5, 0x59, 0x34, 0xB3, 0x4D, 0x17, 0x9A, 0xE6, 0xA4, 0xC8, 0x0C, 0xAD, 0xCC, 0xBB,
        0x7F, 0x0A,
      ]
    case 0x6B33_43CF:
      [
        0x0D, 0xED, 0xE3, 0xDE, 0xF7, 0x00, 0xA6, 0xDB, 0x81, 0x93, 0x81, 0xBE, 0x6E, 0x26, 0x9D, 0xCB, 0xF9, 0xBD,
        0x2E, 0xD9,
      ]
    case 0xFF00_001D...0xFF00_0020,
      _ where QUICInitial.isReserved(version):
      [
        0xAF, 0xBF, 0xEC, 0x28, 0x99, 0x93, 0xD2, 0x4C, 0x9E, 0x97, 0x86, 0xF1, 0x9C, 0x61, 0x11, 0xE0, 0x43, 0x90,
        0xA8, 0x99,
      ]
    case 0xFF00_0017...0xFF00_001C, 0xFACE_B002, 0xFACE_B00E:
      [
        0xC3, 0xEE, 0xF7, 0x12, 0xC7, 0x2E, 0xBB, 0x5A, 0x11, 0xA7, 0xD2, 0x43, 0x2B, 0xB4, 0x63, 0x65, 0xBE, 0xF9,
        0xF5, 0x02,
      ]
    case 0xFF00_0015...0xFF00_0016, 0xFACE_B001:
      [
        0x7F, 0xBC, 0xDB, 0x0E, 0x7C, 0x66, 0xBB, 0xE9, 0x19, 0x3A, 0x96, 0xCD, 0x21, 0x51, 0x9E, 0xBD, 0x7A, 0x02,
        0x64, 0x4A,
      ]
    case 0x5430_3530:
      [
        0x7F, 0xF5, 0x79, 0xE5, 0xAC, 0xD0, 0x72, 0x91, 0x55, 0x80, 0x30, 0x4C, 0x43, 0xA2, 0x36, 0x7C, 0x60, 0x48,
        0x83, 0x10,
      ]
    case 0x5430_3531:
      [
        0x7A, 0x4E, 0xDE, 0xF4, 0xE7, 0xCC, 0xEE, 0x5F, 0xA4, 0x50, 0x6C, 0x19, 0x12, 0x4F, 0xC8, 0xCC, 0xDA, 0x6E,
        0x03, 0x3D,
      ]
    default: nil
    }
  }

  /// HKDF-Expand-Label without a context (RFC 8446 section 7.1).
  private static func expand(_ secret: [UInt8], _ label: String, _ count: Int) -> [UInt8] {
    let name = Array("tls13 \(label)".utf8)
    let info = [UInt8(count >> 8), UInt8(count & 0xFF), UInt8(name.count)] + name + [0]
    return HKDF.expand(secret, info: info, count: count)
  }
}
