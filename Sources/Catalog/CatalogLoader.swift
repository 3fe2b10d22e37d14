/// Why a catalog may not be used: every problem at once.
public struct CatalogError: Error, Sendable, CustomStringConvertible {
  /// One problem.
  public struct Problem: Sendable, Equatable, CustomStringConvertible {
    /// The file.
    public var file: String
    /// The line, from 1; 0 where the whole file is meant.
    public var line: Int
    /// The entry's id, where it has one.
    public var entry: String?
    /// A sentence: what is wrong and how to mend it.
    public var message: String

    /// `file:line: entry: message`.
    public var description: String {
      "\(file):\(line): \(entry.map { "\($0): " } ?? "")\(message)"
    }

    /// Makes a problem.
    ///
    /// - Parameters:
    ///   - file: The file.
    ///   - line: The line, from 1.
    ///   - entry: The entry's id.
    ///   - message: A sentence: what is wrong and how to mend it.
    public init(file: String, line: Int, entry: String?, message: String) {
      self.file = file
      self.line = line
      self.entry = entry
      self.message = message
    }
  }

  /// The problems in the order of files and lines.
  public let problems: [Problem]

  /// Every problem on a line of its own.
  public var description: String { problems.map(\.description).joined(separator: "\n") }

  /// Makes an error.
  ///
  /// - Parameter problems: The problems in the order of files and lines.
  public init(problems: [Problem]) { self.problems = problems }
}

extension Catalog {
  /// Loads and checks a catalog.
  ///
  /// Reads each file once, reports every problem of every entry, and only then freezes the prefixes.
  ///
  /// - Parameters:
  ///   - paths: YAML files, and folders whose `*.yaml` and `*.yml` files are merged.
  ///   - allowsDocumentationRanges: Whether documentation prefixes may be claimed, beside the catalog's own setting.
  /// - Throws: `CatalogError` with every problem of every file.
  /// - Complexity: O(n log n) in the number of prefixes.
  public init(paths: [String], allowsDocumentationRanges: Bool = false) throws(CatalogError) {
    var assembly = CatalogAssembly()
    for path in paths { assembly.read(path) }
    if paths.isEmpty {
      assembly.log.problem(
        "no catalog was named; name a YAML file or a folder",
        at: ProblemLog.Place(file: "catalog", line: 0, entry: nil))
    }
    self = try assembly.finish(allowsDocumentationRanges: allowsDocumentationRanges)
  }
}
