import Foundation
import Testing

/// The contract's exit codes, and that a refusal says what, where and what to do.
@Suite struct ExitCodeTests {
  @Test func usageIs64() throws {
    #expect(try Program.run(["analyze"]).exitCode == 64)
    #expect(try Program.run(["analyze", "x", "--format", "pdf"]).exitCode == 64)
    #expect(try Program.run(["analyse"]).exitCode == 64)
    #expect(try Program.analyze([Program.capture("mail.pcap")], ["-f", "tcp port"]).exitCode == 64)
    #expect(try Program.analyze([Program.capture("mail.pcap")], ["--list-flows", "0"]).exitCode == 64)
    #expect(try Program.analyze([Program.capture("mail.pcap")], ["-o", ""]).exitCode == 64)
  }

  /// Behind a proxy every verdict is weaker, so it must not be left open whether the capture is from there.
  @Test func oneOfSeveralSensorsMustBeNamedIfOneIsProxied() throws {
    let folder = try Scratch()
    let catalog = folder.path("sensors.yaml")
    for (vantage, exitCode) in [("span", Int32(0)), ("proxied", 64)] {
      let text = "sensors:\n  - {id: lb, vantage: \(vantage), local_networks: [192.0.2.0/24]}\n"
      try text.write(toFile: catalog, atomically: true, encoding: .utf8)
      let run = try Program.analyze([Program.capture("mail.pcap")], ["-c", catalog])
      #expect(run.exitCode == exitCode, "\(run.errors)")
    }
    let options = ["-c", catalog, "--sensor", "lb", "--format", "json"]
    let run = try Program.analyze([Program.capture("mail.pcap")], options)
    #expect(run.exitCode == 0)
    #expect(run.json["roll_up"] as? String == "vantage")
  }

  @Test func missingInputIs66() throws {
    let run = try Program.analyze(["no-such-capture.pcap"])
    #expect(run.exitCode == 66)
    #expect(run.errors.contains("no-such-capture.pcap"))
    #expect(run.output.isEmpty)
  }

  /// All of one time, so that all are read at once.
  @Test func moreInputsThanDescriptorsAreRead() throws {
    let folder = try Scratch()
    let names = (0..<100).map { folder.path("\($0).pcap") }
    for name in names { try FileManager.default.copyItem(atPath: Program.capture("mail.pcap"), toPath: name) }
    let script = "ulimit -n 64; exec \"$0\" analyze \"$2\" -c \"$1\" --format json"
    let run = try Program.run(
      URL(filePath: "/bin/sh"), ["-c", script, Program.executable.path, Program.demonstration, folder.path("")])
    #expect(run.exitCode == 0 && run.errors.isEmpty, "\(run.errors.prefix(500))")
    let inputs = try #require(run.json["inputs"] as? [[String: Any]])
    #expect(inputs.count == 100 && inputs.allSatisfy { $0["damage"] is NSNull })
  }

  @Test func aNameThatIsNotUTF8IsSaidToBe() throws {
    let run = try Program.run(
      URL(filePath: "/bin/sh"), ["-c", "exec \"$0\" analyze \"$(printf 'x\\351')\"", Program.executable.path])
    #expect(run.exitCode == 66 && run.errors.contains("Its name is not UTF-8"))
  }

  @Test func noCaptureIs65() throws {
    let run = try Program.analyze([Program.root.appending(path: "README.md").path])
    #expect(run.exitCode == 65)
    #expect(run.errors.contains("README.md"))
  }

  @Test func emptyFileIs65() throws {
    let folder = try Scratch()
    try Data().write(to: URL(filePath: folder.path("empty.pcap")))
    #expect(try Program.analyze([folder.path("empty.pcap")]).exitCode == 65)
  }

  /// It may be the wrong one.
  @Test func aFolderWithoutCapturesIsSaid() throws {
    let folder = try Scratch()
    let run = try Program.analyze([folder.path("")])
    #expect(run.exitCode == 0)
    #expect(run.errors == "warning: There is no capture in what was named, and nothing is read; check the paths.\n")
  }

