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
  }

  /// A claim that a finding rests on, whole (methodology 1.1).
  package struct Claim: Decodable, Sendable {
    /// A source with its Admiralty rating.
    package struct Source: Decodable, Sendable {
      package var ref: String
      package var reliability: String
      package var credibility: UInt64
      package var independentGroup: String
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
}
