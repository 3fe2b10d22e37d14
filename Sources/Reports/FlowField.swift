import Assessment
import Catalog
import Flows
import Inspection
import Packets

/// The names that a flow record and its verdict go by, made once for each row.
struct FlowNames {
  let uid: String
  let communityID: String
  let tunnelParent: String?
  let actor: String?
  let claim: String?
  let otherActor: String?
  let finding: String?
}

/// A value of a flow field, before any format has written it.
enum FlowValue {
  case unset
  case bool(Bool)
  case count(UInt64)
  case time(Timestamp)
  /// Nanoseconds.
  case interval(Int64)
  case address(IPAddress)
  /// A word of ascribe's or Zeek's own, safe in every format.
  case word(String)
  /// Text that others chose.
  case text(String)
  /// A set of one uid.
  case uids(String)
  /// What only JSON says, written from the flow itself.
  case detail(Detail)

  enum Detail {
    /// Frame numbers.
    case frames
    /// An object of what content says.
    case inspection
    /// What weakens or explains the grades.
    case notes
    /// The verdict on the weaker side.
    case otherSide
    /// The outer addresses of a tunnel's ends.
    case tunnel
  }
}

/// A field of the flow record: its name, Zeek's type of it, and where its value comes from.
///
/// The lists here are the only ones: the Zeek log, CSV and JSON cannot differ.
struct FlowField: Sendable {
  let name: String
  let zeekType: String
  let value: Source

  /// Draws the value from a flow.
  typealias Source =
    @Sendable (_ record: FlowRecord, _ assessment: FlowAssessment, _ names: FlowNames)
    -> FlowValue

  init(_ name: String, _ zeekType: String, _ value: @escaping Source) {
    self.name = name
    self.zeekType = zeekType
    self.value = value
  }

  /// The columns, in order: Zeek's `conn.log`, then ascribe's.
  static let columns: [FlowField] = [
    FlowField("ts", "time") { flow, _, _ in .time(flow.firstPacket) },
    FlowField("uid", "string") { _, _, names in .word(names.uid) },
    FlowField("id.orig_h", "addr") { flow, _, _ in .address(flow.originator.address) },
    FlowField("id.orig_p", "port") { flow, _, _ in .count(UInt64(flow.originator.port)) },
    FlowField("id.resp_h", "addr") { flow, _, _ in .address(flow.responder.address) },
    FlowField("id.resp_p", "port") { flow, _, _ in .count(UInt64(flow.responder.port)) },
    FlowField("proto", "enum") { flow, _, _ in .word(flow.ipProtocol.zeekName) },
    FlowField("service", "string") { flow, _, _ in
      flow.content.flatMap(\.service).map(FlowValue.text) ?? .unset
    },
    FlowField("duration", "interval") { flow, _, _ in flow.duration.map(FlowValue.interval) ?? .unset },
    FlowField("orig_bytes", "count") { flow, _, _ in
      flow.duration == nil ? .unset : .count(flow.originatorCounts.payloadBytes)
    },
    FlowField("resp_bytes", "count") { flow, _, _ in
      flow.duration == nil ? .unset : .count(flow.responderCounts.payloadBytes)
    },
    FlowField("conn_state", "string") { flow, _, _ in .word(flow.connectionState.rawValue) },
    FlowField("local_orig", "bool") { flow, _, _ in flow.originatorIsLocal.map(FlowValue.bool) ?? .unset },
    FlowField("local_resp", "bool") { flow, _, _ in flow.responderIsLocal.map(FlowValue.bool) ?? .unset },
    FlowField("missed_bytes", "count") { flow, _, _ in .count(flow.missedBytes) },
    FlowField("history", "string") { flow, _, _ in flow.history.isEmpty ? .unset : .text(flow.history) },
    FlowField("orig_pkts", "count") { flow, _, _ in .count(flow.originatorCounts.packets) },
    FlowField("orig_ip_bytes", "count") { flow, _, _ in .count(flow.originatorCounts.ipBytes) },
    FlowField("resp_pkts", "count") { flow, _, _ in .count(flow.responderCounts.packets) },
    FlowField("resp_ip_bytes", "count") { flow, _, _ in .count(flow.responderCounts.ipBytes) },
    FlowField("tunnel_parents", "set[string]") { _, _, names in names.tunnelParent.map(FlowValue.uids) ?? .unset },
    FlowField("community_id", "string") { _, _, names in names.communityID.isEmpty ? .unset : .word(names.communityID)
    },
    FlowField("vlan", "int") { flow, _, _ in .tag(flow.vlan.outer) },
    FlowField("inner_vlan", "int") { flow, _, _ in .tag(flow.vlan.inner) },
    FlowField("flow_end_reason", "string") { flow, _, _ in .word(flow.endReason.name) },
    FlowField("orig_grade", "string") { flow, _, _ in .word(flow.originatorEvidence.grade.name) },
    FlowField("resp_grade", "string") { flow, _, _ in .word(flow.responderEvidence.grade.name) },
    FlowField("grade_reason", "string") { flow, verdict, _ in .word(verdict.gradeReason(of: flow)) },
    FlowField("activity", "string") { flow, _, _ in .word(flow.activity.rawValue) },
    FlowField("covered_side", "string") { _, verdict, _ in verdict.coveredSide.map { .word($0.rawValue) } ?? .unset },
    FlowField("verdict", "string") { _, verdict, _ in .word(verdict.verdict.rawValue) },
    FlowField("reason", "string") { _, verdict, _ in .word(verdict.reason.rawValue) },
    FlowField("actor", "string") { _, _, names in names.actor.map(FlowValue.text) ?? .unset },
    FlowField("claim", "string") { _, _, names in names.claim.map(FlowValue.text) ?? .unset },
    FlowField("ip_proto", "count") { flow, _, _ in .count(UInt64(flow.ipProtocol.rawValue)) },
  ]

