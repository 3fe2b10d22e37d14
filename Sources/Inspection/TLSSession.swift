import Cryptography
import Packets

/// What the two sides of a TLS, DTLS or QUIC session say together.
struct TLSSession {
  let transport: TLSFingerprint.Transport
  let client: TLSDirection
  let server: TLSDirection

  private let offer: (message: TLSMessage, hello: ClientHello)?
  /// The hello that answers the server's demand for another one (HelloRetryRequest, RFC 8446 section 4.1.4).
  private let secondOffer: (message: TLSMessage, hello: ClientHello)?
  private let choice: (message: TLSMessage, hello: ServerHello)?

  /// Makes a session of its two sides.
  init(_ transport: TLSFingerprint.Transport, client: TLSDirection, server: TLSDirection) {
    self.transport = transport
    self.client = client
    self.server = server
    let offers = client.clientHellos(isDTLS: transport == .datagram)
    offer = offers.first
    choice = server.serverHello
    secondOffer = transport == .tcp || server.hasRetryRequest ? offers.dropFirst().first : nil
  }

  /// Whether one side made a beginning.
  var hasHello: Bool { offer != nil || choice != nil }

  /// Whether both sides made a beginning.
  var isBegun: Bool { offer != nil && choice.map { !$0.hello.isRetryRequest } ?? false }

  /// The host that the client named.
  var serverName: String? { offer.flatMap { offer in offer.message.read { offer.hello.serverName(in: $0) } } }

  /// The application protocols that the client offered, the first one the first.
  var offeredProtocols: [String] {
    guard let offer else { return [] }
    return offer.message.read { body in offer.hello.extensions.applicationProtocols(in: body).map { body.text($0) } }
  }

  /// The application protocol that the server chose, where it is not encrypted.
  private var chosenProtocol: String? {
    guard let choice, let range = choice.hello.applicationProtocol else { return nil }
    return choice.message.read { $0.text(range) }
  }

  /// Whether the session goes on with an earlier one, where the messages in the clear are certain of it.
  private var isResumed: Bool? {
    guard let choice, !choice.hello.isRetryRequest else { return nil }
    if choice.hello.isTLS13 { return choice.hello.isComplete ? choice.hello.selectedIdentity != nil : nil }
    let isFull =
      server.has(.certificate) || server.has(.serverKeyExchange) || server.has(.serverHelloDone)
    // Up to TLS 1.2 a server that skips the key exchange has the keys already.
    return isFull ? false : server.isFinished ? true : nil
  }

  /// Whether both sides hold the keys; nothing where that is hidden, or not yet seen.
  private var isEstablished: Bool? {
    guard let choice, let offer else { return nil }
    let isDone: Bool
    if choice.hello.isTLS13 {
      // The client's first encrypted message ends the handshake; data that it sent before are no sign of it.
      isDone = !offer.hello.offersEarlyData && offer.hello.isComplete && client.hasData && server.hasData
    } else {
      isDone = client.isFinished && server.isFinished
    }
    if isDone { return true }
    return alert?.level == 2 ? false : nil
  }

  private var alert: (level: UInt8, description: UInt8)? { server.alert ?? client.alert }

  /// The curve or group of the key exchange.
  private var group: UInt16? {
    guard let choice else { return nil }
    if choice.hello.isTLS13 { return choice.hello.group }
    return CipherSuiteName.name(choice.hello.cipherSuite).hasPrefix("TLS_ECDH") ? server.curve : nil
  }

  /// Notes what the session says.
  func note(_ collector: inout FactCollector) {
    collector.recognise(.ssl)
    if isBegun { collector.act(.encryptedSession) }
    let ja4 = Self.fingerprint(of: offer) { TLSFingerprint.ja4($0, in: $1, transport) }
    let variant = ja4.flatMap { ja4 in Self.fingerprint(of: offer) { TLSFingerprint.ja4Variant($0, in: $1, ja4) } }
    let secondJA4 = Self.fingerprint(of: secondOffer) { TLSFingerprint.ja4($0, in: $1, transport) }
    if let ja4 { collector.software(.ja4, ja4) }
    let (chain, clientChain) = (server.certificates, client.certificates)
    let (certificate, clientCertificate) = (
      chain.first.flatMap(Certificate.init), clientChain.first.flatMap(Certificate.init)
    )
    if let shown = clientChain.first { collector.link(.clientCertificate, Digest.sha256(of: shown)) }
    let choice = choice?.hello
    collector.note(
      "ssl",
      [
        ("version", choice.map { .text(TLSVersion.name($0.version)) }),
        ("cipher", choice.map { .text(CipherSuiteName.name($0.cipherSuite)) }),
        ("curve", group.map { .text(TLSGroupName.name($0)) }), ("server_name", serverName.map { .text($0) }),
        ("resumed", isResumed.map { .flag($0) }),
        ("last_alert", alert.map { .text(TLSAlert.name($0.description)) }),
        ("next_protocol", chosenProtocol.map { .text($0) }), ("established", isEstablished.map { .flag($0) }),
        ("client_alpn", .texts(offeredProtocols)),
        ("ja3", Self.fingerprint(of: offer) { TLSFingerprint.ja3($0, in: $1) }.map { .text($0) }),
        ("ja4", ja4.map { .text($0) }), ("ja4_variant", variant.map { .text($0) }),
        ("ja4_after_retry", secondJA4.map { .text($0) }),
        ("subject", certificate.map { .text($0.subject) }), ("issuer", certificate.map { .text($0.issuer) }),
        ("serial", certificate.map { .text($0.serial) }),
        ("not_valid_before", certificate.map { .text($0.notValidBefore) }),
        ("not_valid_after", certificate.map { .text($0.notValidAfter) }),
        ("san.dns", certificate.map { .texts($0.dnsNames) }), ("cert_chain_fps", .texts(Self.fingerprints(chain))),
        ("client_subject", clientCertificate.map { .text($0.subject) }),
        ("client_issuer", clientCertificate.map { .text($0.issuer) }),
        ("client_cert_chain_fps", .texts(Self.fingerprints(clientChain))),
      ])
  }

  /// A fingerprint of the client, if its hello is whole.
  private static func fingerprint(
    of offer: (message: TLSMessage, hello: ClientHello)?, _ body: (ClientHello, RawSpan) -> String?
  ) -> String? {
    guard let offer, offer.hello.isComplete else { return nil }
    return offer.message.read { body(offer.hello, $0) }
  }

  private static func fingerprints(_ chain: [[UInt8]]) -> [String] { chain.map { Digest.hex(Digest.sha256(of: $0)) } }
}
