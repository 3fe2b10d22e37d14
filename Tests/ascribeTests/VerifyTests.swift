import Foundation
import Packets
import Reports
import TestSupport
import Testing

/// `analyze -o` and `verify`: what a folder holds, and that it can be held to it.
@Suite struct VerifyTests {
  /// Every committed capture.
  static let captures = ["", "stories/", "protocols/"].flatMap { folder in
    ((try? FileManager.default.contentsOfDirectory(atPath: Program.capture(folder))) ?? [])
      .filter { $0.hasSuffix(".pcap") || $0.hasSuffix(".pcapng") }.sorted().map { "Captures/\(folder)\($0)" }
  }

  /// Writes a report folder.
  private func report(_ scratch: Scratch, _ inputs: [String], _ options: [String] = []) throws -> String {
    let folder = scratch.path("report")
    let run = try Program.analyze(inputs, options + ["-o", folder])
    try #require(run.exitCode == 0, "\(run.errors)")
    #expect(run.output.isEmpty)
    return folder
  }

  private func verify(_ arguments: [String]) throws -> Program.Run {
    try Program.run(["verify"] + arguments + ["--format", "json"])
  }

  /// Changes a file of the folder and makes the manifest agree, as a forger would.
  private func forge(
    _ folder: String, _ name: String, mayBeSame: Bool = false, _ change: (String) throws -> String
  ) throws {
    let file = URL(filePath: "\(folder)/\(name)")
    let text = try String(contentsOf: file, encoding: .utf8)
    let changed = try change(text)
    try #require(mayBeSame || changed != text)
    try changed.write(to: file, atomically: true, encoding: .utf8)
    let path = URL(filePath: "\(folder)/manifest.json")
    var manifest = try Manifest(verifying: Data(contentsOf: path))
    manifest.files = manifest.files.compactMap { ReportFolder.describe($0.name, in: folder) }
    try Data(manifest.bytes).write(to: path)
  }

  @Test(arguments: captures)
  func everyFindingOfAnUntouchedFolderHolds(capture: String) throws {
    let scratch = try Scratch()
    let folder = try report(scratch, [capture])
    let run = try verify([folder, "-c", Program.demonstration])
    #expect(run.exitCode == 0, "\(run.text)")
    let findings = try #require(run.json["findings"] as? [[String: Any]])
    #expect(findings.allSatisfy { $0["state"] as? String == "holds" }, "\(run.text)")
    let again = try #require(run.json["made_again"] as? [String: Any])
    #expect(again["same"] as? Bool == true)
    #expect(again["whole_catalog"] as? Bool == true)
    #expect((run.json["changes"] as? [Any])?.isEmpty == true)
  }

  @Test func aThousandChangedBytesAreFound() throws {
    let scratch = try Scratch()
    let folder = try report(scratch, ["Captures/mail.pcap"])
    let files = ReportFolder.files(in: folder)
    #expect(files.contains("evidence/F1.pcapng") && files.contains("catalog.yaml"))
    var random = SeededGenerator(seed: 1_000)
    for _ in 0..<1_000 {
      let name = try #require(files.randomElement(using: &random))
      let handle = try #require(FileHandle(forUpdatingAtPath: "\(folder)/\(name)"))
      let place = UInt64.random(in: 0..<(try handle.seekToEnd()), using: &random)
      try handle.seek(toOffset: place)
      let byte = try #require(try handle.read(upToCount: 1)?.first)
      func put(_ byte: UInt8) throws {
        try handle.seek(toOffset: place)
        try handle.write(contentsOf: Data([byte]))
      }
      try put(byte ^ UInt8.random(in: 1...255, using: &random))
      #expect(FolderCheck(of: folder).changes.contains { $0.name == name }, "\(name) at \(place)")
      try put(byte)
    }
    #expect(FolderCheck(of: folder).changes.isEmpty)
  }

