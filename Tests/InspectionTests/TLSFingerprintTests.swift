import TestSupport
import Testing

@testable import Inspection

/// JA3 and JA4 beside the examples of their documents, and the rules one by one.
@Suite struct TLSFingerprintTests {
  private func ja4(_ message: [UInt8], _ transport: TLSFingerprint.Transport = .tcp) -> String? {
    guard let message = TLSMessage.split(message).first,
      let hello = message.clientHello(isDTLS: transport == .datagram)
    else { return nil }
    return message.read { TLSFingerprint.ja4(hello, in: $0, transport) }
  }

  private func ja3(_ message: [UInt8]) -> String? {
    guard let message = TLSMessage.split(message).first, let hello = message.clientHello() else { return nil }
    return message.read { TLSFingerprint.ja3(hello, in: $0) }
  }

  private let suites: [UInt16] = [
    0x1301, 0x1302, 0x1303, 0xC02B, 0xC02F, 0xC02C, 0xC030, 0xCCA9, 0xCCA8, 0xC013, 0xC014, 0x009C, 0x009D, 0x002F,
    0x0035,
  ]

  /// The example of the document, with GREASE wherever it may stand.
  private func example(grease: UInt16?) -> [UInt8] {
    let extra = grease.map { [$0] } ?? []
    let algorithms: [UInt16] = [0x0403, 0x0804, 0x0401, 0x0503, 0x0805, 0x0501, 0x0806, 0x0601]
    let order: [UInt16] = [
      0x001B, 0x0000, 0x0033, 0x0010, 0x4469, 0x0017, 0x002D, 0x000D, 0x0005, 0x0023, 0x0012, 0x002B, 0xFF01, 0x000B,
      0x000A, 0x0015,
    ]
    let extensions = (extra + order).map { type in
      switch type {
      case 0x0000: HelloBytes.serverName("example.org")
      case 0x000D: HelloBytes.signatureAlgorithms(extra + algorithms)
      case 0x0010: HelloBytes.protocols([Array("h2".utf8), Array("http/1.1".utf8)])
      case 0x002B: HelloBytes.versions(extra + [0x0304, 0x0303])
      default: HelloBytes.field(type, [])
      }
    }
    return HelloBytes.client(suites: extra + suites, extensions: extensions)
  }

  @Test func `JA4 of the document's example, with and without GREASE`() {
    for grease: UInt16? in [nil, 0x0A0A, 0xFAFA] {
      #expect(ja4(example(grease: grease)) == "t13d1516h2_8daaf6152771_e5627efa2ab1")
    }
    // These only resemble it.
    #expect(ja4(HelloBytes.client(suites: [0x0A1A, 0x1A0A], extensions: []))?.hasPrefix("t12i020000_") == true)
  }

  @Test(
    arguments: [
      ([0xBA, 0xAD], "bd", "99"), ([0xBA, 0x32], "b2", "99"), ([0x68, 0xAD], "6d", nil), ([0x68, 0x32], "h2", nil),
      ([0x20, 0x32], "22", nil),
    ] as [([UInt8], String, String?)])
  func `what FoxIO's programs write otherwise is said beside it`(name: [UInt8], mark: String, variant: String?) {
    let facts = EncryptedTalk.facts(HelloBytes.records(HelloBytes.client(extensions: [HelloBytes.protocols([name])])))
    let (ja4, other) = (EncryptedTalk.field(facts, "ssl", "ja4"), EncryptedTalk.field(facts, "ssl", "ja4_variant"))
    guard case .text(let ja4) = ja4 else {
      Issue.record("no JA4")
      return
    }
    #expect(ja4.prefix(10).suffix(2) == mark)
    #expect(other == variant.map { .text("\(ja4.prefix(8))\($0)\(ja4.dropFirst(10))") })
  }

  @Test func `the first letters say what carries it, which version, and whether a host is named`() {
    let hello = HelloBytes.client(extensions: [HelloBytes.versions([0x0302, 0x7A7A, 0x0303])])
    #expect(ja4(hello)?.prefix(4) == "t12i")
    #expect(ja4(hello, .quic)?.prefix(4) == "q12i")
    let datagram = HelloBytes.client(
      version: 0xFEFD, extensions: [HelloBytes.versions([0xFEFD, 0xFEFC]), HelloBytes.serverName("a")], cookie: [])
    #expect(ja4(datagram, .datagram)?.prefix(4) == "dd3d")
    for (version, text): (UInt16, String) in [
      (0x0304, "13"), (0x0303, "12"), (0x0302, "11"), (0x0301, "10"), (0x0300, "s3"), (0x0002, "s2"), (0xFEFF, "d1"),
      (0xFEFD, "d2"), (0xFEFC, "d3"), (0x7F1C, "00"),
    ] {
      #expect(ja4(HelloBytes.client(version: version))?.dropFirst().prefix(2) == text[...])
    }
  }

  @Test func `nothing to hash is twelve zeros, and counts end at 99`() {
    #expect(ja4(HelloBytes.client(suites: [0x1A1A], extensions: nil)) == "t12i000000_000000000000_000000000000")
    let named = HelloBytes.client(suites: [0x1A1A], extensions: [HelloBytes.serverName("a")])
    #expect(ja4(named) == "t12d000100_000000000000_000000000000")
    let many = HelloBytes.client(
      suites: (0..<120).map { 0xC000 + $0 }, extensions: (0..<120).map { HelloBytes.field(0x1000 + $0, []) })
    #expect(ja4(many)?.prefix(10) == "t12i999900")
  }

  @Test(
    arguments: [
      ([], "00"), ([[]], "00"), ([[0x68, 0x32]], "h2"), ([[0x78]], "xx"), ([Array("http/1.1".utf8)], "h1"),
      ([[0xAB]], "ab"), ([[0xAB, 0xCD]], "ad"), ([[0x30, 0xAB]], "3b"), ([[0x30, 0x31, 0xAB, 0xCD]], "3d"),
      ([[0x30, 0xAB, 0xCD, 0x31]], "01"), ([[0x68, 0x32], [0x78]], "h2"),
    ] as [([[UInt8]], String)])
  func `the last letters are those of the first protocol`(names: [[UInt8]], mark: String) {
    let hello = HelloBytes.client(extensions: [HelloBytes.protocols(names)])
    #expect(ja4(hello)?.dropFirst(8).prefix(2) == mark[...])
  }

  @Test func `without signature algorithms the list ends without a line`() {
    // The document gives the hash of the example's list without algorithms.
    let types: [UInt16] = [
      0x0005, 0x000A, 0x000B, 0x000D, 0x0012, 0x0015, 0x0017, 0x001B, 0x0023, 0x002B, 0x002D, 0x0033, 0x4469, 0xFF01,
    ]
    let hello = HelloBytes.client(extensions: types.map { HelloBytes.field($0, []) })
    #expect(ja4(hello)?.suffix(12) == "6d807ffa2a79")
  }

  @Test func `JA3 of the document's examples`() {
    let full = HelloBytes.client(
      version: 769, suites: [47, 53, 5, 10, 49161, 49162, 49171, 49172, 50, 56, 19, 4],
      extensions: [
        HelloBytes.serverName("a"), HelloBytes.groups([0x2A2A, 23, 24, 25]), HelloBytes.pointFormats([0]),
      ])
    #expect(ja3(full) == "ada70206e40642a3e4461f35503241d5")
    let bare = HelloBytes.client(version: 769, suites: [4, 5, 10, 9, 100, 98, 3, 6, 19, 18, 99], extensions: nil)
    #expect(ja3(bare) == "de350869b8c85de67a350c8d186f11e6")
  }
}
