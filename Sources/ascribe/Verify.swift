import ArgumentParser
import Foundation
import Reports

struct Verify: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Check a report folder, open what a release withholds",
    discussion: """
      EXIT CODES
        0  all holds                          64 usage
        65 something is changed or forged     66 file missing or unreadable

      EXAMPLES
        ascribe verify report/
        ascribe verify --open 'finding F1' report/release > F1.json
      """)

  @Argument(help: ArgumentHelp("A report folder", valueName: "report"))
  var report: String

  @OptionGroup(title: "Release") var openingOptions: OpeningArguments

  func run() throws {
    try openingOptions.checkSignature(of: report)
    if try openingOptions.run(on: report) { return }
    let check = FolderCheck(of: report)
    for change in check.changes {
      Console.note("\(change.kind.rawValue): \(Console.printable("\(change.name): \(change.detail)"))")
    }
    guard check.changes.isEmpty else { throw ExitCode.notACapture }
  }
}
