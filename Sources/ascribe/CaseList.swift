import ArgumentParser
import Assessment
import Capture
import CaseStore
import Packets

struct CaseList: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list",
    abstract: "List captures and runs",
    discussion: """
      Captures in the order of their first packets, then the runs that read them. A run that was cut off is listed as \
      abandoned; nothing of it is in the case. One of interfaces is live while it goes on, and cut if it had no end: \
      what was committed is in the case.

      \(CaseCommand.exitCodes)

      EXAMPLES
        ascribe case list case.db
        ascribe case list case.db --format json
      """)

  @Argument(help: ArgumentHelp("The case", valueName: "case")) var path: String
  @Option(help: "What standard output gets") var format = CatalogFormat.text

  func run() throws {
    do {
      let store = try CaseStore(path: path, for: .reading)
      let (captures, runs) = (try store.captures(), try store.runs())
      let output = try CatalogOutput(isDemonstration: store.hasDemonstrationData())
      switch format {
      case .text:
        let rows = captures.map { capture, sensor in
          [
            capture.sha256.map { String($0.prefix(8)) } ?? "-", capture.firstPacket?.plain ?? "no packets",
            capture.packetCount.counted("packet"), sensor ?? "-", capture.name,
          ]
        }
        try output.write(
          ["CAPTURES: \(UInt64(captures.count).grouped)"] + CatalogOutput.table(rows, indent: 2) + [
            "", "RUNS: \(UInt64(runs.count).grouped)",
          ]
            + CatalogOutput.table(
              runs.map { ["\($0.id)", $0.began, $0.state, ($0.facts?.flows ?? 0).counted("flow")] }, indent: 2))
      case .json:
        try output.write([
          "schema": "ascribe-case-list/1",
          "captures": captures.map { capture, sensor in
            [
              "name": capture.name, "sha256": orNull(capture.sha256), "bytes": capture.byteCount,
              "packets": capture.packetCount, "first_packet": orNull(capture.firstPacket?.description),
              "last_packet": orNull(capture.lastPacket?.description), "sensor": orNull(sensor),
            ] as [String: Any]
          },
          "runs": runs.map {
            [
              "id": $0.id, "began": $0.began, "state": $0.state, "tool_version": $0.toolVersion, "catalog": $0.catalog,
              "flows": orNull($0.facts?.flows), "packets": orNull($0.facts?.packets),
              "filter": orNull($0.facts?.filter),
            ] as [String: Any]
          },
        ])
      }
    } catch let error as CaseError {
      throw error.refusal()
    }
  }
}
