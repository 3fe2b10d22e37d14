import Foundation
import Testing

/// What is read of real peers' conversations, against what their makers know of them.
@Suite struct ProtocolFactTests {
  /// Lines of `facts.tsv`: capture, flow, field, value.
  private static let facts = Program.table("Captures/protocols/facts.tsv")

  static let captures = Set(facts.map { $0[0] }).sorted()

  @Test func `there are captures of many protocols`() { #expect(Self.captures.count >= 15 && Self.facts.count >= 200) }

  @Test(arguments: captures) func `content is as the makers know it`(capture: String) throws {
    let run = try Program.run([
      "analyze", "Captures/protocols/\(capture).pcap", "-c", "Captures/catalog.yaml", "--format", "json",
      "--list-flows",
      "all",
    ])
    #expect(run.exitCode == 0)
    let flows = try Self.flows(run.json)
    let own = Self.facts.filter { $0[0] == capture }
    for (flow, lines) in Dictionary(grouping: own, by: { $0[1] }) {
      let inspection = try #require(flows[flow], "\(flow)")
      for (field, lines) in Dictionary(grouping: lines, by: { $0[2] }) {
        let expected = lines.map { $0[3] }.map { $0 == "T" ? "1" : $0 == "F" ? "0" : $0 }
        let found = Self.values(of: field, in: inspection)
        if expected == ["-"] {
          #expect(found.isEmpty, "\(flow) \(field)")
        } else {
          #expect(Self.holds(found, expected), "\(flow) \(field): \(expected), found \(found)")
        }
      }
    }
  }

  /// What the content of each flow says, by the name that `facts.tsv` gives it.
  private static func flows(_ json: [String: Any]) throws -> [String: [String: Any]] {
    let findings = try #require(json["findings"] as? [[String: Any]])
    var named: [String: [String: Any]] = [:]
    var counts: [String: Int] = [:]
    let all = findings.flatMap { $0["flows"] as? [[String: Any]] ?? [] }
    for flow in all.sorted(by: { ($0["ts"] as? String ?? "") < ($1["ts"] as? String ?? "") }) {
      let name = "\(flow["id.orig_h"] as? String ?? "")#\(flow["proto"] as? String == "udp" ? "u" : "")"
      counts[name, default: 0] += 1
      named["\(name)\(counts[name, default: 0])"] = flow["inspection"] as? [String: Any]
    }
    return named
  }

  /// The values of a field, of all entries of its log in order; `hop.FIELD` gives the chains of a forwarding field.
  private static func values(of field: String, in inspection: [String: Any]) -> [String] {
    let parts = field.split(separator: ".", maxSplits: 1).map(String.init)
    if parts[0] == "hop" {
      let hops = (inspection["hops"] as? [[String: Any]] ?? []).filter {
        ($0["field"] as? String)?.lowercased().replacing("-", with: "_") == parts[1]
      }
      let chains = Dictionary(grouping: hops) { $0["chain"] as? Int ?? 0 }
      return chains.sorted { $0.key < $1.key }.map { $1.compactMap { $0["node"] as? String }.joined(separator: ", ") }
    }
    return (inspection[parts[0]] as? [[String: Any]] ?? []).flatMap { entry -> [String] in
      switch entry[parts[1]] {
      case let texts as [String]: texts
      // Foundation tells flags from numbers on no platform alike: both are written as numbers here.
      case let number as Int: [String(number)]
      case let text as String: [text]
      default: []
      }
    }
  }

  /// Whether values stand in others in their order; a field that every entry repeats is listed once.
  private static func holds(_ found: [String], _ expected: [String]) -> Bool {
    var rest = found[...]
    for value in expected {
      guard let place = rest.firstIndex(of: value) else { return false }
      rest = rest[(place + 1)...]
    }
    return true
  }
}
