import Assessment
import Packets

/// How many listed flows began in each of equal stretches of time.
struct ActivityChart {
  private static let binCount = 48
  private static let height = 120.0

  private let axis: TimeAxis?
  private var exclusive = [UInt64](repeating: 0, count: binCount)
  private var other = [UInt64](repeating: 0, count: binCount)
  private var labels: [String] = []

  /// Counts the flows that a document lists.
  ///
  /// - Parameter document: The document.
  init(_ document: ReportDocument) {
    axis = TimeAxis(document)
    guard let axis else { return }
    for flow in document.findings.flatMap(\.flows) {
      guard let time = Timestamp(flow.ts) else { continue }
      let share = (axis.place(of: time) - TimeAxis.left) / TimeAxis.width
      let bin = min(Int(share * Double(Self.binCount)), Self.binCount - 1)
      if flow.verdict == "exclusive" { exclusive[bin] += 1 } else { other[bin] += 1 }
    }
    labels = axis.moments(Self.binCount)
  }

  /// What the template draws; false where there is nothing to draw.
  var values: Any {
    let largest = zip(exclusive, other).map { $0 + $1 }.max() ?? 0
    guard let axis, largest > 0 else { return false }
    let step = TimeAxis.width / Double(Self.binCount)
    var bars: [TemplateValues] = []
    var rows: [TemplateValues] = []
    for bin in 0..<Self.binCount where exclusive[bin] + other[bin] > 0 {
      var y = Self.height
      for (kind, count) in [("exclusive", exclusive[bin]), ("other", other[bin])] where count > 0 {
        let height = max(Double(count) / Double(largest) * (Self.height - 10), 2)
        y -= height
        bars.append([
          "x": (TimeAxis.left + step * Double(bin) + 1).coordinate, "y": y.coordinate, "width": (step - 2).coordinate,
          "height": height.coordinate, "kind": kind,
        ])
      }
      rows.append(["label": labels[bin], "cells": [exclusive[bin].grouped, other[bin].grouped]])
    }
    let bottom = Int(Self.height)
    return [
      "id": "chart-activity", "title": "Activity over time",
      "description": "Flows listed in findings by the time of their first packet. \(axis.sentence)",
      "height": bottom + 30, "axisY": bottom, "tickY": bottom + 20, "ticks": axis.ticks,
      "gaps": axis.gapValues(height: bottom), "hasGaps": !axis.gaps.isEmpty, "bars": bars,
      "labelX": (TimeAxis.left - 12).coordinate, "largest": largest.grouped,
      "columns": ["From (UTC)", "In EXCLUSIVE findings", "In other findings"], "rows": rows,
    ] as TemplateValues
  }
}

extension TimeAxis {
  /// The first moments of so many equal stretches, for people.
  fileprivate func moments(_ count: Int) -> [String] {
    let step = last.nanoseconds(since: first) / Int64(count)
    return (0..<count).map { index in
      let text = Timestamp(nanoseconds: first.nanoseconds + step * Int64(index)).description
      return String(text.prefix(23)).replacing("T", with: " ")
    }
  }
}
