/// A report as `report.json` holds it, schema `ascribe-report/1`: what every rendering but that of a run's own text and
/// flow logs is made from, so that a report can be rendered again wherever its JSON is.
///
/// Times are RFC 3339 in UTC with nanoseconds, addresses and prefixes are text, durations in the names `…_ns` are
/// nanoseconds. Keys that it does not name are passed over: a newer ascribe may write more.
package struct ReportDocument: Decodable, Sendable {
  /// The program that made the report.
  package struct Tool: Decodable, Sendable {
    package var name: String
    package var version: String
  }

  /// A capture that was read.
  package struct Input: Decodable, Sendable {
    /// Where it could not be read on.
    package struct Damage: Decodable, Sendable {
      package var frame: UInt64
      package var offset: UInt64
      package var reason: String
    }

    /// `case` or `baseline`.
    package var role: String
    package var name: String
    package var bytes: UInt64
    package var sha256: String?
    package var format: String?
    package var compression: String?
    package var linkTypes: [String]
    package var packets: UInt64
    package var filteredPackets: UInt64
    package var truncatedPackets: UInt64
    package var interfaceDrops: UInt64?
    package var firstPacket: String?
    package var lastPacket: String?
    package var damage: Damage?

    enum CodingKeys: String, CodingKey {
      case role, name, bytes, sha256, format, compression
      case linkTypes = "link_types"
      case packets
      case filteredPackets = "filtered_packets"
      case truncatedPackets = "truncated_packets"
      case interfaceDrops = "interface_drops"
      case firstPacket = "first_packet"
      case lastPacket = "last_packet"
      case damage
    }
  }

  /// A file that is no capture.
  package struct SkippedInput: Decodable, Sendable {
    package var name: String
    package var reason: String
  }

  /// A sensor at which inputs were captured.
  package struct Sensor: Decodable, Sendable {
    /// The clock that stamped the packets.
    package struct Clock: Decodable, Sendable {
      package var source: String
      /// Nanoseconds from UTC, in decimal digits.
      package var offsetNs: String

      enum CodingKeys: String, CodingKey {
        case source
        case offsetNs = "offset_ns"
      }
    }

    package var id: String
    package var vantage: String
    package var `operator`: String?
    package var upstream: String?
    package var clock: Clock?
    /// Indexes into `inputs`.
    package var inputs: [Int]
  }

  /// The catalog that was used.
  package struct Catalog: Decodable, Sendable {
    /// A shared-use list.
    package struct Overlay: Decodable, Sendable {
      package var id: String
      package var kind: String
      package var snapshot: String
      package var prefixes: UInt64
    }

    /// A catalog that took the place of another.
    package struct Change: Decodable, Sendable {
      package var time: String
      /// SHA-256 of the catalogs.
      package var old: String
      package var new: String
      /// Flows that had ended and were assessed again.
      package var reassessedFlows: UInt64
      /// Flows that had ended and are not in the findings any more.
      package var otherFlows: UInt64

      enum CodingKeys: String, CodingKey {
        case time, old, new
        case reassessedFlows = "reassessed_flows"
        case otherFlows = "other_flows"
      }
    }

    /// What was not recorded yet at the time that the report speaks as of.
    package struct NotYetKnown: Decodable, Sendable {
      package var claims: UInt64
      package var overlays: UInt64
      package var overrides: UInt64
    }

    package var sha256: String
    package var actors: UInt64
    package var claims: UInt64
    package var overlays: [Overlay]
    package var asKnownAt: String?
    package var notYetKnown: NotYetKnown?
    /// What took its place while a live capture went on, in time order; nothing of files.
    package var changes: [Change]?

    enum CodingKeys: String, CodingKey {
      case sha256, actors, claims, overlays
      case asKnownAt = "as_known_at"
      case notYetKnown = "not_yet_known"
      case changes
    }
  }

  /// A claim that a finding rests on, whole (methodology 1.1).
  package struct Claim: Decodable, Sendable {
    /// A source with its Admiralty rating.
    package struct Source: Decodable, Sendable {
      package var ref: String
      package var reliability: String
      package var credibility: UInt64
      package var independentGroup: String

      enum CodingKeys: String, CodingKey {
        case ref, reliability, credibility
        case independentGroup = "independent_group"
      }
    }

    package var id: String
    package var actor: Actor?
    package var range: String
    /// The range as networks, in ascending order.
    package var prefixes: [String]
    package var relation: String
    package var kind: String
    package var validFrom: String?
    package var validUntil: String?
    package var asOf: String?
    package var recordedAt: String?
    package var maxAgeNs: UInt64
    package var basis: [String]
    package var sources: [Source]
    package var overrides: [String]
    package var routeCheck: String
    package var tlp: String

    enum CodingKeys: String, CodingKey {
      case id, actor, range, prefixes, relation, kind
      case validFrom = "valid_from"
      case validUntil = "valid_until"
      case asOf = "as_of"
      case recordedAt = "recorded_at"
      case maxAgeNs = "max_age_ns"
      case basis, sources, overrides
      case routeCheck = "route_check"
      case tlp
    }
  }

  /// An actor, as the catalog names it.
  package struct Actor: Decodable, Sendable {
    package var id: String
    package var name: String
    package var level: String
  }

  /// The totals; packets = in flows + rejected for each reason + dropped.
  package struct Totals: Decodable, Sendable {
    package var packets: UInt64
    package var bytes: UInt64
    package var flows: UInt64
    package var watchedFlows: UInt64
    package var packetsInFlows: UInt64
    package var packetsRejected: [String: UInt64]
    package var packetsDropped: UInt64
    package var tunnelledPackets: UInt64
    package var tunnelledPacketsUndistinguished: UInt64
    package var tunnelsRejected: [String: UInt64]
    package var flowsByVerdict: [String: UInt64]

    enum CodingKeys: String, CodingKey {
      case packets, bytes, flows
      case watchedFlows = "watched_flows"
      case packetsInFlows = "packets_in_flows"
      case packetsRejected = "packets_rejected"
      case packetsDropped = "packets_dropped"
      case tunnelledPackets = "tunnelled_packets"
      case tunnelledPacketsUndistinguished = "tunnelled_packets_undistinguished"
      case tunnelsRejected = "tunnels_rejected"
      case flowsByVerdict = "flows_by_verdict"
    }
  }

  /// What the inputs say of their own completeness.
  package struct Coverage: Decodable, Sendable {
    /// A stretch without packets.
    package struct Gap: Decodable, Sendable {
      package var from: String
      package var until: String
    }

    package var inputs: UInt64
    package var skippedInputs: UInt64
    package var damagedInputs: UInt64
    package var unhashedInputs: UInt64
    package var filteredPackets: UInt64
    package var truncatedPackets: UInt64
    package var interfaceDrops: UInt64?
    package var firstPacket: String?
    package var lastPacket: String?
    package var gaps: [Gap]

    enum CodingKeys: String, CodingKey {
      case inputs
      case skippedInputs = "skipped_inputs"
      case damagedInputs = "damaged_inputs"
      case unhashedInputs = "unhashed_inputs"
      case filteredPackets = "filtered_packets"
      case truncatedPackets = "truncated_packets"
      case interfaceDrops = "interface_drops"
      case firstPacket = "first_packet"
      case lastPacket = "last_packet"
      case gaps
    }
  }

  package var schema: String
  package var tool: Tool
  /// The strictest TLP 2.0 label of all that the report rests on.
  package var marking: String
  package var demonstrationData: Bool
  package var interrupted: Bool
  package var reportTime: String?
  package var inputs: [Input]
  package var skippedInputs: [SkippedInput]
  package var sensors: [Sensor]
  package var catalog: Catalog
  /// The claims that findings rest on, by id.
  package var claims: [Claim]
  package var totals: Totals
  /// `EXCLUSIVE-PRESENT`, or the most common reason.
  package var rollUp: String
  package var findings: [Finding]
  package var links: [Link]
  /// Links that were found and are not listed.
  package var omittedLinks: UInt64?
  package var slips: [Slip]
  package var timeline: Timeline
  package var hypotheses: Hypotheses
  package var baseRates: BaseRates
  package var exclusive: Exclusive
  /// A sentence for each axis: path, control, operator.
  package var corroboration: [String: String]
  package var notShown: [String]
  package var caveats: [String]
  package var coverage: Coverage

  enum CodingKeys: String, CodingKey {
    case schema, tool, marking
    case demonstrationData = "demonstration_data"
    case interrupted
    case reportTime = "report_time"
    case inputs
    case skippedInputs = "skipped_inputs"
    case sensors, catalog, claims, totals
    case rollUp = "roll_up"
    case findings, links
    case omittedLinks = "omitted_links"
    case slips, timeline, hypotheses
    case baseRates = "base_rates"
    case exclusive, corroboration
    case notShown = "not_shown"
    case caveats, coverage
  }
}
