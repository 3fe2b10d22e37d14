import Flows
import Packets
import Testing

/// The flows of Zeek's own tests beside the conn.log that each expects.
///
/// Zeek drops packets with a wrong checksum unless told not to; no test in scope differs for that. Where a test's scripts
/// change what Zeek does, `Explanation` names the test.
@Suite struct BaselineTests {
  @Test(.enabled(if: ConformanceTests.folder != nil, "skipped: the shared captures are not there"))
  func zeekBaselines() throws {
    let folder = try #require(ConformanceTests.folder)
    var tally = Tally()
    tally.isVerbose = ConformanceTests.isVerbose
    var outOfScope: [OutOfScope: Int] = [:]
    let index = try ConformanceTests.index(of: folder, kind: "zeek-conn-log")
    for (log, lines) in Dictionary(grouping: index, by: { $0[1] }).sorted(by: { $0.key < $1.key }) {
      tally.captures += 1
      let rows = try BaselineRow.rows(of: folder + "/" + log)
      tally.rows += rows.count
      // A test may read several captures and write this log of one of them: the one that it differs least from.
      var best: Run?
      var reason = OutOfScope.columns
      for line in lines {
        do {
          let run = try Run(folder, capture: line[0], log: log, note: line[3], rows: rows)
          if run.difference < best?.difference ?? .max { best = run }
        } catch let error as OutOfScope {
          reason = error
        }
      }
      if let best {
        tally.add("\(best.capture) \(log)", best.comparison, best.explanation, best.replay)
      } else {
        outOfScope[reason, default: 0] += 1
      }
    }
    for reason in OutOfScope.allCases { print("\(outOfScope[reason] ?? 0) out of scope: \(reason.rawValue)") }
    print(tally.table)
    #expect(tally.paired >= Self.pairedFloor)
    for (field, floor) in Self.floors { #expect(tally.equal[field] ?? 0 >= floor, "\(field.rawValue)") }
    #expect(tally.causes[.unexplained] ?? 0 == 0)
  }

  /// How many rows must have a record, and how many of those must be equal, by field; as in `ConformanceTests`.
  private static let pairedFloor = 358
  private static let floors: [Field: Int] = [
    .direction: 292, .conn_state: 230, .history: 297, .orig_bytes: 182, .resp_bytes: 183, .missed_bytes: 236,
    .orig_pkts: 203, .resp_pkts: 248, .orig_ip_bytes: 176, .resp_ip_bytes: 223, .duration: 184,
  ]

  /// Why a log is not compared.
  enum OutOfScope: String, Error, CaseIterable {
    case columns = "no columns that are compared"
    case linkType = "a link type that ascribe does not decode"
    case indistinct = "rows without addresses, another number of them than of flows"
    case anotherCapture = "the log of a capture that is not in the collection"
  }

  /// One capture beside the rows.
  private struct Run {
    let capture: String
    let replay: Replay
    let comparison: Comparison
    let explanation: Explanation

    init(_ folder: String, capture: String, log: String, note: String, rows: [BaselineRow]) throws {
      self.capture = capture
      if rows.isEmpty || rows.contains(where: \.fields.isEmpty) { throw OutOfScope.columns }
      replay = try Replay(folder + "/" + capture, options: FlowTableOptions())
      if replay.rejected[.unsupportedLinkType] != nil { throw OutOfScope.linkType }
      if !rows.allSatisfy(\.isPlaced), rows.count != replay.records.count { throw OutOfScope.indistinct }
      comparison = Comparison(rows: rows, records: replay.records)
      if comparison.pairs.isEmpty, note.contains("test reads") { throw OutOfScope.anotherCapture }
      explanation = Explanation(log, comparison, replay)
    }

    /// How much differs, but for what an application analyser of Zeek did.
    var difference: Int {
      let fields = comparison.pairs.reduce(0) { sum, pair in
        sum + (explanation.cause(of: pair) == .analysisPartial ? 0 : pair.differences.count)
      }
      return fields + (comparison.onlyZeek.count + comparison.onlyOurs.count) * Field.allCases.count
    }
  }
}
