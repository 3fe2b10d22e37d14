import ArgumentParser

struct CatalogCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "catalog",
    abstract: "Check the catalog, ask it, compare two, import lists",
    subcommands: [CatalogCheck.self, CatalogLookup.self, CatalogList.self, CatalogDiff.self, CatalogImport.self])
}
