import Assessment
import Catalog
import Flows
import Foundation
import Packets
import TestSupport
import Testing

@testable import Reports

/// Reads a Zeek log back, by the names of its header alone.
struct ZeekLog {
  var fields: [String] = []
  var types: [String] = []
  var rows: [[String: String]] = []
  var isClosed = false

  init(_ text: String) throws {
    for line in text.split(separator: "\n", omittingEmptySubsequences: false).dropLast() {
      let parts = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
      switch parts[0] {
      case "#fields": fields = Array(parts.dropFirst())
      case "#types": types = Array(parts.dropFirst())
      case "#close": isClosed = true
      case _ where line.hasPrefix("#"): break
      default:
        try #require(parts.count == fields.count, "a row of \(parts.count) fields for \(fields.count)")
        rows.append(Dictionary(uniqueKeysWithValues: zip(fields, parts)))
      }
    }
  }
}

/// Reads RFC 4180.
func readCSV(_ text: String) -> [[String]] {
  var rows: [[String]] = [[]]
  var field = ""
  var isQuoted = false
  var characters = text.unicodeScalars.makeIterator()
  var pushed: Unicode.Scalar?
  while let scalar = pushed ?? characters.next() {
    pushed = nil
    switch scalar {
    case "\"" where isQuoted:
      let next = characters.next()
      if next == "\"" {
        field.unicodeScalars.append("\"")
      } else {
        isQuoted = false
        pushed = next
      }
    case "\"" where field.isEmpty: isQuoted = true
    case "," where !isQuoted:
      rows[rows.count - 1].append(field)
      field = ""
    case "\n" where !isQuoted:
      rows[rows.count - 1].append(field)
      field = ""
      rows.append([])
    case "\r" where !isQuoted: break
    default: field.unicodeScalars.append(scalar)
    }
  }
  return rows.dropLast()
}

func log(
  _ format: FlowLogFormat, catalog: Catalog = Fixtures.catalog(), _ flows: [(FlowRecord, FlowAssessment)]
) throws -> String {
  let collector = Collector()
  var writer = FlowLogWriter(format: format, catalog: catalog, sink: collector.take)
  for (record, assessment) in flows { try writer.write(record, assessment: assessment) }
  try writer.finish()
  return collector.text
}

@Suite struct FlowLogTests {
  /// Records with every field drawn at random.
  private static func randomFlows(_ count: Int) -> [(FlowRecord, FlowAssessment)] {
    var generator = SeededGenerator(seed: 7)
    func address() -> IPAddress {
      Bool.random(using: &generator)
        ? IPAddress(v4: .random(in: 0 ... .max, using: &generator))
        : IPAddress(high: 0x2001_0DB8_0000_0000, low: .random(in: 0 ... .max, using: &generator))
    }
    return (0..<count).map { _ in
      let start = Int64.random(in: -1_000_000_000_000...4_000_000_000_000_000_000, using: &generator)
      var record = FlowRecord(
        originator: Endpoint(address: address(), port: .random(in: 0 ... .max, using: &generator)),
        responder: Endpoint(address: address(), port: .random(in: 0 ... .max, using: &generator)),
        ipProtocol: IPProtocol(rawValue: [1, 6, 17, 58, 132].randomElement(using: &generator) ?? 6),
        vlan: VLANTags(
          outer: [0, 4095, VLANTags.absent].randomElement(using: &generator) ?? 0,
          inner: [1, VLANTags.absent].randomElement(using: &generator) ?? 1),
        firstPacket: Timestamp(nanoseconds: start),
        lastPacket: Timestamp(nanoseconds: start + .random(in: 0...1, using: &generator) * 86_400_123_456_789))
      record.originatorCounts.packets = .random(in: 0 ... .max, using: &generator)
      record.originatorCounts.ipBytes = .random(in: 0 ... .max, using: &generator)
      record.originatorCounts.payloadBytes = .random(in: 0 ... .max, using: &generator)
      record.responderCounts.packets = .random(in: 0...9, using: &generator)
      record.responderCounts.ipBytes = .random(in: 0...99, using: &generator)
      record.responderCounts.payloadBytes = .random(in: 0...999, using: &generator)
      record.connectionState = ConnectionState.allCases.randomElement(using: &generator) ?? .oth
      record.history = ["", "ShADadfFttttttttttttttt", "^d"].randomElement(using: &generator) ?? ""
      record.missedBytes = .random(in: 0...3, using: &generator)
      record.endReason = FlowEndReason.allCases.randomElement(using: &generator) ?? .idle
      record.originatorIsLocal = [true, false, nil].randomElement(using: &generator) ?? nil
      record.responderIsLocal = [true, false, nil].randomElement(using: &generator) ?? nil
      record.originatorEvidence = SideEvidence(.e3, .midstream)
      record.responderEvidence = SideEvidence(.e0, .flood)
      record.activity = Activity.allCases.randomElement(using: &generator) ?? .probe
      let verdict = Verdict.allCases.randomElement(using: &generator) ?? .none
      let assessment = FlowAssessment(
        verdict: verdict, reason: VerdictReason.allCases.randomElement(using: &generator) ?? .direct,
        coveredSide: CoveredSide.allCases.randomElement(using: &generator),
        speaksOfOriginator: .random(using: &generator), actor: [0, nil].randomElement(using: &generator) ?? nil,
        claims: [[0], []].randomElement(using: &generator) ?? [])
      return (record, assessment)
    }
  }

