import Inspection
import Packets
import TestSupport
import Testing

@testable import Flows

/// What a sender that never sees our datagrams can make the state believe.
///
/// The attacker forges X's address and chooses every byte that X seems to send; it may hide bytes from the capture by
/// fragments. Our side runs sound services, among them careless ones: an echo service, servers that repeat what they were
/// told wherever their protocol lets them, QUIC servers whose ids follow from the client's. Their secrets are random and
/// unknown to the attacker. The capture may lose what we send, and a flow may be split anywhere.
///
/// `ASCRIBE_ATTACK_SCRIPTS` sets how many attacks.
@Suite struct DatagramAttackTests {
  static let count = UInt64(Effort.cases("ASCRIBE_ATTACK_SCRIPTS", usual: 100_000))

  enum Service: CaseIterable {
    case dnsServer, dnsAsker, dtls, ike, ikeInitiator, sip, stunServer, stunClient, quicServer, quicClient, ping, echo
  }

  struct Attack {
    let service: Service
    var generator: SeededGenerator
    var exchange = DatagramExchange()
    var hasSpoken = (x: false, us: false)
    /// Values that the attacker chose, to be used again.
    var known: [[UInt8]] = []
    /// The service's secrets, which an attacker with sight returns.
    var secrets: [[UInt8]] = []
    var ports: (x: UInt16, us: UInt16) = (40_000, 40_000)
    let sees: Bool
    var flood: UInt16 = 0
    var flooded: UInt16 = 0
    /// How the QUIC server makes its ids: of 8 random bytes, 4 random bytes, or from the client's.
    var idStyle = 0
    var worst = SideEvidence(.e0, .silent)
    var story: [(fromX: Bool, captured: Int, payload: [UInt8])] = []
    /// Datagrams that reached us and were not answered yet.
    var pending: [[UInt8]] = []

    init(seed: UInt64, sees: Bool = false) {
      generator = SeededGenerator(seed: seed)
      service = Service.allCases[Int(generator.next() % UInt64(Service.allCases.count))]
      self.sees = sees
      idStyle = below(6)
      switch service {
      case .dnsServer: ports.us = 53
      case .dnsAsker: ports.x = 53
      case .dtls: ports.us = 4_433
      case .ike, .ikeInitiator: ports = (500, 500)
      case .sip: ports.us = 5_060
      case .stunServer: ports.us = 3_478
      case .stunClient: ports.x = 3_478
      case .quicServer: ports.us = 443
      case .quicClient: ports.x = 443
      case .ping: ports = (0, 0)
      case .echo:
        ports = ([53, 443, 500, 4_433, 5_060, 40_000][below(6)], [7, 7_777, 53, 500][below(4)])
      }
    }

    mutating func below(_ bound: Int) -> Int { Int(generator.next() % UInt64(bound)) }

    /// A value that the attacker knows: one that it made up, or one that it used before.
    mutating func guess(_ count: Int) -> [UInt8] {
      if sees, let secret = secrets.last, below(2) == 0 { return secret }
      let fitting = known.filter { $0.count == count }
      if fitting.isEmpty || below(3) == 0 {
        known.append(generator.bytes(count))
        return known[known.count - 1]
      }
      return fitting[below(fitting.count)]
    }

    mutating func guessedSPI() -> UInt64 { Self.integer(guess(8)) }

    static func integer(_ bytes: [UInt8]) -> UInt64 { bytes.prefix(8).reduce(0) { $0 << 8 | UInt64($1) } }

    mutating func secret(_ count: Int) -> [UInt8] {
      secrets.append(generator.bytes(count))
      return secrets[secrets.count - 1]
    }

    mutating func file(
      _ payload: [UInt8], fromX: Bool, flags: Packet.Flags = [], captured: Int? = nil, ping: UInt16? = nil
    ) {
      var packet = Packet()
      packet.ipProtocol = ping == nil ? .udp : .icmp
      packet.sourcePort = fromX ? ports.x : ports.us
      packet.destinationPort = fromX ? ports.us : ports.x
      if let ping {
        packet.sourcePort = fromX ? 0 : 8
        packet.icmpIdentifier = 77
        packet.icmpSequence = ping
      }
      packet.payloadLength = UInt32(payload.count)
      packet.flags = flags
      let captured = min(captured ?? payload.count, payload.count)
      if fromX { hasSpoken.x = true } else { hasSpoken.us = true }
      // Bytes have no padding, the only hazard of viewing elements as raw bytes.
      unsafe exchange.take(packet, payload.span.bytes.extracting(0..<captured), isForward: fromX)
      story.append((fromX, captured, payload))
    }

    /// What we send; the capture may lose it.
    mutating func answer(_ payload: [UInt8], ping: UInt16? = nil) {
      if below(10) == 0 { return }
      file(payload, fromX: false, ping: ping)
      if below(12) == 0 { file(payload, fromX: false, ping: ping) }
    }

