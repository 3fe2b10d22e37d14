import Cryptography
import TestSupport

@testable import Inspection

/// Conversations in encrypted protocols and what a reader makes of them.
enum EncryptedTalk {
  private static let hash = KeyedHash()

  /// What a reader of all protocols makes of a TCP flow.
  static func facts(_ originator: [UInt8], _ responder: [UInt8] = []) -> ApplicationFacts {
    // Bytes have no padding, the only hazard of viewing elements as raw bytes.
    unsafe ApplicationReader(hash: hash).read(originator: originator.span.bytes, responder: responder.span.bytes)
  }

  /// What a reader of all protocols makes of a UDP flow, the originator's datagrams marked with true.
  static func facts(_ datagrams: [(isFromOriginator: Bool, bytes: [UInt8])]) -> ApplicationFacts {
    ApplicationReader(hash: hash).read(
      datagrams.map { Datagram(bytes: $0.bytes, isFromOriginator: $0.isFromOriginator) })
  }

  /// A field of the first entry of a log.
  static func field(_ facts: ApplicationFacts, _ log: String, _ name: String) -> FactValue? {
    facts.entries.first { $0.log == log }?[name]
  }

  /// A TLS 1.2 session in which both sides show certificates.
  static var session: (client: [UInt8], server: [UInt8]) {
    let hello = HelloBytes.client(
      suites: [0xC02F, 0xC030], extensions: [HelloBytes.serverName("mail.example.org"), HelloBytes.groups([23, 24])])
    let answer =
      HelloBytes.server(extensions: [HelloBytes.protocols([Array("h2".utf8)])])
      + HelloBytes.certificates([CertificateBytes.server, CertificateBytes.client])
      + HelloBytes.keyExchange(curve: 23) + HelloBytes.message(14, [])
    let end = TLSBytes.changeCipherSpec + TLSBytes.encrypted(40, type: 22) + TLSBytes.encrypted(100)
    let client =
      HelloBytes.records(hello)
      + HelloBytes.records(
        HelloBytes.certificates([CertificateBytes.client]) + HelloBytes.message(16, [1, 2, 3]))
    return (client + end, HelloBytes.records(answer, of: 200) + end)
  }
}