  /// The finding that a flow belongs to; known only once a report is made.
  static let finding = FlowField("finding", "string") { _, _, names in names.finding.map(FlowValue.text) ?? .unset }

  /// The stamp that every row bears where documentation prefixes are claimed.
  static let demonstrationData = FlowField("demonstration_data", "bool") { _, _, _ in .bool(true) }

  /// What JSON says beside the columns, of watched flows.
  static let watchedInJSON: [FlowField] = [
    FlowField("grade", "") { flow, verdict, _ in
      verdict.speaksOfAttested
        ? .unset : .word((verdict.speaksOfOriginator ? flow.originatorEvidence : flow.responderEvidence).grade.name)
    },
    FlowField("other_side", "") { _, _, _ in .detail(.otherSide) },
    FlowField("frames", "") { _, _, _ in .detail(.frames) },
    FlowField("inspection", "") { _, _, _ in .detail(.inspection) },
    FlowField("notes", "") { _, _, _ in .detail(.notes) },
    FlowField("tunnel", "") { _, _, _ in .detail(.tunnel) },
    // What a verdict rests on beyond `ts` and `duration`: the whole flow's first packet where an earlier record holds it,
    // and the last packet where it came after both sides had closed.
    FlowField("continued_from", "") { flow, _, _ in flow.continuedFrom.map(FlowValue.time) ?? .unset },
    FlowField("last_packet", "") { flow, _, _ in flow.activeUntil == flow.lastPacket ? .unset : .time(flow.lastPacket)
    },
  ]
}

extension FlowValue {
  static func tag(_ identifier: UInt16) -> FlowValue {
    identifier == VLANTags.absent ? .unset : .count(UInt64(identifier))
  }
}

extension IPProtocol {
  /// The protocol as Zeek's `proto` names it.
  var zeekName: String {
    switch self {
    case .tcp: "tcp"
    case .udp: "udp"
    case .icmp, .icmpv6: "icmp"
    default: "unknown_transport"
    }
  }
}

extension FlowContent {
  /// The protocols as Zeek's `service` lists them.
  fileprivate var service: String? {
    guard let first = facts.services.first else { return nil }
    return facts.services.dropFirst().reduce(first.rawValue) { "\($0),\($1.rawValue)" }
  }
}

extension FlowAssessment {
  /// The reason of the grade of the side that the verdict speaks of.
  func gradeReason(of flow: FlowRecord) -> String {
    speaksOfAttested
      ? "attested" : (speaksOfOriginator ? flow.originatorEvidence : flow.responderEvidence).reason.rawValue
  }
}
