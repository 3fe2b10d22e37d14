import Assessment
import Catalog
import Inspection
import Packets

/// Candidate slips and the timeline of direct and proxied activity, in report.json.
extension Report {
  var slipsJSON: JSONValue {
    .array(
      result.slips.map { slip in
        .object([
          "id": .string(slip.id), "grade": .string(slip.grade.rawValue),
          "methods": .strings(slip.methods.map(\.rawValue)), "actor": .string(catalog.actor(slip.actor)?.id),
          "finding": .string(slip.finding), "address": .string(slip.address.description),
          "host": .string(slip.host.description), "first_seen": .string(slip.first.description),
          "last_seen": .string(slip.last.description), "window_ns": .number(UInt64(max(0, slip.window))),
          "gap_ns": .number(UInt64(max(0, slip.gap))), "flow_count": .number(slip.flowCount),
          "flows": .strings(slip.uids), "actions": .strings(slip.actions),
          "proxied": .array(slip.proxied.map(Self.json)), "omitted_proxied": .number(slip.omittedProxied),
          "wording": .string(slip.sentence),
        ])
      })
  }

  private static func json(_ proxied: Slip.Proxied) -> JSONValue {
    .object([
      "uid": .string(proxied.end.uid), "ts": .string(proxied.end.time.description),
      "last_seen": .string(proxied.last.description), "address": .string(proxied.end.address.description),
      "verdict": .string(proxied.end.verdict.rawValue), "reason": .string(proxied.end.reason.rawValue),
      "finding": .string(proxied.end.finding), "place": .string(proxied.place.rawValue),
      "gap_ns": .number(UInt64(proxied.gap)), "methods": .strings(proxied.methods.map(\.rawValue)),
      "actions": .strings(proxied.actions),
    ])
  }

  var timelineJSON: JSONValue {
    .object([
      "omitted": .number(result.omittedStretches),
      "stretches": .array(
        result.timeline.map { stretch in
          .object([
            "way": .string(stretch.way.rawValue), "address": .string(stretch.address.description),
            "host": .string(stretch.host.description), "first_seen": .string(stretch.first.description),
            "last_seen": .string(stretch.last.description), "flow_count": .number(stretch.flowCount),
            "actions": .strings(stretch.actions), "findings": .strings(stretch.findings),
            "slips": .strings(stretch.slips),
          ])
        }),
    ])
  }
}