  @Test(arguments: ["flows.log", "evidence/F1.pcapng"]) func aPipeInTheFolderIsNotWaitedFor(name: String) throws {
    let scratch = try Scratch()
    let folder = try report(scratch, ["Captures/mail.pcap"])
    try FileManager.default.removeItem(atPath: "\(folder)/\(name)")
    #expect(try Program.run(URL(filePath: "/usr/bin/mkfifo"), ["\(folder)/\(name)"]).exitCode == 0)
    #expect(try verify([folder]).exitCode == 65)
  }

  @Test func aChangedByteIsNamedByTheProgram() throws {
    let scratch = try Scratch()
    let folder = try report(scratch, ["Captures/mail.pcap"])
    for name in ["report.json", "manifest.json", "evidence/F1.pcapng", "catalog.yaml", "flows.log"] {
      let file = URL(filePath: "\(folder)/\(name)")
      let original = try Data(contentsOf: file)
      var changed = original
      changed[original.count / 2] ^= 1
      try changed.write(to: file)
      let run = try verify([folder])
      #expect(run.exitCode == 65)
      let changes = try #require(run.json["changes"] as? [[String: Any]])
      #expect(changes.contains { $0["file"] as? String == name }, "\(name)")
      try original.write(to: file)
    }
    #expect(try verify([folder]).exitCode == 0)
  }

  @Test func aForgedVerdictDoesNotHold() throws {
    let scratch = try Scratch()
    let folder = try report(scratch, ["Captures/spoofed.pcap"])
    try forge(folder, "report.json") { $0.replacing("unverifiable", with: "exclusive") }
    let run = try verify([folder, "--captures", "Captures/spoofed.pcap"])
    #expect(run.exitCode == 65)
    #expect((run.json["changes"] as? [Any])?.isEmpty == true)
    let findings = try #require(run.json["findings"] as? [[String: Any]])
    #expect(findings.contains { $0["state"] as? String == "fails" }, "\(run.text)")
    let again = try #require(run.json["made_again"] as? [String: Any])
    #expect(again["same"] as? Bool == false)
    let differences = try #require(again["differences"] as? [String])
    #expect(differences.contains { $0.contains("in finding F") }, "\(differences)")
  }

  @Test func aForgedFindingOfSoundFlowsDoesNotHold() throws {
    let scratch = try Scratch()
    let folder = try report(scratch, ["Captures/mail.pcap"])
    // The flows keep their actor; what the finding says of them is another.
    try forge(folder, "report.json") { $0.replacing("\"id\": \"example-net\"", with: "\"id\": \"other-carrier\"") }
    let findings = try #require(try verify([folder]).json["findings"] as? [[String: Any]])
    #expect(findings.contains { $0["state"] as? String == "fails" })
  }

  @Test func raisedConfidenceDoesNotHold() throws {
    let scratch = try Scratch()
    let folder = try report(scratch, ["Captures/mail.pcap"])
    try forge(folder, "report.json") {
      $0.replacing("\"overall\": \"moderate\"", with: "\"overall\": \"high\"")
        .replacing("\"likelihood\": \"likely\"", with: "\"likelihood\": \"very likely\"")
    }
    let findings = try #require(try verify([folder]).json["findings"] as? [[String: Any]])
    let failed = try #require(findings.first { $0["state"] as? String == "fails" })
    #expect((failed["because"] as? [String])?.contains { $0.contains("confidence") } == true)
  }

  @Test(arguments: [
    ("\"flow_count\": 1", "\"flow_count\": 2"), ("\"packets\": 23", "\"packets\": 24"),
    ("\"first_seen\": \"2026-11-24T13:30:15", "\"first_seen\": \"2026-11-24T13:29:15"),
    ("\"verdict\": \"exclusive\"", "\"verdict\": \"none\""),
    ("\"version\": \"", "\"version\": \"9"), ("\"bytes\": 6030", "\"bytes\": 6031"),
  ])
  func otherFiguresThanThoseOfTheFolderDoNotHold(old: String, new: String) throws {
    let scratch = try Scratch()
    let folder = try report(scratch, ["Captures/mail.pcap"])
    try forge(folder, "report.json") { $0.replacing(old, with: new) }
    let document = try ReportDocument(json: Data(contentsOf: URL(filePath: folder + "/report.json")))
    for rendering in ReportDocument.renderings where rendering.name != "report.json" {
      try forge(folder, rendering.name, mayBeSame: true) { _ in try rendering.render(document) }
    }
    try forge(folder, "report.txt", mayBeSame: true) { _ in try document.rendered(as: .text) }
    try FileManager.default.createDirectory(atPath: scratch.path("empty"), withIntermediateDirectories: true)
    let run = try verify([folder, "--captures", scratch.path("empty")])
    #expect(run.exitCode == 65 && run.json["holds"] as? Bool == false, "\(run.text)")
    #expect((run.json["changes"] as? [Any])?.isEmpty == true)
  }

