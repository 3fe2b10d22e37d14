import Flows
import Packets

/// Differences counted by field and by cause.
struct Tally {
  var captures = 0
  var capturesInScope = 0
  var rows = 0
  var rowsInScope = 0
  var paired = 0
  /// Pairs of which the log says a field.
  var compared: [Field: Int] = [:]
  var equal: [Field: Int] = [:]
  var explained: [Field: Int] = [:]
  var equalRows = 0
  var causes: [Cause: Int] = [:]
  var isVerbose = false

  /// Rows paired with a record that differ in a field for no cause that is known.
  func unexplained(_ field: Field) -> Int {
    (compared[field] ?? 0) - (equal[field] ?? 0) - (explained[field] ?? 0)
  }

  mutating func add(_ capture: String, _ zeek: [ZeekRow], _ replay: Replay) {
    captures += 1
    rows += zeek.count
    guard replay.rejected[.unsupportedLinkType] == nil else { return }
    let comparison = Comparison(rows: zeek, records: replay.records)
    add(capture, comparison, Explanation(capture, comparison, replay), replay)
  }

  /// Counts a comparison that is in scope.
  mutating func add(_ capture: String, _ comparison: Comparison, _ explanation: Explanation, _ replay: Replay) {
    capturesInScope += 1
    rowsInScope += comparison.pairs.count + comparison.onlyZeek.count
    paired += comparison.pairs.count
    for pair in comparison.pairs {
      for field in pair.row.fields {
        compared[field, default: 0] += 1
        if !pair.differences.contains(field) { equal[field, default: 0] += 1 }
      }
      guard !pair.differences.isEmpty else {
        equalRows += 1
        continue
      }
      let cause = explanation.cause(of: pair)
      causes[cause, default: 0] += 1
      if cause != .unexplained { for field in pair.differences { explained[field, default: 0] += 1 } }
      note(
        cause, capture, replay,
        "\(pair.differences.map(\.rawValue).joined(separator: ","))\t\(pair.record.line)\t\(pair.row.text)")
    }
    for row in comparison.onlyZeek {
      let cause = explanation.cause(ofZeek: row)
      causes[cause, default: 0] += 1
      note(cause, capture, replay, "only Zeek\t\t\(row.text)")
    }
    for record in comparison.onlyOurs {
      let cause = explanation.cause(ofOurs: record)
      causes[cause, default: 0] += 1
      note(cause, capture, replay, "only ascribe\t\(record.line)\t")
    }
  }

  private func note(_ cause: Cause, _ capture: String, _ replay: Replay, _ text: String) {
    guard isVerbose else { return }
    let rejected = replay.rejected.map { "\($0.key.rawValue)=\($0.value)" }.sorted().joined(separator: " ")
    let inside = replay.rejectedInTunnels.map { "\($0.key.rawValue)=\($0.value)" }.sorted().joined(separator: " ")
    print("@\(cause)\t\(capture) [\(rejected)] [\(inside)]\t\(text)")
  }

  var table: String {
    var lines = [
      "captures \(captures), in scope \(capturesInScope); rows \(rows), in scope \(rowsInScope), paired \(paired)",
      "equal in every field: \(equalRows) (\(percent(equalRows, of: paired)) of paired)",
      pad("field", 16) + pad("compared", 10) + pad("equal", 10) + pad("of those", 11) + "equal or explained",
    ]
    for field in Field.allCases {
      guard let all = compared[field] else { continue }
      let same = equal[field] ?? 0
      lines.append(
        pad(field.rawValue, 16) + pad("\(all)", 10) + pad("\(same)", 10) + pad(percent(same, of: all), 11)
          + percent(all - unexplained(field), of: all))
    }
    lines.append("differences by cause (pairs, and flows of one side only):")
    for cause in Cause.allCases { lines.append(pad("\(causes[cause] ?? 0)", 8) + cause.rawValue) }
    return lines.joined(separator: "\n")
  }

  private func pad(_ text: String, _ width: Int) -> String {
    text + String(repeating: " ", count: max(width - text.count, 1))
  }

  private func percent(_ count: Int, of total: Int) -> String {
    let perMyriad = total == 0 ? 0 : count * 10_000 / total
    let fraction = perMyriad % 100
    return "\(perMyriad / 100).\(fraction < 10 ? "0" : "")\(fraction) %"
  }
}
