import ArgumentParser
import CaseStore

struct CaseReview: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "review",
    abstract: "Accept or reject an analyst's note",
    discussion: """
      The reviewer must be somebody other than the analyst. The latest review counts; earlier ones stay in the case.

      \(CaseCommand.exitCodes)

      EXAMPLES
        ascribe case review case.db --reviewer 'B. Example' --note 1 --accept
        ascribe case review case.db --reviewer 'B. Example' --note 2 --reject
      """)

  @Argument(help: ArgumentHelp("The case", valueName: "case")) var path: String
  @Option(help: ArgumentHelp("Who reviews", valueName: "name")) var reviewer: String
  @Option(help: ArgumentHelp("The note, as 'case show' numbers it", valueName: "n")) var note: Int64
  @Flag(help: "What becomes of the note") var outcome: Outcome

  enum Outcome: String, EnumerableFlag {
    case accept, reject
  }

  func run() throws {
    do {
      try CaseStore(path: path, for: .annotating).review(note, reviewer: reviewer, isAccepted: outcome == .accept)
    } catch {
      throw error.refusal()
    }
  }
}
