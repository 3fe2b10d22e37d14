import Catalog
import Packets
import TestSupport

@testable import Flows

/// Options of which all tables take equal secrets for equal.
let plainOptions = FlowTableOptions()

extension FlowContent: CustomStringConvertible {
  /// What records that are compared as text differ in.
  var description: String { "\(facts)" }
}

/// Runs packets through a table and gives the records in the order in which the flows ended.
func flows(
  of packets: [Packet], options: FlowTableOptions = plainOptions, prefixes: PrefixTable = PrefixTable(),
  seed: UInt64 = 1
) -> [FlowRecord] {
  flows(of: packets.map { (packet: $0, frame: []) }, options: options, prefixes: prefixes, seed: seed)
}

/// A catalog of 198.51.100.0/24 alone, in which `bob` lies.
let documentationPrefixes = PrefixTable(
  IPPrefix(address: IPAddress(v4: 0xC633_6400), length: 24).map { [($0, .claim(0))] } ?? [])

/// A TCP packet between two endpoints.
func segment(
  _ source: Endpoint, _ destination: Endpoint, at seconds: Double, _ flags: TCPFlags, _ sequence: UInt32,
  _ acknowledgement: UInt32 = 0, payload: UInt32 = 0
) -> Packet {
  var packet = datagram(source, destination, at: seconds, .tcp, payload: payload)
  packet.tcp.flags = flags
  packet.tcp.sequence = sequence
  packet.tcp.acknowledgement = acknowledgement
  packet.timeToLive = 60
  return packet
}

/// The same with the frames themselves, of which the checksums of watched flows are verified.
func flows(
  of frames: [TimedFrame], options: FlowTableOptions = plainOptions, prefixes: PrefixTable
) -> [FlowRecord] {
  let packets = frames.compactMap { frame in frame.packet().map { (packet: $0, frame: frame.bytes) } }
  return flows(of: packets, options: options, prefixes: prefixes, seed: 1)
}

private func flows(
  of packets: [(packet: Packet, frame: [UInt8])], options: FlowTableOptions, prefixes: PrefixTable, seed: UInt64
) -> [FlowRecord] {
  var table = FlowTable(
    options: options, prefixes: prefixes,
    captureStart: packets.first?.packet.timestamp ?? Timestamp(nanoseconds: 0), seed: seed)
  var records: [FlowRecord] = []
  for (number, (packet, frame)) in packets.enumerated() {
    var packet = packet
    // Bytes have no padding, the only hazard of viewing elements as raw bytes.
    unsafe table.observe(&packet, frame: frame.span.bytes, file: 0, number: UInt64(number + 1), decoder: Decoder())
    table.drain { records.append($0) }
  }
  table.finish()
  table.drain { records.append($0) }
  return records
}

/// Two endpoints that no rule knows.
let alice = Endpoint(address: IPAddress(v4: 0xC000_0201), port: 40_000)
let bob = Endpoint(address: IPAddress(v4: 0xC633_6407), port: 9_999)

/// A packet that is none of TCP.
func datagram(
  _ source: Endpoint, _ destination: Endpoint, at seconds: Double, _ ipProtocol: IPProtocol = .udp, payload: UInt32 = 10
) -> Packet {
  var packet = Packet()
  packet.source = source.address
  packet.destination = destination.address
  packet.sourcePort = source.port
  packet.destinationPort = destination.port
  packet.ipProtocol = ipProtocol
  packet.payloadLength = payload
  packet.capturedPayloadLength = payload
  packet.ipLength = payload + 28
  packet.timestamp = Timestamp(nanoseconds: Int64(seconds * 1e9))
  return packet
}

extension FlowRecord {
  /// All that a record says, to compare whole records.
  var text: String {
    "\(originator) \(responder) \(ipProtocol) \(vlan) \(firstPacket) \(lastPacket) \(activeUntil) \(ordinal) "
      + "\(originatorCounts) \(responderCounts) \(connectionState) \(history) \(missedBytes) \(endReason) "
      + "\(originatorBasis) \(originatorEvidence) \(responderEvidence) \(activity)"
  }
}