  @Test func aTextThatSaysOtherwiseIsNamed() throws {
    let scratch = try Scratch()
    let folder = try report(scratch, ["Captures/mail.pcap"])
    try forge(folder, "report.txt") { $0.replacing("198.51.100", with: "203.0.113") }
    let run = try verify([folder, "-c", Program.demonstration])
    #expect(run.exitCode == 65)
    let again = try #require(run.json["made_again"] as? [String: Any])
    #expect(again["differences"] as? [String] == ["report.txt differs"])
  }

  /// Neither the whole catalog nor the captures are needed: the text is made from report.json.
  @Test func aTextThatSaysOtherwiseIsNamedFromTheFolderAlone() throws {
    let scratch = try Scratch()
    let folder = try report(scratch, ["Captures/mail.pcap"])
    try forge(folder, "report.txt") { $0.replacing("198.51.100", with: "203.0.113") }
    try FileManager.default.createDirectory(atPath: scratch.path("empty"), withIntermediateDirectories: true)
    for captures in [[], ["--captures", scratch.path("empty")]] {
      let run = try verify([folder] + captures)
      #expect(run.exitCode == 65 && run.json["other_renderings"] as? [String] == ["report.txt"], "\(run.text)")
    }
  }

  @Test func damageOfAnyKindIsSurvived() throws {
    let scratch = try Scratch()
    let folder = try report(scratch, ["Captures/mail.pcap"])
    var random = SeededGenerator(seed: 77)
    for name in ["report.json", "catalog.yaml", "evidence/F1.pcapng", "manifest.json"] {
      let file = URL(filePath: "\(folder)/\(name)")
      let original = try Data(contentsOf: file)
      for _ in 0..<4 {
        var damaged = original
        let place = Int.random(in: 0..<original.count, using: &random)
        damaged.replaceSubrange(
          place..<min(place + Int.random(in: 1...40, using: &random), original.count),
          with: (0..<Int.random(in: 0...40, using: &random)).map { _ in UInt8.random(in: 0...255, using: &random) })
        try damaged.write(to: file)
        if name != "manifest.json" {
          let path = URL(filePath: "\(folder)/manifest.json")
          var manifest = try Manifest(verifying: Data(contentsOf: path))
          manifest.files = manifest.files.compactMap { ReportFolder.describe($0.name, in: folder) }
          try Data(manifest.bytes).write(to: path)
        }
        #expect([0, 65, 66, 78].contains(try verify([folder, "--captures", "Captures/tls.pcap"]).exitCode), "\(name)")
      }
      try original.write(to: file)
    }
  }

  @Test func aNameThatIsNotUTF8IsWarnedOf() throws {
    let scratch = try Scratch()
    let copy = "mkdir \"$0\" && cp \"$1\" \"$0/$(printf '\\377').pcap\""
    let folder = scratch.path("captures")
    let made = try Program.run(URL(filePath: "/bin/sh"), ["-c", copy, folder, Program.capture("mail.pcap")])
    try #require(made.exitCode == 0, "\(made.errors)")
    let run = try Program.analyze([folder])
    #expect(run.exitCode == 0 && run.errors.contains("is not UTF-8: 'ascribe verify' will not find"), "\(run.errors)")
    #expect(!(try Program.analyze([Program.capture("mail.pcap")]).errors.contains("UTF-8")))
  }

