extension ReportDocument {
  /// A verdict on all flows of one reason, actor and claim.
  package struct Finding: Decodable, Sendable {
    /// How far the judgment's basis carries, and why.
    package struct Confidence: Decodable, Sendable {
      package var overall: String
      package var path: String?
      package var control: String
      package var handling: String
      package var because: [String]
    }

    /// Sessions of an exclusive finding.
    package struct Sessions: Decodable, Sendable {
      package var count: UInt64
      package var isMinimum: Bool
      package var days: UInt64
      package var firstSeen: String
      package var lastSeen: String
      package var sentence: String

      enum CodingKeys: String, CodingKey {
        case count
        case isMinimum = "is_minimum"
        case days
        case firstSeen = "first_seen"
        case lastSeen = "last_seen"
        case sentence
      }
    }

    package var id: String
    /// The strictest TLP 2.0 label of all that the finding rests on.
    package var marking: String?
    package var verdict: String
    package var reason: String
    package var reasons: [String]
    package var actor: Actor?
    package var claims: [String]
    package var overlays: [String]
    package var prefix: String?
    package var likelihood: String?
    package var confidence: Confidence
    package var wording: [String]
    package var relevance: String
    package var actions: [String]
    package var addresses: [String]
    package var addressCount: UInt64
    package var addressCountIsMinimum: Bool
    package var flowCount: UInt64
    package var packets: UInt64
    package var bytes: UInt64
    package var firstSeen: String
    package var lastSeen: String
    package var notes: [String: UInt64]
    package var sessions: Sessions?
    package var scanLikeSources: UInt64
    /// The first flows in time order; `flowCount` counts all.
    package var flows: [Flow]
    /// Entries of content in all flows that the report lists, where `flows` holds fewer of them.
    var contentEntryCount: UInt64?

    enum CodingKeys: String, CodingKey {
      case id, marking, verdict, reason, reasons, actor, claims, overlays, prefix, likelihood, confidence, wording
      case relevance, actions, addresses
      case addressCount = "address_count"
      case addressCountIsMinimum = "address_count_is_minimum"
      case flowCount = "flow_count"
      case packets, bytes
      case firstSeen = "first_seen"
      case lastSeen = "last_seen"
      case notes, sessions
      case scanLikeSources = "scan_like_sources"
      case flows
      case contentEntryCount = "content_entry_count"
    }
  }

  /// A flow record, named as Zeek and the contract name its fields.
  package struct Flow: Decodable, Sendable {
    /// The frames that fix the grade, as Wireshark numbers them.
    package struct Frames: Decodable, Sendable {
      /// Index into `inputs`.
      package var file: Int
      package var first: UInt64
      package var syn: UInt64?
      package var synAck: UInt64?
      package var ack: UInt64?
      package var ackedData: UInt64?
      package var last: UInt64

      enum CodingKeys: String, CodingKey {
        case file, first, syn
        case synAck = "syn_ack"
        case ack
        case ackedData = "acked_data"
        case last
      }
    }

    /// The verdict on the weaker side.
    package struct OtherSide: Decodable, Sendable {
      package var actor: String?
      package var reason: String
      package var verdict: String
    }

    /// The outer addresses of a tunnel's ends.
    package struct Tunnel: Decodable, Sendable {
      package var origEnds: [String]
      package var respEnds: [String]

      enum CodingKeys: String, CodingKey {
        case origEnds = "orig_ends"
        case respEnds = "resp_ends"
      }
    }

    package var ts: String
    package var uid: String
    package var originatorAddress: String
    package var originatorPort: UInt16
    package var responderAddress: String
    package var responderPort: UInt16
    package var proto: String
    package var ipProto: UInt64
    package var service: String?
    /// Seconds.
    package var duration: Double?
    package var origBytes: UInt64?
    package var respBytes: UInt64?
    package var connState: String
    package var localOrig: Bool?
    package var localResp: Bool?
    package var missedBytes: UInt64
    package var history: String?
    package var origPkts: UInt64
    package var origIpBytes: UInt64
    package var respPkts: UInt64
    package var respIpBytes: UInt64
    package var tunnelParents: [String]?
    package var communityId: String?
    package var vlan: UInt64?
    package var innerVlan: UInt64?
    package var flowEndReason: String
    package var origGrade: String
    package var respGrade: String
    /// The grade of the side that the verdict speaks of; nothing where a proxy attests its address.
    package var grade: String?
    package var gradeReason: String
    package var activity: String
    package var coveredSide: String?
    package var verdict: String
    package var reason: String
    package var actor: String?
    package var claim: String?
    package var otherSide: OtherSide?
    package var frames: Frames?
    package var inspection: DocumentValue?
    package var notes: [String]
    package var tunnel: Tunnel?

    enum CodingKeys: String, CodingKey {
      case ts, uid
      case originatorAddress = "id.orig_h"
      case originatorPort = "id.orig_p"
      case responderAddress = "id.resp_h"
      case responderPort = "id.resp_p"
      case proto
      case ipProto = "ip_proto"
      case service, duration
      case origBytes = "orig_bytes"
      case respBytes = "resp_bytes"
      case connState = "conn_state"
      case localOrig = "local_orig"
      case localResp = "local_resp"
      case missedBytes = "missed_bytes"
      case history
      case origPkts = "orig_pkts"
      case origIpBytes = "orig_ip_bytes"
      case respPkts = "resp_pkts"
      case respIpBytes = "resp_ip_bytes"
      case tunnelParents = "tunnel_parents"
      case communityId = "community_id"
      case vlan
      case innerVlan = "inner_vlan"
      case flowEndReason = "flow_end_reason"
      case origGrade = "orig_grade"
      case respGrade = "resp_grade"
      case grade
      case gradeReason = "grade_reason"
      case activity
      case coveredSide = "covered_side"
      case verdict, reason, actor, claim
      case otherSide = "other_side"
      case frames, inspection, notes, tunnel
    }
  }

