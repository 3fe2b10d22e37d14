import Cryptography

@testable import Inspection

/// Conversations in binary protocols and what a reader makes of them.
enum BinaryTalk {
  private static let hash = KeyedHash()

  /// What a reader of all protocols makes of a TCP flow.
  static func facts(_ client: [UInt8], _ server: [UInt8] = []) -> ApplicationFacts {
    // Bytes have no padding, the only hazard of viewing elements as raw bytes.
    unsafe ApplicationReader(hash: hash).read(originator: client.span.bytes, responder: server.span.bytes)
  }

  /// What a reader of all protocols makes of a UDP flow.
  static func facts(_ datagrams: [(bytes: [UInt8], isFromOriginator: Bool)]) -> ApplicationFacts {
    ApplicationReader(hash: hash).read(
      datagrams.map { Datagram(bytes: $0.bytes, isFromOriginator: $0.isFromOriginator) })
  }

  /// A number, least significant byte first.
  static func little(_ value: Int, _ width: Int) -> [UInt8] { (0..<width).map { UInt8(value >> (8 * $0) & 255) } }

  /// A number, most significant byte first.
  static func big(_ value: Int, _ width: Int) -> [UInt8] { little(value, width).reversed() }

  /// A text in UTF-16, least significant byte first.
  static func utf16(_ text: String) -> [UInt8] { text.utf16.flatMap { little(Int($0), 2) } }

  /// Cuts both sides anywhere, and changes each byte: whatever comes of it, it must be bounded and must not trap.
  static func harass(_ client: [UInt8], _ server: [UInt8]) -> Int {
    var count = 0
    for length in 0...max(client.count, server.count) {
      count += facts(Array(client.prefix(length)), server).entries.count
      count += facts(client, Array(server.prefix(length))).entries.count
    }
    for index in client.indices {
      for value: UInt8 in [0, 0x7F, 0x80, 0xFF] {
        var changed = client
        changed[index] = value
        count += facts(changed, server).entries.count
      }
    }
    for index in server.indices {
      for value: UInt8 in [0, 0x7F, 0x80, 0xFF] {
        var changed = server
        changed[index] = value
        count += facts(client, changed).entries.count
      }
    }
    return count
  }
}

extension ApplicationFacts {
  /// Whether a text stands anywhere in the facts.
  func mentions(_ text: String) -> Bool {
    let fields = entries.flatMap(\.fields).map { "\($0.value)" }
    return (fields + software.map(\.value) + hops.map(\.node)).contains { $0.contains(text) }
  }

  /// The entries of a log.
  func log(_ name: String) -> [FactEntry] { entries.filter { $0.log == name } }

  /// Whether an account was kept.
  var hasAccount: Bool { tokens.contains { $0.kind == .account } }
}
