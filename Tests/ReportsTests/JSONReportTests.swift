import Assessment
import Catalog
import Flows
import Foundation
import Packets
import Testing

@testable import Reports

@Suite struct JSONReportTests {
  /// The keys of the contract; `[]` stands for each element of an array.
  private static let contractKeys: [String: [String]] = [
    "": [
      "schema", "tool", "marking", "demonstration_data", "interrupted", "inputs", "catalog", "totals", "findings",
      "links",
      "hypotheses", "base_rates", "not_shown", "caveats", "coverage",
    ],
    "tool": ["name", "version"],
    "inputs[]": [
      "name", "bytes", "sha256", "format", "compression", "link_types", "packets", "first_packet", "last_packet",
      "damage",
    ],
    "catalog": ["sha256", "actors", "claims", "overlays"],
    "catalog.overlays[]": ["id", "snapshot", "prefixes"],
    "totals": [
      "packets", "bytes", "flows", "watched_flows", "packets_in_flows", "packets_rejected", "packets_dropped",
      "flows_by_verdict",
    ],
    "totals.flows_by_verdict": ["exclusive", "shared", "contested", "expired", "unverifiable", "none"],
    "findings[]": [
      "id", "verdict", "reason", "reasons", "actor", "claims", "prefix", "likelihood", "confidence", "wording",
      "relevance",
      "actions", "addresses", "flow_count", "packets", "bytes", "first_seen", "last_seen", "flows",
    ],
    "findings[].confidence": ["overall", "path", "control", "handling", "because"],
    "findings[].flows[]": [
      "ts", "uid", "id.orig_h", "id.orig_p", "id.resp_h", "id.resp_p", "proto", "service", "duration", "orig_bytes",
      "resp_bytes", "conn_state", "local_orig", "local_resp", "missed_bytes", "history", "orig_pkts", "orig_ip_bytes",
      "resp_pkts", "resp_ip_bytes", "tunnel_parents", "community_id", "vlan", "inner_vlan", "flow_end_reason",
      "orig_grade", "resp_grade", "grade_reason", "activity", "covered_side", "verdict", "reason", "actor", "claim",
      "frames", "inspection",
    ],
    "findings[].flows[].frames": ["file", "first", "syn", "syn_ack", "ack", "acked_data", "last"],
  ]

  private static func objects(in document: Any, at path: String) -> [[String: Any]] {
    var values: [Any] = [document]
    for step in path.split(separator: ".") {
      let key = step.hasSuffix("[]") ? String(step.dropLast(2)) : String(step)
      values = values.compactMap { ($0 as? [String: Any])?[key] }
      if step.hasSuffix("[]") { values = values.flatMap { $0 as? [Any] ?? [] } }
    }
    return values.compactMap { $0 as? [String: Any] }
  }

  private static func parsed(_ text: String) throws -> [String: Any] {
    try #require(JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
  }

  @Test func readsAsExpected() throws {
    #expect(try Fixtures.report().rendered(as: .json) == Expected.json)
  }

