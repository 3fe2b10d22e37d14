import TestSupport
import Testing

@testable import Inspection

/// What is read of QUIC.
@Suite struct QUICReaderTests {
  private let first: [UInt8] = [0x83, 0x94, 0xC8, 0xF0, 0x3E, 0x51, 0x57, 0x08]
  private let clientID: [UInt8] = [1, 2, 3, 4]
  private let serverID: [UInt8] = [0xF0, 0x67, 0xA5, 0x50, 0x2A, 0x42, 0x62, 0xB5]

  private let hello = HelloBytes.client(
    suites: [0x1301],
    extensions: [
      HelloBytes.serverName("quic.example.org"), HelloBytes.protocols([Array("h3".utf8), Array("hq".utf8)]),
      HelloBytes.versions([0x0304]),
    ])
  private let answer = HelloBytes.server(
    suite: 0x1301, extensions: [HelloBytes.field(43, [3, 4]), HelloBytes.field(51, [0, 29, 0, 1, 9])])

  /// A CRYPTO frame.
  private func crypto(_ bytes: some Collection<UInt8>, at offset: Int = 0) -> [UInt8] {
    [6, 0x40 | UInt8(offset >> 8), UInt8(offset & 0xFF), 0x40 | UInt8(bytes.count >> 8), UInt8(bytes.count & 0xFF)]
      + bytes
  }

  private func field(_ facts: ApplicationFacts, _ log: String, _ name: String) -> FactValue? {
    EncryptedTalk.field(facts, log, name)
  }

  private func expectAll(_ facts: ApplicationFacts, version: String = "1") {
    #expect(facts.services == [.quic, .ssl] && facts.actions == .encryptedSession)
    #expect(field(facts, "quic", "version") == .text(version))
    #expect(field(facts, "quic", "client_initial_dcid") == .text("8394c8f03e515708"))
    #expect(field(facts, "quic", "client_scid") == .text("01020304"))
    #expect(field(facts, "quic", "server_scid") == .text("f067a5502a4262b5"))
    #expect(field(facts, "quic", "server_name") == .text("quic.example.org"))
    #expect(field(facts, "quic", "client_protocol") == .text("h3"))
    #expect(field(facts, "ssl", "version") == .text("TLSv13"))
    #expect(field(facts, "ssl", "curve") == .text("x25519"))
    #expect(field(facts, "ssl", "client_alpn") == .texts(["h3", "hq"]))
    #expect(facts.software.first?.value.hasPrefix("q13d0103h3_") == true)
  }

  /// The server's Initial packet of RFC 9001 appendix A.3: the builder makes the same, and it is opened.
  @Test func `the packet of the RFC`() throws {
    let packet = hex(
      """
      cf000000010008f067a5502a4262b5004075c0d95a482cd0991cd25b0aac406a5816b6394100f37a1c69797554780bb38cc5a99f5ede4cf7\
      3c3ec2493a1839b3dbcba3f6ea46c5b7684df3548e7ddeb9c3bf9c73cc3f3bded74b562bfb19fb84022f8ef4cdd93795d77d06edbb7aaf2f\
      58891850abbdca3d20398c276456cbc42158407dd074ee
      """)
    let frames = hex(
      """
      02000000000600405a020000560303eefce7f7b37ba1d1632e96677825ddf73988cfc79825df566dc5430b9a045a1200130100002e00330024\
      001d00209d3c940d89690b84d08a60993c144eca684d1081287c834d5311bcf32bb9da1a002b00020304
      """)
    let span = unsafe packet.span.bytes
    let initial = try #require(QUICInitial.all(in: span).first)
    let keys = try #require(QUICKeys(version: 1, connectionID: first, isClient: false))
    #expect(keys.open(initial) == frames)
    let built = QUICPacketBuilder(connectionID: first).initial(
      frames, number: 1, isClient: false, destination: [], source: serverID, length: 0)
    #expect(built == packet)
  }

  @Test(arguments: [1, QUICPacketBuilder.versionTwo]) func `both sides are read`(version: UInt32) {
    let builder = QUICPacketBuilder(version: version, connectionID: first)
    // The server's datagram came first; a Handshake packet follows its Initial in one datagram.
    let handshake: [UInt8] =
      [version == 1 ? 0xE0 : 0xF0] + builder.initial([], source: [])[1..<5] + [4] + clientID + [0, 0x40, 30]
      + [UInt8](repeating: 0xEE, count: 30)
    let server = builder.initial(
      [2, 0, 0, 0, 0] + crypto(answer), isClient: false, destination: clientID, source: serverID)
    expectAll(
      EncryptedTalk.facts([
        (false, server + handshake), (true, builder.initial(crypto(hello), source: clientID)),
      ]), version: version == 1 ? "1" : "quicv2")
  }

  @Test(arguments: [
    (0xFF00_001D, "draft-29"), (0xFF00_0017, "draft-23"), (0xFF00_0016, "draft-22"), (0xFACE_B001, "mvfst"),
    (0xFACE_B002, "mvfst"), (0x5430_3531, "T051"), (0x1A2A_3A4A, "greased"),
  ])
  func `drafts and what was made of them are read`(version: UInt32, name: String) {
    let builder = QUICPacketBuilder(version: version, connectionID: first)
    var frame = crypto(hello)
    // Google's versions number the frame otherwise.
    if name == "T051" { frame[0] = 8 }
    expectAll(
      EncryptedTalk.facts([
        (true, builder.initial(frame, source: clientID)),
        (false, builder.initial(crypto(answer), isClient: false, destination: clientID, source: serverID)),
      ]), version: name)
    // No evidence of an address is drawn from a version whose rules are not known.
    #expect(name.hasPrefix("draft-29") == (QUICPacket.form(0xC0, version: Int(version)) == .initial))
  }

