/// Versions of TLS and DTLS (RFC 8446, RFC 9147, and their forerunners).
enum TLSVersion {
  /// TLS 1.3.
  static let tls13: UInt16 = 0x0304
  /// DTLS 1.3.
  static let dtls13: UInt16 = 0xFEFC

  /// What Zeek calls a version.
  static func name(_ version: UInt16) -> String {
    switch version {
    case 0x0002: "SSLv2"
    case 0x0300: "SSLv3"
    case 0x0301: "TLSv10"
    case 0x0302: "TLSv11"
    case 0x0303: "TLSv12"
    case tls13: "TLSv13"
    case 0x7F00...0x7FFF: "TLSv13-draft\(version & 0xFF)"
    // What clients and servers of one company spoke before TLS 1.3 was done.
    case 0xFB00...0xFBFF: "TLSv13-FBdraft\(version & 0xFF)"
    case 0x0100, 0xFEFF: "DTLSv10"
    case 0xFEFD: "DTLSv12"
    case dtls13: "DTLSv13"
    default: "unknown-\(version)"
    }
  }
}

/// Names of the groups of key exchanges: IANA "TLS Supported Groups".
enum TLSGroupName {
  /// The name of a group; one that is not known is called as Zeek calls it.
  static func name(_ number: UInt16) -> String { names[number] ?? "unknown-\(number)" }

  private static let names: [UInt16: String] = {
    let curves = """
      sect163k1 sect163r1 sect163r2 sect193r1 sect193r2 sect233k1 sect233r1 sect239k1 sect283k1 sect283r1 sect409k1 \
      sect409r1 sect571k1 sect571r1 secp160k1 secp160r1 secp160r2 secp192k1 secp192r1 secp224k1 secp224r1 secp256k1 \
      secp256r1 secp384r1 secp521r1 brainpoolP256r1 brainpoolP384r1 brainpoolP512r1 x25519 x448 brainpoolP256r1tls13 \
      brainpoolP384r1tls13 brainpoolP512r1tls13 GC256A GC256B GC256C GC256D GC512A GC512B GC512C curveSM2
      """
    var names: [UInt16: String] = [
      0x0100: "ffdhe2048", 0x0101: "ffdhe3072", 0x0102: "ffdhe4096", 0x0103: "ffdhe6144", 0x0104: "ffdhe8192",
      0x0200: "MLKEM512", 0x0201: "MLKEM768", 0x0202: "MLKEM1024", 0x11EB: "SecP256r1MLKEM768",
      0x11EC: "X25519MLKEM768", 0x11ED: "SecP384r1MLKEM1024", 0x6399: "X25519Kyber768Draft00",
      0x639A: "SecP256r1Kyber768Draft00",
    ]
    for (index, name) in curves.split(separator: " ").enumerated() { names[UInt16(index + 1)] = String(name) }
    return names
  }()
}
