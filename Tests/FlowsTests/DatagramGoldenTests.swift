import Inspection
import Packets
import TestSupport
import Testing

@testable import Flows

/// The constant-space state against the slow model, over random conversations whose values come from small pools, so that
/// right and wrong echoes, repetitions and collisions of roles all happen.
///
/// `ASCRIBE_EXCHANGES` sets how many.
@Suite struct DatagramGoldenTests {
  static let count = UInt64(Effort.cases("ASCRIBE_EXCHANGES", usual: 50_000))

  private struct RandomExchange {
    typealias Value = GoldenMessage.Value
    var generator: SeededGenerator
    var messages: [GoldenMessage] = []
    /// Which side the requests come from, mostly.
    var pool: [[UInt8]] = []

    init(seed: UInt64) {
      generator = SeededGenerator(seed: seed)
      pool = (0..<(2 + below(12))).map { _ in generator.bytes(12) }
    }

    mutating func below(_ bound: Int) -> Int { Int(generator.next() % UInt64(bound)) }
    mutating func value() -> [UInt8] { pool[below(pool.count)] }
    mutating func spi() -> UInt64 { value().prefix(8).reduce(0) { $0 << 8 | UInt64($1) } }

    mutating func add(
      _ side: Bool, _ payload: [UInt8], chosen: [Value] = [], returned: [Value] = [], quic: GoldenMessage.QUIC? = nil
    ) {
      messages.append(
        GoldenMessage(fromForward: side, payload: payload, chosen: chosen, returned: returned, quic: quic))
    }

    mutating func step(_ sourceProtocol: Int) {
      let side = below(2) == 0
      switch sourceProtocol {
      case 0:
        let cookie = below(3) == 0 ? value() : nil
        let id = UInt16(below(pool.count))
        // An id of 0 is no nonce.
        let question = id == 0 ? [] : [Value(kind: .dnsQuery, bytes: Message.question("example.org") + bytes(of: id))]
        let cookies = cookie.map { [Value(kind: .dnsServerCookie, bytes: $0)] } ?? []
        // The forward side asks, the backward side is the server.
        let payload = Message.dns(id, isResponse: !side, serverCookie: cookie)
        add(side, payload, chosen: side ? question : cookies, returned: side ? cookies : question)
      case 1:
        let cookie = Value(kind: .dtlsCookie, bytes: value())
        switch below(4) {
        case 0: add(side, Message.helloVerify(cookie: cookie.bytes), chosen: [cookie])
        case 1: add(side, Message.helloRetry(cookie: cookie.bytes), chosen: [cookie])
        case 2: add(side, Message.clientHello(cookie: cookie.bytes), returned: [cookie])
        default: add(side, Message.clientHello(later: cookie.bytes), returned: [cookie])
        }
      case 2:
        let (a, b) = (spi(), spi())
        let initiator = Value(kind: .ikeInitiator, bytes: bytes(of: a))
        let responder = Value(kind: .ikeResponder, bytes: bytes(of: b))
        switch below(8) {
        case 0: add(side, Message.ike(a, 0, flags: 0x08), chosen: [initiator])
        case 1: add(side, Message.ike(a, b, flags: 0x20), chosen: [responder], returned: [initiator])
        case 2: add(side, Message.ike(a, b, exchange: 35, flags: 0x08), returned: [responder])
        case 3: add(side, Message.ike(a, b, exchange: 36, flags: 0x20), returned: [initiator])
        case 4:
          let cookie = Value(kind: .ikeCookie, bytes: value())
          add(side, Message.ike(a, 0, flags: 0x20, cookie: cookie.bytes), chosen: [cookie], returned: [initiator])
        case 5:
          let cookie = Value(kind: .ikeCookie, bytes: value())
          add(side, Message.ike(a, 0, flags: 0x08, cookie: cookie.bytes), chosen: [initiator], returned: [cookie])
        case 6: add(side, Message.ike(a, 0, version: 1, exchange: 2, flags: 0), chosen: [initiator])
        default:
          add(side, Message.ike(a, b, version: 1, exchange: 2, flags: 0))
          messages[messages.count - 1].cookies = (initiator, responder)
        }
      case 3:
        let text = value().map { String($0, radix: 36) }.joined()
        let nonce = Value(kind: .sipNonce, bytes: Array(text.utf8))
        if below(2) == 0 {
          add(side, Message.sipChallenge(text, status: below(2) == 0 ? 401 : 407), chosen: [nonce])
        } else {
          add(side, Message.sipRequest(text, isProxy: below(2) == 0), returned: [nonce])
        }
      case 4:
        let (id, nonce) = (value(), value())
        let (transaction, challenge) = (Value(kind: .stunTransaction, bytes: id), Value(kind: .stunNonce, bytes: nonce))
        switch below(4) {
        case 0: add(side, Message.stun(0x0001, id), chosen: [transaction])
        case 1: add(side, Message.stun(0x0101, id), returned: [transaction])
        case 2: add(side, Message.stun(0x0003, id, nonce: nonce), chosen: [transaction], returned: [challenge])
        default:
          add(side, Message.stun(0x0113, id, nonce: nonce, error: 401), chosen: [challenge], returned: [transaction])
        }
      default:
        if below(6) == 0 {
          add(side, Message.quicShort(to: value()), quic: GoldenMessage.QUIC())
          return
        }
        let type = Message.QUICType.allCases[below(4)]
        let (destination, source) = (quicID(), quicID())
        let token = type == .retry || (type == .initial && below(3) == 0) ? value() : []
        let values = token.isEmpty ? [] : [Value(kind: .quicRetryToken, bytes: token)]
        add(
          side, Message.quic(type, to: destination, from: source, token: token, content: 20),
          chosen: type == .retry ? values : [], returned: type == .initial ? values : [],
          quic: GoldenMessage.QUIC(type: type, destination: destination, source: source))
      }
    }

