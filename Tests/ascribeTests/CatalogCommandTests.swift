import Foundation
import Testing

/// The catalog commands as a user runs them.
@Suite struct CatalogCommandTests {
  private func catalog(_ arguments: String...) throws -> Program.Run { try Program.run(["catalog"] + arguments) }

  private func demonstration(_ arguments: String...) throws -> Program.Run {
    try Program.run(["catalog"] + arguments + ["-c", Program.demonstration])
  }

  @Test func `a name that turns the order of reading is escaped`() throws {
    let path = FileManager.default.temporaryDirectory.appendingPathComponent("turned-\(UUID().uuidString).yaml").path
    defer { try? FileManager.default.removeItem(atPath: path) }
    let text = "actors: [{id: a, name: \"A\\u202eB\\u2028C\\u001b[31m\", level: group}]\n"
    try text.write(toFile: path, atomically: true, encoding: .utf8)
    let run = try catalog("list", "-c", path)
    #expect(run.text.contains(#"A\u{202E}B\u{2028}C\u{1B}[31m"#))
    #expect(!run.text.unicodeScalars.contains { $0 == "\u{202E}" || $0 == "\u{2028}" || $0 == "\u{1B}" })
  }

  // MARK: check

  @Test func `check writes findings to standard output, warnings do not fail it unless strict`() throws {
    let plain = try demonstration("check")
    #expect(plain.exitCode == 0 && plain.errors.isEmpty)
    #expect(plain.text.contains("other-carrier-lease: [contested-overlap] warning: 198.51.100.64/28"))
    #expect(plain.text.contains("0 errors, 6 warnings, 1 for information, checked for 2026-11-20."))
    #expect(try demonstration("check", "--strict").exitCode == 78)
    #expect(try catalog("check", "-c", "Config/north-korea.yaml", "--strict").exitCode == 0)
  }

  @Test func `check says the same in JSON`() throws {
    let run = try demonstration("check", "--format", "json")
    let findings = try #require(run.json["findings"] as? [[String: Any]])
    #expect(run.json["schema"] as? String == "ascribe-catalog-check/1" && run.json["valid"] as? Bool == true)
    #expect(run.json["demonstration_data"] as? Bool == true)
    #expect(findings.count == 7)
    let overlap = try #require(findings.first { $0["code"] as? String == "contested-overlap" })
    #expect(overlap["line"] as? Int == 90 && overlap["severity"] as? String == "warning")
  }

  @Test func `an invalid catalog is 78 with errors and warnings named`() throws {
    let run = try catalog("check", "-c", "Tests/CatalogTests/Planted/planted.yaml")
    #expect(run.exitCode == 78)
    #expect(run.text.contains("[special-purpose] error: ") && run.text.contains("[stale-claim] warning: "))
    #expect(run.text.contains("The catalog is invalid."))
  }

  @Test func `check for another day, and as known at another`() throws {
    #expect(try demonstration("check", "--at", "2040-01-01").text.contains("[stale-claim]"))
    let early = try demonstration("check", "--as-known-at", "2026-11-01")
    #expect(early.text.contains("6 later claims and 2 later overlays left out"))
    #expect(early.text.contains("0 errors, 0 warnings, 0 for information"))
  }

  // MARK: lookup

  @Test func `lookup says each rule and the verdict`() throws {
    let run = try demonstration("lookup", "198.51.100.7", "--at", "2026-11-24")
    #expect(run.exitCode == 0)
    for rule in ["X1", "X2", "X3", "X4", "X5", "X6"] { #expect(run.text.contains("\(rule)  holds")) }
    #expect(run.text.contains("a verified flow then is EXCLUSIVE(direct), Example country network (example-net)"))
    #expect(run.text.contains("B2 [measurement-project]"))
    let contested = try demonstration("lookup", "198.51.100.70", "--at", "2026-11-24").text
    #expect(contested.contains("X3  FAILS") && contested.contains("CONTESTED(overlap)"))
    let tor = try demonstration("lookup", "198.51.100.80", "--at", "2026-12-20T12:00:00Z").text
    #expect(tor.contains("X4  FAILS") && tor.contains("30 days away, stale"))
  }

  @Test func `lookup without a time gives every span`() throws {
    let run = try demonstration("lookup", "198.51.100.70", "--format", "json")
    let answers = try #require(run.json["addresses"] as? [[String: Any]])
    let timeline = try #require(answers.first?["timeline"] as? [[String: Any]])
    #expect(
      timeline.compactMap { $0["verdict"] as? String } == [
        "expired", "expired", "exclusive", "contested", "exclusive", "expired",
      ])
    #expect(timeline[3]["from"] as? String == "2024-01-01T00:00:00.000000000Z")
  }