  @Test func evidenceIsNotReadAsACapture() throws {
    let scratch = try Scratch()
    let folder = scratch.path("captures")
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    try FileManager.default.copyItem(atPath: Program.capture("mail.pcap"), toPath: folder + "/mail.pcap")
    #expect(try Program.analyze([folder], ["-o", folder + "/report"]).exitCode == 64)
    #expect(try Program.analyze([folder], ["-o", folder]).exitCode == 64)
    #expect(try Program.analyze([folder + "/mail.pcap"], ["-o", folder + "/report"]).exitCode == 0)
  }

  @Test func capturesAreFoundByTheirBytes() throws {
    let scratch = try Scratch()
    let folder = try report(scratch, ["Captures/mail.pcap", "Captures/tls.pcap"])
    try FileManager.default.createDirectory(atPath: scratch.path("moved"), withIntermediateDirectories: true)
    let moved = scratch.path("moved/other-name.pcap")
    try FileManager.default.copyItem(atPath: Program.capture("mail.pcap"), toPath: moved)
    #expect(try verify([folder, "--captures", scratch.path("moved")]).exitCode == 66)
    try FileManager.default.copyItem(atPath: Program.capture("tls.pcap"), toPath: scratch.path("moved/a.pcap"))
    let run = try verify([folder, "--captures", scratch.path("moved"), "-c", Program.demonstration])
    #expect(run.exitCode == 0, "\(run.text)")
    let again = try #require(run.json["made_again"] as? [String: Any])
    #expect(again["same"] as? Bool == true)

    var bytes = try Data(contentsOf: URL(filePath: moved))
    bytes[bytes.count - 1] ^= 1
    try bytes.write(to: URL(filePath: scratch.path("moved/mail.pcap")))
    let changed = try verify([folder, "--captures", scratch.path("moved/mail.pcap")])
    #expect(changed.exitCode == 65)
    let captures = try #require(changed.json["captures"] as? [String: Any])
    #expect((captures["faults"] as? [String])?.contains { $0.contains("moved/mail.pcap") } == true)
  }

  @Test func aCaptureMayBeItsOwnBaseline() throws {
    let scratch = try Scratch()
    let folder = try report(scratch, ["Captures/mail.pcap"], ["--baseline", "Captures/mail.pcap"])
    for options in [[], ["--captures", Program.capture("mail.pcap")]] {
      let run = try verify([folder, "-c", Program.demonstration] + options)
      #expect(run.exitCode == 0, "\(run.text)")
      let again = try #require(run.json["made_again"] as? [String: Any])
      #expect(again["same"] as? Bool == true)
    }
  }

  @Test func aReportAsKnownAtATimeIsMadeAgainFromItsFolder() throws {
    let scratch = try Scratch()
    let folder = try report(scratch, ["Captures/mail.pcap"], ["--as-known-at", "2026-11-02"])
    let run = try verify([folder])
    #expect(run.exitCode == 0, "\(run.text)")
    #expect((run.json["made_again"] as? [String: Any])?["same"] as? Bool == true)
  }

  @Test func dropsThatNoNumberHoldsEndNoRun() throws {
    let scratch = try Scratch()
    let mail = try Data(contentsOf: URL(filePath: Program.capture("mail.pcap")))
    try mail.write(to: URL(filePath: scratch.path("mail.pcap")))
    let paths = try [UInt64.max, 1].map { drops in
      var writer = PcapNGWriter()
      writer.addInterface(.ethernet)
      writer.addStatistics(timestamp: Timestamp(seconds: 1), dropped: drops)
      let path = scratch.path("\(drops).pcapng")
      try Data(writer.bytes).write(to: URL(filePath: path))
      return path
    }
    let inputs = paths + [scratch.path("mail.pcap")]
    let folder = try report(scratch, inputs)
    let run = try verify([folder])
    #expect(run.exitCode == 0, "\(run.text)")
    let stored = try Program.analyze(inputs, ["--store", scratch.path("case.db"), "--format", "json"])
    #expect(stored.exitCode == 0, "\(stored.errors)")
    let finding = try #require((stored.json["findings"] as? [[String: Any]])?.first)
    #expect((finding["confidence"] as? [String: Any])?["handling"] as? String == "low")
  }

