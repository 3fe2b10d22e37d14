public import Packets

/// Why a catalog may not be used: every problem at once.
public struct CatalogError: Error, Sendable, CustomStringConvertible {
  /// The problems in the order of files and lines.
  public let problems: [CatalogFinding]

  /// Every problem on a line of its own.
  public var description: String { problems.map(\.description).joined(separator: "\n") }

  /// Makes an error.
  ///
  /// - Parameter problems: The problems in the order of files and lines.
  public init(problems: [CatalogFinding]) { self.problems = problems }
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
    let (catalog, problems) = Catalog.assemble(paths, allowsDocumentationRanges)
    guard problems.isEmpty else { throw CatalogError(problems: problems) }
    self = catalog
  }

  /// Every sound entry, and every problem of the others.
  static func assemble(
    _ paths: [String], _ allowsDocumentationRanges: Bool
  ) -> (catalog: Catalog, problems: [CatalogFinding]) {
    var assembly = CatalogAssembly()
    for path in paths { assembly.read(path) }
    for path in paths { assembly.warnOfFolders(in: path) }
    if paths.isEmpty {
      assembly.log.problem(
        "no catalog was named; name a YAML file or a folder",
        at: ProblemLog.Place(file: "catalog", line: 0, entry: nil))
    }
    let catalog = assembly.finish(allowsDocumentationRanges: allowsDocumentationRanges)
    return (catalog, assembly.log.sortedProblems)
  }
}

/// A catalog with all that is wrong or doubtful about it; unlike loading, checking goes on after errors.
public struct CatalogReview: Sendable {
  /// Every sound entry; where there are errors, not to be used for verdicts.
  public let catalog: Catalog
  /// Errors, warnings and information in the order of files and lines.
  public let findings: [CatalogFinding]

  /// Reads and checks a catalog.
  ///
  /// - Parameters:
  ///   - paths: YAML files, and folders whose `*.yaml` and `*.yml` files are merged.
  ///   - allowsDocumentationRanges: Whether documentation prefixes may be claimed, beside the catalog's own setting.
  ///   - time: The day for which it is checked; the newest date of the catalog if nothing.
  ///   - knowledge: Leaves out what was recorded later, before checking; all counts if nothing.
  /// - Complexity: O(n log n) in the number of prefixes.
  public init(
    paths: [String], allowsDocumentationRanges: Bool = false, at time: Timestamp? = nil,
    asKnownAt knowledge: Timestamp? = nil
  ) {
    let (all, problems) = Catalog.assemble(paths, allowsDocumentationRanges)
    catalog = knowledge.map(all.asKnown) ?? all
    findings = (problems + catalog.findings + catalog.lint(at: time)).inFileOrder()
  }

  /// How many findings are so bad.
  ///
  /// - Parameter severity: How bad.
  /// - Returns: The number.
  public func count(_ severity: CatalogFinding.Severity) -> Int { findings.count { $0.severity == severity } }
}
