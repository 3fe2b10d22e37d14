import Packets
import TestSupport

@testable import Flows

typealias Observation = GoldenGrader.Observation

/// A capture start long before every flow of these tests.
let longBefore = Timestamp(seconds: 1_400_000_000)

/// The two sides of the documentation flows, in both families.
let endpointPairs = [
  (
    range: Endpoint(address: IPAddress(v4: 0xC633_6407), port: 40_000),
    us: Endpoint(address: IPAddress(v4: 0xC000_0201), port: 443)
  ),
  (
    range: Endpoint(address: IPAddress(high: 0x2001_0DB8_0000_0001, low: 7), port: 40_000),
    us: Endpoint(address: IPAddress(high: 0x2001_0DB8_0000_0002, low: 1), port: 443)
  ),
]

extension EvidenceState {
  /// Feeds a flow and draws its conclusion.
  static func conclude(_ observations: [Observation], captureStart: Timestamp = longBefore) -> Conclusion {
    var state = EvidenceState()
    var checks = EvidenceChecks()
    for observation in observations {
      _ = checks.observe(
        observation.packet, fromOriginator: observation.fromOriginator, senderIsLocal: observation.senderIsLocal,
        into: &state)
    }
    let first = observations.first?.packet.timestamp ?? captureStart
    var conclusion = state.conclude(
      ipProtocol: observations.first?.packet.ipProtocol ?? .tcp,
      requestMayPrecede: first.nanoseconds(since: captureStart) < 120_000_000_000, findings: checks.findings)
    conclusion.applyCaps()
    return conclusion
  }
}

extension Conversation {
  /// The frames as observations, the client as originator, the server as our own side.
  var observations: [Observation] {
    let decoder = Decoder(checksums: .all)
    return frames.compactMap { $0.packet(decoder) }.map {
      let fromClient = $0.source == client.endpoint.address
      return Observation($0, fromOriginator: fromClient, senderIsLocal: !fromClient)
    }
  }

  /// What the frames prove.
  var conclusion: EvidenceState.Conclusion { EvidenceState.conclude(observations) }
}

extension Packet {
  /// A TCP packet out of nothing but what evidence looks at.
  static func tcp(
    _ flags: TCPFlags, sequence: UInt32, acknowledgement: UInt32 = 0, payload: UInt32 = 0, at nanoseconds: Int64
  ) -> Packet {
    var packet = Packet()
    packet.ipProtocol = .tcp
    packet.tcp.flags = flags
    packet.tcp.sequence = sequence
    packet.tcp.acknowledgement = acknowledgement
    packet.payloadLength = payload
    packet.timestamp = Timestamp(nanoseconds: 1_416_816_000_000_000_000 + nanoseconds)
    return packet
  }
}

/// A line for each packet, to see what a random flow was.
func describe(_ observations: [Observation]) -> String {
  let names: [(TCPFlags, String)] = [(.syn, "S"), (.fin, "F"), (.rst, "R"), (.ack, "A")]
  return observations.map { observation in
    let packet = observation.packet
    let flags = names.filter { packet.tcp.flags.contains($0.0) }.map(\.1).joined()
    let stamps = packet.flags.contains(.tcpTimestamps)
    let damage =
      (stamps ? " ts \(packet.tcp.timestampValue) \(packet.tcp.timestampEcho)" : "")
      + " ttl \(packet.timeToLive) id \(packet.ipIdentification)"
      + (packet.flags.contains(.badTransportChecksum) ? " damaged" : "")
    return "\(observation.fromOriginator ? "o>r" : "r>o") \(packet.timestamp.nanoseconds % 1_000_000_000_000) \(flags) "
      + "seq \(packet.tcp.sequence) ack \(packet.tcp.acknowledgement) len \(packet.payloadLength)\(damage)"
  }.joined(separator: "\n")
}
