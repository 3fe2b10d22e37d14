import Assessment
import Packets

/// Lanes over time: a lane for each finding or address, a bar for each stretch of activity.
struct LaneChart {
  /// A stretch of activity.
  struct Bar {
    let first: Timestamp
    let last: Timestamp
  }

  /// A lane; the kind is the class that gives the fill.
  struct Lane {
    let label: String
    let kind: String
    let bars: [Bar]
    let cells: [String]
  }

  private static let laneHeight = 28
  private static let labelLimit = 22
  /// Lanes and bars of a lane that are drawn.
  private static let laneLimit = 24
  private static let barLimit = 400

  let id: String
  let title: String
  let description: String
  let columns: [String]
  let lanes: [Lane]
  let axis: TimeAxis?

  /// What the template draws; false where there is nothing to draw.
  var values: Any {
    guard let axis, !lanes.isEmpty else { return false }
    let shown = lanes.prefix(Self.laneLimit)
    let bottom = shown.count * Self.laneHeight
    let rest = UInt64(lanes.count - shown.count)
    return [
      "id": id, "title": title, "description": "\(description) \(axis.sentence)", "height": bottom + 30,
      "axisY": bottom + 4, "tickY": bottom + 22, "ticks": axis.ticks, "gaps": axis.gapValues(height: bottom),
      "hasGaps": !axis.gaps.isEmpty,
      "lanes": shown.enumerated().map { index, lane in
        [
          "label": lane.label.cut(toLabel: Self.labelLimit), "textY": index * Self.laneHeight + 19,
          "labelX": (TimeAxis.left - 12).coordinate, "lineY": index * Self.laneHeight + 14,
          "bars": bars(lane, axis, top: index * Self.laneHeight + 6),
        ] as TemplateValues
      },
      "columns": columns,
      "rows": lanes.prefix(ReportPage.rowsListed).map { ["label": $0.label, "cells": $0.cells] as TemplateValues },
      "omitted": rest > 0 ? "\(rest.counted("more lane")) in the table." : false,
    ] as TemplateValues
  }

  /// The bars, of which those at one place are drawn once.
  private func bars(_ lane: Lane, _ axis: TimeAxis, top: Int) -> [TemplateValues] {
    var seen: Set<String> = []
    return lane.bars.compactMap { bar in
      let x = axis.place(of: bar.first)
      let width = max(axis.place(of: bar.last) - x, 3)
      let values: TemplateValues = [
        "x": min(x, TimeAxis.left + TimeAxis.width - 3).coordinate, "y": top, "width": width.coordinate,
        "kind": lane.kind,
      ]
      return seen.insert("\(x.coordinate) \(width.coordinate)").inserted && seen.count <= Self.barLimit ? values : nil
    }
  }
}

extension LaneChart {
  /// The flows of each finding.
  static func findings(_ document: ReportDocument) -> LaneChart {
    LaneChart(
      id: "chart-findings", title: "Findings over time",
      description: "A lane for each finding with the flows listed for it.",
      columns: ["Finding", "Verdict", "First seen (UTC)", "Last seen (UTC)", "Flows"],
      lanes: document.findings.prefix(ReportPage.rowsListed).map { finding in
        Lane(
          label: "\(finding.id) \(finding.verdict.uppercased())",
          kind: Verdict(rawValue: finding.verdict)?.rawValue ?? "none",
          bars: finding.flows.compactMap { flow in
            Timestamp(flow.ts).map { first in
              Bar(first: first, last: first.adding(seconds: flow.duration ?? 0))
            }
          },
          cells: [
            finding.verdict.uppercased(), finding.firstSeen.readableTime, finding.lastSeen.readableTime,
            finding.flowCount.grouped,
          ])
      }, axis: TimeAxis(document))
  }

  /// Direct sessions, and proxied ones that are linked to them, by address.
  static func sessions(_ document: ReportDocument) -> LaneChart {
    var order: [String] = []
    var groups: [String: [ReportDocument.Timeline.Stretch]] = [:]
    let stretches = document.timeline.stretches
    for stretch in stretches.filter({ $0.way == "direct" }) + stretches.filter({ $0.way != "direct" }) {
      let key = "\(stretch.way) \(stretch.address)"
      if groups[key] == nil { order.append(key) }
      groups[key, default: []].append(stretch)
    }
    return LaneChart(
      id: "chart-sessions", title: "Direct and proxied sessions",
      description:
        "A lane for each address: direct sessions, and sessions through shared infrastructure linked to them.",
      columns: ["Way and address", "First seen (UTC)", "Last seen (UTC)", "Flows"],
      lanes: order.map { key in
        let group = groups[key] ?? []
        return Lane(
          label: key, kind: group.first?.way == "direct" ? "direct" : "proxied",
          bars: group.compactMap { stretch in
            guard let first = Timestamp(stretch.firstSeen), let last = Timestamp(stretch.lastSeen) else { return nil }
            return Bar(first: first, last: max(first, last))
          },
          cells: [
            group.map(\.firstSeen).min()?.readableTime ?? "–", group.map(\.lastSeen).max()?.readableTime ?? "–",
            group.reduce(UInt64(0)) { $0.addingCapped($1.flowCount) }.grouped,
          ])
      }, axis: TimeAxis(document))
  }
}

extension Timestamp {
  /// The moment so many seconds later; the last moment there is where that is too far.
  fileprivate func adding(seconds: Double) -> Timestamp {
    let (sum, overflow) = nanoseconds.addingReportingOverflow(Int64((min(max(seconds, 0), 9e9) * 1e9).rounded()))
    return Timestamp(nanoseconds: overflow ? .max : sum)
  }
}
