import Foundation
import Testing

/// A report is rendered again from its report.json alone.
@Suite struct ReportCommandTests {
  private static let story = Program.capture("story.pcapng")

  @Test(arguments: ["text", "json", "html", "markdown"]) func bytesAreThoseOfTheRun(format: String) throws {
    let folder = try Scratch()
    let document = try Program.analyze([Self.story])
    try document.output.write(to: URL(filePath: folder.path("report.json")))
    let run = try Program.analyze([Self.story], ["--format", format])
    #expect(!run.output.isEmpty)
    for input in [folder.path("report.json"), folder.path("")] {
      let report = try Program.run(["report", input, "--format", format])
      #expect(report.exitCode == 0)
      #expect(report.output == run.output)
    }
    let piped = try Program.run(["report", "-", "--format", format], input: document.output)
    #expect(piped.output == run.output)
  }

  /// Text prints few flows and is made from those; a case with many says the same.
  @Test(arguments: ["protocols", "stories"]) func textOfACaseIsThatOfItsDocument(name: String) throws {
    let catalog = Program.root.appending(path: "Captures/catalog.yaml").path
    func analyze(_ format: String) throws -> Data {
      try Program.run(["analyze", Program.capture(name), "-c", catalog, "--no-hash", "--format", format]).output
    }
    let report = try Program.run(["report", "-"], input: analyze("json"))
    #expect(try report.output == analyze("text"))
    #expect(report.text.contains("more entr"))
  }

  @Test func whatIsNoReportIsRefused() throws {
    let missing = try Program.run(["report", "nowhere.json"])
    #expect(missing.exitCode == 66)
    #expect(missing.errors.contains("nowhere.json cannot be read"))
    let wrong = try Program.run(["report", Program.demonstration])
    #expect(wrong.exitCode == 65)
    #expect(wrong.errors.contains("is no JSON document; name a report.json"))
    #expect(wrong.output.isEmpty)
    #expect(try Program.run(["report", "-", "--format", "zeek"]).exitCode == 64)
  }
}
