public import Flows
public import Packets

/// The flow table's slow model: every flow is the list of its packets, and every question is answered from the list.
///
/// It knows keying, splitting, timeouts and counts; not states, histories, grades or directions. It stands for packet
/// times that do not run back, and for TCP without SYN-ACKs.
public struct GoldenFlowTable {
  /// A flow's packets, in order.
  public struct GoldenFlow: Sendable {
    /// The packets.
    public var packets: [Packet]
    /// Why the flow ended.
    public var endReason = FlowEndReason.endOfInput
  }

  private let options: FlowTableOptions
  private var open: [Key: GoldenFlow] = [:]
  private var now = Timestamp(nanoseconds: .min)
  /// The flows that ended.
  public private(set) var ended: [GoldenFlow] = []

  /// Makes an empty table.
  ///
  /// - Parameter options: How to keep flows; the active timeout and the capacity do not count.
  public init(options: FlowTableOptions) { self.options = options }

  /// Adds one packet to its flow.
  ///
  /// - Parameter packet: The packet; its time must not be before those of the packets before it.
  public mutating func observe(_ packet: Packet) {
    now = packet.timestamp
    let key = Key(packet)
    if let flow = open[key], let reason = reasonToEnd(flow, before: packet) { end(key, reason) }
    open[key, default: GoldenFlow(packets: [])].packets.append(packet)
  }

  /// Ends all flows: by their timeout where it has passed.
  public mutating func finish() {
    for (key, flow) in open { end(key, isOver(flow) ? .endOfFlow : hasTimedOut(flow) ? .idle : .endOfInput) }
  }

  private func hasTimedOut(_ flow: GoldenFlow) -> Bool {
    now.nanoseconds - flow.packets[flow.packets.count - 1].timestamp.nanoseconds >= timeout(flow)
  }

  private mutating func end(_ key: Key, _ reason: FlowEndReason) {
    guard var flow = open.removeValue(forKey: key) else { return }
    flow.endReason = reason
    ended.append(flow)
  }

  private func reasonToEnd(_ flow: GoldenFlow, before packet: Packet) -> FlowEndReason? {
    if hasTimedOut(flow) { return isOver(flow) ? .endOfFlow : .idle }
    guard packet.ipProtocol == .tcp, packet.tcp.flags == [.syn] else { return nil }
    guard let start = start(of: packet, in: flow) else { return nil }
    return start == packet.tcp.sequence ? nil : .endOfFlow
  }

  /// The initial sequence number of a packet's sender: its own, or what the other side acknowledged of it before.
  private func start(of sample: Packet, in flow: GoldenFlow) -> UInt32? {
    if let first = flow.packets.first(where: { isSameWay($0, sample) }) {
      return first.tcp.flags.contains(.syn) ? first.tcp.sequence : first.tcp.sequence &- 1
    }
    return flow.packets.last { $0.tcp.flags.contains(.ack) }.map { $0.tcp.acknowledgement &- 1 }
  }

  /// The idle timeout of a flow, in nanoseconds.
  private func timeout(_ flow: GoldenFlow) -> Int64 {
    switch flow.packets[0].ipProtocol {
    case .tcp: isOver(flow) || isEmbryonic(flow) ? min(60_000_000_000, options.tcpIdleTimeout) : options.tcpIdleTimeout
    case .udp: options.udpIdleTimeout
    case .icmp, .icmpv6: options.icmpIdleTimeout
    default: options.otherIdleTimeout
    }
  }

  /// Whether a flow was reset, or every side of it that sent something sent a FIN.
  private func isOver(_ flow: GoldenFlow) -> Bool {
    let packets = flow.packets
    guard packets[0].ipProtocol == .tcp else { return false }
    if packets.contains(where: { $0.tcp.flags.contains(.rst) }) { return true }
    return packets.allSatisfy { packet in
      packets.contains { isSameWay($0, packet) && $0.tcp.flags.contains(.fin) }
    }
  }

  /// Whether a flow began with a SYN that nobody answered.
  private func isEmbryonic(_ flow: GoldenFlow) -> Bool {
    flow.packets[0].tcp.flags.contains(.syn) && flow.packets.allSatisfy { isSameWay($0, flow.packets[0]) }
      && !isOver(flow)
  }

  private func isSameWay(_ a: Packet, _ b: Packet) -> Bool {
    a.source == b.source && a.sourcePort == b.sourcePort && a.destination == b.destination
  }

  private struct Key: Hashable {
    var endpoints: Set<Endpoint>
    var ipProtocol: IPProtocol
    var vlan: VLANTags
    var oneWaySource: Endpoint?

    init(_ packet: Packet) {
      var source = Endpoint(address: packet.source, port: packet.sourcePort)
      var destination = Endpoint(address: packet.destination, port: packet.destinationPort)
      ipProtocol = packet.ipProtocol
      vlan = packet.vlan
      if ipProtocol == .icmp {
        switch source.port {
        case 8: destination.port = 0
        case 0: destination.port = 8
        default: oneWaySource = source
        }
      } else if ipProtocol != .tcp, ipProtocol != .udp, ipProtocol != .sctp {
        source.port = 0
        destination.port = 0
      }
      endpoints = [source, destination]
    }
  }
}
