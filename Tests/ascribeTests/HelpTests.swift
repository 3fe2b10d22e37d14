import Foundation
import Testing

/// The help texts are part of what users see: a change of one shows in review.
///
/// `ASCRIBE_RECORD=1` writes them anew.
@Suite struct HelpTests {
  static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Help")

  @Test(arguments: [
    "", "analyze", "capture", "report", "catalog", "catalog check", "catalog lookup", "catalog list", "catalog diff",
    "catalog import", "case", "case list", "case show", "case flows", "case note", "case review", "verify",
  ])
  func helpIsAsCommitted(command: String) throws {
    let words = command.split(separator: " ").map(String.init)
    let run = try Program.run(words + ["--help"])
    #expect(run.exitCode == 0)
    let name = (["ascribe"] + words).joined(separator: "-") + ".txt"
    let file = Self.folder.appending(path: name)
    if ProcessInfo.processInfo.environment["ASCRIBE_RECORD"] != nil {
      try FileManager.default.createDirectory(at: Self.folder, withIntermediateDirectories: true)
      try run.output.write(to: file)
    }
    #expect(try run.output == Data(contentsOf: file))
  }

  @Test func versionIsSemantic() throws {
    let run = try Program.run(["--version"])
    #expect(run.text.split(separator: ".").count == 3)
  }
}