  @Test func `a mapped address is the IPv4 address, a wrapped one is a hint only`() throws {
    let mapped = try demonstration("lookup", "::ffff:198.51.100.7", "--at", "2026-11-24").text
    #expect(mapped.contains("written as ::ffff:198.51.100.7") && mapped.contains("EXCLUSIVE(direct)"))
    for (address, how) in [
      ("2002:c633:6407::1", "6to4"), ("2001:0:0:0:0:0:39cc:9bf8", "Teredo"), ("64:ff9b::c633:6407", "NAT64"),
    ] {
      let wrapped = try demonstration("lookup", address, "--at", "2026-11-24").text
      #expect(wrapped.contains("\(how) ") && wrapped.contains("around 198.51.100.7: a hint only"), "\(wrapped)")
      #expect(wrapped.contains("claims: none") && !wrapped.contains("EXCLUSIVE"))
    }
    #expect(try demonstration("lookup", "198.51.100").exitCode == 64)
  }

  @Test func `lookup and analyze agree`() throws {
    let report = try Program.analyze([Program.capture("verdicts.pcap")]).json
    let findings = try #require(report["findings"] as? [[String: Any]])
    var compared = 0
    for finding in findings where ["exclusive", "contested", "shared"].contains(finding["verdict"] as? String) {
      let address = try #require((finding["addresses"] as? [String])?.first)
      let time = try #require(finding["first_seen"] as? String)
      let run = try demonstration("lookup", address, "--at", time, "--format", "json")
      let verdict = (run.json["addresses"] as? [[String: Any]])?.first?["verdict"] as? [String: Any]
      #expect(verdict?["verdict"] as? String == finding["verdict"] as? String, "\(address) \(time)")
      compared += 1
    }
    #expect(compared > 1)
  }

  // MARK: list

  @Test func `list filters by actor and time`() throws {
    let all = try demonstration("list", "claims").text
    #expect(all.contains("CLAIMS: 6") && !all.contains("ACTORS"))
    let of = try demonstration("list", "claims", "--actor", "EXNET", "--at", "2010-01-01").text
    #expect(of.contains("CLAIMS: 1") && of.contains("example-net-former"))
    #expect(try demonstration("list", "--actor", "nobody").exitCode == 64)
    let json = try demonstration("list", "--format", "json").json
    #expect((json["claims"] as? [Any])?.count == 6 && (json["sensors"] as? [Any])?.count == 1)
  }

  // MARK: diff

  @Test func `diff names entries field by field and the verdicts that change`() throws {
    let folder = try Scratch()
    let text = try String(contentsOfFile: Program.demonstration, encoding: .utf8)
    let changed = folder.path("new.yaml")
    try text.replacingOccurrences(of: "overlays/demonstration-tor.netset", with: "tor.netset")
      .replacingOccurrences(of: "prefix: 198.51.100.64/28", with: "prefix: 198.51.100.64/29")
      .write(toFile: changed, atomically: true, encoding: .utf8)
    try FileManager.default.copyItem(
      atPath: Program.root.appending(path: "Config/overlays/demonstration-tor.netset").path,
      toPath: folder.path("tor.netset"))
    let run = try catalog("diff", Program.demonstration, changed)
    #expect(run.exitCode == 0)
    #expect(run.text.contains("~ claim other-carrier-lease"))
    #expect(run.text.contains("prefix: 198.51.100.64/28 -> 198.51.100.64/29"))
    #expect(run.text.contains("198.51.100.72 - 198.51.100.79"))
    #expect(run.text.contains("CONTESTED(overlap) -> EXCLUSIVE(direct) example-net"))
    #expect(run.text.contains("1 range of addresses"))
    #expect(try catalog("diff", Program.demonstration, changed, "--exit-status").exitCode == 1)
    #expect(try catalog("diff", Program.demonstration, Program.demonstration, "--exit-status").exitCode == 0)
  }