  @Test(arguments: ["case.pcap", "link.pcap"])
  func aCaptureIsNotReplacedByFlows(name: String) throws {
    let folder = try Scratch()
    let capture = folder.path("case.pcap")
    try FileManager.default.copyItem(atPath: Program.capture("mail.pcap"), toPath: capture)
    try FileManager.default.createSymbolicLink(atPath: folder.path("link.pcap"), withDestinationPath: "case.pcap")
    let run = try Program.analyze([capture], ["--flows", folder.path(name)])
    #expect(run.exitCode == 74)
    #expect(run.errors.contains("is a capture"))
    let bytes = try Data(contentsOf: URL(filePath: capture))
    #expect(try bytes == Data(contentsOf: URL(filePath: Program.capture("mail.pcap"))))
  }

  /// A case holds what cannot be made again: notes and custody.
  @Test func neitherCaseNorCatalogIsReplacedByFlows() throws {
    let folder = try Scratch()
    let (file, catalog) = (folder.path("case.db"), folder.path("catalog.yaml"))
    #expect(try Program.analyze([Program.capture("mail.pcap")], ["--store", file]).exitCode == 0)
    try "sensors: [{id: tap, vantage: tap, local_networks: [192.0.2.0/24]}]\n"
      .write(toFile: catalog, atomically: true, encoding: .utf8)
    for (path, exitCode) in [(file, Int32(74)), (catalog, 64)] {
      let before = try Data(contentsOf: URL(filePath: path))
      let run = try Program.run(
        ["analyze", Program.capture("tls.pcap"), "-c", catalog, "--flows", path, "--format", "json"])
      #expect(run.exitCode == exitCode && run.output.isEmpty, "\(run.errors)")
      #expect(try Data(contentsOf: URL(filePath: path)) == before)
    }
    let new = folder.path("new.db")
    #expect(try Program.analyze([Program.capture("tls.pcap")], ["--store", new, "--flows", new]).exitCode == 64)
  }

  @Test func damageIsReportedAndStrictRefusesIt() throws {
    let run = try Program.analyze([Program.capture("damaged.pcap")])
    #expect(run.exitCode == 0)
    #expect(run.errors.contains("damaged"))
    let inputs = try #require(run.json["inputs"] as? [[String: Any]])
    #expect(inputs.first?["damage"] is [String: Any])
    #expect(try Program.analyze([Program.capture("damaged.pcap")], ["--strict"]).exitCode == 65)
  }

  /// What the kernel sends when a mapped file was cut short by another program.
  @Test func anInputThatIsCutShortMeanwhileIs66() throws {
    let script = """
      sleep 5 | "$0" analyze - -c "$1" & child=$!
      sleep 1; kill -BUS $child; wait $child; echo "ended with $?"
      """
    let run = try Program.run(
      URL(filePath: "/bin/sh"), ["-c", script, Program.executable.path, Program.demonstration])
    #expect(run.text == "ended with 66\n")
    #expect(run.errors.contains("was cut short"))
  }

  /// What came of a stream before the signal is reported, although the stream goes on and gives nothing more.
  @Test(arguments: ["INT", "TERM"], ["-", "fifo"])
  func aSignalEndsARunThatWaitsForItsStream(signal: String, input: String) throws {
    let folder = try Scratch()
    let script = """
      cd "$3"; mkfifo fifo silent
      if [ "$4" = - ]; then into=silent; else into=$4; fi
      (cat "$2"; exec sleep 30) > $into & writer=$!
      "$0" analyze "$4" -c "$1" --format json < $into & child=$!
      (sleep 15; kill -KILL $child) & watch=$!
      sleep 2; kill -\(signal) $child; wait $child; code=$?
      kill $watch $writer; exit $code
      """
    let run = try Program.run(
      URL(filePath: "/bin/sh"),
      [
        "-c", input == "-" ? script : script.replacing(" < $into", with: ""), Program.executable.path,
        Program.demonstration, Program.capture("mail.pcap"), folder.path(""), input,
      ])
    #expect(run.exitCode == 0, "\(run.errors)")
    #expect(run.json["interrupted"] as? Bool == true)
    func packets(_ json: [String: Any]) -> Int? { (json["totals"] as? [String: Any])?["packets"] as? Int }
    let whole = try Program.analyze([Program.capture("mail.pcap")])
    #expect(packets(run.json) == packets(whole.json) && packets(whole.json) != nil)
    let inputs = run.json["inputs"] as? [[String: Any]]
    #expect(inputs?.first?["damage"] is NSNull && inputs?.first?["sha256"] is NSNull)
  }

