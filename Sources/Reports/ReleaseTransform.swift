import Packets

/// Makes a released tree of a report's: every value goes through the table of rules, and what has no rule is left out.
struct ReleaseTransform {
  /// How many values were changed or left out.
  struct Counts: Equatable {
    var addresses: UInt64 = 0
    var uids: UInt64 = 0
    var generalised: UInt64 = 0
    var sentences: UInt64 = 0
    var withheld: UInt64 = 0
  }

  static let withheldSentence = "A sentence is withheld: it holds a name that is not released."

  private(set) var counts = Counts()
  private let rules: ReleaseRules
  private let pseudonyms: Pseudonyms
  private let names: WithheldNames

  init(rules: ReleaseRules = ReleaseRules(ReleaseRule.table), pseudonyms: Pseudonyms, names: WithheldNames) {
    self.rules = rules
    self.pseudonyms = pseudonyms
    self.names = names
  }

  /// The released form of a whole report.
  ///
  /// - Complexity: O(n) in the values.
  mutating func released(_ report: DocumentValue) -> DocumentValue {
    transformed(report, rules, index: 0) ?? .object([:])
  }

  /// The released form of a value; nothing if it is left out.
  private mutating func transformed(_ value: DocumentValue, _ rules: ReleaseRules?, index: Int) -> DocumentValue? {
    guard let rules else {
      counts.withheld += 1
      return nil
    }
    switch (value, rules.rule) {
    case (.null, _): return .null
    case (.array(let elements), .addresses):
      let addresses = elements.compactMap { element -> IPAddress? in
        guard case .string(let text) = element else { return nil }
        return IPAddress(text)
      }
      counts.withheld += UInt64(elements.count - addresses.count)
      return .array(addresses.map { replaced($0) }.sorted().map { .string($0.description) })
    case (_, .withhold):
      counts.withheld += 1
      return .null
    case (.object(let members), _) where rules.isParent:
      var kept: [String: DocumentValue] = [:]
      for (name, member) in members {
        kept[name] = transformed(member, rules.child(name), index: index)
      }
      return .object(kept)
    case (.array(let elements), _) where rules.isParent:
      return .array(
        elements.enumerated().compactMap { transformed($1, rules.child("*"), index: $0) })
    case (.object, _), (.array, _), (_, nil), (_, .addresses):
      counts.withheld += 1
      return nil
    case (_, .keep): return value
    case (_, .generalise(let word)):
      counts.generalised += 1
      return .string(word)
    case (_, .numbered(let word)):
      counts.generalised += 1
      return .string("\(word)-\(index + 1)")
    case (.string(let text), .some(let rule)): return transformed(text, rule)
    default:
      counts.withheld += 1
      return nil
    }
  }

  private mutating func transformed(_ text: String, _ rule: ReleaseRule) -> DocumentValue? {
    switch rule {
    case .address:
      if let address = IPAddress(text) { return .string(replaced(address).description) }
    case .prefix:
      if let prefix = IPPrefix(text) { return .string(pseudonyms.prefix(prefix).description) }
    case .digest:
      counts.generalised += 1
      return .string(pseudonyms.digest(text))
    case .uid:
      counts.uids += 1
      return .string(pseudonyms.uid(text))
    default:
      guard !names.occur(in: text) else {
        counts.withheld += 1
        return .string(Self.withheldSentence)
      }
      let sentence = AddressText.replacing(
        in: UIDText.replacing(in: text) { pseudonyms.uid($0) }, address: { pseudonyms.address($0) },
        prefix: { pseudonyms.prefix($0) })
      if sentence != text { counts.sentences += 1 }
      return .string(sentence)
    }
    counts.withheld += 1
    return nil
  }

  private mutating func replaced(_ address: IPAddress) -> IPAddress {
    let replaced = pseudonyms.address(address)
    if replaced != address { counts.addresses += 1 }
    return replaced
  }

  /// Every address of a report, wherever it stands.
  static func addresses(in value: DocumentValue) -> Set<IPAddress> {
    var found: Set<IPAddress> = []
    func visit(_ value: DocumentValue) {
      switch value {
      case .string(let text):
        _ = AddressText.replacing(
          in: text,
          address: {
            found.insert($0)
            return $0
          }, prefix: { $0 })
      case .array(let elements): for element in elements { visit(element) }
      case .object(let members): for member in members.values { visit(member) }
      case .null, .bool, .count, .number: break
      }
    }
    visit(value)
    return found
  }
}

/// The table of rules as a tree of names.
final class ReleaseRules: Sendable {
  let rule: ReleaseRule?
  private let children: [String: ReleaseRules]

  var isParent: Bool { !children.isEmpty }

  convenience init(_ table: [String: ReleaseRule]) {
    self.init(table.map { ($0.key.split(separator: "/").map(String.init)[...], $0.value) })
  }

  private init(_ paths: [(ArraySlice<String>, ReleaseRule)]) {
    rule = paths.first { $0.0.isEmpty }?.1
    children = Dictionary(grouping: paths.filter { !$0.0.isEmpty }) { $0.0.first ?? "" }
      .mapValues { group in ReleaseRules(group.map { ($0.0.dropFirst(), $0.1) }) }
  }

  func child(_ name: String) -> ReleaseRules? { children[name] ?? children["*"] }
}
