import ArgumentParser
import Assessment
import Catalog
import Packets

struct CatalogDiff: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "diff",
    abstract: "Compare two catalogs: entries, and the verdicts that change",
    discussion: """
      Without --report: every range of addresses and span of time for which the verdict on a verified flow (grade E4, \
      opened by the address) differs. With --report: the flows that a report.json lists are judged again with both \
      catalogs; flows that the report does not list cannot be.

      EXAMPLES
        ascribe catalog diff Config/north-korea.yaml Config/demonstration.yaml
        ascribe catalog diff Config/demonstration.yaml Config --report Captures/expected/mail.pcap.json
      """)

  @Argument(help: ArgumentHelp("The old catalog: a file, or a folder of them", valueName: "old"))
  var oldPath: String

  @Argument(help: ArgumentHelp("The new catalog", valueName: "new"))
  var newPath: String

  @Option(help: ArgumentHelp("Judge the flows that this report.json lists", valueName: "path"))
  var report: String?

  @Option(help: ArgumentHelp("Judge the flows of this case", valueName: "path"))
  var store: String?

  @Option(help: ArgumentHelp("Changed ranges or flows that are listed, or 'all'", valueName: "n"))
  var listChanges = ListLimit(count: 1_000)

  @Flag(help: "Let claims cover documentation prefixes; every output is stamped DEMONSTRATION DATA")
  var allowDocumentationRanges = false

  @Option(help: "What standard output gets")
  var format = CatalogFormat.text

  @Flag(help: "Exit with 1 if an entry or a verdict changed")
  var exitStatus = false

  func validate() throws {
    if report != nil, store != nil { throw ValidationError("Give --report or --store, not both.") }
  }

  func run() throws {
    let options = try CatalogOptions.parse(allowDocumentationRanges ? ["--allow-documentation-ranges"] : [])
    let (old, new) = (try options.load([oldPath]), try options.load([newPath]))
    let entries = EntryChange.all(from: old, to: new)
    let flows = try report.map { try ReportedFlows(path: $0) }
    let changedFlows = flows.map { $0.changes(from: old, to: new) }
    let match = try store.map { try StoredFlows(path: $0, from: old, to: new, limit: listChanges.count) }
    let answers = flows == nil && match == nil ? CatalogComparison(old: old, new: new, limit: listChanges.count) : nil
    let output = try CatalogOutput(isDemonstration: old.allowsDocumentationRanges || new.allowsDocumentationRanges)
    switch format {
    case .text:
      var lines = ["ENTRIES: \(UInt64(entries.count).counted("change"))"] + entries.flatMap(\.lines)
      if let answers { lines += text(answers, old, new) }
      if let flows, let changedFlows { lines += text(flows, changedFlows) }
      if let match { lines += match.lines }
      try output.write(lines)
    case .json:
      var members: [String: Any] = [
        "schema": "ascribe-catalog-diff/1", "old": old.summary, "new": new.summary, "entries": entries.map(\.json),
      ]
      if let answers {
        members["answers"] = answers.changes.map(json)
        members["answers_not_listed"] = answers.unlisted
      }
      if let flows, let changedFlows {
        members["flows"] = changedFlows.prefix(listChanges.count).map(\.json)
        members["flows_not_listed"] = max(0, changedFlows.count - listChanges.count)
        members["flows_judged"] = flows.count
        members["flows_unlisted_in_report"] = flows.unlisted
      }
      if let match { members.merge(match.json) { $1 } }
      try output.write(members)
    }
    if exitStatus,
      !entries.isEmpty || !(answers?.changes.isEmpty ?? true) || !(changedFlows?.isEmpty ?? true)
        || match?.hasChanges == true
    {
      throw ExitCode.nothingFound
    }
  }

  private func text(_ answers: CatalogComparison, _ old: Catalog, _ new: Catalog) -> [String] {
    let count = UInt64(answers.changes.count + answers.unlisted)
    var lines = ["", "VERDICTS on a verified flow: \(count.counted("range")) of addresses with a change"]
    for change in answers.changes {
      lines.append("  \(change.first)" + (change.first == change.last ? "" : " - \(change.last)"))
      lines += CatalogOutput.table(
        change.windows.map { window in
          [
            window.from?.plain ?? "always", "until \(window.until?.plain ?? "for ever")",
            "\(window.old.text) -> \(window.new.text)",
          ]
        }, indent: 4)
    }
    if answers.unlisted > 0 {
      lines.append("  \(UInt64(answers.unlisted).counted("more range")) not listed; --list-changes all lists them.")
    }
    return lines
  }

  private func text(_ flows: ReportedFlows, _ changes: [FlowChange]) -> [String] {
    var lines = [
      "", "FLOWS of the report: \(UInt64(flows.count).grouped) judged again, \(UInt64(changes.count).grouped) changed",
    ]
    lines += changes.prefix(listChanges.count).flatMap(\.lines)
    let rest = changes.count - listChanges.count
    if rest > 0 { lines.append("  \(UInt64(rest).counted("more flow")) not listed; --list-changes all lists them.") }
    if flows.unlisted > 0 {
      lines.append(
        "  \(flows.unlisted.counted("flow")) of its findings stand only as a count in the report: analyze again "
          + "with --list-flows all.")
    }
    lines.append("  Flows that the report's own catalog does not cover are not in it: analyze again to see those.")
    return lines
  }

  private func json(_ change: CatalogComparison.Change) -> [String: Any] {
    [
      "first": change.first.description, "last": change.last.description,
      "windows": change.windows.map {
        [
          "from": orNull($0.from?.description), "until": orNull($0.until?.description), "old": $0.old.json,
          "new": $0.new.json,
        ] as [String: Any]
      },
    ]
  }
}

extension CatalogComparison.Answer {
  /// `EXCLUSIVE(direct) example-net`.
  var text: String { "\(verdict.rawValue.uppercased())(\(reason.rawValue))\(actor.map { " \($0)" } ?? "")" }

  /// The answer for programs.
  var json: [String: Any] { ["verdict": verdict.rawValue, "reason": reason.rawValue, "actor": orNull(actor)] }
}
