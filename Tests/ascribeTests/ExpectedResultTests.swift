import Foundation
import Testing

/// Each committed capture gives its committed report; `ASCRIBE_RECORD=1` writes them anew for review.
@Suite struct ExpectedResultTests {
  static let expected = Program.root.appending(path: "Captures/expected")

  /// The committed captures.
  static let captures = ((try? FileManager.default.contentsOfDirectory(atPath: Program.capture(""))) ?? [])
    .filter { $0.hasSuffix(".pcap") || $0.hasSuffix(".pcapng") }.sorted()

  @Test func thereAreCaptures() {
    #expect(Self.captures.count >= 8)
  }

  @Test(arguments: captures)
  func reportIsAsCommitted(capture: String) throws {
    let run = try Program.run([
      "analyze", "Captures/\(capture)", "-c", "Config/demonstration.yaml", "--format", "json",
    ])
    #expect(run.exitCode == 0)
    let file = Self.expected.appending(path: "\(capture).json")
    if ProcessInfo.processInfo.environment["ASCRIBE_RECORD"] != nil {
      try FileManager.default.createDirectory(at: Self.expected, withIntermediateDirectories: true)
      try run.output.write(to: file)
    }
    #expect(try run.output == Data(contentsOf: file), "compare with: diff Captures/expected/\(capture).json")
  }

  @Test func readMeShowsRealOutput() throws {
    let readMe = try String(contentsOf: Program.root.appending(path: "README.md"), encoding: .utf8)
    let block = try #require(readMe.split(separator: "```console\n").last?.split(separator: "```").first)
    let output = try Program.analyze([Program.capture("story.pcapng")], []).text.split(separator: "\n")
    for line in block.split(separator: "\n").dropFirst() where line != "…" { #expect(output.contains(line), "\(line)") }
  }

  @Test(arguments: captures)
  func totalsReconcile(capture: String) throws {
    let report = try Program.analyze([Program.capture(capture)]).json
    let totals = try #require(report["totals"] as? [String: Any])
    let rejected = try #require(totals["packets_rejected"] as? [String: Int])
    let packets = try #require(totals["packets"] as? Int)
    let inFlows = try #require(totals["packets_in_flows"] as? Int)
    let dropped = try #require(totals["packets_dropped"] as? Int)
    #expect(packets == inFlows + rejected.values.reduce(0, +) + dropped)
    let verdicts = try #require(totals["flows_by_verdict"] as? [String: Int])
    #expect(verdicts.values.reduce(0, +) == totals["flows"] as? Int)
    let findings = try #require(report["findings"] as? [[String: Any]])
    #expect(findings.compactMap { $0["flow_count"] as? Int }.reduce(0, +) == totals["watched_flows"] as? Int)
  }
}
