import ArgumentParser
import Catalog

struct CatalogCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "catalog",
    abstract: "Check the catalog",
    subcommands: [CatalogCheck.self, CatalogImport.self])
}

struct CatalogCheck: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Check the catalog completely and list every problem with file and line",
    discussion: """
      Exits with 0 if the catalog may be used, with 78 if not. Warnings are listed and do not change the exit code.

      EXAMPLES
        ascribe catalog check -c Config/north-korea.yaml
        ascribe catalog check -c my-ranges/
      """)

  @OptionGroup var catalogOptions: CatalogOptions

  func run() throws {
    let catalog = try catalogOptions.load()
    let prefixes = catalog.overlays.map(\.prefixes.count).reduce(0, +)
    print(
      "The catalog is valid: \(catalog.actors.count) actors, \(catalog.claims.count) claims, "
        + "\(catalog.overlays.count) overlays with \(prefixes) prefixes, \(catalog.sensors.count) sensors.")
  }
}
