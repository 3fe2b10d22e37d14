import Foundation
import Testing

/// Same packets, same catalog, same options: the same bytes, however the packets reach the program.
@Suite struct SamenessTests {
  /// Two halves of one story: the direct session crosses the boundary between the files.
  static let rotated = ["slip-proxied.pcap", "slip-direct.pcap"].map(Program.capture)

  @Test(arguments: ["text", "json", "csv", "zeek", "html", "markdown"])
  func twoRunsGiveTheSameBytes(format: String) throws {
    let first = try Program.analyze(Self.rotated, ["--format", format])
    #expect(first.exitCode == 0)
    #expect(!first.output.isEmpty)
    #expect(try Program.analyze(Self.rotated, ["--format", format]).output == first.output)
  }

  @Test func threadsChangeNothing() throws {
    let one = try Program.analyze(Self.rotated, ["--format", "json", "--threads", "1"])
    #expect(try Program.analyze(Self.rotated, ["--format", "json", "--threads", "4"]).output == one.output)
  }

  /// A flow of several protocols names them in one field, which holds a comma.
  @Test func everyRowOfCSVHasEveryField() throws {
    let run = try Program.analyze(["Captures/protocols"], ["--format", "csv"])
    let text = String(decoding: run.output, as: UTF8.self)
    #expect(text.contains("\"http,http2\""))
    let rows = text.split(separator: "\r\n").map { $0.replacing(#/"[^"]*"/#, with: "").count { $0 == "," } }
    #expect(Set(rows).count == 1)
  }

  /// Report and flow log of every capture at once, on one thread and on several that share the flows.
  @Test(arguments: ["zeek", "csv", "json"]) func threadsChangeNoFlow(format: String) throws {
    let folder = try Scratch()
    func run(_ threads: String) throws -> (report: Data, log: Data) {
      let log = folder.path("flows-\(threads)")
      let report = try Program.analyze(
        [Program.capture("")],
        ["--format", "json", "--no-hash", "--threads", threads, "--flows", log, "--flows-format", format])
      return (report.output, try Data(contentsOf: URL(filePath: log)))
    }
    let one = try run("1")
    #expect(one.log.count { $0 == UInt8(ascii: "\n") } > 150)
    for threads in ["2", "3", "8", "200"] {
      let several = try run(threads)
      #expect(several.report == one.report)
      #expect(several.log == one.log)
    }
  }

  @Test func orderOfFilesChangesNothing() throws {
    let forward = try Program.analyze(Self.rotated)
    #expect(try Program.analyze(Self.rotated.reversed()).output == forward.output)
  }

  @Test(arguments: [("gzip", "gz"), ("zstd", "zst"), ("lz4", "lz4"), ("xz", "xz")])
  func compressionChangesNothingButTheInputsRow(tool: String, ending: String) throws {
    let program = URL(filePath: "/usr/bin/\(tool)")
    let fallback = URL(filePath: "/bin/\(tool)")
    let executable = FileManager.default.fileExists(atPath: program.path) ? program : fallback
    let folder = try Scratch()
    var packed: [String] = []
    for path in Self.rotated {
      let target = folder.path(URL(filePath: path).lastPathComponent + "." + ending)
      let run = try Program.run(executable, ["-c"], input: try Data(contentsOf: URL(filePath: path)))
      #expect(run.exitCode == 0)
      try run.output.write(to: URL(filePath: target))
      packed.append(target)
    }
    // Of five one hashes and one decompresses: three tables.
    for threads in ["1", "2", "5"] {
      let plain = try Program.analyze(Self.rotated).json
      let unpacked = try Program.analyze(packed, ["--format", "json", "--threads", threads]).json
      #expect(try Self.withoutInputs(unpacked) == Self.withoutInputs(plain))
      let inputs = try #require(unpacked["inputs"] as? [[String: Any]])
      #expect(inputs.compactMap { $0["compression"] as? String }.count == 2)
    }
  }

  @Test func standardInputIsReadLikeAFile() throws {
    let path = Program.capture("mail.pcap")
    let input = try Data(contentsOf: URL(filePath: path))
    let file = try Program.analyze([path]).json
    for threads in ["1", "5"] {
      let piped = try Program.analyze(["-"], ["--format", "json", "--threads", threads], input: input).json
      #expect(try Self.withoutInputs(piped) == Self.withoutInputs(file))
    }
  }

  @Test func aFolderIsAllItsCaptures() throws {
    let folder = try Scratch()
    for path in Self.rotated {
      let name = URL(filePath: path).lastPathComponent
      try FileManager.default.copyItem(atPath: path, toPath: folder.path(name))
    }
    try Data("no capture".utf8).write(to: URL(filePath: folder.path("notes.txt")))
    let whole = try Program.analyze([folder.path("")])
    #expect(whole.exitCode == 0)
    #expect(try Self.withoutInputs(whole.json) == Self.withoutInputs(Program.analyze(Self.rotated).json))
    #expect(whole.errors.contains("notes.txt"))
  }

  /// A report without what names its inputs.
  private static func withoutInputs(_ report: [String: Any]) throws -> Data {
    var report = report
    report["inputs"] = nil
    report["skipped_inputs"] = nil
    if var coverage = report["coverage"] as? [String: Any] {
      coverage["skipped_inputs"] = nil
      report["coverage"] = coverage
    }
    return try JSONSerialization.data(withJSONObject: report, options: .sortedKeys)
  }
}