  @Test func aChangedReportIsNotOnlyAMissingCapture() throws {
    let scratch = try Scratch()
    let folder = try report(scratch, ["Captures/mail.pcap"])
    #expect(try verify([folder, "--captures", "Captures/tls.pcap"]).exitCode == 66)
    try forge(folder, "report.json") {
      $0.replacing("\"likelihood\": \"likely\"", with: "\"likelihood\": \"very likely\"")
    }
    #expect(try verify([folder, "--captures", "Captures/tls.pcap"]).exitCode == 65)
  }

  @Test func aReportAloneThatNothingIsHeldAgainstDoesNotHold() throws {
    let scratch = try Scratch()
    let file = scratch.path("report.json")
    let text = String(decoding: try Program.analyze(["Captures/mail.pcap"]).output, as: UTF8.self)
    try text.replacing("\"likely\"", with: "\"very likely\"").write(toFile: file, atomically: true, encoding: .utf8)
    let run = try verify([file])
    #expect(run.exitCode == 66)
    #expect(run.json["holds"] is NSNull)
  }

  @Test func aReportAloneIsMadeAgain() throws {
    let scratch = try Scratch()
    let file = scratch.path("report.json")
    try Program.analyze(["Captures/mail.pcap"]).output.write(to: URL(filePath: file))
    let run = try verify([file, "-c", Program.demonstration])
    #expect(run.exitCode == 0, "\(run.text)")
    #expect((run.json["made_again"] as? [String: Any])?["same"] as? Bool == true)
    let optioned = scratch.path("optioned.json")
    try Program.analyze(["Captures/mail.pcap"], ["--tlp", "RED", "--format", "json"]).output
      .write(to: URL(filePath: optioned))
    let again = try verify([optioned, "-c", Program.demonstration])
    #expect(again.exitCode == 65)
    let differences = (again.json["made_again"] as? [String: Any])?["differences"] as? [String]
    #expect(differences?.last?.contains("does not tell all options") == true)
    let other = try verify([file, "-c", Program.demonstration, "--captures", "Captures/tls.pcap"])
    #expect(other.exitCode == 66)
    #expect(try verify([scratch.path("nothing")]).exitCode == 66)
    #expect(try verify([Program.demonstration]).exitCode == 65)
  }

  @Test func optionsAreTakenFromTheManifest() throws {
    let scratch = try Scratch()
    let options = [
      "-f", "tcp", "--list-flows", "3", "--content-bytes", "0", "--local-network", "192.0.2.0/24",
      "--tcp-idle-timeout", "20", "--report-time", "2026-11-28T00:00:00Z", "--checksums", "all",
    ]
    let folder = try report(scratch, ["Captures/story.pcapng"], options)
    let run = try verify([folder, "-c", Program.demonstration])
    #expect(run.exitCode == 0, "\(run.text)")
    #expect((run.json["made_again"] as? [String: Any])?["same"] as? Bool == true)
    let states = try #require(run.json["findings"] as? [[String: Any]]).compactMap { $0["state"] as? String }
    #expect(states.contains("holds_partly"), "flows that are counted and not listed are said")
  }

  @Test func severalSensorsHaveEvidenceEach() throws {
    let scratch = try Scratch()
    try """
    sensors:
      - {id: east, vantage: tap, operator: East, upstream: Carrier 1}
      - {id: lb, vantage: proxied, operator: East, upstream: Carrier 3}
    """.write(toFile: scratch.path("sensors.yaml"), atomically: true, encoding: .utf8)
    let inputs = ["Captures/mail.pcap", "Captures/tls.pcap"]
    let catalogs = ["-c", Program.demonstration, "-c", scratch.path("sensors.yaml")]
    let folder = scratch.path("report")
    let run = try Program.run(
      ["analyze"] + inputs + catalogs + ["--sensor", "east=\(inputs[0])", "--sensor", "lb=\(inputs[1])", "-o", folder])
    try #require(run.exitCode == 0, "\(run.errors)")
    #expect(ReportFolder.files(in: folder).contains { $0.hasSuffix("-lb.pcapng") })
    let verified = try verify([folder] + catalogs)
    #expect(verified.exitCode == 0, "\(verified.text)")
    let findings = try #require(verified.json["findings"] as? [[String: Any]])
    #expect(findings.allSatisfy { $0["state"] as? String == "holds" }, "\(verified.text)")
    #expect((verified.json["made_again"] as? [String: Any])?["same"] as? Bool == true)
  }

