import Cryptography
import Packets

@testable import Inspection

/// A conversation in a text protocol, as both sides wrote it; every line feed is written as CRLF.
struct TextTalk {
  private static let hash = KeyedHash()

  let client: [UInt8]
  let server: [UInt8]

  init(_ client: String, _ server: String = "") {
    self.init(client: Self.wire(client), server: Self.wire(server))
  }

  init(client: [UInt8], server: [UInt8]) {
    self.client = client
    self.server = server
  }

  static func wire(_ text: String) -> [UInt8] { text.utf8.flatMap { $0 == 0x0A ? [0x0D, 0x0A] : [$0] } }

  /// What a reader of these services makes of it; hashes of all talks can be compared.
  func facts(_ services: Set<Service> = Set(Service.allCases)) -> ApplicationFacts {
    // Bytes have no padding, the only hazard of viewing elements as raw bytes.
    unsafe ApplicationReader(hash: Self.hash, services: services)
      .read(originator: client.span.bytes, responder: server.span.bytes)
  }

  /// The same with its client as the responder.
  var turned: TextTalk { TextTalk(client: server, server: client) }

  /// All places where one side or the other may have been cut.
  func cuts(_ body: (TextTalk) -> Void) {
    for count in 0...client.count { body(TextTalk(client: Array(client.prefix(count)), server: server)) }
    for count in 0...server.count { body(TextTalk(client: client, server: Array(server.prefix(count)))) }
    for count in 0...min(client.count, 200) { body(TextTalk(client: Array(client.dropFirst(count)), server: server)) }
  }
}

extension ApplicationFacts {
  /// The entries of a log.
  func all(_ log: String) -> [FactEntry] { entries.filter { $0.log == log } }

  /// The text of a field of the first entry of a log that has it.
  func text(_ log: String, _ name: String) -> String? {
    for entry in all(log) { if case .text(let text)? = entry[name] { return text } }
    return nil
  }

  /// Everything that is written, to search for what must not be.
  var written: String {
    "\(entries) \(hops) \(software)"
  }

  /// The kinds of what may link it to others.
  var kinds: [LinkToken.Kind] { tokens.map(\.kind) }
}
