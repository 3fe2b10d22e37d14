import Foundation
import Testing

/// A case over several runs, as a user fills and reads it.
@Suite struct CaseTests {
  private static let files = ["story.pcapng", "mail.pcap", "tls.pcap", "verdicts.pcap", "scan.pcap", "vlan.pcap"].map(
    Program.capture)

  private func store(_ path: String, _ inputs: [String], _ options: [String] = ["--format", "json"]) throws
    -> Program.Run
  {
    try Program.analyze(inputs, ["--store", path] + options)
  }

  @Test(arguments: [["story.pcapng"], ["slip-proxied.pcap", "slip-direct.pcap"], ["resumption.pcap"], [""]])
  func theReportFromTheStoreIsThatOfTheRun(names: [String]) throws {
    let folder = try Scratch()
    let inputs = names.map(Program.capture)
    let plain = try Program.analyze(inputs)
    #expect(!plain.output.isEmpty)
    #expect(try store(folder.path("all.db"), inputs).output == plain.output)
    // Again, from the flows alone.
    let again = try store(folder.path("all.db"), inputs)
    #expect(again.output == plain.output && again.errors.contains("in the case already and is not read again"))
    if names != [""] {
      let watched = try store(folder.path("watched.db"), inputs, ["--format", "json", "--store-flows", "watched"])
      #expect(watched.output == plain.output)
    }
    for format in ["text", "csv", "zeek"] {
      let options = ["--format", format]
      #expect(try store(folder.path("all.db"), inputs, options).output == Program.analyze(inputs, options).output)
    }
  }

