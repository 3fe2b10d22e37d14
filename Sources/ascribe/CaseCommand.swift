import ArgumentParser

struct CaseCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "case",
    abstract: "Show what a case holds, and note what analysts say of it",
    discussion: """
      A case is one file, made and filled by 'ascribe analyze --store' and 'ascribe capture --store'.

      EXAMPLES
        ascribe case list case.db
        ascribe case show case.db
      """,
    subcommands: [CaseList.self, CaseShow.self, CaseFlows.self, CaseNoteCommand.self, CaseReview.self])

  /// What every subcommand's help ends with.
  static let exitCodes = """
    EXIT CODES
      0  done             64 usage, or refused: see the message
      65 no case          66 case missing or unreadable
      74 case could not be written, or is being written by another ascribe
    """
}