  @Test(arguments: contractKeys.keys.sorted()) func holdsEveryKeyOfTheContract(path: String) throws {
    let document = try Self.parsed(Fixtures.report().rendered(as: .json))
    let objects = Self.objects(in: document, at: path)
    #expect(!objects.isEmpty)
    for object in objects {
      for key in Self.contractKeys[path] ?? [] { #expect(object[key] != nil, "\(path) lacks \(key)") }
    }
  }

  @Test func anEmptyReportHoldsEveryKeyAndACaveat() throws {
    let report = Report(
      toolVersion: "0", inputs: [], catalog: Catalog(), totals: Report.Totals(), result: CaseAssessment.Result())
    let document = try Self.parsed(report.rendered(as: .json))
    for path in ["", "tool", "catalog", "totals", "totals.flows_by_verdict"] {
      for key in Self.contractKeys[path] ?? [] {
        #expect(Self.objects(in: document, at: path).first?[key] != nil, "\(path) lacks \(key)")
      }
    }
    #expect(document["marking"] as? String == "TLP:CLEAR")
    #expect((document["caveats"] as? [String])?.isEmpty == false)
    #expect(try report.rendered(as: .text).contains("CAVEATS\n  - An address is neither"))
  }

  /// Reads raw text, as a parser would lose the order.
  @Test func keysAreSortedInEveryObject() throws {
    var stack: [String] = []
    var count = 0
    for line in try Fixtures.report().rendered(as: .json).split(separator: "\n") {
      let content = line.drop { $0 == " " }
      if content.hasPrefix("{\"") {
        let keys = content.matches(of: #/[{,]"([a-z_.]+)":/#).map { String($0.output.1) }
        let outer = keys.filter { !["ack", "acked_data", "file", "first", "last", "syn", "syn_ack"].contains($0) }
        #expect(outer.count > 30)
        #expect(outer == outer.sorted())
        continue
      }
      if content.hasPrefix("}") { stack.removeLast() }
      if content.hasPrefix("\""), let end = content.dropFirst().firstIndex(of: "\""), content[end...].hasPrefix("\":") {
        let key = String(content[content.index(after: content.startIndex)..<end])
        #expect((stack.last ?? "") < key)
        if !stack.isEmpty { stack[stack.count - 1] = key }
        count += 1
      }
      if content.hasSuffix("{") { stack.append("") }
    }
    #expect(stack.isEmpty)
    #expect(count > 100)
  }

  @Test func timesAreRFC3339WithNanoseconds() throws {
    let document = try Self.parsed(Fixtures.report().rendered(as: .json))
    let finding = try #require(Self.objects(in: document, at: "findings[]").first)
    #expect(finding["first_seen"] as? String == "2014-11-24T08:12:01.000000123Z")
    let flow = try #require(Self.objects(in: document, at: "findings[].flows[]").first)
    #expect(flow["ts"] as? String == "2014-11-24T08:12:01.000000123Z")
    #expect(flow["duration"] as? Double == 1.5)
    #expect(document["report_time"] == nil)
    var report = Fixtures.report()
    report.reportTime = Timestamp(seconds: 0)
    #expect(try Self.parsed(report.rendered(as: .json))["report_time"] as? String == "1970-01-01T00:00:00.000000000Z")
  }

  @Test func absentFramesAndUnsetFieldsAreNull() throws {
    let document = try Self.parsed(Fixtures.report().rendered(as: .json))
    let frames = Self.objects(in: document, at: "findings[].flows[].frames")
    #expect(frames.first?["acked_data"] as? Int == 7)
    #expect(frames.last?["acked_data"] is NSNull)
    #expect(frames.last?["first"] as? Int == 900)
    let single = try #require(Self.objects(in: document, at: "findings[].flows[]").last)
    for key in ["duration", "orig_bytes", "resp_bytes", "service", "inner_vlan"] { #expect(single[key] is NSNull) }
  }

  @Test(arguments: TLP.allCases) func marksAsStrictAsTheClaimsUsed(label: TLP) {
    var catalog = Fixtures.catalog(tlp: label)
    #expect(Fixtures.report(catalog: catalog).marking == label)
    // A stricter claim that no finding rests on changes nothing.
    var unused = catalog.claims[0]
    (unused.id, unused.tlp) = ("unused", .red)
    catalog.claims.append(unused)
    #expect(Fixtures.report(catalog: catalog).marking == label)
  }

  @Test func marksAsStrictAsTheRangesThatItCounts() {
    var report = Fixtures.report(catalog: Fixtures.catalog(tlp: .clear))
    var other = report.catalog.claims[0]
    (other.id, other.tlp) = ("other", .red)
    report.catalog.claims.append(other)
    #expect(report.marking == .clear)
    report.result.statistics.ranges.append(RangeFigures(claim: report.catalog.claims.count - 1))
    #expect(report.marking == .red)
  }

  @Test func marksAsStrictAsOverlaysSensorsAndCaptures() throws {
    var report = Fixtures.report(catalog: Fixtures.catalog(tlp: .clear))
    report.catalog.overlays[0].tlp = .green
    #expect(report.marking == .green)
    report.capturesMarking = .amber
    #expect(report.marking == .amber)
    #expect(report.result.findings.allSatisfy { report.marking(of: $0) == .amber })
    var sensor = Sensor(id: "tap", vantage: .tap, localNetworks: [], trustedProxies: [])
    sensor.tlp = .amberStrict
    report.sensors.append((sensor, []))
    #expect(report.marking == .amberStrict)
    let document = try Self.parsed(report.rendered(as: .json))
    #expect(document["marking"] as? String == "TLP:AMBER+STRICT")
    let findings = try #require(document["findings"] as? [[String: Any]])
    #expect(findings.allSatisfy { $0["marking"] as? String == "TLP:AMBER+STRICT" })
  }

  @Test func totalsReconcileOrAreReported() throws {
    var report = Fixtures.report()
    #expect(report.totals.reconcile)
    #expect(try !report.rendered(as: .text).contains("do not reconcile"))
    report.totals.packetsRejected["not_ip"] = 29_999
    #expect(!report.totals.reconcile)
    #expect(try report.rendered(as: .text).contains("do not reconcile"))
    report.totals.packetsRejected["not_ip"] = .max
    #expect(!report.totals.reconcile)
  }
}