    mutating func note() {
      let headers: SideEvidence = hasSpoken.x && hasSpoken.us ? .twoWay : .claimed
      let evidence = exchange.judge(headers, isForward: true).evidence
      if evidence.grade > worst.grade { worst = evidence }
    }

    /// One datagram of the attacker and what our service makes of it.
    mutating func step() {
      // A flood of ids is over before the flow's idle timeout.
      if below(25) == 0, service != .dnsAsker {
        note()
        pending = []
        exchange = DatagramExchange()
        hasSpoken = (false, false)
      }
      speakFirst()
      let payload = forged()
      if service == .ping {
        file(payload, fromX: true, ping: UInt16(below(4)))
        return
      }
      // The rest of a fragmented datagram reaches us, but has no ports in the capture.
      let isHidden = below(8) == 0
      file(payload, fromX: true, flags: isHidden ? .firstFragment : [], captured: isHidden ? below(24) : nil)
      pending.append(payload)
      guard below(4) != 0 else { return }
      for payload in pending { react(to: payload) }
      pending = []
    }

    /// What we send of our own accord.
    mutating func speakFirst() {
      guard below(3) == 0 else { return }
      switch service {
      case .dnsAsker:
        let port = UInt16(1_024 + below(64_512))
        let id = secret(2)
        // Only answers to the right port belong to this flow.
        ports.us = port
        answer(Message.dns(UInt16(truncatingIfNeeded: Self.integer(id))))
      case .ikeInitiator: answer(Message.ike(Self.integer(secret(8)), 0, flags: 0x08))
      case .stunClient: answer(Message.stun(0x0001, secret(12)))
      case .quicClient: answer(Message.quic(.initial, to: secret(8), from: secret(8), content: 30))
      case .ping: answer(secret(100), ping: UInt16(below(4)))
      default: break
      }
    }

    /// A datagram of the attacker, of whatever may help with the service.
    mutating func forged() -> [UInt8] {
      switch service {
      case .dnsServer:
        return Message.dns(
          UInt16(truncatingIfNeeded: Self.integer(guess(2))), isResponse: below(3) == 0, serverCookie: guess(16))
      case .dnsAsker:
        if sees {
          return Message.dns(UInt16(truncatingIfNeeded: Self.integer(secrets.last ?? [0, 0])), isResponse: true)
        }
        // The port it has to guess too, so it is met once; or it knows it, and floods.
        flooded &+= 1
        return Message.dns(flood &+ flooded, isResponse: true)
      case .dtls:
        return [
          Message.clientHello(), Message.clientHello(cookie: guess(16)), Message.clientHello(later: guess(16)),
          Message.helloVerify(cookie: guess(16)), Message.helloRetry(cookie: guess(16)),
        ][below(5)]
      case .ike, .ikeInitiator:
        let (a, b) = (guessedSPI(), below(3) == 0 ? 0 : guessedSPI())
        let version: UInt8 = below(2) == 0 ? 1 : 2
        let exchanges: [UInt8] = version == 1 ? [2, 4, 5, 32] : [34, 34, 35, 37]
        return Message.ike(
          a, b, version: version, exchange: exchanges[below(4)], flags: [0, 0x08, 0x20, 0x28][below(4)],
          cookie: version == 2 && below(3) == 0 ? guess(16) : nil)
      case .sip:
        let nonce = guess(16).map { String($0, radix: 16) }.joined()
        switch below(4) {
        case 0: return Message.sipChallenge(nonce)
        case 1:
          // A header with a challenge in its continuation, which we copy into our answer.
          return Array(
            "OPTIONS sip:a SIP/2.0\r\nVia: x\r\n WWW-Authenticate: Digest nonce=\"\(nonce)\"\r\n\r\n".utf8)
        default: return Message.sipRequest(nonce)
        }
      case .stunServer, .stunClient:
        let types: [UInt16] = [0x0001, 0x0101, 0x0003, 0x0113]
        return Message.stun(types[below(4)], guess(12), nonce: below(2) == 0 ? guess(16) : nil, error: 401)
      case .quicServer, .quicClient:
        if below(8) == 0 { return Message.quicShort(to: guess(8)) }
        if below(10) == 0 { return Message.quicVersions(to: guess(8), from: guess(8)) }
        let packets = (0...below(2)).map { _ in
          Message.quic(
            Message.QUICType.allCases[below(4)], version: [1, 1, 0x6B33_43CF, 0x1A2A_3A4A][below(4)],
            to: guess([8, 8, 8, 4][below(4)]),
            from: guess([8, 8, 4][below(3)]), token: guess(16), content: 30)
        }
        return packets.flatMap(\.self)
      case .ping: return guess(100)
      case .echo:
        var inner = Attack(seed: generator.next())
        inner.known = known
        let payload = inner.service == .echo ? generator.bytes(40) : inner.forged()
        known = inner.known
        return payload
      }
    }

