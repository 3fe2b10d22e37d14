import ArgumentParser
import Catalog
import Foundation

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

  /// Loads and checks the catalog.
  ///
  /// - Returns: The catalog; its warnings are on standard error.
  /// - Throws: `ExitCode.invalidCatalog` after every problem is on standard error.
  func load() throws -> Catalog {
    let paths = paths.isEmpty ? [Self.shippedCatalog] : paths
    do {
      let catalog = try Catalog(paths: paths, allowsDocumentationRanges: allowDocumentationRanges)
      for warning in catalog.warnings { Console.note("warning: \(Console.printable(warning))") }
      return catalog
    } catch {
      for problem in error.problems { Console.note("error: \(Console.printable(problem.description))") }
      Console.note("The catalog is invalid: \(error.problems.count) problem(s); no packet was read.")
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
