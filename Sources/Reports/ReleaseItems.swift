import Assessment
import Catalog
import Inspection
import Packets

/// What a release commits to.
extension Report {
  /// Members of report.json whose elements are items of their own.
  private static let listed = ["findings", "claims", "inputs", "skipped_inputs", "sensors", "links", "slips"]

  /// The items: each finding and each listed flow of the full report with what it became, withheld claims and overlays,
  /// inputs, sensors, links and slips, the other parts that were changed, and the addresses with their pseudonyms.
  ///
  /// - Complexity: O(n) in the report.
  func items(
    _ whole: DocumentValue, released document: DocumentValue, _ released: ReleasedCase, pseudonyms: Pseudonyms
  ) -> [(name: String, value: DocumentValue)] {
    var items: [(name: String, value: DocumentValue)] = []
    for finding in whole["findings"]?.elements ?? [] {
      let id = finding["id"]?.text ?? ""
      for flow in finding["flows"]?.elements ?? [] {
        let uid = flow["uid"]?.text ?? ""
        items.append(
          ("flow \(uid)", .object(["record": flow, "finding": .string(id), "pseudonym": .string(pseudonyms.uid(uid))])))
      }
      var content = finding
      content.set("flows", .array([]))
      let told = released.judgments.filter { $0.fullFindings.contains(id) }.map { DocumentValue.string($0.finding) }
      items.append(("finding \(id)", .object(["finding": content, "released": .array(told)])))
    }
    items += withheldEntries(beside: released.catalog)
    for (name, list) in [
      ("input", "inputs"), ("skipped input", "skipped_inputs"), ("sensor", "sensors"), ("link", "links"),
      ("slip", "slips"),
    ] {
      for (index, value) in (whole[list]?.elements ?? []).enumerated() { items.append(("\(name) \(index + 1)", value)) }
    }
    if case .object(let members) = whole {
      for (name, value) in members where !Self.listed.contains(name) && value != document[name] {
        items.append(("part \(name)", value))
      }
    }
    for (address, pseudonym) in pseudonyms.replaced {
      items.append(
        (
          "address \(address)",
          .object(["address": .string(address.description), "pseudonym": .string(pseudonym.description)])
        ))
    }
    return items
  }

  private func withheldEntries(beside released: Catalog) -> [(name: String, value: DocumentValue)] {
    let claims = Set(released.claims.map(\.id))
    let overlays = Set(released.overlays.map(\.id))
    return catalog.claims.filter { !claims.contains($0.id) }.map { ("claim \($0.id)", json(of: $0).document) }
      + catalog.overlays.filter { !overlays.contains($0.id) }.map { ("overlay \($0.id)", json(of: $0).document) }
  }
}

extension ApplicationFacts {
  /// Texts of the content that tell somebody: hosts, accounts, paths and the like; not words that sentences need.
  var telling: [String] {
    func texts(_ value: FactValue) -> [String] {
      switch value {
      case .text(let text): [text]
      case .texts(let texts): texts
      case .number, .flag, .numbers: []
      }
    }
    return entries.flatMap { $0.fields.flatMap { texts($0.value) } }
      .filter { $0.utf8.count >= 5 && $0.contains { ".@/\\".contains($0) } && IPAddress($0) == nil }
  }
}
