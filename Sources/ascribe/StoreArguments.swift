import ArgumentParser

/// Where flows are kept.
struct StoreArguments: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Keep flows and findings in a case, made if it is not there, and report the whole case", valueName: "path"))
  var store: String?

  @Option(
    help: ArgumentHelp(
      "Flows that the case keeps one by one: 'all', or 'watched' ones, which another catalog's ranges cannot be matched "
        + "with later", valueName: "which"))
  var storeFlows = StoredFlows.all

  enum StoredFlows: String, ExpressibleByArgument, CaseIterable {
    case all, watched
  }
}
