import Foundation
import Testing

/// `ascribe catalog import`, and its output through `ascribe catalog check`.
@Suite struct CatalogImportTests {
  static let list = "Config/overlays/demonstration-tor.netset"
  static let common = ["--id", "x", "--kind", "tor", "--snapshot", "2026-11-20", "--allow-documentation-ranges"]
  static let claims = [
    "--as", "claims", "--actor", "example-net", "--relation", "shared", "--basis", "incident-report", "--source",
    "title, publisher, date", "--reliability", "C", "--credibility", "3", "--group", "a", "--recorded-at", "2026-11-21",
    "--tlp", "GREEN",
  ]

  static func run(_ options: [String], on list: String = list) throws -> Program.Run {
    try Program.run(["catalog", "import", "netset", list] + common + options)
  }

  @Test(arguments: [["--as", "overlay"], claims])
  func theOutputLoadsAndIsTheSameEachTime(options: [String]) throws {
    let run = try Self.run(options)
    #expect(run.exitCode == 0 && run.errors == "Read 4 lines; 3 gave networks: 3 prefixes after aggregation.\n")
    #expect(try Self.run(options).output == run.output)
    let folder = try Scratch()
    try run.output.write(to: URL(filePath: folder.path("c.yaml")))
    try "actors: [{id: example-net, name: Example, level: organisation}]\n"
      .write(toFile: folder.path("a.yaml"), atomically: true, encoding: .utf8)
    let paths = ["-c", folder.path("c.yaml"), "-c", folder.path("a.yaml"), "--allow-documentation-ranges"]
    let check = try Program.run(["catalog", "check"] + paths)
    #expect(check.exitCode == 0, "\(check.errors)")
    #expect(check.text.contains(options.count == 2 ? "1 overlay with 3 prefixes" : "3 claims"))
  }

  /// A list that is cut short would leave out shared use, and so make claims exclusive.
  @Test func outputThatCannotBeWrittenIs74() throws {
    let script = "exec \"$0\" catalog import netset \"$@\" --as overlay > /dev/full"
    let run = try Program.run(
      URL(filePath: "/bin/sh"), ["-c", script, Program.executable.path, Self.list] + Self.common)
    #expect(run.exitCode == 74)
    #expect(run.errors == "error: Standard output could not be written: No space left on device.\n")
  }

  @Test func anOverlayMayReferToTheFile() throws {
    let run = try Self.run(["--as", "overlay", "--path", "overlays/tor.netset"])
    #expect(run.exitCode == 0 && run.text.contains("path: \"overlays/tor.netset\"") && !run.text.contains("entries"))
  }

  @Test func exclusiveUseIsAUsageErrorThatSaysWhy() throws {
    var options = Self.claims
    options[5] = "exclusive"
    let run = try Self.run(options)
    #expect(run.exitCode == 64 && run.output.isEmpty)
    #expect(run.errors.contains("a list never says exclusive use: it is one source and one day"))
  }

  static let wrong: [(options: [String], code: Int32, says: String)] = [
    (["--as", "claims"], 64, "Claims also need --actor"),
    (["--as", "overlay", "--tlp", "GREEN"], 64, "--tlp is for claims"),
    (["--as", "overlay", "--valid-from", "2014-01-01"], 64, "An overlay is true on one day"),
    (claims + ["--path", "x"], 64, "--path is for overlays"),
    (claims + ["--tlp", "WHITE"], 64, "'tlp' cannot be 'WHITE'"),
    (claims + ["--reliability", "AB"], 64, "a letter from A to F"),
    (claims + ["--reliability", "G"], 64, "'reliability' cannot be 'G'"),
    (claims + ["--credibility", "7"], 64, "'credibility' cannot be '7'"),
    (claims + ["--valid-from", "2015-01-01", "--valid-until", "2014-01-01"], 64, "'valid_until' must be later"),
    (["--as", "overlay", "--country", "KP"], 64, "'country' says nothing in the format netset"),
  ]

  @Test(arguments: wrong.indices)
  func whatIsWrongIsSaid(index: Int) throws {
    let (options, code, says) = Self.wrong[index]
    let run = try Self.run(options)
    #expect(run.exitCode == code && run.output.isEmpty && run.errors.contains(says), "\(run.errors)")
  }

  @Test func aFileThatIsNoListIsSaid() throws {
    let folder = try Scratch()
    try "a.example\nb.example\n".write(toFile: folder.path("l"), atomically: true, encoding: .utf8)
    let run = try Self.run(["--as", "overlay"], on: folder.path("l"))
    #expect(run.exitCode == 65 && run.output.isEmpty)
    #expect(run.errors.contains("holds no usable network") && run.errors.contains("2 lines: 1, 2"))
    let missing = try Self.run(["--as", "overlay"], on: folder.path("none"))
    #expect(missing.exitCode == 66 && missing.errors.contains("there is no such file"))
  }
}
