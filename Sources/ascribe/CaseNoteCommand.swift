import ArgumentParser
import CaseStore

struct CaseNoteCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "note",
    abstract: "Add an analyst's sentence to a finding",
    discussion: """
      A note is a DRAFT until somebody other than its analyst accepts it with 'ascribe case review'. A sentence that goes \
      beyond what packets and claims say (level P3) needs both. Notes are never changed; write another one.

      \(CaseCommand.exitCodes)

      EXAMPLES
        ascribe case note case.db --analyst 'A. Example' --finding F1 'The sessions follow working hours.'
        ascribe case note case.db --analyst 'A. Example' --finding F1 --level P3 'We assess that it was the unit.'
      """)

  @Argument(help: ArgumentHelp("The case", valueName: "case")) var path: String
  @Argument(help: ArgumentHelp("The sentence", valueName: "text")) var text: String
  @Option(help: ArgumentHelp("Who writes it", valueName: "name")) var analyst: String
  @Option(help: ArgumentHelp("The finding, as 'case show' numbers it", valueName: "id")) var finding: String
  @Option(help: "How far the sentence goes (methodology 7)") var level = Level.p1

  enum Level: String, ExpressibleByArgument, CaseIterable {
    case p1 = "P1"
    case p2 = "P2"
    case p3 = "P3"
  }

  func run() throws {
    do {
      let store = try CaseStore(path: path, for: .annotating)
      let id = try store.addNote(text, on: finding, analyst: analyst, level: level.rawValue)
      Console.note("Note \(id) is in the case as a DRAFT; somebody else reviews it with 'ascribe case review'.")
    } catch {
      throw error.refusal()
    }
  }
}
