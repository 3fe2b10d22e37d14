import Cryptography
import Packets

/// Fingerprints of TLS clients: equal software writes equal ones, and so may other software.
enum TLSFingerprint {
  /// What carries a ClientHello, as JA4 writes it.
  enum Transport: String {
    case tcp = "t"
    case quic = "q"
    case datagram = "d"
  }

  /// JA3: the MD5 of the numbers of a ClientHello in their order, without GREASE (github.com/salesforce/ja3).
  static func ja3(_ hello: ClientHello, in body: RawSpan) -> String? {
    func list(_ numbers: [UInt16]) -> String { withoutGrease(numbers).map(String.init).joined(separator: "-") }
    let formats = hello.pointFormats(in: body).map(String.init).joined(separator: "-")
    let text = [
      "\(hello.version)", list(hello.suites(in: body)), list(hello.extensions.map(\.type)),
      list(hello.groups(in: body)), formats,
    ].joined(separator: ",")
    return Digest.md5(of: Array(text.utf8)).map(Digest.hex)
  }

  /// JA4 (github.com/FoxIO-LLC/ja4, technical_details/JA4.md, under the BSD licence).
  ///
  /// - Complexity: O(n log n).
  static func ja4(_ hello: ClientHello, in body: RawSpan, _ transport: Transport) -> String {
    let suites = withoutGrease(hello.suites(in: body))
    let types = withoutGrease(hello.extensions.map(\.type))
    let algorithms = withoutGrease(hello.signatureAlgorithms(in: body))
    let version = version(of: hello, in: body, transport)
    let target = types.contains(TLSExtension.Kind.serverName) ? "d" : "i"
    let head = "\(transport.rawValue)\(version)\(target)\(count(suites))\(count(types))\(protocolMark(hello, in: body))"
    let rest = types.filter { $0 != TLSExtension.Kind.serverName && $0 != TLSExtension.Kind.applicationProtocols }
    let offered = list(rest.sorted()) + (algorithms.isEmpty ? "" : "_" + list(algorithms))
    return "\(head)_\(digest(suites.isEmpty ? "" : list(suites.sorted())))_\(digest(rest.isEmpty ? "" : offered))"
  }

  /// JA4 as FoxIO's own programs write it, where that is another one.
  ///
  /// They put `99` for a first application protocol that begins beyond ASCII, the specification the ends of its
  /// hexadecimal digits. Indicators in circulation hold either.
  ///
  /// - Returns: Nothing where programs and specification agree.
  static func ja4Variant(_ hello: ClientHello, in body: RawSpan, _ ja4: String) -> String? {
    guard let name = hello.extensions.applicationProtocols(in: body).first, !name.isEmpty,
      body.uint8(at: name.lowerBound) > 0x7F
    else { return nil }
    let parts = ja4.split(separator: "_", maxSplits: 1)
    return parts.count == 2 ? "\(parts[0].dropLast(2))99_\(parts[1])" : nil
  }

  /// The highest version that is offered.
  private static func version(of hello: ClientHello, in body: RawSpan, _ transport: Transport) -> String {
    let offered = withoutGrease(hello.supportedVersions(in: body))
    // The numbers of DTLS fall as its versions rise.
    let highest = transport == .datagram ? offered.min() : offered.max()
    return switch highest ?? hello.version {
    case 0x0304: "13"
    case 0x0303: "12"
    case 0x0302: "11"
    case 0x0301: "10"
    case 0x0300: "s3"
    case 0x0002: "s2"
    case 0xFEFF: "d1"
    case 0xFEFD: "d2"
    case 0xFEFC: "d3"
    default: "00"
    }
  }

  /// The first and the last character of the first application protocol; of its hexadecimal digits if one of the two is
  /// neither letter nor digit.
  private static func protocolMark(_ hello: ClientHello, in body: RawSpan) -> String {
    guard let name = hello.extensions.applicationProtocols(in: body).first.map({ body.bytes($0) }),
      let first = name.first, let last = name.last
    else { return "00" }
    guard isAlphanumeric(first), isAlphanumeric(last) else {
      return String(Digest.hex([first]).prefix(1) + Digest.hex([last]).suffix(1))
    }
    return String(decoding: [first, last], as: UTF8.self)
  }

  private static func isAlphanumeric(_ byte: UInt8) -> Bool {
    (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
  }

  private static func count(_ numbers: [UInt16]) -> String {
    let count = min(numbers.count, 99)
    return count < 10 ? "0\(count)" : "\(count)"
  }

  private static func list(_ numbers: [UInt16]) -> String {
    numbers.map { Digest.hex([UInt8($0 >> 8), UInt8($0 & 0xFF)]) }.joined(separator: ",")
  }

  private static func digest(_ text: String) -> Substring {
    text.isEmpty ? "000000000000" : Digest.hex(Digest.sha256(of: Array(text.utf8))).prefix(12)
  }

  /// The numbers that are not there only to keep servers tolerant (RFC 8701).
  private static func withoutGrease(_ numbers: [UInt16]) -> [UInt16] {
    numbers.filter { $0 & 0x0F0F != 0x0A0A || $0 >> 8 != $0 & 0xFF }
  }
}