    /// The service's answer, fresh secrets in it.
    mutating func react(to payload: [UInt8]) {
      switch service {
      case .dnsServer where payload[2] & 0x80 == 0:
        // The id and the question are the asker's, the cookie is ours.
        answer([payload[0], payload[1]] + Message.dns(0, isResponse: true, serverCookie: secret(16)).dropFirst(2))
      case .dtls:
        answer(below(2) == 0 ? Message.helloVerify(cookie: secret(16)) : Message.helloRetry(cookie: secret(16)))
      case .ike: reactIKE(to: payload)
      case .sip:
        let lines = String(decoding: payload, as: UTF8.self).split(separator: "\r\n", omittingEmptySubsequences: false)
        // All headers are copied as they came, but those of our own.
        let copied = lines.dropFirst().filter { !$0.isEmpty && !$0.hasPrefix("WWW-") }
        let nonce = secret(16).map { String($0, radix: 16) }.joined()
        answer(
          Array(
            ("SIP/2.0 401 Unauthorized\r\n" + copied.joined(separator: "\r\n")
              + "\r\nWWW-Authenticate: Digest nonce=\"\(nonce)\"\r\n\r\n").utf8))
      case .stunServer where payload[0] == 0 && payload[1] & 0xF0 == 0:
        let id = Array(payload[8..<20])
        answer(below(2) == 0 ? Message.stun(0x0101, id) : Message.stun(0x0113, id, nonce: secret(16), error: 401))
      case .quicServer: reactQUIC(to: payload)
      case .echo: answer(payload)
      default: break
      }
    }

    mutating func reactIKE(to payload: [UInt8]) {
      let (a, b) = (Self.integer(payload), Self.integer(Array(payload[8..<16])))
      let (version, exchange) = (payload[17] >> 4, payload[18])
      if version == 1 {
        if b == 0 {
          answer(Message.ike(a, Self.integer(secret(8)), version: 1, exchange: 2, flags: 0))
        } else {
          answer(Message.ike(a, b, version: 1, exchange: 5, flags: 0))
        }
      } else if payload[19] == 0x08, exchange == 34 {
        if below(3) == 0 {
          answer(Message.ike(a, 0, flags: 0x20, cookie: secret(16)))
        } else {
          answer(Message.ike(a, Self.integer(secret(8)), flags: 0x20))
        }
      } else {
        // An SPI that nobody gave: the answer copies both.
        answer(Message.ike(a, b, exchange: exchange == 34 ? 37 : exchange, flags: 0x20))
      }
    }

    mutating func reactQUIC(to payload: [UInt8]) {
      // A server reads the client's ids of the first header, and answers Initial packets only.
      guard payload[0] & 0x80 != 0, payload[4] != 0, payload[5] > 0 else { return }
      let version = Self.integer(Array(payload[1..<5]))
      let type = Int(payload[0] >> 4 & 3)
      guard type == (version == 1 ? 0 : 1) else { return }
      let destination = Array(payload[6..<6 + Int(payload[5])])
      let start = 6 + destination.count
      let source = Array(payload[start + 1..<start + 1 + Int(payload[start])])
      var id: [UInt8]
      switch idStyle {
      case 0: id = destination
      case 1:
        id = destination
        id[0] = 0xF0
      case 2:
        id = bytes(of: destination.reduce(0xCBF2_9CE4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 })
      case 3: id = generator.bytes(4)
      default: id = secret(8)
      }
      let wire = UInt32(version)
      if below(4) == 0 {
        answer(Message.quic(.retry, version: wire, to: source, from: id, token: secret(16)))
      } else {
        answer(
          Message.quic(.initial, version: wire, to: source, from: id, content: 30)
            + Message.quic(.handshake, version: wire, to: source, from: id, content: 30))
      }
    }

    mutating func run() {
      flood = UInt16(below(65_536))
      // A flood of ids reaches the right port whole, a blind guess of port and id hardly ever.
      let steps = service == .dnsAsker && !sees ? 17 + below(6) : 2 + below(8)
      for _ in 0..<steps { step() }
      note()
    }
  }

  @Test func noBlindSenderIsVerified() {
    var met: [String: Int] = [:]
    for seed in 0..<Self.count {
      var attack = Attack(seed: seed &+ 0xB11D_0000)
      attack.run()
      met["\(attack.service)", default: 0] += 1
      if attack.worst.grade >= .e3 {
        Issue.record(
          "seed \(seed) \(attack.service) \(attack.worst)\n\(attack.story.map { "\($0)" }.joined(separator: "\n"))")
        return
      }
    }
    for service in Service.allCases { #expect(met["\(service)", default: 0] > 100) }
  }

  /// The model is not deaf: who sees our datagrams is verified wherever there is something to return.
  @Test func aSeeingSenderIsVerified() {
    var verified: [String: Int] = [:]
    for seed in 0..<12_000 as Range<UInt64> {
      var attack = Attack(seed: seed &+ 0x5EE, sees: true)
      attack.run()
      if attack.worst.grade >= .e3 { verified["\(attack.service)", default: 0] += 1 }
    }
    for service in Service.allCases where service != .echo {
      #expect(verified["\(service)", default: 0] > 10, "\(service)")
    }
  }
}
