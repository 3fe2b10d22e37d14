import Assessment

/// Horizontal bars, a row for each thing counted, drawn as SVG by a template; a table says the same in words.
struct BarChart {
  /// A part of a bar.
  struct Segment {
    let kind: String
    let count: UInt64
  }

  /// A row: what is counted, and its parts in the order of `kinds`.
  struct Row {
    let label: String
    let segments: [Segment]
  }

  private static let labelWidth = 140.0
  private static let barWidth = 230.0
  private static let rowHeight = 30
  private static let labelLimit = 20
  /// Rows that are drawn.
  static let rowLimit = 12

  let id: String
  let title: String
  let description: String
  /// What the rows are.
  let subject: String
  /// The kinds of parts with their names; the kind is the class that gives the fill.
  let kinds: [(kind: String, name: String)]
  let rows: [Row]

  /// What the template draws; false where there is nothing to draw.
  var values: Any {
    guard !rows.isEmpty else { return false }
    let shown = rows.prefix(Self.rowLimit)
    let largest = shown.map(\.total).max() ?? 0
    let rest = UInt64(rows.count - shown.count)
    return [
      "id": id, "title": title, "description": description, "subject": subject,
      "height": shown.count * Self.rowHeight + 6,
      "legend": kinds.count > 1 ? kinds.map { ["kind": $0.kind, "name": $0.name] as TemplateValues } : [],
      "bars": shown.enumerated().map { index, row in bar(row, at: index, largest: largest) },
      "columns": kinds.map(\.name),
      "rows": rows.prefix(ReportPage.rowsListed).map { row in
        ["label": row.label, "cells": row.segments.map(\.count.grouped)] as TemplateValues
      },
      "omitted": rest > 0 ? "\(rest.counted("more row")) in the table." : false,
    ] as TemplateValues
  }

  private func bar(_ row: Row, at index: Int, largest: UInt64) -> TemplateValues {
    let top = index * Self.rowHeight
    var x = Self.labelWidth
    var parts: [TemplateValues] = []
    for segment in row.segments where segment.count > 0 {
      // What was counted is never invisible.
      let width = max(Double(segment.count) / Double(max(largest, 1)) * Self.barWidth, 2)
      parts.append(["x": x.coordinate, "y": top + 6, "width": width.coordinate, "kind": segment.kind])
      x += width
    }
    return [
      "label": row.label.cut(toLabel: Self.labelLimit), "labelX": (Self.labelWidth - 10).coordinate, "textY": top + 20,
      "parts": parts, "valueX": (x + 8).coordinate,
      "value": row.segments.filter { $0.count > 0 }.map(\.count.grouped).joined(separator: " + ").orZero,
    ]
  }
}

extension BarChart.Row {
  var total: UInt64 { segments.reduce(0) { $0.addingCapped($1.count) } }
}

extension BarChart {
  /// Flows by verdict.
  static func verdicts(_ document: ReportDocument) -> BarChart {
    BarChart(
      id: "chart-verdicts", title: "Flows by verdict",
      description:
        "All flows of the case by the verdict on them; most flows of a network touch no range of the catalog.",
      subject: "Verdict", kinds: [("count", "flows")],
      rows: Verdict.allCases.map { verdict in
        Row(
          label: verdict.rawValue.uppercased(),
          segments: [Segment(kind: verdict.rawValue, count: document.totals.flowsByVerdict[verdict.rawValue] ?? 0)])
      })
  }

  /// Listed flows by the grade of the side that the verdict speaks of.
  static func grades(_ document: ReportDocument) -> BarChart {
    let flows = document.findings.flatMap(\.flows)
    return BarChart(
      id: "chart-grades", title: "Evidence grades of the flows listed",
      description: "How far packets verify the address that each verdict speaks of; EXCLUSIVE needs E3 or better.",
      subject: "Grade", kinds: [("exclusive", "in EXCLUSIVE findings"), ("other", "in other findings")],
      rows: flows.isEmpty
        ? []
        : ["E5", "E4", "E3", "E2", "E1", "E0"].map { grade in
          let graded = flows.filter { $0.grade == grade }
          let exclusive = UInt64(graded.count { $0.verdict == "exclusive" })
          return Row(
            label: grade,
            segments: [
              Segment(kind: "exclusive", count: exclusive),
              Segment(kind: "other", count: UInt64(graded.count) - exclusive),
            ])
        })
  }

  /// Flows of each claimed range.
  static func ranges(_ document: ReportDocument) -> BarChart {
    BarChart(
      id: "chart-ranges", title: "Flows of each claimed range",
      description: "Flows whose address is verified (E3 to E5), unverified (E0 to E2), or silent, by range.",
      subject: "Range", kinds: [("verified", "verified"), ("unverified", "unverified"), ("silent", "silent")],
      rows: document.baseRates.ranges.map { range in
        Row(
          label: range.range,
          segments: [
            Segment(kind: "verified", count: range.verified), Segment(kind: "unverified", count: range.unverified),
            Segment(kind: "silent", count: range.silent),
          ])
      })
  }

  /// Flows listed by address of the catalog's side, the most frequent first.
  static func addresses(_ document: ReportDocument) -> BarChart {
    var counts: [String: (exclusive: UInt64, other: UInt64)] = [:]
    for flow in document.findings.flatMap(\.flows) {
      for address in flow.coveredAddresses {
        if flow.verdict == "exclusive" {
          counts[address, default: (0, 0)].exclusive += 1
        } else {
          counts[address, default: (0, 0)].other += 1
        }
      }
    }
    let order = counts.sorted { one, other in
      let (left, right) = (one.value.exclusive + one.value.other, other.value.exclusive + other.value.other)
      return left == right ? one.key < other.key : left > right
    }
    return BarChart(
      id: "chart-addresses", title: "Addresses in ranges of the catalog",
      description: "Flows listed for each address, those of EXCLUSIVE findings apart.",
      subject: "Address", kinds: [("exclusive", "in EXCLUSIVE findings"), ("other", "in other findings")],
      rows: order.map { address, count in
        Row(
          label: address,
          segments: [Segment(kind: "exclusive", count: count.exclusive), Segment(kind: "other", count: count.other)])
      })
  }
}

extension ReportDocument.Flow {
  /// The addresses that entries of the catalog cover.
  var coveredAddresses: [String] {
    switch coveredSide {
    case "orig": [originatorAddress]
    case "resp": [responderAddress]
    case "both": [originatorAddress, responderAddress]
    default: []
    }
  }
}

extension String {
  /// The text cut to what a chart has room for.
  func cut(toLabel limit: Int) -> String { dropFirst(limit).isEmpty ? self : "\(prefix(limit - 1))…" }

  fileprivate var orZero: String { isEmpty ? "0" : self }
}

extension Double {
  /// A coordinate with one decimal, the same on every machine.
  var coordinate: String {
    let tenths = Int((self * 10).rounded())
    return "\(tenths / 10).\(abs(tenths % 10))"
  }
}
