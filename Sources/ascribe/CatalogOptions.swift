import ArgumentParser
import CaseStore
import Catalog
import Foundation
import Packets

/// Where the catalog lies.
struct CatalogOptions: ParsableArguments {
  @Option(
    name: [.customShort("c"), .customLong("catalog")],
    help: ArgumentHelp(
      "A catalog file, or a folder of them; may be given several times (default: Config/north-korea.yaml)",
      valueName: "path"))
  var paths: [String] = []

  @Flag(help: "Let claims cover documentation prefixes; every output is stamped DEMONSTRATION DATA")
  var allowDocumentationRanges = false

  @Option(
    help: ArgumentHelp(
      "Use only what the catalog had recorded by then (RFC 3339 or a date, UTC)", valueName: "time"))
  var asKnownAt: TimeArgument?

  /// The paths that were named, or the shipped catalog.
  var chosenPaths: [String] { paths.isEmpty ? [Self.shippedCatalog] : paths }

  /// Whether anything was said of the catalog.
  var isGiven: Bool { !paths.isEmpty || asKnownAt != nil || allowDocumentationRanges }

  /// What is read to load the catalog again: the folders of its files, in which lists may lie too.
  var readPaths: [String] {
    chosenPaths.map { path in
      FileManager.default.isFolder(atPath: path) ? path : URL(filePath: path).deletingLastPathComponent().path
    }
  }

  /// Makes the default options.
  init() {}

  /// Makes the options that name a catalog which a case knows.
  init(_ place: LiveFacts.CatalogPlace) {
    paths = place.paths
    allowDocumentationRanges = place.allowsDocumentationRanges
    asKnownAt = place.knownAt.map { TimeArgument(timestamp: Timestamp(nanoseconds: $0)) }
  }

  /// Where the catalog lies, for who is to load it later from another folder.
  var place: LiveFacts.CatalogPlace {
    LiveFacts.CatalogPlace(
      paths: chosenPaths.map { URL(filePath: $0).standardizedFileURL.path },
      allowsDocumentationRanges: allowDocumentationRanges, knownAt: asKnownAt?.timestamp)
  }

  /// Loads and checks the catalog.
  ///
  /// - Returns: The catalog, as it was known at the time asked for; its warnings are on standard error.
  /// - Throws: `ExitCode.invalidCatalog` after every problem is on standard error.
  func load() throws -> Catalog { try load(chosenPaths) }

  /// Loads the catalog anew.
  ///
  /// - Returns: The catalog; nothing, after every problem is on standard error, if it is invalid.
  func reload() -> Catalog? { try? load() }

  /// Loads and checks a catalog that is named elsewhere.
  ///
  /// - Parameter paths: Files and folders.
  /// - Returns: The catalog, as it was known at the time asked for; its warnings are on standard error.
  /// - Throws: `ExitCode.invalidCatalog` after every problem is on standard error.
  func load(_ paths: [String]) throws -> Catalog {
    do {
      var catalog = try Catalog(paths: paths, allowsDocumentationRanges: allowDocumentationRanges)
      if catalog.excerptOf != nil {
        Console.note(
          "error: The catalog is an excerpt that was made for one report: it may lack what makes other addresses shared. "
            + "Name the whole catalog; 'ascribe verify' is for reports.")
        throw ExitCode.invalidCatalog
      }
      if let asKnownAt { catalog = catalog.asKnown(at: asKnownAt.timestamp) }
      for warning in catalog.warnings { Console.note("warning: \(Console.printable(warning))") }
      return catalog
    } catch let error as CatalogError {
      for problem in error.problems { Console.note("error: \(Console.printable(problem.description))") }
      Console.note("The catalog is invalid: \(error.problems.count) problem(s); it is not used.")
      throw ExitCode.invalidCatalog
    }
  }

  /// The shipped catalog: in the working folder, or in a folder above the program (`.build/…/ascribe`).
  private static var shippedCatalog: String {
    let file = "Config/north-korea.yaml"
    var folders = [FileManager.default.currentDirectoryPath]
    if var folder = Bundle.main.executableURL?.resolvingSymlinksInPath().deletingLastPathComponent() {
      for _ in 0..<4 {
        folders += [folder.path, folder.appending(path: "share/ascribe").path]
        folder.deleteLastPathComponent()
      }
    }
    return folders.map { "\($0)/\(file)" }.first { FileManager.default.fileExists(atPath: $0) } ?? file
  }
}
