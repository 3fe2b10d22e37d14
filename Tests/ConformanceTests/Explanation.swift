import Flows
import Packets

/// Why a flow is not the same in both tools.
enum Cause: String, CaseIterable {
  case fragments = "IP fragments: Zeek reassembles them, ascribe counts them as rejected"
  case encapsulation = "encapsulations that ascribe does not decode (802.11, PPTP, GRE of Aruba, …)"
  case outer = "outer packets of GRE and of IP in IP: Zeek keeps no flow of them"
  case inner = "tunnels that Zeek does not follow: VXLAN on Linux's port, more than two levels"
  case scope = "the tunnel is part of ascribe's key"
  case checksum = "Zeek drops packets in tunnels whose checksum is wrong"
  case vlan = "VLAN tags are part of ascribe's key"
  case timeRunsBack = "packet times run back: Zeek ends flows at once"
  case sessionTimeout = "Zeek's own timeout of DNS sessions, 10 s"
  case interactiveTimeout = "Zeek's own timeout of interactive services, 1 h"
  case linger = "methodology T12: retransmitted SYNs and late packets stay in their flow; Zeek opens others after 5 s"
  case analysisPartial = "the letter X: an application analyser of Zeek gave up"
  case analyserFlip = "roles exchanged by an application analyser of Zeek"
  case equalAddresses = "Community ID of equal addresses: Zeek orders ports by the machine's bytes"
  case offload = "IP lengths of 0 (segmentation offload): Zeek counts 0 IP bytes"
  case times = "packet times of 0, before it, beyond 2038 or in odd units: Zeek drops or reads them otherwise"
  case noTime = "packets without a time (Simple Packet Blocks): Zeek drops them"
  case testScript = "scripts or options of Zeek's own test change what it does"
  case extensions = "IPv6 extension headers: Zeek takes the final destination, stops at ESP, and drops fragment headers"
  case shortFrames = "frames shorter on the wire than their IP header says: Zeek drops them, ascribe takes them as cut"
  case malformed = "malformed transport headers: Zeek keeps a flow without packets, or takes them"
  case sctp = "SCTP: Zeek knows no ports of it"
  case unexplained = "unexplained"
}

/// Finds the cause of each difference of one capture.
struct Explanation {
  private let comparison: Comparison
  private let replay: Replay
  private let zeek: [Comparison.Key: [ZeekRow]]
  private let ours: [Comparison.Key: [FlowRecord]]

  private let named: Cause?

  init(_ capture: String, _ comparison: Comparison, _ replay: Replay) {
    self.comparison = comparison
    named = Self.named.first { capture.hasSuffix("/" + $0.key) || capture.hasSuffix("." + $0.key) }?.value
    self.replay = replay
    zeek = Dictionary(grouping: comparison.pairs.map(\.row) + comparison.onlyZeek, by: Comparison.Key.init)
    ours = Dictionary(grouping: replay.records, by: Comparison.Key.init)
  }

  func cause(of pair: Comparison.Pair) -> Cause {
    var fields = Set(pair.differences)
    let (row, record) = (pair.row, pair.record)
    if row.originator.address == row.responder.address, fields.remove(.community_id) != nil, fields.isEmpty {
      return .equalAddresses
    }
    if fields == [.history], row.history.filter({ $0 != "X" && $0 != "x" }) == record.history {
      return .analysisPartial
    }
    if replay.hasOffload, fields.isSubset(of: [.conn_state, .orig_ip_bytes, .resp_ip_bytes]) { return .offload }
    if fields.isSubset(of: [.orig_ip_bytes, .resp_ip_bytes]) {
      if !record.originator.address.isIPv4, !replay.hasFragments { return .extensions }
    }
    if row.ipProtocol == .udp, row.history.dropFirst().contains("^") { return .analyserFlip }
    return cause(Comparison.Key(row))
  }

  func cause(ofZeek row: ZeekRow) -> Cause { cause(Comparison.Key(row)) }

  func cause(ofOurs record: FlowRecord) -> Cause { cause(Comparison.Key(record)) }