  @Test func `frames come in any order, in several packets and datagrams`() {
    let builder = QUICPacketBuilder(connectionID: first)
    let pieces = stride(from: 0, to: hello.count, by: 30).map {
      crypto(hello[$0..<min(hello.count, $0 + 30)], at: $0)
    }
    let odd = Array(pieces.indices.filter { $0 % 2 == 1 }.map { [1, 0, 0] + pieces[$0] }.joined())
    let even = Array(pieces.indices.filter { $0 % 2 == 0 }.reversed().map { pieces[$0] }.joined())
    let datagrams = [
      (true, builder.initial(odd, number: 1, source: clientID) + builder.initial([1], number: 2, source: clientID)),
      (true, builder.initial(even, number: 0, source: clientID)),
      (false, builder.initial(crypto(answer), isClient: false, destination: clientID, source: serverID)),
    ]
    expectAll(EncryptedTalk.facts(datagrams))
    // While a piece is missing there is no fingerprint.
    let facts = EncryptedTalk.facts([datagrams[1]])
    #expect(facts.services.first == .quic && facts.software.isEmpty && facts.actions.isEmpty)
  }

  @Test func `a Retry gives other keys`() {
    let (before, after) = (QUICPacketBuilder(connectionID: first), QUICPacketBuilder(connectionID: serverID))
    let retry: [UInt8] =
      [0xF0, 0, 0, 0, 1, 4] + clientID + [8] + serverID + [9, 9, 9] + [UInt8](repeating: 1, count: 16)
    expectAll(
      EncryptedTalk.facts([
        (true, before.initial(crypto(hello), source: clientID)), (false, retry),
        (true, after.initial(crypto(hello), number: 1, source: clientID, token: [9, 9, 9])),
        (false, after.initial(crypto(answer), isClient: false, destination: clientID, source: serverID)),
      ]))
  }

  @Test func `the server may answer in another version`() {
    let builder = QUICPacketBuilder(connectionID: first)
    let two = QUICPacketBuilder(version: QUICPacketBuilder.versionTwo, connectionID: first)
    expectAll(
      EncryptedTalk.facts([
        (true, builder.initial(crypto(hello), source: clientID)),
        (false, two.initial(crypto(answer), isClient: false, destination: clientID, source: serverID)),
      ]), version: "quicv2")
  }

  @Test func `the second bit may be anything`() {
    let builder = QUICPacketBuilder(connectionID: first)
    expectAll(
      EncryptedTalk.facts([
        (true, builder.initial(crypto(hello), source: clientID)),
        (false, builder.initial(crypto(answer), isClient: false, destination: clientID, source: serverID, fixedBit: 0)),
      ]))
  }

  @Test func `what does not open is no QUIC, unless both sides know each other's ids`() {
    let builder = QUICPacketBuilder(connectionID: first)
    var packet = builder.initial(crypto(hello), source: clientID)
    #expect(EncryptedTalk.facts([(true, packet)]).services == [.quic, .ssl])
    #expect(EncryptedTalk.facts([(true, Array(packet.dropLast()))]).services.isEmpty)
    packet[packet.count - 1] ^= 1
    #expect(EncryptedTalk.facts([(true, packet)]).services.isEmpty)
    func handshake(to: [UInt8], from: [UInt8]) -> [UInt8] {
      [0xE0, 0, 0, 0, 1, 8] + to + [8] + from + [0x40, 30] + [UInt8](repeating: 0xEE, count: 30)
    }
    let mutual = EncryptedTalk.facts([
      (true, handshake(to: serverID, from: first)), (false, handshake(to: first, from: serverID)),
    ])
    #expect(mutual.services == [.quic] && field(mutual, "quic", "version") == .text("1"))
    #expect(EncryptedTalk.facts([(true, handshake(to: serverID, from: first))]).services.isEmpty)
  }

  /// Keys cost microseconds, and whoever writes datagrams could ask for eight in each.
  @Test func `packets of one datagram have one destination`() {
    let (one, other) = (QUICPacketBuilder(connectionID: first), QUICPacketBuilder(connectionID: serverID))
    let packets = one.initial([1], source: clientID) + one.initial([1], number: 1, source: clientID)
    let more = packets + other.initial([1], source: clientID) + one.initial([1], number: 2, source: clientID)
    #expect(unsafe QUICInitial.all(in: more.span.bytes).count == 2)
    // What stands behind a packet of another connection is not read.
    let whole = one.initial(crypto(hello), source: clientID)
    #expect(EncryptedTalk.facts([(true, other.initial([1], source: clientID) + whole)]).services == [.quic])
    #expect(EncryptedTalk.facts([(true, whole)]).services == [.quic, .ssl])
  }

  @Test func `hostile datagrams give facts or none`() {
    var random = SeededGenerator(seed: 13)
    let builder = QUICPacketBuilder(connectionID: first)
    var read = 0
    for round in 0..<3_000 {
      // Half of them are sealed with the right keys, so that their frames are read.
      var frames = [2, 5, 0, 1, 0, 0, 0] + crypto(hello)
      for _ in 0..<3 { frames[Int.random(in: frames.indices, using: &random)] = .random(in: 0...255, using: &random) }
      var packet = builder.initial(frames, source: clientID)
      if round % 2 == 0 {
        packet[Int.random(in: packet.indices, using: &random)] = .random(in: 0...255, using: &random)
      }
      read += EncryptedTalk.facts([(true, packet)]).entries.count
    }
    #expect(read > 1_000)
  }
}
