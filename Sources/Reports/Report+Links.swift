import Assessment
import Flows
import Inspection
import Packets

/// The links between flows, in JSON and in text.
extension Report {
  /// Links that the text lists.
  private static let linksListed = 20

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

  func addLinks(to page: inout TextPage) {
    guard !result.links.isEmpty else { return }
    page.heading("LINKS (\(UInt64(result.links.count).grouped))")
    for link in result.links.prefix(Self.linksListed) {
      page.line([(link.grade.rawValue.padded(to: 4), .quiet), (link.method.rawValue, .bold)], indent: 2)
      for (name, end) in [("From", link.from), ("To", link.to)] {
        page.field(
          name,
          [
            end.address.description, "\(end.verdict.rawValue.uppercased()) (\(end.reason.rawValue))", end.finding,
            end.uid, "\(end.time.readable) UTC",
          ], indent: 6)
      }
    }
    let rest = UInt64(result.links.dropFirst(Self.linksListed).count).addingCapped(result.omittedLinks)
    if rest > 0 { page.line("and \(rest.grouped) more", .quiet, indent: 2) }
    if let caveat = result.links.first?.caveat { page.paragraph(caveat, indent: 2) }
  }
}