  private func cause(_ key: Comparison.Key) -> Cause {
    let theirs = zeek[key] ?? []
    let ours = ours[key] ?? []
    if let named { return named }
    if theirs.isEmpty, [IPProtocol.gre, .ipv4, .ipv6].contains(key.ipProtocol) { return .outer }
    if theirs.isEmpty, ours.allSatisfy({ $0.tunnel != nil }) { return .inner }
    if key.ipProtocol == .sctp { return .sctp }
    // A log without packet counts tells no more than this.
    guard theirs.allSatisfy({ $0.fields.contains(.orig_pkts) }) else {
      return Set(ours.map(\.vlan)).count > 1 ? .vlan : .unexplained
    }
    let theirPackets = theirs.reduce(0) { $0 + $1.originatorPackets + $1.responderPackets }
    let ourPackets = ours.reduce(0) { $0 + $1.originatorCounts.packets + $1.responderCounts.packets }
    if replay.rejected[.fragment] != nil || replay.hasFragments, key.ipProtocol != .tcp || theirs.count == ours.count {
      return .fragments
    }
    if theirPackets == ourPackets {
      // The same packets, cut into flows elsewhere.
      if Set(ours.map(\.vlan)).count > 1 { return .vlan }
      if Set(ours.map(\.scope)).count > 1 { return .scope }
      if replay.runsBack { return replay.hasOddTimes ? .times : .timeRunsBack }
      switch key.ipProtocol {
      case .udp where theirs.count > ours.count: return .sessionTimeout
      case .tcp where theirs.count > ours.count: return .linger
      case .tcp where theirs.count < ours.count: return .interactiveTimeout
      default: return replay.hasOddTimes ? .times : .unexplained
      }
    }
    if replay.hasOddTimes { return .times }
    if theirPackets > ourPackets, replay.rejected[.notIP] != nil || !replay.rejectedInTunnels.isEmpty {
      return .encapsulation
    }
    let isMalformed = replay.rejected.keys.contains { Self.malformed.contains($0) }
    if isMalformed || theirs.contains(where: { $0.originatorPackets + $0.responderPackets == 0 }) { return .malformed }
    if theirPackets < ourPackets, replay.hasShortFrames { return .shortFrames }
    if !key.low.address.isIPv4, theirs.isEmpty || ours.isEmpty { return .extensions }
    return .unexplained
  }

  /// Captures of which the bytes of the file tell, not their packets; and tests, by the log they expect.
  private static let named: [String: Cause] = [
    // Simple Packet Blocks.
    "output_le/advanced/test101.pcapng": .noTime, "output_le/advanced/test102.pcapng": .noTime,
    "output_le/difficult/test201.pcapng": .noTime, "output_le/difficult/test202.pcapng": .noTime,
    // Times in units of 2^-10 seconds.
    "le/test902.pcapng": .times,
    // Fractions beyond a second.
    "fuzz-2021-06-07-c6c72a0a56.pcap": .times, "timestamp_invalid_nano.pcap": .times,
    // Tests that make a port a server's, skip a tunnel's headers, drop packets by rule, or keep timers from firing.
    "ncp.frame_size_tuning/conn.log": .testScript, "core.skip_analyzer/conn.log": .testScript,
    // GRE in UDP (RFC 8086), and Teredo between other ports, which Zeek tells by content.
    "zeek/tunnels/gre-over-udp-4754.pcap": .encapsulation, "core.tunnels.gre-over-udp/conn.log": .encapsulation,
    "zeek/tunnels/Teredo.pcap": .encapsulation, "core.tunnels.teredo/conn.log": .encapsulation,
    "zeek/tunnels/teredo-udp-in-udp.pcap": .encapsulation,
    "core.tunnels.vxlan-inner-tcp-bad-checksum/conn.log": .checksum,
    "core.tunnels.geneve-inner-tcp-bad-checksum/conn.log": .checksum,
    "netcontrol.packetfilter/conn.log": .testScript, "core.expire-all-timers/conn-limited.log": .testScript,
  ]

  private static let malformed: Set<RejectReason> = [
    .malformedLink, .malformedIP, .truncatedIP, .malformedExtension, .truncatedExtension, .malformedTransport,
    .truncatedTransport,
  ]
}
