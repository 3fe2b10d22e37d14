import Assessment
import Flows
import Inspection
import Packets

/// The links between flows in report.json.
extension Report {
  var linksJSON: JSONValue {
    func json(_ end: Link.End) -> JSONValue {
      .object([
        "uid": .string(end.uid), "ts": .string(end.time.description), "address": .string(end.address.description),
        "verdict": .string(end.verdict.rawValue), "reason": .string(end.reason.rawValue),
        "finding": .string(end.finding),
      ])
    }
    return .array(
      result.links.map { link in
        .object([
          "grade": .string(link.grade.rawValue), "method": .string(link.method.rawValue),
          "from": json(link.from), "to": json(link.to),
          "findings": .strings(
            link.from.finding == link.to.finding ? [link.from.finding] : [link.from.finding, link.to.finding]),
          "caveat": .string(link.caveat),
        ])
      })
  }
}