  /// Nobody writes into it yet.
  @Test func aSignalEndsARunThatWaitsForAWriter() throws {
    let folder = try Scratch()
    let script = """
      mkfifo "$2"; "$0" analyze "$2" -c "$1" & child=$!
      (sleep 15; kill -KILL $child) & watch=$!
      sleep 2; kill -TERM $child; wait $child; code=$?
      kill $watch; exit $code
      """
    let run = try Program.run(
      URL(filePath: "/bin/sh"),
      ["-c", script, Program.executable.path, Program.demonstration, folder.path("fifo")])
    #expect(run.exitCode == 65)
    #expect(run.errors.contains("a request ended the reading"))
  }

  @Test func unwritableFlowLogIs74() throws {
    let run = try Program.analyze([Program.capture("mail.pcap")], ["--flows", "/no/such/folder/flows.log"])
    #expect(run.exitCode == 74)
  }

  @Test func aFileThatMustNotGrowIs74() throws {
    let folder = try Scratch()
    let command = """
      ulimit -f 4; exec "$0" analyze "$1" -c "$2" -o "$3/report"
      """
    let run = try Program.run(
      URL(filePath: "/bin/sh"),
      [
        "-c", command, Program.executable.path, Program.capture("story.pcapng"), Program.demonstration, folder.path(""),
      ])
    #expect(run.exitCode == 74, "\(run.errors)")
    #expect(run.errors.hasSuffix(".\n") && !run.errors.contains(".."), "\(run.errors)")
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path("")).isEmpty)
  }

  @Test(arguments: ["1", "2"])
  func nothingElseGoesIntoAFileWhereAStreamIsClosed(stream: String) throws {
    let folder = try Scratch()
    let command = """
      exec "$0" analyze "$1" -c "$2" --flows "$3" \(stream)>&-
      """
    let run = try Program.run(
      URL(filePath: "/bin/sh"),
      [
        "-c", command, Program.executable.path, Program.capture("damaged.pcap"), Program.demonstration,
        folder.path("flows.log"),
      ])
    #expect(run.exitCode == (stream == "1" ? 74 : 0), "\(run.errors)")
    let lines = try String(contentsOfFile: folder.path("flows.log"), encoding: .utf8).split(separator: "\n")
    #expect(lines.count > 8 && lines.allSatisfy { $0.hasPrefix("#") || $0.contains("\t") })
  }

  /// As the shell's `>`: nothing takes the place of a pipe, a device or a link.
  @Test func aFlowLogGoesWhereThePathLeads() throws {
    let folder = try Scratch()
    let script = """
      set -e; cd "$3"
      run() { "$0" analyze "$1" -c "$2" --format json --flows "$4" >report.json; }
      run "$@" plain.log
      mkfifo pipe; timeout 20 cat pipe >piped.log & run "$@" pipe; wait
      echo old content that is longer >target.log; chmod 600 target.log; ln -s target.log link; run "$@" link
      test -p pipe; test -L link; test "$(stat -c %a target.log)" = 600
      cmp plain.log piped.log; cmp plain.log target.log; wc -l <plain.log
      """
    let run = try Program.run(
      URL(filePath: "/bin/sh"),
      ["-c", script, Program.executable.path, Program.capture("mail.pcap"), Program.demonstration, folder.path("")])
    #expect(run.exitCode == 0, "\(run.errors)")
    #expect((Int(run.text.trimmingCharacters(in: .whitespacesAndNewlines)) ?? 0) > 8)
  }

  @Test func invalidCatalogIs78WithEveryProblem() throws {
    let folder = try Scratch()
    let text = """
      actors:
        - {id: a, name: A, level: planet}
      claims:
        - {id: c, prefix: 198.51.100.1/24, actor: b}
      """
    try text.write(toFile: folder.path("bad.yaml"), atomically: true, encoding: .utf8)
    let run = try Program.run(["analyze", "no-such-capture.pcap", "-c", folder.path("bad.yaml")])
    #expect(run.exitCode == 78, "the catalog is checked before any input is opened")
    #expect(run.errors.contains("bad.yaml:2"))
    #expect(run.errors.contains("bad.yaml:4"))
  }

  @Test func exitStatusTellsWhetherSomethingIsExclusive() throws {
    #expect(try Program.analyze([Program.capture("mail.pcap")], ["--exit-status"]).exitCode == 0)
    #expect(try Program.analyze([Program.capture("mail.pcap")], ["--exit-status", "-f", "udp"]).exitCode == 1)
  }
}