  /// A link between two flows; it changes no verdict.
  package struct Link: Decodable, Sendable {
    /// A flow at one end.
    package struct End: Decodable, Sendable {
      package var uid: String
      package var ts: String
      package var address: String
      package var verdict: String
      package var reason: String
      package var finding: String
    }

    package var grade: String
    package var method: String
    package var from: End
    package var to: End
    package var findings: [String]
    package var caveat: String
  }

  /// A candidate slip: a direct session linked to proxied ones.
  package struct Slip: Decodable, Sendable {
    /// A session through shared infrastructure.
    package struct Proxied: Decodable, Sendable {
      package var uid: String
      package var ts: String
      package var lastSeen: String
      package var address: String
      package var verdict: String
      package var reason: String
      package var finding: String
      /// `before`, `during` or `after`.
      package var place: String
      package var gapNs: UInt64
      package var methods: [String]
      package var actions: [String]

      enum CodingKeys: String, CodingKey {
        case uid, ts
        case lastSeen = "last_seen"
        case address, verdict, reason, finding, place
        case gapNs = "gap_ns"
        case methods, actions
      }
    }

    package var id: String
    package var grade: String
    package var methods: [String]
    package var actor: String?
    package var finding: String
    package var address: String
    package var host: String
    package var firstSeen: String
    package var lastSeen: String
    package var windowNs: UInt64
    package var gapNs: UInt64
    package var flowCount: UInt64
    package var flows: [String]
    package var actions: [String]
    package var proxied: [Proxied]
    package var omittedProxied: UInt64
    package var wording: String

    enum CodingKeys: String, CodingKey {
      case id, grade, methods, actor, finding, address, host
      case firstSeen = "first_seen"
      case lastSeen = "last_seen"
      case windowNs = "window_ns"
      case gapNs = "gap_ns"
      case flowCount = "flow_count"
      case flows, actions, proxied
      case omittedProxied = "omitted_proxied"
      case wording
    }
  }

  /// Direct sessions, and proxied ones that are linked to them.
  package struct Timeline: Decodable, Sendable {
    /// Sessions of one address with one host.
    package struct Stretch: Decodable, Sendable {
      /// `direct` or `proxied`.
      package var way: String
      package var address: String
      package var host: String
      package var firstSeen: String
      package var lastSeen: String
      package var flowCount: UInt64
      package var actions: [String]
      package var findings: [String]
      package var slips: [String]

      enum CodingKeys: String, CodingKey {
        case way, address, host
        case firstSeen = "first_seen"
        case lastSeen = "last_seen"
        case flowCount = "flow_count"
        case actions, findings, slips
      }
    }

    package var omitted: UInt64
    package var stretches: [Stretch]
  }
}
