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

    // The decoder turns underscores; dots stay.
    enum CodingKeys: String, CodingKey {
      case ts, uid
      case originatorAddress = "id.origH"
      case originatorPort = "id.origP"
      case responderAddress = "id.respH"
      case responderPort = "id.respP"
      case proto, ipProto, service, duration, origBytes, respBytes, connState, localOrig, localResp, missedBytes
      case history, origPkts, origIpBytes, respPkts, respIpBytes, tunnelParents, communityId, vlan, innerVlan
      case flowEndReason, origGrade, respGrade, grade, gradeReason, activity, coveredSide, verdict, reason, actor, claim
      case otherSide, frames, inspection, notes, tunnel
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
    }

    package var omitted: UInt64
    package var stretches: [Stretch]
  }
}