    private mutating func quicID() -> [UInt8] { Array(value().prefix([0, 4, 8, 12, 12, 12][below(6)])) }
  }

  private static let ports: [(forward: UInt16, backward: UInt16)] = [
    (40_000, 53), (40_000, 4_433), (500, 500), (5_060, 5_060), (40_000, 3_478), (40_000, 443),
  ]

  private static func judge(_ messages: [GoldenMessage], ports: (forward: UInt16, backward: UInt16)) -> (
    forward: SideEvidence, backward: SideEvidence
  ) {
    var exchange = DatagramExchange()
    for message in messages {
      var packet = Packet()
      packet.ipProtocol = .udp
      packet.sourcePort = message.fromForward ? ports.forward : ports.backward
      packet.destinationPort = message.fromForward ? ports.backward : ports.forward
      packet.payloadLength = UInt32(message.payload.count)
      // Bytes have no padding, the only hazard of viewing elements as raw bytes.
      unsafe exchange.take(packet, message.payload.span.bytes, isForward: message.fromForward)
    }
    let isTwoWay = messages.contains { $0.fromForward } && messages.contains { !$0.fromForward }
    let headers: SideEvidence = isTwoWay ? .twoWay : .claimed
    return (
      exchange.judge(headers, isForward: true).evidence, exchange.judge(headers, isForward: false).evidence
    )
  }

  @Test func equalsTheModelOnRandomConversations() {
    var met: [String: Int] = [:]
    var beyond = 0
    for seed in 0..<Self.count {
      var random = RandomExchange(seed: seed)
      let service = random.below(Self.ports.count)
      for _ in 0..<(1 + random.below(random.below(4) == 0 ? 40 : 10)) { random.step(service) }
      let golden = GoldenExchange(messages: random.messages, sourcePorts: Self.ports[service])
      let fast = Self.judge(random.messages, ports: Self.ports[service])
      for (mine, isForward) in [(fast.forward, true), (fast.backward, false)] {
        let slow = golden.evidence(ofForward: isForward)
        met["\(service) \(mine.reason)", default: 0] += 1
        beyond += golden.isSmall ? 0 : 1
        // With more values than there is room for, the state may only be weaker.
        let isRight = golden.isSmall ? mine == slow : mine.grade < .e3 || slow.grade >= mine.grade
        guard !isRight else { continue }
        let story = random.messages.map { message in
          "\(message.fromForward ? ">" : "<") chose \(message.chosen) returns \(message.returned) "
            + "\(message.cookies.map { "\($0)" } ?? "") \(message.quic.map { "\($0)" } ?? "")"
        }
        Issue.record("seed \(seed) forward \(isForward): \(mine), model \(slow)\n\(story.joined(separator: "\n"))")
        return
      }
    }
    #expect(beyond > 100)
    // A comparison that never met a grade would prove nothing of it.
    for service in 0..<Self.ports.count {
      for reason in [GradeReason.nonceEcho, .twoWayUnverified] {
        #expect(met["\(service) \(reason)", default: 0] > 20, "\(service) \(reason)")
      }
    }
    for reason in ["5 keyExchange", "5 oneWay", "0 isnGuessing"] { #expect(met[reason, default: 0] > 5, "\(reason)") }
  }
}
