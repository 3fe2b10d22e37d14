import Assessment
import Capture
import Catalog
import Flows
import Foundation
import Packets

/// The same capture through one stage more each time; the difference is what the stage costs.
@main
struct StageBenchmark {
  enum Stage: String, CaseIterable {
    case read = "read: find each frame"
    case decode = "decode: link, IP, transport; hash"
    case table = "table: flows, states, evidence; nothing watched"
    case count = "count: ends of flows without records"
    case records = "records: all that a flow log holds"
    case watch = "watch: every flow covered, payload inspected"
    case assess = "assess: decision table, findings"
  }

  struct Figures {
    var seconds = Double.infinity
    var packets: UInt64 = 0
    var flows: UInt64 = 0
  }

  static func main() throws {
    guard CommandLine.arguments.count == 2 else {
      print("usage: stages CAPTURE\nNanoseconds per packet of each stage on one thread, the best of five rounds.")
      return
    }
    let (path, catalog) = (CommandLine.arguments[1], try everything())
    var best: [Stage: Figures] = [:]
    for _ in 0..<5 {
      for stage in Stage.allCases {
        let figures = try run(stage, path, catalog)
        if figures.seconds < best[stage]?.seconds ?? .infinity { best[stage] = figures }
      }
    }
    var before = 0.0
    for stage in Stage.allCases {
      guard let figures = best[stage] else { continue }
      let perPacket = figures.seconds * 1e9 / Double(max(figures.packets, 1))
      let share = figures.flows > 0 ? ", \(figures.flows) flows" : ""
      print("\(rounded(perPacket)) ns, \(rounded(perPacket - before)) more: \(stage.rawValue)\(share)")
      before = perPacket
    }
  }

  private static func rounded(_ value: Double) -> String {
    let text = String((value * 10).rounded() / 10)
    return String(repeating: " ", count: max(0, 7 - text.count)) + text
  }

  /// A catalog whose only list covers every address.
  private static func everything() throws -> Catalog {
    let text = """
      overlays:
        - {id: all, kind: hosting, snapshot: 2026-01-01, entries: [0.0.0.0/1, 128.0.0.0/1, "::/1", "8000::/1"]}
      """
    let file = FileManager.default.temporaryDirectory.appending(
      path: "stages-\(ProcessInfo.processInfo.processIdentifier).yaml")
    try text.write(to: file, atomically: true, encoding: .utf8)
    defer { try? FileManager.default.removeItem(at: file) }
    return try Catalog(paths: [file.path])
  }

  private static func run(_ stage: Stage, _ path: String, _ catalog: Catalog) throws -> Figures {
    var reading = CaptureOptions()
    (reading.hashesInputs, reading.threads) = (false, 1)
    var figures = Figures()
    let clock = ContinuousClock()
    let start = clock.now
    var source = try CaptureSource(paths: [path], options: reading)
    let isWatched = stage == .watch || stage == .assess
    var table = FlowTable(
      options: FlowTableOptions(), prefixes: isWatched ? catalog.prefixes : PrefixTable(),
      captureStart: source.firstPacketTime ?? Timestamp(nanoseconds: 0))
    var assessment = CaseAssessment(catalog: catalog, context: AssessmentContext())
    let decoder = Decoder()
    var batch = table.makeBatch(decoder: decoder)
    var found = Array(repeating: Frame(), count: PacketBatch.capacity)
    var (unwatched, records) = (0, 0)
    while try source.nextFrames({ frames, bytes in
      if stage == .read {
        var places = found.mutableSpan
        while case let count = frames.next(into: &places), count > 0 { figures.packets += UInt64(count) }
        return
      }
      while case let count = batch.fill(from: bytes, sensor: 0, { frames.next(into: &$0) }), count > 0 {
        figures.packets += UInt64(count)
        if stage != .decode { table.observe(batch, bytes: bytes) }
      }
    }) > 0 {
      guard stage != .read, stage != .decode, stage != .table, figures.packets & 0xFFFF < 256 else { continue }
      drain()
    }
    if stage != .read, stage != .decode, stage != .table {
      table.finish(ofAll: stage != .count) { _ in unwatched += 1 }
      drain()
    }
    func drain() {
      table.drain(table.takeFloodMarks(), ofAll: stage != .count, unwatched: { _ in unwatched += 1 }) { record in
        records += 1
        if stage == .assess { _ = assessment.add(record) }
      }
    }
    figures.seconds = (clock.now - start) / .seconds(1)
    figures.flows = UInt64(unwatched + records)
    return figures
  }
}
