import ArgumentParser
import Assessment
import CaseStore
import Foundation
import Packets

struct CaseShow: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show",
    abstract: "Show findings with their history, notes and custody",
    discussion: """
      The findings of the latest assessment, each with what earlier ones counted where that differs, and \
      findings that are no longer; what a capture said of flows since; the notes of analysts, each a DRAFT until somebody else accepts it; the custody log, whose chain of hashes is verified. Keep \
      the last hash elsewhere: it vouches for the whole log.

      \(CaseCommand.exitCodes)
        70 the custody log is broken, or the file is damaged

      EXAMPLES
        ascribe case show case.db
        ascribe case show case.db --format json
      """)

  @Argument(help: ArgumentHelp("The case", valueName: "case")) var path: String
  @Option(help: "What standard output gets") var format = CatalogFormat.text

  @Flag(help: "Also check the whole file for damage, which takes minutes for millions of flows") var integrity = false

  func run() throws {
    do {
      let store = try CaseStore(path: path, for: .reading)
      let assessments = try store.assessments()
      let history = try assessments.map { ($0, try store.findings(of: $0.id)) }
      let (notes, custody, chain) = (try store.notes(), try store.custody(), try store.verifyCustody())
      let unassessed = try store.unassessedVerdicts()
      let faults = integrity ? try store.faults() : []
      let output = try CatalogOutput(isDemonstration: store.hasDemonstrationData())
      switch format {
      case .text:
        var lines = [
          "CASE: \(UInt64(try store.captures().count).counted("capture")), "
            + "\(UInt64(assessments.count).counted("assessment"))", "", "FINDINGS",
        ]
        for finding in history.last?.1 ?? [] { lines += text(finding, history) }
        lines += former(history)
        if !unassessed.isEmpty {
          lines += ["", "SAID SINCE, not assessed yet"]
          lines += unassessed.map { "  \(Self.title($0))  \(Self.count($0))" }
        }
        lines += ["", "NOTES: \(notes.count)"] + notes.flatMap { text($0, history) }
        lines += ["", "CUSTODY: \(UInt64(chain.entries).counted("entry", "entries"))"]
        lines += CatalogOutput.table(custody.map { ["\($0.id)", $0.time, $0.event, $0.detail] }, indent: 2)
        lines.append(
          chain.broken.map { "  BROKEN: entry \($0) does not fit; the log, or a note or review, was changed." }
            ?? "  The chain holds; last hash \(chain.last)")
        if integrity { lines += faults.isEmpty ? ["  The file is sound."] : faults.map { "  DAMAGED: \($0)" } }
        try output.write(lines)
      case .json:
        try output.write([
          "schema": "ascribe-case/1",
          "assessments": history.map { record, findings in
            [
              "id": record.id, "time": record.time, "catalog": record.catalog, "run": record.run,
              "options": record.options, "findings": findings.map(json),
            ] as [String: Any]
          },
          "unassessed": unassessed.map {
            [
              "verdict": $0.verdict, "reason": $0.reason, "actor": orNull($0.actor), "flow_count": $0.flowCount,
            ] as [String: Any]
          },
          "notes": notes.map(json), "faults": integrity ? faults : NSNull(),
          "custody": [
            "holds": chain.broken == nil, "last_hash": chain.last, "broken_entry": orNull(chain.broken),
            "entries": custody.map {
              ["id": $0.id, "time": $0.time, "event": $0.event, "detail": $0.detail, "hash": $0.hash] as [String: Any]
            },
          ] as [String: Any],
        ])
      }
      if chain.broken != nil || !faults.isEmpty { throw ExitCode.internalFault }
    } catch let error as CaseError {
      throw error.refusal()
    }
  }

  /// Findings of earlier assessments that the latest has no more, each as it was last.
  private func former(_ history: [(CaseRecord, [FindingRecord])]) -> [String] {
    var known = history.last?.1 ?? []
    var lines: [String] = []
    for (record, findings) in history.dropLast().reversed() {
      for finding in findings where !known.contains(where: { $0.isSame(as: finding) }) {
        known.append(finding)
        lines.append("  no longer: \(Self.title(finding))  \(Self.count(finding)), \(Self.moment(record))")
      }
    }
    return lines
  }

  private static func moment(_ record: CaseRecord) -> String { "\(record.time) catalog \(record.catalog.prefix(8))" }

  private static func count(_ finding: FindingRecord) -> String {
    UInt64(clamping: finding.flowCount).counted("flow")
  }

  private static func title(_ finding: FindingRecord) -> String {
    "\(finding.verdict.uppercased())(\(finding.reason)) \(finding.actor ?? "-") \(finding.entry ?? "-")"
  }

  private func text(_ finding: FindingRecord, _ history: [(CaseRecord, [FindingRecord])]) -> [String] {
    var lines = ["  \(finding.id)  \(Self.title(finding))  \(Self.count(finding))"]
    for (record, findings) in history.dropLast() {
      let same = findings.first { $0.isSame(as: finding) }
      guard same?.flowCount != finding.flowCount else { continue }
      lines.append("      \(Self.moment(record)): \(same.map { Self.count($0) } ?? "no such finding")")
    }
    return lines
  }

  private func text(_ note: CaseNote, _ history: [(CaseRecord, [FindingRecord])]) -> [String] {
    let review = note.review.map { " by reviewer \($0.reviewer)" } ?? ""
    var lines = [
      "  \(note.id)  \(note.state)\(review): \(note.finding) \(note.level) analyst \(note.analyst): \(note.text)"
    ]
    // The same number is another finding in another assessment.
    for (record, findings) in history where record.id == note.assessment {
      lines += findings.filter { $0.id == note.finding }
        .map { "      of \($0.id) \(Self.title($0)), \(Self.moment(record))" }
    }
    return lines
  }

  private func json(_ finding: FindingRecord) -> [String: Any] {
    [
      "id": finding.id, "verdict": finding.verdict, "reason": finding.reason, "actor": orNull(finding.actor),
      "entry": orNull(finding.entry), "flow_count": finding.flowCount,
    ]
  }

  private func json(_ note: CaseNote) -> [String: Any] {
    [
      "id": note.id, "time": note.time, "analyst": note.analyst, "assessment": note.assessment,
      "finding": note.finding, "level": note.level, "text": note.text, "state": note.state.lowercased(),
      "reviewer": orNull(note.review?.reviewer),
    ]
  }
}