  @Test func `diff judges the flows of a report again`() throws {
    let report = Program.root.appending(path: "Captures/expected/mail.pcap.json").path
    let empty = try Scratch()
    let catalogs = (Program.demonstration, empty.path("empty.yaml"))
    try "actors: []\n".write(toFile: catalogs.1, atomically: true, encoding: .utf8)
    let run = try catalog("diff", catalogs.0, catalogs.1, "--report", report, "--format", "json")
    let flows = try #require(run.json["flows"] as? [[String: Any]])
    let judged = try #require(run.json["flows_judged"] as? Int)
    #expect(!flows.isEmpty && flows.count == judged)
    // What the report says is what the old catalog says of its flows.
    let expected = try #require(
      try JSONSerialization.jsonObject(with: Data(contentsOf: URL(filePath: report))) as? [String: Any])
    let listed = (expected["findings"] as? [[String: Any]] ?? []).flatMap { $0["flows"] as? [[String: Any]] ?? [] }
    for flow in flows {
      let uid = flow["uid"] as? String
      let original = try #require(listed.first { $0["uid"] as? String == uid })
      let old = flow["old"] as? [String: Any]
      #expect(old?["verdict"] as? String == original["verdict"] as? String)
      #expect(old?["reason"] as? String == original["reason"] as? String)
      #expect((flow["new"] as? [String: Any])?["verdict"] as? String == "none")
    }
  }

  @Test(arguments: ["protocols/forwarded.pcap", "protocols/forwarded-front.pcap", "verdicts.pcap"])
  func `diff judges what a report says of addresses that proxies attest`(capture: String) throws {
    let folder = try Scratch()
    let catalogs = (Program.capture("catalog.yaml"), folder.path("empty.yaml"))
    try "actors: []\n".write(toFile: catalogs.1, atomically: true, encoding: .utf8)
    let report = try Program.run(["analyze", Program.capture(capture), "-c", catalogs.0, "--format", "json"])
    try report.output.write(to: URL(filePath: folder.path("report.json")))
    let findings = try #require(report.json["findings"] as? [[String: Any]])
    let listed = findings.flatMap { $0["flows"] as? [[String: Any]] ?? [] }
    let run = try catalog("diff", catalogs.0, catalogs.1, "--report", folder.path("report.json"), "--format", "json")
    let flows = try #require(run.json["flows"] as? [[String: Any]])
    for flow in flows {
      let original = try #require(listed.first { $0["uid"] as? String == flow["uid"] as? String })
      let old = flow["old"] as? [String: Any]
      #expect(old?["verdict"] as? String == original["verdict"] as? String)
      #expect(old?["reason"] as? String == original["reason"] as? String)
      #expect(old?["actor"] as? String == original["actor"] as? String)
    }
    #expect(flows.count == listed.count && !flows.isEmpty)
  }

  /// Whatever a flow's end is for Zeek, the verdict rests on its last packet; and on the ends of its tunnel.
  @Test func `diff judges a flow by its last packet and its tunnel`() throws {
    let folder = try Scratch()
    func flow(_ more: String) -> String {
      """
      {"schema": "ascribe-report/1", "findings": [{"id": "F1", "flow_count": 1, "reasons": ["direct"], "flows": [{
        "uid": "C1", "ts": "2026-11-24T12:00:00Z", "duration": 1.0, "id.orig_h": "198.51.100.7",
        "id.resp_h": "192.0.2.80", "id.orig_p": 4000, "id.resp_p": 80, "ip_proto": 6, "history": "ShADadFf",
        "orig_grade": "E4", "resp_grade": "E4", "grade_reason": "two_way_verified"\(more)}]}]}
      """
    }
    let (bounded, none) = (folder.path("bounded.yaml"), folder.path("none.yaml"))
    try String(contentsOfFile: Program.demonstration, encoding: .utf8)
      .replacing("valid_until: null", with: "valid_until: 2026-12-01")
      .replacing("path: overlays/", with: "path: \(Program.root.path)/Config/overlays/")
      .write(toFile: bounded, atomically: true, encoding: .utf8)
    try "actors: []\n".write(toFile: none, atomically: true, encoding: .utf8)
    func old(_ more: String) throws -> String? {
      try flow(more).write(toFile: folder.path("report.json"), atomically: true, encoding: .utf8)
      let run = try catalog("diff", bounded, none, "--report", folder.path("report.json"), "--format", "json")
      let flows = try #require(run.json["flows"] as? [[String: Any]])
      return (flows.first?["old"] as? [String: Any])?["verdict"] as? String
    }
    #expect(try old("") == "exclusive")
    #expect(try old(", \"last_packet\": \"2026-12-02T00:00:00Z\"") == "expired")
    #expect(try old(", \"continued_from\": \"2013-06-01T00:00:00Z\"") == "expired")
    let outside = "{\"orig_ends\": [\"203.0.113.9\"], \"resp_ends\": [\"192.0.2.1\"]}"
    #expect(try old(", \"tunnel_parents\": [\"C0\"], \"tunnel\": \(outside)") == "unverifiable")
    #expect(try old(", \"tunnel_parents\": [\"C0\"]") == "unverifiable")
  }

  @Test(arguments: ["9223372036854775807", "18446744073709551615", "-9223372036854775808"])
  func `flows that a report cannot have counted are no more than a count`(count: String) throws {
    let folder = try Scratch()
    let finding = "{\"flow_count\": \(count), \"flows\": []}"
    let text = "{\"schema\": \"ascribe-report/1\", \"findings\": [\(finding), \(finding), \(finding)]}"
    try text.write(toFile: folder.path("report.json"), atomically: true, encoding: .utf8)
    let paths = [Program.demonstration, Program.demonstration, "--report", folder.path("report.json")]
    let run = try Program.run(["catalog", "diff"] + paths + ["--format", "json"])
    #expect(run.exitCode == 0, "\(run.errors)")
    #expect(run.json["flows_unlisted_in_report"] as? UInt64 == (count.first == "-" ? 0 : .max))
  }

  @Test func `a report that is none is 65, a missing one 66`() throws {
    let paths = [Program.demonstration, Program.demonstration, "--report"]
    #expect(try Program.run(["catalog", "diff"] + paths + [Program.capture("mail.pcap")]).exitCode == 65)
    #expect(try Program.run(["catalog", "diff"] + paths + ["no-such.json"]).exitCode == 66)
  }

  // MARK: Knowledge time

  @Test func `analyze as known before anything was recorded attributes nothing and says so`() throws {
    let input = [Program.capture("mail.pcap")]
    let run = try Program.analyze(input, ["--as-known-at", "2026-11-01", "--format", "json"])
    #expect(run.exitCode == 0)
    let entry = try #require(run.json["catalog"] as? [String: Any])
    #expect(entry["as_known_at"] as? String == "2026-11-01T00:00:00.000000000Z")
    #expect((entry["not_yet_known"] as? [String: Int])?["claims"] == 6)
    #expect((run.json["caveats"] as? [String])?.contains { $0.contains("recorded later are left out") } == true)
    let verdicts = (run.json["totals"] as? [String: Any])?["flows_by_verdict"] as? [String: Int]
    #expect(verdicts?["exclusive"] == 0)
    let text = try Program.analyze(input, ["--as-known-at", "2026-11-02"]).text
    #expect(text.contains("EXCLUSIVE") && text.contains("As known"))
    let plain = try Program.analyze(input).json["catalog"] as? [String: Any]
    #expect(plain?["as_known_at"] == nil, "nothing new in a report that does not ask for it")
  }
}
