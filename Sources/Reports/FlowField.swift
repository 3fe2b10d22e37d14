import Assessment
import Catalog
import Flows
import Packets

/// One flow as it is written: the record, its verdict and the names that both refer to.
struct FlowRow {
  let record: FlowRecord
  let assessment: FlowAssessment
  let uid: String
  let communityID: String?
  let actor: String?
  let claim: String?
  var finding: String?

  init(_ record: FlowRecord, _ assessment: FlowAssessment, catalog: Catalog, finding: String? = nil) {
    self.record = record
    self.assessment = assessment
    self.uid = StandIns.uid(of: record)
    self.communityID = StandIns.communityID(of: record)
    self.actor = assessment.actor.flatMap { catalog.actors.indices.contains($0) ? catalog.actors[$0].id : nil }
    self.claim = assessment.claims.first.flatMap { catalog.claims.indices.contains($0) ? catalog.claims[$0].id : nil }
    self.finding = finding
  }

  /// What the packets prove of the side that the verdict speaks of.
  var evidence: SideEvidence {
    assessment.speaksOfOriginator ? record.originatorEvidence : record.responderEvidence
  }

  /// Zeek leaves duration and payload bytes unset where a flow has no duration, which is where it has one packet.
  var hasDuration: Bool { record.lastPacket > record.firstPacket }
}

/// A value of a flow field, before any format has written it.
enum FlowValue {
  case unset
  case bool(Bool)
  case count(UInt64)
  case time(Timestamp)
  case interval(from: Timestamp, to: Timestamp)
  case address(IPAddress)
  /// A word of ascribe's or Zeek's own, safe in every format.
  case word(String)
  /// Text that others chose.
  case text(String)
  /// Frame numbers, in JSON only.
  case frames(FlowRecord.Citations)
  /// An object without members, in JSON only.
  case emptyObject
}

/// A field of the flow record: its name, Zeek's type of it, and where its value comes from.
///
/// The lists here are the only ones: the Zeek log, CSV and JSON cannot differ.
struct FlowField: Sendable {
  let name: String
  let zeekType: String
  let value: @Sendable (borrowing FlowRow) -> FlowValue

  init(_ name: String, _ zeekType: String, _ value: @escaping @Sendable (borrowing FlowRow) -> FlowValue) {
    self.name = name
    self.zeekType = zeekType
    self.value = value
  }

  /// The columns, in order: Zeek's `conn.log`, then ascribe's.
  static let columns: [FlowField] = [
    FlowField("ts", "time") { .time($0.record.firstPacket) },
    FlowField("uid", "string") { .word($0.uid) },
    FlowField("id.orig_h", "addr") { .address($0.record.originator.address) },
    FlowField("id.orig_p", "port") { .count(UInt64($0.record.originator.port)) },
    FlowField("id.resp_h", "addr") { .address($0.record.responder.address) },
    FlowField("id.resp_p", "port") { .count(UInt64($0.record.responder.port)) },
    FlowField("proto", "enum") { .word($0.record.ipProtocol.zeekName) },
    FlowField("service", "string") { _ in .unset },
    FlowField("duration", "interval") {
      $0.hasDuration ? .interval(from: $0.record.firstPacket, to: $0.record.lastPacket) : .unset
    },
    FlowField("orig_bytes", "count") { $0.hasDuration ? .count($0.record.originatorCounts.payloadBytes) : .unset },
    FlowField("resp_bytes", "count") { $0.hasDuration ? .count($0.record.responderCounts.payloadBytes) : .unset },
    FlowField("conn_state", "string") { .word($0.record.connectionState.rawValue) },
    FlowField("local_orig", "bool") { $0.record.originatorIsLocal.map(FlowValue.bool) ?? .unset },
    FlowField("local_resp", "bool") { $0.record.responderIsLocal.map(FlowValue.bool) ?? .unset },
    FlowField("missed_bytes", "count") { .count($0.record.missedBytes) },
    FlowField("history", "string") { $0.record.history.isEmpty ? .unset : .text($0.record.history) },
    FlowField("orig_pkts", "count") { .count($0.record.originatorCounts.packets) },
    FlowField("orig_ip_bytes", "count") { .count($0.record.originatorCounts.ipBytes) },
    FlowField("resp_pkts", "count") { .count($0.record.responderCounts.packets) },
    FlowField("resp_ip_bytes", "count") { .count($0.record.responderCounts.ipBytes) },
    FlowField("tunnel_parents", "set[string]") { _ in .unset },
    FlowField("community_id", "string") { $0.communityID.map(FlowValue.word) ?? .unset },
    FlowField("vlan", "int") { .tag($0.record.vlan.outer) },
    FlowField("inner_vlan", "int") { .tag($0.record.vlan.inner) },
    FlowField("flow_end_reason", "string") { .word($0.record.endReason.name) },
    FlowField("orig_grade", "string") { .word($0.record.originatorEvidence.grade.name) },
    FlowField("resp_grade", "string") { .word($0.record.responderEvidence.grade.name) },
    FlowField("grade_reason", "string") { .word($0.evidence.reason.rawValue) },
    FlowField("activity", "string") { .word($0.record.activity.rawValue) },
    FlowField("covered_side", "string") { $0.assessment.coveredSide.map { .word($0.rawValue) } ?? .unset },
    FlowField("verdict", "string") { .word($0.assessment.verdict.rawValue) },
    FlowField("reason", "string") { .word($0.assessment.reason.rawValue) },
    FlowField("actor", "string") { $0.actor.map(FlowValue.text) ?? .unset },
    FlowField("claim", "string") { $0.claim.map(FlowValue.text) ?? .unset },
    FlowField("ip_proto", "count") { .count(UInt64($0.record.ipProtocol.rawValue)) },
  ]

  /// The finding that a flow belongs to; known only once a report is made.
  static let finding = FlowField("finding", "string") { $0.finding.map(FlowValue.text) ?? .unset }

  /// The stamp that every row bears where documentation prefixes are claimed.
  static let demonstrationData = FlowField("demonstration_data", "bool") { _ in .bool(true) }

  /// What JSON says beside the columns, of watched flows.
  static let watchedInJSON: [FlowField] = [
    FlowField("frames", "") { $0.record.citations.map(FlowValue.frames) ?? .unset },
    FlowField("inspection", "") { _ in .emptyObject },
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