  @Test func theFolderIsTheSameForAnyThreadsAndPlace() throws {
    let (one, two) = (try Scratch(), try Scratch())
    let inputs = ["Captures/story.pcapng", "Captures/mail.pcap"]
    let first = try report(one, inputs, ["--threads", "1"])
    let second = try report(two, inputs.reversed(), ["--threads", "4"])
    for name in ReportFolder.files(in: first) where name != "manifest.json" {
      #expect(ReportFolder.describe(name, in: first) == ReportFolder.describe(name, in: second), "\(name)")
    }
  }

  @Test func standardInputHasNoEvidence() throws {
    let scratch = try Scratch()
    let input = try Data(contentsOf: URL(filePath: Program.capture("mail.pcap")))
    let run = try Program.analyze(["-"], ["-o", scratch.path("report")], input: input)
    #expect(run.exitCode == 0)
    #expect(run.errors.contains("no evidence"))
    let verified = try verify([scratch.path("report"), "--captures", "Captures/mail.pcap", "-c", Program.demonstration])
    #expect(verified.exitCode == 0, "\(verified.text)")
    let findings = try #require(verified.json["findings"] as? [[String: Any]])
    #expect(findings.allSatisfy { $0["state"] as? String == "unchecked" })
    #expect((verified.json["made_again"] as? [String: Any])?["same"] as? Bool == true)
  }

  @Test func nothingOfOthersIsReplaced() throws {
    let scratch = try Scratch()
    try Data("mine".utf8).write(to: URL(filePath: scratch.path("notes.txt")))
    let place = URL(filePath: scratch.path("notes.txt")).deletingLastPathComponent().path
    let run = try Program.analyze(["Captures/mail.pcap"], ["-o", place])
    #expect(run.exitCode == 74)
    #expect(try String(contentsOfFile: scratch.path("notes.txt"), encoding: .utf8) == "mine")
    let failed = try Program.analyze(["Captures/nothing.pcap"], ["-o", scratch.path("report")])
    #expect(failed.exitCode == 66)
    #expect(try FileManager.default.contentsOfDirectory(atPath: place) == ["notes.txt"])
  }

  @Test func anExcerptIsNoCatalogToAnalyzeWith() throws {
    let scratch = try Scratch()
    let folder = try report(scratch, ["Captures/mail.pcap"])
    let run = try Program.run(["analyze", "Captures/mail.pcap", "-c", "\(folder)/catalog.yaml"])
    #expect(run.exitCode == 78)
    #expect(run.errors.contains("excerpt"))
  }

  @Test(.enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/tshark")))
  func otherProgramsReadTheEvidence() throws {
    let scratch = try Scratch()
    let folder = try report(scratch, ["Captures/mail.pcap", "Captures/story.pcapng"])
    let files = ReportFolder.files(in: folder).filter { $0.hasSuffix(".pcapng") }
    #expect(!files.isEmpty)
    for file in files {
      let run = try Program.run(
        URL(filePath: "/usr/bin/tshark"),
        ["-r", "\(folder)/\(file)", "-T", "fields", "-e", "frame.time_epoch", "-e", "frame.comment"])
      #expect(run.exitCode == 0, "\(run.errors)")
      let rows = run.text.split(separator: "\n").map { $0.split(separator: "\t", omittingEmptySubsequences: false) }
      let times = rows.compactMap { $0.first.flatMap { Double($0) } }
      #expect(!times.isEmpty && times == times.sorted())
      #expect(rows.contains { ($0.last ?? "").contains(/^F\d+ C\w+ .*: [0-9a-f]{8}#\d+ @ \d{4}-/) }, "\(file)")
    }
  }
}
