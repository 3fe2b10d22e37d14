import Assessment
import Flows
import Inspection

/// What the content of a finding's flows says, in the text report: the entries that matter most, and the hops they name.
extension Report {
  /// Entries and hops of a finding that the text shows.
  private static let entriesListed = 5
  /// Fields of an entry that the text shows.
  private static let fieldsListed = 6

  func addContent(of finding: Finding, to page: inout TextPage) {
    let contents = finding.flows.compactMap(\.record.content)
    let entries = contents.flatMap(\.facts.entries)
    for entry in entries.prefix(Self.entriesListed) {
      let fields = entry.fields.prefix(Self.fieldsListed).map { "\($0.name) \($0.value.text)" }
      page.field("Content", [entry.log] + fields, indent: 6)
    }
    let rest = UInt64(entries.dropFirst(Self.entriesListed).count)
    if rest > 0 { page.field("", ["and \(rest.counted("more entry", "more entries")) in its flows"], indent: 6) }
    let hops = contents.flatMap(\.facts.hops)
    for hop in hops.prefix(Self.entriesListed) {
      page.field("Hop", [hop.field, hop.node, hop.trust.rawValue], indent: 6)
    }
  }
}

extension FactValue {
  /// The value on one line.
  fileprivate var text: String {
    switch self {
    case .text(let text): text
    case .number(let number): "\(number)"
    case .flag(let flag): flag ? "yes" : "no"
    case .texts(let texts): texts.joined(separator: ", ")
    case .numbers(let numbers): numbers.map { "\($0)" }.joined(separator: ", ")
    }
  }
}
