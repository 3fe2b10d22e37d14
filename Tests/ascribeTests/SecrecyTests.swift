import Foundation
import Testing

/// No secret that captures hold is in any output: passwords, cookies, tokens, whole credentials, in any usual coding.
@Suite struct SecrecyTests {
  private static let folders = ["", "protocols/", "stories/"]

  static let captures: [String] = folders.flatMap { folder in
    ((try? FileManager.default.contentsOfDirectory(atPath: Program.capture(folder))) ?? [])
      .filter { $0.hasSuffix(".pcap") || $0.hasSuffix(".pcapng") }.map { folder + $0 }.sorted()
  }

  /// The secrets that were planted, as they were sent.
  private static let planted = Program.table("Captures/planted.txt").compactMap { $0.count > 1 ? $0[1] : nil }

  /// What every planted secret begins with, raw, in hexadecimal, in Base64 at each alignment, percent-coded.
  private static let beginnings = [
    "PLANTED-", "504c414e5445442d", "UExBTlRFRC", "BMQU5URUQt", "QTEFOVEVEL", "PLANTED%2D",
  ]

  @Test func `secrets were planted`() throws {
    #expect(Self.planted.count >= 50)
    // They are in the captures: of those that are sent in the clear.
    let bytes = try Data(contentsOf: URL(filePath: Program.capture("protocols/http1.pcap")))
    #expect(bytes.range(of: Data("PLANTED-".utf8)) != nil)
  }

  @Test(arguments: captures) func `no output holds a secret`(capture: String) throws {
    let folder = try Scratch()
    for (format, flowFormat) in [("text", "zeek"), ("json", "json"), ("csv", "csv"), ("zeek", "json")] {
      let run = try Program.run([
        "analyze", Program.capture(capture), "-c", "Captures/catalog.yaml", "--format", format, "--list-flows", "all",
        "--flows", folder.path("flows"), "--flows-format", flowFormat,
      ])
      #expect(run.exitCode == 0)
      let flows = try Data(contentsOf: URL(filePath: folder.path("flows")))
      let outputs = [run.text, run.errors, String(decoding: flows, as: UTF8.self)].map { $0.lowercased() }
      for secret in Self.beginnings + Self.planted {
        for output in outputs where output.contains(secret.lowercased()) {
          Issue.record("\(format) of \(capture) holds \(secret)")
        }
      }
    }
  }
}