  @Test func aCaseWhereNothingCanBeWrittenIsRead() throws {
    let folder = try Scratch()
    let (place, path) = (folder.path("fixed"), folder.path("fixed/a #1.db"))
    try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: true)
    let report = try store(path, [Program.capture("story.pcapng")])
    try FileManager.default.setAttributes([.posixPermissions: 0o666], ofItemAtPath: path)
    let before = try Data(contentsOf: URL(filePath: path))
    try FileManager.default.setAttributes([.posixPermissions: 0o555], ofItemAtPath: place)
    defer { try? FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: place) }
    // Root may write anywhere.
    let other = geteuid() == 0 ? ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"] : []
    func run(_ arguments: String...) throws -> Program.Run {
      try Program.run(URL(filePath: "/usr/bin/env"), other + [Program.executable.path] + arguments)
    }
    for command in ["list", "show"] { #expect(try run("case", command, path).exitCode == 0) }
    #expect(try run("report", "--store", path, "--format", "json").output == report.output)
    let judged = try run("report", "--store", path, "-c", Program.demonstration, "--as-known-at", "2015-01-01")
    #expect(judged.exitCode == 0 && judged.errors.contains("cannot be written: this report"), "\(judged.errors)")
    #expect(try FileManager.default.contentsOfDirectory(atPath: place) == ["a #1.db"])
    #expect(try Data(contentsOf: URL(filePath: path)) == before)
    // Commits that lie in a file beside it are not passed over.
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: place)
    try before.write(to: URL(filePath: path + "-wal"))
    try FileManager.default.setAttributes([.posixPermissions: 0o555], ofItemAtPath: place)
    #expect(try run("case", "show", path).exitCode == 66)
  }

  @Test func demonstrationDataAreStampedWhereverFindingsStand() throws {
    let folder = try Scratch()
    let (path, report) = (folder.path("c.db"), folder.path("report"))
    _ = try store(path, [Program.capture("mail.pcap")])
    #expect(try Program.analyze([Program.capture("mail.pcap")], ["-o", report]).exitCode == 0)
    for command in [["case", "show", path], ["case", "list", path], ["verify", report]] {
      let run = try Program.run(command)
      #expect(run.text.hasPrefix("DEMONSTRATION DATA"), "\(command)")
      #expect(try Program.run(command + ["--format", "json"]).json["demonstration_data"] as? Bool == true)
    }
    // Another catalog, which claims none.
    let other = folder.path("other.db")
    let real = Program.root.appending(path: "Config/north-korea.yaml").path
    let plain = try Program.run(["analyze", Program.capture("mail.pcap"), "-c", real, "--store", other])
    #expect(plain.exitCode == 0, "\(plain.errors)")
    #expect(try !Program.run(["case", "show", other]).text.contains("DEMONSTRATION"))
  }

  @Test func theOrderInWhichCapturesComeChangesNothing() throws {
    let folder = try Scratch()
    var reports: [Data] = []
    for (index, order) in [Self.files, Self.files.reversed()].enumerated() {
      for file in order { #expect(try store(folder.path("\(index).db"), [file]).exitCode == 0) }
      reports.append(try store(folder.path("\(index).db"), order).output)
    }
    #expect(reports[0] == reports[1])
  }

  /// Linked sessions are linked across runs too: the case keeps the key of its hashes.
  @Test func linksHoldAcrossRuns() throws {
    let folder = try Scratch()
    let names = ["slip-proxied.pcap", "slip-direct.pcap"]
    let whole = try Program.analyze(names.map(Program.capture)).json
    for name in names { _ = try store(folder.path("c.db"), [Program.capture(name)]) }
    let parts = try store(folder.path("c.db"), names.map(Program.capture)).json
    let links = try #require(whole["links"] as? [[String: Any]])
    #expect(!links.isEmpty && (parts["links"] as? [[String: Any]])?.count == links.count)
  }

  /// One capture cut in two, each read in a run of its own, in either order: findings as of the whole.
  @Test(arguments: [10, 14, 20, 30, 40]) func cutFlowsAreJoined(place: Int) throws {
    let folder = try Scratch()
    let bytes = [UInt8](try Data(contentsOf: URL(filePath: Program.capture("mail.pcap"))))
    var (offset, count) = (24, 0)
    while count < place {
      let length = (0..<4).reduce(0) { $0 | Int(bytes[offset + 8 + $1]) << (8 * $1) }
      offset += 16 + length
      count += 1
    }
    try Data(bytes[..<offset]).write(to: URL(filePath: folder.path("a.pcap")))
    try Data(bytes[..<24] + bytes[offset...]).write(to: URL(filePath: folder.path("b.pcap")))
    let parts = [folder.path("a.pcap"), folder.path("b.pcap")]
    let whole = try Program.analyze(parts).json
    var reports: [Data] = []
    for (index, order) in [parts, parts.reversed()].enumerated() {
      for part in order { _ = try store(folder.path("\(index).db"), [part]) }
      let run = try store(folder.path("\(index).db"), parts)
      reports.append(run.output)
      let totals = { (report: [String: Any]) in report["totals"] as? [String: Any] ?? [:] }
      for key in ["packets", "bytes", "flows", "watched_flows"] {
        #expect(totals(run.json)[key] as? Int == totals(whole)[key] as? Int, "\(key)")
      }
      let exclusive = { (report: [String: Any]) in
        (totals(report)["flows_by_verdict"] as? [String: Int])?["exclusive"] ?? 0
      }
      #expect(exclusive(run.json) <= exclusive(whole))
    }
    #expect(reports[0] == reports[1])
  }

  @Test func theSameCaptureUnderAnotherNameIsReadOnce() throws {
    let folder = try Scratch()
    try FileManager.default.copyItem(atPath: Program.capture("mail.pcap"), toPath: folder.path("copy.pcap"))
    let run = try store(folder.path("c.db"), [Program.capture("mail.pcap"), folder.path("copy.pcap")])
    #expect(run.exitCode == 0 && run.errors.contains("is the same as"))
    #expect((run.json["inputs"] as? [Any])?.count == 1)
    let piped = try Program.analyze(
      ["-"], ["--store", folder.path("c.db")],
      input: try Data(contentsOf: URL(filePath: Program.capture("mail.pcap"))))
    #expect(piped.exitCode == 64 && piped.errors.contains("is in the case already"))
    #expect(
      (try Program.run(["case", "list", folder.path("c.db"), "--format", "json"]).json["captures"] as? [Any])?.count
        == 1)
  }

  @Test func caseCommandsSayWhatTheCaseHolds() throws {
    let folder = try Scratch()
    let path = folder.path("c.db")
    _ = try store(path, [Program.capture("story.pcapng")])
    #expect(try Program.run(["case", "list", path]).text.contains("CAPTURES: 1"))
    let note = [
      "case", "note", path, "--finding", "F1", "--level", "P3", "--analyst", "Anna B", "It was\u{1B}[31m they.",
    ]
    #expect(try Program.run(note).exitCode == 0)
    #expect(
      try Program.run(["case", "show", path]).text.contains("1  DRAFT: F1 P3 analyst Anna B: It was\\u{1B}[31m they."))
    let review = ["case", "review", path, "--note", "1", "--accept", "--reviewer"]
    #expect(try Program.run(review + ["anna b"]).exitCode == 64)
    #expect(try Program.run(review + ["Carl D"]).exitCode == 0)
    let show = try Program.run(["case", "show", path, "--integrity"])
    #expect(show.exitCode == 0 && show.text.contains("The file is sound."))
    #expect(show.text.contains("1  ACCEPTED by reviewer Carl D"))
    // Another assessment gives the number to another finding, or to none: the note stays with its own.
    let known = ["-c", Program.demonstration, "--as-known-at", "2015-01-01"]
    #expect(try Program.run(["report", "--store", path] + known).exitCode == 0)
    let later = try Program.run(["case", "show", path]).text
    #expect(later.contains("no longer: EXCLUSIVE(direct)"))
    #expect(later.contains("      of F1 EXCLUSIVE(direct) example-net"))
    #expect(try Program.run(["case", "show", folder.path("none.db")]).exitCode == 66)
  }

  @Test func filtersLetThroughWhatTheySay() throws {
    let folder = try Scratch()
    let path = folder.path("c.db")
    let report = try store(path, [Program.capture("story.pcapng")]).json
    func flows(_ filters: String...) throws -> [[String: Any]] {
      let run = try Program.run(
        ["case", "flows", path, "--format", "json", "--limit", "all", "-c", Program.demonstration] + filters)
      #expect(run.exitCode == 0)
      return try run.output.split(separator: UInt8(ascii: "\n")).map {
        try #require(try JSONSerialization.jsonObject(with: $0) as? [String: Any])
      }
    }
    let all = try flows()
    #expect(all.count == (report["totals"] as? [String: Any])?["flows"] as? Int)
    for verdict in ["exclusive", "shared", "unverifiable", "expired", "none"] {
      #expect(try flows("--verdict", verdict).count == all.count { $0["verdict"] as? String == verdict })
    }
    for finding in try #require(report["findings"] as? [[String: Any]]) {
      let id = try #require(finding["id"] as? String)
      #expect(try flows("--finding", id).count == finding["flow_count"] as? Int)
    }
    let inside = try flows("--address", "198.51.100.0/24")
    func isInside(_ flow: [String: Any]) -> Bool {
      ["id.orig_h", "id.resp_h"].contains { (flow[$0] as? String)?.hasPrefix("198.51.100.") == true }
    }
    #expect(!inside.isEmpty && inside.allSatisfy(isInside) && inside.count == all.count(where: isInside))
    func has25(_ flow: [String: Any]) -> Bool { flow["id.orig_p"] as? Int == 25 || flow["id.resp_p"] as? Int == 25 }
    #expect(try flows("--port", "25").count == all.count(where: has25))
    #expect(try flows("--actor", "example-net").count == all.count { $0["actor"] as? String == "example-net" })
    let time = try #require(all[all.count / 2]["ts"] as? String)
    #expect(try flows("--until", time).count == all.count { ($0["ts"] as? String ?? "") <= time })
    #expect(try flows("--since", "2030-01-01").isEmpty)
    let limited = try Program.run(["case", "flows", path, "--limit", "2", "-c", Program.demonstration])
    #expect(limited.errors.contains("There are more flows than 2"))
    let unknown = try Program.run(["case", "flows", path, "--finding", "F99", "-c", Program.demonstration])
    #expect(unknown.exitCode == 64 && unknown.errors.contains("no finding 'F99'"), "\(unknown.errors)")
  }

  /// Flows that nothing covered are matched later, and never as more than their packets were examined for.
  @Test func anotherCatalogIsMatchedWithoutTheCaptures() throws {
    let folder = try Scratch()
    let path = folder.path("c.db")
    let text = try String(contentsOfFile: Program.demonstration, encoding: .utf8)
    let empty = folder.path("empty.yaml")
    let sensors = try #require(text.range(of: "\nsensors:").map { String(text[$0.lowerBound...]) })
    try ("actors: []\nclaims: []\n" + sensors + "\n").write(toFile: empty, atomically: true, encoding: .utf8)
    let old = try Program.run(["catalog", "check", "-c", empty])
    try #require(old.exitCode == 0, "\(old.text)")
    let copy = folder.path("mail.pcap")
    try FileManager.default.copyItem(atPath: Program.capture("mail.pcap"), toPath: copy)
    #expect(try Program.run(["analyze", copy, "-c", empty, "--store", path]).exitCode == 0)
    try FileManager.default.removeItem(atPath: copy)
    let run = try Program.run(
      ["catalog", "diff", empty, Program.demonstration, "--store", path, "--format", "json"])
    let flows = try #require(run.json["flows"] as? [[String: Any]])
    #expect(!flows.isEmpty)
    for flow in flows {
      #expect(flow["examined"] as? Bool == false)
      #expect((flow["new"] as? [String: Any])?["verdict"] as? String != "exclusive")
    }
    let answer = try Program.run(["catalog", "diff", empty, Program.demonstration, "--store", path])
    #expect(answer.text.contains("not examined when it was read"))
  }

  @Test func optionsThatCannotBeAreRefused() throws {
    let folder = try Scratch()
    #expect(try Program.analyze([Self.files[0]], ["--store", folder.path("c.db"), "--no-hash"]).exitCode == 64)
    #expect(try Program.analyze([Self.files[0]], ["--store", folder.path("none/c.db")]).exitCode == 74)
    try Data("no database, whatever its name says of it, but bytes".utf8).write(to: URL(filePath: folder.path("x.db")))
    #expect(try Program.analyze([Self.files[0]], ["--store", folder.path("x.db")]).exitCode == 65)
  }
}
