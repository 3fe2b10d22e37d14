/// What loading finds wrong: gathered, never thrown, so that no problem hides another.
final class ProblemLog {
  /// Where something stands.
  struct Place: Hashable {
    var file: String
    var line: Int
    var entry: String?
  }

  private(set) var problems: [CatalogError.Problem] = []
  private var notes: [CatalogError.Problem] = []

  /// Adds a problem: the catalog may not be used.
  func problem(_ message: String, at place: Place) {
    problems.append(CatalogError.Problem(file: place.file, line: place.line, entry: place.entry, message: message))
  }

  /// Adds a warning: the catalog may be used, but somebody should look.
  func warning(_ message: String, at place: Place) {
    notes.append(CatalogError.Problem(file: place.file, line: place.line, entry: place.entry, message: message))
  }

  /// The problems in the order of files and lines.
  var sortedProblems: [CatalogError.Problem] { ProblemLog.sorted(problems) }

  /// The warnings in the order of files and lines, a sentence each.
  var sortedWarnings: [String] { ProblemLog.sorted(notes).map(\.description) }

  private static func sorted(_ list: [CatalogError.Problem]) -> [CatalogError.Problem] {
    // Ties keep the order in which they were found.
    list.enumerated().sorted {
      ($0.element.file, $0.element.line, $0.offset) < ($1.element.file, $1.element.line, $1.offset)
    }.map(\.element)
  }
}
