import Cryptography
import Packets

/// What one side of an SSH connection offers: SSH_MSG_KEXINIT (RFC 4253 section 7.1).
struct SSHKeyExchange {
  /// The message number.
  static let message: UInt8 = 20

  /// The name lists in their order, as they stand in the message.
  private let lists: [String]

  /// Reads the payload of a packet behind its message number; nothing if the bytes are no such message.
  init?(_ bytes: RawSpan, in range: Range<Int>) {
    var cursor = MessageCursor(range)
    guard cursor.skip(16) != nil else { return nil }
    var lists: [String] = []
    while lists.count < 10 {
      guard let list = cursor.vector(4, in: bytes), list.allSatisfy({ (0x21...0x7E).contains(bytes.uint8(at: $0)) })
      else { return nil }
      lists.append(bytes.text(list))
    }
    self.lists = lists
  }

  private func names(_ index: Int) -> [Substring] { lists[index].split(separator: ",") }

  /// The side that says of itself which it is, among the names of methods for key exchange.
  var role: SSHDirection.Role? {
    let names = names(0)
    if names.contains("ext-info-c") || names.contains("kex-strict-c-v00@openssh.com") { return .client }
    if names.contains("ext-info-s") || names.contains("kex-strict-s-v00@openssh.com") { return .server }
    return nil
  }

  /// HASSH of a client, or of a server (github.com/salesforce/hassh): the MD5 of its lists for what it sends.
  func fingerprint(isClient: Bool) -> String? {
    let chosen = isClient ? [0, 2, 4, 6] : [0, 3, 5, 7]
    let text = chosen.map { lists[$0] }.joined(separator: ";")
    return Digest.md5(of: Array(text.utf8)).map(Digest.hex)
  }

  /// What a client and a server agree on by their lists (RFC 4253 section 7.1): the client's first that the server has.
  struct Agreement {
    let client: SSHKeyExchange
    let server: SSHKeyExchange

    /// The method of the key exchange.
    var keyExchange: String? { choice(0) }
    /// The kind of the server's key.
    var hostKey: String? { choice(1) }
    /// The cipher.
    var cipher: String? { bothWays(2) }
    /// The message authentication code.
    var authentication: String? { bothWays(4) }
    /// The compression.
    var compression: String? { bothWays(6) }

    private func choice(_ index: Int) -> String? {
      let offered = Set(server.names(index))
      return client.names(index).first { offered.contains($0) }.map(String.init)
    }

    /// One name where both directions have the same.
    private func bothWays(_ index: Int) -> String? {
      guard let toServer = choice(index), let toClient = choice(index + 1) else { return nil }
      return toServer == toClient ? toServer : "To server: \(toServer), to client: \(toClient)"
    }
  }
}
