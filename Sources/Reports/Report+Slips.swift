import Assessment
import Catalog
import Inspection
import Packets

/// Candidate slips and the timeline of direct and proxied activity, in JSON and in text.
extension Report {
  /// Slips, sessions of a slip and stretches that the text lists.
  private static let slipsListed = 10
  private static let proxiedListed = 5
  private static let stretchesListed = 20

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

  func addSlips(to page: inout TextPage) {
    guard !result.slips.isEmpty else { return }
    page.heading("CANDIDATE SLIPS (\(UInt64(result.slips.count).grouped))")
    for slip in result.slips.prefix(Self.slipsListed) {
      page.line(
        [
          (slip.id.padded(to: 4), .quiet), ("\(slip.grade.rawValue) ", .quiet),
          (slip.methods.map(\.rawValue).joined(separator: ", "), .bold),
        ], indent: 2)
      page.field("Direct", ["\(slip.address) > \(slip.host)", slip.finding, slip.flowCount.counted("flow")], indent: 6)
      page.field("", Self.range(slip.first, slip.last), indent: 6)
      page.field("Done", slip.actions, separator: ", ", indent: 6)
      for proxied in slip.proxied.prefix(Self.proxiedListed) {
        page.field(
          "Proxied",
          [
            proxied.end.address.description,
            "\(proxied.end.verdict.rawValue.uppercased()) (\(proxied.end.reason.rawValue))",
            proxied.end.finding, "\(proxied.end.time.readable) UTC",
            proxied.place == .during ? "during" : "\(proxied.gap.durationText) \(proxied.place.rawValue)",
          ] + proxied.actions, indent: 6)
      }
      let rest = UInt64(slip.proxied.dropFirst(Self.proxiedListed).count).addingCapped(slip.omittedProxied)
      if rest > 0 { page.line("and \(rest.counted("more session")) through shared infrastructure", .quiet, indent: 6) }
      page.paragraph(slip.sentence, indent: 6)
    }
    let rest = UInt64(result.slips.dropFirst(Self.slipsListed).count)
    if rest > 0 { page.line("and \(rest.grouped) more", .quiet, indent: 2) }
    addTimeline(to: &page)
  }

  private func addTimeline(to page: inout TextPage) {
    page.heading("TIMELINE OF DIRECT AND LINKED PROXIED ACTIVITY")
    for stretch in result.timeline.prefix(Self.stretchesListed) {
      page.field(
        stretch.way.rawValue,
        Self.range(stretch.first, stretch.last) + ["\(stretch.address) > \(stretch.host)"]
          + stretch.findings + stretch.slips + stretch.actions)
    }
    let rest = UInt64(result.timeline.dropFirst(Self.stretchesListed).count).addingCapped(result.omittedStretches)
    if rest > 0 { page.line("and \(rest.grouped) more", .quiet, indent: 2) }
  }
}
