import TestSupport

@testable import Inspection

/// Makes handshake messages of TLS as the RFCs lay them out.
enum HelloBytes {
  /// Bytes behind their count.
  static func vector(_ width: Int, _ bytes: [UInt8]) -> [UInt8] {
    (0..<width).reversed().map { UInt8(truncatingIfNeeded: bytes.count >> (8 * $0)) } + bytes
  }

  static func numbers(_ numbers: [UInt16]) -> [UInt8] { numbers.flatMap { [UInt8($0 >> 8), UInt8($0 & 0xFF)] } }

  static func field(_ type: UInt16, _ data: [UInt8]) -> [UInt8] { numbers([type]) + vector(2, data) }

  static func serverName(_ name: String) -> [UInt8] { field(0, vector(2, [0] + vector(2, Array(name.utf8)))) }
  static func groups(_ list: [UInt16]) -> [UInt8] { field(10, vector(2, numbers(list))) }
  static func pointFormats(_ list: [UInt8]) -> [UInt8] { field(11, vector(1, list)) }
  static func signatureAlgorithms(_ list: [UInt16]) -> [UInt8] { field(13, vector(2, numbers(list))) }
  static func protocols(_ names: [[UInt8]]) -> [UInt8] { field(16, vector(2, names.flatMap { vector(1, $0) })) }
  static func versions(_ list: [UInt16]) -> [UInt8] { field(43, vector(1, numbers(list))) }

  /// A handshake message.
  static func message(_ type: UInt8, _ body: [UInt8]) -> [UInt8] { [type] + vector(3, body) }

  /// A ClientHello; without extensions where there is no list of them.
  static func client(
    version: UInt16 = 0x0303, suites: [UInt16] = [0x1301, 0xC02F], extensions: [[UInt8]]? = [],
    cookie: [UInt8]? = nil
  ) -> [UInt8] {
    var body = numbers([version]) + [UInt8](repeating: 0xC1, count: 32) + vector(1, [])
    if let cookie { body += vector(1, cookie) }
    body += vector(2, numbers(suites)) + vector(1, [0])
    if let extensions { body += vector(2, extensions.flatMap(\.self)) }
    return message(1, body)
  }

  /// A ServerHello.
  static func server(
    version: UInt16 = 0x0303, suite: UInt16 = 0xC02F, random: [UInt8] = [UInt8](repeating: 0x5E, count: 32),
    extensions: [[UInt8]] = []
  ) -> [UInt8] {
    message(
      2,
      numbers([version]) + random + vector(1, []) + numbers([suite]) + [0]
        + vector(2, extensions.flatMap(\.self)))
  }

  /// A Certificate up to TLS 1.2.
  static func certificates(_ chain: [[UInt8]]) -> [UInt8] { message(11, vector(3, chain.flatMap { vector(3, $0) })) }

  /// A ServerKeyExchange on a named curve.
  static func keyExchange(curve: UInt16) -> [UInt8] { message(12, [3] + numbers([curve]) + vector(1, [4, 1, 2, 3])) }

  /// Records of a handshake message, each with at most so many bytes.
  static func records(_ message: [UInt8], of size: Int = 16_384) -> [UInt8] {
    stride(from: 0, to: message.count, by: size).flatMap {
      TLSBytes.record(22, Array(message[$0..<min(message.count, $0 + size)]))
    }
  }

  /// The random of a HelloRetryRequest.
  static let retryRandom = hex("CF21AD74E59A6111BE1D8C021E65B891C2A211167ABB8C5E079E09E2C8A8339C")
}
