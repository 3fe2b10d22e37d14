import Foundation
import Testing

/// Real programs behind proxies and beside them: which sessions belong together, and which only seem to.
@Suite struct StoryTests {
  /// A line of `stories.tsv`: two connections, and what is to be said of them.
  private struct Pair: CustomStringConvertible {
    let story: String
    let first: String
    let second: String
    /// `K4`, `K3`, or nothing.
    let link: String?
    let isSlip: Bool

    var description: String { "\(story): \(first) and \(second)" }
  }

  private static let pairs: [Pair] = Program.table("Captures/stories/stories.tsv").map {
    Pair(story: $0[0], first: $0[1], second: $0[2], link: $0[3] == "none" ? nil : $0[3], isSlip: $0[4] == "yes")
  }

  static let stories = Set(pairs.map(\.story)).sorted()

  @Test func `there are stories and decoys`() {
    #expect(Self.stories.count { !$0.hasPrefix("decoy-") } >= 10 && Self.stories.count { $0.hasPrefix("decoy-") } >= 10)
  }

  @Test(arguments: stories) func `links and slips are as the makers know them`(story: String) throws {
    let run = try Program.run([
      "analyze", "Captures/stories/\(story).pcap", "-c", "Captures/catalog.yaml", "--format", "json", "--list-flows",
      "all",
    ])
    #expect(run.exitCode == 0)
    let report = try Report(run.json)
    for pair in Self.pairs where pair.story == story {
      // An address that no list names is no flow of any finding.
      guard let first = report.uids[pair.first], let second = report.uids[pair.second] else {
        #expect(pair.link == nil && !pair.isSlip, "\(pair)")
        continue
      }
      #expect(report.grade(first, second) == pair.link, "\(pair)")
      #expect(
        report.slips.contains { $0.direct.contains(second) && $0.proxied.contains(first) } == pair.isSlip, "\(pair)")
    }
    #expect(story.hasPrefix("decoy-") == report.slips.isEmpty)
  }

  /// What a report says of connections, links and slips.
  private struct Report {
    /// The uid of each connection by the name that `stories.tsv` gives it.
    var uids: [String: String] = [:]
    private var links: [(grade: String, ends: Set<String>)] = []
    var slips: [(direct: Set<String>, proxied: Set<String>)] = []

    init(_ json: [String: Any]) throws {
      let findings = try #require(json["findings"] as? [[String: Any]])
      let flows = findings.flatMap { $0["flows"] as? [[String: Any]] ?? [] }.filter { $0["proto"] as? String == "tcp" }
      var counts: [String: Int] = [:]
      for flow in flows.sorted(by: { ($0["ts"] as? String ?? "") < ($1["ts"] as? String ?? "") }) {
        let ends = [flow["id.orig_h"], flow["id.resp_h"]].compactMap { $0 as? String }
        let remote = try #require(ends.first { !$0.hasPrefix("192.0.2.") })
        counts[remote, default: 0] += 1
        uids["\(remote)#\(counts[remote, default: 0])"] = flow["uid"] as? String
      }
      for link in try #require(json["links"] as? [[String: Any]]) {
        let ends = [link["from"], link["to"]].compactMap { ($0 as? [String: Any])?["uid"] as? String }
        links.append((link["grade"] as? String ?? "", Set(ends)))
      }
      for slip in try #require(json["slips"] as? [[String: Any]]) {
        let proxied = (slip["proxied"] as? [[String: Any]] ?? []).compactMap { $0["uid"] as? String }
        slips.append((Set(slip["flows"] as? [String] ?? []), Set(proxied)))
      }
    }

    /// The grade of the link between two flows.
    func grade(_ one: String, _ other: String) -> String? { links.first { $0.ends == [one, other] }?.grade }
  }
}
