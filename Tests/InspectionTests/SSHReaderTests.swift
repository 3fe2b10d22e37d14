import TestSupport
import Testing

@testable import Inspection

/// What is read of SSH.
@Suite struct SSHReaderTests {
  private func ssh(_ facts: ApplicationFacts, _ name: String) -> FactValue? {
    EncryptedTalk.field(facts, "ssh", name)
  }

  /// A packet in the clear.
  private func packet(_ payload: [UInt8]) -> [UInt8] {
    let padding = 4 + (8 - (4 + 1 + payload.count + 4) % 8) % 8
    return HelloBytes.vector(4, [UInt8(padding)] + payload + [UInt8](repeating: 0, count: padding))
  }

  /// A KEXINIT of ten lists.
  private func offer(_ lists: [String]) -> [UInt8] {
    packet(
      [20] + [UInt8](repeating: 7, count: 16) + lists.flatMap { HelloBytes.vector(4, Array($0.utf8)) } + [
        0, 0, 0, 0, 0,
      ])
  }

  private let clientLists = [
    "curve25519-sha256,ecdh-sha2-nistp256", "ssh-ed25519,ssh-rsa", "aes128-ctr,aes256-ctr", "aes256-ctr,aes128-ctr",
    "hmac-sha2-256", "hmac-sha2-512,hmac-sha2-256", "none,zlib", "zlib,none", "", "",
  ]
  private let serverLists = [
    "ecdh-sha2-nistp256", "ssh-rsa,ssh-ed25519", "aes256-ctr,aes128-ctr", "aes256-ctr", "hmac-sha2-256",
    "hmac-sha2-256",
    "none", "none", "", "",
  ]
  private let newKeys = SSHBytes.packet(21, 0)
  private let client = Array("SSH-2.0-OpenSSH_9.7 mine\r\n".utf8)
  private let server = Array("SSH-2.0-Server_1\r\n".utf8)

  @Test func `banners, algorithms and fingerprints`() {
    let facts = EncryptedTalk.facts(
      client + offer(clientLists) + packet([30, 1, 2]) + newKeys + [1, 2, 3],
      server + offer(serverLists) + packet([31, 1, 2]) + newKeys + [4, 5, 6])
    #expect(facts.services == [.ssh] && facts.actions == .remoteShell)
    #expect(ssh(facts, "version") == .number(2))
    #expect(ssh(facts, "client") == .text("SSH-2.0-OpenSSH_9.7 mine"))
    #expect(ssh(facts, "server") == .text("SSH-2.0-Server_1"))
    #expect(ssh(facts, "kex_alg") == .text("ecdh-sha2-nistp256"))
    #expect(ssh(facts, "host_key_alg") == .text("ssh-ed25519"))
    #expect(ssh(facts, "cipher_alg") == .text("To server: aes128-ctr, to client: aes256-ctr"))
    #expect(ssh(facts, "mac_alg") == .text("hmac-sha2-256"))
    #expect(ssh(facts, "compression_alg") == .text("none"))
    // MD5 of "curve25519-sha256,ecdh-sha2-nistp256;aes128-ctr,aes256-ctr;hmac-sha2-256;none,zlib".
    #expect(ssh(facts, "hassh") == .text("9ad314e016c5561cec5845d8cc73ccb2"))
    // MD5 of "ecdh-sha2-nistp256;aes256-ctr;hmac-sha2-256;none".
    #expect(ssh(facts, "hassh_server") == .text("25218bd6523a5bf780eb893ddf94ea5e"))
    #expect(facts.software.map(\.kind) == [.sshBanner, .hassh])
    #expect(facts.software.first?.value == "SSH-2.0-OpenSSH_9.7 mine")
  }

  @Test func `nothing was used before both sides sent something with new keys`() {
    let (one, other) = (client + offer(clientLists), server + offer(serverLists))
    for (first, second) in [
      (one, other), (one + newKeys, other + newKeys), (one + newKeys + [1], other + newKeys),
      (one + newKeys, other + newKeys + [1]), (one + [1, 2, 3, 4], other + newKeys + [1]),
    ] {
      let facts = EncryptedTalk.facts(first, second)
      #expect(facts.services == [.ssh] && facts.actions.isEmpty)
    }
  }

  @Test func `the messages tell the client from the server`() {
    let (one, other) = (client + packet([30, 1]), server + packet([31, 1]))
    let facts = EncryptedTalk.facts(other, one)
    #expect(ssh(facts, "client") == .text("SSH-2.0-OpenSSH_9.7 mine"))
    let lists = ["x,kex-strict-s-v00@openssh.com"] + serverLists.dropFirst()
    let named = EncryptedTalk.facts(server + offer(Array(lists)), client)
    #expect(ssh(named, "client") == .text("SSH-2.0-OpenSSH_9.7 mine"))
    // Nothing tells: the one who began is taken for the client.
    #expect(ssh(EncryptedTalk.facts(server, client), "client") == .text("SSH-2.0-Server_1"))
  }

  @Test func `a server may say something before its banner`() {
    let preface = Array("Welcome.\r\nNo entry.\r\n".utf8)
    let facts = EncryptedTalk.facts(client, preface + server)
    #expect(ssh(facts, "server") == .text("SSH-2.0-Server_1"))
    #expect(EncryptedTalk.facts(Array("GET / HTTP/1.1\r\n\r\n".utf8), preface + server).services != [.ssh])
    #expect(EncryptedTalk.facts([], preface + server).services.isEmpty)
  }

  @Test func `one side and old versions`() {
    let alone = EncryptedTalk.facts([], server)
    #expect(alone.services == [.ssh] && ssh(alone, "server") == .text("SSH-2.0-Server_1"))
    #expect(alone.software.isEmpty)
    #expect(ssh(EncryptedTalk.facts(client, Array("SSH-1.99-x\n".utf8)), "version") == .number(2))
    #expect(ssh(EncryptedTalk.facts(Array("SSH-1.5-y\n".utf8), Array("SSH-1.99-x\n".utf8)), "version") == .number(1))
    #expect(ssh(EncryptedTalk.facts([], Array("SSH-1.99-x\n".utf8)), "version") == nil)
  }

  @Test(arguments: ["SSH-", "SSH-3.0-x\r\n", "SSH 2.0\r\n", "SSH-2.0\r\n", "xSSH-2.0-y\r\n", "SSH-2.0-\u{1}x\r\n"])
  func `a few right letters are not enough`(text: String) {
    #expect(EncryptedTalk.facts(Array(text.utf8)).services.isEmpty)
  }

  @Test func `hostile bytes give facts or none`() {
    var random = SeededGenerator(seed: 14)
    let sides = [client + offer(clientLists) + newKeys + [1], server + offer(serverLists) + newKeys + [1]]
    var read = 0
    for _ in 0..<6_000 {
      var changed = sides
      for _ in 0..<Int.random(in: 1...4, using: &random) {
        let side = Int.random(in: 0...1, using: &random)
        changed[side][Int.random(in: changed[side].indices, using: &random)] = .random(in: 0...255, using: &random)
      }
      let count = Int.random(in: 0...changed[0].count, using: &random)
      read += EncryptedTalk.facts(Array(changed[0].prefix(count)), changed[1]).entries.count
    }
    #expect(read > 2_000)
  }
}
