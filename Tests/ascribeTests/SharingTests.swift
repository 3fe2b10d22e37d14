import Foundation
import Testing

/// `--format stix` and `--format misp`, end to end.
@Suite struct SharingTests {
  private static let python = Program.root.appending(path: ".build/validators/bin/python")
  private static let hasValidators = FileManager.default.isExecutableFile(atPath: python.path)

  /// The committed captures, each with its catalog.
  private static let captures: [(path: String, catalog: String)] =
    ["", "protocols/", "stories/"].flatMap { folder in
      let names = (try? FileManager.default.contentsOfDirectory(atPath: Program.capture(folder))) ?? []
      return names.filter { $0.hasSuffix(".pcap") || $0.hasSuffix(".pcapng") }.sorted().map {
        (Program.capture(folder + $0), folder.isEmpty ? Program.demonstration : Program.capture("catalog.yaml"))
      }
    }

  /// Strict OASIS validation, the stix2 library with its own ids, PyMISP with its own template.
  @Test(.enabled(if: hasValidators, "The Python validators are not in .build/validators: see .ci/run"))
  func theMakersToolsFindNoFault() throws {
    let folder = try Scratch()
    var files: [String] = []
    for (index, capture) in Self.captures.enumerated() {
      for format in ["stix", "misp"] {
        let run = try Program.run(["analyze", capture.path, "-c", capture.catalog, "--format", format])
        #expect(run.exitCode == 0, "\(capture.path): \(run.errors)")
        files.append(folder.path("\(index).\(format).json"))
        try run.output.write(to: URL(filePath: files[files.count - 1]))
      }
    }
    #expect(files.count > 60)
    let check = try Program.run(Self.python, [Program.root.appending(path: ".ci/check-sharing").path] + files)
    #expect(check.exitCode == 0, "\(check.text)\(check.errors)")
  }

  /// The ranges of the bundle are in the overlay that is imported from it.
  @Test func rangesComeBack() throws {
    let folder = try Scratch()
    let bundle = try Program.analyze([Program.capture("story.pcapng")], ["--format", "stix"])
    try bundle.output.write(to: URL(filePath: folder.path("bundle.json")))
    let run = try Program.run([
      "catalog", "import", "stix", folder.path("bundle.json"), "--as", "overlay", "--id", "x", "--kind", "proxy",
      "--snapshot", "2026-11-24", "--allow-documentation-ranges",
    ])
    #expect(run.exitCode == 0, "\(run.errors)")
    for range in ["198.51.100.0/24", "203.0.113.0/25", "203.0.113.128/26"] { #expect(run.text.contains(range)) }
    // The ends of flows, ours among them, are no part of any range.
    #expect(!run.text.contains("192.0.2."))
  }

  @Test(arguments: ["stix", "misp"]) func threadsChangeNothing(format: String) throws {
    let one = try Program.analyze([Program.capture("story.pcapng")], ["--format", format, "--threads", "1"])
    let four = try Program.analyze([Program.capture("story.pcapng")], ["--format", format, "--threads", "4"])
    #expect(one.exitCode == 0 && one.output == four.output)
  }

  @Test func theOldMarkingIsForSTIXAlone() throws {
    let run = try Program.analyze([Program.capture("story.pcapng")], ["--format", "misp", "--tlp1-compat"])
    #expect(run.exitCode == 64 && run.errors.contains("--tlp1-compat is for --format stix"))
  }
}
