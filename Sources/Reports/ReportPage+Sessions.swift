import Assessment

/// Timeline and sessions, and how direct and proxied ones are linked (methodology 4.7, sections 7 and 8).
extension ReportPage {
  /// Sessions through shared infrastructure of a slip that are shown.
  private static let proxiedListed = 20

  var sessions: TemplateValues {
    let timeline = document.timeline
    return [
      "findingLanes": LaneChart.findings(document).values,
      "sessionLanes": timeline.stretches.isEmpty ? false : LaneChart.sessions(document).values,
      "activityChart": ActivityChart(document).values,
      "stretches": Self.list(timeline.stretches.prefix(Self.rowsListed).map(stretch)),
      "stretchesOmitted": Self.omission(
        timeline.omitted.addingCapped(UInt64(timeline.stretches.dropFirst(Self.rowsListed).count)), "session"),
      "slips": Self.list(document.slips.prefix(Self.rowsListed).map(slip)),
      "slipsOmitted": Self.omission(UInt64(document.slips.dropFirst(Self.rowsListed).count), "candidate slip"),
      "links": Self.list(document.links.prefix(Self.rowsListed).map(link)),
      "linksOmitted": Self.omission(
        UInt64(document.links.dropFirst(Self.rowsListed).count).addingCapped(document.omittedLinks ?? 0), "link"),
      "linkCaveats": Self.distinct(document.links.map(\.caveat)),
    ]
  }

  private func stretch(_ stretch: ReportDocument.Timeline.Stretch) -> TemplateValues {
    [
      "way": stretch.way, "isDirect": stretch.way == "direct", "address": stretch.address, "host": stretch.host,
      "time": ReportDocument.range(stretch.firstSeen, stretch.lastSeen) ?? "", "flows": stretch.flowCount.grouped,
      "actions": stretch.actions.joined(separator: ", "),
      "cited": (stretch.findings + stretch.slips).joined(separator: " "),
    ]
  }

  private func slip(_ slip: ReportDocument.Slip) -> TemplateValues {
    let rest = UInt64(slip.proxied.dropFirst(Self.proxiedListed).count).addingCapped(slip.omittedProxied)
    return [
      "id": slip.id, "grade": slip.grade, "methods": slip.methods.joined(separator: ", "), "wording": slip.wording,
      "facts": Self.fields([
        ("Direct", "\(slip.address) > \(slip.host)"), ("Finding", slip.finding),
        ("Window, lower bound", ReportDocument.range(slip.firstSeen, slip.lastSeen)),
        ("Flows", slip.flowCount.grouped), ("Done", slip.actions.joined(separator: ", ")),
      ]),
      "proxied": slip.proxied.prefix(Self.proxiedListed).map { proxied in
        Self.badge(proxied.verdict).merging([
          "time": "\(proxied.ts.readableTime) UTC", "address": proxied.address, "reason": proxied.reason,
          "finding": proxied.finding, "actions": proxied.actions.joined(separator: ", "),
          "place": proxied.when,
        ]) { $1 }
      },
      "proxiedOmitted": Self.omission(rest, "proxied session"),
    ]
  }

  private func link(_ link: ReportDocument.Link) -> TemplateValues {
    func end(_ end: ReportDocument.Link.End) -> TemplateValues {
      Self.badge(end.verdict).merging([
        "address": end.address, "reason": end.reason, "finding": end.finding, "uid": end.uid,
        "time": "\(end.ts.readableTime) UTC",
      ]) { $1 }
    }
    return ["grade": link.grade, "method": link.method, "from": end(link.from), "to": end(link.to)]
  }

  /// The texts, each once, in order.
  static func distinct(_ texts: [String]) -> [String] {
    var seen: Set<String> = []
    return texts.filter { seen.insert($0).inserted }
  }
}
