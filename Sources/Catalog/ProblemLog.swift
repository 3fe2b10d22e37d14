/// What loading finds wrong: gathered, never thrown, so that no problem hides another.
final class ProblemLog {
  /// Where something stands.
  struct Place: Hashable {
    var file: String
    var line: Int
    var entry: String?
  }

  private(set) var problems: [CatalogFinding] = []
  private var notes: [CatalogFinding] = []

  /// Adds a problem: the catalog may not be used.
  func problem(_ message: String, code: CatalogFinding.Code = .invalidEntry, at place: Place) {
    problems.append(ProblemLog.finding(message, code, .error, place))
  }

  /// Adds a warning: the catalog may be used, but somebody should look.
  func warning(_ message: String, code: CatalogFinding.Code = .listLines, at place: Place) {
    notes.append(ProblemLog.finding(message, code, .warning, place))
  }

  /// The problems in the order of files and lines.
  var sortedProblems: [CatalogFinding] { problems.inFileOrder() }

  /// The warnings in the order of files and lines.
  var sortedWarnings: [CatalogFinding] { notes.inFileOrder() }

  private static func finding(
    _ message: String, _ code: CatalogFinding.Code, _ severity: CatalogFinding.Severity, _ place: Place
  ) -> CatalogFinding {
    CatalogFinding(
      code: code, severity: severity, file: place.file, line: place.line, entry: place.entry, message: message)
  }
}