  private static func micros(_ text: String?) throws -> Int64 {
    let parts = try #require(text).split(separator: ".")
    try #require(parts.count == 2 && parts[1].count == 6)
    let whole = try #require(Int64(parts[0]))
    let fraction = try #require(Int64(parts[1]))
    return whole * 1_000_000 + (parts[0].hasPrefix("-") ? -fraction : fraction)
  }

  private static func flag(_ value: Bool?) -> String { value.map { $0 ? "T" : "F" } ?? "-" }

  @Test func aZeekLogReadBackIsTheRecord() throws {
    let flows = Self.randomFlows(500)
    let text = try log(.zeek, flows)
    let parsed = try ZeekLog(text)
    #expect(
      text.hasPrefix("#separator \\x09\n#set_separator\t,\n#empty_field\t(empty)\n#unset_field\t-\n#path\tconn\n"))
    #expect(parsed.isClosed)
    #expect(parsed.types.count == parsed.fields.count)
    #expect(Array(parsed.fields.prefix(21)) == Self.zeekFields)
    #expect(parsed.rows.count == flows.count)
    for (row, (record, assessment)) in zip(parsed.rows, flows) {
      #expect(abs(try Self.micros(row["ts"]) * 1_000 - record.firstPacket.nanoseconds) <= 1_000)
      #expect(row["id.orig_h"] == record.originator.address.description)
      #expect(row["id.orig_p"] == "\(record.originator.port)")
      #expect(row["id.resp_h"] == record.responder.address.description)
      #expect(row["id.resp_p"] == "\(record.responder.port)")
      #expect(row["ip_proto"] == "\(record.ipProtocol.rawValue)")
      if record.activeUntil > record.firstPacket {
        #expect(abs(try Self.micros(row["duration"]) - 86_400_123_457) <= 1)
        #expect(row["orig_bytes"] == "\(record.originatorCounts.payloadBytes)")
        #expect(row["resp_bytes"] == "\(record.responderCounts.payloadBytes)")
      } else {
        #expect([row["duration"], row["orig_bytes"], row["resp_bytes"]] == ["-", "-", "-"])
      }
      #expect(row["conn_state"] == record.connectionState.rawValue)
      #expect(row["local_orig"] == Self.flag(record.originatorIsLocal))
      #expect(row["local_resp"] == Self.flag(record.responderIsLocal))
      #expect(row["missed_bytes"] == "\(record.missedBytes)")
      #expect(row["history"] == (record.history.isEmpty ? "-" : record.history))
      #expect(row["orig_pkts"] == "\(record.originatorCounts.packets)")
      #expect(row["orig_ip_bytes"] == "\(record.originatorCounts.ipBytes)")
      #expect(row["resp_pkts"] == "\(record.responderCounts.packets)")
      #expect(row["resp_ip_bytes"] == "\(record.responderCounts.ipBytes)")
      #expect(row["vlan"] == (record.vlan.outer == VLANTags.absent ? "-" : "\(record.vlan.outer)"))
      #expect(row["inner_vlan"] == (record.vlan.inner == VLANTags.absent ? "-" : "\(record.vlan.inner)"))
      #expect(row["flow_end_reason"] == record.endReason.name)
      #expect([row["orig_grade"], row["resp_grade"]] == ["E3", "E0"])
      #expect(row["grade_reason"] == (assessment.speaksOfOriginator ? "midstream" : "flood"))
      #expect(row["activity"] == record.activity.rawValue)
      #expect(row["covered_side"] == assessment.coveredSide?.rawValue ?? "-")
      #expect(row["verdict"] == assessment.verdict.rawValue)
      #expect(row["reason"] == assessment.reason.rawValue)
      #expect(row["actor"] == (assessment.actor == nil ? "-" : "example-net"))
      #expect(row["claim"] == (assessment.claims.isEmpty ? "-" : "example-1"))
    }
  }

  private static let zeekFields = [
    "ts", "uid", "id.orig_h", "id.orig_p", "id.resp_h", "id.resp_p", "proto", "service", "duration", "orig_bytes",
    "resp_bytes", "conn_state", "local_orig", "local_resp", "missed_bytes", "history", "orig_pkts", "orig_ip_bytes",
    "resp_pkts", "resp_ip_bytes", "tunnel_parents",
  ]

  /// The three formats of one flow say the same.
  @Test func formatsAgree() throws {
    let flows = Self.randomFlows(100)
    let zeek = try ZeekLog(log(.zeek, flows))
    let csv = readCSV(try log(.csv, flows))
    let json = try log(.json, flows).split(separator: "\n").map {
      try #require(JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any])
    }
    #expect(csv.first == zeek.fields)
    #expect(csv.count == flows.count + 1)
    #expect(json.count == flows.count)
    for index in flows.indices {
      let isWatched = flows[index].1.coveredSide != nil
      let watched =
        isWatched
        ? ["continued_from", "frames", "grade", "inspection", "last_packet", "notes", "other_side", "tunnel"] : []
      #expect(Set(json[index].keys) == Set(zeek.fields + watched))
      for (column, name) in zeek.fields.enumerated() where name != "ts" && name != "duration" {
        let inZeek = try #require(zeek.rows[index][name])
        let inCSV = csv[index + 1][column]
        switch json[index][name] {
        case is NSNull: #expect(inZeek == "-" && inCSV == "")
        case let text as String: #expect(inZeek == text && inCSV == text)
        case let number as NSNumber where ["T", "F"].contains(inZeek):
          #expect(number.boolValue == (inZeek == "T") && inCSV == (inZeek == "T" ? "true" : "false"))
        case let number as NSNumber: #expect(number.stringValue == inZeek && inCSV == inZeek)
        default: Issue.record("\(name) is missing")
        }
      }
    }
  }

  @Test func aTunnelledFlowNamesItsOuterFlow() throws {
    let flows = Self.randomFlows(2)
    var (inner, assessment) = flows[1]
    var uid = FlowUID()
    var tunnel = FlowRecord.Tunnel(parent: uid.value(for: flows[0].0))
    tunnel.originatorEnds = [IPAddress(v4: 0xCB00_7109), IPAddress(high: 0x2001_0DB8_0000_0000, low: 1)]
    inner.tunnel = tunnel
    assessment.coveredSide = .originator
    let parent = uid.string(for: flows[0].0)
    #expect(try ZeekLog(log(.zeek, [(inner, assessment)])).rows[0]["tunnel_parents"] == parent)
    let csv = readCSV(try log(.csv, [(inner, assessment)]))
    #expect(csv[1][try #require(csv[0].firstIndex(of: "tunnel_parents"))] == parent)
    let json = try log(.json, [(inner, assessment)])
    #expect(json.contains("\"tunnel_parents\":[\"\(parent)\"]"))
    #expect(json.contains("\"tunnel\":{\"orig_ends\":[\"203.0.113.9\",\"2001:db8::1\"],\"resp_ends\":[]}"))
  }

  @Test func bytesReachTheSinkInPiecesAndInOrder() throws {
    let flows = Self.randomFlows(2_000)
    let collector = Collector()
    var writer = FlowLogWriter(format: .json, catalog: Fixtures.catalog(), sink: collector.take)
    for (record, assessment) in flows { try writer.write(record, assessment: assessment) }
    try writer.finish()
    #expect(collector.pieces > 10)
    let whole = try flows.map { try log(.json, [$0]) }.joined()
    #expect(collector.text == whole)
  }

  @Test func anErrorOfTheSinkReachesTheCaller() throws {
    struct DiskFull: Error {}
    var writer = FlowLogWriter(format: .csv, catalog: Fixtures.catalog()) { _ in throw DiskFull() }
    try writer.write(Fixtures.record(), assessment: Fixtures.exclusive())
    #expect(throws: DiskFull.self) { try writer.finish() }
    #expect(throws: DiskFull.self) { try Fixtures.report().render(as: .json) { _ in throw DiskFull() } }
  }

  @Test(arguments: [0, 1, 127, 128, 129, 256, 257, 1_000])
  func `two threads write the rows of a report as one does`(count: Int) throws {
    struct DiskFull: Error {}
    var report = Fixtures.report()
    report.result.findings[0].flows = Self.randomFlows(count).map { AssessedFlow(record: $0, assessment: $1) }
    let alone = try report.rendered(as: .json)
    report.threads = 2
    for _ in 0..<5 { #expect(try report.rendered(as: .json) == alone) }
    #expect(alone.split(separator: "\n").count > count)
    var pieces = 0
    let fails: ByteSink = { _ in
      pieces += 1
      if pieces == 3 { throw DiskFull() }
    }
    if count == 1_000 { #expect(throws: DiskFull.self) { try report.render(as: .json, to: fails) } }
  }

  /// A smoke test: the limits are far away, so that only a cost that grows with the log trips it.
  @Test func aRowCostsTheSameAfterManyRows() throws {
    #if DEBUG
      let (count, limit) = (5_000, Duration.seconds(60))
    #else
      let (count, limit) = (200_000, Duration.seconds(20))
    #endif
    let flows = Self.randomFlows(100)
    for format in FlowLogFormat.allCases {
      var lines = 0
      let catalog = Fixtures.catalog()
      let time = try ContinuousClock().measure {
        var writer = FlowLogWriter(format: format, catalog: catalog) { piece in
          lines += piece.count { $0 == UInt8(ascii: "\n") }
        }
        for index in 0..<count { try writer.write(flows[index % 100].0, assessment: flows[index % 100].1) }
        try writer.finish()
      }
      #expect(lines >= count)
      #expect(time < limit, "\(count) rows of \(format) took \(time)")
    }
  }

  @Test func demonstrationDataStampsEveryRow() throws {
    var catalog = Fixtures.catalog()
    catalog.allowsDocumentationRanges = true
    let flows = [(Fixtures.record(), Fixtures.exclusive()), (Fixtures.record(), FlowAssessment(unwatched: .noClaim))]
    let zeek = try ZeekLog(log(.zeek, catalog: catalog, flows))
    #expect(zeek.rows.allSatisfy { $0["demonstration_data"] == "T" })
    #expect(try log(.zeek, catalog: catalog, flows).contains("\n#comment\tDEMONSTRATION DATA"))
    let csv = readCSV(try log(.csv, catalog: catalog, flows))
    #expect(csv.map(\.last) == ["demonstration_data", "true", "true"])
    for line in try log(.json, catalog: catalog, flows).split(separator: "\n") {
      #expect(line.contains("\"demonstration_data\":true"))
    }
    #expect(try !log(.json, flows).contains("demonstration"))
  }
}
